package normalise

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"thidua/transform/value"
)

// coder reads codes: texts whose every character counts and whose case and
// blanks do not. Codes stay texts, also where they look like numbers: 1.1 and
// 1.10 are two classes of visits.
type coder struct {
	cleaner
	length    int
	maxLength int
	upper     []byte
}

func newCoder(o Options) coder { return coder{length: o.Length, maxLength: o.maxLength()} }

func newCode(_ value.Type, o Options) Func {
	c := newCoder(o)
	return c.read
}

func (c *coder) read(text []byte) (value.Value, *Reason) {
	code, reason := c.compact(text)
	if len(code) == 0 {
		return value.Value{}, reason
	}
	return c.finish(code, reason)
}

// newLowerCode reads codes that their system writes in lower case.
func newLowerCode(_ value.Type, o Options) Func {
	c := newCoder(o)
	return func(text []byte) (value.Value, *Reason) {
		v, reason := c.read(text)
		if v.Valid {
			c.upper = append(c.upper[:0], v.Text...)
			v.Text = bytes.ToLower(c.upper)
		}
		return v, reason
	}
}

// finish checks the length of a code and makes it a value.
func (c *coder) finish(code []byte, reason *Reason) (value.Value, *Reason) {
	switch {
	case c.length > 0 && utf8.RuneCount(code) != c.length:
		return value.Value{}, CodeLength
	case longer(code, c.maxLength):
		return value.Value{}, TooLong
	}
	return value.OfText(code), reason
}

// compact returns text as a code: upper case, no blanks, only characters that
// codes are made of. An empty code is blank where the reason is nil.
func (c *coder) compact(text []byte) ([]byte, *Reason) {
	text = trim(text)
	for i, b := range text {
		if !isCodeByte(b) || b == '+' && isScientific(text[:i], text[i:]) {
			return c.fix(text)
		}
	}
	return text, nil
}

// fix is compact for texts that are not codes as they stand.
func (c *coder) fix(text []byte) ([]byte, *Reason) {
	text, reason := c.clean(text)
	if isProse(text) {
		return nil, CodeMalformed
	}
	c.upper = c.upper[:0]
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		if r == ' ' {
			reason = SpacesRemoved
			continue
		}
		if r >= utf8.RuneSelf && !(unicode.IsLetter(r) && unicode.Is(unicode.Latin, r)) {
			return nil, CodeMalformed
		}
		c.upper = utf8.AppendRune(c.upper, unicode.ToUpper(r))
	}
	if damaged(c.upper) {
		return nil, ExcelScientific
	}
	for _, b := range c.upper {
		if b < utf8.RuneSelf && !isCodeByte(b) {
			return nil, CodeMalformed
		}
	}
	return c.upper, reason
}

// isProse reports whether text is words, such as the name of a person, and no code
// that somebody has put blanks into: two of its words have no digits and more than
// one letter.
func isProse(text []byte) bool {
	words := 0
	for word := range bytes.FieldsSeq(text) {
		if utf8.RuneCount(word) > 1 && !bytes.ContainsAny(word, "0123456789") {
			words++
		}
	}
	return words > 1
}

// damaged reports whether code is a number in scientific notation.
func damaged(code []byte) bool {
	at := bytes.IndexByte(code, '+')
	return at > 0 && isScientific(code[:at], code[at:])
}

// isCodeByte reports whether b stands in codes as it is.
func isCodeByte(b byte) bool {
	switch {
	case isDigit(b), b-'A' <= 'Z'-'A':
		return true
	}
	switch b {
	case '.', '_', '-', '/', '+', ';', ':':
		return true
	}
	return false
}

// isScientific reports whether head and tail, the sign of the exponent on, are
// the scientific notation that spreadsheets give long numbers, such as 7.9E+10.
func isScientific(head, tail []byte) bool {
	n := len(head) - 1
	if n < 1 || head[n]|0x20 != 'e' || !allDigits(tail[1:]) {
		return false
	}
	whole, fraction := head[:n], []byte("0")
	if at := bytes.IndexAny(whole, ".,"); at >= 0 {
		whole, fraction = whole[:at], whole[at+1:]
	}
	return allDigits(whole) && allDigits(fraction)
}

// digitsReader reads codes of digits with a fixed width.
type digitsReader struct {
	coder
	width  int
	padded []byte
}

func newTwoDigits(_ value.Type, o Options) Func { return newDigits(o, 2) }

func newZeroPadded(_ value.Type, o Options) Func { return newDigits(o, o.Length) }

func newDigits(o Options, width int) Func {
	r := &digitsReader{coder: coder{maxLength: width}, width: width}
	return r.read
}

func (r *digitsReader) read(text []byte) (value.Value, *Reason) {
	code, reason := r.compact(text)
	if len(code) == 0 {
		return value.Value{}, reason
	}
	if whole, ok := cutZeroFraction(code); ok {
		code, reason = whole, NumberZeroFraction
	}
	switch {
	case !allDigits(code):
		return value.Value{}, CodeMalformed
	case len(code) > r.width:
		return value.Value{}, CodeLength
	case len(code) < r.width:
		r.padded = pad(r.padded[:0], code, r.width)
		return value.OfText(r.padded), LeadingZeroRestored
	}
	return value.OfText(code), reason
}

// pad appends digits to dst, with zeros before them up to width.
func pad(dst, digits []byte, width int) []byte {
	for range width - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// cutZeroFraction drops the .0 or .00 that a spreadsheet adds to a number.
func cutZeroFraction(text []byte) ([]byte, bool) {
	whole, ok := bytes.CutSuffix(text, []byte(".0"))
	if !ok {
		whole, ok = bytes.CutSuffix(text, []byte(".00"))
	}
	if !ok || !allDigits(whole) {
		return text, false
	}
	return whole, true
}

// classReader reads the part of a code before its point.
type classReader struct{ coder }

func newClass(_ value.Type, o Options) Func {
	r := &classReader{newCoder(o)}
	return r.read
}

func (r *classReader) read(text []byte) (value.Value, *Reason) {
	code, reason := r.compact(text)
	if len(code) == 0 {
		return value.Value{}, reason
	}
	class, _, _ := bytes.Cut(code, []byte("."))
	if len(class) == 0 || damaged(class) {
		return value.Value{}, CodeMalformed
	}
	return r.finish(class, reason)
}

// facilityLength is the length of a facility code.
const facilityLength = 5

// facilityReader reads codes of facilities. They begin with the two digits of a
// province, so a code of four digits has lost the zero of provinces 01 to 09.
type facilityReader struct {
	coder
	padded []byte
}

func newFacility(_ value.Type, _ Options) Func {
	r := &facilityReader{coder: coder{length: facilityLength, maxLength: facilityLength}}
	return r.read
}

func (r *facilityReader) read(text []byte) (value.Value, *Reason) {
	code, reason := r.compact(text)
	if len(code) == 0 {
		return value.Value{}, reason
	}
	if whole, ok := cutZeroFraction(code); ok {
		code, reason = whole, NumberZeroFraction
	}
	if len(code) == facilityLength-1 && allDigits(code) {
		r.padded = pad(r.padded[:0], code, facilityLength)
		return value.OfText(r.padded), LeadingZeroRestored
	}
	return r.finish(code, reason)
}
