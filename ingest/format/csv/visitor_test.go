package csv_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"thidua/ingest/format"
	"thidua/ingest/format/csv"
	"thidua/transform/record"
)

var _ format.Format = (*csv.Format)(nil)

// transcript is a visitor that writes down what it is shown.
type transcript struct {
	fields []string
	text   strings.Builder
	// skip is the number of a dossier that is not wanted.
	skip int32
	// fail is returned for the first record, failEnd for the first end.
	fail, failEnd error
	dossiers      int
	// line is the row of the record before.
	line int32
}

func (t *transcript) BeginDossier(n int32) (bool, error) {
	t.dossiers++
	fmt.Fprintf(&t.text, "dossier %d\n", n)
	return n != t.skip, nil
}

func (t *transcript) Record(r *record.Record) error {
	if r.Line <= t.line {
		return fmt.Errorf("row %d follows row %d", r.Line, t.line)
	}
	t.line = r.Line
	for i, value := range r.Fields {
		if value != nil {
			fmt.Fprintf(&t.text, "  %s %q\n", t.fields[i], value)
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
	return t.failEnd
}

func (t *transcript) Note(n format.Note) {
	fmt.Fprintf(&t.text, "note %s %s %d\n", n.Rule, n.Name, n.Count)
}

// newFormat makes the format that a block of YAML declares.
func newFormat(t testing.TB, block string) *csv.Format {
	t.Helper()
	var c csv.Config
	if err := yaml.UnmarshalWithOptions([]byte(block), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	f, err := csv.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func layoutOf(fields []string) record.Layout {
	return record.Layout{Kinds: []record.Kind{{Name: csv.Kind, Fields: fields, Head: true}}}
}

// inspected returns what Inspect says, as text.
func inspected(t testing.TB, f *csv.Format, r io.Reader, fields []string) (format.Frame, string) {
	t.Helper()
	frame, err := f.Inspect(context.Background(), r, layoutOf(fields))
	var out strings.Builder
	var refusal *format.Refusal
	switch {
	case errors.As(err, &refusal):
		return frame, fmt.Sprintf("refused %s after %d: %s / %s\n", refusal.Rule, refusal.Dossiers, refusal.Reason.Vi, refusal.Reason.En)
	case err != nil:
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "dossiers %d, %s, %s\n", frame.Dossiers, frame.Envelope[csv.EncodingField], frame.Envelope[csv.DelimiterField])
	for _, n := range frame.Notes {
		fmt.Fprintf(&out, "note %s\n", strings.TrimSpace(fmt.Sprintf("%s %d %s", n.Rule, n.Count, n.Name)))
	}
	return frame, out.String()
}

// passes reads a payload twice, as the runner does, and returns what was shown.
func passes(t testing.TB, f *csv.Format, open func() io.Reader, fields []string) string {
	t.Helper()
	frame, text := inspected(t, f, open(), fields)
	if strings.HasPrefix(text, "refused") {
		return text
	}
	v := &transcript{fields: fields}
	if err := f.Decode(context.Background(), open(), frame, layoutOf(fields), v); err != nil {
		t.Fatal(err)
	}
	if v.dossiers != frame.Dossiers {
		t.Errorf("inspect counts %d dossiers, decode %d", frame.Dossiers, v.dossiers)
	}
	return text + v.text.String()
}
