package indicator

import (
	"fmt"
	"slices"
	"strings"

	"thidua/transform/expr"
	"thidua/transform/sqltext"
)

// Trace is what statements read that find why figures changed.
type Trace struct {
	// Scope has, as Changed, a relation of the rows that came or went, old versions and
	// new ones, with how each changed: the columns changed_came (BOOLEAN), changed_how
	// (VARCHAR) and changed_through, its delivery (BIGINT).
	Scope
	// Earlier returns the relation of the rows of a dataset that had been there before
	// the change, amended since or not.
	Earlier func(dataset string) string
	// Datasets are those with changed rows.
	Datasets []string
	// Cells names the table of the cells whose causes are looked for (cell BIGINT, level
	// VARCHAR, unit VARCHAR, from_on DATE, to_on DATE), with the days whose rows count
	// in them. Cells of one number are those of one figure.
	Cells string
}

// Moves returns the statements that find the changed rows which can have moved a figure:
// rows of a cell's days and unit that satisfy a measure, or whose old version did. There
// is one for each way in which changed rows reach the indicator: through the rows that
// are counted, through those that match them, and through the register that joins
// persons. Their columns are cell, source, dossier, how, through and n, the number of
// rows of the dossier that the measure sees otherwise than before.
func (i *Indicator) Moves(t Trace) []string {
	var all []string
	for _, m := range i.Measures() {
		// What is changed of a reference table changed with the configuration.
		if !m.Reference {
			all = append(all, t.moves(m)...)
		}
	}
	return all
}

func (t Trace) moves(m *Measure) []string {
	var found []string
	add := func(source string, rows func() string) {
		if slices.Contains(t.Datasets, source) {
			found = append(found, t.move(m, source, rows()))
		}
	}
	add(m.Of, func() string { return t.counted(m) })
	if by := m.Matching; by != nil {
		add(by.Of, func() string { return t.reached(m, satisfying(t.Changed(by.Of), by.Where), by.On) })
	}
	for _, key := range []string{"insurance_key", "card_key"} {
		if m.Person && slices.Contains(m.Distinct, key) {
			add(LinkDataset, func() string { return t.reached(m, t.Changed(LinkDataset), []string{key}) })
		}
	}
	return found
}

// satisfying is a relation without the rows for which a condition does not hold. A
// condition names columns and no tables, so it is given its own rows alone.
func satisfying(rows string, where *expr.Expr) string {
	if where == nil {
		return rows
	}
	return fmt.Sprintf("(SELECT * FROM %s WHERE %s)", rows, where.SQL())
}

// counted is the relation of the changed rows that satisfy a measure. Of the rows that
// match, only those like changed ones are kept in memory.
func (t Trace) counted(m *Measure) string {
	rows := satisfying(t.Changed(m.Of), m.Where)
	if by := m.Matching; by != nil {
		on := sqltext.Names(by.On)
		like := fmt.Sprintf("(SELECT %[1]s FROM %[2]s SEMI JOIN (SELECT %[1]s FROM %[3]s) AS changed USING (%[1]s))", on, satisfying(t.Rows(by.Of), by.Where), rows)
		rows = fmt.Sprintf("(SELECT * FROM %[1]s SEMI JOIN (SELECT %[2]s FROM %[3]s UNION ALL SELECT %[2]s FROM %[4]s) USING (%[2]s))",
			rows, on, like, satisfying(t.Changed(by.Of), by.Where))
	}
	return rows
}

// reached is the relation of the rows of a measure that had been there before and are
// reached by changed ones of another dataset: they changed as those did.
func (t Trace) reached(m *Measure, by string, on []string) string {
	return fmt.Sprintf("(SELECT r.* EXCLUDE (dossier), c.dossier, c.changed_came, c.changed_how, c.changed_through FROM %s AS r JOIN %s AS c USING (%s))",
		satisfying(t.Earlier(m.Of), m.Where), by, sqltext.Names(on))
}

// move finds, for each figure, the dossiers whose rows the measure sees otherwise than
// before in one of its cells. A row that went from one cell to another is one.
func (t Trace) move(m *Measure, source, rows string) string {
	c := counting{&builder{scope: t.Scope}, "moved", m, nil, false}
	seen := fmt.Sprintf("(SELECT *, %s AS changed_what FROM %s WHERE %s) AS r", m.seen(), rows, m.identified())
	columns := c.codeColumns() + "r.dossier, r.changed_how AS how, r.changed_through AS through, r.changed_came AS came, r.changed_what AS what"
	var row, within string
	if m.Existing {
		// A register is placed as it stands at the end of a window.
		row = c.named("row", "SELECT %s%s FROM %s", columns, c.spanned(), seen)
		row = c.named("standing", "SELECT stop_on AS d, %s.* FROM %[1]s JOIN (SELECT DISTINCT to_on AS stop_on FROM %s) ON %s", row, t.Cells, c.stands())
		within = "d = to_on"
	} else {
		row = c.named("row", "SELECT %s, %s AS d FROM %s", columns, c.day(m.At), seen)
		within = "d BETWEEN from_on AND to_on"
	}
	placed := c.placed(row, "d", "d, dossier, how, through, came, what")
	unit := c.named("unit", `SELECT d, dossier, how, through, came, what, unnest([{'level': 'province', 'unit': %s},
	{'level': 'district', 'unit': district}, {'level': 'commune', 'unit': commune}, {'level': 'facility', 'unit': facility}]) AS place FROM %s`, sqltext.Text(t.Province), placed)
	otherwise := c.named("otherwise", `SELECT cell, dossier, how, through, count(*) FILTER (came) AS arrived, count(*) FILTER (NOT came) AS departed
FROM %s JOIN %s AS c ON c.level = place.level AND c.unit = place.unit AND %s
GROUP BY cell, c.unit, dossier, how, through HAVING list_sort(list(what) FILTER (came)) IS DISTINCT FROM list_sort(list(what) FILTER (NOT came))`, unit, t.Cells, within)
	return c.text(fmt.Sprintf("SELECT cell, %s AS source, dossier, how, through, greatest(sum(arrived), sum(departed)) AS n FROM %s GROUP BY ALL", sqltext.Text(source), otherwise))
}

// seen is the expression of that part of a row which the measure sees.
func (m *Measure) seen() string {
	switch {
	case m.Amount != nil:
		return "row(" + m.Amount.SQL() + ")"
	case m.Aggregate == CountDistinct:
		return "row(" + sqltext.Names(m.Distinct) + ")"
	}
	return "row(1)"
}

// identified is the condition that a row has what is counted once: all of the values, or
// one that tells who the person is.
func (m *Measure) identified() string {
	if m.Aggregate != CountDistinct {
		return "true"
	}
	joint := " AND "
	if m.Person {
		joint = " OR "
	}
	conditions := make([]string, len(m.Distinct))
	for i, name := range m.Distinct {
		conditions[i] = sqltext.Name(name) + " IS NOT NULL"
	}
	return strings.Join(conditions, joint)
}
