package tabular_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/tabular"
	"thidua/transform/declaration"
)

func TestConfig(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "{}", ""},
		{"all", "{columns: {id: [Mã, Số]}, header: 3, header_rows: 2, totals: [], optional: [id]}", ""},
		{"header", "{header: -1}", "$.header"},
		{"storeys", "{header_rows: 3}", "$.header_rows"},
		{"no column", "{columns: {\"@row\": [Mã]}, optional: [\"@row\"]}", "$.columns.@row $.optional[0]"},
		{"blank names", "{columns: {b: [x, \" * \"], a: [\"\"]}, totals: [\"\"]}", "$.columns.a[0] $.columns.b[1] $.totals[0]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c tabular.Config
			if err := yaml.UnmarshalWithOptions([]byte(tt.text), &c, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			var problems declaration.Problems
			c.Check(&problems)
			var paths []string
			for _, p := range problems {
				if p.Hint == "" || p.Message == "" {
					t.Errorf("%s: not told what is wrong, or what would be right", p.Path)
				}
				paths = append(paths, p.Path)
			}
			if diff := cmp.Diff(tt.want, strings.Join(paths, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An empty list of totals is a list, and not the default.
func TestTotalsSwitchedOffInYAML(t *testing.T) {
	for text, want := range map[string]bool{"totals: []": true, "header: 1": false} {
		var c tabular.Config
		if err := yaml.Unmarshal([]byte(text), &c); err != nil {
			t.Fatal(err)
		}
		if (c.Totals != nil) != want {
			t.Errorf("%s: a list is %v", text, c.Totals != nil)
		}
	}
}

func TestCheckField(t *testing.T) {
	for name, ok := range map[string]bool{"Mã đối tượng": true, "a.b": true, "@row": true, "@sheet": false, " ": false, "*": false} {
		if err := tabular.CheckField(name); (err == nil) != ok || err != nil && !errors.Is(err, tabular.ErrField) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
