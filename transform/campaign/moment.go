package campaign

import "thidua/transform/calendar"

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
