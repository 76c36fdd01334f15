package json_test

import (
	"math/rand/v2"
	"testing"

	"thidua/ingest/format/json"
)

// author writes payloads at random: mostly well formed, with the names that the
// tests ask for.
type author struct {
	*rand.Rand
	out []byte
}

// one writes one of the texts.
func (a *author) one(texts ...string) { a.out = append(a.out, texts[a.IntN(len(texts))]...) }

// name writes a name.
func (a *author) name() {
	a.one(`"a"`, `"b"`, `"c"`, `"x"`, `"m"`, `"n"`, `"data"`, `"a"`, `"b"`, `"\u0061"`, `"an unwanted name"`, `""`, `"a\"b"`, `"@request"`)
}

// value writes a value of at most the depth.
func (a *author) value(depth int) {
	kind := a.IntN(12)
	switch {
	case kind < 4 && depth > 0:
		a.many(depth, "{", "}")
	case kind < 7 && depth > 0:
		a.many(depth, "[", "]")
	case kind < 10:
		a.one(`"x"`, `"y"`, `""`, `" "`, `"Tr\u1ea7n"`, `"TRẦN VĂN MẪU"`, `"]}\""`, `"\\"`, `"\ud83d\ude00"`, `"\ud83d"`, "\"\u00A0\"", `"a text that takes more than one word"`)
	default:
		a.one("0", "1", "2", "3", "-0.5", "1e+10", "true", "false", "null", "12345678901234567890")
	}
}

// many writes a list or an object.
func (a *author) many(depth int, begin, end string) {
	a.one(begin)
	for i := range a.IntN(5) {
		if i > 0 {
			a.one(",", ",", ",", " , ", ",\n")
		}
		if begin == "{" {
			a.name()
			a.one(":", ":", ":", " : ")
		}
		a.value(depth - 1)
	}
	a.one(end)
}

// payload writes some documents, and now and then changes a byte of them.
func (a *author) payload() []byte {
	a.out = a.out[:0]
	for range 1 + a.IntN(4) {
		a.value(5)
		a.one("\n", "\n", " ", "", "\r\n\t")
	}
	for a.IntN(3) == 0 {
		i := a.IntN(len(a.out) + 1)
		switch a.IntN(3) {
		case 0:
			a.out = a.out[:i]
		case 1:
			a.out = append(a.out[:i:i], a.out[min(i+1, len(a.out)):]...)
		default:
			a.out = append(a.out[:i:i], append([]byte{"{}[],:\"\\01e-tn \xE1\x00"[a.IntN(16)]}, a.out[i:]...)...)
		}
	}
	return a.out
}

// TestRandom holds payloads written at random to everything that the fuzz targets
// hold theirs to.
func TestRandom(t *testing.T) {
	a := &author{Rand: rand.New(rand.NewPCG(1, 2))}
	under, formats := made(t, json.Config{}), severalFormats(t)
	payloads := 600
	if soak() {
		payloads = 10_000
	}
	for range payloads {
		content := a.payload()
		judgedAlike(t, under, content)
		foundAlike(t, under, content)
		for _, f := range formats {
			decodedAlike(t, f, content)
		}
	}
}
