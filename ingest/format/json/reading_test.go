package json_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"thidua/ingest/format"
	"thidua/ingest/format/json"
)

// TestUnwanted holds that a dossier that is not wanted is passed over.
func TestUnwanted(t *testing.T) {
	v := &transcript{layout: head("a"), skip: 2}
	err := made(t, json.Config{}).Decode(context.Background(), strings.NewReader(`[{"a":1},{"a":{"b":[2]}},{"a":3}]`), format.Frame{}, v.layout, v)
	want := "dossier 1\n  record 1\n    a \"1\"\n  end\ndossier 2\ndossier 3\n  record 1\n    a \"3\"\n  end\n"
	if err != nil || v.text.String() != want {
		t.Errorf("got %v and\n%s", err, v.text.String())
	}
}

// TestErrorsPass holds that what a visitor or a reader returns comes back as it is.
func TestErrorsPass(t *testing.T) {
	f := made(t, json.Config{})
	broken := errors.New("broken")
	v := &transcript{layout: head("a"), fail: broken}
	if err := f.Decode(context.Background(), strings.NewReader(`{"a":1}`), format.Frame{}, v.layout, v); !errors.Is(err, broken) {
		t.Errorf("visitor: %v", err)
	}
	half := func() io.Reader { return io.MultiReader(strings.NewReader(`[{"a":1},`), iotest.ErrReader(broken)) }
	if _, err := f.Inspect(context.Background(), half(), head("a")); !errors.Is(err, broken) {
		t.Errorf("inspect: %v", err)
	}
	if err := f.Decode(context.Background(), half(), format.Frame{}, head("a"), &counter{}); !errors.Is(err, broken) {
		t.Errorf("decode: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Inspect(ctx, strings.NewReader(`{"a":1}`), head("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
	if _, err := f.Inspect(context.Background(), stuck{}, head("a")); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that returns nothing: %v", err)
	}
}

// stuck is a reader that never gets on.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// TestDecodeRefuses holds that Decode does not take bytes for others that Inspect
// would have refused.
func TestDecodeRefuses(t *testing.T) {
	for content, want := range map[string]string{
		"":                                  "empty",
		`{"a":1`:                            "truncated",
		`{"a":1}[`:                          "truncated",
		`{1:2}`:                             "not_json",
		`{"a" 2}`:                           "not_json",
		`{"a":,}`:                           "not_json",
		"{\"a\":\"\n\"}":                    "not_json",
		`nul `:                              "not_json",
		"{\"a\":\"\xFF\"}":                  "not_utf8",
		`{"a":"0123456789012345678901234"}`: "record_too_large",
	} {
		f := made(t, json.Config{RecordBytes: 30})
		err := f.Decode(context.Background(), strings.NewReader(content), format.Frame{}, head("a"), &counter{})
		var refusal *format.Refusal
		if !errors.As(err, &refusal) || refusal.Rule != want {
			t.Errorf("%q: %v, want %s", content, err, want)
		}
	}
}

// TestInspectReadsOn holds that a payload that is refused is read to its end.
func TestInspectReadsOn(t *testing.T) {
	for _, begin := range []string{"x", "[1,", "\xFF\xFEx\x00"} {
		r := strings.NewReader(begin + strings.Repeat("y", 1<<20))
		_, err := made(t, json.Config{}).Inspect(context.Background(), r, head())
		var refusal *format.Refusal
		if !errors.As(err, &refusal) || r.Len() > 0 {
			t.Errorf("%q: %v with %d bytes left", begin, err, r.Len())
		}
	}
}

// TestRemainsUsable holds that a format reads on after payloads of other sizes.
func TestRemainsUsable(t *testing.T) {
	f := made(t, json.Config{})
	large := `{"a":"` + strings.Repeat("x", 3<<20) + `"}`
	for _, content := range []string{large, `{"a":1}`, "{", large, `{"a":2}`} {
		var c counter
		err := f.Decode(context.Background(), strings.NewReader(content), format.Frame{}, head("a"), &c)
		if ok := err == nil && c.values == 1; ok != (content != "{") {
			t.Errorf("%.20s: %v after %d values", content, err, c.values)
		}
	}
}

// TestLargeRecord reads a record that takes many windows, in small pieces.
func TestLargeRecord(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`{"data":[{"lines":[`)
	for i := range 100_000 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"m":"a line of some length, with \u0061 character escaped"}`)
	}
	b.WriteString(`],"id":1}],"unit":"79999"}`)
	f := made(t, json.Config{Records: "data", Lines: map[string][]string{"line": {"lines"}}})
	layout := with(head("id", "^unit"), "line", "m", "^id", "^^unit")
	open := func() io.Reader { return pieces{bytes.NewReader(b.Bytes()), 4000} }
	frame, err := f.Inspect(context.Background(), open(), layout)
	if err != nil {
		t.Fatal(err)
	}
	var c counter
	if err := f.Decode(context.Background(), open(), frame, layout, &c); err != nil {
		t.Fatal(err)
	}
	if c.records != 100_001 || c.values != 300_002 {
		t.Errorf("%d records with %d values", c.records, c.values)
	}
}
