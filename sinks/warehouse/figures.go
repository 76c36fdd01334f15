package warehouse

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"thidua/sinks/calculation"
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

// writing are the rows that a computing writes.
type writing struct {
	// values and statuses are of figures that are not as they stood.
	values, statuses, restated, definitions *sheet
	// gone says which rows are taken away before: those of the figures that are written,
	// and those that stand no more.
	gone *sheet
	// windows are those whose figures all go.
	windows []windowOf
}

// windowOf is a window of a campaign.
type windowOf struct {
	campaign string
	campaign.Window
}

// goneTable lists the figures whose rows are taken away.
var goneTable = table{"temp.gone_figure", "", figureColumns}

func newWriting() writing {
	return writing{
		values: newSheet(valueTable), statuses: newSheet(statusTable), restated: newSheet(restatementTable),
		definitions: newSheet(definitionTable), gone: newSheet(goneTable),
	}
}

// leave takes the rows of a figure away.
func (w *writing) leave(campaign string, k calculation.Key) {
	w.gone.add(campaign, k.ID, string(k.Level), k.Code, string(k.Window.Extent), string(k.Window.Calendar), k.Window.Period.From, k.Window.Period.To)
}

// leaveWindows takes all figures of windows away.
func (w *writing) leaveWindows(campaign string, windows []campaign.Window) {
	for _, gone := range windows {
		w.windows = append(w.windows, windowOf{campaign, gone})
	}
}

// empty reports whether every figure is as it stood.
func (w *writing) empty() bool {
	return w.values.rows()+w.gone.rows()+w.restated.rows()+w.definitions.rows()+len(w.windows) == 0
}

// put writes figures in the place of what stood.
func (r *reckoning) put(x *part, figures []campaign.Figure) {
	for _, f := range figures {
		at, v := placeOf(f), f.Verdict
		if !r.whole {
			r.rows.leave(f.Campaign, keyOf(f))
		}
		r.rows.values.add(append(at, number64(f.Count.Numerator), number64(f.Count.Denominator), number64(v.Value), f.Count.Unassigned,
			int64(f.Count.UnitsReported), int64(f.Count.UnitsExpected), string(f.Kind), strings.Join(f.Count.NeverReceived, ","), r.knownFrom(x, f), r.at)...)
		if f.Window.Extent == campaign.ToDate || v.Status != campaign.NotRated {
			r.rows.statuses.add(append(at, r.statusOf(f)...)...)
		}
	}
}

// knownFrom returns since when a figure has its value: it is the instant of the computing
// where it changed.
func (r *reckoning) knownFrom(x *part, f campaign.Figure) time.Time {
	if was, seen := x.stood[keyOf(f)]; seen && sameCount(was.count, f.Count) {
		return was.knownFrom
	}
	return r.at
}

// write replaces the figures in one transaction, which is a commit of its own: what
// is published changes with it.
func (r *reckoning) write(ctx context.Context) error {
	texts, err := r.changedDefinitions(ctx)
	if err != nil {
		return err
	}
	for _, d := range texts {
		r.rows.definitions.add(d.Kind, d.Name, d.Version, d.Title.Vi, d.Title.En, d.Text, r.at, nil)
	}
	r.done.Restated = r.rows.restated.rows()
	if r.rows.empty() && !r.whole {
		return r.transaction(ctx, func() error { return r.computedThrough(ctx, r.applied) })
	}
	if err := r.exec(ctx, goneTable.recreate()); err != nil {
		return err
	}
	if err := r.save(ctx, r.rows.gone); err != nil {
		return err
	}
	arrivals := make([]*arrival, 0, 4)
	for _, s := range []*sheet{r.rows.values, r.rows.statuses, r.rows.restated, r.rows.definitions} {
		a, err := r.arriveSheet(s)
		if err != nil {
			return err
		}
		defer a.release()
		arrivals = append(arrivals, a)
	}
	return r.commit(ctx, arrivals, texts)
}

// commit writes what has arrived.
func (r *reckoning) commit(ctx context.Context, arrivals []*arrival, texts []Definition) error {
	n := r.applied + 1
	err := r.transaction(ctx, func() error {
		if err := r.replace(ctx, arrivals, texts); err != nil {
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
func (r *reckoning) replace(ctx context.Context, arrivals []*arrival, texts []Definition) error {
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

// takeAway deletes the rows that are not as they stood; all of them where everything
// was counted.
func (r *reckoning) takeAway(ctx context.Context) error {
	for _, t := range []table{valueTable, statusTable} {
		if r.whole {
			if err := r.exec(ctx, "DELETE FROM "+t.name); err != nil {
				return err
			}
			continue
		}
		for _, w := range r.rows.windows {
			err := r.exec(ctx, "DELETE FROM "+t.name+" WHERE campaign = ? AND extent = ? AND calendar = ? AND period_from = ? AND period_to = ?",
				w.campaign, string(w.Extent), string(w.Calendar), w.Period.From.Date(), w.Period.To.Date())
			if err != nil {
				return err
			}
		}
		if err := r.exec(ctx, "DELETE FROM "+t.name+" WHERE ("+figureList+") IN (SELECT ("+figureList+") FROM "+goneTable.name+")"); err != nil {
			return err
		}
	}
	return nil
}

func (r *reckoning) statusOf(f campaign.Figure) []any {
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
