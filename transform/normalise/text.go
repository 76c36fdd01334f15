package normalise

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"thidua/transform/value"
)

// cleaner folds what people cannot see in a text: kinds of blanks, invisible
// characters, composition. It owns the memory of what it had to change.
type cleaner struct {
	folded   []byte
	composed []byte
}

// clean returns text without surplus blanks and invisible characters, composed.
// The result is empty for a blank text. It returns NotUTF8 with an empty result,
// and ControlRemoved where characters were dropped that nobody meant to write.
func (c *cleaner) clean(text []byte) ([]byte, *Reason) {
	text = trim(text)
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			if !isVietnamese(r) {
				return c.fold(text)
			}
			i += size - 1
		} else if b < ' ' || b == 0x7f || b == ' ' && text[i-1] == ' ' {
			return c.fold(text)
		}
	}
	return text, nil
}

// isVietnamese reports whether r is a composed letter of the blocks in which
// Vietnamese is written. None of them composes with another one.
func isVietnamese(r rune) bool {
	return r >= 0x1ea0 && r <= 0x1ef9 || r >= 0xc0 && r <= 0x1b0 && r != 'Ð' && r != 'ð'
}

// fold is clean for texts with something to fold or to leave out.
func (c *cleaner) fold(text []byte) ([]byte, *Reason) {
	var reason *Reason
	c.folded = c.folded[:0]
	blank := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return nil, NotUTF8
		}
		i += size
		switch {
		case isBlank(r):
			blank = len(c.folded) > 0
			continue
		case isInvisible(r):
			continue
		case isControl(r):
			reason = ControlRemoved
			continue
		}
		if blank {
			c.folded = append(c.folded, ' ')
			blank = false
		}
		c.folded = utf8.AppendRune(c.folded, sameLetter(r))
	}
	if len(c.folded) == 0 {
		return nil, nil
	}
	if norm.NFC.IsNormal(c.folded) {
		return c.folded, reason
	}
	c.composed = norm.NFC.Append(c.composed[:0], c.folded...)
	return c.composed, reason
}

// sameLetter gives Đ and đ for the Icelandic letters that look the same and are
// typed in their place.
func sameLetter(r rune) rune {
	switch r {
	case 'Ð':
		return 'Đ'
	case 'ð':
		return 'đ'
	}
	return r
}

// isBlank reports whether r separates words, in a line or between lines.
func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// isInvisible reports whether r has no width and no meaning for us: zero-width
// characters, soft hyphens, byte order marks, marks of direction.
func isInvisible(r rune) bool {
	switch r {
	case 0xad, 0x180e, 0x2060, 0xfeff:
		return true
	}
	return r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// isControl reports whether r is a control character other than a blank.
func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f }

// trim cuts ASCII blanks from both ends.
func trim(text []byte) []byte {
	for len(text) > 0 && isSpace(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && isSpace(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

func isDigit(b byte) bool { return b-'0' <= 9 }

// allDigits reports whether text is not empty and holds digits only.
func allDigits(text []byte) bool {
	for _, b := range text {
		if !isDigit(b) {
			return false
		}
	}
	return len(text) > 0
}

// longer reports whether text has more than n characters.
func longer(text []byte, n int) bool { return len(text) > n && utf8.RuneCount(text) > n }

// textReader reads texts as they are, cleaned.
type textReader struct {
	cleaner
	maxLength int
}

func newText(_ value.Type, o Options) Func {
	r := &textReader{maxLength: o.maxLength()}
	return r.read
}

func (r *textReader) read(text []byte) (value.Value, *Reason) {
	text, reason := r.clean(text)
	switch {
	case len(text) == 0:
		return value.Value{}, reason
	case longer(text, r.maxLength):
		return value.Value{}, TooLong
	}
	return value.OfText(text), reason
}

// labelReader reads the words that stand for a code, to be looked up in a map.
type labelReader struct {
	textReader
	lower []byte
}

func newLabel(_ value.Type, o Options) Func {
	r := &labelReader{textReader: textReader{maxLength: o.maxLength()}}
	return r.read
}

func (r *labelReader) read(text []byte) (value.Value, *Reason) {
	v, reason := r.textReader.read(text)
	if !v.Valid {
		return v, reason
	}
	r.lower = r.lower[:0]
	for rest := v.Text; len(rest) > 0; {
		letter, size := utf8.DecodeRune(rest)
		r.lower, rest = utf8.AppendRune(r.lower, unicode.ToLower(letter)), rest[size:]
	}
	return value.OfText(r.lower), reason
}
