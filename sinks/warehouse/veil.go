package warehouse

import (
	"database/sql"
	"math"
	"slices"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/disclosure"
	"thidua/transform/indicator"
)

// veil is the published numbers on their way to what is hidden of them.
type veil struct {
	// least is the least number that is shown, zero where all are.
	least  float64
	units  []disclosure.Unit
	unitAt map[unitKey]int
	// places are the units by number, with those that they stand below.
	places []unitPlace
	// tables are the numbers by what is counted: one that stands in several figures is
	// one table.
	tables   []*disclosure.Table
	byNumber map[string]int
	// byMeasure remembers the table of a measure: its text is long to write.
	byMeasure map[measured]int
	cellAt    []map[cellKey]int
	// zeros says of each table that nothing is zero, which the least of nothing is not.
	zeros   []bool
	figures []veiled
}

// unitKey tells units apart, those of another province or list of areas too.
type unitKey struct {
	province    campaign.Area
	level, code string
}

// unitPlace is a unit with the codes of those that it was ever below, one where it did
// not move.
type unitPlace struct {
	unitKey
	above []string
}

// measured is a measure of the figures of a province.
type measured struct {
	province campaign.Area
	measure  *indicator.Measure
}

type cellKey struct {
	unit     int
	from, to int32
}

// veiled is a figure with the places of its numbers: of the table and of the cell in
// it, a table below zero where the number needs no hiding. One that is withheld is
// hidden whatever it is; the rest of its table is hidden as if it were shown, which hides
// no less.
type veiled struct {
	campaign, id     string
	level, code      string
	extent, calendar string
	from, to         calendar.Day
	parts            [2]struct {
		table, cell int
		withheld    bool
	}
}

// add places the numbers of a figure that count persons or events.
func (v *veil) add(f veiled, d *indicator.Indicator, of unitKey, above string, amounts [2]sql.NullFloat64) {
	unit := v.unit(of, above)
	for part, m := range []*indicator.Measure{d.Numerator, d.Denominator} {
		f.parts[part].table = -1
		if m == nil || m.Counts == countsThings || !amounts[part].Valid {
			continue
		}
		f.parts[part].withheld = v.least > 0 && withheld(m, f.level)
		f.parts[part].table = v.table(of.province, d, m)
		f.parts[part].cell = v.cell(f.parts[part].table, d, m, unit, f, amounts[part].Float64)
	}
	v.figures = append(v.figures, f)
}

func (v *veil) unit(k unitKey, above string) int {
	at, known := v.unitAt[k]
	if !known {
		at = len(v.units)
		v.unitAt[k] = at
		v.units, v.places = append(v.units, disclosure.Unit{Parent: -1}), append(v.places, unitPlace{unitKey: k})
	}
	if p := &v.places[at]; above != "" && !slices.Contains(p.above, above) {
		p.above = append(p.above, above)
	}
	return at
}

// counting tells numbers apart: two that count the same in one province are one, and so
// are two that add up the same rows, one from the beginning of its windows and the other
// from the very beginning.
func counting(p campaign.Area, d *indicator.Indicator, m *indicator.Measure) string {
	if additive(m) {
		d = &indicator.Indicator{Behaviour: indicator.Cumulative}
	}
	return p.List + " " + p.Code + " " + d.Counting(m)
}

// additive reports whether a number adds up over units, and over days as long as it is
// none of what stands on a day.
func additive(m *indicator.Measure) bool {
	return m.Aggregate == indicator.CountRows || m.Aggregate == indicator.Sum
}

// table returns the table of a number: measures that count the same share one.
func (v *veil) table(p campaign.Area, d *indicator.Indicator, m *indicator.Measure) int {
	at, known := v.byMeasure[measured{p, m}]
	if known {
		return at
	}
	key := counting(p, d, m)
	if at, known = v.byNumber[key]; !known {
		at = len(v.tables)
		v.byNumber[key] = at
		// Different values of all days never fall, and grow from window to window by
		// numbers that are whole as well.
		grows := m.Aggregate == indicator.CountDistinct && !m.Existing && !d.BeginsWithWindow()
		v.tables = append(v.tables, &disclosure.Table{AdditiveUnits: additive(m), AdditiveTime: additive(m) || grows})
		v.cellAt = append(v.cellAt, map[cellKey]int{})
		v.zeros = append(v.zeros, m.Aggregate != indicator.Min && m.Aggregate != indicator.Max)
	}
	v.byMeasure[measured{p, m}] = at
	return at
}

func (v *veil) cell(table int, d *indicator.Indicator, m *indicator.Measure, unit int, f veiled, amount float64) int {
	k := cellKey{unit, int32(f.from), int32(f.to)}
	switch {
	case m.Existing:
		// What stands on a day is no part of what stands on others.
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
func (v *veil) suppress(campaigns []*campaign.Campaign) error {
	for at := range v.units {
		for _, up := range v.parents(at) {
			v.units[at].Parent = up
		}
	}
	for at, t := range v.tables {
		v.addZeros(at)
		t.Units = v.complete(t)
	}
	sums := v.sums(campaigns)
	if err := disclosure.Suppress(v.tables, sums, v.least); err != nil {
		return err
	}
	v.hideMoved(sums)
	return nil
}

// addZeros adds what has no row below the province: nothing was counted there, and
// readers know it.
func (v *veil) addZeros(table int) {
	t, cells := v.tables[table], v.cellAt[table]
	if !v.zeros[table] {
		return
	}
	type window struct{ from, to int32 }
	windows, province := map[window]bool{}, campaign.Area{}
	for k := range cells {
		windows[window{k.from, k.to}] = true
		province = v.places[k.unit].province
	}
	for at, p := range v.places {
		if p.province != province || p.level == string(indicator.Province) {
			continue
		}
		for w := range windows {
			if _, known := cells[cellKey{at, w.from, w.to}]; !known {
				t.Cells = append(t.Cells, disclosure.Cell{Unit: at, From: w.from, To: w.to, Zero: true})
			}
		}
	}
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
			adds := nearly(windows[w], amount) || !t.AdditiveUnits && windows[w] > amount
			units[unit].Complete = units[unit].Complete && adds
		}
	}
	return units
}

// nearly compares sums of amounts that need not be whole.
func nearly(a, b float64) bool {
	const precision = 1e-9
	return math.Abs(a-b) <= precision*max(1, math.Abs(a), math.Abs(b))
}

// sums are the definitions that say which others they are made of.
func (v *veil) sums(campaigns []*campaign.Campaign) []disclosure.Sum {
	type name struct {
		province campaign.Area
		name     string
	}
	numerators := map[name]int{}
	var totals []name
	parts := map[name][]string{}
	for _, c := range campaigns {
		for _, e := range c.Entries() {
			if e.Definition == nil {
				continue
			}
			own := name{c.Province, e.Definition.Name}
			at, known := v.byNumber[counting(c.Province, e.Definition, e.Definition.Numerator)]
			if !known {
				continue
			}
			numerators[own] = at
			if parts[own] == nil && len(e.Definition.SumOf) > 0 {
				totals, parts[own] = append(totals, own), e.Definition.SumOf
			}
		}
	}
	var sums []disclosure.Sum
	for _, total := range totals {
		s, whole := disclosure.Sum{Total: numerators[total]}, true
		for _, of := range parts[total] {
			part, known := numerators[name{total.province, of}]
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
			hides[part] = at.withheld || at.table >= 0 && v.tables[at.table].Cells[at.cell].Suppressed
		}
		if hides[0] || hides[1] {
			rows.add(f.campaign, f.id, f.level, f.code, f.extent, f.calendar, f.from, f.to, hides[0], hides[1])
		}
	}
}
