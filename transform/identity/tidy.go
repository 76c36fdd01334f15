package identity

import (
	"bytes"
	"unicode/utf8"

	"thidua/transform/normalise"
)

// tidy returns an identifier without blanks and in upper case. It aliases text
// where nothing had to be changed, dst otherwise.
func tidy(text, dst []byte) ([]byte, *normalise.Reason) {
	text = bytes.Trim(text, " \t\r\n")
	clean := true
	for _, b := range text {
		if !isDigit(b) && !isUpper(b) {
			clean = false
			break
		}
	}
	if clean {
		return text, nil
	}
	// Blanks at the ends and invisible characters are no finding.
	text = bytes.TrimFunc(text, isBlank)
	var reason *normalise.Reason
	dst = dst[:0]
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return nil, normalise.NotUTF8
		case isBlank(r):
			reason = normalise.SpacesRemoved
		case r >= 'a' && r <= 'z':
			if reason == nil {
				reason = CaseRaised
			}
			dst = append(dst, byte(r-'a'+'A'))
		default:
			dst = append(dst, text[i:i+size]...)
		}
		i += size
	}
	return dst, reason
}

// isBlank reports whether r is one of the blanks and invisible characters that
// are pasted along with identifiers.
func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', 0xa0, 0x202f, 0x3000, 0xfeff, 0x2060, 0xad:
		return true
	}
	return r >= 0x2000 && r <= 0x200f
}

func isDigit(b byte) bool { return b-'0' <= 9 }

func isUpper(b byte) bool { return b-'A' <= 'Z'-'A' }

// isLetter reports whether b is an ASCII letter.
func isLetter(b byte) bool { return isUpper(b &^ 0x20) }

// allDigits reports whether text is not empty and holds digits only.
func allDigits(text []byte) bool {
	for _, b := range text {
		if !isDigit(b) {
			return false
		}
	}
	return len(text) > 0
}

// isScientific reports whether text, in upper case, is a number that a
// spreadsheet wrote with a power of ten, such as 7.9085E+10.
func isScientific(text []byte) bool {
	mantissa, exponent, ok := bytes.Cut(text, []byte("E+"))
	if !ok || !allDigits(exponent) {
		return false
	}
	if at := bytes.IndexAny(mantissa, ".,"); at >= 0 {
		return allDigits(mantissa[:at]) && allDigits(mantissa[at+1:])
	}
	return allDigits(mantissa)
}
