package calculation

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// Cells counts an indicator everywhere, in a stable order. The province has a cell for
// every window, other units where they have rows or owe some.
func (p *Prepared) Cells(ctx context.Context, e *campaign.Entry) ([]Cell, error) {
	counted, err := p.count(ctx, e, "")
	if err != nil {
		return nil, fmt.Errorf("calculation: count %s: %w", e.ID, err)
	}
	return p.cells(ctx, e, counted)
}

// count runs the statement of an indicator.
func (p *Prepared) count(ctx context.Context, e *campaign.Entry, touched string) (map[place]amounts, error) {
	if err := p.makeDayTables(ctx, p.plan, e); err != nil {
		return nil, err
	}
	return p.counts(ctx, e.Definition.Count(p.counting(p.plan, touched)))
}

// cells puts together what was counted and who reported.
func (p *Prepared) cells(ctx context.Context, e *campaign.Entry, counted map[place]amounts) ([]Cell, error) {
	reported, err := p.standing(ctx, e)
	if err != nil {
		return nil, fmt.Errorf("calculation: who reported for %s: %w", e.ID, err)
	}
	missing, err := p.missing(ctx, e.Definition)
	if err != nil {
		return nil, fmt.Errorf("calculation: look for rows: %w", err)
	}
	province := p.plan.Campaign.Province
	owed := len(p.plan.numbers(e)) > 0
	cells := make([]Cell, 0, len(counted)+len(reported))
	add := func(k place) {
		window := p.plan.Windows[k.window]
		n := newCount(e.Definition, counted[k], reported[k], missing)
		n.NothingDue = owed && reported[place{k.window, indicator.Province, province.Code}].expected == 0
		cells = append(cells, Cell{Entry: e, Window: window, Unit: p.unit(province.List, k, window.Period.To), Count: n})
	}
	for w := range p.plan.Windows {
		add(place{w, indicator.Province, province.Code})
	}
	for k, a := range counted {
		if k.level != indicator.Province && (!a.empty() || reported[k].expected > 0) {
			add(k)
		}
	}
	for k, s := range reported {
		if _, done := counted[k]; !done && k.level != indicator.Province && s.expected > 0 {
			add(k)
		}
	}
	slices.SortFunc(cells, Compare)
	return cells, nil
}

// empty reports whether nothing was counted.
func (a amounts) empty() bool { return a.numerator.Float64 == 0 && a.denominator.Float64 == 0 }

// newCount tells apart what is zero and what is not known. A place that no row was
// counted for has zero rows, but no least and no greatest.
func newCount(d *indicator.Indicator, a amounts, s standing, missing []string) campaign.Count {
	n := campaign.Count{Unassigned: a.unassigned, UnitsExpected: s.expected, UnitsReported: s.reported, NeverReceived: missing}
	n.Numerator = known(d.Numerator, a.numerator, missing)
	if d.Denominator != nil {
		n.Denominator = known(d.Denominator, a.denominator, missing)
	}
	return n
}

func known(m *indicator.Measure, amount sql.NullFloat64, missing []string) *float64 {
	switch {
	case slices.Contains(missing, m.Of), m.Matching != nil && slices.Contains(missing, m.Matching.Of):
		return nil
	case !amount.Valid && (m.Aggregate == indicator.Min || m.Aggregate == indicator.Max):
		return nil
	}
	return &amount.Float64
}

// missing names the datasets of an indicator that never received a row.
func (c *Calculation) missing(ctx context.Context, d *indicator.Indicator) ([]string, error) {
	var names []string
	for _, name := range d.Datasets() {
		if _, asked := c.received[name]; !asked {
			var any bool
			if err := c.basis.Conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+c.rows(name)+")").Scan(&any); err != nil {
				return nil, err
			}
			c.received[name] = any
		}
		if !c.received[name] {
			names = append(names, name)
		}
	}
	return names, nil
}

// Compare orders the cells of an indicator: by window, then by unit from the whole to
// the parts.
func Compare(a, b Cell) int {
	return cmp.Or(
		cmp.Compare(a.Window.Calendar, b.Window.Calendar), cmp.Compare(a.Window.Extent, b.Window.Extent),
		cmp.Compare(a.Window.Period.From, b.Window.Period.From), cmp.Compare(a.Window.Period.To, b.Window.Period.To),
		cmp.Compare(slices.Index(indicator.Levels(), a.Unit.Level), slices.Index(indicator.Levels(), b.Unit.Level)),
		cmp.Compare(a.Unit.Code, b.Unit.Code),
	)
}

// names are those of units and of the units above them, by level and code, each from a
// day on.
type names map[nameKey][]named

type nameKey struct{ level, list, code string }

type named struct {
	from        calendar.Day
	name, above string
}

func (c *Calculation) readNames(ctx context.Context) (names, error) {
	all := names{}
	query := fmt.Sprintf(`SELECT level, list, code, valid_from, name, coalesce(parent_code, '') FROM %s
		UNION ALL SELECT 'facility', '', code, valid_from, name, area_code FROM %s ORDER BY valid_from`, c.rows("area"), c.rows("facility"))
	err := c.each(ctx, query, func(rows *sql.Rows) error {
		var k nameKey
		var from sql.NullTime
		var n named
		if err := rows.Scan(&k.level, &k.list, &k.code, &from, &n.name, &n.above); err != nil {
			return err
		}
		n.from = calendar.DayOf(from.Time)
		all[k] = append(all[k], n)
		return nil
	})
	return all, err
}

// unit names a place as it was called on a day.
func (c *Calculation) unit(list string, at place, on calendar.Day) campaign.Unit {
	if at.level == indicator.Facility {
		list = ""
	}
	u := campaign.Unit{Level: at.level, Code: at.unit, List: list}
	for _, n := range c.names[nameKey{string(at.level), list, at.unit}] {
		if u.Name == "" || n.from <= on {
			u.Name, u.Above = n.name, n.above
		}
	}
	return u
}
