package tabular

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// totals recognises rows of totals by their first text.
//
// Tống is a surname, and Công begins many names. So marks count wherever the cell
// has any, and a text of a single word has to stand alone, before a colon or before
// a number. A row of totals that is missed is rejected as a record that lacks its
// fields, whereas a person taken for one would be lost.
type totals struct {
	texts []totalText
	// starts holds the bytes that a cell may begin with for the search to be worth
	// it.
	starts [256]bool
}

// totalText is one text with its marks and without them, in lower case.
type totalText struct {
	marked, plain string
	oneWord       bool
}

func newTotals(list []string) totals {
	var t totals
	// The first bytes of blanks and marks that have no width.
	t.starts[0xC2], t.starts[0xE2], t.starts[0xEF] = true, true, true
	for _, text := range list {
		marked := strings.ToLower(tidy(strings.Join(strings.Fields(text), " ")))
		if marked == "" {
			continue
		}
		one := totalText{marked, fold(text), !strings.Contains(marked, " ")}
		t.texts = append(t.texts, one)
		for _, form := range []string{one.marked, one.plain, norm.NFD.String(one.marked)} {
			t.starts[form[0]] = true
			upper := strings.ToUpper(form)
			t.starts[upper[0]] = true
		}
	}
	return t
}

// begin reports whether the cell begins a row of totals.
func (t *totals) begin(cell []byte) bool {
	for len(cell) > 0 && cell[0] <= ' ' {
		cell = cell[1:]
	}
	if len(cell) == 0 || !t.starts[cell[0]] {
		return false
	}
	cell = bytes.TrimFunc(cell, isBlank)
	// The marks that are written beside their letter begin with one of two bytes.
	if bytes.IndexByte(cell, 0xCC) >= 0 || bytes.IndexByte(cell, 0xCD) >= 0 {
		cell = norm.NFC.Bytes(cell)
	}
	for _, text := range t.texts {
		if text.begins(cell, text.marked) || !hasMarks(cell) && text.begins(cell, text.plain) {
			return true
		}
	}
	return false
}

// begins reports whether the cell is form, or begins with it and goes on as a row
// of totals may.
func (t totalText) begins(cell []byte, form string) bool {
	rest, ok := cutFolded(cell, form)
	if !ok {
		return false
	}
	next, _ := utf8.DecodeRune(rest)
	if len(rest) == 0 || !isBlank(next) {
		return len(rest) == 0 || !unicode.IsLetter(next)
	}
	next, _ = utf8.DecodeRune(bytes.TrimLeftFunc(rest, isBlank))
	return !t.oneWord || !unicode.IsLetter(next)
}

// cutFolded cuts form, a text in lower case with single blanks, off the start of the
// cell, whatever the case of the cell and the number of its blanks.
func cutFolded(cell []byte, form string) ([]byte, bool) {
	for _, want := range form {
		r, size := utf8.DecodeRune(cell)
		if want == ' ' {
			trimmed := bytes.TrimLeftFunc(cell, isBlank)
			if len(trimmed) == len(cell) {
				return nil, false
			}
			cell = trimmed
			continue
		}
		if len(cell) == 0 || unicode.ToLower(r) != want {
			return nil, false
		}
		cell = cell[size:]
	}
	return cell, true
}

// hasMarks reports whether the text was written with Vietnamese letters.
func hasMarks(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return true
		}
	}
	return false
}
