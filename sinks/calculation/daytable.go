package calculation

import (
	"context"
	"fmt"
	"slices"

	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// dayTable is a table of days and codes that is made when a measure first needs it,
// with the amounts of all measures of its plan that it serves.
type dayTable struct {
	name    string
	amounts []string
	made    bool
}

// elsewhereTable holds the codes whose rows need not be read.
const elsewhereTable = "temp.counting_elsewhere"

// planDayTables drops the tables of the plan before, and lists those of this one.
func (c *Calculation) planDayTables(ctx context.Context, p Plan) error {
	for _, t := range c.dayTables {
		if t.made {
			if err := c.exec(ctx, "DROP TABLE IF EXISTS "+t.name); err != nil {
				return err
			}
		}
	}
	c.dayTables = map[indicator.DayTable]*dayTable{}
	if len(p.Windows) == 0 {
		return nil
	}
	if err := c.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+bare(elsewhereTable)+" AS "+indicator.Elsewhere(c.counting(p, ""))); err != nil {
		return err
	}
	scope := c.counting(p, "")
	for _, x := range p.Expectations {
		c.planDayTable(x.DayTable(scope))
	}
	for _, e := range p.entries() {
		for _, m := range e.Definition.Measures() {
			if d, amount, ok := e.Definition.DayTable(m, scope); ok {
				c.planDayTable(d, amount)
			}
		}
	}
	return nil
}

func (c *Calculation) planDayTable(d indicator.DayTable, amount string) {
	t := c.dayTables[d]
	if t == nil {
		t = &dayTable{name: fmt.Sprintf("temp.counting_day%d", len(c.dayTables))}
		c.dayTables[d] = t
	}
	if !slices.Contains(t.amounts, amount) {
		t.amounts = append(t.amounts, amount)
	}
}

// makeDayTables makes what the measures of an indicator are counted from.
func (c *Calculation) makeDayTables(ctx context.Context, p Plan, e *campaign.Entry) error {
	for _, m := range e.Definition.Measures() {
		if d, _, ok := e.Definition.DayTable(m, c.counting(p, "")); ok {
			if err := c.makeDayTable(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Calculation) makeDayTable(ctx context.Context, d indicator.DayTable) error {
	t := c.dayTables[d]
	if t == nil || t.made {
		return nil
	}
	t.made = true
	return c.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+bare(t.name)+" AS "+d.Statement(t.amounts))
}

// dayTable finds a table that has been made, and its column of an amount.
func (c *Calculation) dayTable(d indicator.DayTable, amount string) (table, column string, made bool) {
	t := c.dayTables[d]
	if t == nil || !t.made {
		return "", "", false
	}
	n := slices.Index(t.amounts, amount)
	return t.name, fmt.Sprintf("amount%d", n), n >= 0
}

// counting is the scope of a plan that has been prepared, with the tables that spare an
// engine to read all rows for each measure.
func (c *Calculation) counting(p Plan, touched string) indicator.Scope {
	s := c.scope(p, touched)
	for _, span := range spans(p.Windows) {
		s.From, s.To = span.From, span.To
		s.Elsewhere, s.DayTable = elsewhereTable, c.dayTable
	}
	return s
}
