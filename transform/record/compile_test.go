package record_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

// TestCompileProblems names each mistake of a mapping at its place.
func TestCompileProblems(t *testing.T) {
	type fields = map[string]record.Field
	visit := func(f record.Field) record.Config {
		return record.Config{Into: map[string]record.Declaration{"visit": {From: "V", Columns: fields{"id": {Field: "ID"}, "x": f}}}}
	}
	line := func(f record.Field) record.Config {
		c := visit(record.Field{})
		c.Into["line"] = record.Declaration{From: "L", Columns: fields{"y": f}}
		return c
	}
	with := func(c record.Config, change func(*record.Config)) record.Config {
		change(&c)
		return c
	}
	tests := []struct {
		name   string
		config record.Config
		want   []string
	}{
		{
			"no head", with(visit(record.Field{}), func(c *record.Config) { c.Head = "visits" }),
			[]string{`$.dossier.head: the job does not load "visits"; name one of the datasets under into`},
		},
		{
			"unknown dataset", with(visit(record.Field{}), func(c *record.Config) { c.Into["lime"] = record.Declaration{From: "L"} }),
			[]string{`$.into.lime: unknown dataset "lime"; did you mean "line"?`},
		},
		{
			"no kind", with(visit(record.Field{}), func(c *record.Config) { c.Into["line"] = record.Declaration{} }),
			[]string{"$.into.line.from: the kind of record is missing"},
		},
		{
			"unknown column", with(visit(record.Field{}), func(c *record.Config) { c.Into["visit"].Columns["idd"] = record.Field{Field: "A"} }),
			[]string{`$.into.visit.columns.idd: dataset visit has no column "idd"; did you mean "id"?`},
		},
		{
			"required and not mapped", with(visit(record.Field{}), func(c *record.Config) { delete(c.Into["visit"].Columns, "id") }),
			[]string{"$.into.visit.columns.id: a required column is not mapped; say where it comes from: field, first_of, join, envelope, const or parent"},
		},
		{
			"two origins", visit(record.Field{Field: "A", Const: "b"}),
			[]string{"$.into.visit.columns.x: more than one origin is given; use one of field, first_of, join, envelope, const and parent"},
		},
		{
			"unknown reading", visit(record.Field{Field: "A", As: "yeer"}),
			[]string{`$.into.visit.columns.x.as: reading "yeer" of type integer: unknown reading, known are number, year, month, birth_year`},
		},
		{
			"reading of another type", visit(record.Field{Field: "A", As: "citizen_id_kind"}),
			[]string{`$.into.visit.columns.x.as: reading "citizen_id_kind" of type integer: unknown reading`},
		},
		{
			"unknown table", visit(record.Field{Field: "A", Lookup: &record.Lookup{Table: "facilty", Column: "name"}}),
			[]string{`$.into.visit.columns.x.lookup.table: unknown reference table "facilty"; did you mean "facility"?`},
		},
		{
			"unknown column of a table", visit(record.Field{Field: "A", Lookup: &record.Lookup{Table: "facility", Column: "nam"}}),
			[]string{`$.into.visit.columns.x.lookup.column: table facility has no column "nam"; did you mean "name"?`},
		},
		{
			"split by nothing", visit(record.Field{Field: "A", Split: &record.Split{Take: 1}}),
			[]string{"$.into.visit.columns.x.split: no part of a text is meant; say what it is separated by and which part to take, counted from 1"},
		},
		{
			"part zero", visit(record.Field{Field: "A", Split: &record.Split{By: ";"}}),
			[]string{"$.into.visit.columns.x.split: no part of a text is meant; say what it is separated by and which part to take, counted from 1"},
		},
		{
			"parent of the head", visit(record.Field{Parent: "id"}),
			[]string{"$.into.visit.columns.x.parent: the head of a dossier has no parent; use field"},
		},
		{
			"unknown parent", line(record.Field{Parent: "idd"}),
			[]string{`$.into.line.columns.y.parent: dataset visit has no column "idd"; did you mean "id"?`},
		},
		{
			"parent of another type", line(record.Field{Parent: "x"}),
			[]string{"$.into.line.columns.y.parent: column y is text, its parent integer; give both one type"},
		},
		{
			"no key", with(visit(record.Field{}), func(c *record.Config) { c.Keys = nil }),
			[]string{"$.dossier.keys: a dossier needs a key; name columns of visit"},
		},
		{
			"unknown key", with(visit(record.Field{}), func(c *record.Config) { c.Keys = []string{"id", "idd"} }),
			[]string{`$.dossier.keys[1]: dataset visit has no column "idd"; did you mean "id"?`},
		},
		{
			"no origin of the time", with(visit(record.Field{}), func(c *record.Config) { c.NewestBy = []record.Field{{}, {Parent: "id"}} }),
			[]string{
				"$.dossier.newest_by[0]: exactly one origin is needed; use field, first_of or envelope",
				"$.dossier.newest_by[1]: exactly one origin is needed; use field, first_of or envelope",
			},
		},
		{
			"no reading of the time", with(visit(record.Field{}), func(c *record.Config) { c.NewestBy = []record.Field{{Field: "A", As: "year"}} }),
			[]string{`$.dossier.newest_by[0].as: reading "year" of type timestamp: unknown reading, known are date, epoch_ms, excel, excel_1904`},
		},
		{"good", visit(record.Field{Field: "A", As: "year"}), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := test.config
			if c.Head == "" {
				c.Head = "visit"
			}
			if test.name != "no key" && c.Keys == nil {
				c.Keys = []string{"id"}
			}
			c.Tables, c.Pseudonyms = tables(), chain(t, 1)
			c.Datasets = map[string]*dataset.Dataset{
				"visit": made(t, "visit", columns("id text!", "x integer")), "line": made(t, "line", columns("y text")),
			}
			_, err := record.Compile(c)
			var problems declaration.Problems
			if err != nil && !errors.As(err, &problems) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(test.want, written(problems)); diff != "" {
				t.Error(diff)
			}
			c.Pseudonyms = nil
			if diff := cmp.Diff(test.want, written(record.Check(c))); diff != "" {
				t.Errorf("without keys: %s", diff)
			}
		})
	}
}

func written(problems declaration.Problems) []string {
	var list []string
	for _, p := range problems {
		list = append(list, declaration.Problems{p}.Error())
	}
	return list
}

func TestFieldsAreHeldAgainstTheFormat(t *testing.T) {
	into := map[string]record.Declaration{
		"visit": {From: "XML1", Match: "MA_LX", Columns: map[string]record.Field{
			"a": {Field: "MA_LK"}, "b": {Field: "@layout"}, "c": {Field: "MA_LKK"},
			"d": {FirstOf: []string{"STT", "STTT"}}, "e": {Join: []string{"MA_LKK", "STT"}},
		}},
		"line": {From: "XML9"},
	}
	known := map[string][]string{"XML1": {"MA_LK", "STT", "@layout"}}
	problems := record.CheckFields(into, nil, names{[]string{"XML1", "XML2"}, known})
	want := []string{
		`$.into.line.from: the format has no kind "XML9"; did you mean "XML1"?`,
		`$.into.visit.columns.c.field: the format has no field "MA_LKK"; did you mean "MA_LK"?`,
		`$.into.visit.columns.d.first_of[1]: the format has no field "STTT"; did you mean "STT"?`,
		`$.into.visit.columns.e.join[0]: the format has no field "MA_LKK"; did you mean "MA_LK"?`,
		`$.into.visit.match: the format has no field "MA_LX"; did you mean "MA_LK"?`,
	}
	if diff := cmp.Diff(want, written(problems)); diff != "" {
		t.Error(diff)
	}
	delete(into, "line")
	if problems := record.CheckFields(into, nil, names{[]string{"XML1"}, nil}); len(problems) > 0 {
		t.Errorf("where any name may occur: %v", problems)
	}
	into["visit"].Columns["c"] = record.Field{Field: "wrong[0]"}
	heads := []record.Head{{Dataset: "visit", NewestBy: []record.Field{{Field: "T"}}}, {Dataset: "visit", NewestBy: []record.Field{{FirstOf: []string{"T", "T[1]"}}}}}
	want = []string{"$.into.visit.columns.c.field: no such name", "$.also[0].newest_by[0].first_of[1]: no such name"}
	if diff := cmp.Diff(want, written(record.CheckFields(into, heads, names{[]string{"XML1"}, nil}))); diff != "" {
		t.Error(diff)
	}
}

// names is a format that knows these fields, or any without brackets where it
// knows none.
type names struct {
	kinds []string
	known map[string][]string
}

func (n names) Kinds() []string { return n.kinds }

func (n names) Fields(kind string) []string { return n.known[kind] }

func (n names) CheckField(name string) error {
	if strings.Contains(name, "[") {
		return errors.New("no such name")
	}
	return nil
}

// The layout asks for each field once, and for nothing that is not mapped.
func TestLayout(t *testing.T) {
	visit := made(t, "visit", columns("a text", "b text", "c text", "d key:visit"))
	line := made(t, "line", columns("a text", "p text"))
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{
			"line": {From: "L", Match: "ID", Columns: map[string]record.Field{"a": {Field: "X"}, "p": {Parent: "a"}}},
			"visit": {From: "V", Columns: map[string]record.Field{
				"a": {Field: "X"}, "b": {FirstOf: []string{"Y", "X"}}, "c": {Const: "c"}, "d": {Join: []string{"Z", "X"}},
			}},
		},
		Head: "visit", Keys: []string{"d"}, NewestBy: []record.Field{{Field: "T"}},
		Datasets: map[string]*dataset.Dataset{"visit": visit, "line": line}, Pseudonyms: chain(t, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := record.Layout{Kinds: []record.Kind{
		{Name: "V", Fields: []string{"X", "Y", "Z", "ID", "T"}, Head: true}, {Name: "L", Fields: []string{"X", "ID"}},
	}}
	if diff := cmp.Diff(want, plan.Layout()); diff != "" {
		t.Error(diff)
	}
	if members := plan.Members(); len(members) != 2 || members[0] != visit || members[1] != line {
		t.Errorf("members %v", members)
	}
}
