package record_test

import (
	"errors"
	"strings"
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

// What exports of other systems need beyond claims: labels whose case means
// nothing, parts of codes, rows found by name.
func TestFeedReadings(t *testing.T) {
	cases := []struct {
		name   string
		column string
		field  record.Field
		text   string
		want   string
		rules  []string
	}{
		{"label", "x code", record.Field{Field: "F", As: "label", Map: map[string]string{"Đã  Tiêm": "given"}}, " ĐÃ tiêm", "'given'", nil},
		{"label that is not known", "x code", record.Field{Field: "F", As: "label", Map: map[string]string{"Đã tiêm": "given"}}, "Hoãn", "NULL", []string{"code_unmapped"}},
		{"label of a boolean", "x boolean", record.Field{Field: "F", As: "label", Map: map[string]string{"Đã ký": "true", "Chưa ký": "false"}}, "chưa ký", "boolean 0", nil},
		{"slice", "x code", record.Field{Field: "F", Slice: &record.Slice{From: 1, Length: 5}}, "79z9xk3m9p2q-c", "'79Z9X'", nil},
		{"slice in the middle", "x text", record.Field{Field: "F", Slice: &record.Slice{From: 2, Length: 2}}, "đặng", "'ặn'", nil},
		{"slice behind the end", "x text", record.Field{Field: "F", Slice: &record.Slice{From: 9, Length: 2}}, "abc", "NULL", nil},
		{"lower case", "x code", record.Field{Field: "F", As: "code_lower"}, "79z9xk3m9p2s-H", "'79z9xk3m9p2s-h'", nil},
		{"found by name", "x code", record.Field{Field: "F", Lookup: &record.Lookup{Table: "facility", By: "name", Column: "province"}}, "trạm  a", "'15'", nil},
		{"not found by name", "x code", record.Field{Field: "F", Lookup: &record.Lookup{Table: "facility", By: "name", Column: "province"}}, "Trạm Z", "NULL", []string{"lookup_failed"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := made(t, "visit", columns("id code", c.column))
			plan := only(t, d, map[string]record.Field{"id": {Field: "ID"}, "x": c.field})
			row, found := plan.Mappings(0)[0].Row(fill(t, plan, 0, map[string]string{"ID": "1", "F": c.text}), nil, nil)
			if got := shown(d.Columns[1].Type, row[1]); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			var rules []string
			for _, f := range found {
				rules = append(rules, f.Rule)
			}
			if strings.Join(rules, ",") != strings.Join(c.rules, ",") {
				t.Errorf("found %v, want %v", rules, c.rules)
			}
		})
	}
}

// Two rows of a reference table with one name say nothing about which is meant.
func TestLookupByAnAmbiguousName(t *testing.T) {
	d := made(t, "visit", columns("id code", "x code"))
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{"visit": {From: "V", Columns: map[string]record.Field{
			"id": {Field: "ID"}, "x": {Field: "F", Lookup: &record.Lookup{Table: "site", By: "name", Column: "code"}},
		}}},
		Head: "visit", Keys: []string{"id"}, Datasets: map[string]*dataset.Dataset{"visit": d}, Pseudonyms: chain(t, 1),
		Tables: map[string]record.Table{"site": {Columns: []string{"code", "name"}, Rows: map[string][]string{
			"1": {"1", "Tân Phú"}, "2": {"2", "tân  phú"}, "3": {"3", "Tân An"},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"TÂN PHÚ": "NULL", "Tân An": "'3'"} {
		row, found := plan.Mappings(0)[0].Row(fill(t, plan, 0, map[string]string{"ID": "1", "F": text}), nil, nil)
		if got := shown(d.Columns[1].Type, row[1]); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if want == "NULL" && (len(found) != 1 || found[0].Rule != "lookup_ambiguous" || found[0].Reject) {
			t.Errorf("%s: %+v", text, found)
		}
	}
}

func TestSkip(t *testing.T) {
	d := made(t, "visit", columns("id code", "status code", "on date"))
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{"visit": {From: "V", Skip: "status = 'PLANNED' and on is null", Columns: map[string]record.Field{
			"id": {Field: "ID"}, "status": {Field: "S"}, "on": {Field: "D"},
		}}},
		Head: "visit", Keys: []string{"id"}, Datasets: map[string]*dataset.Dataset{"visit": d}, Pseudonyms: chain(t, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	m := plan.Mappings(0)[0]
	for _, c := range []struct {
		texts map[string]string
		want  bool
	}{
		{map[string]string{"ID": "1", "S": "planned"}, true},
		{map[string]string{"ID": "1", "S": "planned", "D": "20240101"}, false},
		{map[string]string{"ID": "1", "S": "given"}, false},
		// A day that cannot be read is not a day that is missing.
		{map[string]string{"ID": "1", "S": "planned", "D": "20241399"}, false},
		// Unknown is not true.
		{map[string]string{"ID": "1"}, false},
	} {
		row, found := m.Row(fill(t, plan, 0, c.texts), nil, nil)
		if got := m.Skips(row, found); got != c.want {
			t.Errorf("%v: %v", c.texts, got)
		}
	}
}

func TestFeedDeclarationsThatAreWrong(t *testing.T) {
	d := made(t, "visit", columns("id code", "x code"))
	for name, c := range map[string]struct {
		skip  string
		field record.Field
		place string
	}{
		"skip is no truth":       {"id", record.Field{Field: "F"}, "$.into.visit.skip"},
		"skip of no column":      {"nothing = '1'", record.Field{Field: "F"}, "$.into.visit.skip"},
		"slice from zero":        {"", record.Field{Field: "F", Slice: &record.Slice{Length: 1}}, "$.into.visit.columns.x.slice"},
		"lookup by no column":    {"", record.Field{Field: "F", Lookup: &record.Lookup{Table: "facility", By: "nome", Column: "name"}}, "$.into.visit.columns.x.lookup.by"},
		"label given twice":      {"", record.Field{Field: "F", As: "label", Map: map[string]string{"Có": "1", "CÓ": "2"}}, "$.into.visit.columns.x.map"},
		"lookup takes no column": {"", record.Field{Field: "F", Lookup: &record.Lookup{Table: "facility", Column: "nome"}}, "$.into.visit.columns.x.lookup.column"},
	} {
		_, err := record.Compile(record.Config{
			Into: map[string]record.Declaration{"visit": {From: "V", Skip: c.skip, Columns: map[string]record.Field{"id": {Field: "ID"}, "x": c.field}}},
			Head: "visit", Keys: []string{"id"}, Datasets: map[string]*dataset.Dataset{"visit": d}, Tables: tables(), Pseudonyms: chain(t, 1),
		})
		var problems declaration.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Path != c.place {
			t.Errorf("%s: %v", name, err)
		}
	}
}
