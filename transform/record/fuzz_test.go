package record_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/record"
	"thidua/transform/value"
)

// everyReading compiles a plan with a column for each way to read a field, all
// from the fields F0, F1 …, and says how many fields there are.
func everyReading(tb testing.TB) (*record.Plan, int) {
	listed := []struct {
		column string
		as     string
	}{
		{"key:visit", ""},
		{"key:citizen", ""},
		{"key:card", ""},
		{"text", ""},
		{"code", ""},
		{"text=a|b!", ""},
		{"code@facility!", ""},
		{"integer!", ""},
		{"decimal(9,2)", ""},
		{"boolean", ""},
		{"date!", ""},
		{"timestamp", ""},
		{"text", "citizen_id_kind"},
		{"text", "card_group"},
		{"text", "code_text"},
		{"text", "icd10"},
		{"text", "icd10_list"},
		{"text", "two_digits"},
		{"text", "class"},
		{"text", "facility"},
		{"integer", "year"},
		{"integer", "month"},
		{"integer", "birth_year"},
		{"integer", "number_if_plain"},
		{"decimal(9,2)", "number_if_plain"},
		{"date", "epoch_ms"},
		{"date", "excel"},
		{"timestamp", "excel_1904"},
	}
	var names []string
	fields := map[string]record.Field{}
	for i, l := range listed {
		name := fmt.Sprintf("c%02d", i)
		names = append(names, name+" "+l.column)
		fields[name] = record.Field{Field: fmt.Sprintf("F%d", i), As: l.as}
		switch i % 4 {
		case 1:
			fields[name] = record.Field{FirstOf: []string{fmt.Sprintf("F%d", i), "F0"}, As: l.as}
		case 2:
			fields[name] = record.Field{Field: fmt.Sprintf("F%d", i), As: l.as, Split: &record.Split{By: ";", Take: 2}}
		}
	}
	names = append(names, "mapped text", "found text", "birth_year integer", "sex text")
	fields["mapped"] = record.Field{Field: "F0", Map: map[string]string{"1": "one"}}
	fields["found"] = record.Field{Field: "F1", Lookup: &record.Lookup{Table: "facility", Column: "name"}}
	fields["birth_year"], fields["sex"] = record.Field{Field: "F2", As: "birth_year"}, record.Field{Field: "F3"}
	d := made(tb, "visit", columns(names...), warn("sense", "c07 > 0 and (c03 = c04 or c08 < 10) and year(c10) > 2000"))
	return only(tb, d, fields), len(listed)
}

// checkRow makes a row of the fields and holds it to what is true of all rows.
func checkRow(tb testing.TB, plan *record.Plan, fields [][]byte) []record.Finding {
	m := plan.Mappings(0)[0]
	before := fmt.Sprintf("%q", fields)
	row, found := m.Row(fields, nil, nil)
	if after := fmt.Sprintf("%q", fields); after != before {
		tb.Error("the record was written to")
	}
	var h dataset.Hasher
	content := h.Content(m.Dataset, row)
	key, ok := plan.Key(m, row)
	batch := dataset.NewBatch(m.Dataset)
	batch.Append(row, dataset.Lineage{})
	record := batch.Record()
	defer record.Release()
	for i, v := range row {
		column := m.Dataset.Columns[i]
		if v.Valid == record.Column(i).IsNull(0) {
			tb.Errorf("column %s: NULL in one and not in the other", column.Name)
		}
		if column.Type.Kind == value.Key && v.Valid && len(v.Text) != 26 {
			tb.Errorf("column %s holds no pseudonym", column.Name)
		}
	}
	row, again := m.Row(fields, nil, nil)
	if h.Content(m.Dataset, row) != content || len(again) != len(found) {
		tb.Error("the same record gives another row")
	}
	if repeated, sure := plan.Key(m, row); repeated != key || sure != ok {
		tb.Error("the same record gives another key")
	}
	return found
}

// No finding holds anything of the record that it is about.
func TestFindingsHoldNoValue(t *testing.T) {
	plan, n := everyReading(t)
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("ABCDXYZ0123456789 ;.-/+eắựĐ\u200b\x01")
	told := 0
	for range 2000 {
		fields := make([][]byte, len(plan.Layout().Kinds[0].Fields))
		for i := range min(n, len(fields)) {
			var s strings.Builder
			for range 8 + r.IntN(20) {
				s.WriteRune(letters[r.IntN(len(letters))])
			}
			if r.IntN(6) > 0 {
				fields[i] = []byte(s.String())
			}
		}
		for _, f := range checkRow(t, plan, fields) {
			told++
			text := []byte(f.Column + f.Rule + f.Reason.Vi + f.Reason.En)
			for _, field := range fields {
				if field != nil && bytes.Contains(text, field) {
					t.Fatalf("a finding of rule %s holds a value", f.Rule)
				}
			}
			if f.Rule == "" || f.Reason == (delivery.Text{}) {
				t.Fatalf("a finding says nothing: %+v", f)
			}
		}
	}
	if told < 10_000 {
		t.Errorf("only %d findings", told)
	}
}

// FuzzRow reads a record of foreign bytes, its fields separated by line ends.
func FuzzRow(f *testing.F) {
	for _, seed := range []string{
		"", "LK1\n001099012345\nDN4010123456789;HT3010123456789\nâm tính\nA1\na\n15001\n7\n12.5\n1\n20250102\n202501020830",
		"\xff\xfe\n00 10 99\n;;\n \n\x00\n\u200b\n1E+10\n-\n+\n.\n,\n99999999999999999999", strings.Repeat("1;2\n", 40),
	} {
		f.Add([]byte(seed))
	}
	plan, _ := everyReading(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		fields := make([][]byte, len(plan.Layout().Kinds[0].Fields))
		i := 0
		for part := range bytes.SplitSeq(text, []byte("\n")) {
			if i < len(fields) && len(part) > 0 {
				fields[i] = part
			}
			i++
		}
		checkRow(t, plan, fields)
	})
}
