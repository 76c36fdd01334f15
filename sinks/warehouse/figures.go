package warehouse

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"thidua/transform/campaign"
)

// takeAll gives the engine what nobody else needs while it counts. Rows that are matched
// are kept in memory by their keys: where they do not fit, counting takes twice as long.
func (w *Warehouse) takeAll(ctx context.Context) error {
	if err := w.exec(ctx, "RESET threads"); err != nil {
		return err
	}
	return w.exec(ctx, fmt.Sprintf("SET memory_limit = '%dB'", w.config.MemoryBytes*5/4))
}

// share leaves cores and memory to those who decode.
func (w *Warehouse) share(ctx context.Context) error {
	if err := w.exec(ctx, fmt.Sprintf("SET threads = %d", max(1, runtime.NumCPU()/2))); err != nil {
		return err
	}
	return w.exec(ctx, fmt.Sprintf("SET memory_limit = '%dB'", w.config.MemoryBytes))
}

// write replaces the figures in one transaction, which is a commit of its own: what
// is published changes with it.
func (r *reckoning) write(ctx context.Context) error {
	texts, err := r.changedDefinitions(ctx)
	if err != nil {
		return err
	}
	jobs, err := r.jobs(ctx)
	if err != nil {
		return err
	}
	values, statuses, restated, definitions := r.sheets(jobs)
	for _, d := range texts {
		definitions.add(d.Kind, d.Name, d.Version, d.Title.Vi, d.Title.En, d.Text, r.at, nil)
	}
	r.done.Restated = len(r.restated)
	if r.nothingNew() && len(texts) == 0 {
		return r.transaction(ctx, func() error { return r.computedThrough(ctx, r.applied) })
	}
	if err := r.rewrite(ctx); err != nil {
		return err
	}
	n := r.applied + 1
	arrivals := make([]*arrival, 0, 4)
	for _, s := range []*sheet{values, statuses, restated, definitions} {
		a, err := r.arriveSheet(s)
		if err != nil {
			return err
		}
		defer a.release()
		arrivals = append(arrivals, a)
	}
	err = r.transaction(ctx, func() error {
		if err := r.replace(ctx, arrivals, texts, n); err != nil {
			return err
		}
		if err := r.computedThrough(ctx, n); err != nil {
			return err
		}
		return r.exec(ctx, "INSERT INTO records.applied VALUES (?, ?, 0)", n, r.at)
	})
	if err != nil {
		// The engine may have committed all the same: what stands says so.
		return errors.Join(err, r.reconcile(context.WithoutCancel(ctx)))
	}
	r.applied, r.lastAt, r.done.Fresh = n, r.at, true
	return r.config.Fault("after the figures")
}

// nothingNew reports whether every figure is as it stood.
func (r *reckoning) nothingNew() bool {
	return !r.whole && len(r.figures) == 0 && len(r.gone) == 0 && len(r.restated) == 0
}

// computedThrough notes that commits through the number are counted.
func (r *reckoning) computedThrough(ctx context.Context, n int64) error {
	for name, value := range map[string]string{settingComputedThrough: fmt.Sprint(n), settingComputedOn: r.on, settingComputedBy: r.by} {
		if err := r.set(ctx, name, value); err != nil {
			return err
		}
	}
	return nil
}

// replace lets what was computed take the place of what stood.
func (r *reckoning) replace(ctx context.Context, arrivals []*arrival, texts []Definition, n int64) error {
	if err := r.takeAway(ctx); err != nil {
		return err
	}
	if err := r.endDefinitions(ctx, texts); err != nil {
		return err
	}
	for _, a := range arrivals {
		if err := r.config.Fault("compute"); err != nil {
			return err
		}
		if err := r.take(ctx, a); err != nil {
			return err
		}
	}
	return r.config.Fault("computed")
}

func (r *reckoning) sheets(jobs map[int64]string) (values, statuses, restated, definitions *sheet) {
	values, statuses = newSheet(valueTable), newSheet(statusTable)
	restated, definitions = newSheet(restatementTable), newSheet(definitionTable)
	for _, f := range r.figures {
		at, v := placeOf(f), f.Verdict
		values.add(append(at, number64(f.Count.Numerator), number64(f.Count.Denominator), number64(v.Value), f.Count.Unassigned,
			int64(f.Count.UnitsReported), int64(f.Count.UnitsExpected), string(f.Kind), strings.Join(f.Count.NeverReceived, ","), r.knownFrom(f), r.at)...)
		if f.Window.Extent != campaign.ToDate && v.Status == campaign.NotRated {
			continue
		}
		statuses.add(append(placeOf(f), statusOf(f, r)...)...)
	}
	for _, s := range r.restated {
		restated.add(append(placeOf(s.figure), number64(s.before.count.Numerator), number64(s.figure.Count.Numerator),
			number64(s.before.count.Denominator), number64(s.figure.Count.Denominator), number64(s.before.value), number64(s.figure.Verdict.Value),
			s.before.knownFrom, r.at, s.cause.String(), s.cause.late, s.cause.amended, s.cause.removed, s.cause.deliveries(jobs))...)
	}
	return values, statuses, restated, definitions
}

func statusOf(f campaign.Figure, r *reckoning) []any {
	v := f.Verdict
	var printed campaign.Reported
	if f.Reported != nil {
		printed = *f.Reported
	}
	waits := ""
	if f.Entry.WaitsFor != nil {
		waits = f.Entry.WaitsFor.Vi
	}
	return []any{
		number64(v.Target), number64(v.Expected), number64(v.Attainment), string(v.Status), v.Status.Words().Vi, v.Reason.Vi, v.Reason.En,
		v.Provisional, v.Incomplete, v.OverHundred, number64(printed.Numerator), number64(printed.Denominator), number64(printed.Value),
		number64(f.Difference), waits, r.at,
	}
}

// placeOf lists the columns that say which figure it is.
func placeOf(f campaign.Figure) []any {
	definition := ""
	if f.Entry.Definition != nil {
		definition = f.Entry.Definition.Name
	}
	return []any{
		f.Campaign, f.Entry.Task, f.Entry.ID, definition, string(f.Unit.Level), f.Unit.Code, f.Unit.List, f.Unit.Name, f.Unit.Above,
		string(f.Window.Extent), string(f.Window.Calendar), f.Window.Period.From, f.Window.Period.To, f.CutOffOn,
	}
}

func number64(n *float64) any {
	if n == nil {
		return nil
	}
	return *n
}

// changedDefinitions are those whose text is not the one in force.
func (r *reckoning) changedDefinitions(ctx context.Context) ([]Definition, error) {
	inForce, err := r.definitionsInForce(ctx)
	if err != nil {
		return nil, err
	}
	var changed []Definition
	for _, d := range r.agenda.Definitions {
		if inForce[[2]string{d.Kind, d.Name}] != d.Version {
			changed = append(changed, d)
		}
	}
	return changed, nil
}

func (r *reckoning) definitionsInForce(ctx context.Context) (map[[2]string]string, error) {
	rows, err := r.conn.QueryContext(ctx, "SELECT kind, name, version FROM records.definition WHERE known_to IS NULL")
	if err != nil {
		return nil, wrap("read the definitions", err)
	}
	defer rows.Close()
	inForce := map[[2]string]string{}
	for rows.Next() {
		var k [2]string
		var version string
		if err := rows.Scan(&k[0], &k[1], &version); err != nil {
			return nil, wrap("read the definitions", err)
		}
		inForce[k] = version
	}
	return inForce, wrap("read the definitions", rows.Err())
}

// endDefinitions ends what is no longer in force: changed, or declared no more.
func (r *reckoning) endDefinitions(ctx context.Context, changed []Definition) error {
	inForce, err := r.definitionsInForce(ctx)
	if err != nil {
		return err
	}
	for _, d := range r.agenda.Definitions {
		delete(inForce, [2]string{d.Kind, d.Name})
	}
	for _, d := range changed {
		inForce[[2]string{d.Kind, d.Name}] = d.Version
	}
	for k := range inForce {
		if err := r.exec(ctx, "UPDATE records.definition SET known_to = ? WHERE kind = ? AND name = ? AND known_to IS NULL", r.at, k[0], k[1]); err != nil {
			return err
		}
	}
	return nil
}
