package normalise

import "thidua/transform/value"

// yearReader reads the year of a date, or a year on its own.
type yearReader struct {
	dateReader
	// partial says that a year without a day is what the column is about: births
	// are often known by year only.
	partial bool
}

func newYear(value.Type, Options) Func {
	r := &yearReader{}
	return r.read
}

func newBirthYear(value.Type, Options) Func {
	r := &yearReader{partial: true}
	return r.read
}

func (r *yearReader) read(text []byte) (value.Value, *Reason) {
	text = trim(text)
	var repaired *Reason
	if whole, ok := cutZeroFraction(text); ok && len(whole) == 4 {
		text, repaired = whole, NumberZeroFraction
	}
	m, ok, reason := r.moment(text)
	if !ok {
		return value.Value{}, reason
	}
	switch reason := m.check(); {
	case reason == DatePartial && !m.clockGiven():
		if m.month > 0 && !r.partial {
			repaired = PeriodShortened
		}
	case reason != nil:
		return value.Value{}, reason
	}
	return value.OfInt(int64(m.year)), repaired
}

// clockGiven reports whether m has a time of day other than the zeros that stand
// for an unknown one.
func (m moment) clockGiven() bool { return m.hour|m.minute|m.second != 0 || m.micro != 0 }

// monthReader reads the number of a month.
type monthReader struct{ cleaner }

func newMonth(value.Type, Options) Func {
	r := &monthReader{}
	return r.read
}

func (r *monthReader) read(text []byte) (value.Value, *Reason) {
	text, reason := r.clean(text)
	if len(text) == 0 {
		return value.Value{}, reason
	}
	if whole, ok := cutZeroFraction(text); ok {
		text, reason = whole, NumberZeroFraction
	} else if m, ok := dayMoment(text); ok && m.day == 0 && text[len(text)-5] == '/' {
		if m.year < firstYear || m.year > lastYear {
			return value.Value{}, DateOutOfRange
		}
		text, reason = text[:len(text)-5], PeriodShortened
	}
	if !allDigits(text) || len(text) > 2 {
		return value.Value{}, MonthInvalid
	}
	n, _ := accumulate(0, text)
	if n < 1 || n > 12 {
		return value.Value{}, MonthInvalid
	}
	return value.OfInt(n), reason
}
