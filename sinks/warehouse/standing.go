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

// published is a figure that readers have seen.
type published struct {
	unit      campaign.Unit
	count     campaign.Count
	value     *float64
	knownFrom time.Time
}

// readPublished reads the figures of an indicator as they stand.
func (r *reckoning) readPublished(ctx context.Context, of, id string) (map[calculation.Key]published, error) {
	rows, err := r.conn.QueryContext(ctx, `SELECT unit_level, unit, unit_list, unit_name, unit_above, extent, calendar, period_from, period_to,
		numerator, denominator, unassigned, value, units_reported, units_expected, never_received, known_from
		FROM records.indicator_value WHERE campaign = ? AND id = ?`, of, id)
	if err != nil {
		return nil, wrap("read the figures", err)
	}
	defer rows.Close()
	stood := map[calculation.Key]published{}
	for rows.Next() {
		k := calculation.Key{ID: id}
		var p published
		var from, to time.Time
		var numerator, denominator, value sql.NullFloat64
		var missing string
		if err := rows.Scan(&k.Level, &k.Code, &p.unit.List, &p.unit.Name, &p.unit.Above, &k.Window.Extent, &k.Window.Calendar, &from, &to,
			&numerator, &denominator, &p.count.Unassigned, &value, &p.count.UnitsReported, &p.count.UnitsExpected, &missing, &p.knownFrom); err != nil {
			return nil, wrap("read the figures", err)
		}
		p.unit.Level, p.unit.Code, k.Window.Period = k.Level, k.Code, period(from, to)
		p.count.Numerator, p.count.Denominator, p.value = optional(numerator), optional(denominator), optional(value)
		if missing != "" {
			p.count.NeverReceived = strings.Split(missing, ",")
		}
		stood[k] = p
	}
	return stood, wrap("read the figures", rows.Err())
}

func period(from, to time.Time) calendar.Period {
	return calendar.Period{From: calendar.DayOf(from), To: calendar.DayOf(to)}
}

func optional(n sql.NullFloat64) *float64 {
	if !n.Valid {
		return nil
	}
	return &n.Float64
}

// moved are the cells whose verdict may be another: counted otherwise than they stood, or
// held against targets that changed. Most figures of most rounds are not among them.
// Where every unit has to meet a target, the whole is judged by all of its parts, those
// that are gone included; where the first window comes due, or the last one goes, all
// cells of its days are.
func (r *reckoning) moved(x *part) []calculation.Cell {
	if r.whole || slices.Contains(r.change.Datasets, calculation.AssignedDataset) {
		return x.cells
	}
	turned := map[campaign.Window]bool{}
	for _, c := range x.cells {
		was, stood := x.stood[c.Key()]
		turned[c.Window] = turned[c.Window] || stood && c.Unit.Level == indicator.Province && (was.count.UnitsExpected == 0) != (c.Count.UnitsExpected == 0)
	}
	var moved []calculation.Cell
	for _, c := range x.cells {
		if was, stood := x.stood[c.Key()]; !stood || turned[c.Window] || !unmoved(was.count, c.Count) {
			moved = append(moved, c)
		}
	}
	if ofUnits(x.entry) && (len(moved) > 0 || x.lost()) {
		return x.cells
	}
	return moved
}

// lost reports whether a figure stood in the windows that has no cell any more.
func (x *part) lost() bool {
	for k := range x.stood {
		if !x.stands[k] && slices.Contains(x.plan.Windows, k.Window) {
			return true
		}
	}
	return false
}

// unmoved reports whether two counts are equal in everything that a verdict looks at.
func unmoved(a, b campaign.Count) bool {
	return sameCount(a, b) && a.Unassigned == b.Unassigned && a.UnitsReported == b.UnitsReported && a.UnitsExpected == b.UnitsExpected &&
		slices.Equal(a.NeverReceived, b.NeverReceived)
}

// leave lets the figures go that stood in the windows and stand no more: those of units
// that owe nothing and have nothing to count.
func (r *reckoning) leave(x *part) {
	for k := range x.stood {
		if !x.stands[k] && slices.Contains(x.plan.Windows, k.Window) {
			r.rows.leave(x.plan.Campaign.Name, k)
		}
	}
}
