package normalise_test

import (
	"strings"
	"testing"

	"thidua/transform/normalise"
	"thidua/transform/value"
)

func TestText(t *testing.T) {
	check(t, value.Type{}, normalise.Options{MaxLength: 30}, []sample{
		{"Khám Nội", "Khám Nội", nil},
		{"  Glucose [Máu] \r\n", "Glucose [Máu]", nil},
		{"a  b\t\n c", "a b c", nil},
		{"\u00a0Nguyên\u00a0\u2009 liệu\u3000", "Nguyên liệu", nil},
		{"\ufeffvắc\u200b xin\u00ad", "vắc xin", nil},
		// Decomposed letters, also with the marks in the other order.
		{"tha\u0306\u0301ng la\u0323\u0302n", "thắng lận", nil},
		{"\u1eb9\u0302", "ệ", nil},
		{"Ðà Nẵng, ðường", "Đà Nẵng, đường", nil},
		{"hu\x00yết \x1fáp\u0085x", "huyết áp x", normalise.ControlRemoved},
		{"tab\x7f", "tab", normalise.ControlRemoved},
		{"Nguy\xd4n", "", normalise.NotUTF8},
		{"\xff", "", normalise.NotUTF8},
		{strings.Repeat("ệ", 30), strings.Repeat("ệ", 30), nil},
		{strings.Repeat("ệ", 31), "", normalise.TooLong},
	})
}

func TestTextDefaultLength(t *testing.T) {
	check(t, value.Type{}, normalise.Options{}, []sample{
		{strings.Repeat("a", normalise.DefaultMaxLength), strings.Repeat("a", normalise.DefaultMaxLength), nil},
		{strings.Repeat("a", normalise.DefaultMaxLength+1), "", normalise.TooLong},
	})
}

// The order of calls must not matter: memory is used again.
func TestTextMemoryIsUsedAgain(t *testing.T) {
	read := reader(t, value.Type{}, normalise.Options{})
	long, _ := read([]byte("phường  Mẫu rất dài"))
	if string(long.Text) != "phường Mẫu rất dài" {
		t.Fatalf("got %q", long.Text)
	}
	short, _ := read([]byte("xã  M"))
	if string(short.Text) != "xã M" {
		t.Errorf("got %q", short.Text)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "Khám Nội", "a  b", "\u00a0x\u200b", "e\u0323\u0302", "Ð", "\xff", "\x00", "\u2126\u0344"} {
		f.Add([]byte(s))
	}
	typ := value.Type{}
	read, again := reader(f, typ, normalise.Options{MaxLength: 1000}), reader(f, typ, normalise.Options{MaxLength: 1000})
	f.Fuzz(func(t *testing.T, text []byte) { idempotent(t, typ, read, again, text) })
}

// idempotent checks that what a text reads as reads as itself, and cleanly.
func idempotent(t *testing.T, typ value.Type, read, again normalise.Func, text []byte) {
	t.Helper()
	v, reason := read(text)
	if !v.Valid {
		return
	}
	first := show(typ, v)
	w, second := again([]byte(first))
	if got := show(typ, w); got != first || second != nil {
		t.Errorf("%q reads as %q (%s), and that as %q (%s)", text, first, findingOf(reason), got, findingOf(second))
	}
}

func BenchmarkText(b *testing.B) {
	for name, text := range map[string]string{
		"ascii":      "Paracetamol 500mg",
		"vietnamese": "Định lượng Glucose [Máu]",
	} {
		b.Run(name, func(b *testing.B) { benchmark(b, value.Type{}, normalise.Options{}, text) })
	}
}

// benchmark reads text over and over, which must not cost memory.
func benchmark(b *testing.B, typ value.Type, o normalise.Options, text string) {
	b.Helper()
	read, input := reader(b, typ, o), []byte(text)
	b.ReportAllocs()
	for b.Loop() {
		if v, _ := read(input); !v.Valid {
			b.Fatal("the sample cannot be read")
		}
	}
}
