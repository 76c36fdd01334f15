package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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
// Only cells that changed rows touch are counted, unless definitions, what units owe or
// reference tables have changed, which may move any row to any cell, or the program
// counts otherwise than it did.
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
	r.rows = newWriting()
	if err := r.count(ctx); err != nil {
		return Computed{}, err
	}
	if err := r.write(ctx); err != nil {
		return Computed{}, fmt.Errorf("write the figures: %w", err)
	}
	if err := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM records.indicator_value").Scan(&r.done.Cells); err != nil {
		return Computed{}, wrap("count the figures", err)
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
	since  time.Time
	change calculation.Change
	// whole says that every cell is to be counted, redefined that it is so because
	// definitions or reference tables changed, later that the day asks otherwise than the
	// day of the last computing did.
	whole, redefined, later bool

	rows writing
	// jobOf names the job of each delivery, nil until a restatement asks.
	jobOf map[int64]string
	// apart are the changed rows that causes are looked for among, as tracing says.
	apart map[string]bool
	done  Computed
}

// reckon says what there is to compute, nil where everything is as it was.
func (w *Warehouse) reckon(ctx context.Context, a Agenda) (*reckoning, error) {
	r := &reckoning{Warehouse: w, agenda: a, at: w.nextInstant()}
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
	r.redefined, r.later = by != r.by, on != r.on
	r.whole = a.Whole || r.redefined
	if !r.whole && !r.later && through == strconv.FormatInt(w.applied, 10) {
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
const computingRevision = 2
