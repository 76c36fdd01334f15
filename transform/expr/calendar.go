package expr

import (
	"time"

	"thidua/transform/value"
)

// Days and instants are the local wall clock of package value, without a
// zone. The database and this package agree for the years that a literal can
// name, 1 to 9999, and for every day that has a timestamp.

const (
	secondsADay = 24 * 60 * 60
	microsADay  = secondsADay * 1_000_000
	// lastDay is the last whose midnight a timestamp can hold, lastDay before
	// 1970 the first.
	lastDay = 106_751_991

	dateLayout      = "2006-01-02"
	minuteLayout    = "2006-01-02 15:04"
	timestampLayout = "2006-01-02 15:04:05"
)

// parseDate reads the text after the word date.
func parseDate(at int, written string) (*term, *Error) {
	day, ok := parseClock(written, dateLayout)
	if !ok {
		return nil, problem(at, "no such date").hinted("write date 'YYYY-MM-DD'")
	}
	return literalTerm(date, value.OfInt(floorDivide(day.Unix(), secondsADay)), "DATE '"+day.Format(dateLayout)+"'"), nil
}

// parseTimestamp reads the text after the word timestamp.
func parseTimestamp(at int, written string) (*term, *Error) {
	instant, ok := parseClock(written, minuteLayout, timestampLayout)
	if !ok {
		return nil, problem(at, "no such timestamp").hinted("write timestamp 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD HH:MM:SS'")
	}
	return timestampTerm(instant), nil
}

func timestampTerm(instant time.Time) *term {
	return literalTerm(timestamp, value.OfInt(instant.UnixMicro()), "TIMESTAMP '"+instant.Format(timestampLayout)+"'")
}

// parseClock reads exactly one of the layouts; time.Parse alone would let pass
// fractions of a second and short hours.
func parseClock(written string, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
		if parsed, err := time.Parse(layout, written); err == nil && parsed.Format(layout) == written {
			return parsed, parsed.Year() >= 1
		}
	}
	return time.Time{}, false
}

// sameClock makes the date of a pair with a timestamp its midnight, and leaves
// every other pair alone.
func sameClock(left, right *term) (*term, *term) {
	switch {
	case left.kind == date && right.kind == timestamp:
		return left.midnight(), right
	case left.kind == timestamp && right.kind == date:
		return left, right.midnight()
	default:
		return left, right
	}
}

// midnight is the first instant of a day; a day too far for a timestamp has
// none.
func (t *term) midnight() *term {
	var made *term
	if t.literal != nil {
		made = timestampTerm(time.Unix(t.literal.Int*secondsADay, 0).UTC())
	} else {
		days := t.whole
		made = &term{kind: timestamp, sql: "TRY_" + castSQL(t.sql, "TIMESTAMP"), whole: func(row []value.Value) (int64, bool) {
			day, known := days(row)
			if !known || day > lastDay || day < -lastDay {
				return 0, false
			}
			return day * microsADay, true
		}}
	}
	made.at, made.depth = t.at, t.depth
	return made
}

// floorDivide rounds toward the past, where an instant before 1970 belongs.
func floorDivide(n, by int64) int64 {
	quotient := n / by
	if n%by < 0 {
		quotient--
	}
	return quotient
}

// daysOf yields the day of a date or a timestamp.
func (t *term) daysOf() asWhole {
	if t.kind == date {
		return t.whole
	}
	instant := t.whole
	return func(row []value.Value) (int64, bool) {
		micros, known := instant(row)
		return floorDivide(micros, microsADay), known
	}
}

// dateOf is the function date_of.
func dateOf(_ int, arguments []*term) (*term, *Error) {
	return &term{kind: date, sql: castSQL(arguments[0].sql, "DATE"), whole: arguments[0].daysOf()}, nil
}

// datePart makes the functions year, month and day, each of which has a name
// in SQL and a range.
func datePart(name string, low, high int64, part func(time.Time) int) build {
	return func(_ int, arguments []*term) (*term, *Error) {
		days := arguments[0].daysOf()
		made := &term{kind: number, span: spanOf(low, high, 0), sql: name + "(" + arguments[0].sql + ")"}
		made.whole = func(row []value.Value) (int64, bool) {
			day, known := days(row)
			if !known {
				return 0, false
			}
			return int64(part(time.Unix(day*secondsADay, 0).UTC())), true
		}
		return made, nil
	}
}

// daysBetween is the function days_between: how many days the second date lies
// after the first.
func daysBetween(_ int, arguments []*term) (*term, *Error) {
	from, to := arguments[0], arguments[1]
	return &term{
		kind: number,
		// Days are 32 bits wide in the warehouse.
		span:  spanOf(-1<<32, 1<<32, 0),
		sql:   "date_diff('day', " + from.sql + ", " + to.sql + ")",
		whole: both(to.whole, from.whole, func(a, b int64) int64 { return a - b }),
	}, nil
}
