package tabular

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold makes the texts alike that people take for the same name: case, marks of
// tone and letter, kinds and numbers of blanks, line breaks, and the stars and
// colons at the end and the blanks around a stroke do not count.
func fold(text string) string {
	var b strings.Builder
	blank := false
	for _, r := range norm.NFD.String(text) {
		switch {
		case isBlank(r):
			blank = b.Len() > 0
			continue
		case unicode.Is(unicode.Mn, r), isInvisible(r):
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(plain(r))
	}
	return trimMarks(strings.ReplaceAll(strings.ReplaceAll(b.String(), " /", "/"), "/ ", "/"))
}

// plain returns the letter in lower case, đ and its look-alike as d.
func plain(r rune) rune {
	switch r {
	case 'đ', 'Đ', 'ð', 'Ð':
		return 'd'
	}
	return unicode.ToLower(r)
}

// tidy composes a name and cuts blanks, stars and colons off, so that an exact
// comparison is one of what people see.
func tidy(text string) string {
	return trimMarks(norm.NFC.String(strings.TrimFunc(text, isBlank)))
}

// trimMarks cuts off what marks a column as required or ends its name.
func trimMarks(text string) string {
	for {
		cut := strings.TrimRightFunc(text, isBlank)
		cut = strings.TrimSuffix(cut, "(*)")
		cut = strings.TrimRight(cut, "*:")
		if cut == text {
			return text
		}
		text = cut
	}
}

// isBlank reports whether r is a space of any kind, a tab or a line break.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

// isInvisible reports whether r has no width and no meaning in a name.
func isInvisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

// Blank reports whether a cell holds nothing but blanks.
func Blank(cell []byte) bool {
	for len(cell) > 0 {
		if c := cell[0]; c < utf8.RuneSelf {
			if c > ' ' || c < '\t' || c > '\r' && c < ' ' {
				return false
			}
			cell = cell[1:]
			continue
		}
		r, size := utf8.DecodeRune(cell)
		if !isBlank(r) {
			return false
		}
		cell = cell[size:]
	}
	return true
}
