package campaign

import (
	"math/big"

	"thidua/transform/calendar"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Annual is a printed figure of a year. It belongs to no cut-off of the campaign and
// stands by itself.
type Annual struct {
	Year int
	Reported
}

// ReportedFor returns what the text printed for the campaign's own unit and the
// window, nil where it printed nothing. A figure with a day is of that cut-off, one
// that is "to date" is of the last day of the campaign. A count that begins anew with
// the period is moreover of the calendar in which the campaign or its report of that
// day counts; what stands on a day is the same in both.
func (c *Campaign) ReportedFor(e *Entry, w Window) *Reported {
	if w.Extent != ToDate {
		return nil
	}
	for _, d := range e.Reported {
		on, ok := c.printedOn(d)
		if ok && on == w.Period.To && (!e.beginsAnew() || c.reportsIn(w)) {
			r := e.workedOut(d)
			return &r
		}
	}
	return nil
}

// AnnualReported lists the printed figures that are of a year, as they are declared.
func (e *Entry) AnnualReported() []Annual {
	var all []Annual
	for _, d := range e.Reported {
		if d.Year != 0 {
			all = append(all, Annual{Year: d.Year, Reported: e.workedOut(d)})
		}
	}
	return all
}

// printedOn returns the cut-off of a printed figure, false for one of a year.
func (c *Campaign) printedOn(d ReportedDeclaration) (calendar.Day, bool) {
	if d.Year != 0 {
		return 0, false
	}
	if d.On == "" {
		return c.Period.To, true
	}
	on, err := calendar.ParseDay(d.On)
	return on, err == nil
}

// beginsAnew reports whether the figure counts from the beginning of the period.
func (e *Entry) beginsAnew() bool {
	switch e.Behaviour {
	case indicator.Ratio, indicator.Cumulative, indicator.CumulativeDistinct:
		return true
	}
	return false
}

// reportsIn reports whether the figures of that cut-off are counted in the calendar
// of the window: that of a report of the day, the campaign's where there is none.
func (c *Campaign) reportsIn(w Window) bool {
	declared := false
	for _, r := range c.Reports {
		if r.CutOffOn == w.Period.To {
			declared = true
			if r.Calendar == w.Calendar {
				return true
			}
		}
	}
	return !declared && w.Calendar == c.Calendar
}

// workedOut returns the printed figure with its value: numerator / denominator ×
// scale where both were printed, else the printed value, else the numerator.
func (e *Entry) workedOut(d ReportedDeclaration) Reported {
	r := Reported{Numerator: number(d.Numerator), Denominator: number(d.Denominator), Printed: d.Printed}
	switch {
	case d.Numerator != nil && d.Denominator != nil && d.Denominator.Rat().Sign() != 0:
		value := new(big.Rat).Quo(d.Numerator.Rat(), d.Denominator.Rat())
		r.Value = float(value.Mul(value, e.scale()))
	case d.Value != nil:
		r.Value = number(d.Value)
	case d.Denominator == nil:
		r.Value = number(d.Numerator)
	}
	return r
}

func number(n *declaration.Number) *float64 {
	if n == nil {
		return nil
	}
	f := n.Float()
	return &f
}

// Fulfilment counts targets: how many were assigned, how many of these are met and,
// of the met ones, how many exceeded.
type Fulfilment struct{ Assigned, Met, Exceeded int }

// Summary counts the targets of figures of one unit at one cut-off, each entry once.
// Months and figures without a target do not count.
func Summary(figures []Figure) Fulfilment {
	var sum Fulfilment
	seen := make(map[*Entry]bool)
	for _, f := range figures {
		if f.Window.Extent != ToDate || f.Entry.Target == nil || seen[f.Entry] {
			continue
		}
		seen[f.Entry] = true
		sum.Assigned++
		switch f.Verdict.Status {
		case Met:
			sum.Met++
		case Exceeded:
			sum.Met++
			sum.Exceeded++
		}
	}
	return sum
}
