package calculation

import (
	"context"
	"database/sql"
	"fmt"

	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// standing is how many units owe and reported.
type standing struct{ expected, reported int }

// standing counts, for every place, who owes what an indicator depends on and reported.
// Indicators that depend on the same share an answer.
func (p *Prepared) standing(ctx context.Context, e *campaign.Entry) (map[place]standing, error) {
	numbers := p.plan.numbers(e)
	key := fmt.Sprint(numbers)
	found, known := p.standings[key]
	if known || len(numbers) == 0 {
		return found, nil
	}
	found = map[place]standing{}
	statement := indicator.Standing(numbers, p.plan.Campaign.Province.Code, p.plan.Campaign.Province.List)
	err := p.each(ctx, statement, func(rows *sql.Rows) error {
		var at place
		var level string
		var s standing
		if err := rows.Scan(&at.window, &level, &at.unit, &s.expected, &s.reported); err != nil {
			return err
		}
		at.level = indicator.Level(level)
		found[at] = s
		return nil
	})
	p.standings[key] = found
	return found, err
}
