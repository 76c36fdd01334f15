package calculation

import (
	"context"
	"database/sql"

	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// AssignedDataset holds the targets that were given to single units.
const AssignedDataset = "unit_target"

// assignment is a promise of one unit.
type assignment struct {
	id    string
	level indicator.Level
	code  string
}

// assigned reads the targets of single units. Of several for one unit the latest
// decision holds.
func (c *Calculation) assigned(ctx context.Context, of *campaign.Campaign) (map[assignment]declaration.Number, error) {
	assigned := map[assignment]declaration.Number{}
	query := "SELECT id, unit_level, unit_code, CAST(amount AS VARCHAR) FROM " + c.rows(AssignedDataset) + " WHERE campaign = " + literal(of.Name) + " AND amount IS NOT NULL ORDER BY decided_on NULLS FIRST"
	err := c.each(ctx, query, func(rows *sql.Rows) error {
		var a assignment
		var level, value string
		if err := rows.Scan(&a.id, &level, &a.code, &value); err != nil {
			return err
		}
		n, err := declaration.ParseNumber(value)
		a.level = indicator.Level(level)
		assigned[a] = n
		return err
	})
	return assigned, err
}

// own is the entry with the target of the unit, where it was given one.
func (j judge) own(e *campaign.Entry, u campaign.Unit) (*campaign.Entry, bool) {
	value, given := j.assigned[assignment{e.ID, u.Level, u.Code}]
	if !given {
		return e, false
	}
	target := campaign.Target{Comparison: campaign.AtLeast, Value: value}
	if e.Target != nil {
		target.Comparison, target.DueOn = e.Target.Comparison, e.Target.DueOn
	}
	own := *e
	own.Target, own.Baseline = &target, nil
	return &own, true
}
