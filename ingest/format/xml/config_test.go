package xml_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"thidua/ingest/format/xml"
	"thidua/ingest/path"
	"thidua/transform/declaration"
)

func TestConfigFromYAML(t *testing.T) {
	tests := []struct {
		name, text string
		want       xml.Config
	}{
		{"nothing", "{}", xml.Config{}},
		{"one root", "root: GIAYBAOTU", xml.Config{Root: xml.Names{"GIAYBAOTU"}}},
		{"anchored root", "root: &r GIAYBAOTU", xml.Config{Root: xml.Names{"GIAYBAOTU"}}},
		{
			"everything", "root: [DATA, DULIEU]\nrecords: BODY.HOSOSUCKHOE\nlines: {vaccination: [TIEMCHUNG.THONGTINMUITIEM, MUITIEM]}\nrecord_bytes: 8MB",
			xml.Config{
				Root: xml.Names{"DATA", "DULIEU"}, Records: "BODY.HOSOSUCKHOE",
				Lines: map[string][]string{"vaccination": {"TIEMCHUNG.THONGTINMUITIEM", "MUITIEM"}}, RecordBytes: 8e6,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got xml.Config
			if err := yaml.UnmarshalWithOptions([]byte(tt.text), &got, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConfigFromYAMLSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		"root: {a: b}":    "[1:7] expected a name or a list of names",
		"root: [A, 1]":    "[1:11] expected a name or a list of names",
		"record: BODY":    "[1:1] unknown field",
		"root: [[A], B]":  "[1:8] expected a name or a list of names",
		"record_bytes: x": "[1:15] not a size",
	} {
		var c xml.Config
		err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.Strict())
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestConfigHasASchema(t *testing.T) {
	r := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true}
	got, err := json.Marshal(r.Reflect(xml.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"oneOf":[{"type":"string"},{"items":{"type":"string"},"type":"array"}]`, `"records":`, `"lines":`, `"record_bytes":`} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the schema lacks %s: %s", want, got)
		}
	}
}

func TestNewFindsProblems(t *testing.T) {
	lines := func(kind string, paths ...string) xml.Config {
		return xml.Config{Lines: map[string][]string{kind: paths}}
	}
	tests := []struct {
		name   string
		config xml.Config
		want   []string
	}{
		{"a root without a name", xml.Config{Root: xml.Names{"A", ""}}, []string{"$.root[1]"}},
		{"a root with a prefix", xml.Config{Root: xml.Names{"a:A"}}, []string{"$.root[0]"}},
		{"a root that is markup", xml.Config{Root: xml.Names{"<A>"}}, []string{"$.root[0]"}},
		{"records no path", xml.Config{Records: "A."}, []string{"$.records"}},
		{"records upwards", xml.Config{Records: "^A"}, []string{"$.records"}},
		{"records nowhere", xml.Config{Records: "@"}, []string{"$.records"}},
		{"records of a list", xml.Config{Records: "A[*].B"}, []string{"$.records"}},
		{"records with a prefix", xml.Config{Records: "A.b:C"}, []string{"$.records"}},
		{"lines without a path", lines("item"), []string{"$.lines.item"}},
		{"lines no path", lines("item", "A", "A["), []string{"$.lines.item[1]"}},
		{"lines upwards", lines("item", "^A"), []string{"$.lines.item[0]"}},
		{"lines without a name", lines("", "A"), []string{"$.lines."}},
		{"lines named like the dossier", lines("record", "A"), []string{"$.lines.record"}},
		{"record_bytes beyond memory", xml.Config{RecordBytes: 2e9}, []string{"$.record_bytes"}},
		{"all at once", xml.Config{Root: xml.Names{""}, Records: ".", RecordBytes: 2e9}, []string{"$.root[0]", "$.records", "$.record_bytes"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := xml.New(tt.config)
			var problems declaration.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error = %v", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Path)
				if p.Message == "" || p.Hint == "" {
					t.Errorf("%s: no message or no hint", p.Path)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	f := made(t, xml.Config{Lines: map[string][]string{"item": {"A"}, "course": {"B"}}})
	if diff := cmp.Diff([]string{"record", "course", "item"}, f.Kinds()); diff != "" {
		t.Error(diff)
	}
	if got := f.Fields("record"); got != nil {
		t.Errorf("fields %v, want nil: any may occur", got)
	}
}

func TestCheckField(t *testing.T) {
	deep := made(t, xml.Config{Records: "BODY.HOSOSUCKHOE", Lines: map[string][]string{"item": {"A.B", "C"}}})
	flat := made(t, xml.Config{})
	tests := []struct {
		name  string
		f     *xml.Format
		field string
		good  bool
	}{
		{"an element", flat, "HOTEN", true},
		{"a path", flat, "A.B[*].C", true},
		{"the record itself", flat, "@", true},
		{"the number of the record", flat, "@line", true},
		{"a quoted name", flat, `"A.B"`, true},
		{"as far out as the root", deep, "^^^^HEADER.MA", true},
		{"further out than the root", deep, "^^^^^HEADER.MA", false},
		{"out of a root", flat, "^A", false},
		{"another name of ours", flat, "@layout", false},
		{"the number of another record", deep, "^@line", false},
		{"a prefix", flat, "a:HOTEN", false},
		{"no path", flat, "A..B", false},
		{"nothing", flat, "", false},
		{"a blank in a name", flat, "HO TEN", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.f.CheckField(tt.field)
			if tt.good && err != nil || !tt.good && !errors.Is(err, path.ErrPath) {
				t.Errorf("%s: %v", tt.field, err)
			}
		})
	}
}
