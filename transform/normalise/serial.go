package normalise

import (
	"bytes"

	"thidua/transform/value"
)

// vietnamOffset is Vietnam's time ahead of UTC, in milliseconds.
const vietnamOffset = 7 * 60 * 60 * 1000

// epochReader reads milliseconds since 1970 UTC, as scripts and the COVID-19
// platform write instants.
type epochReader struct {
	cleaner
	kind value.Kind
}

func newEpoch(t value.Type, _ Options) Func {
	r := &epochReader{kind: t.Kind}
	return r.read
}

func (r *epochReader) read(text []byte) (value.Value, *Reason) {
	text, reason := r.clean(text)
	if len(text) == 0 {
		return value.Value{}, reason
	}
	negative, digits := cutSign(text)
	if !allDigits(digits) {
		if at := bytes.IndexAny(digits, "eE"); at > 0 && isExponent(digits[:at], digits[at+1:]) {
			return value.Value{}, ExcelScientific
		}
		return value.Value{}, DateUnreadable
	}
	// Fifteen digits reach far beyond the last year.
	if len(digits) > 15 {
		return value.Value{}, DateOutOfRange
	}
	ms, _ := accumulate(0, digits)
	if negative {
		ms = -ms
	}
	return local((ms+vietnamOffset)*1000, r.kind)
}

// local returns microseconds of the wall clock as a date or timestamp.
func local(micros int64, kind value.Kind) (value.Value, *Reason) {
	const perDay = secondsPerDay * microsPerSecond
	day := micros / perDay
	if micros%perDay < 0 {
		day--
	}
	switch {
	case day < daysSince1970(firstYear, 1, 1) || day > daysSince1970(lastYear, 12, 31):
		return value.Value{}, DateOutOfRange
	case kind == value.Date:
		return value.OfInt(day), nil
	}
	return value.OfInt(micros), nil
}

// The first days of the two systems of spreadsheets, in days since 1970, chosen
// so that a serial number is added to them. The 1900 system counts a 29 February
// 1900 that never was: its numbers are right from 1 March 1900 on.
const (
	serialZero1900 = -25_569
	serialZero1904 = -24_107
)

// excelReader reads a spreadsheet's serial days, with a time of day as their
// fraction. Columns of spreadsheets mix them with written dates, so it reads
// these too. A number up to 2100 is taken for a year, which is what people type.
type excelReader struct {
	dateReader
	locale Locale
	zero   int64
}

func newExcel(t value.Type, o Options) Func { return newSerial(t, o, serialZero1900) }

func newExcel1904(t value.Type, o Options) Func { return newSerial(t, o, serialZero1904) }

func newSerial(t value.Type, o Options, zero int64) Func {
	r := &excelReader{dateReader: dateReader{kind: t.Kind}, locale: o.Locale, zero: zero}
	return r.read
}

func (r *excelReader) read(text []byte) (value.Value, *Reason) {
	text = trim(text)
	whole, fraction, ok := r.serial(text)
	if !ok {
		return r.dateReader.read(text)
	}
	days, _ := accumulate(0, whole)
	if days <= lastYear {
		return moment{year: int32(days)}.value(r.kind)
	}
	seconds := secondsOf(fraction)
	micros := ((r.zero+days)*secondsPerDay + seconds) * microsPerSecond
	v, reason := local(micros, r.kind)
	if reason == nil && len(fraction) == 0 && r.kind == value.Timestamp {
		reason = TimeMissing
	}
	return v, reason
}

// serial takes a serial number apart; a fraction of zeros is none.
func (r *excelReader) serial(text []byte) (whole, fraction []byte, ok bool) {
	signs := "."
	if r.locale == Comma {
		signs = ".,"
	}
	whole = text
	if at := bytes.IndexAny(text, signs); at >= 0 {
		whole, fraction = text[:at], text[at+1:]
		if !allDigits(fraction) {
			return nil, nil, false
		}
	}
	return whole, trimZeros(fraction), allDigits(whole) && len(whole) <= 5
}

// secondsOf turns the fraction of a day into whole seconds: spreadsheets keep
// days in binary, so that 8:00 is 0.333333333335759.
func secondsOf(fraction []byte) int64 {
	const digits = 12
	fraction = fraction[:min(len(fraction), digits)]
	n, _ := accumulate(0, fraction)
	n *= powerOfTen(digits - len(fraction))
	day := powerOfTen(digits)
	return (n*secondsPerDay + day/2) / day
}
