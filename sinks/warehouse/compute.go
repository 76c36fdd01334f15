package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Agenda is what is computed in every round.
type Agenda struct {
	Campaigns    []*campaign.Campaign
	Expectations []*indicator.Expectation
	// Definitions are the texts behind them, which are kept with the time they were
	// in force.
	Definitions []Definition
	// Today is the local day of the round: cut-offs before it are counted.
	Today calendar.Day
	// Whole counts every cell, also those that nothing has touched.
	Whole bool
}

// Definition is the text of an indicator or a campaign.
type Definition struct {
	Kind, Name, Version string
	Title               declaration.Title
	Text                string
}

// Computed tells what a computing did.
type Computed struct {
	// Cells is how many figures stand, Counted how many were counted anew.
	Cells, Counted int
	// Restated is how many figures changed that had been published before.
	Restated int
	// Fresh says that anything was written.
	Fresh   bool
	Seconds float64
}

// Settings that say how far figures have been computed.
const (
	settingComputedThrough = "computed_through"
	settingComputedOn      = "computed_on"
	settingComputedBy      = "computed_by"
)

// Compute brings the figures up to the last commit, the day and the definitions. It
// is one transaction, whose commit has a number as any other: a crash before it leaves
// the figures as they were, and the next round computes again.
//
// Only cells that changed rows touch are counted, unless definitions or reference
// tables have changed, which may move any row to any cell.
func (w *Warehouse) Compute(ctx context.Context, a Agenda) (done Computed, err error) {
	started := w.config.Now()
	r, err := w.reckon(ctx, a)
	if err != nil || r == nil {
		return Computed{}, err
	}
	// Nothing is decoded while figures are computed: all cores are free, and the memory
	// that decoding takes.
	defer func() { err = errors.Join(err, w.share(context.WithoutCancel(ctx))) }()
	if err := w.takeAll(ctx); err != nil {
		return Computed{}, err
	}
	if err := r.count(ctx); err != nil {
		return Computed{}, err
	}
	if err := r.write(ctx); err != nil {
		return Computed{}, fmt.Errorf("write the figures: %w", err)
	}
	r.done.Seconds = w.config.Now().Sub(started).Seconds()
	return r.done, nil
}

// reckoning is one computing.
type reckoning struct {
	*Warehouse
	agenda Agenda
	at     time.Time
	// by and on are what is computed, and what the day asks.
	by, on string
	// since is the instant of the last commit that was computed, zero where none was.
	since time.Time
	// whole says that every cell is to be counted, redefined that it is so because
	// definitions or reference tables changed.
	whole, redefined bool

	before map[string]stood
	// figures are those that are not as they stood, gone those that stand no more.
	figures  []campaign.Figure
	gone     []figureKey
	restated []restatement
	done     Computed
}

// stood is what stands of a campaign: its counts, and since when.
type stood struct {
	counted calculation.Counted
	values  map[calculation.Key]published
}

// published is a value that readers have seen.
type published struct {
	count     campaign.Count
	value     *float64
	knownFrom time.Time
}

// reckon says what there is to compute, nil where everything is as it was.
func (w *Warehouse) reckon(ctx context.Context, a Agenda) (*reckoning, error) {
	r := &reckoning{Warehouse: w, agenda: a, at: w.nextInstant(), before: map[string]stood{}}
	var through, on, by string
	for name, to := range map[string]*string{settingComputedThrough: &through, settingComputedOn: &on, settingComputedBy: &by} {
		var err error
		if *to, err = w.setting(ctx, name); err != nil {
			return nil, err
		}
	}
	var err error
	if r.by, err = w.agendaDigest(ctx, a); err != nil {
		return nil, err
	}
	if by == "" && len(a.Campaigns) == 0 {
		return nil, nil
	}
	r.on = a.asked()
	r.redefined = by != r.by
	r.whole = a.Whole || r.redefined
	if !r.whole && through == strconv.FormatInt(w.applied, 10) && on == r.on {
		return nil, nil
	}
	if through != "" {
		if err := w.conn.QueryRowContext(ctx, "SELECT committed_at FROM records.applied WHERE n = ?", through).Scan(&r.since); err != nil {
			return nil, wrap("find what was computed", err)
		}
	}
	return r, nil
}

// asked tells apart days on which different things are asked: other windows, or more of
// what is owed being due. Of a campaign that is over every day asks the same.
func (a Agenda) asked() string {
	digest := xxhash.New()
	for _, c := range a.Campaigns {
		for _, w := range calculation.Windows(c, a.Today) {
			_, _ = fmt.Fprintln(digest, c.Name, w)
			for _, e := range a.Expectations {
				_, _ = fmt.Fprintln(digest, len(e.Windows(w.Period.From, w.Period.To, a.Today)))
			}
		}
	}
	return strconv.FormatUint(digest.Sum64(), 16)
}

// agendaDigest tells apart agendas, and the reference tables that they are counted by.
func (w *Warehouse) agendaDigest(ctx context.Context, a Agenda) (string, error) {
	digest := xxhash.New()
	_, _ = fmt.Fprintln(digest, computingRevision)
	for _, d := range a.Definitions {
		_, _ = fmt.Fprintln(digest, d.Kind, d.Name, d.Version)
	}
	for _, c := range a.Campaigns {
		_, _ = fmt.Fprintln(digest, c.Name)
	}
	for _, e := range a.Expectations {
		among := ""
		if e.Among != nil {
			among = e.Among.SQL()
		}
		_, _ = fmt.Fprintln(digest, e.Job, e.Of, e.At, e.Facility, among, e.Every, e.Except, e.DueDays, e.UnitShare)
	}
	for _, r := range w.config.References {
		version, err := w.setting(ctx, "reference_"+r.Dataset.Name)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintln(digest, r.Dataset.Name, version)
	}
	return strconv.FormatUint(digest.Sum64(), 16), nil
}

// computingRevision is raised when the program counts otherwise than it did.
const computingRevision = 1

// count counts and judges every campaign.
func (r *reckoning) count(ctx context.Context) error {
	c, err := calculation.Open(ctx, calculation.Basis{Conn: r.conn, Catalog: "records", Today: r.agenda.Today})
	if err != nil {
		return err
	}
	change, err := r.change(ctx)
	if err != nil {
		return err
	}
	for _, p := range r.agenda.Campaigns {
		before, err := r.standing(ctx, p.Name)
		if err != nil {
			return err
		}
		r.before[p.Name] = before
		plan := calculation.Plan{Campaign: p, Expectations: r.agenda.Expectations, Windows: calculation.Windows(p, r.agenda.Today)}
		cells, err := r.cells(ctx, c, plan, before, change)
		if err != nil {
			return fmt.Errorf("compute %s: %w", p.Name, err)
		}
		r.done.Cells += len(cells)
		moved, judged := r.moved(plan, before, cells, change), plan
		judged.Entries = moved.entries
		figures, err := c.Judge(ctx, judged, moved.cells, r.at)
		if err != nil {
			return fmt.Errorf("judge %s: %w", p.Name, err)
		}
		if err := r.restate(ctx, plan, cells, figures, change); err != nil {
			return err
		}
		r.figures = append(r.figures, figures...)
		r.gone = append(r.gone, r.leave(plan, before, cells)...)
	}
	return nil
}

// cells counts windows that are new in full, and of the others what was touched.
func (r *reckoning) cells(ctx context.Context, c *calculation.Calculation, p calculation.Plan, before stood, change calculation.Change) ([]calculation.Cell, error) {
	known := map[campaign.Window]bool{}
	for k := range before.counted {
		known[k.Window] = true
	}
	fresh, old := p, p
	fresh.Windows, old.Windows = nil, nil
	for _, w := range p.Windows {
		if known[w] && !r.whole {
			old.Windows = append(old.Windows, w)
		} else {
			fresh.Windows = append(fresh.Windows, w)
		}
	}
	var all []calculation.Cell
	if len(fresh.Windows) > 0 {
		cells, err := c.Cells(ctx, fresh)
		if err != nil {
			return nil, err
		}
		all, r.done.Counted = cells, r.done.Counted+len(cells)
	}
	if len(old.Windows) > 0 {
		cells, touched, err := c.Recount(ctx, old, before.counted, change)
		if err != nil {
			return nil, err
		}
		all, r.done.Counted = append(all, cells...), r.done.Counted+touched
	}
	slices.SortStableFunc(all, calculation.Compare)
	return all, nil
}

// change finds the datasets whose rows came or went since the last computing.
func (r *reckoning) change(ctx context.Context) (calculation.Change, error) {
	change := calculation.Change{Since: r.since}
	for _, d := range r.config.Datasets {
		var changed bool
		query := fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s WHERE known_from > $1) OR EXISTS (SELECT 1 FROM %s WHERE known_to > $1)", rowsTable("main", d.Name), rowsTable("history", d.Name))
		if err := r.conn.QueryRowContext(ctx, query, r.since).Scan(&changed); err != nil {
			return change, wrap("look for changed rows", err)
		}
		if changed {
			change.Datasets = append(change.Datasets, d.Name)
		}
	}
	return change, nil
}

// standing reads what was computed of a campaign before.
func (r *reckoning) standing(ctx context.Context, name string) (stood, error) {
	s := stood{counted: calculation.Counted{}, values: map[calculation.Key]published{}}
	rows, err := r.conn.QueryContext(ctx, `SELECT id, unit_level, unit, extent, calendar, period_from, period_to, numerator, denominator, unassigned, value, units_reported, units_expected, never_received, known_from
		FROM records.indicator_value WHERE campaign = ?`, name)
	if err != nil {
		return s, wrap("read the figures", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k calculation.Key
		var p published
		var from, to time.Time
		var numerator, denominator, value sql.NullFloat64
		var missing string
		if err := rows.Scan(&k.ID, &k.Level, &k.Code, &k.Window.Extent, &k.Window.Calendar, &from, &to, &numerator, &denominator, &p.count.Unassigned, &value, &p.count.UnitsReported, &p.count.UnitsExpected, &missing, &p.knownFrom); err != nil {
			return s, wrap("read the figures", err)
		}
		k.Window.Period = calendar.Period{From: calendar.DayOf(from), To: calendar.DayOf(to)}
		p.count.Numerator, p.count.Denominator, p.value = optional(numerator), optional(denominator), optional(value)
		if missing != "" {
			p.count.NeverReceived = strings.Split(missing, ",")
		}
		s.counted[k], s.values[k] = p.count, p
	}
	return s, wrap("read the figures", rows.Err())
}

func optional(n sql.NullFloat64) *float64 {
	if !n.Valid {
		return nil
	}
	return &n.Float64
}
