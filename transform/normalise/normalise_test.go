package normalise_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/normalise"
	"thidua/transform/value"
)

// reader returns the function for a type and options that must fit each other.
func reader(tb testing.TB, t value.Type, o normalise.Options) normalise.Func {
	tb.Helper()
	read, err := normalise.For(t, o)
	if err != nil {
		tb.Fatal(err)
	}
	return read
}

// show renders a value as text that reads back as the same value.
func show(t value.Type, v value.Value) string {
	if !v.Valid {
		return ""
	}
	switch t.Kind {
	case value.Text, value.Key:
		return string(v.Text)
	case value.Date:
		return time.Unix(v.Int*24*60*60, 0).UTC().Format("2006-01-02")
	case value.Timestamp:
		return time.UnixMicro(v.Int).UTC().Format("2006-01-02T15:04:05.999999")
	case value.Decimal:
		return showDecimal(v.Int, int(t.Scale))
	default:
		return fmt.Sprint(v.Int)
	}
}

func showDecimal(n int64, scale int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", scale+1, n)
	if scale == 0 {
		return sign + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// sample is a text, what it reads as, and the finding beside it. An empty want
// is no value.
type sample struct {
	text   string
	want   string
	reason *normalise.Reason
}

// check reads the samples one after the other with one function, as a run does.
func check(t *testing.T, typ value.Type, o normalise.Options, samples []sample) {
	t.Helper()
	read := reader(t, typ, o)
	for i, s := range samples {
		v, reason := read([]byte(s.text))
		if got := show(typ, v); got != s.want || reason != s.reason {
			t.Errorf("sample %d, %q: got %q with %s, want %q with %s", i, s.text, got, findingOf(reason), s.want, findingOf(s.reason))
		}
	}
}

func findingOf(r *normalise.Reason) string {
	if r == nil {
		return "no reason"
	}
	return r.ID
}

func TestForRefusesWhatDoesNotFit(t *testing.T) {
	tests := map[string]struct {
		typ  value.Type
		o    normalise.Options
		want error
		says string
	}{
		"reading of another type": {value.Type{Kind: value.Date}, normalise.Options{Reading: "icd10"}, normalise.ErrReading, "known are date, epoch_ms, excel, excel_1904"},
		"reading nobody knows":    {value.Type{Kind: value.Integer}, normalise.Options{Reading: "sex"}, normalise.ErrReading, "number, year, month, birth_year"},
		"padding without length":  {value.Type{}, normalise.Options{Reading: "zero_padded"}, normalise.ErrOptions, "length"},
		"negative length":         {value.Type{}, normalise.Options{Length: -1}, normalise.ErrOptions, "negative"},
		"length beyond greatest":  {value.Type{}, normalise.Options{Length: 9, MaxLength: 8}, normalise.ErrOptions, "exceeds"},
		"too many digits":         {value.Type{Kind: value.Decimal, Precision: 19}, normalise.Options{}, normalise.ErrOptions, "digits"},
		"more scale than digits":  {value.Type{Kind: value.Decimal, Precision: 2, Scale: 3}, normalise.Options{}, normalise.ErrOptions, "digits"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := normalise.For(tt.typ, tt.o)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v that says %q", err, tt.want, tt.says)
			}
		})
	}
}

func TestReadingsAreUsable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range normalise.Readings() {
		if seen[r.Name] {
			t.Errorf("reading %s is listed twice", r.Name)
		}
		seen[r.Name] = true
		if r.Doc.Vi == "" || r.Doc.En == "" || len(r.Kinds) == 0 {
			t.Errorf("reading %s lacks its documentation", r.Name)
		}
		for _, k := range r.Kinds {
			typ := value.Type{Kind: k, Precision: 5, Scale: 2}
			read := reader(t, typ, normalise.Options{Reading: r.Name, Length: 5})
			for _, blank := range []string{"", " ", "\t\r\n", "\u00a0", "\u200b\ufeff", "\x00\x01"} {
				if v, reason := read([]byte(blank)); v.Valid || reason != nil {
					t.Errorf("%s as %s: blank %q gives %v with %s", r.Name, k, blank, v.Valid, findingOf(reason))
				}
			}
			if v, reason := read([]byte("a\xff")); v.Valid || reason == nil {
				t.Errorf("%s as %s: broken bytes are trusted", r.Name, k)
			}
		}
	}
}

func TestReasonsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range normalise.Reasons() {
		if seen[r.ID] || r.ID == "" || r.Text.Vi == "" || r.Text.En == "" {
			t.Errorf("reason %q is not whole, or listed twice", r.ID)
		}
		seen[r.ID] = true
	}
}

func TestLocaleNames(t *testing.T) {
	for _, l := range []normalise.Locale{normalise.Point, normalise.Comma} {
		got, ok := normalise.ParseLocale(l.String())
		if diff := cmp.Diff(l, got); !ok || diff != "" {
			t.Errorf("locale %s: %v %s", l, ok, diff)
		}
	}
	if _, ok := normalise.ParseLocale("en"); ok {
		t.Error("an unknown locale is accepted")
	}
}
