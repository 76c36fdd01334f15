package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// part is what is computed at a time, and then forgotten but for its rows: an indicator
// in some windows of its campaign.
type part struct {
	*calculation.Prepared
	plan  calculation.Plan
	entry *campaign.Entry
	// stood are the figures as readers have seen them, none in windows that are new.
	stood map[calculation.Key]published
	// cells are counted now, stands are their keys.
	cells  []calculation.Cell
	stands map[calculation.Key]bool
}

// count counts and judges every campaign.
func (r *reckoning) count(ctx context.Context) error {
	c, err := calculation.Open(ctx, calculation.Basis{Conn: r.conn, Catalog: "records", Today: r.agenda.Today})
	if err != nil {
		return err
	}
	if err := r.lookForChange(ctx); err != nil {
		return err
	}
	for _, p := range r.agenda.Campaigns {
		if err := r.campaign(ctx, c, p); err != nil {
			return fmt.Errorf("compute %s: %w", p.Name, err)
		}
	}
	return nil
}

// lookForChange finds the datasets whose rows came or went since the last computing.
func (r *reckoning) lookForChange(ctx context.Context) error {
	r.change = calculation.Change{Since: r.since}
	for _, d := range r.config.Datasets {
		var changed bool
		query := fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s WHERE known_from > $1) OR EXISTS (SELECT 1 FROM %s WHERE known_to > $1)", rowsTable("main", d.Name), rowsTable("history", d.Name))
		if err := r.conn.QueryRowContext(ctx, query, r.since).Scan(&changed); err != nil {
			return wrap("look for changed rows", err)
		}
		if changed {
			r.change.Datasets = append(r.change.Datasets, d.Name)
		}
	}
	return nil
}

// campaign counts windows that are new in full, and of the others what was touched.
func (r *reckoning) campaign(ctx context.Context, c *calculation.Calculation, p *campaign.Campaign) error {
	stand, err := r.windows(ctx, p)
	if err != nil {
		return err
	}
	fresh := calculation.Plan{Campaign: p, Expectations: r.agenda.Expectations, Entries: p.Entries()}
	old := fresh
	old.Entries = r.affected(p)
	for _, w := range calculation.Windows(p, r.agenda.Today) {
		if i := slices.Index(stand, w); i >= 0 && !r.whole {
			old.Windows, stand = append(old.Windows, w), slices.Delete(stand, i, i+1)
		} else {
			fresh.Windows = append(fresh.Windows, w)
		}
	}
	if err := r.parts(ctx, c, fresh, r.anew); err != nil {
		return err
	}
	if err := r.parts(ctx, c, old, r.again); err != nil {
		return err
	}
	// What is not asked for any more goes; where all is counted everything does.
	if !r.whole {
		r.rows.leaveWindows(p.Name, stand)
	}
	return nil
}

// windows lists those in which figures of the campaign stand.
func (r *reckoning) windows(ctx context.Context, p *campaign.Campaign) ([]campaign.Window, error) {
	rows, err := r.conn.QueryContext(ctx, "SELECT DISTINCT extent, calendar, period_from, period_to FROM records.indicator_value WHERE campaign = ?", p.Name)
	if err != nil {
		return nil, wrap("read the windows", err)
	}
	defer rows.Close()
	var stand []campaign.Window
	for rows.Next() {
		var w campaign.Window
		var from, to time.Time
		if err := rows.Scan(&w.Extent, &w.Calendar, &from, &to); err != nil {
			return nil, wrap("read the windows", err)
		}
		w.Period = period(from, to)
		stand = append(stand, w)
	}
	return stand, wrap("read the windows", rows.Err())
}

// affected lists the indicators whose figures may be others than those that stand: where
// rows that they look at changed, the register that joins persons, reports that nothing
// happened or targets of single units did, or the day asks otherwise what units owe.
func (r *reckoning) affected(p *campaign.Campaign) []*campaign.Entry {
	changed := func(name string) bool { return slices.Contains(r.change.Datasets, name) }
	affected := []*campaign.Entry{}
	for _, e := range p.Entries() {
		d := e.Definition
		if d == nil {
			continue
		}
		owed := slices.ContainsFunc(r.agenda.Expectations, func(x *indicator.Expectation) bool { return slices.Contains(d.Datasets(), x.Of) })
		if slices.ContainsFunc(d.Datasets(), changed) || d.NeedsLinks() && changed(indicator.LinkDataset) ||
			owed && (r.later || changed(indicator.ZeroDataset)) || changed(calculation.AssignedDataset) {
			affected = append(affected, e)
		}
	}
	return affected
}

// parts computes the indicators of a plan one after the other.
func (r *reckoning) parts(ctx context.Context, c *calculation.Calculation, p calculation.Plan, count func(context.Context, *part) error) error {
	if len(p.Windows) == 0 || len(p.Entries) == 0 {
		return nil
	}
	prepared, err := c.Prepare(ctx, p)
	if err != nil {
		return err
	}
	for _, e := range p.Entries {
		x := &part{Prepared: prepared, plan: p, entry: e}
		if err := count(ctx, x); err != nil {
			return err
		}
		x.stands = make(map[calculation.Key]bool, len(x.cells))
		for _, cell := range x.cells {
			x.stands[cell.Key()] = true
		}
		figures := x.Judge(r.moved(x), r.at)
		if err := r.restate(ctx, x, figures); err != nil {
			return fmt.Errorf("restate %s: %w", e.ID, err)
		}
		r.put(x, figures)
		if !r.whole {
			r.leave(x)
		}
	}
	return nil
}

// anew counts all cells of an indicator. What stood is read where all is counted, since
// readers have seen it.
func (r *reckoning) anew(ctx context.Context, x *part) (err error) {
	if r.whole {
		if x.stood, err = r.readPublished(ctx, x.plan.Campaign.Name, x.entry.ID); err != nil {
			return err
		}
	}
	if x.entry.Definition == nil {
		x.cells = x.Uncounted(x.entry)
		return nil
	}
	x.cells, err = x.Cells(ctx, x.entry)
	r.done.Counted += len(x.cells)
	return err
}

// again counts the cells of an indicator that changed rows touch.
func (r *reckoning) again(ctx context.Context, x *part) (err error) {
	if x.stood, err = r.readPublished(ctx, x.plan.Campaign.Name, x.entry.ID); err != nil {
		return err
	}
	before := make(calculation.Counted, len(x.stood))
	for k, was := range x.stood {
		before[k] = was.count
	}
	var touched int
	x.cells, touched, err = x.Recount(ctx, x.entry, before, r.change)
	r.done.Counted += touched
	return err
}
