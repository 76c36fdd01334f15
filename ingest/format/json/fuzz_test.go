package json_test

import (
	"bytes"
	"context"
	stdjson "encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/json"
	"thidua/ingest/path"
	"thidua/transform/record"
)

// seed adds the samples and some payloads that are hard to read.
func seed(f *testing.F) {
	f.Helper()
	configs, err := filepath.Glob("testdata/*/config.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, config := range configs {
		_, input := readSample(f, filepath.Dir(config))
		f.Add(input)
	}
	for _, content := range []string{
		`{"a":1}{"a":{"b":[{"c":"x"},2]},"a":null}[{"a":[1,"\u1eac\ud83d\ude00\n"]},null,5]`, `{"data":[{"a":1,"x":["p",{"m":1}]},2],"n":3}`,
		`{"b":[{"data":{"a":1},"n":1},[{"n":2,"data":[{"a":2}]}]],"n":3}`, `{"@request":{"n":1}}{"data":[]}`, `[1.5e+3,-0,01]`, "\xFF\xFE{\x00}\x00", `{"a":tru`, `[{"a":"\`,
		"{ \"a\" : [ { \"b\" : 1 } , { \"b\" : \"\\u0062\" , \"\\u0062\" : 2 } ] }\r\n", "<html>", "\uFEFF{}\uFEFF[]", "{\"a\":\"\xE1\xBA\xA4\"}", "\"\x1f\"", `{"n":1,"a":1}{"a":1,"n":1}{"n":1}`,
	} {
		f.Add([]byte(content))
	}
}

// reference reads the documents of a payload with the standard library. It returns
// false where they are not well formed.
func reference(content []byte) ([]any, bool) {
	var documents []any
	d := stdjson.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	for {
		var v any
		switch err := d.Decode(&v); {
		case errors.Is(err, io.EOF):
			return documents, len(documents) > 0 && utf8.Valid(content)
		case err != nil:
			return nil, false
		}
		documents = append(documents, v)
	}
}

// FuzzInspect holds Inspect to the standard library.
func FuzzInspect(f *testing.F) {
	seed(f)
	under := made(f, json.Config{})
	f.Fuzz(func(t *testing.T, content []byte) { judgedAlike(t, under, content) })
}

// judgedAlike fails where Inspect does not accept exactly what is UTF-8 and whose
// every document is well formed, or judges otherwise in pieces.
func judgedAlike(t *testing.T, under *json.Format, content []byte) {
	t.Helper()
	for _, mark := range []string{"\uFEFF", "\xFF\xFE", "\xFE\xFF"} {
		if bytes.Contains(content, []byte(mark)) {
			return
		}
	}
	_, err := under.Inspect(context.Background(), bytes.NewReader(content), record.Layout{})
	refusal := asRefusal(err)
	if err != nil && refusal == nil {
		t.Fatal(err)
	}
	if refusal != nil && refusal.Rule == "too_deep" {
		return
	}
	if _, good := reference(content); good != (err == nil) {
		t.Fatalf("well formed: %v, inspect: %v\n%q", good, err, content)
	}
	_, again := under.Inspect(context.Background(), pieces{bytes.NewReader(content), 3}, record.Layout{})
	if diff := cmp.Diff(refusal, asRefusal(again)); diff != "" {
		t.Fatalf("in pieces (-whole +so):\n%s\n%q", diff, content)
	}
}

// asRefusal returns the refusal that err is, nil where it is none.
func asRefusal(err error) *format.Refusal {
	var refusal *format.Refusal
	errors.As(err, &refusal)
	return refusal
}

// FuzzDecode holds payloads to the contract under several configurations.
func FuzzDecode(f *testing.F) {
	seed(f)
	formats := severalFormats(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, under := range formats {
			decodedAlike(t, under, content)
		}
	})
}

// severalFormats go with the layout of decodedAlike.
func severalFormats(t testing.TB) []*json.Format {
	return []*json.Format{
		made(t, json.Config{Lines: map[string][]string{"line": {"x", "a.b"}}}),
		made(t, json.Config{Records: "data", Total: "n", Lines: map[string][]string{"line": {"x"}}}),
		made(t, json.Config{Records: "b.data", Total: "b.n", TotalRepeats: true, RecordBytes: 200, Lines: map[string][]string{"line": {"a"}}}),
	}
}

// decodedAlike fails where Decode does not read what Inspect accepts to its end,
// with as many dossiers, whatever the size of the pieces. What Inspect refuses must
// do no harm.
func decodedAlike(t *testing.T, under *json.Format, content []byte) {
	t.Helper()
	ctx := context.Background()
	layout := with(head("a", "a.b", "a[*].c", "^n", "^^n", "^b.n"), "line", "@", "m", "^a", "^^n", "^^^n")
	frame, err := under.Inspect(ctx, bytes.NewReader(content), layout)
	whole, small := &transcript{layout: layout}, &transcript{layout: layout}
	failed := under.Decode(ctx, bytes.NewReader(content), frame, layout, whole)
	again := under.Decode(ctx, pieces{bytes.NewReader(content), 3}, frame, layout, small)
	if err != nil {
		if asRefusal(err) == nil {
			t.Fatalf("inspect: %v", err)
		}
		return
	}
	if failed != nil || again != nil || whole.dossiers != frame.Dossiers {
		t.Fatalf("inspect counts %d, decode %d: %v, in pieces: %v\n%q", frame.Dossiers, whole.dossiers, failed, again, content)
	}
	if diff := cmp.Diff(whole.text.String(), small.text.String()); diff != "" {
		t.Fatalf("in pieces (-whole +so):\n%s\n%q", diff, content)
	}
}

// FuzzFields holds the texts of fields to what the standard library finds.
func FuzzFields(f *testing.F) {
	seed(f)
	under := made(f, json.Config{})
	f.Fuzz(func(t *testing.T, content []byte) { foundAlike(t, under, content) })
}

// foundAlike fails where the fields of a payload are not what the standard library
// finds in it.
func foundAlike(t *testing.T, under *json.Format, content []byte) {
	t.Helper()
	layout := head("a", "a.b", "a[*]", "a[*].b", "a.b[*]", "a.b.c", "data", "n", "x[*].m")
	documents, good := reference(content)
	frame, err := under.Inspect(context.Background(), bytes.NewReader(content), layout)
	if err != nil || !good || bytes.Contains(content, []byte("@request")) {
		return
	}
	var want []string
	for _, d := range documents {
		switch d := d.(type) {
		case nil:
		case []any:
			for _, item := range d {
				want = append(want, expected(t, item, layout.Kinds[0].Fields))
			}
		default:
			want = append(want, expected(t, d, layout.Kinds[0].Fields))
		}
	}
	var b brief
	if err := under.Decode(context.Background(), bytes.NewReader(content), frame, layout, &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.parts); diff != "" {
		t.Fatalf("(-standard library +ours):\n%s\n%q", diff, content)
	}
}

// expected returns what brief keeps of a dossier.
func expected(t *testing.T, dossier any, fields []string) string {
	if _, ok := dossier.(map[string]any); !ok {
		return "!"
	}
	texts := make([]string, len(fields))
	for i, field := range fields {
		p, err := path.Parse(field)
		if err != nil {
			t.Fatal(err)
		}
		if texts[i] = strings.Join(found(dossier, p.Steps), ";"); texts[i] == "" {
			texts[i] = "-"
		}
	}
	return "[" + strings.Join(texts, " ") + "]"
}

// found returns the texts at a path, without those that are blank.
func found(v any, steps []path.Step) []string {
	for list, ok := v.([]any); ok; list, ok = v.([]any) {
		if len(list) == 0 {
			return nil
		}
		v = list[0]
	}
	if len(steps) == 0 {
		return plain(v)
	}
	object, _ := v.(map[string]any)
	next := object[steps[0].Name]
	items, ok := next.([]any)
	if !ok || !steps[0].All {
		return found(next, steps[1:])
	}
	var texts []string
	for _, item := range items {
		texts = append(texts, found(item, steps[1:])...)
	}
	return texts
}

// plain returns the text of a text, number or boolean.
func plain(v any) []string {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case stdjson.Number:
		s = v.String()
	case bool:
		s = map[bool]string{true: "true", false: "false"}[v]
	}
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return []string{s}
}
