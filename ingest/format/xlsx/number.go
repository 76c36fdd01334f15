package xlsx

import "bytes"

// What may be done with an exponent: formatters that drop digits keep six of them
// at least, so that an exponent below six hides none; no number of a sheet is
// written out with more than twenty zeros.
const (
	smallExponent = 5
	maxExponent   = 20
)

// appendNumber appends a number as a person would write it. Workbooks hold binary
// numbers as text, and what wrote them decides how: 302555856.0 and 3.02555856E8
// are 302555856. No digit is made up: a number in scientific notation that may
// have lost some, such as 7.92673E+15, stays as it is written, as does all that is
// no number.
func appendNumber(to, text []byte) []byte {
	n, ok := parseDecimal(text)
	switch {
	case !ok, n.scientific && !n.exact():
		return append(to, text...)
	case !n.scientific:
		if len(bytes.Trim(n.fraction, "0")) == 0 {
			text = text[:len(text)-len(n.fraction)]
			text = bytes.TrimSuffix(text, []byte{'.'})
		}
		return append(to, text...)
	}
	return n.appendPlain(to)
}

// decimal is a number as it is written.
type decimal struct {
	negative        bool
	whole, fraction []byte
	scientific      bool
	// signed says that the exponent has a sign of its own.
	signed   bool
	exponent int
}

// parseDecimal takes a number apart.
func parseDecimal(text []byte) (decimal, bool) {
	var n decimal
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		n.negative = text[0] == '-'
		text = text[1:]
	}
	n.whole, text = digits(text)
	if len(n.whole) == 0 {
		return n, false
	}
	if len(text) > 0 && text[0] == '.' {
		n.fraction, text = digits(text[1:])
		if len(n.fraction) == 0 {
			return n, false
		}
	}
	if len(text) == 0 {
		return n, true
	}
	return n, text[0]|0x20 == 'e' && n.parseExponent(text[1:])
}

// parseExponent reads what stands behind the E.
func (n *decimal) parseExponent(text []byte) bool {
	n.scientific = true
	minus := false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		n.signed, minus = true, text[0] == '-'
		text = text[1:]
	}
	whole, rest := digits(text)
	if len(whole) == 0 || len(whole) > 3 || len(rest) > 0 {
		return false
	}
	for _, c := range whole {
		n.exponent = 10*n.exponent + int(c-'0')
	}
	if minus {
		n.exponent = -n.exponent
	}
	return true
}

// digits cuts the digits off that text begins with.
func digits(text []byte) (head, rest []byte) {
	i := 0
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	return text[:i], text[i:]
}

// exact reports whether the number can be written out without making digits up:
// it has as many as its exponent needs, the exponent is small, or it is written
// as Java writes numbers, 1.2E7. Java's way is the shortest text that leads back
// to the same number, so that it leaves out nothing but zeros; all that drop
// digits write a sign, 1.2E+07.
func (n decimal) exact() bool {
	switch {
	case n.exponent > maxExponent, n.exponent < -maxExponent:
		return false
	case n.exponent <= smallExponent, len(n.fraction) >= n.exponent:
		return true
	}
	return !n.signed && len(n.whole) == 1 && len(n.fraction) > 0
}

// appendPlain appends the number without an exponent.
func (n decimal) appendPlain(to []byte) []byte {
	if n.negative {
		to = append(to, '-')
	}
	from := len(to)
	point := len(n.whole) + n.exponent
	for ; point < 1; point++ {
		to = append(to, '0')
	}
	to = append(append(to, n.whole...), n.fraction...)
	for len(to)-from < point {
		to = append(to, '0')
	}
	for point > 1 && to[from] == '0' {
		to = append(to[:from], to[from+1:]...)
		point--
	}
	tail := bytes.TrimRight(to[from+point:], "0")
	if len(tail) == 0 {
		return to[:from+point]
	}
	to = append(to[:from+point+len(tail)], 0)
	copy(to[from+point+1:], to[from+point:])
	to[from+point] = '.'
	return to
}
