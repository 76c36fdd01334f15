package json

import (
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// skipBlanks returns the place of the first byte from i on that is no blank.
func skipBlanks(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// scanString returns the place of the first byte from i on that does not stand for
// itself in a text: a quotation mark, a backslash or a control character. It is
// len(b) where there is none. Eight bytes are looked at together; of the bits that
// a word leaves, the lowest is exact.
func scanString(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^('"'*lowBits), w^('\\'*lowBits)
		found := (quote-lowBits)&^quote | (slash-lowBits)&^slash | (w-' '*lowBits)&^w
		if found &= highBits; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return len(b)
}

// blank reports whether a text holds nothing but blanks.
func blank(text []byte) bool {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c > ' ' {
				return false
			}
			if !unicode.IsSpace(rune(c)) {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if !unicode.IsSpace(r) {
			return false
		}
		i += size
	}
	return true
}

// appendText appends what the inside of a JSON text stands for. Half a surrogate
// pair becomes U+FFFD; what is no escape stands for itself.
func appendText(out, raw []byte) []byte {
	for i := 0; i < len(raw); {
		if c := raw[i]; c != '\\' || i+1 == len(raw) {
			out = append(out, c)
			i++
			continue
		}
		c := raw[i+1]
		i += 2
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			var r rune
			r, i = unescape(raw, i)
			out = utf8.AppendRune(out, r)
			continue
		}
		out = append(out, c)
	}
	return out
}

// unescape reads the digits of \uXXXX at raw[i], and the second half of a pair. It
// returns the place behind.
func unescape(raw []byte, i int) (rune, int) {
	r, i := hex4(raw, i)
	if !utf16.IsSurrogate(r) {
		return r, i
	}
	if i+1 < len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
		low, after := hex4(raw, i+2)
		if pair := utf16.DecodeRune(r, low); pair != unicode.ReplacementChar {
			return pair, after
		}
	}
	return unicode.ReplacementChar, i
}

// hex4 reads up to four hexadecimal digits at raw[i].
func hex4(raw []byte, i int) (rune, int) {
	var r rune
	for end := min(i+4, len(raw)); i < end && isHex(raw[i]); i++ {
		digit := raw[i] | 0x20
		if digit >= 'a' {
			digit -= 'a' - 10
		} else {
			digit -= '0'
		}
		r = r<<4 | rune(digit)
	}
	return r, i
}
