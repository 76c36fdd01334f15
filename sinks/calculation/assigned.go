package calculation

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// AssignedDataset holds the targets that were given to single units.
const AssignedDataset = "unit_target"

// assignment is a promise of one unit. The id and the level are in lower case.
type assignment struct {
	id    string
	level indicator.Level
	code  string
}

// assign names the promise that rows and campaigns mean, however either writes it.
func assign(id, level, code string) assignment {
	return assignment{strings.ToLower(id), indicator.Level(strings.ToLower(level)), code}
}

// assigned reads the targets of single units. Of several for one unit the latest
// decision holds; of one day the one that names the list.
//
// Codes of areas were used again on 1 July 2025: a row counts where its list is that of
// the campaign, or where it names none. Jobs may store codes in upper case, campaigns
// are written in lower case, so case tells none of them apart.
func (c *Calculation) assigned(ctx context.Context, of *campaign.Campaign) (map[assignment]declaration.Number, error) {
	assigned := map[assignment]declaration.Number{}
	err := c.each(ctx, c.assignments(of), func(rows *sql.Rows) error {
		var id, level, code, value string
		if err := rows.Scan(&id, &level, &code, &value); err != nil {
			return err
		}
		// A target of 4 is read as 4.0000 and said as 4.
		if strings.Contains(value, ".") {
			value = strings.TrimRight(strings.TrimRight(value, "0"), ".")
		}
		n, err := declaration.ParseNumber(value)
		assigned[assign(id, level, code)] = n
		return err
	})
	return assigned, err
}

// assignments asks for the targets of the campaign's units, the one that holds last. A
// province may declare the dataset without the list: its rows then name none.
func (c *Calculation) assignments(of *campaign.Campaign) string {
	return fmt.Sprintf(`SELECT id, unit_level, unit_code, CAST(amount AS VARCHAR)
FROM (SELECT CAST(NULL AS VARCHAR) AS unit_list WHERE false UNION ALL BY NAME SELECT * FROM %s)
WHERE lower(campaign) = lower(%s) AND amount IS NOT NULL
	AND (lower(unit_level) = %s OR coalesce(unit_list, '') = '' OR lower(unit_list) = lower(%s))
ORDER BY decided_on NULLS FIRST, unit_list NULLS FIRST, amount`,
		c.rows(AssignedDataset), sqltext.Text(of.Name), sqltext.Text(string(indicator.Facility)), sqltext.Text(of.Province.List))
}

// own is the entry with the target of the unit, where it was given one.
func (j judge) own(e *campaign.Entry, u campaign.Unit) (*campaign.Entry, bool) {
	value, given := j.assigned[assign(e.ID, string(u.Level), u.Code)]
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
