// Package calendar counts days, periods and cut-offs in the two calendars that
// health departments report by at once, and names them.
//
// In the civil calendar a month runs from its first to its last day (TT 37/2019/TT-BYT).
// In the administrative calendar it runs from the 15th of the month before to the
// 14th, so that the half-year runs from 15 December to 14 June and the year from 15
// December to 14 December (NĐ 09/2019/NĐ-CP, articles 12 and 13).
package calendar

import (
	"errors"
	"time"
)

// Day is a calendar day of the local wall clock, counted from 1970-01-01.
type Day int32

// Bounds of the days that periods are made of: before and after everything.
const (
	First Day = -719162 // 0001-01-01
	Last  Day = 2932896 // 9999-12-31
)

// Sentinels of reading.
var (
	// ErrDay says that a text is no day of the form 2024-06-14.
	ErrDay = errors.New("not a day: write it as 2024-06-14")
	// ErrPeriod says that a text names no period.
	ErrPeriod = errors.New("not a period: write 2024, 2024-H1, 2024-9M, 2024-Q2, 2024-06, 2024-W23 or 2024-01-01..2024-06-14")
	// ErrCalendar says that a text names no calendar.
	ErrCalendar = errors.New("not a calendar: write civil or administrative")
)

// Calendar is one of the two calendars.
type Calendar string

// The calendars.
const (
	Civil          Calendar = "civil"
	Administrative Calendar = "administrative"
)

// Period is the days from From to To, both included.
type Period struct {
	From Day `json:"from"`
	To   Day `json:"to"`
}

// Zone returns the zone of all local clocks, Asia/Ho_Chi_Minh: seven hours ahead of UTC,
// without summer time since 1975. It is made here, not looked up: a machine without a
// table of zones has it too.
func Zone() *time.Location {
	const hour = 60 * 60
	return time.FixedZone("Asia/Ho_Chi_Minh", 7*hour)
}

// DayOf returns the day in which the instant falls on the clock of its location.
func DayOf(t time.Time) Day {
	year, month, day := t.Date()
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsADay)
}

const secondsADay = 24 * 60 * 60

// Date returns the midnight of the day in UTC.
func (d Day) Date() time.Time { return time.Unix(int64(d)*secondsADay, 0).UTC() }

// String writes the day as 2024-06-14.
func (d Day) String() string { return d.Date().Format(time.DateOnly) }

// Vi writes the day as Vietnamese readers do: 14/6/2024.
func (d Day) Vi() string { return d.Date().Format("2/1/2006") }

// ParseDay reads a day of the form 2024-06-14, or returns ErrDay.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return 0, ErrDay
	}
	return DayOf(t), nil
}
