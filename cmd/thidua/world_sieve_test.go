package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// worldSieve looks for many planted values in much text at once, in the spellings
// in which a value could slip through: as it is, composed and decomposed, in lower
// case, without its marks, and without what stands between its words and digits.
type worldSieve struct {
	needles map[[sieveStem]byte][]needle
	first   [1 << 16]bool
	planted map[string]string
}

// needle is one spelling of a planted value.
type needle struct {
	text  string
	value string
}

// chanceDigits is the length below which a number is met by chance inside digests
// and pseudonyms, which are long and many.
const chanceDigits = 10

// byChance reports whether a short number is only a piece of something longer.
func (n needle) byChance(before, after []byte) bool {
	if len(n.text) >= chanceDigits || strings.Trim(n.text, "0123456789") != "" {
		return false
	}
	last, _ := utf8.DecodeLastRune(before)
	next, _ := utf8.DecodeRune(after)
	return isWord(last) || isWord(next)
}

// sieveStem is how many bytes of a spelling are looked up; a shorter one would be
// found everywhere.
const sieveStem = 6

func newSieve() *worldSieve {
	return &worldSieve{needles: map[[sieveStem]byte][]needle{}, planted: map[string]string{}}
}

// plant adds a value of a person. Kind names it where it is found: the value
// itself is printed nowhere, as everywhere in the house.
func (s *worldSieve) plant(t *testing.T, kind, value string) {
	t.Helper()
	if _, again := s.planted[value]; again {
		return
	}
	if len(value) < sieveStem {
		t.Fatalf("a planted value of kind %s is too short to be looked for", kind)
	}
	s.planted[value] = kind
	spellings := map[string]bool{value: true, lowered(value): true, norm.NFD.String(lowered(value)): true}
	if words := strings.Fields(value); len(words) > 1 || strings.ContainsFunc(value, unicode.IsDigit) {
		spellings[folded(value)] = true
		spellings[joined(folded(value))] = true
	}
	for text := range spellings {
		if len(text) < sieveStem {
			continue
		}
		stem := [sieveStem]byte([]byte(text))
		s.needles[stem] = append(s.needles[stem], needle{text, value})
		s.first[uint16(text[0])<<8|uint16(text[1])] = true
	}
}

// find returns the planted values that a text holds in any spelling.
func (s *worldSieve) find(text []byte) map[string]bool {
	found := map[string]bool{}
	low := []byte(lowered(string(text)))
	fold := folded(string(low))
	for _, form := range [][]byte{text, low, bytes.ToLower(text), []byte(fold), []byte(joined(fold))} {
		s.sift(form, found)
	}
	return found
}

func (s *worldSieve) sift(text []byte, found map[string]bool) {
	for i := 0; i+sieveStem <= len(text); i++ {
		if !s.first[uint16(text[i])<<8|uint16(text[i+1])] {
			continue
		}
		for _, n := range s.needles[[sieveStem]byte(text[i:i+sieveStem])] {
			if bytes.HasPrefix(text[i:], []byte(n.text)) && !n.byChance(text[:i], text[i+len(n.text):]) {
				found[n.value] = true
			}
		}
	}
}

// findRaw is find for bytes that are no text: only what stands in them as it is can
// be found there.
func (s *worldSieve) findRaw(raw []byte) map[string]bool {
	found := map[string]bool{}
	s.sift(raw, found)
	s.sift(bytes.ToLower(raw), found)
	return found
}

// clean reports the kinds of the planted values that a text holds, where it may
// hold none.
func (s *worldSieve) clean(t *testing.T, where string, text []byte) {
	t.Helper()
	s.report(t, where, s.find(text))
}

// cleanRaw is clean for bytes that are no text.
func (s *worldSieve) cleanRaw(t *testing.T, where string, raw []byte) {
	t.Helper()
	s.report(t, where, s.findRaw(raw))
}

func (s *worldSieve) report(t *testing.T, where string, found map[string]bool) {
	t.Helper()
	kinds := map[string]int{}
	for value := range found {
		kinds[s.planted[value]]++
	}
	for kind, n := range kinds {
		t.Errorf("%s holds %d planted values of kind %s", where, n, kind)
	}
}

// lowered is the composed text in lower case.
func lowered(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// folded takes the marks off, as somebody types who has no Vietnamese keyboard.
func folded(s string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(s))
	return strings.ToLower(plain)
}

// joined leaves out single signs between letters and digits, such as those that
// group the digits of a number or stand for blanks in the name of a file.
func joined(s string) string {
	var b strings.Builder
	var before rune
	for i, r := range s {
		if !isJoint(r) || !isWord(before) {
			b.WriteRune(r)
		} else if after, _ := utf8.DecodeRuneInString(s[i+1:]); !isWord(after) {
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

func isWord(r rune) bool  { return unicode.IsLetter(r) || unicode.IsDigit(r) }
func isJoint(r rune) bool { return strings.ContainsRune(" ._-", r) }

// The sieve finds what it should: a search that finds nothing proves nothing.
func TestSieveFindsSpellings(t *testing.T) {
	s := newSieve()
	s.plant(t, "name", "Vương Đức Bửu")
	s.plant(t, "number", "015185004321")
	for name, text := range map[string]string{
		"as it is":         "x Vương Đức Bửu y",
		"upper case":       "VƯƠNG ĐỨC BỬU",
		"decomposed":       norm.NFD.String("Vương Đức Bửu"),
		"without marks":    "vuong duc buu",
		"without blanks":   "VUONG_DUC_BUU.xml",
		"number":           "id=015185004321;",
		"number in groups": "015 185 004 321",
		"beside bad bytes": "\xd4\xff Vương Đức Bửu \x80",
	} {
		if len(s.find([]byte(text))) != 1 {
			t.Errorf("%s is not found", name)
		}
	}
	s.plant(t, "short number", "24194890")
	if found := s.find([]byte("n=24194890.")); len(found) != 1 {
		t.Error("a short number is not found")
	}
	if found := s.find([]byte("7124194890, 24194890c, Vương Bửu, 01518500432, buu duc vuong")); len(found) != 0 {
		t.Errorf("found where nothing is: %d", len(found))
	}
}
