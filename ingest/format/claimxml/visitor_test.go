package claimxml_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/claimxml"
	"thidua/transform/record"
)

var _ format.Format = (*claimxml.Format)(nil)

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
	fmt.Fprintf(&t.text, "  fault %s kind %d line %d %s: %s\n", f.Part, f.Kind, f.Line, f.Rule, f.Reason.En)
	return nil
}

func (t *transcript) EndDossier() error {
	t.text.WriteString("  end\n")
	return nil
}

func (t *transcript) Note(n format.Note) {
	fmt.Fprintf(&t.text, "note %s %s %d\n", n.Rule, n.Name, n.Count)
}

// everything is the layout that lists all kinds and fields.
func everything(f *claimxml.Format) record.Layout {
	var layout record.Layout
	for _, name := range f.Kinds() {
		layout.Kinds = append(layout.Kinds, record.Kind{Name: name, Fields: f.Fields(name), Head: name == "XML1"})
	}
	return layout
}

// only is the layout that lists these fields of one kind.
func only(kind string, fields ...string) record.Layout {
	return record.Layout{Kinds: []record.Kind{{Name: kind, Fields: fields}}}
}

// inspected returns what Inspect says, as text.
func inspected(t *testing.T, r io.Reader) string {
	t.Helper()
	frame, err := claimxml.New().Inspect(context.Background(), r, record.Layout{})
	var out strings.Builder
	var refusal *format.Refusal
	switch {
	case errors.As(err, &refusal):
		fmt.Fprintf(&out, "refused %s after %d: %s / %s\n", refusal.Rule, refusal.Dossiers, refusal.Reason.Vi, refusal.Reason.En)
		return out.String()
	case err != nil:
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "dossiers %d\n", frame.Dossiers)
	for _, name := range []string{"MACSKCB", "NGAYLAP", "SOLUONGHOSO", "@signed"} {
		if value := frame.Envelope[name]; value != "" {
			fmt.Fprintf(&out, "%s %q\n", name, value)
		}
	}
	for _, n := range frame.Notes {
		fmt.Fprintf(&out, "note %s %s %d\n", n.Rule, n.Name, n.Count)
	}
	return out.String()
}

// decoded returns what Decode shows its visitor, as text, and a refusal.
func decoded(t *testing.T, layout record.Layout, r io.Reader) string {
	t.Helper()
	v := &transcript{layout: layout}
	err := claimxml.New().Decode(context.Background(), r, format.Frame{}, layout, v)
	var refusal *format.Refusal
	switch {
	case errors.As(err, &refusal):
		fmt.Fprintf(&v.text, "refused %s\n", refusal.Rule)
	case err != nil:
		t.Fatal(err)
	}
	return v.text.String()
}
