package xlsx_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"thidua/ingest/format/tabular"
	"thidua/ingest/format/xlsx"
	"thidua/transform/declaration"
)

// decode reads a format block as strictly as a job is read.
func decode(text string) (xlsx.Config, error) {
	var c xlsx.Config
	err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.Strict())
	return c, err
}

func TestConfig(t *testing.T) {
	got, err := decode("columns: {Mã: [Code]}\nheader: 3\nheader_rows: 2\noptional: [Mã]\nsheet: [Danh sách, 'Sheet1']\nmerged: fill\nlimits: {member_bytes: 1GB, ratio: 50, strings_memory: 1MiB}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := xlsx.Config{
		Config: tabular.Config{Columns: map[string][]string{"Mã": {"Code"}}, Header: 3, HeaderRows: 2, Optional: []string{"Mã"}},
		Sheet:  xlsx.Names{"Danh sách", "Sheet1"}, Merged: "fill",
		Limits: xlsx.Limits{MemberBytes: 1e9, Ratio: 50, StringsMemory: 1 << 20},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, err := decode("sheet: Danh sách\n"); err != nil || !cmp.Equal(got.Sheet, xlsx.Names{"Danh sách"}) {
		t.Errorf("a single name: %v, %v", got.Sheet, err)
	}
}

func TestConfigSaysWhere(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":    {"sheets: x\n", `[1:1] unknown field "sheets"`},
		"sheet a number": {"merged: fill\nsheet: 3\n", "[2:8] a text or a list of texts has to stand here"},
		"in the list":    {"sheet:\n  - A\n  - {b: c}\n", "[3:5] a text has to stand here"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := decode(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error = %v, want %s", err, c.want)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	c := xlsx.Config{
		Config: tabular.Config{Header: -1}, Sheet: xlsx.Names{"A", " "}, Merged: "right", Limits: xlsx.Limits{Ratio: -1},
	}
	_, err := xlsx.New(c, t.TempDir())
	var problems declaration.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("error %v", err)
	}
	var paths []string
	for _, p := range problems {
		paths = append(paths, p.Path)
	}
	if diff := cmp.Diff([]string{"$.header", "$.sheet[1]", "$.merged", "$.limits.ratio"}, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFields(t *testing.T) {
	f := newFormat(t, xlsx.Config{})
	if diff := cmp.Diff([]string{"row"}, f.Kinds()); diff != "" || f.Fields("row") != nil {
		t.Errorf("kinds %s, fields %v", diff, f.Fields("row"))
	}
	for name, want := range map[string]error{"Mã đối tượng": nil, "@row": nil, "@sheet": tabular.ErrField, " ": tabular.ErrField} {
		if err := f.CheckField(name); !errors.Is(err, want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestSchema holds the schema for editors to know both forms of a sheet's name, and
// the keys of headers beside it.
func TestSchema(t *testing.T) {
	r := jsonschema.Reflector{DoNotReference: true, Anonymous: true, FieldNameTag: "yaml"}
	text, err := json.Marshal(r.Reflect(xlsx.Config{}).Properties)
	if err != nil {
		t.Fatal(err)
	}
	var properties map[string]struct {
		OneOf []struct{ Type string }
	}
	if err := json.Unmarshal(text, &properties); err != nil {
		t.Fatal(err)
	}
	if forms := properties["sheet"].OneOf; len(forms) != 2 || forms[0].Type != "string" || forms[1].Type != "array" {
		t.Errorf("forms of a sheet's name: %v", forms)
	}
	for _, key := range []string{"columns", "header", "merged", "limits"} {
		if _, ok := properties[key]; !ok {
			t.Errorf("%s is missing: %s", key, text)
		}
	}
}
