package record_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/identity"
	"thidua/transform/record"
	"thidua/transform/value"
)

// titled is a title for things whose title does not matter.
func titled(s string) declaration.Title { return declaration.Title{Vi: s, En: s} }

// columns writes columns as "name type", with what is special about them set by
// hand afterwards.
func columns(list ...string) []dataset.ColumnDeclaration {
	declared := make([]dataset.ColumnDeclaration, len(list))
	for i, s := range list {
		name, kind, _ := strings.Cut(s, " ")
		kind, required := strings.CutSuffix(kind, "!")
		declared[i] = dataset.ColumnDeclaration{Name: name, Title: titled(name), Type: kind, Required: required}
		if identifier, isKey := strings.CutPrefix(kind, "key:"); isKey {
			declared[i].Type, declared[i].Identifier = "key", identifier
		}
		if base, listed, isEnum := strings.Cut(kind, "="); isEnum {
			declared[i].Type, declared[i].Enum = base, strings.Split(listed, "|")
		}
		if base, table, isReference := strings.Cut(declared[i].Type, "@"); isReference {
			declared[i].Type, declared[i].Reference = base, table
		}
	}
	return declared
}

// made compiles a dataset of the given columns and rules.
func made(tb testing.TB, name string, list []dataset.ColumnDeclaration, rules ...dataset.RuleDeclaration) *dataset.Dataset {
	tb.Helper()
	d, err := dataset.Compile(dataset.Declaration{Dataset: name, Title: titled(name), Counts: "events", Columns: list, Rules: rules})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// chain returns the pseudonyms under n different keys, of which a shorter chain
// has the first ones.
func chain(tb testing.TB, n int) *identity.Pseudonyms {
	tb.Helper()
	p, err := identity.NewPseudonyms(keys(n))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func keys(n int) [][]byte {
	list := make([][]byte, n)
	for i := range list {
		list[i] = bytes.Repeat([]byte{byte('a' + i)}, identity.KeyBytes)
	}
	return list
}

// tables are the reference tables of the tests. The second facility has no
// province, and its cell is empty.
func tables() map[string]record.Table {
	return map[string]record.Table{
		"facility": {Columns: []string{"name", "province"}, Rows: map[string][]string{
			"15001": {"Trạm A", "15"}, "15002": {"Trạm B", ""},
		}},
	}
}

// only compiles a plan with one dataset "visit" made from records "V", keyed by
// the first column.
func only(tb testing.TB, d *dataset.Dataset, fields map[string]record.Field) *record.Plan {
	tb.Helper()
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{"visit": {From: "V", Columns: fields}},
		Head: "visit", Keys: d.ColumnNames()[:1],
		Datasets: map[string]*dataset.Dataset{"visit": d}, Tables: tables(), Pseudonyms: chain(tb, 1),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return plan
}

// fill lays the named texts out as the layout asks for them. A name that the
// layout does not know is a mistake in the test.
func fill(tb testing.TB, plan *record.Plan, kind int, texts map[string]string) [][]byte {
	tb.Helper()
	layout := plan.Layout().Kinds[kind]
	fields := make([][]byte, len(layout.Fields))
	found := 0
	for i, name := range layout.Fields {
		if text, ok := texts[name]; ok {
			fields[i] = []byte(text)
			found++
		}
	}
	if found != len(texts) {
		tb.Fatalf("the layout %v does not ask for all of the given fields", layout.Fields)
	}
	return fields
}

// shown writes a value so that NULL, empty and zero are told apart.
func shown(t value.Type, v value.Value) string {
	if !v.Valid {
		return "NULL"
	}
	switch t.Kind {
	case value.Text, value.Key:
		return "'" + string(v.Text) + "'"
	default:
		return t.Kind.String() + " " + strconv.FormatInt(v.Int, 10)
	}
}
