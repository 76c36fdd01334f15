package dataset

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thidua/transform/declaration"
	"thidua/transform/value"
)

// defaultLength is the greatest length of a text whose column states none.
const defaultLength = 64

var (
	nameShape    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	decimalShape = regexp.MustCompile(`^decimal\((\d{1,2}),(\d{1,2})\)$`)
)

// Compile checks a declaration. Its error is declaration.Problems, with paths
// relative to the declaration.
func Compile(d Declaration) (*Dataset, error) {
	var problems declaration.Problems
	ds := &Dataset{
		Name: d.Dataset, Title: d.Title, Counts: d.Counts, LegalBasis: d.LegalBasis,
		index: make(map[string]int, len(d.Columns)),
	}
	if !nameShape.MatchString(d.Dataset) {
		problems.Add("$.dataset", fmt.Sprintf("%q cannot name a table", d.Dataset), "use lower-case letters, digits and underscores")
	}
	checkTitle(&problems, "$.title", d.Title)
	if counts := []string{CountsPersons, CountsEvents, CountsThings}; !slices.Contains(counts, d.Counts) {
		problems.Add("$.counts", fmt.Sprintf("unknown count %q", d.Counts), "use persons, events or things")
	}
	if len(d.Columns) == 0 {
		problems.Add("$.columns", "a dataset needs columns", "")
	}
	for i, c := range d.Columns {
		ds.addColumn(&problems, fmt.Sprintf("$.columns[%d]", i), c)
	}
	for i, r := range d.Rules {
		ds.addRule(&problems, fmt.Sprintf("$.rules[%d]", i), r)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return ds, nil
}

func (d *Dataset) addColumn(problems *declaration.Problems, path string, c ColumnDeclaration) {
	switch _, twice := d.index[c.Name]; {
	case !nameShape.MatchString(c.Name):
		problems.Add(path+".name", fmt.Sprintf("%q cannot name a column", c.Name), "use lower-case letters, digits and underscores")
	case twice:
		problems.Add(path+".name", fmt.Sprintf("column %q is declared twice", c.Name), "")
	case slices.Contains(Reserved(), c.Name):
		problems.Add(path+".name", fmt.Sprintf("%q is a column of the lineage", c.Name), "choose another name")
	}
	checkTitle(problems, path+".title", c.Title)
	t, code, err := parseType(c.Type)
	if err != nil {
		problems.Add(path+".type", err.Error(), "use text, code, key, integer, decimal(p,s), boolean, date or timestamp")
	}
	isText := t.Kind == value.Text
	switch {
	case (t.Kind == value.Key) != (c.Identifier != ""):
		problems.Add(path+".identifier", "a key, and only a key, says which identifier it stands for", "use type: key with identifier: citizen, card, patient or visit")
	case !isText && (c.Length != 0 || c.MaxLength != 0 || len(c.Enum) > 0 || c.Reference != ""):
		problems.Add(path, "length, max_length, enum and reference belong to text and code columns", "")
	case c.Length < 0 || c.MaxLength < 0:
		problems.Add(path, "a length cannot be negative", "")
	}
	d.index[c.Name] = len(d.Columns)
	d.Columns = append(d.Columns, Column{
		Name: c.Name, Title: c.Title, Type: t, Code: code, Required: c.Required,
		Length: c.Length, MaxLength: lengthLimit(c), Enum: c.Enum, Reference: c.Reference, Identifier: c.Identifier,
	})
}

func lengthLimit(c ColumnDeclaration) int {
	switch {
	case c.Length > 0:
		return c.Length
	case c.MaxLength > 0:
		return c.MaxLength
	default:
		return defaultLength
	}
}

func (d *Dataset) addRule(problems *declaration.Problems, path string, r RuleDeclaration) {
	if !nameShape.MatchString(r.Rule) {
		problems.Add(path+".rule", fmt.Sprintf("%q cannot name a rule", r.Rule), "use lower-case letters, digits and underscores")
	}
	for _, other := range d.Rules {
		if other.Name == r.Rule {
			problems.Add(path+".rule", fmt.Sprintf("rule %q is declared twice", r.Rule), "")
		}
	}
	checkTitle(problems, path+".title", r.Title)
	if r.Otherwise != "reject" && r.Otherwise != "warn" {
		problems.Add(path+".otherwise", fmt.Sprintf("unknown consequence %q", r.Otherwise), "use reject or warn")
	}
	must := d.Condition(problems, path+".must", r.Must)
	if must == nil {
		return
	}
	d.Rules = append(d.Rules, Rule{Name: r.Rule, Must: must, Reject: r.Otherwise == "reject", Reason: r.Title.Text()})
}

func checkTitle(problems *declaration.Problems, path string, t declaration.Title) {
	if strings.TrimSpace(t.Vi) == "" || strings.TrimSpace(t.En) == "" {
		problems.Add(path, "the title is missing in one language", "give both vi and en")
	}
}

// parseType reads a type as declarations write it. A code is text.
func parseType(s string) (t value.Type, code bool, err error) {
	if s == "code" {
		return value.Type{Kind: value.Text}, true, nil
	}
	if m := decimalShape.FindStringSubmatch(s); m != nil {
		precision, _ := strconv.Atoi(m[1])
		scale, _ := strconv.Atoi(m[2])
		if precision < 1 || precision > 18 || scale > precision {
			return t, false, fmt.Errorf("%s holds no number: 1 to 18 digits, no more of them decimals", s)
		}
		return value.Type{Kind: value.Decimal, Precision: uint8(precision), Scale: uint8(scale)}, false, nil
	}
	kind, ok := value.ParseKind(s)
	if !ok || kind == value.Decimal {
		return t, false, fmt.Errorf("unknown type %q", s)
	}
	return value.Type{Kind: kind}, false, nil
}
