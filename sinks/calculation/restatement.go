package calculation

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"thidua/transform/campaign"
	"thidua/transform/sqltext"
)

// Restatement is a change of a figure that had been published.
type Restatement struct {
	FromNumerator, ToNumerator     *float64
	FromDenominator, ToDenominator *float64
	FromValue, ToValue             *float64
	FromKnownAt, ToKnownAt         time.Time
	// Cause joins late, amended, removed and definition by +, Through names the
	// deliveries by job and sequence.
	Cause, Through string
}

// Restatements lists the changes of the figure that are known, the oldest first.
func (c *Calculation) Restatements(ctx context.Context, f campaign.Figure) ([]Restatement, error) {
	query := fmt.Sprintf(`SELECT from_numerator, to_numerator, from_denominator, to_denominator, from_value, to_value, from_known_at, to_known_at, cause, through
		FROM %s WHERE campaign = %s AND id = %s AND unit_level = %s AND unit = %s AND extent = %s AND calendar = %s AND period_from = DATE '%s' AND period_to = DATE '%s'`,
		c.table("main", "restatement"), sqltext.Text(f.Campaign), sqltext.Text(f.Entry.ID), sqltext.Text(string(f.Unit.Level)), sqltext.Text(f.Unit.Code),
		sqltext.Text(string(f.Window.Extent)), sqltext.Text(string(f.Window.Calendar)), f.Window.Period.From, f.Window.Period.To)
	if at := c.basis.KnownAt; !at.IsZero() {
		query += " AND to_known_at <= " + sqltext.Instant(at)
	}
	var list []Restatement
	err := c.each(ctx, query+" ORDER BY to_known_at", func(rows *sql.Rows) error {
		var r Restatement
		err := rows.Scan(&r.FromNumerator, &r.ToNumerator, &r.FromDenominator, &r.ToDenominator, &r.FromValue, &r.ToValue, &r.FromKnownAt, &r.ToKnownAt, &r.Cause, &r.Through)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("calculation: read the restatements of %s: %w", f.Entry.ID, err)
	}
	return list, nil
}
