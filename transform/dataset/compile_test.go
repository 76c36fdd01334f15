package dataset_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/value"
)

// declared is a good declaration of three columns and a rule.
func declared() dataset.Declaration {
	return dataset.Declaration{
		Dataset: "visit", Title: titled("visits"), Counts: "events", LegalBasis: "QĐ 4750/QĐ-BYT",
		Columns: []dataset.ColumnDeclaration{
			{Name: "facility", Title: titled("facility"), Type: "code", Length: 5, Required: true, Reference: "facility"},
			{Name: "visit_key", Title: titled("visit"), Type: "key", Identifier: "visit"},
			{Name: "cost", Title: titled("cost"), Type: "decimal(18,2)"},
		},
		Rules: []dataset.RuleDeclaration{{Rule: "cost_positive", Must: "cost is null or cost >= 0", Otherwise: "reject", Title: titled("positive")}},
	}
}

func TestCompileProblems(t *testing.T) {
	type d = dataset.Declaration
	column := func(change func(*dataset.ColumnDeclaration)) func(*d) {
		return func(d *d) { change(&d.Columns[2]) }
	}
	typed := func(kind string) func(*d) {
		return func(d *d) { d.Columns[2].Type, d.Rules = kind, nil }
	}
	rule := func(change func(*dataset.RuleDeclaration)) func(*d) { return func(d *d) { change(&d.Rules[0]) } }
	const (
		use     = "; use text, code, key, integer, decimal(p,s), boolean, date or timestamp"
		letters = "; use lower-case letters, digits and underscores"
		onlyKey = "$.columns[2].identifier: a key, and only a key, says which identifier it stands for; use type: key with identifier: citizen, card, patient or visit"
	)
	tests := []struct {
		name   string
		change func(*d)
		want   []string
	}{
		{"good", func(*d) {}, nil},
		{"name", func(d *d) { d.Dataset = "Visit" }, []string{`$.dataset: "Visit" cannot name a table` + letters}},
		{"title", func(d *d) { d.Title.En = " " }, []string{"$.title: the title is missing in one language; give both vi and en"}},
		{"counts", func(d *d) { d.Counts = "people" }, []string{`$.counts: unknown count "people"; use persons, events or things`}},
		{"columns", func(d *d) { d.Columns, d.Rules = nil, nil }, []string{"$.columns: a dataset needs columns"}},
		{"column name", column(func(c *dataset.ColumnDeclaration) { c.Name = "2nd" }), []string{
			`$.columns[2].name: "2nd" cannot name a column` + letters,
			"$.rules[0].must: unknown column cost (at character 1)",
		}},
		{"column twice", func(d *d) { d.Columns[1].Name, d.Rules = "cost", nil }, []string{`$.columns[2].name: column "cost" is declared twice`}},
		{"reserved name", func(d *d) { d.Columns[0].Name = "known_from" }, []string{`$.columns[0].name: "known_from" is a column of the lineage; choose another name`}},
		{"column title", column(func(c *dataset.ColumnDeclaration) { c.Title.Vi = "" }), []string{"$.columns[2].title: the title is missing in one language; give both vi and en"}},
		{"decimals", typed("decimal(19,2)"), []string{"$.columns[2].type: decimal(19,2) holds no number: 1 to 18 digits, no more of them decimals" + use}},
		{"key without identifier", func(d *d) { d.Columns[2].Type, d.Rules = "key", nil }, []string{onlyKey}},
		{"identifier without key", column(func(c *dataset.ColumnDeclaration) { c.Identifier = "card" }), []string{onlyKey}},
		{"enum of numbers", column(func(c *dataset.ColumnDeclaration) { c.Enum = []string{"1"} }), []string{"$.columns[2]: length, max_length, enum and reference belong to text and code columns"}},
		{"negative length", func(d *d) { d.Columns[0].Length = -1 }, []string{"$.columns[0]: a length cannot be negative"}},
		{"rule name", rule(func(r *dataset.RuleDeclaration) { r.Rule = "A rule" }), []string{`$.rules[0].rule: "A rule" cannot name a rule` + letters}},
		{"rule twice", func(d *d) { d.Rules = append(d.Rules, d.Rules[0]) }, []string{`$.rules[1].rule: rule "cost_positive" is declared twice`}},
		{"rule title", rule(func(r *dataset.RuleDeclaration) { r.Title.En = "" }), []string{"$.rules[0].title: the title is missing in one language; give both vi and en"}},
		{"consequence", rule(func(r *dataset.RuleDeclaration) { r.Otherwise = "drop" }), []string{`$.rules[0].otherwise: unknown consequence "drop"; use reject or warn`}},
		{"no condition", rule(func(r *dataset.RuleDeclaration) { r.Must = "cost + 1" }), []string{
			"$.rules[0].must: the expression is decimal(18,2), a condition is true or false; compare it with something",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := declared()
			test.change(&d)
			_, err := dataset.Compile(d)
			var problems declaration.Problems
			if err != nil && !errors.As(err, &problems) {
				t.Fatalf("error %v", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, declaration.Problems{p}.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompiledDataset(t *testing.T) {
	d, err := dataset.Compile(declared())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"facility", "visit_key", "cost"}, d.ColumnNames()); diff != "" {
		t.Error(diff)
	}
	for i, name := range d.ColumnNames() {
		if at, ok := d.Index(name); at != i || !ok {
			t.Errorf("column %s at %d, %v", name, at, ok)
		}
	}
	if _, ok := d.Index("other"); ok {
		t.Error("a column that is not declared is found")
	}
	facility, key, cost := d.Columns[0], d.Columns[1], d.Columns[2]
	if !facility.Code || !facility.Required || facility.MaxLength != 5 || facility.Privacy() != "open" || facility.Type.Kind != value.Text {
		t.Errorf("facility %+v", facility)
	}
	if key.Privacy() != "pseudonym" || key.Type.Kind != value.Key || key.MaxLength != 64 {
		t.Errorf("key %+v", key)
	}
	if cost.Type != (value.Type{Kind: value.Decimal, Precision: 18, Scale: 2}) || cost.Required {
		t.Errorf("cost %+v", cost)
	}
	rule := d.Rules[0]
	if rule.Name != "cost_positive" || !rule.Reject || rule.Reason.En != "positive" {
		t.Errorf("rule %+v", rule)
	}
}

func TestTypes(t *testing.T) {
	for kind, good := range map[string]bool{
		"text": true, "code": true, "integer": true, "boolean": true, "date": true, "timestamp": true, "decimal(1,0)": true,
		"decimal(18,18)": true, "decimal": false, "decimal(0,0)": false, "decimal(2,3)": false, "decimal(18, 2)": false, "string": false, "": false,
	} {
		d := declared()
		d.Rules, d.Columns[2].Type = nil, kind
		if _, err := dataset.Compile(d); (err == nil) != good {
			t.Errorf("type %q: %v", kind, err)
		}
	}
}
