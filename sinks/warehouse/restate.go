package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// restatement is a figure that was published with another value.
type restatement struct {
	figure campaign.Figure
	before published
	cause  cause
}

// restate finds the figures whose counts changed since readers saw them, and why. A
// figure that is gone, because nothing is left to count for its unit, changed to zero;
// one that was not there before changes nothing that was seen.
func (r *reckoning) restate(ctx context.Context, p calculation.Plan, cells []calculation.Cell, figures []campaign.Figure, change calculation.Change) error {
	gone, err := r.vanished(ctx, p, cells)
	if err != nil {
		return err
	}
	changed := map[*campaign.Entry][]restatement{}
	for _, f := range slices.Concat(figures, gone) {
		before, seen := r.before[f.Campaign].values[keyOf(f)]
		if f.Entry.Definition != nil && seen && !sameCount(before.count, f.Count) {
			changed[f.Entry] = append(changed[f.Entry], restatement{figure: f, before: before})
		}
	}
	behind := r.unitsBehind(p, cells)
	for _, e := range p.Campaign.Entries() {
		restated := changed[e]
		if len(restated) == 0 {
			continue
		}
		suspects := make([]suspect, len(restated))
		for i, s := range restated {
			k := keyOf(s.figure)
			suspects[i] = suspect{k, []calculation.Key{k}}
			if countsUnits(e, k) {
				suspects[i].cells = behind[unitsOf{k.ID, k.Window}]
			}
		}
		why, err := r.causes(ctx, p, e, suspects, change)
		if err != nil {
			return fmt.Errorf("find why %s changed: %w", e.ID, err)
		}
		for i := range restated {
			restated[i].cause = why[i]
		}
		r.restated = append(r.restated, restated...)
	}
	return nil
}

// unitsOf are the units that have a target to meet, each by itself, in a window.
type unitsOf struct {
	id     string
	window campaign.Window
}

// unitsBehind finds the cells of units that are held against a target by themselves and
// are not as they were counted before: the figure of the province counts such units.
func (r *reckoning) unitsBehind(p calculation.Plan, cells []calculation.Cell) map[unitsOf][]calculation.Key {
	levels, stands := map[string]indicator.Level{}, map[calculation.Key]bool{}
	for _, e := range p.Campaign.Entries() {
		if ofUnits(e) {
			levels[e.ID] = e.Target.EachUnit
		}
	}
	behind, before := map[unitsOf][]calculation.Key{}, r.before[p.Campaign.Name].values
	add := func(k calculation.Key) {
		of := unitsOf{k.ID, k.Window}
		behind[of] = append(behind[of], k)
	}
	for _, c := range cells {
		k := c.Key()
		if levels[k.ID] != k.Level {
			continue
		}
		stands[k] = true
		if was, stood := before[k]; !stood || !sameCount(was.count, c.Count) {
			add(k)
		}
	}
	for k := range before {
		if levels[k.ID] == k.Level && !stands[k] {
			add(k)
		}
	}
	return behind
}

// vanished are the figures that counted something in a window of the plan and have no
// cell any more, as the zeros that they are now.
func (r *reckoning) vanished(ctx context.Context, p calculation.Plan, cells []calculation.Cell) ([]campaign.Figure, error) {
	entries, stands := map[string]*campaign.Entry{}, map[calculation.Key]bool{}
	for _, e := range p.Campaign.Entries() {
		entries[e.ID] = e
	}
	for _, c := range cells {
		stands[c.Key()] = true
	}
	missing := map[calculation.Key]bool{}
	for k, before := range r.before[p.Campaign.Name].values {
		e := entries[k.ID]
		if !stands[k] && e != nil && e.Definition != nil && slices.Contains(p.Windows, k.Window) && !isEmpty(before.count) {
			missing[k] = true
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	var all []campaign.Figure
	err := r.eachPlace(ctx, p.Campaign.Name, func(k calculation.Key, u campaign.Unit) {
		if !missing[k] {
			return
		}
		f := campaign.Figure{Campaign: p.Campaign.Name, Entry: entries[k.ID], Unit: u, Window: k.Window, CutOffOn: k.Window.Period.To, KnownAt: r.at}
		f.Count = nothing(f.Entry.Definition)
		f.Verdict = p.Campaign.Observe(f.Entry, f.Count)
		all = append(all, f)
	})
	return all, err
}

// nothing is the count of no rows: zero, but no least and no greatest.
func nothing(d *indicator.Indicator) campaign.Count {
	zero := func(m *indicator.Measure) *float64 {
		if m == nil || m.Aggregate == indicator.Min || m.Aggregate == indicator.Max {
			return nil
		}
		return new(float64)
	}
	return campaign.Count{Numerator: zero(d.Numerator), Denominator: zero(d.Denominator)}
}

func isEmpty(n campaign.Count) bool {
	return (n.Numerator == nil || *n.Numerator == 0) && (n.Denominator == nil || *n.Denominator == 0)
}

// eachPlace visits the figures of a campaign as they stand, with their units.
func (r *reckoning) eachPlace(ctx context.Context, name string, visit func(calculation.Key, campaign.Unit)) error {
	rows, err := r.conn.QueryContext(ctx, `SELECT id, unit_level, unit, extent, calendar, period_from, period_to, unit_list, unit_name, unit_above
		FROM records.indicator_value WHERE campaign = ? ORDER BY ALL`, name)
	if err != nil {
		return wrap("read the figures", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k calculation.Key
		var u campaign.Unit
		var from, to time.Time
		if err := rows.Scan(&k.ID, &k.Level, &k.Code, &k.Window.Extent, &k.Window.Calendar, &from, &to, &u.List, &u.Name, &u.Above); err != nil {
			return wrap("read the figures", err)
		}
		u.Level, u.Code = k.Level, k.Code
		k.Window.Period = calendar.Period{From: calendar.DayOf(from), To: calendar.DayOf(to)}
		visit(k, u)
	}
	return wrap("read the figures", rows.Err())
}

func keyOf(f campaign.Figure) calculation.Key {
	return calculation.Key{ID: f.Entry.ID, Level: f.Unit.Level, Code: f.Unit.Code, Window: f.Window}
}

func sameCount(a, b campaign.Count) bool {
	return sameNumber(a.Numerator, b.Numerator) && sameNumber(a.Denominator, b.Denominator)
}

func sameNumber(a, b *float64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// jobs names the job of each delivery that a restatement names.
func (r *reckoning) jobs(ctx context.Context) (map[int64]string, error) {
	jobs := map[int64]string{}
	if len(r.restated) == 0 {
		return jobs, nil
	}
	rows, err := r.conn.QueryContext(ctx, "SELECT DISTINCT delivery, job FROM internal.delivery")
	if err != nil {
		return nil, wrap("name the deliveries", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var job string
		if err := rows.Scan(&id, &job); err != nil {
			return nil, wrap("name the deliveries", err)
		}
		jobs[id] = job
	}
	return jobs, wrap("name the deliveries", rows.Err())
}

// knownFrom returns since when a figure has its value: it is the instant of the computing
// where it changed.
func (r *reckoning) knownFrom(f campaign.Figure) time.Time {
	if before, seen := r.before[f.Campaign].values[keyOf(f)]; seen && sameCount(before.count, f.Count) {
		return before.knownFrom
	}
	return r.at
}
