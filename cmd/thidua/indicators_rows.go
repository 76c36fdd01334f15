package main

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
)

// figureKeys are the keys of a figure for programs, in their order.
func figureKeys() []string {
	return []string{
		"campaign", "task", "id", "indicator", "unit", "period_from", "period_to", "calendar", "numerator", "denominator",
		"value", "target", "expected", "attainment", "status", "units_reported", "units_expected", "value_kind", "cut_off_on", "known_at",
		"unit_level", "unit_name", "unit_list", "extent", "unassigned", "provisional", "incomplete", "over_hundred", "reason_vi", "reason_en",
		"reported_numerator", "reported_denominator", "reported_value", "difference", "waits_for",
	}
}

// figureRows are figures as programs read them: true values, never rounded, nil for what
// there is not, instants in UTC.
func (a *app) figureRows(figures []campaign.Figure) [][]any {
	var rows [][]any
	for _, f := range figures {
		v, printed := f.Verdict, campaign.Reported{}
		if f.Reported != nil {
			printed = *f.Reported
		}
		var definition, waits any
		if f.Entry.Definition != nil {
			definition = f.Entry.Definition.Name
		}
		if f.Entry.WaitsFor != nil {
			waits = f.Entry.WaitsFor.Text().In(a.language())
		}
		rows = append(rows, []any{
			f.Campaign, f.Entry.Task, f.Entry.ID, definition, f.Unit.Code, f.Window.Period.From, f.Window.Period.To, string(f.Window.Calendar),
			optional(f.Count.Numerator), optional(f.Count.Denominator),
			optional(v.Value), optional(v.Target), optional(v.Expected), optional(v.Attainment), string(v.Status),
			f.Count.UnitsReported, f.Count.UnitsExpected, string(f.Kind), f.CutOffOn, instantOrNil(f.KnownAt),
			string(f.Unit.Level), f.Unit.Name, textOrNil(f.Unit.List), string(f.Window.Extent), exactly(f.Count.Unassigned),
			v.Provisional, v.Incomplete, v.OverHundred, v.Reason.Vi, v.Reason.En,
			optional(printed.Numerator), optional(printed.Denominator), optional(printed.Value), optional(f.Difference), waits,
		})
	}
	for _, row := range rows {
		for i, cell := range row {
			if d, ok := cell.(calendar.Day); ok {
				row[i] = d.String()
			}
		}
	}
	return rows
}

// exactly is a number with all its digits and without an exponent.
type exactly float64

// String writes the number with a point.
func (n exactly) String() string { return strconv.FormatFloat(float64(n), 'f', -1, 64) }

// MarshalJSON writes the number as JSON has it.
func (n exactly) MarshalJSON() ([]byte, error) { return json.RawMessage(n.String()), nil }

// optional is a number that may not be there, nil then.
func optional(n *float64) any {
	if n == nil {
		return nil
	}
	return exactly(*n)
}

// instantOrNil is an instant in UTC, nil where there is none.
func instantOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

// textOrNil is a text, nil where it is empty.
func textOrNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// printFiguresCSV writes figures for a spreadsheet, the header before the first of them
// only. Numbers have the sign before the decimals that the language has: a Vietnamese
// spreadsheet takes a point for one between thousands.
func (a *app) printFiguresCSV(figures []campaign.Figure, header bool) error {
	rows := a.figureRows(figures)
	for _, row := range rows {
		for i, cell := range row {
			switch v := cell.(type) {
			case exactly:
				row[i] = strings.Replace(v.String(), ".", a.pick(",", "."), 1)
			case time.Time:
				row[i] = v.Format(time.RFC3339Nano)
			}
		}
	}
	var out strings.Builder
	if err := printCSV(&out, table{names: figureKeys(), rows: rows}); err != nil {
		return err
	}
	text := out.String()
	if !header {
		_, text, _ = strings.Cut(text, "\n")
	}
	_, err := io.WriteString(a.out, text)
	return err
}
