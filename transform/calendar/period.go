package calendar

import (
	"math/big"
	"time"
)

// ParseCalendar reads civil or administrative, or returns ErrCalendar.
func ParseCalendar(text string) (Calendar, error) {
	switch c := Calendar(text); c {
	case Civil, Administrative:
		return c, nil
	}
	return "", ErrCalendar
}

// Year returns the year that holds the day. In the administrative calendar 15
// December already belongs to the next one.
func (c Calendar) Year(d Day) Period { return c.stretch(d, 12) }

// Half returns the half-year that holds the day.
func (c Calendar) Half(d Day) Period { return c.stretch(d, 6) }

// Quarter returns the quarter that holds the day.
func (c Calendar) Quarter(d Day) Period { return c.stretch(d, 3) }

// Month returns the month that holds the day.
func (c Calendar) Month(d Day) Period { return c.stretch(d, 1) }

// NineMonths returns the first nine months of the year that holds the day. A day
// of the last quarter lies behind them.
func (c Calendar) NineMonths(d Day) Period {
	n := c.monthOf(d)
	return c.months(n-n%12, 9)
}

// Week returns the ISO week that holds the day, from Monday to Sunday. It is the
// same in both calendars.
func (Calendar) Week(d Day) Period {
	monday := d - Day((int(d.Date().Weekday())+6)%7)
	return Period{From: monday, To: monday + 6}
}

// Months returns the months that share a day with p, whole and in order.
func (c Calendar) Months(p Period) []Period {
	var all []Period
	for d := p.From; d <= p.To; {
		month := c.Month(d)
		all = append(all, month)
		d = month.To + 1
	}
	return all
}

// In returns the period that has the same name in the other calendar: the civil
// half-year 2024-H1 for the administrative one. A period without a name, and a
// week, stay as they are.
func (c Calendar) In(other Calendar, p Period) Period {
	name, ok := c.name(p)
	if !ok {
		return p
	}
	same, err := other.Parse(name)
	if err != nil {
		return p
	}
	return same
}

// stretch returns the run of that many months, counted from the beginning of the
// year, that holds the day.
func (c Calendar) stretch(d Day, length int) Period {
	n := c.monthOf(d)
	return c.months(n-n%length, length)
}

// monthOf counts the months from the year 0 to the one that holds the day.
func (c Calendar) monthOf(d Day) int {
	year, month, day := d.Date().Date()
	n := year*12 + int(month) - 1
	if c == Administrative && day >= 15 {
		n++
	}
	return n
}

// months returns that many months from the nth on.
func (c Calendar) months(n, length int) Period {
	return Period{From: c.beginning(n), To: c.beginning(n+length) - 1}
}

// beginning returns the first day of the nth month.
func (c Calendar) beginning(n int) Day {
	month := time.Month(n%12 + 1)
	if c == Administrative {
		return DayOf(time.Date(n/12, month-1, 15, 0, 0, 0, 0, time.UTC))
	}
	return DayOf(time.Date(n/12, month, 1, 0, 0, 0, 0, time.UTC))
}

// Days counts the days of the period. It is zero where the period ends before it
// begins.
func (p Period) Days() int { return max(0, int(p.To)-int(p.From)+1) }

// Holds reports whether the day lies in the period.
func (p Period) Holds(d Day) bool { return p.From <= d && d <= p.To }

// Elapsed returns which part of the period is over at the end of the cut-off: its
// days through the cut-off by all its days, between 0 and 1. A period without days
// is over.
func (p Period) Elapsed(cutOff Day) *big.Rat {
	if p.Days() == 0 {
		return big.NewRat(1, 1)
	}
	over := Period{From: p.From, To: min(cutOff, p.To)}
	return big.NewRat(int64(over.Days()), int64(p.Days()))
}
