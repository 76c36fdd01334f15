package warehouse

import (
	"context"
	"slices"

	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// restatement is a figure that was published with another value.
type restatement struct {
	figure campaign.Figure
	was    published
}

// restate finds the figures whose counts changed since readers saw them, and why. A
// figure that is gone, because nothing is left to count for its unit, changed to zero;
// one that was not there before changes nothing that was seen.
func (r *reckoning) restate(ctx context.Context, x *part, figures []campaign.Figure) error {
	if x.entry.Definition == nil {
		return nil
	}
	var changed []restatement
	for _, f := range append(r.vanished(x), figures...) {
		if was, seen := x.stood[keyOf(f)]; seen && !sameCount(was.count, f.Count) {
			changed = append(changed, restatement{f, was})
		}
	}
	if len(changed) == 0 {
		return nil
	}
	jobs, err := r.jobs(ctx)
	if err != nil {
		return err
	}
	why, err := r.causes(ctx, x, r.suspects(x, changed))
	if err != nil {
		return err
	}
	for i, c := range changed {
		r.rows.restated.add(append(placeOf(c.figure), number64(c.was.count.Numerator), number64(c.figure.Count.Numerator),
			number64(c.was.count.Denominator), number64(c.figure.Count.Denominator), number64(c.was.value), number64(c.figure.Verdict.Value),
			c.was.knownFrom, r.at, why[i].String(), why[i].late, why[i].amended, why[i].removed, why[i].deliveries(jobs))...)
	}
	return nil
}

// suspects says whose rows changed figures are made of: their own, or those of the units
// that they count.
func (r *reckoning) suspects(x *part, changed []restatement) []suspect {
	var behind map[campaign.Window][]calculation.Key
	if ofUnits(x.entry) {
		behind = unitsBehind(x)
	}
	suspects := make([]suspect, len(changed))
	for i, c := range changed {
		k := keyOf(c.figure)
		suspects[i] = suspect{k, []calculation.Key{k}}
		if countsUnits(x.entry, k) {
			suspects[i].cells = behind[k.Window]
		}
	}
	return suspects
}

// unitsBehind finds the cells of units that are held against a target by themselves and
// are not as they were counted before, by window: the figure of the province counts such
// units.
func unitsBehind(x *part) map[campaign.Window][]calculation.Key {
	behind := map[campaign.Window][]calculation.Key{}
	level := x.entry.Target.EachUnit
	for _, c := range x.cells {
		k := c.Key()
		if k.Level != level {
			continue
		}
		if was, stood := x.stood[k]; !stood || !sameCount(was.count, c.Count) {
			behind[k.Window] = append(behind[k.Window], k)
		}
	}
	for k := range x.stood {
		if k.Level == level && !x.stands[k] {
			behind[k.Window] = append(behind[k.Window], k)
		}
	}
	return behind
}

// vanished are the figures that counted something in a window of the plan and have no
// cell any more, as the zeros that they are now, in a stable order.
func (r *reckoning) vanished(x *part) []campaign.Figure {
	var all []campaign.Figure
	for k, was := range x.stood {
		if x.stands[k] || isEmpty(was.count) || !slices.Contains(x.plan.Windows, k.Window) {
			continue
		}
		of := x.plan.Campaign
		f := campaign.Figure{Campaign: of.Name, Entry: x.entry, Unit: was.unit, Window: k.Window, CutOffOn: k.Window.Period.To, KnownAt: r.at}
		f.Count = nothing(x.entry.Definition)
		f.Verdict = of.Observe(x.entry, f.Count)
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b campaign.Figure) int {
		return calculation.Compare(calculation.Cell{Window: a.Window, Unit: a.Unit}, calculation.Cell{Window: b.Window, Unit: b.Unit})
	})
	return all
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

func keyOf(f campaign.Figure) calculation.Key {
	return calculation.Key{ID: f.Entry.ID, Level: f.Unit.Level, Code: f.Unit.Code, Window: f.Window}
}

func sameCount(a, b campaign.Count) bool {
	return sameNumber(a.Numerator, b.Numerator) && sameNumber(a.Denominator, b.Denominator)
}

func sameNumber(a, b *float64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// jobs names the job of each delivery that a restatement may name, once for all.
func (r *reckoning) jobs(ctx context.Context) (map[int64]string, error) {
	if r.jobOf != nil {
		return r.jobOf, nil
	}
	rows, err := r.conn.QueryContext(ctx, "SELECT DISTINCT delivery, job FROM internal.delivery")
	if err != nil {
		return nil, wrap("name the deliveries", err)
	}
	defer rows.Close()
	r.jobOf = map[int64]string{}
	for rows.Next() {
		var id int64
		var job string
		if err := rows.Scan(&id, &job); err != nil {
			return nil, wrap("name the deliveries", err)
		}
		r.jobOf[id] = job
	}
	return r.jobOf, wrap("name the deliveries", rows.Err())
}
