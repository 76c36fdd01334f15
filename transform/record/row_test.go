package record_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/dataset"
	"thidua/transform/record"
	"thidua/transform/value"
)

// told writes a finding as its column, rule and consequence.
func told(found []record.Finding) []string {
	var list []string
	for _, f := range found {
		s := f.Column + " " + f.Rule
		if f.Reject {
			s += " rejects"
		}
		list = append(list, s)
	}
	return list
}

func TestOrigins(t *testing.T) {
	split := &record.Split{By: ";", Take: 2}
	sexes := map[string]string{"1": "male", "2": "female", "9": ""}
	province := &record.Lookup{Table: "facility", Column: "province"}
	tests := []struct {
		name   string
		column string
		field  record.Field
		texts  map[string]string
		want   string
		found  []string
	}{
		{"field", "x text", record.Field{Field: "A"}, map[string]string{"A": "a  b"}, "'a b'", nil},
		{"blank field", "x text", record.Field{Field: "A"}, nil, "NULL", nil},
		{"not mapped", "x text", record.Field{}, nil, "NULL", nil},
		{"first of", "x text", record.Field{FirstOf: []string{"A", "B"}}, map[string]string{"A": "a", "B": "b"}, "'a'", nil},
		{"second of", "x text", record.Field{FirstOf: []string{"A", "B"}}, map[string]string{"B": "b"}, "'b'", nil},
		{"none of", "x text", record.Field{FirstOf: []string{"A", "B"}}, nil, "NULL", nil},
		{"joined with a blank", "x key:visit", record.Field{Join: []string{"A", "B"}}, map[string]string{"A": "a"}, "NULL", nil},
		{"constant", "x integer", record.Field{Const: "12"}, nil, "integer 12", nil},
		{"envelope", "x date", record.Field{Envelope: "MADE"}, nil, "date 20090", nil},
		{"absent from the envelope", "x date", record.Field{Envelope: "OTHER"}, nil, "NULL", nil},
		{"split", "x text", record.Field{Field: "A", Split: split}, map[string]string{"A": "a; b ;c"}, "'b'", nil},
		{"last part", "x text", record.Field{Field: "A", Split: split}, map[string]string{"A": "a;b"}, "'b'", nil},
		{"split of too few", "x text", record.Field{Field: "A", Split: split}, map[string]string{"A": "a"}, "NULL", nil},
		{"map", "x text", record.Field{Field: "A", Map: sexes}, map[string]string{"A": " 1"}, "'male'", nil},
		{"map to nothing", "x text", record.Field{Field: "A", Map: sexes}, map[string]string{"A": "9"}, "NULL", nil},
		{"not in the map", "x text", record.Field{Field: "A", Map: sexes}, map[string]string{"A": "3"}, "NULL", []string{"x code_unmapped"}},
		{"map to a number", "x integer", record.Field{Field: "A", Map: map[string]string{"II": "2"}}, map[string]string{"A": "ii"}, "integer 2", nil},
		{"lookup", "x text", record.Field{Field: "A", Lookup: province}, map[string]string{"A": "15001"}, "'15'", nil},
		{"lookup of a number", "x integer", record.Field{Field: "A", Lookup: province}, map[string]string{"A": "15001"}, "integer 15", nil},
		{"lookup of an empty cell", "x text", record.Field{Field: "A", Lookup: province}, map[string]string{"A": "15002"}, "NULL", nil},
		{"lookup of an unknown code", "x text", record.Field{Field: "A", Lookup: province}, map[string]string{"A": "99999"}, "NULL", []string{"x lookup_failed"}},
		{"citizen", "x text", record.Field{Field: "A", As: "citizen_id_kind"}, map[string]string{"A": "001099012345"}, "'citizen12'", nil},
		{"old identity card", "x text", record.Field{Field: "A", As: "citizen_id_kind"}, map[string]string{"A": "012 345 678"}, "'old9'", nil},
		{"passport", "x text", record.Field{Field: "A", As: "citizen_id_kind"}, map[string]string{"A": "b1234567"}, "'passport'", nil},
		{"no identifier", "x text", record.Field{Field: "A", As: "citizen_id_kind"}, map[string]string{"A": "xyz"}, "'invalid'", nil},
		{"blank identifier", "x text", record.Field{Field: "A", As: "citizen_id_kind"}, nil, "NULL", nil},
		{"card", "x text", record.Field{Field: "A", As: "card_group"}, map[string]string{"A": "dn4010123456789"}, "'DN'", nil},
		{"second card", "x text", record.Field{Field: "A", As: "card_group"}, map[string]string{"A": "?;HT3010123456789"}, "'HT'", nil},
		{"number of social insurance", "x text", record.Field{Field: "A", As: "card_group"}, map[string]string{"A": "0123456789"}, "NULL", nil},
		{"code text", "x text", record.Field{Field: "A", As: "code_text", Map: map[string]string{"âm tính": "negative"}}, map[string]string{"A": " ÂM  Tính"}, "'negative'", nil},
		{"unknown code text", "x text", record.Field{Field: "A", As: "code_text", Map: map[string]string{"âm tính": "negative"}}, map[string]string{"A": "12,5"}, "NULL", nil},
		{"plain number", "x decimal(9,2)", record.Field{Field: "A", As: "number_if_plain"}, map[string]string{"A": "12.5"}, "decimal 1250", nil},
		{"no plain number", "x decimal(9,2)", record.Field{Field: "A", As: "number_if_plain"}, map[string]string{"A": "âm tính"}, "NULL", nil},
		{"facility", "x text", record.Field{Field: "A", As: "facility"}, map[string]string{"A": "1001"}, "'01001'", []string{"x leading_zero_restored"}},
		{"required", "x text!", record.Field{Field: "A"}, nil, "NULL", []string{"x required_missing rejects"}},
		{"required and unreadable", "x integer!", record.Field{Field: "A"}, map[string]string{"A": "many"}, "NULL", []string{"x number_malformed rejects"}},
		{"unreadable", "x integer", record.Field{Field: "A"}, map[string]string{"A": "many"}, "NULL", []string{"x number_malformed"}},
		{"repaired", "x code!", record.Field{Field: "A"}, map[string]string{"A": "a b"}, "'AB'", []string{"x spaces_removed"}},
		{"allowed", "x text=a|b", record.Field{Field: "A"}, map[string]string{"A": "b"}, "'b'", nil},
		{"not allowed", "x text=a|b", record.Field{Field: "A"}, map[string]string{"A": "c"}, "'c'", []string{"x not_in_list"}},
		{"required and not allowed", "x text=a|b!", record.Field{Field: "A"}, map[string]string{"A": "c"}, "'c'", []string{"x not_in_list rejects"}},
		{"referenced", "x code@facility", record.Field{Field: "A"}, map[string]string{"A": "15001"}, "'15001'", nil},
		{"unknown reference", "x code@facility!", record.Field{Field: "A"}, map[string]string{"A": "15009"}, "'15009'", []string{"x unknown_facility"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := made(t, "visit", columns("id code", test.column))
			plan := only(t, d, map[string]record.Field{"id": {Field: "ID"}, "x": test.field})
			plan.SetEnvelope(map[string]string{"MADE": "20250102"})
			fields := fill(t, plan, 0, test.texts)
			// The second time all memory is there and holds what was before.
			for range 2 {
				row, found := plan.Mappings(0)[0].Row(fields, nil, nil)
				if got := shown(d.Columns[1].Type, row[1]); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
				if diff := cmp.Diff(test.found, told(found)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestParentsAndRowsOfLines(t *testing.T) {
	plan := claim(t)
	head, found := plan.Mappings(0)[0].Row(fill(t, plan, 0, claimHead()), nil, nil)
	if len(found) > 0 {
		t.Fatal(told(found))
	}
	m := plan.Mappings(1)[0]
	row, found := m.Row(fill(t, plan, 1, drugLine()), head, nil)
	if len(found) > 0 || string(row[0].Text) != "15001" || string(row[1].Text) != string(head[1].Text) {
		t.Errorf("%v: %v", told(found), row[:2])
	}
	if !m.Numbered(row) || m.Unit(row) != "" {
		t.Errorf("numbered %v, unit %q", m.Numbered(row), m.Unit(row))
	}
	line := drugLine()
	delete(line, "STT")
	line["THANH_TIEN_BV"], line["SO_LUONG"], line["PHAM_VI"] = "17502.00", "-14", "7"
	row, found = m.Row(fill(t, plan, 1, line), head, nil)
	want := []string{"scope not_in_list", " quantity_positive", " amount_product", " covered_product", " payers_sum"}
	if diff := cmp.Diff(want, told(found)); diff != "" || m.Numbered(row) {
		t.Errorf("numbered %v: %s", m.Numbered(row), diff)
	}
}

// A rule that is unknown is broken, as one that is false.
func TestRules(t *testing.T) {
	reject := warn("positive", "n > 0")
	reject.Otherwise = "reject"
	d := made(t, "visit", columns("id code", "n integer"), reject, warn("small", "n is null or n < 10"))
	plan := only(t, d, map[string]record.Field{"id": {Field: "ID"}, "n": {Field: "N"}})
	for text, want := range map[string][]string{
		"5": nil, "0": {" positive rejects"}, "": {" positive rejects"}, "50": {" small"},
		"many": {"n number_malformed", " positive rejects"},
	} {
		var texts map[string]string
		if text != "" {
			texts = map[string]string{"N": text}
		}
		_, found := plan.Mappings(0)[0].Row(fill(t, plan, 0, texts), nil, nil)
		if diff := cmp.Diff(want, told(found)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestCitizenIsHeldAgainstTheRow(t *testing.T) {
	d := made(t, "visit", columns("citizen_key key:citizen", "birth_year integer", "sex text"))
	plan := only(t, d, map[string]record.Field{"citizen_key": {Field: "ID"}, "birth_year": {Field: "Y"}, "sex": {Field: "S"}})
	// The fourth digit is 0 for a man and 1 for a woman of the last century.
	tests := []struct {
		id, year, sex string
		want          []string
	}{
		{"001099012345", "1999", "male", nil},
		{"001199012345", "1999", "female", nil},
		{"001099012345", "1999", "undetermined", nil},
		{"001099012345", "1989", "female", []string{"citizen_key citizen_birth_year", "citizen_key citizen_sex"}},
		{"001199012345", "1999", "male", []string{"citizen_key citizen_sex"}},
		{"012345678", "1989", "female", nil},
		{"", "1989", "female", nil},
		{"001099012345", "", "", nil},
	}
	for _, test := range tests {
		texts := map[string]string{}
		for name, text := range map[string]string{"ID": test.id, "Y": test.year, "S": test.sex} {
			if text != "" {
				texts[name] = text
			}
		}
		row, found := plan.Mappings(0)[0].Row(fill(t, plan, 0, texts), nil, nil)
		if diff := cmp.Diff(test.want, told(found)); diff != "" || row[0].Valid != (test.id != "") {
			t.Errorf("year %q, sex %q: %s", test.year, test.sex, diff)
		}
	}
}

// The bytes of a record belong to its format: no reading writes to them, neither
// to those at hand nor to those of the record before.
func TestRowLeavesTheRecordAlone(t *testing.T) {
	d := made(t, "visit", columns("id key:visit", "citizen key:citizen", "card key:card", "kind text", "group text"))
	plan := only(t, d, map[string]record.Field{
		"id": {Field: "ID"}, "citizen": {Field: "A"}, "card": {Field: "B"},
		"kind": {Field: "A", As: "citizen_id_kind"}, "group": {Field: "B", As: "card_group"},
	})
	layout := plan.Layout().Kinds[0].Fields
	// One window of memory serves all records, as that of a format does.
	window := make([]byte, 100)
	for i, texts := range []map[string]string{
		{"ID": "1", "A": "001099012345", "B": "DN4010123456789"},
		{"ID": "2", "A": "00 10 99 01 23 45", "B": "dn 401 0123456789"},
		{"ID": "3", "A": "1099012345", "B": "dn4010123456789"},
		{"ID": "4", "A": "01099012345", "B": "0123456789"},
	} {
		fields, at := make([][]byte, len(layout)), 0
		for n, name := range layout {
			end := at + copy(window[at:], texts[name])
			fields[n], at = window[at:end:end], end
		}
		before := string(window)
		plan.Mappings(0)[0].Row(fields, nil, nil)
		if string(window) != before {
			t.Errorf("record %d was written to", i+1)
		}
	}
}

func TestBelongs(t *testing.T) {
	plan := claim(t)
	head := fill(t, plan, 0, claimHead())
	for text, want := range map[string]bool{"LK0001": true, "LK0002": false, "": true} {
		var texts map[string]string
		if text != "" {
			texts = map[string]string{"MA_LK": text}
		}
		if got := plan.Mappings(1)[0].Belongs(fill(t, plan, 1, texts), head); got != want {
			t.Errorf("%q belongs: %v", text, got)
		}
	}
	if !plan.Mappings(0)[0].Belongs(head, head) {
		t.Error("the head does not belong to itself")
	}
	if !plan.Mappings(1)[0].Belongs(fill(t, plan, 1, map[string]string{"MA_LK": "x"}), make([][]byte, len(head))) {
		t.Error("a head without the field keeps lines away")
	}
}

func TestUnitIsTheFirstFacility(t *testing.T) {
	d := made(t, "visit", columns("id code", "a code@facility", "b code@facility"))
	plan := only(t, d, map[string]record.Field{"id": {Field: "ID"}, "a": {Field: "A"}, "b": {Field: "B"}})
	m := plan.Mappings(0)[0]
	for want, texts := range map[string]map[string]string{"15001": {"A": "15001", "B": "15002"}, "": {"B": "15002"}} {
		row, _ := m.Row(fill(t, plan, 0, texts), nil, nil)
		if got := m.Unit(row); got != want {
			t.Errorf("unit %q, want %q", got, want)
		}
	}
}

func TestNewestByIsTheFirstThatCanBeRead(t *testing.T) {
	d := made(t, "visit", columns("id code"))
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{"visit": {From: "V", Columns: map[string]record.Field{"id": {Field: "ID"}}}},
		Head: "visit", Keys: []string{"id"}, Pseudonyms: chain(t, 1), Datasets: map[string]*dataset.Dataset{"visit": d},
		NewestBy: []record.Field{{Field: "PAID"}, {Envelope: "MADE"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const day = int64(86400_000_000)
	tests := []struct {
		paid, made string
		want       int64
	}{
		{"202501021200", "20250105", 20090*day + day/2},
		{"unknown", "20250105", 20093 * day},
		{"", "20250105", 20093 * day},
		{"", "", 0},
	}
	for _, test := range tests {
		plan.SetEnvelope(map[string]string{"MADE": test.made})
		var texts map[string]string
		if test.paid != "" {
			texts = map[string]string{"PAID": test.paid}
		}
		if got := plan.NewestBy(plan.Mappings(0)[0], fill(t, plan, 0, texts)); got != test.want {
			t.Errorf("paid %q, made %q: %d, want %d", test.paid, test.made, got, test.want)
		}
	}
}

// Rows of equal records are equal, whatever was read between.
func TestRowsDoNotRememberOthers(t *testing.T) {
	plan := claim(t)
	head := []value.Value{value.OfText([]byte("15001")), value.OfText([]byte("key"))}
	fields, empty := fill(t, plan, 1, drugLine()), fill(t, plan, 1, nil)
	m, h := plan.Mappings(1)[0], dataset.Hasher{}
	row, _ := m.Row(fields, head, nil)
	first := h.Content(m.Dataset, row)
	row, _ = m.Row(empty, head, nil)
	for i, v := range row[2:] {
		if v.Valid {
			t.Errorf("column %s of a blank record is set", m.Dataset.Columns[i+2].Name)
		}
	}
	row, _ = m.Row(fields, head, nil)
	if again := h.Content(m.Dataset, row); again != first {
		t.Errorf("content %x, then %x", first, again)
	}
}
