package xlsx_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/xlsx"
	"thidua/transform/record"
)

var _ format.Format = (*xlsx.Format)(nil)

// transcript is a visitor that writes down what it is shown.
type transcript struct {
	fields []string
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
	fmt.Fprintf(&t.text, "  kind %d line %d\n", r.Kind, r.Line)
	for i, value := range r.Fields {
		if value != nil {
			fmt.Fprintf(&t.text, "    %s %q\n", t.fields[i], value)
		}
	}
	return t.fail
}

func (t *transcript) Fault(format.Fault) error { return errors.New("a workbook has no parts to fail") }
func (t *transcript) EndDossier() error        { t.text.WriteString("  end\n"); return nil }

func (t *transcript) Note(n format.Note) {
	fmt.Fprintf(&t.text, "note %s %s %d\n", n.Rule, n.Name, n.Count)
}

// table is a visitor that keeps the fields of each row, nil as "-".
type table struct {
	rows  [][]string
	notes []string
}

func (t *table) BeginDossier(int32) (bool, error) { return true, nil }
func (t *table) Fault(format.Fault) error         { return errors.New("a workbook has no parts to fail") }
func (t *table) EndDossier() error                { return nil }

func (t *table) Record(r *record.Record) error {
	row := make([]string, len(r.Fields))
	for i, value := range r.Fields {
		if row[i] = "-"; value != nil {
			row[i] = string(value)
		}
	}
	t.rows = append(t.rows, row)
	return nil
}

func (t *table) Note(n format.Note) {
	t.notes = append(t.notes, strings.TrimSpace(fmt.Sprintf("%s %s", n.Rule, n.Name))+fmt.Sprintf(" ×%d", n.Count))
}

// newFormat returns a format that must be well configured.
func newFormat(t testing.TB, c xlsx.Config) *xlsx.Format {
	t.Helper()
	f, err := xlsx.New(c, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// fields is the layout that lists these fields of a row.
func fields(names ...string) record.Layout {
	return record.Layout{Kinds: []record.Kind{{Name: "row", Fields: names, Head: true}}}
}

// inspected returns what Inspect says, as text, and the frame.
func inspected(t testing.TB, f *xlsx.Format, layout record.Layout, r io.Reader) (string, format.Frame) {
	t.Helper()
	frame, err := f.Inspect(context.Background(), r, layout)
	var refusal *format.Refusal
	switch {
	case errors.As(err, &refusal):
		return fmt.Sprintf("refused %s after %d: %s / %s\n", refusal.Rule, refusal.Dossiers, refusal.Reason.Vi, refusal.Reason.En), frame
	case err != nil:
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "dossiers %d sheet %q\n", frame.Dossiers, frame.Envelope["@sheet"])
	for _, n := range frame.Notes {
		fmt.Fprintf(&out, "note %s %s %d\n", n.Rule, n.Name, n.Count)
	}
	return out.String(), frame
}

// read returns the rows of a payload, which must be accepted.
func read(t testing.TB, f *xlsx.Format, layout record.Layout, content []byte) *table {
	t.Helper()
	got, frame := inspected(t, f, layout, bytes.NewReader(content))
	if strings.HasPrefix(got, "refused") {
		t.Fatal(got)
	}
	v := new(table)
	if err := f.Decode(context.Background(), bytes.NewReader(content), frame, layout, v); err != nil {
		t.Fatal(err)
	}
	if len(v.rows) != frame.Dossiers {
		t.Errorf("inspect counts %d rows, decode %d", frame.Dossiers, len(v.rows))
	}
	return v
}
