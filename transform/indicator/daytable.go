package indicator

import (
	"fmt"
	"slices"
	"strings"

	"thidua/transform/sqltext"
)

// DayTable is a table that has a row for each day and code of a unit, folded from the rows
// of a dataset: what measures of the same rows, placed alike, are counted from, so that
// many rows are read once for all of them. It is comparable: measures with equal ones
// share a table.
type DayTable struct {
	codes, from string
}

// Statement returns the statement that folds the rows. Its columns are code0, code1 …,
// d, and a column for each amount, NULL where no row of the day and code counts: amount0,
// amount1 …
func (d DayTable) Statement(amounts []string) string {
	columns := ""
	for n, amount := range amounts {
		columns += fmt.Sprintf(", %s AS amount%d", amount, n)
	}
	return "SELECT " + d.codes + columns + " FROM " + d.from + " GROUP BY ALL"
}

// DayTable returns the table that the measure can be counted from and the amount that it
// takes of a day and code. It is false for a measure that has to see each row: of
// different values that are not the codes of units, or of a register as it stands.
func (i *Indicator) DayTable(m *Measure, s Scope) (d DayTable, amount string, ok bool) {
	return (counting{&builder{scope: s}, "", m, s.Rows, i.BeginsWithWindow()}).folded()
}

// DayTable returns the table that tells on which days a facility delivered, and the amount
// that is NULL on the others.
func (e *Expectation) DayTable(s Scope) (d DayTable, amount string) {
	m := &Measure{Aggregate: CountRows, Of: e.Of, At: e.At, Units: []UnitColumn{{Facility, e.Facility}}}
	d, amount, _ = (counting{&builder{scope: s}, "", m, s.Rows, true}).folded()
	return d, amount
}

func (c counting) folded() (d DayTable, amount string, ok bool) {
	m := c.measure
	if m.Existing || m.Person || !c.codesTell(m.Distinct) {
		return DayTable{}, "", false
	}
	d.codes = c.codeColumns() + c.day(m.At) + " AS d"
	if m.Matching != nil {
		d.from = c.relation()
		return d, c.folding(""), true
	}
	d.from = c.ofDays(c.rows(m.Of)) + " AS r"
	filter := ""
	if m.Where != nil {
		filter = " FILTER (WHERE " + m.Where.SQL() + ")"
	}
	return d, c.folding(filter), true
}

// folding is the amount of a day: NULL, and not zero, where no row is counted.
func (c counting) folding(filter string) string {
	switch c.measure.Aggregate {
	case Sum, Min, Max:
		return c.fold(c.measure.Amount.SQL()) + filter
	default:
		return "nullif(count(*)" + filter + ", 0)"
	}
}

// codesTell reports whether all of the columns hold codes of units: different values of
// them can be told from the days and codes.
func (c counting) codesTell(columns []string) bool {
	for _, name := range columns {
		if c.codeOf(name) < 0 {
			return false
		}
	}
	return true
}

func (c counting) codeOf(column string) int {
	return slices.IndexFunc(c.measure.Units, func(u UnitColumn) bool { return u.Column == column })
}

// fromDayTable returns the table that the measure is counted from and its amount's column,
// where whoever runs the statement has made one.
func (c counting) fromDayTable() (table, column string, ok bool) {
	if c.scope.DayTable == nil {
		return "", "", false
	}
	d, amount, ok := c.folded()
	if !ok {
		return "", "", false
	}
	return c.scope.DayTable(d, amount)
}

// ofDays is a relation without the rows that no window holds, where the scope says
// which days they hold. An engine that keeps the least and greatest values of blocks of
// rows skips the others.
func (c counting) ofDays(relation string) string {
	at := c.measure.At
	if at == "" || c.scope.To == 0 {
		return relation
	}
	condition := fmt.Sprintf("%s < DATE '%s'", sqltext.Name(at), c.scope.To+1)
	if c.fromStart && !c.measure.Existing {
		condition += fmt.Sprintf(" AND %s >= DATE '%s'", sqltext.Name(at), c.scope.From)
	}
	return fmt.Sprintf("(SELECT * FROM %s WHERE %s)", relation, condition)
}

// Elsewhere returns the statement that names the codes which belong to another province
// on every day from the first to the last of the scope, and to this one on none: rows of
// them need not be looked at. Its columns are kind and code.
func Elsewhere(s Scope) string {
	return fmt.Sprintf(`WITH span AS (SELECT DISTINCT kind, code, greatest(from_on, DATE '%[1]s') AS from_on, least(to_on, DATE '%[2]s') AS to_on, province = %[4]s AND list = %[5]s AS here
	FROM %[3]s WHERE from_on <= DATE '%[2]s' AND to_on >= DATE '%[1]s')
SELECT kind, code FROM span GROUP BY ALL HAVING NOT bool_or(here) AND sum(to_on - from_on + 1) = DATE '%[2]s' - DATE '%[1]s' + 1`,
		s.From, s.To, PlaceTable, sqltext.Text(s.Province), sqltext.Text(s.List))
}

// here is a relation of rows to match, without those of units elsewhere: few are kept
// in memory then. The column that says whose they are has to be among those that match,
// and the first that the measure is placed by, for a row belongs to the first unit that
// is known.
func (c counting) here(relation string) string {
	m := c.measure
	if c.scope.Elsewhere == "" || !c.fromStart || m.Existing || len(m.Units) == 0 || !slices.Contains(m.Matching.On, m.Units[0].Column) {
		return relation
	}
	column := sqltext.Name(m.Units[0].Column)
	return fmt.Sprintf("(SELECT * FROM %s ANTI JOIN (SELECT code AS %s FROM %s WHERE kind = '%s') AS elsewhere USING (%[2]s))", relation, column, c.scope.Elsewhere, m.Units[0].Level)
}

// keysOfCodes names the codes that are counted once, as keys.
func (c counting) keysOfCodes() string {
	var columns []string
	for n, name := range c.measure.Distinct {
		columns = append(columns, fmt.Sprintf("code%d AS key%d", c.codeOf(name), n))
	}
	return strings.Join(columns, ", ")
}
