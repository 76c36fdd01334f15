package indicator

import (
	"fmt"
	"slices"
	"strings"

	"thidua/transform/sqltext"
)

// source adds the step that reads the rows of the measure: its codes of units as
// code0, code1 …, and the columns given.
func (c counting) source(columns string) string {
	return c.named("row", "SELECT %s%s FROM %s", c.codeColumns(), columns, c.relation())
}

// relation is the rows of the measure, r, with what is joined to them.
func (c counting) relation() string {
	m := c.measure
	from := c.ofDays(c.rows(m.Of))
	if m.Where != nil {
		// A condition names columns and no tables, so it is given its own rows alone.
		from = fmt.Sprintf("(SELECT * FROM %s WHERE %s)", from, m.Where.SQL())
	}
	from += " AS r"
	if m.Person {
		from += c.links()
	}
	if m.Matching != nil {
		from += c.matching()
	}
	return from
}

// matching keeps the rows that have one like them elsewhere.
func (c counting) matching() string {
	m := c.measure.Matching
	condition := ""
	if m.Where != nil {
		condition = " WHERE " + m.Where.SQL()
	}
	others := c.here(fmt.Sprintf("(SELECT %s FROM %s%s)", sqltext.Names(m.On), c.scope.Rows(m.Of), condition))
	return fmt.Sprintf(" SEMI JOIN %s AS like_it USING (%s)", others, sqltext.Names(m.On))
}

// links joins the register that knows one person by several identifiers. Where it
// gives one identifier to two persons, the least is taken: always the same.
func (c counting) links() string {
	text := ""
	for _, key := range []string{"insurance_key", "card_key"} {
		if slices.Contains(c.measure.Distinct, key) {
			text += fmt.Sprintf(` LEFT JOIN (SELECT %[1]s, min(citizen_key) AS citizen_key FROM %[2]s WHERE %[1]s IS NOT NULL AND citizen_key IS NOT NULL GROUP BY %[1]s) AS by_%[1]s ON by_%[1]s.%[1]s = r.%[1]s`,
				key, c.scope.Rows(LinkDataset))
		}
	}
	return text
}

// LinkDataset is the dataset that joins the identifiers of a person.
const LinkDataset = "insurance_link"

// personKeys are the columns that know a person, the surest first.
var personKeys = []string{"citizen_key", "insurance_key", "card_key"}

// keyColumns are the expressions of what is counted once, named key0, key1 …
func (c counting) keyColumns() string {
	var columns []string
	if c.measure.Person {
		columns = append(columns, c.person()+" AS key0")
	} else {
		for n, name := range c.measure.Distinct {
			columns = append(columns, fmt.Sprintf("r.%s AS key%d", sqltext.Name(name), n))
		}
	}
	return strings.Join(columns, ", ")
}

// person is the citizen behind a row, or failing that the surest identifier it has.
func (c counting) person() string {
	var known []string
	for _, key := range personKeys {
		if !slices.Contains(c.measure.Distinct, key) {
			continue
		}
		if key == "citizen_key" {
			known = append(known, "r.citizen_key")
		} else {
			known = append(known, "by_"+key+".citizen_key")
		}
	}
	for _, key := range personKeys[1:] {
		if slices.Contains(c.measure.Distinct, key) {
			known = append(known, "r."+key)
		}
	}
	return "coalesce(" + strings.Join(known, ", ") + ")"
}

func (c counting) keys() string {
	n := len(c.measure.Distinct)
	if c.measure.Person {
		n = 1
	}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("key%d", i)
	}
	return strings.Join(names, ", ")
}

// hasKeys is the condition that a row has all the values that are counted.
func (c counting) hasKeys() string {
	return "(" + strings.ReplaceAll(c.keys(), ", ", " IS NOT NULL AND ") + " IS NOT NULL)"
}

// codeColumns selects the codes of units; codes names them, each with a comma after
// it, so that none are no trouble.
func (c counting) codeColumns() string {
	text := ""
	for n, u := range c.measure.Units {
		text += fmt.Sprintf("r.%s AS code%d, ", sqltext.Name(u.Column), n)
	}
	return text
}

func (c counting) codes() string {
	text := ""
	for n := range c.measure.Units {
		text += fmt.Sprintf("code%d, ", n)
	}
	return text
}

// day is the day of a column, which may hold an instant of the local wall clock.
func (c counting) day(column string) string { return "CAST(r." + sqltext.Name(column) + " AS DATE)" }

// amountColumn selects what is added up, or compared; counting rows needs nothing.
func (c counting) amountColumn() string {
	if c.measure.Amount == nil {
		return ""
	}
	return ", " + c.measure.Amount.SQL() + " AS amount"
}

// fold makes one number of the rows of a day, refold one of the numbers of days.
func (c counting) fold(of string) string {
	switch c.measure.Aggregate {
	case Sum:
		return "sum(" + of + ")"
	case Min:
		return "min(" + of + ")"
	case Max:
		return "max(" + of + ")"
	default:
		return "count(*)"
	}
}

func (c counting) refold(of string) string { return c.again(of) + "::DOUBLE" }

// again is refold in the type of the amount, whose sums are exact.
func (c counting) again(of string) string {
	switch c.measure.Aggregate {
	case Min, Max:
		return c.fold(of)
	default:
		return "sum(" + of + ")"
	}
}

// placed adds the step that finds the units of rows as they were on a day, and keeps
// the rows of the scope. A row of no known unit belongs to it: it was delivered here.
func (c counting) placed(from, day, columns string) string {
	joins, found := "", map[string][]string{}
	for n, u := range c.measure.Units {
		joins += fmt.Sprintf("\nLEFT JOIN %[1]s AS p%[2]d ON p%[2]d.kind = '%[3]s' AND p%[2]d.code = %[4]s.code%[2]d AND %[4]s.%[5]s BETWEEN p%[2]d.from_on AND p%[2]d.to_on",
			PlaceTable, n, u.Level, from, day)
		for _, name := range []string{"province", "list", "district", "commune", "facility"} {
			found[name] = append(found[name], fmt.Sprintf("p%d.%s", n, name))
		}
	}
	pick := func(name, otherwise string) string {
		return "coalesce(" + strings.Join(append(found[name], otherwise), ", ") + ")"
	}
	return c.named("placed", "SELECT %s AS district, %s AS commune, %s AS facility, %s FROM %s%s\nWHERE %s = %s AND %s = %s",
		pick("district", "NULL::VARCHAR"), pick("commune", "NULL::VARCHAR"), pick("facility", "NULL::VARCHAR"), columns, from, joins,
		pick("province", sqltext.Text(c.scope.Province)), sqltext.Text(c.scope.Province), pick("list", sqltext.Text(c.scope.List)), sqltext.Text(c.scope.List))
}
