package normalise

import (
	"bytes"
	"math"

	"thidua/transform/value"
)

// numeral is a number taken apart: its sign and the digits on both sides of the
// decimal sign, without signs between thousands.
type numeral struct {
	negative bool
	whole    []byte
	fraction []byte
}

// numberer takes numbers apart as its source writes them.
type numberer struct {
	cleaner
	locale  Locale
	compact []byte
}

// blank reports whether there was no number at all.
func (n numeral) blank() bool { return n.whole == nil && n.fraction == nil }

// split takes text apart. A blank text gives the zero numeral and no reason.
func (n *numberer) split(text []byte) (numeral, *Reason) {
	text = trim(text)
	for _, b := range text {
		if b >= 0x7f || b < ' ' {
			var reason *Reason
			text, reason = n.clean(text)
			switch reason {
			case NotUTF8:
				return numeral{}, reason
			case ControlRemoved:
				return numeral{}, NumberMalformed
			}
			break
		}
	}
	if len(text) == 0 {
		return numeral{}, nil
	}
	var num numeral
	num.negative, text = cutSign(text)
	whole, fraction, reason := n.parts(text)
	if reason != nil {
		return numeral{}, reason
	}
	num.whole, num.fraction = whole, fraction
	if len(whole)+len(fraction) == 0 {
		return numeral{}, NumberMalformed
	}
	return num, nil
}

// cutSign takes the sign off a number.
func cutSign(text []byte) (negative bool, rest []byte) {
	switch {
	case text[0] == '-':
		return true, text[1:]
	case text[0] == '+':
		return false, text[1:]
	case isDigit(text[0]):
		return false, text
	}
	rest, negative = bytes.CutPrefix(text, []byte("−"))
	return negative, rest
}

// parts finds the digits before and after the decimal sign.
func (n *numberer) parts(text []byte) (whole, fraction []byte, reason *Reason) {
	end := leadingDigits(text)
	if end == len(text) {
		return text, nil, nil
	}
	decimal := byte('.')
	if n.locale == Comma {
		decimal = ','
	}
	whole = text[:end]
	if n.locale == Comma && (text[end] == '.' || text[end] == ' ') {
		if whole, end = n.thousands(text); end == 0 {
			return nil, nil, n.explain(text)
		}
	}
	if end == len(text) {
		return whole, nil, nil
	}
	if text[end] == decimal && leadingDigits(text[end+1:]) == len(text)-end-1 {
		return whole, text[end+1:], nil
	}
	return nil, nil, n.explain(text)
}

// thousands collects the digits of a number with a point or blank between its
// thousands, and tells where they end. The end is zero where the groups are not
// of three digits. A number that begins with zero has no thousands: 0.500 is a
// half that was written with the wrong sign.
func (n *numberer) thousands(text []byte) (digits []byte, end int) {
	end = leadingDigits(text)
	if end == 0 || end > 3 || text[0] == '0' {
		return nil, 0
	}
	sign := text[end]
	n.compact = append(n.compact[:0], text[:end]...)
	for end < len(text) && text[end] == sign {
		group := text[end+1:]
		if leadingDigits(group) != 3 {
			return nil, 0
		}
		n.compact = append(n.compact, group[:3]...)
		end += 4
	}
	return n.compact, end
}

// explain says why text is not a number of the source.
func (n *numberer) explain(text []byte) *Reason {
	var points, commas int
	for i, b := range text {
		switch {
		case b == '.':
			points++
		case b == ',':
			commas++
		case b|0x20 == 'e' && i > 0:
			if isExponent(text[:i], text[i+1:]) {
				return ExcelScientific
			}
			return NumberMalformed
		case !isDigit(b) && b != ' ':
			return NumberMalformed
		}
	}
	switch {
	case n.locale == Point && points == 0 && commas == 1:
		return NumberComma
	case n.locale == Point && points+commas > 1:
		return NumberThousands
	case n.locale == Comma && points > 0:
		return NumberPoint
	}
	return NumberMalformed
}

// isExponent reports whether head and tail are a number and its power of ten.
func isExponent(head, tail []byte) bool {
	if len(tail) > 0 && (tail[0] == '+' || tail[0] == '-') {
		tail = tail[1:]
	}
	whole, fraction := head, []byte("0")
	if at := bytes.IndexAny(head, ".,"); at >= 0 {
		whole, fraction = head[:at], head[at+1:]
	}
	return allDigits(whole) && allDigits(fraction) && allDigits(tail)
}

// leadingDigits counts the digits that text begins with.
func leadingDigits(text []byte) int {
	for i, b := range text {
		if !isDigit(b) {
			return i
		}
	}
	return len(text)
}

// trimZeros drops zeros from the end of the digits of a fraction.
func trimZeros(fraction []byte) []byte {
	for len(fraction) > 0 && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	return fraction
}

// accumulate adds digits to n, ten times n for each. It reports false where the
// sum does not fit.
func accumulate(n int64, digits []byte) (int64, bool) {
	if n == 0 && len(digits) <= maxPrecision {
		for _, b := range digits {
			n = n*10 + int64(b-'0')
		}
		return n, true
	}
	for _, b := range digits {
		d := int64(b - '0')
		if n > (math.MaxInt64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

func newNumber(t value.Type, o Options) Func {
	if t.Kind == value.Decimal {
		r := &decimalReader{numberer: numberer{locale: o.Locale}, scale: int(t.Scale), limit: powerOfTen(int(t.Precision))}
		return r.read
	}
	r := &integerReader{numberer{locale: o.Locale}}
	return r.read
}

func powerOfTen(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// integerReader reads whole numbers.
type integerReader struct{ numberer }

func (r *integerReader) read(text []byte) (value.Value, *Reason) {
	if len(text) <= maxPrecision && allDigits(text) {
		n, _ := accumulate(0, text)
		return value.OfInt(n), nil
	}
	num, reason := r.split(text)
	if reason == NumberPoint {
		// One or two zeros after a point are no thousands in any locale.
		if whole, ok := cutZeroFraction(trim(text)); ok {
			num, reason = numeral{whole: whole, fraction: []byte("0")}, nil
		}
	}
	switch {
	case reason != nil || num.blank():
		return value.Value{}, reason
	case len(trimZeros(num.fraction)) > 0:
		return value.Value{}, NumberFraction
	}
	n, ok := accumulate(0, num.whole)
	if !ok {
		return value.Value{}, NumberTooLarge
	}
	if num.negative {
		n = -n
	}
	if len(num.fraction) > 0 {
		return value.OfInt(n), NumberZeroFraction
	}
	return value.OfInt(n), nil
}

// decimalReader reads decimals as integers scaled by their type.
type decimalReader struct {
	numberer
	scale int
	// limit is the first absolute value that the type's digits cannot hold.
	limit int64
}

func (r *decimalReader) read(text []byte) (value.Value, *Reason) {
	num, reason := r.split(text)
	if reason != nil || num.blank() {
		return value.Value{}, reason
	}
	fraction, excess := num.fraction, []byte(nil)
	if len(fraction) > r.scale {
		fraction, excess = fraction[:r.scale], trimZeros(fraction[r.scale:])
	}
	n, ok := accumulate(0, num.whole)
	if ok {
		n, ok = accumulate(n, fraction)
	}
	for i := len(fraction); ok && i < r.scale; i++ {
		n, ok = accumulate(n, []byte("0"))
	}
	if len(excess) > 0 {
		reason = NumberRounded
		// Half away from zero, as money is rounded.
		if excess[0] >= '5' && n < r.limit {
			n++
		}
	}
	if !ok || n >= r.limit {
		return value.Value{}, NumberTooLarge
	}
	if num.negative {
		n = -n
	}
	return value.OfInt(n), reason
}
