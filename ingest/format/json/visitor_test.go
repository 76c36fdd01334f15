package json_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/json"
	"thidua/transform/record"
)

var _ format.Format = (*json.Format)(nil)

// transcript is a visitor that writes down what it is shown.
type transcript struct {
	layout record.Layout
	text   strings.Builder
	// skip is the number of a dossier that is not wanted.
	skip int32
	// fail is returned for the first record.
	fail     error
	dossiers int
}

func (t *transcript) BeginDossier(n int32) (bool, error) {
	t.dossiers++
	fmt.Fprintf(&t.text, "dossier %d\n", n)
	return n != t.skip, nil
}

func (t *transcript) Record(r *record.Record) error {
	kind := t.layout.Kinds[r.Kind]
	fmt.Fprintf(&t.text, "  %s %d\n", kind.Name, r.Line)
	for i, value := range r.Fields {
		if value != nil {
			fmt.Fprintf(&t.text, "    %s %q\n", kind.Fields[i], value)
		}
	}
	return t.fail
}

func (t *transcript) Fault(f format.Fault) error {
	fmt.Fprintf(&t.text, "  fault %s kind %d line %d %s: %s / %s\n", f.Part, f.Kind, f.Line, f.Rule, f.Reason.Vi, f.Reason.En)
	return nil
}

func (t *transcript) EndDossier() error {
	t.text.WriteString("  end\n")
	return nil
}

func (t *transcript) Note(n format.Note) {
	fmt.Fprintf(&t.text, "note %s %s %d\n", n.Rule, n.Name, n.Count)
}

// made returns the format of a good configuration.
func made(t testing.TB, c json.Config) *json.Format {
	t.Helper()
	f, err := json.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// head is the layout that lists these fields of the head.
func head(fields ...string) record.Layout {
	return record.Layout{Kinds: []record.Kind{{Name: "record", Fields: fields, Head: true}}}
}

// with adds a kind to a layout.
func with(l record.Layout, kind string, fields ...string) record.Layout {
	l.Kinds = append(slices.Clone(l.Kinds), record.Kind{Name: kind, Fields: fields})
	return l
}

// read inspects a payload and decodes it with the frame it has. It returns what
// both say as text.
func read(t testing.TB, f *json.Format, layout record.Layout, open func() io.Reader) string {
	t.Helper()
	var out strings.Builder
	frame, err := f.Inspect(context.Background(), open(), layout)
	var refusal *format.Refusal
	switch {
	case errors.As(err, &refusal):
		return fmt.Sprintf("refused %s after %d: %s / %s\n", refusal.Rule, refusal.Dossiers, refusal.Reason.Vi, refusal.Reason.En)
	case err != nil:
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "dossiers %d\n", frame.Dossiers)
	for _, name := range slices.Sorted(maps.Keys(frame.Envelope)) {
		fmt.Fprintf(&out, "%s %q\n", name, frame.Envelope[name])
	}
	for _, n := range frame.Notes {
		fmt.Fprintf(&out, "note %s %s %d: %s / %s\n", n.Rule, n.Name, n.Count, n.Reason.Vi, n.Reason.En)
	}
	v := &transcript{layout: layout}
	if err := f.Decode(context.Background(), open(), frame, layout, v); err != nil {
		t.Fatalf("decode: %v", err)
	}
	if v.dossiers != frame.Dossiers {
		t.Errorf("Inspect counts %d dossiers, Decode %d", frame.Dossiers, v.dossiers)
	}
	return out.String() + v.text.String()
}

// text opens a payload that is a text.
func text(s string) func() io.Reader {
	return func() io.Reader { return strings.NewReader(s) }
}

// brief is a visitor that keeps the fields of records in brackets, "-" where
// nothing stands, and "!" for a fault.
type brief struct{ parts []string }

func (*brief) BeginDossier(int32) (bool, error) { return true, nil }

func (b *brief) Record(r *record.Record) error {
	texts := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		if texts[i] = string(f); f == nil {
			texts[i] = "-"
		}
	}
	b.parts = append(b.parts, fmt.Sprint(texts))
	return nil
}

func (b *brief) Fault(format.Fault) error { b.parts = append(b.parts, "!"); return nil }
func (*brief) EndDossier() error          { return nil }
func (*brief) Note(format.Note)           {}

// summary returns what a payload holds in one line: its records, the fields of its
// envelope, its notes.
func summary(t testing.TB, f *json.Format, layout record.Layout, open func() io.Reader) string {
	t.Helper()
	frame, err := f.Inspect(context.Background(), open(), layout)
	if err != nil {
		t.Fatal(err)
	}
	var b brief
	if err := f.Decode(context.Background(), open(), frame, layout, &b); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(frame.Envelope)) {
		if name != "@members_behind_records" {
			b.parts = append(b.parts, name+"="+frame.Envelope[name])
		}
	}
	for _, n := range frame.Notes {
		b.parts = append(b.parts, fmt.Sprintf("%s/%s/%d", n.Rule, n.Name, n.Count))
	}
	return strings.Join(b.parts, " ")
}
