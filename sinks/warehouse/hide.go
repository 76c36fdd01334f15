package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/disclosure"
	"thidua/transform/indicator"
)

// hidden holds, for each figure with a hidden number, which of its numbers it is.
var hidden = table{hiddenTable, "", []column{
	{"campaign", text, ""},
	{"id", text, ""},
	{"unit_level", text, ""},
	{"unit", text, ""},
	{"extent", text, ""},
	{"calendar", text, ""},
	{"period_from", day, ""},
	{"period_to", day, ""},
	{"numerator", truth, ""},
	{"denominator", truth, ""},
}}

// hide decides which numbers of the figures are hidden, and says so in a temporary
// table.
func (w *Warehouse) hide(ctx context.Context, campaigns []*campaign.Campaign, least float64) error {
	if err := w.exec(ctx, hidden.recreate()); err != nil {
		return err
	}
	rows := newSheet(hidden)
	for _, c := range campaigns {
		v := newVeil(c)
		if err := w.readFigures(ctx, v); err != nil {
			return err
		}
		if err := v.suppress(least); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		v.tell(rows)
	}
	return w.save(ctx, rows)
}

// recreate returns the statement that makes a temporary table anew, without rows.
func (t table) recreate() string {
	return strings.Replace(t.create()[0], "CREATE TABLE IF NOT EXISTS temp.", "CREATE OR REPLACE TEMP TABLE ", 1)
}

// veil is the published numbers of a campaign on their way to what is hidden of them.
type veil struct {
	campaign *campaign.Campaign
	entries  map[string]*campaign.Entry
	units    []disclosure.Unit
	unitAt   map[unitKey]int
	above    []unitKey
	// tables are the numbers by what is counted: one that stands in several figures is
	// one table.
	tables   []*disclosure.Table
	byNumber map[string]int
	cellAt   []map[cellKey]int
	figures  []veiled
}

type unitKey struct{ level, code string }

type cellKey struct {
	unit     int
	from, to int32
}

// veiled is a figure with the places of its numbers: of the table and of the cell in
// it, a table below zero where the number needs no hiding.
type veiled struct {
	id, level, code  string
	extent, calendar string
	from, to         calendar.Day
	parts            [2]struct{ table, cell int }
}

func newVeil(c *campaign.Campaign) *veil {
	v := &veil{campaign: c, entries: map[string]*campaign.Entry{}, unitAt: map[unitKey]int{}, byNumber: map[string]int{}}
	for _, e := range c.Entries() {
		v.entries[e.ID] = e
	}
	return v
}

func (w *Warehouse) readFigures(ctx context.Context, v *veil) error {
	rows, err := w.conn.QueryContext(ctx, `SELECT id, unit_level, unit, unit_above, extent, calendar, period_from, period_to, numerator, denominator
		FROM records.indicator_value WHERE campaign = ? ORDER BY ALL`, v.campaign.Name)
	if err != nil {
		return wrap("read the figures", err)
	}
	defer rows.Close()
	for rows.Next() {
		var f veiled
		var above string
		var from, to time.Time
		var amounts [2]sql.NullFloat64
		if err := rows.Scan(&f.id, &f.level, &f.code, &above, &f.extent, &f.calendar, &from, &to, &amounts[0], &amounts[1]); err != nil {
			return wrap("read the figures", err)
		}
		f.from, f.to = calendar.DayOf(from), calendar.DayOf(to)
		v.add(f, above, amounts)
	}
	return wrap("read the figures", rows.Err())
}

// add places the numbers of a figure that count persons or events.
func (v *veil) add(f veiled, above string, amounts [2]sql.NullFloat64) {
	f.parts[0].table, f.parts[1].table = -1, -1
	e := v.entries[f.id]
	if e != nil && e.Definition != nil {
		unit := v.unit(unitKey{f.level, f.code}, above)
		for part, m := range []*indicator.Measure{e.Definition.Numerator, e.Definition.Denominator} {
			if m == nil || m.Counts == "things" || !amounts[part].Valid {
				continue
			}
			f.parts[part].table = v.table(e.Definition, m)
			f.parts[part].cell = v.cell(f.parts[part].table, e.Definition, m, unit, f, amounts[part].Float64)
		}
	}
	v.figures = append(v.figures, f)
}

func (v *veil) unit(k unitKey, above string) int {
	at, known := v.unitAt[k]
	if !known {
		at = len(v.units)
		v.unitAt[k] = at
		v.units = append(v.units, disclosure.Unit{Parent: -1})
		v.above = append(v.above, unitKey{"", above})
	}
	return at
}

// table returns the table of a number: measures that count the same share one.
func (v *veil) table(d *indicator.Indicator, m *indicator.Measure) int {
	key := d.Counting(m)
	at, known := v.byNumber[key]
	if !known {
		at = len(v.tables)
		v.byNumber[key] = at
		additive := m.Aggregate == indicator.CountRows || m.Aggregate == indicator.Sum
		// What never falls grows from window to window by numbers that are whole as well.
		v.tables = append(v.tables, &disclosure.Table{AdditiveUnits: additive, AdditiveTime: additive || !m.Existing && !d.BeginsWithWindow()})
		v.cellAt = append(v.cellAt, map[cellKey]int{})
	}
	return at
}

func (v *veil) cell(table int, d *indicator.Indicator, m *indicator.Measure, unit int, f veiled, amount float64) int {
	k := cellKey{unit, int32(f.from), int32(f.to)}
	switch {
	case m.Existing:
		k.from = k.to
	case !d.BeginsWithWindow():
		k.from = int32(calendar.First)
	}
	at, known := v.cellAt[table][k]
	if !known {
		at = len(v.tables[table].Cells)
		v.cellAt[table][k] = at
		v.tables[table].Cells = append(v.tables[table].Cells, disclosure.Cell{Unit: k.unit, From: k.from, To: k.to, Value: amount})
	}
	return at
}

// suppress hangs the units below each other and hides what is to be hidden.
func (v *veil) suppress(least float64) error {
	levels := map[string]string{string(indicator.District): string(indicator.Province), string(indicator.Commune): string(indicator.District), string(indicator.Facility): string(indicator.Commune)}
	for k, at := range v.unitAt {
		for level := levels[k.level]; level != ""; level = levels[level] {
			if parent, known := v.unitAt[unitKey{level, v.above[at].code}]; known {
				v.units[at].Parent = parent
				break
			}
		}
	}
	for _, t := range v.tables {
		t.Units = v.complete(t)
	}
	return disclosure.Suppress(v.tables, v.sums(), least)
}

// complete copies the units and says of which the units below add up in every window
// of the table.
func (v *veil) complete(t *disclosure.Table) []disclosure.Unit {
	type window struct{ from, to int32 }
	below, own := map[int]map[window]float64{}, map[int]map[window]float64{}
	add := func(to map[int]map[window]float64, unit int, w window, amount float64) {
		if to[unit] == nil {
			to[unit] = map[window]float64{}
		}
		to[unit][w] += amount
	}
	for _, c := range t.Cells {
		add(own, c.Unit, window{c.From, c.To}, c.Value)
		if parent := v.units[c.Unit].Parent; parent >= 0 {
			add(below, parent, window{c.From, c.To}, c.Value)
		}
	}
	units := append([]disclosure.Unit{}, v.units...)
	for unit, windows := range below {
		units[unit].Complete = true
		for w, amount := range own[unit] {
			adds := windows[w] == amount || !t.AdditiveUnits && windows[w] > amount
			units[unit].Complete = units[unit].Complete && adds
		}
	}
	return units
}

// sums are the definitions that say which others they are made of.
func (v *veil) sums() []disclosure.Sum {
	numerators := map[string]int{}
	for _, e := range v.entries {
		if e.Definition == nil {
			continue
		}
		if at, known := v.byNumber[e.Definition.Counting(e.Definition.Numerator)]; known {
			numerators[e.Definition.Name] = at
		}
	}
	var sums []disclosure.Sum
	for _, e := range v.campaign.Entries() {
		if e.Definition == nil || len(e.Definition.SumOf) == 0 {
			continue
		}
		total, whole := numerators[e.Definition.Name]
		s := disclosure.Sum{Total: total}
		for _, name := range e.Definition.SumOf {
			part, known := numerators[name]
			whole = whole && known
			s.Parts = append(s.Parts, part)
		}
		if whole {
			sums = append(sums, s)
		}
	}
	return sums
}

// tell writes which numbers of which figures are hidden.
func (v *veil) tell(rows *sheet) {
	for _, f := range v.figures {
		var hides [2]bool
		for part, at := range f.parts {
			hides[part] = at.table >= 0 && v.tables[at.table].Cells[at.cell].Suppressed
		}
		if hides[0] || hides[1] {
			rows.add(v.campaign.Name, f.id, f.level, f.code, f.extent, f.calendar, f.from, f.to, hides[0], hides[1])
		}
	}
}
