package xlsx

import (
	"math"
	"strconv"
	"time"
)

const (
	secondsPerDay = 86_400
	// endSerial is the first serial day of the 1900 system beyond 31 December 9999.
	endSerial = 2_958_466
	// The days that serials count from, in days since 1970. The 1900 system counts
	// a 29 February 1900 that never was, as day 60: from there on it is one day
	// behind.
	zero1900 = -25_569
	zero1904 = -24_107
	noDay    = 60
)

// appendDate appends the day and time that a serial number stands for, as
// yyyy-MM-dd, yyyy-MM-ddTHH:mm:ss or HH:mm:ss, rounded to the second. A number that
// is no such serial stays as it is written. Day 60 of the 1900 system is written
// 1900-02-29, as spreadsheets show it: it is no date, and is refused where it is
// taken for one.
func appendDate(to, text []byte, class dateClass, date1904 bool) []byte {
	if _, ok := parseDecimal(text); !ok {
		return append(to, text...)
	}
	serial, err := strconv.ParseFloat(string(text), 64)
	end := float64(endSerial)
	if date1904 {
		end -= zero1904 - zero1900
	}
	if err != nil || serial < 0 || serial >= end {
		return appendNumber(to, text)
	}
	day := int64(serial)
	second := int64(math.Round((serial - math.Floor(serial)) * secondsPerDay))
	if second == secondsPerDay {
		day, second = day+1, 0
	}
	switch {
	case class == spanNumber:
		return appendClock(to, day*24*3600+second)
	case day == 0 && (class == timeNumber || !date1904 && second > 0):
		return appendClock(to, second)
	case day == 0 && !date1904:
		return appendNumber(to, text)
	}
	to = appendDay(to, day, date1904)
	if second > 0 || class == timeNumber {
		to = appendClock(append(to, 'T'), second)
	}
	return to
}

// appendDay appends a serial day.
func appendDay(to []byte, day int64, date1904 bool) []byte {
	switch {
	case date1904:
		day += zero1904
	case day == noDay:
		return append(to, "1900-02-29"...)
	case day < noDay:
		day += zero1900 + 1
	default:
		day += zero1900
	}
	return time.Unix(day*secondsPerDay, 0).UTC().AppendFormat(to, time.DateOnly)
}

// appendClock appends a time of day, or a span, whose hours go on beyond 24.
func appendClock(to []byte, seconds int64) []byte {
	if seconds < 10*3600 {
		to = append(to, '0')
	}
	to = strconv.AppendInt(to, seconds/3600, 10)
	for _, unit := range []int64{seconds / 60 % 60, seconds % 60} {
		to = append(to, ':', byte('0'+unit/10), byte('0'+unit%10))
	}
	return to
}
