package normalise

import (
	"bytes"

	"thidua/transform/value"
)

// The years a date may have. Years before are typing errors; a registry that
// reaches further back does not exist.
const (
	firstYear = 1900
	lastYear  = 2100
)

const (
	secondsPerDay   = 24 * 60 * 60
	microsPerSecond = 1_000_000
)

// dateReader reads dates and timestamps in every shape that says itself which of
// its digits is what.
type dateReader struct {
	cleaner
	kind value.Kind
}

func newDate(t value.Type, _ Options) Func {
	r := &dateReader{kind: t.Kind}
	return r.read
}

func (r *dateReader) read(text []byte) (value.Value, *Reason) {
	m, ok, reason := r.moment(text)
	if !ok {
		return value.Value{}, reason
	}
	return m.value(r.kind)
}

// moment takes text apart. It is not ok without a reason where text is blank.
func (r *dateReader) moment(text []byte) (m moment, ok bool, reason *Reason) {
	text = trim(text)
	if allDigits(text) {
		m, reason = digitMoment(text)
		return m, reason == nil, reason
	}
	text, reason = r.clean(text)
	switch {
	case reason == ControlRemoved:
		return moment{}, false, DateUnreadable
	case len(text) == 0:
		return moment{}, false, reason
	}
	m, reason = signMoment(text)
	return m, reason == nil, reason
}

// digitMoment reads the shapes without signs: yyyy, yyyyMMdd, yyyyMMddHHmm and
// yyyyMMddHHmmss. In claims an unknown part of a date is written as zeros.
func digitMoment(text []byte) (moment, *Reason) {
	switch len(text) {
	case 4, 8, 12, 14:
	case 5:
		return moment{}, DateSerial
	default:
		return moment{}, DateUnreadable
	}
	m := moment{year: int32(two(text))*100 + int32(two(text[2:]))}
	if len(text) >= 8 {
		m.month, m.day = two(text[4:]), two(text[6:])
	}
	if len(text) >= 12 {
		m.timed, m.hour, m.minute = true, two(text[8:]), two(text[10:])
	}
	if len(text) == 14 {
		m.second = two(text[12:])
	}
	return m, nil
}

// two reads two digits.
func two(text []byte) uint8 { return (text[0]-'0')*10 + text[1] - '0' }

// signMoment reads the shapes with signs: yyyy-MM-dd and dd/MM/yyyy, also short
// of a day, with a time behind or before them.
func signMoment(text []byte) (moment, *Reason) {
	date, clock, iso := text, []byte(nil), false
	if at := bytes.IndexAny(text, " T"); at >= 0 {
		date, clock = text[:at], text[at+1:]
		iso = text[at] == 'T' || bytes.IndexByte(date, '-') > 0
	}
	if bytes.IndexByte(date, ':') >= 0 {
		// The immunisation system writes HH:mm dd/MM/yyyy.
		date, clock = clock, date
	}
	m, ok := dayMoment(date)
	switch {
	case !ok:
		return moment{}, explainDate(text)
	case clock == nil:
		return m, nil
	}
	if iso {
		var reason *Reason
		if clock, reason = cutZone(clock); reason != nil {
			return moment{}, reason
		}
	}
	if m, ok = m.at(clock); !ok {
		return moment{}, DateUnreadable
	}
	return m, nil
}

// explainDate says what a text is that is no date: spreadsheets turn timestamps
// of twelve digits into scientific notation, and dates into serial days.
func explainDate(text []byte) *Reason {
	if at := bytes.IndexAny(text, "eE"); at > 0 && isExponent(text[:at], text[at+1:]) {
		return ExcelScientific
	}
	whole, fraction, ok := bytes.Cut(text, []byte("."))
	if ok && len(whole) == 5 && allDigits(whole) && allDigits(fraction) {
		return DateSerial
	}
	return DateUnreadable
}

// dayMoment reads yyyy-MM-dd, yyyy-MM, dd/MM/yyyy and MM/yyyy.
func dayMoment(text []byte) (moment, bool) {
	sign := byte('/')
	if bytes.IndexByte(text, '-') >= 0 {
		sign = '-'
	}
	var parts [3]int32
	n, start := 0, 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != sign {
			continue
		}
		part := text[start:i]
		if n == len(parts) || !allDigits(part) || len(part) > 4 || len(part) == 3 {
			return moment{}, false
		}
		// A part has four digits where the year stands and nowhere else.
		isYear := sign == '-' && n == 0 || sign == '/' && i == len(text)
		if isYear != (len(part) == 4) {
			return moment{}, false
		}
		whole, _ := accumulate(0, part)
		parts[n] = int32(whole)
		n, start = n+1, i+1
	}
	switch {
	case n == 3 && sign == '-':
		return moment{year: parts[0], month: uint8(parts[1]), day: uint8(parts[2])}, true
	case n == 3:
		return moment{year: parts[2], month: uint8(parts[1]), day: uint8(parts[0])}, true
	case n == 2 && sign == '-':
		return moment{year: parts[0], month: uint8(parts[1])}, true
	case n == 2:
		return moment{year: parts[1], month: uint8(parts[0])}, true
	}
	return moment{}, false
}
