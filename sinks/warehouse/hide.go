package warehouse

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// Temporary tables of an export: which numbers of which figures are hidden, and what is
// known of the indicators that are counted.
var (
	hiddenNumbers = table{hiddenTable, "", columns(figureColumns, []column{
		{"numerator", truth, ""},
		{"denominator", truth, ""},
	})}
	// Of an indicator that is not among them, because it is not declared any more, nobody
	// can tell what its numbers are: all of them are hidden.
	countedIndicators = table{countedTable, "", []column{
		{"campaign", text, ""},
		{"id", text, ""},
		{"guarded", truth, ""},
		{"of_units", truth, ""},
		{"amounts", truth, ""},
	}}
)

// recreate returns the statement that makes a temporary table anew, without rows.
func (t table) recreate() string {
	return strings.Replace(t.create()[0], "CREATE TABLE IF NOT EXISTS temp.", "CREATE OR REPLACE TEMP TABLE ", 1)
}

// hide decides which numbers of the figures are hidden, and says so in temporary tables.
// Campaigns are looked at together: what one of them hides another may show.
func (w *Warehouse) hide(ctx context.Context, campaigns []*campaign.Campaign, least float64) error {
	v := &veil{least: least, unitAt: map[unitKey]int{}, byNumber: map[string]int{}, byMeasure: map[measured]int{}}
	counted, hidden := newSheet(countedIndicators), newSheet(hiddenNumbers)
	for _, c := range campaigns {
		for _, e := range c.Entries() {
			if e.Definition != nil {
				counted.add(c.Name, e.ID, least > 0 && guarded(e.Definition), ofUnits(e), slices.ContainsFunc(e.Definition.Measures(), amount))
			}
		}
		if err := w.readFigures(ctx, v, c); err != nil {
			return err
		}
	}
	if err := v.suppress(campaigns); err != nil {
		return err
	}
	v.tell(hidden)
	for _, s := range []*sheet{counted, hidden} {
		if err := w.exec(ctx, s.table.recreate()); err != nil {
			return err
		}
		if err := w.save(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// guarded reports whether small numbers of an indicator are hidden.
func guarded(d *indicator.Indicator) bool {
	return slices.ContainsFunc(d.Measures(), func(m *indicator.Measure) bool { return m.Counts != countsThings })
}

// amount reports whether a number is an amount of persons or events: behind it may stand
// a single one, however large it is.
func amount(m *indicator.Measure) bool {
	switch m.Aggregate {
	case indicator.Sum, indicator.Min, indicator.Max:
		return m.Counts != countsThings
	}
	return false
}

// withheld reports whether a number is shown to nobody at a level, whatever it is. The
// amount of all is shown for the province, while a least or a greatest is that of one.
func withheld(m *indicator.Measure, level string) bool {
	return amount(m) && (m.Aggregate != indicator.Sum || level != string(indicator.Province))
}

// countsThings is what a measure says of numbers that tell of nobody.
const countsThings = "things"

// ofUnits reports whether the figure of the province counts the units that meet a
// target, and not what is counted for them.
func ofUnits(e *campaign.Entry) bool { return e.Target != nil && e.Target.EachUnit != "" }

// countsUnits reports whether a figure is one that counts units.
func countsUnits(e *campaign.Entry, k calculation.Key) bool {
	return ofUnits(e) && k.Level == indicator.Province
}

func (w *Warehouse) readFigures(ctx context.Context, v *veil, c *campaign.Campaign) error {
	entries := map[string]*campaign.Entry{}
	for _, e := range c.Entries() {
		entries[e.ID] = e
	}
	rows, err := w.conn.QueryContext(ctx, `SELECT id, unit_level, unit, unit_above, extent, calendar, period_from, period_to, numerator, denominator
		FROM records.indicator_value WHERE campaign = ? ORDER BY ALL`, c.Name)
	if err != nil {
		return wrap("read the figures", err)
	}
	defer rows.Close()
	for rows.Next() {
		f := veiled{campaign: c.Name}
		var above string
		var from, to time.Time
		var amounts [2]sql.NullFloat64
		if err := rows.Scan(&f.id, &f.level, &f.code, &above, &f.extent, &f.calendar, &from, &to, &amounts[0], &amounts[1]); err != nil {
			return wrap("read the figures", err)
		}
		f.from, f.to = calendar.DayOf(from), calendar.DayOf(to)
		e := entries[f.id]
		if e != nil && e.Definition != nil && (f.level != string(indicator.Province) || !ofUnits(e)) {
			v.add(f, e.Definition, unitKey{c.Province, f.level, f.code}, above, amounts)
		}
	}
	return wrap("read the figures", rows.Err())
}
