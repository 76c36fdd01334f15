package indicator

import (
	"fmt"
	"strings"

	"thidua/transform/calendar"
	"thidua/transform/sqltext"
)

// Asked says whose number a question asks for, and the days whose rows count in it.
type Asked struct {
	Level Level
	Code  string
	// Days are those of the rows; a register is counted as it stands on the last one.
	Days calendar.Period
}

// Days returns the days whose rows count in a period: the period itself, or everything
// through its last day where the figure does not begin anew with it.
func (i *Indicator) Days(p calendar.Period) calendar.Period {
	if !i.BeginsWithWindow() {
		p.From = calendar.First
	}
	return p
}

// Question returns the statement that counts the measure for one unit, for people to
// read and to ask again: one row of one column. It needs no table but those of the rows
// and of the units, and gives the number that Count gives for the same cell.
func (m *Measure) Question(s Scope, a Asked) string {
	q := newAsking(m, s, a)
	return q.text(q.total()+" AS amount", "")
}

// Sources returns the statement that tells which deliveries brought the rows that are
// counted for a unit. Its columns are delivery and rows.
func (m *Measure) Sources(s Scope, a Asked) string {
	return newAsking(m, s, a).text(`r."delivery", count(*) AS rows`, "\nGROUP BY ALL")
}

// MatchSources is Sources of the rows that let those count which they match. It is empty
// for a measure without any.
func (m *Measure) MatchSources(s Scope, a Asked) string {
	if m.Matching == nil {
		return ""
	}
	on := make([]string, len(m.Matching.On))
	for i, name := range m.Matching.On {
		on[i] = "r." + sqltext.Name(name)
	}
	return fmt.Sprintf("SELECT \"delivery\", count(*) AS rows FROM %s AS o\nSEMI JOIN (%s) AS counted USING (%s)\nGROUP BY ALL",
		satisfying(s.Rows(m.Matching.Of), m.Matching.Where), newAsking(m, s, a).text(strings.Join(on, ", "), ""), sqltext.Names(m.Matching.On))
}

// Unplaced returns the statement that counts the rows of the province for which no
// unit below it is known. It has one row of one column.
func (m *Measure) Unplaced(s Scope, a Asked) string {
	q := newAsking(m, s, Asked{Level: Province, Code: s.Province, Days: a.Days})
	var below []string
	for n, u := range m.Units {
		if u.Level != Province {
			below = append(below, fmt.Sprintf("u%d.code IS NULL", n))
		}
	}
	q.further = below
	return q.text("count(*) AS rows", "")
}

// asking is a question in the making. The rows are r; what the nth column of units says
// is un, its commune cn and its district dn.
type asking struct {
	counting
	asked   Asked
	further []string
}

func newAsking(m *Measure, s Scope, a Asked) asking {
	return asking{counting: counting{builder: &builder{scope: s}, measure: m, rows: s.Rows}, asked: a}
}

func (q asking) text(selected, ending string) string {
	lines := []string{"SELECT " + selected, "FROM " + q.counted() + " AS r"}
	if q.measure.Matching != nil {
		lines = append(lines, strings.TrimSpace(q.matching()))
	}
	if q.measure.Person {
		lines = append(lines, strings.TrimSpace(q.links()))
	}
	for n, u := range q.measure.Units {
		lines = append(lines, q.joins(n, u)...)
	}
	if conditions := q.conditions(); len(conditions) > 0 {
		lines = append(lines, "WHERE "+strings.Join(conditions, "\n  AND "))
	}
	return strings.Join(lines, "\n") + ending
}

// counted is the relation of the rows that satisfy the measure, with what is added up
// or compared as counted_amount: an expression names columns and no tables, so that it
// is given its own rows alone.
func (q asking) counted() string {
	m, columns, where := q.measure, "*", ""
	if m.Amount != nil {
		columns += ", " + m.Amount.SQL() + " AS counted_amount"
	}
	if m.Where != nil {
		where = " WHERE " + m.Where.SQL()
	}
	if columns == "*" && where == "" {
		return q.rows(m.Of)
	}
	return fmt.Sprintf("(SELECT %s FROM %s%s)", columns, q.rows(m.Of), where)
}

// total is what the rows add up to. No rows add up to zero, but have no least and no
// greatest.
func (q asking) total() string {
	switch q.measure.Aggregate {
	case CountDistinct:
		return "count(DISTINCT (" + strings.Join(q.values(), ", ") + "))"
	case Sum:
		return "coalesce(sum(counted_amount), 0)"
	case Min, Max:
		return q.fold("counted_amount")
	default:
		return "count(*)"
	}
}

// values are the expressions of what is counted once.
func (q asking) values() []string {
	if q.measure.Person {
		return []string{q.person()}
	}
	var values []string
	for _, name := range q.measure.Distinct {
		values = append(values, "r."+sqltext.Name(name))
	}
	return values
}

// placedOn is the day on which the units of a row are looked up: its own, or the last
// one for a register.
func (q asking) placedOn() string {
	if q.measure.Existing {
		return dateOf(q.asked.Days.To)
	}
	return q.day(q.measure.At)
}

func dateOf(d calendar.Day) string { return "DATE '" + d.String() + "'" }

// joins look up a column of units as they were on the day of the row; before the first
// row of a code its first one holds. A district is looked for only where it is asked for.
func (q asking) joins(n int, u UnitColumn) []string {
	on := func(table string) string {
		return fmt.Sprintf("greatest(%s, u%d.first_on) BETWEEN %s.valid_from AND coalesce(%[3]s.valid_to, DATE '9999-12-31')", q.placedOn(), n, table)
	}
	own := fmt.Sprintf("u%d", n)
	units := fmt.Sprintf("%s WHERE level = '%s'", q.rows("area"), u.Level)
	if u.Level == Facility {
		units = q.rows("facility")
	}
	lines := []string{fmt.Sprintf("LEFT JOIN (SELECT *, min(valid_from) OVER (PARTITION BY code) AS first_on FROM %s) AS %s\n  ON %[2]s.code = r.%s AND %s", units, own, sqltext.Name(u.Column), on(own))}
	if q.asked.Level != District || u.Level == Province || u.Level == District {
		return lines
	}
	parent := fmt.Sprintf("%s.parent_code AND d%d.list = %[1]s.list", own, n)
	if u.Level == Facility {
		lines = append(lines, fmt.Sprintf("LEFT JOIN %s AS c%d\n  ON c%[2]d.level = 'commune' AND c%[2]d.code = u%[2]d.area_code AND c%[2]d.list = u%[2]d.area_list AND %[3]s", q.rows("area"), n, on(fmt.Sprintf("c%d", n))))
		parent = fmt.Sprintf("c%d.parent_code AND d%[1]d.list = c%[1]d.list", n)
	}
	return append(lines, fmt.Sprintf("LEFT JOIN %s AS d%d\n  ON d%[2]d.level = 'district' AND d%[2]d.code = %s AND %s", q.rows("area"), n, parent, on(fmt.Sprintf("d%d", n))))
}

// conditions say which rows count: those of the days, with all the values that are
// counted, in the province of the scope, and of the unit.
func (q asking) conditions() []string {
	all := append(q.days(), q.further...)
	if q.measure.Aggregate == CountDistinct {
		for _, v := range q.values() {
			all = append(all, v+" IS NOT NULL")
		}
	}
	for _, part := range []struct{ of, in string }{{"province", q.scope.Province}, {"list", q.scope.List}} {
		if found := q.found(part.of); len(found) > 0 {
			all = append(all, fmt.Sprintf("coalesce(%s, %s) = %[2]s", strings.Join(found, ", "), sqltext.Text(part.in)))
		}
	}
	if q.asked.Level == Province {
		return all
	}
	switch found := q.found(string(q.asked.Level)); len(found) {
	case 0:
		return append(all, "false")
	case 1:
		return append(all, found[0]+" = "+sqltext.Text(q.asked.Code))
	default:
		return append(all, fmt.Sprintf("coalesce(%s) = %s", strings.Join(found, ", "), sqltext.Text(q.asked.Code)))
	}
}

// days are the conditions on the days of a row.
func (q asking) days() []string {
	m, days := q.measure, q.asked.Days
	switch {
	case m.Existing:
		var all []string
		if m.At != "" {
			all = append(all, q.day(m.At)+" <= "+dateOf(days.To))
		}
		if m.Until != "" {
			all = append(all, fmt.Sprintf("coalesce(%s, DATE '9999-12-31') >= %s", q.day(m.Until), dateOf(days.To)))
		}
		return all
	case days.From == calendar.First:
		return []string{q.day(m.At) + " <= " + dateOf(days.To)}
	}
	return []string{fmt.Sprintf("%s BETWEEN %s AND %s", q.day(m.At), dateOf(days.From), dateOf(days.To))}
}

// found are the columns that say which unit of a level a row belongs to, or which
// province and list, in the order in which they hold.
func (q asking) found(what string) []string {
	var columns []string
	for n, u := range q.measure.Units {
		if column := unitColumns(u.Level)[what]; column != "" {
			columns = append(columns, fmt.Sprintf(column, n))
		}
	}
	return columns
}

// unitColumns are the columns of the joined tables by what they tell.
func unitColumns(of Level) map[string]string {
	switch of {
	case Facility:
		return map[string]string{"province": "u%d.province_code", "list": "u%d.area_list", "district": "d%d.code", "commune": "u%d.area_code", "facility": "u%d.code"}
	case Commune:
		return map[string]string{"province": "u%d.province_code", "list": "u%d.list", "district": "d%d.code", "commune": "u%d.code"}
	case District:
		return map[string]string{"province": "u%d.province_code", "list": "u%d.list", "district": "u%d.code"}
	default:
		return map[string]string{"province": "u%d.code", "list": "u%d.list"}
	}
}
