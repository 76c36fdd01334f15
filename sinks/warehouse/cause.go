package warehouse

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// cause is what brought a change: rows that came late, took the place of others or were
// taken away, and the deliveries that did it.
type cause struct {
	late, amended, removed int64
	through                []carrier
	// definition says that definitions, reference tables or what units owe were stated
	// otherwise, so that figures can change without any row.
	definition bool
}

// carrier is a delivery with the number of rows that it changed.
type carrier struct{ delivery, rows int64 }

// String names the kinds of change. There are none where days alone went by, and with
// them more of what units owe came due.
func (c cause) String() string {
	var kinds []string
	for _, k := range []struct {
		name string
		is   bool
	}{{"late", c.late > 0}, {"amended", c.amended > 0}, {"removed", c.removed > 0}, {"definition", c.definition}} {
		if k.is {
			kinds = append(kinds, k.name)
		}
	}
	return strings.Join(kinds, "+")
}

// throughMost bounds the deliveries that a restatement names: those of the most rows.
const throughMost = 20

// deliveries names what brought the change, in the order of receipt.
func (c cause) deliveries(jobs map[int64]string) string {
	most := slices.Clone(c.through)
	slices.SortFunc(most, func(a, b carrier) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.delivery, b.delivery))
	})
	most = most[:min(len(most), throughMost)]
	slices.SortFunc(most, func(a, b carrier) int { return cmp.Compare(a.delivery, b.delivery) })
	names := make([]string, len(most))
	for i, m := range most {
		names[i] = fmt.Sprintf("%s #%d", jobs[m.delivery], m.delivery)
	}
	return strings.Join(names, ", ")
}

// restatedCells holds the cells of an indicator whose causes are looked for, with the
// days whose rows count in them. Cells of one number are those of one figure.
var restatedCells = table{"temp.restated_cell", "", []column{
	{"cell", number, ""},
	{"level", text, ""},
	{"unit", text, ""},
	{"from_on", day, ""},
	{"to_on", day, ""},
}}

// suspect is a figure whose cause is looked for, with the cells whose rows it is made
// of: its own, or those of the units that it counts.
type suspect struct {
	figure calculation.Key
	cells  []calculation.Key
}

// causes looks, for figures of one indicator, for the rows that changed since they were
// computed and can have moved them: rows of the cell's days and unit that satisfy the
// measure, or whose old version did. A row that changed in a way that the measure does
// not see is none of them. Where there is no such row, and nothing was defined otherwise,
// whatever changed before the eyes of the figure is named.
func (r *reckoning) causes(ctx context.Context, p calculation.Plan, e *campaign.Entry, suspects []suspect, change calculation.Change) ([]cause, error) {
	found := make([]cause, len(suspects))
	t := tracing{sqltext.Instant(r.since), p.Campaign, change.Datasets}
	if parts := t.parts(e.Definition); len(parts) > 0 {
		if err := r.listCells(ctx, e.Definition, suspects); err != nil {
			return nil, err
		}
		if err := r.trace(ctx, parts, found); err != nil {
			return nil, err
		}
	}
	if !r.redefined {
		return found, r.traceWidely(ctx, t, sight{e, p.Expectations}, suspects, found)
	}
	for i := range found {
		found[i].definition = true
	}
	return found, nil
}

func (r *reckoning) listCells(ctx context.Context, d *indicator.Indicator, suspects []suspect) error {
	rows := newSheet(restatedCells)
	for i, s := range suspects {
		for _, k := range s.cells {
			days := k.Window.Period
			if !d.BeginsWithWindow() {
				days.From = calendar.First
			}
			rows.add(int64(i), string(k.Level), k.Code, days.From, days.To)
		}
	}
	if err := r.exec(ctx, restatedCells.recreate()); err != nil {
		return err
	}
	return r.save(ctx, rows)
}

// trace adds up what the parts find. A row that counts in both measures is one row.
func (r *reckoning) trace(ctx context.Context, parts []string, found []cause) error {
	query := `WITH moved AS (SELECT cell, source, dossier, how, through, max(n) AS n FROM (` + strings.Join(parts, "\nUNION ALL\n") + `) GROUP BY ALL)
SELECT cell, how, coalesce(through, 0), sum(n)::BIGINT FROM moved GROUP BY ALL ORDER BY ALL`
	rows, err := r.conn.QueryContext(ctx, query)
	if err != nil {
		return wrap("look for changed rows", err)
	}
	defer rows.Close()
	for rows.Next() {
		var cell, n int64
		var how string
		var by carrier
		if err := rows.Scan(&cell, &how, &by.delivery, &n); err != nil {
			return wrap("look for changed rows", err)
		}
		found[cell].add(how, carrier{by.delivery, n})
	}
	return wrap("look for changed rows", rows.Err())
}

func (c *cause) add(how string, by carrier) {
	switch how {
	case "late":
		c.late += by.rows
	case "amended":
		c.amended += by.rows
	default:
		c.removed += by.rows
	}
	for i := range c.through {
		if c.through[i].delivery == by.delivery {
			c.through[i].rows += by.rows
			return
		}
	}
	c.through = append(c.through, by)
}

// tracing writes the statements that find the rows which moved cells.
type tracing struct {
	// since is the instant after which rows changed, as SQL writes it.
	since    string
	campaign *campaign.Campaign
	changed  []string
}

// parts returns a statement for each way in which changed rows reach the indicator:
// through the rows that are counted, through those that match them, and through the
// register that joins persons.
func (t tracing) parts(d *indicator.Indicator) []string {
	var parts []string
	add := func(m *indicator.Measure, source, rows string) {
		if slices.Contains(t.changed, source) {
			parts = append(parts, t.part(m, source, rows))
		}
	}
	for _, m := range d.Measures() {
		// What is changed of a reference table changed with the configuration.
		if m.Reference {
			continue
		}
		add(m, m.Of, t.counted(m))
		if m.Matching != nil {
			add(m, m.Matching.Of, t.joined(m, t.those(t.rowsOf(m.Matching.Of), m.Matching), m.Matching.On))
		}
		for _, key := range []string{"insurance_key", "card_key"} {
			if m.Person && slices.Contains(m.Distinct, key) {
				add(m, indicator.LinkDataset, t.joined(m, t.rowsOf(indicator.LinkDataset), []string{key}))
			}
		}
	}
	return parts
}

// rowsOf is the relation of the rows of a dataset that changed: those that came, and
// the old versions that went. Each says how it changed and through which delivery: what
// took a row away is known by its dossier.
func (t tracing) rowsOf(name string) string {
	live, past := rowsTable("main", name), rowsTable("history", name)
	came := fmt.Sprintf("known_from > %s", t.since)
	went := fmt.Sprintf("known_to > %[1]s AND known_from <= %[1]s", t.since)
	return fmt.Sprintf(`(SELECT *, true AS changed_came, CASE WHEN dossier IN (SELECT dossier FROM %[2]s WHERE %[4]s) THEN 'amended' ELSE 'late' END AS changed_how, delivery AS changed_through
		FROM %[1]s WHERE %[3]s
	UNION ALL BY NAME SELECT past.* EXCLUDE (known_to), false AS changed_came, CASE WHEN past.dossier IN (SELECT dossier FROM %[1]s WHERE %[3]s) THEN 'amended' ELSE 'removed' END AS changed_how,
		CASE WHEN d.removed THEN d.receipt ELSE d.delivery END AS changed_through
		FROM (SELECT * FROM %[2]s WHERE %[4]s) AS past LEFT JOIN records.dossier AS d ON d.dossier = past.dossier)`, live, past, came, went)
}

// counted is the relation of the changed rows that satisfy a measure.
func (t tracing) counted(m *indicator.Measure) string {
	rows := t.rowsOf(m.Of)
	if m.Where != nil {
		rows = fmt.Sprintf("(SELECT * FROM %s WHERE %s)", rows, m.Where.SQL())
	}
	if m.Matching != nil {
		on := sqltext.Names(m.Matching.On)
		rows = fmt.Sprintf("(SELECT * FROM %s SEMI JOIN (SELECT %s FROM %s UNION ALL SELECT %[2]s FROM %s) USING (%[2]s))", rows, on,
			t.those(rowsTable("main", m.Matching.Of), m.Matching), t.those(t.rowsOf(m.Matching.Of), m.Matching))
	}
	return rows
}

func (t tracing) those(rows string, m *indicator.Matching) string {
	if m.Where == nil {
		return rows
	}
	return fmt.Sprintf("(SELECT * FROM %s WHERE %s)", rows, m.Where.SQL())
}

// joined is the relation of the rows of a measure that had been there before, amended
// since or not, and were reached by changed ones of another dataset.
func (t tracing) joined(m *indicator.Measure, by string, on []string) string {
	where := "true"
	if m.Where != nil {
		where = m.Where.SQL()
	}
	return fmt.Sprintf("(SELECT r.* EXCLUDE (dossier), c.dossier, c.changed_came, c.changed_how, c.changed_through FROM (SELECT * FROM %[1]s WHERE (known_from <= %[2]s OR dossier IN (SELECT dossier FROM %[3]s WHERE known_to > %[2]s AND known_from <= %[2]s)) AND (%[4]s)) AS r JOIN %[5]s AS c USING (%[6]s))",
		rowsTable("main", m.Of), t.since, rowsTable("history", m.Of), where, by, sqltext.Names(on))
}

// part finds, for each figure, the dossiers whose rows the measure sees otherwise than
// before in one of its cells, and how many rows that is. A row that went from one cell
// to another is one.
func (t tracing) part(m *indicator.Measure, source, rows string) string {
	// A condition and an amount name columns and no tables, so that they are given their
	// own rows alone.
	from := fmt.Sprintf("(SELECT *, %s AS changed_what FROM %s WHERE %s) AS r", what(m), rows, hasKeys(m))
	dated, within := fmt.Sprintf("CAST(r.%s AS DATE)", sqltext.Name(m.At)), "d BETWEEN c.from_on AND c.to_on"
	if m.Existing {
		// A register is placed as it stands at the end of a window.
		dated, within = "s.d", "d = c.to_on"
		from += " JOIN (SELECT DISTINCT to_on AS d FROM temp.restated_cell) AS s ON " + stands(m)
	}
	units, joins := t.placed(m, dated)
	return fmt.Sprintf(`SELECT cell, %s AS source, dossier, how, through, greatest(sum(arrived), sum(left_it)) AS n
FROM (SELECT cell, c.unit, dossier, how, through, count(*) FILTER (came) AS arrived, count(*) FILTER (NOT came) AS left_it
FROM (SELECT d, dossier, how, through, came, what, unnest([{'level': 'province', 'unit': %s}, {'level': 'district', 'unit': district}, {'level': 'commune', 'unit': commune}, {'level': 'facility', 'unit': facility}]) AS place
	FROM (SELECT %s AS d, r.dossier, r.changed_how AS how, r.changed_through AS through, r.changed_came AS came, r.changed_what AS what, %s FROM %s%s)) AS moved
JOIN temp.restated_cell AS c ON c.level = place.level AND c.unit = place.unit AND %s
GROUP BY cell, c.unit, dossier, how, through HAVING list_sort(list(what) FILTER (came)) IS DISTINCT FROM list_sort(list(what) FILTER (NOT came))) GROUP BY ALL`,
		sqltext.Text(source), sqltext.Text(t.campaign.Province.Code), dated, units, from, joins, within)
}

// stands is the condition that a row of a register exists on a day.
func stands(m *indicator.Measure) string {
	condition := "true"
	if m.At != "" {
		condition += fmt.Sprintf(" AND CAST(r.%s AS DATE) <= s.d", sqltext.Name(m.At))
	}
	if m.Until != "" {
		condition += fmt.Sprintf(" AND (r.%[1]s IS NULL OR CAST(r.%[1]s AS DATE) >= s.d)", sqltext.Name(m.Until))
	}
	return condition
}

// what is the expression of that part of a row which the measure sees.
func what(m *indicator.Measure) string {
	switch {
	case m.Amount != nil:
		return "row(" + m.Amount.SQL() + ")"
	case m.Aggregate == indicator.CountDistinct:
		return "row(" + sqltext.Names(m.Distinct) + ")"
	}
	return "row(1)"
}

// hasKeys is the condition that a row has what is counted once: all of the values, or
// one that tells who the person is.
func hasKeys(m *indicator.Measure) string {
	if m.Aggregate != indicator.CountDistinct {
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

// placed returns the columns of the units of a row on a day, and the joins that find
// them and keep the rows of the campaign's province.
func (t tracing) placed(m *indicator.Measure, day string) (columns, joins string) {
	pick := func(name, otherwise string) string {
		var found []string
		for n := range m.Units {
			found = append(found, fmt.Sprintf("p%d.%s", n, name))
		}
		return "coalesce(" + strings.Join(append(found, otherwise), ", ") + ")"
	}
	for n, u := range m.Units {
		joins += fmt.Sprintf("\n\tLEFT JOIN %[1]s AS p%[2]d ON p%[2]d.kind = '%[3]s' AND p%[2]d.code = r.%[4]s AND %[5]s BETWEEN p%[2]d.from_on AND p%[2]d.to_on",
			indicator.PlaceTable, n, u.Level, sqltext.Name(u.Column), day)
	}
	for _, name := range []string{"district", "commune", "facility"} {
		columns += pick(name, "NULL::VARCHAR") + " AS " + name + ", "
	}
	province, list := sqltext.Text(t.campaign.Province.Code), sqltext.Text(t.campaign.Province.List)
	joins += fmt.Sprintf("\n\tWHERE %s = %s AND %s = %s", pick("province", province), province, pick("list", list), list)
	return strings.TrimSuffix(columns, ", "), joins
}
