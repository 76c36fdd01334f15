package xml_test

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
	"thidua/ingest/format/xml"
	"thidua/transform/record"
)

var _ format.Format = (*xml.Format)(nil)

// transcript is a visitor that writes down what it is shown.
type transcript struct {
	layout record.Layout
	text   strings.Builder
	// skip is the number of a dossier that is not wanted.
	skip int32
	// fail is returned for the first record, refuse by BeginDossier.
	fail, refuse error
	dossiers     int
}

func (t *transcript) BeginDossier(n int32) (bool, error) {
	t.dossiers++
	fmt.Fprintf(&t.text, "dossier %d\n", n)
	return n != t.skip, t.refuse
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

// made returns the format that a configuration declares.
func made(t testing.TB, c xml.Config) *xml.Format {
	t.Helper()
	f, err := xml.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// layoutOf is a layout of the dossiers' own kind and one kind of lines, which is
// left out where it has no fields.
func layoutOf(fields []string, lines string, lineFields []string) record.Layout {
	layout := record.Layout{Kinds: []record.Kind{{Name: "record", Fields: fields, Head: true}}}
	if len(lineFields) > 0 {
		layout.Kinds = append(layout.Kinds, record.Kind{Name: lines, Fields: lineFields})
	}
	return layout
}

// inspected returns what Inspect says, as text.
func inspected(t *testing.T, f *xml.Format, layout record.Layout, r io.Reader) string {
	t.Helper()
	frame, err := f.Inspect(context.Background(), r, layout)
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
	for _, name := range slices.Sorted(maps.Keys(frame.Envelope)) {
		fmt.Fprintf(&out, "%s %q\n", name, frame.Envelope[name])
	}
	for _, n := range frame.Notes {
		fmt.Fprintf(&out, "note %s %s %d\n", n.Rule, n.Name, n.Count)
	}
	return out.String()
}

// decoded returns what Decode shows its visitor, as text, and a refusal.
func decoded(t *testing.T, f *xml.Format, layout record.Layout, r io.Reader) string {
	t.Helper()
	v := &transcript{layout: layout}
	err := f.Decode(context.Background(), r, format.Frame{}, layout, v)
	var refusal *format.Refusal
	switch {
	case errors.As(err, &refusal):
		fmt.Fprintf(&v.text, "refused %s\n", refusal.Rule)
	case err != nil:
		t.Fatal(err)
	}
	return v.text.String()
}
