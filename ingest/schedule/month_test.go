package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/schedule"
)

// slotRules are schedules, and the same said in Go.
var slotRules = []struct {
	job, cron string
	holds     func(time.Time) bool
}{
	{"each_month", "30 4 1 * *", func(t time.Time) bool { return t.Day() == 1 && clock(t) == "04:30" }},
	{"each_night", "0 2 * * *", func(t time.Time) bool { return clock(t) == "02:00" }},
	{"each_quarter", "*/15 * * * *", func(t time.Time) bool { return t.Minute()%15 == 0 }},
	{"each_sunday", "0 2 * * 0", func(t time.Time) bool { return t.Weekday() == time.Sunday && clock(t) == "02:00" }},
	{"leap_day", "0 5 29 2 *", func(t time.Time) bool { return t.Month() == time.February && t.Day() == 29 && clock(t) == "05:00" }},
	{"month_end", "59 23 31 * *", func(t time.Time) bool { return t.Day() == 31 && clock(t) == "23:59" }},
	{"office", "0 7,13 * * 1-5", func(t time.Time) bool {
		return t.Weekday() != time.Sunday && t.Weekday() != time.Saturday && (clock(t) == "07:00" || clock(t) == "13:00")
	}},
	{"payday", "0 6 14 * 1", func(t time.Time) bool { return (t.Day() == 14 || t.Weekday() == time.Monday) && clock(t) == "06:00" }},
}

func clock(t time.Time) string { return t.Format("15:04") }

// TestMonth lets months pass: each slot is kept to the minute, once, and jobs of the
// same minute are one round in the order of their names.
func TestMonth(t *testing.T) {
	tests := []struct{ name, from, until string }{
		{"a leap February and its ends", "2024-01-30 23:50", "2024-03-02 00:10"},
		{"a month of 31 days and a new year", "2024-12-01 00:01", "2025-01-02 05:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.from)
			for _, r := range slotRules {
				w.add(r.job, r.cron, tt.from)
			}
			w.serve(tt.until)
			var want []string
			for minute := at(t, tt.from).Add(time.Minute); minute.Before(at(t, tt.until)); minute = minute.Add(time.Minute) {
				var due []string
				for _, r := range slotRules {
					if r.holds(minute) {
						due = append(due, r.job+minute.Format("@02T15:04"))
					}
				}
				if len(due) > 0 {
					want = append(want, minute.Format("2006-01-02 15:04 ")+strings.Join(due, " "))
				}
			}
			if diff := cmp.Diff(want, w.rounds); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongRounds has rounds that take longer than the time between slots.
func TestLongRounds(t *testing.T) {
	w := newWorld(t, "2024-06-03 01:30")
	w.takes = 150 * time.Minute
	w.add("hourly", "0 * * * *", "2024-06-03 01:00")
	w.add("nightly", "0 3 * * *", "2024-06-02 03:00")
	w.serve("2024-06-03 09:10")
	want := []string{
		"2024-06-03 02:00 hourly@03T02:00",
		"2024-06-03 04:30 hourly@03T04:00 nightly@03T03:00",
		"2024-06-03 07:00 hourly@03T07:00",
	}
	if diff := cmp.Diff(want, w.rounds[:min(3, len(w.rounds))]); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// TestStart says what is caught up by a process that begins on Thursday 13 June 2024
// at 08:00, and what it does until Saturday.
func TestStart(t *testing.T) {
	tests := []struct {
		name, cron, last string
		want             []string
	}{
		{"nothing missed", "0 2 * * *", "2024-06-13 02:00", []string{"2024-06-14 02:00 j@14T02:00"}},
		{"one night missed", "0 2 * * *", "2024-06-12 02:00", []string{"2024-06-13 08:00 j@13T02:00", "2024-06-14 02:00 j@14T02:00"}},
		{"a week missed, once", "0 2 * * *", "2024-06-06 02:00", []string{"2024-06-13 08:00 j@13T02:00", "2024-06-14 02:00 j@14T02:00"}},
		{"a minutely job, once", "*/30 * * * *", "2024-06-01 02:00", []string{"2024-06-13 08:00 j@13T08:00", "2024-06-13 08:30 j@13T08:30", "2024-06-13 09:00 j@13T09:00"}},
		{"never run", "0 2 1 * *", "", []string{"2024-06-13 08:00 j@01T02:00"}},
		{"a month missed", "0 2 1 * *", "2024-05-01 02:00", []string{"2024-06-13 08:00 j@01T02:00"}},
		{"run by hand after the slot", "0 2 * * *", "2024-06-13 07:59", []string{"2024-06-14 02:00 j@14T02:00"}},
		{"a clock that was years ahead", "0 2 * * *", "2031-01-01 02:00", []string{"2024-06-14 02:00 j@14T02:00"}},
		{"a day that never comes", "0 2 30 2 *", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2024-06-13 08:00")
			w.add("j", tt.cron, tt.last)
			w.serve("2024-06-15 00:00")
			if diff := cmp.Diff(tt.want, w.rounds[:min(3, len(w.rounds))]); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
		})
	}
}

// TestClock sets the clock while the nightly job and the hourly one have run at 02:00.
func TestClock(t *testing.T) {
	tests := []struct {
		name     string
		when, to string
		want     []string
	}{
		{"back by half an hour: no slot twice", "2024-06-13 02:20", "2024-06-13 01:50", []string{
			"2024-06-13 02:00 hourly@13T02:00 nightly@13T02:00", "2024-06-13 03:00 hourly@13T03:00",
		}},
		{"back by a day: the slots of the present clock", "2024-06-13 02:20", "2024-06-12 01:30", []string{
			"2024-06-13 02:00 hourly@13T02:00 nightly@13T02:00", "2024-06-12 02:00 hourly@12T02:00 nightly@12T02:00", "2024-06-12 03:00 hourly@12T03:00",
		}},
		{"forward by three days: once", "2024-06-13 02:20", "2024-06-16 04:30", []string{
			"2024-06-13 02:00 hourly@13T02:00 nightly@13T02:00", "2024-06-16 04:30 hourly@16T04:00 nightly@16T02:00", "2024-06-16 05:00 hourly@16T05:00",
		}},
		{"forward over no slot", "2024-06-13 02:20", "2024-06-13 02:50", []string{
			"2024-06-13 02:00 hourly@13T02:00 nightly@13T02:00", "2024-06-13 03:00 hourly@13T03:00",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2024-06-13 01:30")
			w.add("hourly", "0 * * * *", "2024-06-13 01:00")
			w.add("nightly", "0 2 * * *", "2024-06-12 02:00")
			w.once(tt.when, func() { w.now = at(t, tt.to) })
			w.serve("2024-06-16 12:00")
			if diff := cmp.Diff(tt.want, w.rounds[:min(len(tt.want), len(w.rounds))]); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
		})
	}
}

// TestClockForthAndBack has a clock that is a month ahead for an hour. What it made due
// does not keep the nights of the present from being kept.
func TestClockForthAndBack(t *testing.T) {
	w := newWorld(t, "2024-06-13 01:30")
	w.add("nightly", "0 2 * * *", "2024-06-12 02:00")
	w.once("2024-06-13 10:00", func() { w.now = at(t, "2024-07-13 10:00") })
	w.once("2024-07-13 11:00", func() { w.now = at(t, "2024-06-13 11:00") })
	w.serve("2024-07-13 12:00")
	want := []string{"2024-06-13 02:00 nightly@13T02:00", "2024-07-13 10:00 nightly@13T02:00", "2024-06-14 02:00 nightly@14T02:00", "2024-06-15 02:00 nightly@15T02:00"}
	if diff := cmp.Diff(want, w.rounds[:min(4, len(w.rounds))]); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// TestLatest compares the search for the last slot with one that goes minute by
// minute.
func TestLatest(t *testing.T) {
	for _, r := range slotRules {
		c := parse(t, r.cron)
		for _, from := range []string{"2024-03-01 00:00", "2024-02-29 04:59", "2024-02-29 05:00", "2024-06-14 06:00", "2025-01-01 00:00"} {
			want := at(t, from)
			for !r.holds(want) {
				want = want.Add(-time.Minute)
			}
			if got := c.Latest(at(t, from)); !got.Equal(want) {
				t.Errorf("the last slot of %s until %s is %v, want %v", r.cron, from, got, want)
			}
		}
	}
}

// TestParse refuses what is no schedule of five fields.
func TestParse(t *testing.T) {
	for _, text := range []string{"", "* * * *", "0 0 2 * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "@daily", "*/0 * * * *"} {
		if _, err := schedule.Parse(text); err == nil {
			t.Errorf("%q is taken for a schedule", text)
		}
	}
}
