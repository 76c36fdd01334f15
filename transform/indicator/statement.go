package indicator

import (
	"fmt"
	"strings"

	"thidua/transform/calendar"
	"thidua/transform/sqltext"
)

// Names of the temporary tables that a statement counts with. Whoever runs it makes
// them first:
//
//   - WindowTable (w INTEGER, start_on DATE, stop_on DATE): the windows, numbered.
//     A statement counts through stop_on; what begins with the window begins on
//     start_on.
//   - PlaceTable, by the statement of Places.
//   - the touched cells of a Scope (w INTEGER, level VARCHAR, unit VARCHAR).
const (
	WindowTable = "temp.counting_window"
	PlaceTable  = "temp.counting_place"
)

// Scope is what a statement counts in.
type Scope struct {
	// Rows returns the relation that holds the rows of a dataset or reference table
	// as they are known at the instant that is asked about.
	Rows func(dataset string) string
	// Changed returns the relation that holds the rows of a dataset which came or went
	// since the last counting, old and new versions alike. Only Touch needs it.
	Changed func(dataset string) string
	// Province and List are the unit that everything is counted for.
	Province, List string
	// Touched names a table of cells, the only ones that are counted. All are where it
	// is empty.
	Touched string
	// From and To are the first and the last day of all windows, zero where nobody says:
	// rows of other days need not be read.
	From, To calendar.Day
	// Elsewhere names a table, by the statement of Elsewhere, of the codes whose rows
	// need not be read; it may be empty.
	Elsewhere string
	// DayTable returns the name of a table that was made by the statement of the day
	// table, and its column of an amount; false where there is none. It may be nil.
	DayTable func(d DayTable, amount string) (table, column string, made bool)
}

// Count returns the statement that counts the indicator in every window and for every
// unit of every level at once. Its columns are w, level, unit, numerator, denominator
// and unassigned, the part of the numerator for which no unit below the province is
// known. A cell without rows does not occur.
func (i *Indicator) Count(s Scope) string {
	b := &builder{scope: s}
	numerator := b.measure("n", i.Numerator, i.BeginsWithWindow())
	if i.Denominator == nil {
		return b.text(fmt.Sprintf("SELECT w, level, unit, amount AS numerator, NULL::DOUBLE AS denominator, unassigned FROM %s%s", numerator, b.touched()))
	}
	denominator := b.measure("d", i.Denominator, i.BeginsWithWindow())
	return b.text(fmt.Sprintf(`SELECT w, level, unit, n.amount AS numerator, d.amount AS denominator, n.unassigned
FROM %s AS n FULL JOIN %s AS d USING (w, level, unit)%s`, numerator, denominator, b.touched()))
}

// Counting is the text of what a measure of the indicator counts: two measures with
// one text have the same number everywhere.
func (i *Indicator) Counting(m *Measure) string {
	b := &builder{scope: Scope{Rows: func(dataset string) string { return dataset }}}
	return b.text(b.measure("m", m, i.BeginsWithWindow()))
}

// BeginsWithWindow reports whether only what happened in a window is counted in it,
// and not what stands at its end.
func (i *Indicator) BeginsWithWindow() bool {
	switch i.Behaviour {
	case Ratio, Cumulative, CumulativeDistinct, SurveyRound, Official:
		return true
	}
	return false
}

func (b *builder) touched() string {
	if b.scope.Touched == "" {
		return ""
	}
	return " SEMI JOIN " + b.scope.Touched + " USING (w, level, unit)"
}

// windows is the relation of the windows that are counted.
func (b *builder) windows() string {
	if b.scope.Touched == "" {
		return WindowTable
	}
	return "(SELECT * FROM " + WindowTable + " SEMI JOIN " + b.scope.Touched + " USING (w))"
}

// builder collects the named steps of a statement.
type builder struct {
	scope Scope
	steps []string
}

// step adds a named step and returns its name.
func (b *builder) step(name, query string, args ...any) string {
	b.steps = append(b.steps, name+" AS ("+fmt.Sprintf(query, args...)+")")
	return name
}

func (b *builder) text(last string) string {
	return "WITH " + strings.Join(b.steps, ",\n") + "\n" + last
}

// measure adds the steps that count a measure, and returns the name of the one whose
// columns are w, level, unit, amount and unassigned.
func (b *builder) measure(prefix string, m *Measure, fromStart bool) string {
	c := counting{b, prefix, m, b.scope.Rows, fromStart}
	switch {
	case m.Existing:
		return c.existing()
	case m.Aggregate == CountDistinct:
		return c.distinct()
	default:
		return c.additive()
	}
}

// counting is one measure on its way into a statement.
type counting struct {
	*builder
	prefix    string
	measure   *Measure
	rows      func(string) string
	fromStart bool
}

func (c counting) named(step, query string, args ...any) string {
	return c.step(c.prefix+"_"+step, query, args...)
}

// additive counts what adds up over days: first by day and code, so that the windows
// and the levels meet few rows, then for all of them.
func (c counting) additive() string {
	var day string
	if table, column, made := c.fromDayTable(); made {
		day = c.named("day", "SELECT %s d, %s AS amount FROM %s WHERE %[2]s IS NOT NULL", c.codes(), column, table)
	} else {
		source := c.source(c.day(c.measure.At) + " AS d" + c.amountColumn())
		day = c.named("day", "SELECT %s d, %s AS amount FROM %s GROUP BY ALL", c.codes(), c.fold("amount"), source)
	}
	placed := c.placed(day, "d", "d, amount")
	window := c.named("window", "SELECT w, district, commune, facility, %s AS amount FROM %s JOIN %s ON d BETWEEN %s AND stop_on GROUP BY ALL",
		c.again("amount"), placed, c.windows(), c.start())
	return c.grouped(window, c.refold("amount"))
}

// distinct counts each value once: in all windows that begin on the same day it counts
// from the first day on which it occurs. A row without a value is nothing to count.
func (c counting) distinct() string {
	var keyed string
	if table, column, made := c.fromDayTable(); made {
		keyed = c.named("keyed", "SELECT %s d, %s FROM %s WHERE %s IS NOT NULL AND %s", c.codes(), c.keysOfCodes(), table, column, c.hasKeys())
	} else {
		source := c.source(c.day(c.measure.At) + " AS d, " + c.keyColumns())
		keyed = c.named("keyed", "SELECT %s d, %s FROM %s WHERE %s", c.codes(), c.keys(), source, c.hasKeys())
	}
	placed := c.placed(keyed, "d", "d, "+c.keys())
	starts := c.named("start", "SELECT %s AS from_on, max(stop_on) AS to_on FROM %s GROUP BY ALL", c.start(), c.windows())
	first := c.named("first", "SELECT from_on, district, commune, facility, %s, min(d) AS d FROM %s JOIN %s ON d BETWEEN from_on AND to_on GROUP BY ALL", c.keys(), placed, starts)
	return c.named("counted", `SELECT w, %s AS level, %s AS unit, sum(n)::DOUBLE AS amount, 0::DOUBLE AS unassigned
FROM %s JOIN %s ON from_on = %s AND d <= stop_on WHERE %s GROUP BY ALL`, levelOf("depth"), c.unitOf("depth"), c.occurring(first), c.windows(), c.start(), hasUnit("depth"))
}

// occurring tells how many values occur first on a day, for all levels at once. Most
// values occur in one place only: they are counted by place and day, and only the others
// are looked at again for each level.
func (c counting) occurring(first string) string {
	value := c.named("value", "SELECT from_on, %s, any_value(district) AS district, any_value(commune) AS commune, any_value(facility) AS facility, min(d) AS d, count(*) AS places FROM %s GROUP BY from_on, %[1]s", c.keys(), first)
	single := c.named("single", "SELECT from_on, district, commune, facility, d, count(*) AS n FROM %s WHERE places = 1 GROUP BY ALL", value)
	several := c.named("several", `SELECT from_on, GROUPING(district, commune, facility) AS depth, district, commune, facility, min(d) AS d
FROM %s SEMI JOIN (SELECT from_on, %s FROM %s WHERE places > 1) AS other USING (from_on, %[2]s) GROUP BY GROUPING SETS (%[4]s)`, first, c.keys(), value, c.groups("from_on, "+c.keys()))
	return c.named("occurring", `SELECT from_on, GROUPING(district, commune, facility) AS depth, district, commune, facility, d, sum(n) AS n
FROM %s GROUP BY GROUPING SETS (%s)
UNION ALL SELECT from_on, depth, district, commune, facility, d, count(*) FROM %s GROUP BY ALL`, single, c.groups("from_on, d"), several)
}

// existing counts a register as it stands on the last day of each window.
func (c counting) existing() string {
	extra := c.spanned()
	distinct := c.measure.Aggregate == CountDistinct
	if distinct {
		extra += ", " + c.keyColumns()
	} else {
		extra += c.amountColumn()
	}
	from := c.source(strings.TrimPrefix(extra, ", "))
	columns, total := "amount", c.refold("amount")
	if distinct {
		columns, total = c.keys(), "count(DISTINCT ("+c.keys()+"))::DOUBLE"
	} else {
		from = c.named("folded", "SELECT %s %s %s AS amount FROM %s GROUP BY ALL", c.codes(), c.spanColumns(), c.fold("amount"), from)
	}
	stands := c.stands()
	if distinct {
		stands += " AND " + c.hasKeys()
	}
	standing := c.named("standing", "SELECT w, stop_on AS d, %s.* FROM %s JOIN %s ON %s", from, from, c.windows(), stands)
	placed := c.placed(standing, "d", "w, "+columns)
	return c.grouped(placed, total)
}

func (c counting) spanColumns() string {
	text := ""
	if c.measure.At != "" {
		text += "begins, "
	}
	if c.measure.Until != "" {
		text += "ends, "
	}
	return text
}

// spanned selects the days between which a row of a register exists, each with a comma
// before it.
func (c counting) spanned() string {
	text := ""
	if c.measure.At != "" {
		text += ", " + c.day(c.measure.At) + " AS begins"
	}
	if c.measure.Until != "" {
		text += ", " + c.day(c.measure.Until) + " AS ends"
	}
	return text
}

// stands is the condition that a row of a register exists on the last day of a window.
func (c counting) stands() string {
	condition := "true"
	if c.measure.At != "" {
		condition = "begins <= stop_on"
	}
	if c.measure.Until != "" {
		condition += " AND (ends IS NULL OR ends >= stop_on)"
	}
	return condition
}

// grouped adds up placed rows for all levels and windows at once.
func (c counting) grouped(placed, total string) string {
	totals := c.named("total", `SELECT w, GROUPING(district, commune, facility) AS depth, district, commune, facility, %s AS amount,
coalesce(%s FILTER (WHERE district IS NULL AND commune IS NULL AND facility IS NULL), 0)::DOUBLE AS unassigned
FROM %s GROUP BY GROUPING SETS (%s)`, total, strings.TrimSuffix(total, "::DOUBLE"), placed, c.groups("w"))
	return c.named("counted", "SELECT w, %s AS level, %s AS unit, amount, unassigned FROM %s WHERE amount IS NOT NULL AND %s",
		levelOf("depth"), c.unitOf("depth"), totals, hasUnit("depth"))
}

// groups lists the sets that rows are grouped by: the province and every level below.
func (c counting) groups(by string) string {
	return fmt.Sprintf("(%[1]s), (%[1]s, district), (%[1]s, commune), (%[1]s, facility)", by)
}

// The bits of GROUPING(district, commune, facility) are set for what is not grouped by.
func levelOf(depth string) string {
	return "CASE " + depth + " WHEN 7 THEN 'province' WHEN 3 THEN 'district' WHEN 5 THEN 'commune' ELSE 'facility' END"
}

func (c counting) unitOf(depth string) string {
	return "CASE " + depth + " WHEN 7 THEN " + sqltext.Text(c.scope.Province) + " ELSE coalesce(district, commune, facility) END"
}

func hasUnit(depth string) string {
	return "(" + depth + " = 7 OR coalesce(district, commune, facility) IS NOT NULL)"
}

// start is the first day that counts in a window.
func (c counting) start() string {
	if c.fromStart {
		return "start_on"
	}
	return "DATE '0001-01-01'"
}
