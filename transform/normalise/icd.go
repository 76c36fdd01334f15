package normalise

import (
	"unicode"
	"unicode/utf8"

	"thidua/transform/value"
)

// icdReader reads ICD-10 codes as Vietnam's catalogue writes them: a letter, two
// digits, a point, more digits; the codes of traditional medicine have a second
// point. The marks † and * (also + for †) say how two codes belong together and
// are no part of either.
type icdReader struct {
	coder
	list     bool
	codes    []byte
	stripped []byte
}

func newICD(_ value.Type, o Options) Func {
	r := &icdReader{coder: newCoder(o)}
	return r.read
}

func newICDList(_ value.Type, o Options) Func {
	r := &icdReader{coder: newCoder(o), list: true}
	return r.read
}

func (r *icdReader) read(text []byte) (value.Value, *Reason) {
	text = trim(text)
	if isICD(text) {
		return r.finish(text, nil)
	}
	text, reason := r.strip(text)
	if len(text) == 0 {
		return value.Value{}, reason
	}
	r.codes = r.codes[:0]
	for len(text) > 0 {
		code, rest, byComma := r.next(text)
		if byComma {
			reason = ICDRepaired
		}
		text = rest
		if len(code) == 0 {
			continue
		}
		if len(r.codes) > 0 {
			r.codes = append(r.codes, ';')
		}
		var ok, repaired bool
		if r.codes, ok, repaired = appendICD(r.codes, code); !ok {
			return value.Value{}, ICDMalformed
		}
		if repaired {
			reason = ICDRepaired
		}
	}
	if len(r.codes) == 0 {
		return value.Value{}, nil
	}
	return r.finish(r.codes, reason)
}

// strip returns text in upper case without blanks and marks.
func (r *icdReader) strip(text []byte) ([]byte, *Reason) {
	text, reason := r.clean(text)
	r.stripped = r.stripped[:0]
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		i += size
		switch c {
		case '†', '*', '+':
		case ' ':
			// In a list blanks stand between the codes.
			if !r.list {
				reason = SpacesRemoved
			}
		default:
			r.stripped = utf8.AppendRune(r.stripped, unicode.ToUpper(c))
		}
	}
	return r.stripped, reason
}

// next cuts the first code off a list. A comma ends a code where a letter, so
// another code, follows; before a digit it stands for the point.
func (r *icdReader) next(text []byte) (code, rest []byte, byComma bool) {
	if !r.list {
		return text, nil, false
	}
	for i, b := range text {
		switch {
		case b == ';':
			return text[:i], text[i+1:], false
		case b == ',' && (i+1 == len(text) || !isDigit(text[i+1])):
			return text[:i], text[i+1:], true
		}
	}
	return text, nil, false
}

// isICD reports whether code is an ICD-10 code as it should be written.
func isICD(code []byte) bool {
	if len(code) < 3 || code[0]-'A' > 'Z'-'A' || !isDigit(code[1]) || !isDigit(code[2]) {
		return false
	}
	tail := code[3:]
	for parts := 0; len(tail) > 0; parts++ {
		if tail[0] != '.' || parts == 2 {
			return false
		}
		n := 1
		for n < len(tail) && isDigit(tail[n]) {
			n++
		}
		if n < 2 || n > 5 {
			return false
		}
		tail = tail[n:]
	}
	return true
}

// appendICD appends code to dst with its point put right: a comma in its place,
// or none before the fourth and fifth digit.
func appendICD(dst, code []byte) (codes []byte, ok, repaired bool) {
	start := len(dst)
	dst = append(dst, code...)
	if isICD(code) {
		return dst, true, false
	}
	switch {
	case len(code) > 4 && code[3] == ',':
		dst[start+3] = '.'
	case len(code) > 3 && len(code) < 6 && allDigits(code[3:]):
		dst = append(append(dst[:start+3], '.'), code[3:]...)
	}
	return dst, isICD(dst[start:]), true
}
