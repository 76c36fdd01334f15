package declaration_test

import (
	"strings"
	"testing"

	"thidua/transform/declaration"
)

func TestNearest(t *testing.T) {
	known := []string{"format", "source", "dossier", "MA_CSKCB", "MA_LK", "sex", "đơn_vị"}
	tests := []struct {
		name, word, want string
	}{
		{"a letter missing", "fomat", "format"},
		{"a letter too many", "soource", "source"},
		{"a letter wrong", "dosster", "dossier"},
		{"neighbours swapped", "foramt", "format"},
		{"case does not count", "ma_lk", "MA_LK"},
		{"short words too", "sexx", "sex"},
		{"two slips in a long word", "MACSKBC", "MA_CSKCB"},
		{"letters, not bytes", "đon_vị", "đơn_vị"},
		{"the word itself", "format", "format"},
		{"another word", "schedule", ""},
		{"a short word that shares nothing", "abc", ""},
		{"no word", "", ""},
		{"a hostile word", strings.Repeat("format", 1000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := declaration.Nearest(tt.word, known)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("Nearest(%q) = %q, %v; want %q", tt.word, got, ok, tt.want)
			}
		})
	}
}

func TestNearestTakesTheFirstOfEquals(t *testing.T) {
	got, _ := declaration.Nearest("lef_at", []string{"left_at", "lexf_at"})
	if got != "left_at" {
		t.Errorf("Nearest = %q, want the first of two equally near words", got)
	}
}

func TestHint(t *testing.T) {
	many := strings.Split("abcdefghijklm", "")
	tests := []struct {
		name, word string
		known      []string
		want       string
	}{
		{"near", "visti", []string{"visit", "check_in"}, `did you mean "visit"?`},
		{"few", "dose", []string{"visit", "check_in"}, "known are visit, check_in"},
		{"too many to list", "dose", many, ""},
		{"none", "dose", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := declaration.Hint(tt.word, tt.known); got != tt.want {
				t.Errorf("hint %q, want %q", got, tt.want)
			}
		})
	}
}
