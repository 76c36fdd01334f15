package warehouse

import (
	"context"
	"slices"

	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// movement is what a computing judges and writes of a campaign: the cells that are not
// as they stood, and with them whatever is judged together.
type movement struct {
	cells []calculation.Cell
	// entries are the indicators of the cells, and those that nothing can be counted for
	// whose figures do not stand yet.
	entries []*campaign.Entry
}

// moved leaves out the cells whose verdict cannot have changed: counted as they stood,
// by the same definition against the same target. Most figures of most rounds are such.
func (r *reckoning) moved(p calculation.Plan, before stood, cells []calculation.Cell, change calculation.Change) movement {
	all := r.whole || slices.Contains(change.Datasets, calculation.AssignedDataset)
	changed := func(c calculation.Cell) bool {
		was, stood := before.values[c.Key()]
		return all || !stood || !unmoved(was.count, c.Count)
	}
	moved := map[*campaign.Entry]bool{}
	for _, c := range cells {
		moved[c.Entry] = moved[c.Entry] || changed(c)
	}
	// Nothing that moved is not the same as everything, which nil would ask for.
	m := movement{entries: []*campaign.Entry{}}
	for _, c := range cells {
		// Where every unit has to meet a target, the whole is judged by all of its parts.
		together := c.Entry.Target != nil && c.Entry.Target.EachUnit != "" && moved[c.Entry]
		if together || changed(c) {
			m.cells = append(m.cells, c)
		}
	}
	for _, e := range p.Campaign.Entries() {
		if moved[e] || e.Definition == nil && (all || !before.stands(p, e)) {
			m.entries = append(m.entries, e)
		}
	}
	return m
}

// stands reports whether an indicator that nothing can be counted for has its figures in
// all windows of the plan.
func (s stood) stands(p calculation.Plan, e *campaign.Entry) bool {
	for _, w := range p.Windows {
		key := calculation.Key{ID: e.ID, Level: indicator.Province, Code: p.Campaign.Province.Code, Window: w}
		if _, ok := s.values[key]; !ok && w.Extent == campaign.ToDate {
			return false
		}
	}
	return true
}

// unmoved reports whether two counts are equal in everything that a verdict looks at.
func unmoved(a, b campaign.Count) bool {
	return sameCount(a, b) && a.Unassigned == b.Unassigned && a.UnitsReported == b.UnitsReported && a.UnitsExpected == b.UnitsExpected &&
		slices.Equal(a.NeverReceived, b.NeverReceived)
}

// figureKey is a figure of a campaign.
type figureKey struct {
	campaign string
	calculation.Key
}

// leave lists the figures that stood and stand no more: those of windows that are not
// asked for any longer, and of units without anything to count.
func (r *reckoning) leave(p calculation.Plan, before stood, cells []calculation.Cell) []figureKey {
	stands := make(map[calculation.Key]bool, len(cells))
	for _, c := range cells {
		stands[c.Key()] = true
	}
	uncounted, asked := map[string]bool{}, map[campaign.Window]bool{}
	for _, e := range p.Campaign.Entries() {
		uncounted[e.ID] = e.Definition == nil
	}
	for _, w := range p.Windows {
		asked[w] = true
	}
	var gone []figureKey
	for k := range before.values {
		if !stands[k] && !(uncounted[k.ID] && asked[k.Window]) {
			gone = append(gone, figureKey{p.Campaign.Name, k})
		}
	}
	return gone
}

// rewritten lists the figures whose rows are taken away before the new ones come.
var rewritten = table{"temp.rewritten_figure", "", []column{
	{"campaign", text, ""},
	{"id", text, ""},
	{"unit_level", text, ""},
	{"unit", text, ""},
	{"extent", text, ""},
	{"calendar", text, ""},
	{"period_from", day, ""},
	{"period_to", day, ""},
}}

// rewrite lists the rows that are to be taken away in a temporary table.
func (r *reckoning) rewrite(ctx context.Context) error {
	if err := r.exec(ctx, rewritten.recreate()); err != nil {
		return err
	}
	rows := newSheet(rewritten)
	add := func(campaign string, k calculation.Key) {
		rows.add(campaign, k.ID, string(k.Level), k.Code, string(k.Window.Extent), string(k.Window.Calendar), k.Window.Period.From, k.Window.Period.To)
	}
	for _, f := range r.figures {
		add(f.Campaign, keyOf(f))
	}
	for _, k := range r.gone {
		add(k.campaign, k.Key)
	}
	return r.save(ctx, rows)
}

// takeAway deletes the rows that are not as they stood; all of them where everything
// was counted.
func (r *reckoning) takeAway(ctx context.Context) error {
	for _, t := range []table{valueTable, statusTable} {
		statement := "DELETE FROM " + t.name
		if !r.whole {
			statement = `DELETE FROM ` + t.name + ` AS f USING temp.rewritten_figure AS w WHERE f.campaign = w.campaign AND f.id = w.id AND f.unit_level = w.unit_level
				AND f.unit = w.unit AND f.extent = w.extent AND f.calendar = w.calendar AND f.period_from = w.period_from AND f.period_to = w.period_to`
		}
		if err := r.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
