package figure

import "time"

// Calendar is what periods are cut by.
type Calendar string

// The calendars. In the administrative one a month ends on its 14th.
const (
	Civil          Calendar = "civil"
	Administrative Calendar = "administrative"
)

// window is a period in a calendar, both days included.
type window struct {
	calendar Calendar
	from, to Day
}

// day names a calendar day.
func day(year int, month time.Month, d int) Day {
	return DayOf(time.Date(year, month, d, 0, 0, 0, 0, time.UTC))
}

// windows lists the spans themselves and then every month of each, once, in the
// order of the spans. The last month of a span ends with it.
func windows(spans []window) []window {
	all := append([]window(nil), spans...)
	known := map[window]bool{}
	for _, span := range spans {
		for from := span.from; from <= span.to; {
			month := window{span.calendar, from, min(endOfMonth(span.calendar, from), span.to)}
			if !known[month] {
				known[month] = true
				all = append(all, month)
			}
			from = month.to + 1
		}
	}
	return all
}

// endOfMonth is the last day of the month that a day lies in.
func endOfMonth(calendar Calendar, d Day) Day {
	at := time.Unix(int64(d)*24*60*60, 0).UTC()
	switch {
	case calendar == Civil:
		return day(at.Year(), at.Month()+1, 1) - 1
	case at.Day() < 15:
		return day(at.Year(), at.Month(), 14)
	}
	return day(at.Year(), at.Month()+1, 14)
}
