package calculation

import (
	"context"
	"fmt"
	"time"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// Windows lists every window that figures of the campaign stand for on the morning of
// the day: those of its reports that have come, and those of yesterday.
func Windows(c *campaign.Campaign, today calendar.Day) []campaign.Window {
	var all []campaign.Window
	seen := map[campaign.Window]bool{}
	for _, m := range c.Moments(today) {
		for _, w := range c.Windows(m) {
			if !seen[w] {
				seen[w] = true
				all = append(all, w)
			}
		}
	}
	return all
}

// Figures counts and judges everything that is asked, in the order of the campaign's
// text, indicators that nothing can be counted for included. knownAt is told with each.
func (c *Calculation) Figures(ctx context.Context, p Plan, knownAt time.Time) ([]campaign.Figure, error) {
	prepared, err := c.Prepare(ctx, p)
	if err != nil {
		return nil, err
	}
	var figures []campaign.Figure
	for _, e := range p.asked() {
		var cells []Cell
		if e.Definition == nil {
			cells = prepared.Uncounted(e)
		} else if cells, err = prepared.Cells(ctx, e); err != nil {
			return nil, err
		}
		figures = append(figures, prepared.Judge(cells, knownAt)...)
	}
	return figures, nil
}

// Uncounted are the cells of an indicator without a definition: one for each cut-off.
func (p *Prepared) Uncounted(e *campaign.Entry) []Cell {
	var cells []Cell
	province := place{0, indicator.Province, p.plan.Campaign.Province.Code}
	for _, w := range p.plan.Windows {
		if w.Extent == campaign.ToDate {
			cells = append(cells, Cell{Entry: e, Window: w, Unit: p.unit(p.plan.Campaign.Province.List, province, w.Period.To)})
		}
	}
	return cells
}

// Judge gives a verdict on each cell of an indicator. Where every unit has to meet a
// target, the cells of the units are among them.
func (p *Prepared) Judge(cells []Cell, knownAt time.Time) []campaign.Figure {
	figures := make([]campaign.Figure, len(cells))
	for i, cell := range cells {
		figures[i] = p.judge.figure(cell, cells, knownAt)
	}
	return figures
}

// judge turns the cells of a campaign into figures.
type judge struct {
	campaign *campaign.Campaign
	assigned map[assignment]declaration.Number
	areas    map[levelOn]int
}

// newJudge reads what verdicts of a plan need beside the counts: the targets that were given
// to single units, and how many units there are.
func (c *Calculation) newJudge(ctx context.Context, p Plan) (judge, error) {
	assigned, err := c.assigned(ctx, p.Campaign)
	if err != nil {
		return judge{}, fmt.Errorf("calculation: read the targets of units: %w", err)
	}
	there, err := c.areas(ctx, p)
	if err != nil {
		return judge{}, fmt.Errorf("calculation: count the units that there are: %w", err)
	}
	return judge{p.Campaign, assigned, there}, nil
}

// levelOn is the units of a level that there are on a day.
type levelOn struct {
	level indicator.Level
	on    calendar.Day
}

// areas counts the areas of the levels whose every unit has a target to meet, on the
// last day of each window.
func (c *Calculation) areas(ctx context.Context, p Plan) (map[levelOn]int, error) {
	found := map[levelOn]int{}
	for _, e := range p.asked() {
		if e.Target == nil || e.Target.EachUnit == "" || e.Target.EachUnit == indicator.Facility {
			continue
		}
		for _, w := range p.Windows {
			k := levelOn{e.Target.EachUnit, w.Period.To}
			if _, counted := found[k]; counted {
				continue
			}
			var n int
			query := fmt.Sprintf("SELECT count(DISTINCT code) FROM %s WHERE kind = %s AND province = %s AND list = %s AND DATE '%s' BETWEEN from_on AND to_on",
				indicator.PlaceTable, sqltext.Text(string(k.level)), sqltext.Text(p.Campaign.Province.Code), sqltext.Text(p.Campaign.Province.List), k.on)
			if err := c.basis.Conn.QueryRowContext(ctx, query).Scan(&n); err != nil {
				return nil, err
			}
			found[k] = n
		}
	}
	return found, nil
}

// figure judges a cell. mine are all cells of the same indicator, for targets that
// every unit has to meet.
func (j judge) figure(cell Cell, mine []Cell, knownAt time.Time) campaign.Figure {
	e := cell.Entry
	f := campaign.Figure{
		Campaign: j.campaign.Name, Entry: e, Unit: cell.Unit, Window: cell.Window, Count: cell.Count,
		Kind: campaign.Actual, CutOffOn: cell.Window.Period.To, KnownAt: knownAt,
	}
	if e.Behaviour == indicator.Official {
		f.Kind = campaign.OfficialValue
	}
	switch own, assigned := j.own(e, cell.Unit); {
	case cell.Unit.Level != indicator.Province && assigned:
		f.Verdict = j.campaign.Judge(own, cell.Window, cell.Count)
	case cell.Unit.Level != indicator.Province && (e.Target == nil || e.Target.EachUnit != cell.Unit.Level):
		f.Verdict = j.campaign.Observe(e, cell.Count)
	case cell.Unit.Level == indicator.Province && e.Target != nil && e.Target.EachUnit != "":
		j.eachUnit(&f, mine)
	default:
		f.Verdict = j.campaign.Judge(e, cell.Window, cell.Count)
	}
	if cell.Unit.Level == indicator.Province {
		f.Reported = j.campaign.ReportedFor(e, cell.Window)
		compareWithText(&f)
	}
	return f
}

// eachUnit judges a target that every unit of a level has to meet. The figure is then of
// units: those that meet it, of those that could be judged, none of none where none could.
func (j judge) eachUnit(f *campaign.Figure, mine []Cell) {
	e, level := f.Entry, f.Entry.Target.EachUnit
	counts := units(mine, f.Window, level)
	there := f.Count.UnitsExpected
	if level != indicator.Facility {
		there = j.areas[levelOn{level, f.Window.Period.To}]
	}
	f.Verdict = j.campaign.JudgeUnits(e, f.Window, counts, there)
	meeting, judged := j.campaign.Meeting(e, f.Window, counts)
	numerator, denominator := float64(meeting), float64(judged)
	f.Count.Numerator, f.Count.Denominator = &numerator, &denominator
}

func units(cells []Cell, w campaign.Window, level indicator.Level) []campaign.Count {
	var counts []campaign.Count
	for _, c := range cells {
		if c.Window == w && c.Unit.Level == level {
			counts = append(counts, c.Count)
		}
	}
	return counts
}

// compareWithText takes the difference from the printed figure, or the printed figure
// itself where nothing was counted.
func compareWithText(f *campaign.Figure) {
	switch {
	case f.Reported == nil || f.Reported.Value == nil:
	case f.Verdict.Value != nil:
		difference := *f.Verdict.Value - *f.Reported.Value
		f.Difference = &difference
	default:
		f.Verdict.Value, f.Kind = f.Reported.Value, campaign.ReportedValue
	}
}
