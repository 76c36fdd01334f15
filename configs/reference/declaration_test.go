package reference_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"thidua/transform/dataset"
)

// table is a declaration of a reference table: a dataset, the columns that
// name a row, and the file the rows are in.
type table struct {
	dataset.Declaration `yaml:",inline"`

	Key  []string `yaml:"key"`
	Rows string   `yaml:"rows"`
}

func readDeclaration(t *testing.T, file string) table {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d table
	if err := yaml.UnmarshalWithOptions(text, &d, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDeclarations holds each table to its declaration: the columns in order,
// a unique key, nothing required that is empty, no value outside its list.
func TestDeclarations(t *testing.T) {
	for _, file := range []string{"area.yaml", "facility.yaml"} {
		t.Run(file, func(t *testing.T) {
			d := readDeclaration(t, file)
			if _, err := dataset.Compile(d.Declaration); err != nil {
				t.Fatal(err)
			}
			header, rows := readTable(t, d.Rows)
			var declared []string
			for _, c := range d.Columns {
				declared = append(declared, c.Name)
				checkColumn(t, c, rows)
			}
			if diff := cmp.Diff(declared, header); diff != "" {
				t.Errorf("columns (-declared +file):\n%s", diff)
			}
			for key, group := range index(rows, d.Key...) {
				if len(group) > 1 {
					t.Errorf("key %s is held by %d rows", key, len(group))
				}
			}
		})
	}
}

func checkColumn(t *testing.T, c dataset.ColumnDeclaration, rows []row) {
	t.Helper()
	for i, r := range rows {
		v, limit := r[c.Name], max(c.Length, c.MaxLength)
		switch {
		case v == "" && c.Required:
			t.Errorf("row %d: %s is required", i+2, c.Name)
		case v != "" && c.Length > 0 && len(v) != c.Length, limit > 0 && len([]rune(v)) > limit:
			t.Errorf("row %d: %s has the wrong length", i+2, c.Name)
		case v != "" && len(c.Enum) > 0 && !slices.Contains(c.Enum, v):
			t.Errorf("row %d: %s is not a value of its list", i+2, c.Name)
		case v != strings.TrimSpace(v) || !norm.NFC.IsNormalString(v):
			t.Errorf("row %d: %s is not trimmed NFC", i+2, c.Name)
		}
	}
}

func TestTablesAreSortedPlainText(t *testing.T) {
	level := map[string]string{"province": "0", "district": "1", "commune": "2"}
	order := map[string]func(row) string{
		"area.csv":     func(r row) string { return r["list"] + level[r["level"]] + keyOf(r, "code", "valid_from") },
		"facility.csv": func(r row) string { return keyOf(r, "code", "valid_from") },
	}
	for file, key := range order {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(text, []byte("\ufeff")) || bytes.ContainsRune(text, '\r') || !bytes.HasSuffix(text, []byte("\n")) {
			t.Errorf("%s has a mark, a carriage return or no last newline", file)
		}
		_, rows := readTable(t, file)
		if !slices.IsSortedFunc(rows, func(a, b row) int { return strings.Compare(key(a), key(b)) }) {
			t.Errorf("%s is not sorted", file)
		}
	}
}
