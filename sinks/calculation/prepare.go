package calculation

import (
	"context"
	"fmt"
	"strings"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// Prepared is a plan whose temporary tables are made: its windows, what is owed in them
// and who reported. Its indicators are counted one after the other, so that nobody has
// to remember the figures of all of them. Another plan cannot be counted beside it.
type Prepared struct {
	*Calculation
	plan  Plan
	judge judge
	// standings tell who reported, by the expectations that an indicator depends on.
	standings map[string]map[place]standing
	// kept tells of datasets whose changed rows were looked for whether they are few, and
	// so kept apart.
	kept map[string]bool
}

// Prepare makes the temporary tables of a plan.
func (c *Calculation) Prepare(ctx context.Context, p Plan) (*Prepared, error) {
	if err := c.makeWindows(ctx, p.Windows); err != nil {
		return nil, fmt.Errorf("calculation: number the windows: %w", err)
	}
	if err := c.makeOwed(ctx, p); err != nil {
		return nil, fmt.Errorf("calculation: list what is owed: %w", err)
	}
	if err := c.planDayTables(ctx, p); err != nil {
		return nil, fmt.Errorf("calculation: plan the tables of days: %w", err)
	}
	if err := c.makeReporting(ctx, p); err != nil {
		return nil, err
	}
	j, err := c.newJudge(ctx, p)
	if err != nil {
		return nil, err
	}
	return &Prepared{Calculation: c, plan: p, judge: j, standings: map[string]map[place]standing{}, kept: map[string]bool{}}, nil
}

// makeReporting lists who reported. Expectations that no indicator of the plan depends on
// are left out.
func (c *Calculation) makeReporting(ctx context.Context, p Plan) error {
	scope := c.counting(p, "")
	for n, e := range p.Expectations {
		if !p.dependsOn(e) {
			continue
		}
		d, _ := e.DayTable(scope)
		if err := c.makeDayTable(ctx, d); err != nil {
			return fmt.Errorf("calculation: on which days %s was delivered: %w", e.Job, err)
		}
		if err := c.exec(ctx, "INSERT INTO "+indicator.ReportingTable+" "+e.Reporting(n, scope)); err != nil {
			return fmt.Errorf("calculation: who reported to %s: %w", e.Job, err)
		}
	}
	return nil
}

func (c *Calculation) makeWindows(ctx context.Context, windows []campaign.Window) error {
	rows := make([]string, len(windows))
	for w, at := range windows {
		rows[w] = fmt.Sprintf("(%d, DATE '%s', DATE '%s')", w, at.Period.From, at.Period.To)
	}
	return c.makeTable(ctx, indicator.WindowTable, "w INTEGER, start_on DATE, stop_on DATE", rows)
}

// makeOwed lists the windows that units owe between the first day and the last of what
// is asked about.
func (c *Calculation) makeOwed(ctx context.Context, p Plan) error {
	if err := c.makeTable(ctx, indicator.ReportingTable, "e INTEGER, w INTEGER, facility VARCHAR, reports BOOLEAN", nil); err != nil {
		return err
	}
	var rows []string
	for e, x := range p.Expectations {
		n := 0
		for _, span := range spans(p.Windows) {
			for _, owed := range x.Windows(span.From, span.To, c.basis.Today) {
				rows = append(rows, fmt.Sprintf("(%d, %d, DATE '%s', DATE '%s')", e, n, owed.From, owed.To))
				n++
			}
		}
	}
	return c.makeTable(ctx, indicator.OwedTable, "e INTEGER, n INTEGER, from_on DATE, to_on DATE", rows)
}

// spans is the days from the first of all windows to the last, none where there are no
// windows.
func spans(windows []campaign.Window) []calendar.Period {
	if len(windows) == 0 {
		return nil
	}
	whole := windows[0].Period
	for _, w := range windows[1:] {
		whole.From, whole.To = min(whole.From, w.Period.From), max(whole.To, w.Period.To)
	}
	return []calendar.Period{whole}
}

func (c *Calculation) makeTable(ctx context.Context, name, columns string, rows []string) error {
	if err := c.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s (%s)", bare(name), columns)); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	return c.exec(ctx, "INSERT INTO "+name+" VALUES "+strings.Join(rows, ", "))
}

// bare is the name of a temporary table where it is made.
func bare(name string) string { return strings.TrimPrefix(name, "temp.") }
