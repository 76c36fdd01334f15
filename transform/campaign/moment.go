package campaign

import (
	"cmp"
	"slices"

	"thidua/transform/calendar"
)

// Moment is a cut-off by a calendar: events are counted through that day, and
// periods are those of the calendar.
type Moment struct {
	CutOffOn calendar.Day
	Calendar calendar.Calendar
}

// Extent says what a period of a figure is to its cut-off.
type Extent string

// The extents: from the beginning of the campaign to the cut-off, and one month.
const (
	ToDate  Extent = "to_date"
	OfMonth Extent = "month"
)

// Window is a period that figures are counted for. A figure of a period that is over
// does not depend on the day it is asked for: its cut-off is the last day of the
// period.
type Window struct {
	Extent   Extent
	Calendar calendar.Calendar
	Period   calendar.Period
}

// PeriodIn returns the days of the campaign by a calendar: the period that has the
// same name there, such as 15 December 2023 to 14 December 2024 for the year 2024 of
// the administrative calendar. Days without a name stay as they are.
func (c *Campaign) PeriodIn(cal calendar.Calendar) calendar.Period {
	return c.Calendar.In(cal, c.Period)
}

// Standing returns the moment that the campaign stands at on the morning of today:
// events through yesterday are counted, none behind the last day of the campaign. It
// is false where the campaign has not begun by then.
func (c *Campaign) Standing(today calendar.Day) (Moment, bool) {
	m := Moment{CutOffOn: min(today-1, c.Period.To), Calendar: c.Calendar}
	return m, m.CutOffOn >= c.Period.From
}

// Moments lists what is to be counted on the morning of today: the reports whose
// cut-off is over and the standing moment, each once, in the order of their cut-offs.
func (c *Campaign) Moments(today calendar.Day) []Moment {
	var all []Moment
	for _, r := range c.Reports {
		if r.CutOffOn < today {
			all = append(all, Moment{CutOffOn: r.CutOffOn, Calendar: r.Calendar})
		}
	}
	if m, begun := c.Standing(today); begun {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Moment) int {
		return cmp.Or(cmp.Compare(a.CutOffOn, b.CutOffOn), cmp.Compare(a.Calendar, b.Calendar))
	})
	return slices.Compact(all)
}

// Windows lists the periods that figures are counted for at the moment: from the
// beginning of the campaign to the cut-off first, then the months between them, the
// first and the last cut off where the campaign and the cut-off do. There are none
// before the campaign begins.
func (c *Campaign) Windows(m Moment) []Window {
	whole := calendar.Period{From: c.PeriodIn(m.Calendar).From, To: m.CutOffOn}
	if whole.Days() == 0 {
		return nil
	}
	all := []Window{{Extent: ToDate, Calendar: m.Calendar, Period: whole}}
	for _, month := range m.Calendar.Months(whole) {
		within := calendar.Period{From: max(month.From, whole.From), To: min(month.To, whole.To)}
		all = append(all, Window{Extent: OfMonth, Calendar: m.Calendar, Period: within})
	}
	return all
}
