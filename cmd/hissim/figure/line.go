package figure

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Line is one figure as it is told: a line of JSON. The cut-off is the last day of
// the period. A part that the figure has not is null; a unit without anything in
// either part has no line.
type Line struct {
	Campaign    string   `json:"campaign"`
	ID          string   `json:"id"`
	Level       Level    `json:"level"`
	Unit        string   `json:"unit"`
	Calendar    Calendar `json:"calendar"`
	PeriodFrom  string   `json:"period_from"`
	PeriodTo    string   `json:"period_to"`
	CutOffOn    string   `json:"cut_off_on"`
	Numerator   *int     `json:"numerator"`
	Denominator *int     `json:"denominator"`
}

// Lines counts all figures: by indicator, period, level and unit.
func (b *Book) Lines() []Line {
	if b == nil {
		return nil
	}
	var all []Line
	for _, one := range b.campaign.indicators {
		var numerator, denominator counter
		if one.numerator != nil {
			numerator = one.numerator(b)
		}
		if one.denominator != nil {
			denominator = one.denominator(b)
		}
		for _, w := range windows(b.campaign.spans) {
			all = append(all, b.lines(one.id, w, numerator, denominator)...)
		}
	}
	return all
}

// lines are those of one figure and period, in the order of units.
func (b *Book) lines(id string, w window, numerator, denominator counter) []Line {
	var above, below map[unit]int
	units := map[unit]bool{}
	if numerator != nil {
		above = numerator(w)
	}
	if denominator != nil {
		below = denominator(w)
	}
	var all []Line
	for _, cells := range []map[unit]int{above, below} {
		for u := range cells {
			if units[u] {
				continue
			}
			units[u] = true
			all = append(all, Line{
				Campaign: b.campaign.name, ID: id, Level: u.level, Unit: u.code, Calendar: w.calendar,
				PeriodFrom: w.from.String(), PeriodTo: w.to.String(), CutOffOn: w.to.String(),
				Numerator: part(numerator, above, u), Denominator: part(denominator, below, u),
			})
		}
	}
	slices.SortFunc(all, func(x, y Line) int {
		if x.Level != y.Level {
			return slices.Index(levels(), x.Level) - slices.Index(levels(), y.Level)
		}
		return strings.Compare(x.Unit, y.Unit)
	})
	return all
}

// part is the number of a unit, nil where nothing is counted.
func part(counted counter, cells map[unit]int, u unit) *int {
	if counted == nil {
		return nil
	}
	n := cells[u]
	return &n
}

// WriteJSON writes all figures, a line each.
func (b *Book) WriteJSON(w io.Writer) error {
	to := bufio.NewWriter(w)
	enc := json.NewEncoder(to)
	for _, line := range b.Lines() {
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("write the figures: %w", err)
		}
	}
	if err := to.Flush(); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return nil
}
