package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// sight is what figures of an indicator look at: the datasets that are counted, and
// those that say who owes and has reported what.
type sight struct {
	entry        *campaign.Entry
	expectations []*indicator.Expectation
}

// traceWidely names, for figures without a cause, all rows that came or went in what
// they look at, through the end of their windows: of whatever unit, and whether or not
// the measure counts them.
func (r *reckoning) traceWidely(ctx context.Context, t tracing, s sight, suspects []suspect, found []cause) error {
	for _, ofUnits := range []bool{false, true} {
		var untold []int
		var ends []calendar.Day
		for i, x := range suspects {
			if len(found[i].through) > 0 || countsUnits(s.entry, x.figure) != ofUnits {
				continue
			}
			untold = append(untold, i)
			if end := x.figure.Window.Period.To; !slices.Contains(ends, end) {
				ends = append(ends, end)
			}
		}
		parts := t.wideParts(s, ofUnits, ends)
		if len(ends) == 0 || len(parts) == 0 {
			continue
		}
		through := make([]cause, len(ends))
		if err := r.trace(ctx, parts, through); err != nil {
			return err
		}
		for _, i := range untold {
			found[i] = through[slices.Index(ends, suspects[i].figure.Window.Period.To)]
		}
	}
	return nil
}

// wideParts returns a statement for each dataset that figures look at and that changed.
// Who reported matters to figures that count units alone: no other number depends on it.
func (t tracing) wideParts(s sight, ofUnits bool, ends []calendar.Day) []string {
	var parts []string
	look := func(source, at, which string) {
		if slices.Contains(t.changed, source) {
			parts = append(parts, t.widePart(source, at, which, ends))
		}
	}
	d := s.entry.Definition
	for _, m := range d.Measures() {
		look(m.Of, m.At, "true")
		if m.Matching != nil {
			look(m.Matching.Of, "", "true")
		}
	}
	if d.NeedsLinks() {
		look(indicator.LinkDataset, "", "true")
	}
	if !ofUnits {
		return parts
	}
	for _, x := range s.expectations {
		if slices.Contains(d.Datasets(), x.Of) {
			look(x.Of, x.At, "true")
			look(indicator.ZeroDataset, "from_on", "feed = "+sqltext.Text(x.Job))
		}
	}
	look(calculation.AssignedDataset, "", fmt.Sprintf("campaign = %s AND id = %s", sqltext.Text(t.campaign.Name), sqltext.Text(s.entry.ID)))
	return parts
}

// widePart finds, for each end of windows, the dossiers of a dataset whose rows came or
// went, and how many rows that is. A dataset that no column places in time is looked at
// whole.
func (t tracing) widePart(source, at, which string, ends []calendar.Day) string {
	within := "true"
	if at != "" {
		within = fmt.Sprintf("CAST(r.%s AS DATE) <= c.to_on", sqltext.Name(at))
	}
	days := make([]string, len(ends))
	for i, end := range ends {
		days[i] = fmt.Sprintf("(%d::BIGINT, DATE '%s')", i, end)
	}
	return fmt.Sprintf(`SELECT cell, %s AS source, dossier, changed_how AS how, changed_through AS through, greatest(count(*) FILTER (changed_came), count(*) FILTER (NOT changed_came)) AS n
FROM (SELECT * FROM %s WHERE %s) AS r JOIN (VALUES %s) AS c(cell, to_on) ON %s GROUP BY ALL`,
		sqltext.Text(source), t.rowsOf(source), which, strings.Join(days, ", "), within)
}
