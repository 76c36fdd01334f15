package csv_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/csv"
	"thidua/transform/declaration"
)

func TestConfig(t *testing.T) {
	tests := []struct{ name, block, want string }{
		{"nothing", "{}", ""},
		{"all", `{columns: {a: [x]}, header: 2, header_rows: 2, totals: [], optional: [a], delimiter: tab, encoding: vni, quote: none, surplus: join}`, ""},
		{"delimiters", `{delimiter: ";"}`, ""},
		{"tabulator itself", `{delimiter: "\t"}`, ""},
		{"delimiter", `{delimiter: ":"}`, "$.delimiter"},
		{"long delimiter", `{delimiter: ";;"}`, "$.delimiter"},
		{"encoding", "{encoding: latin1}", "$.encoding"},
		{"no encoding", "{encoding: unknown}", "$.encoding"},
		{"quote", "{quote: ab}", "$.quote"},
		{"letter for a quote", "{quote: a}", "$.quote"},
		{"surplus", "{surplus: drop}", "$.surplus"},
		{"several, those of the table among them", `{header: -1, delimiter: "x", surplus: y}`, "$.header $.delimiter $.surplus"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c csv.Config
			if err := yaml.UnmarshalWithOptions([]byte(tt.block), &c, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			_, err := csv.New(c)
			var problems declaration.Problems
			if err != nil && !errors.As(err, &problems) {
				t.Fatal(err)
			}
			var paths []string
			for _, p := range problems {
				paths = append(paths, p.Path)
			}
			if diff := cmp.Diff(tt.want, strings.Join(paths, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesOfTheContract(t *testing.T) {
	f := newFormat(t, "{}")
	if diff := cmp.Diff([]string{"row"}, f.Kinds()); diff != "" {
		t.Error(diff)
	}
	if f.Fields("row") != nil {
		t.Error("any name may occur")
	}
	for name, ok := range map[string]bool{"Số thẻ": true, "@row": true, "@line": false, "": false} {
		if (f.CheckField(name) == nil) != ok {
			t.Errorf("%q: %v", name, f.CheckField(name))
		}
	}
}
