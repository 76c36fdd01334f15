package calculation

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// Change says which rows came or went since something was counted.
type Change struct {
	// Since is the instant of the last commit that was counted.
	Since time.Time
	// Datasets are those with a row that is known, or known no longer, since then.
	Datasets []string
}

// Counted is what was counted before, by cell.
type Counted map[Key]campaign.Count

// Key identifies a cell among those of a campaign.
type Key struct {
	ID     string
	Level  indicator.Level
	Code   string
	Window campaign.Window
}

// Key returns the key of the cell.
func (c Cell) Key() Key { return Key{c.Entry.ID, c.Unit.Level, c.Unit.Code, c.Window} }

// touchedTable holds the cells that are to be counted again.
const touchedTable = "temp.counting_touched"

// Recount returns what Cells returns, for windows that were all counted before. Only
// the cells that the change has touched are counted, the others are as they were; who
// reported is asked anew, since windows become due by themselves. Beside the cells it
// returns how many were counted.
func (p *Prepared) Recount(ctx context.Context, e *campaign.Entry, before Counted, change Change) ([]Cell, int, error) {
	counted, n, err := p.recount(ctx, e, before, change)
	if err != nil {
		return nil, 0, fmt.Errorf("calculation: count %s again: %w", e.ID, err)
	}
	cells, err := p.cells(ctx, e, counted)
	return cells, n, err
}

// recount merges what stands with what is counted again, and tells how much that is.
func (p *Prepared) recount(ctx context.Context, e *campaign.Entry, before Counted, change Change) (map[place]amounts, int, error) {
	all, err := p.countsAll(ctx, e, before, change)
	if err != nil {
		return nil, 0, err
	}
	if all {
		counted, err := p.count(ctx, e, "")
		return counted, len(counted), err
	}
	standing := p.before(e, before)
	if !slices.ContainsFunc(e.Definition.Datasets(), func(name string) bool { return slices.Contains(change.Datasets, name) }) {
		return standing, 0, nil
	}
	if n, told, err := p.difference(ctx, e, standing, change); err != nil || told {
		return standing, n, err
	}
	touched, err := p.touch(ctx, e, change)
	if err != nil || len(touched) == 0 {
		return standing, 0, err
	}
	counted, err := p.count(ctx, e, touchedTable)
	if err != nil {
		return nil, 0, err
	}
	for _, at := range touched {
		if amounts, still := counted[at]; still {
			standing[at] = amounts
		} else {
			delete(standing, at)
		}
	}
	return standing, len(touched), nil
}

// touch lists the cells that the change has touched, in a table and here.
func (p *Prepared) touch(ctx context.Context, e *campaign.Entry, change Change) ([]place, error) {
	scope := p.scope(p.plan, "")
	scope.Changed = func(dataset string) string { return p.changed(dataset, change.Since) }
	statement := e.Definition.Touch(scope, change.Datasets)
	if statement == "" {
		return nil, nil
	}
	if err := p.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+bare(touchedTable)+" AS "+statement); err != nil {
		return nil, err
	}
	return p.touched(ctx)
}

// countsAll reports whether a change may have moved any row to any cell: where the
// register that joins persons changed, or a dataset has its first rows.
func (p *Prepared) countsAll(ctx context.Context, e *campaign.Entry, before Counted, change Change) (bool, error) {
	if e.Definition.NeedsLinks() && slices.Contains(change.Datasets, indicator.LinkDataset) {
		return true, nil
	}
	missing, err := p.missing(ctx, e.Definition)
	if err != nil || len(p.plan.Windows) == 0 {
		return false, err
	}
	province := before[Key{e.ID, indicator.Province, p.plan.Campaign.Province.Code, p.plan.Windows[0]}]
	return !slices.Equal(missing, province.NeverReceived), nil
}

// before is what stands of an indicator, by place.
func (p *Prepared) before(e *campaign.Entry, before Counted) map[place]amounts {
	numbered := make(map[campaign.Window]int, len(p.plan.Windows))
	for w, window := range p.plan.Windows {
		numbered[window] = w
	}
	standing := map[place]amounts{}
	for k, n := range before {
		if k.ID != e.ID {
			continue
		}
		w, asked := numbered[k.Window]
		if !asked {
			continue
		}
		a := amounts{unassigned: n.Unassigned}
		if n.Numerator != nil {
			a.numerator = sql.NullFloat64{Float64: *n.Numerator, Valid: true}
		}
		if n.Denominator != nil {
			a.denominator = sql.NullFloat64{Float64: *n.Denominator, Valid: true}
		}
		standing[place{w, k.Level, k.Code}] = a
	}
	return standing
}

// changed is the relation of the rows that came or went: new versions and old ones.
func (c *Calculation) changed(dataset string, since time.Time) string {
	at := sqltext.Instant(since)
	return fmt.Sprintf("(SELECT * FROM %s WHERE known_from > %s UNION ALL BY NAME SELECT * EXCLUDE (known_to) FROM %s WHERE known_to > %s)",
		c.table("main", dataset), at, c.table("history", dataset), at)
}

func (c *Calculation) touched(ctx context.Context) ([]place, error) {
	var touched []place
	err := c.each(ctx, "SELECT w, level, unit FROM "+touchedTable, func(rows *sql.Rows) error {
		var at place
		var level string
		if err := rows.Scan(&at.window, &level, &at.unit); err != nil {
			return err
		}
		at.level = indicator.Level(level)
		touched = append(touched, at)
		return nil
	})
	return touched, err
}
