package calculation

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// Evidence is what stands behind a figure. That of an indicator without a definition is
// empty.
type Evidence struct {
	// Numerator and Denominator are statements that give the two numbers, over the
	// tables of the published file alone. Denominator is empty where there is none, and
	// both are for a share of units that meet a target: verdicts are no rows.
	Numerator, Denominator string
	// Silent are the facilities of the unit that owe something and have not reported.
	Silent []campaign.Unit
	// Unplaced counts the rows of the numerator for which no unit below the province is
	// known; they count in the province alone.
	Unplaced int64
	// Sources are the deliveries of the numerator's rows, those of the most rows first,
	// then those of the rows that let them count, where it takes any.
	// There are at most as many as were asked for; OtherSources counts the others and
	// OtherRows their rows.
	Sources      []Source
	OtherSources int
	OtherRows    int64
}

// Source is a delivery that rows of a figure came in.
type Source struct {
	// Delivery is the receipt sequence and Job who pulled it, empty where neither is
	// told in the published file.
	Delivery   int64
	Job        string
	ReceivedAt time.Time
	Rows       int64
}

// Explain gathers what stands behind a figure of a plan that was counted just before,
// with at most that many sources.
func (c *Calculation) Explain(ctx context.Context, p Plan, f campaign.Figure, sources int) (Evidence, error) {
	d := f.Entry.Definition
	if d == nil {
		return Evidence{}, nil
	}
	scope := indicator.Scope{Rows: c.askable, Province: p.Campaign.Province.Code, List: p.Campaign.Province.List}
	asked := indicator.Asked{Level: f.Unit.Level, Code: f.Unit.Code, Days: d.Days(f.Window.Period)}
	var e Evidence
	if t := f.Entry.Target; t == nil || t.EachUnit == "" || f.Unit.Level != indicator.Province {
		e.Numerator = d.Numerator.Question(scope, asked)
		if d.Denominator != nil {
			e.Denominator = d.Denominator.Question(scope, asked)
		}
	}
	var err error
	if e.Silent, err = c.silent(ctx, p, f); err != nil {
		return e, fmt.Errorf("calculation: who did not report for %s: %w", f.Entry.ID, err)
	}
	if d.Numerator.Reference {
		return e, nil
	}
	if len(d.Numerator.Units) > 0 && f.Unit.Level == indicator.Province {
		if err := c.basis.Conn.QueryRowContext(ctx, d.Numerator.Unplaced(scope, asked)).Scan(&e.Unplaced); err != nil {
			return e, fmt.Errorf("calculation: rows of no known unit of %s: %w", f.Entry.ID, err)
		}
	}
	for _, statement := range []string{d.Numerator.Sources(scope, asked), d.Numerator.MatchSources(scope, asked)} {
		if err := c.sources(ctx, &e, statement, sources); err != nil {
			return e, fmt.Errorf("calculation: deliveries of %s: %w", f.Entry.ID, err)
		}
	}
	return e, nil
}

// askable is the relation of the rows of a dataset as a person would write it.
func (c *Calculation) askable(dataset string) string {
	return strings.TrimPrefix(c.rows(dataset), "main.")
}

// silent names the facilities within the unit that have not reported in the window.
func (c *Calculation) silent(ctx context.Context, p Plan, f campaign.Figure) ([]campaign.Unit, error) {
	numbers, w := p.numbers(f.Entry), slices.Index(p.Windows, f.Window)
	if len(numbers) == 0 || w < 0 {
		return nil, nil
	}
	column := string(f.Unit.Level)
	query := fmt.Sprintf(`SELECT s.facility FROM (%s) AS s JOIN %s AS p ON p.kind = 'facility' AND p.code = s.facility
		AND DATE '%s' BETWEEN p.from_on AND p.to_on WHERE p.%s = %s ORDER BY s.facility`,
		indicator.Silent(numbers, w, p.Campaign.Province.Code, p.Campaign.Province.List), indicator.PlaceTable, f.Window.Period.To, column, sqltext.Text(f.Unit.Code))
	var units []campaign.Unit
	err := c.each(ctx, query, func(rows *sql.Rows) error {
		at := place{level: indicator.Facility}
		if err := rows.Scan(&at.unit); err != nil {
			return err
		}
		units = append(units, c.unit("", at, f.Window.Period.To))
		return nil
	})
	return units, err
}

// sources reads the deliveries of rows, and adds up those beyond the first few.
func (c *Calculation) sources(ctx context.Context, e *Evidence, statement string, most int) error {
	if statement == "" {
		return nil
	}
	query := fmt.Sprintf(`SELECT s.delivery, coalesce(p.job, ''), p.received_at, s.rows FROM (%s) AS s
		LEFT JOIN %s AS p ON p.payload = s.delivery ORDER BY s.rows DESC, s.delivery`, statement, c.table("main", "payload"))
	return c.each(ctx, query, func(rows *sql.Rows) error {
		var s Source
		var delivery sql.NullInt64
		var at sql.NullTime
		if err := rows.Scan(&delivery, &s.Job, &at, &s.Rows); err != nil {
			return err
		}
		s.Delivery, s.ReceivedAt = delivery.Int64, at.Time
		if len(e.Sources) < most {
			e.Sources = append(e.Sources, s)
			return nil
		}
		e.OtherSources++
		e.OtherRows += s.Rows
		return nil
	})
}
