package normalise

import (
	"bytes"

	"thidua/transform/value"
)

// moment is a date as its digits say it, not yet known to exist. Month and day
// are zero where the text does not give them.
type moment struct {
	year, micro          int32
	month, day           uint8
	hour, minute, second uint8
	// timed says that a time of day was given.
	timed bool
}

// at adds a time of day, H:mm, H:mm:ss or H:mm:ss with a fraction.
func (m moment) at(clock []byte) (moment, bool) {
	hour, rest, ok := bytes.Cut(clock, []byte(":"))
	if !ok || !allDigits(hour) || len(hour) > 2 {
		return m, false
	}
	minute, rest, timed := bytes.Cut(rest, []byte(":"))
	if !allDigits(minute) || len(minute) != 2 {
		return m, false
	}
	h, _ := accumulate(0, hour)
	m.timed, m.hour, m.minute = true, uint8(h), two(minute)
	if !timed {
		return m, true
	}
	second, fraction, split := bytes.Cut(rest, []byte("."))
	if !allDigits(second) || len(second) != 2 || split && !allDigits(fraction) {
		return m, false
	}
	m.second = two(second)
	for i := range 6 {
		m.micro *= 10
		if i < len(fraction) {
			m.micro += int32(fraction[i] - '0')
		}
	}
	return m, true
}

// cutZone takes the zone off the time of an ISO 8601 timestamp. Only Vietnam's
// may stand there: what a record holds is the local wall clock.
func cutZone(clock []byte) ([]byte, *Reason) {
	at := bytes.IndexAny(clock, "Z+-")
	if at < 0 {
		return clock, nil
	}
	switch string(clock[at:]) {
	case "+07:00", "+0700", "+07":
		return clock[:at], nil
	}
	return nil, DateZone
}

// check says why m is no day of the calendar, or no time of day.
func (m moment) check() *Reason {
	switch {
	case m.year < firstYear || m.year > lastYear:
		return DateOutOfRange
	case m.month == 0 && m.day == 0, m.month >= 1 && m.month <= 12 && m.day == 0:
		return DatePartial
	case m.month < 1 || m.month > 12 || int(m.day) > daysIn(int(m.year), int(m.month)):
		return DateInvalid
	case m.hour == 24 && m.minute == 0 && m.second == 0 && m.micro == 0:
		return nil
	case m.hour > 23 || m.minute > 59 || m.second > 59:
		return DateInvalid
	}
	return nil
}

// value returns m as a date or a timestamp.
func (m moment) value(kind value.Kind) (value.Value, *Reason) {
	if reason := m.check(); reason != nil {
		return value.Value{}, reason
	}
	var reason *Reason
	day := daysSince1970(int(m.year), int(m.month), int(m.day))
	if m.hour == 24 {
		day, m.hour, reason = day+1, 0, MidnightMoved
		if day > daysSince1970(lastYear, 12, 31) {
			return value.Value{}, DateOutOfRange
		}
	}
	if kind == value.Date {
		return value.OfInt(day), reason
	}
	if !m.timed {
		reason = TimeMissing
	}
	seconds := day*secondsPerDay + int64(m.hour)*3600 + int64(m.minute)*60 + int64(m.second)
	return value.OfInt(seconds*microsPerSecond + int64(m.micro)), reason
}

// daysIn returns the number of days of a month.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysSince1970 counts days in the Gregorian calendar. Years begin in March
// here, so that the day of the leap year is the last of its year; 719,468 days
// lie between 0000-03-01 and 1970-01-01.
func daysSince1970(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	inYear := (153*(month-3)+2)/5 + day - 1
	return int64(year*365+year/4-year/100+year/400+inYear) - 719_468
}
