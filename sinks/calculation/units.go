package calculation

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// PlacedUnit is a unit with those it lies in, empty where it lies in none.
type PlacedUnit struct {
	campaign.Unit
	District, Commune string
}

// In reports whether the unit is the one of that level and code, or lies in it.
func (u PlacedUnit) In(level indicator.Level, code string) bool {
	switch level {
	case indicator.Province:
		return true
	case indicator.District:
		return u.District == code
	case indicator.Commune:
		return u.Commune == code
	}
	return u.Level == level && u.Code == code
}

// Units lists the units of a province as they are on a day, by level and code.
func (c *Calculation) Units(ctx context.Context, in campaign.Area, on calendar.Day) ([]PlacedUnit, error) {
	query := fmt.Sprintf(`SELECT DISTINCT kind, code, coalesce(district, ''), coalesce(commune, '') FROM %s
		WHERE province = %s AND list = %s AND DATE '%s' BETWEEN from_on AND to_on`, indicator.PlaceTable, sqltext.Text(in.Code), sqltext.Text(in.List), on)
	var units []PlacedUnit
	err := c.each(ctx, query, func(rows *sql.Rows) error {
		var u PlacedUnit
		var level string
		var at place
		if err := rows.Scan(&level, &at.unit, &u.District, &u.Commune); err != nil {
			return err
		}
		at.level = indicator.Level(level)
		u.Unit = c.unit(in.List, at, on)
		units = append(units, u)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("calculation: list the units: %w", err)
	}
	slices.SortFunc(units, func(a, b PlacedUnit) int { return Compare(Cell{Unit: a.Unit}, Cell{Unit: b.Unit}) })
	return units, nil
}
