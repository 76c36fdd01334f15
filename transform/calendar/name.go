package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Parse reads the name of a period by the calendar: 2024, 2024-H1, 2024-9M,
// 2024-Q2, 2024-06 and the ISO week 2024-W23; or two days as
// 2024-01-01..2024-06-14. It returns ErrPeriod for anything else, for a week that
// the year does not have, and where the second day lies before the first.
func (c Calendar) Parse(text string) (Period, error) {
	if from, to, ok := strings.Cut(text, ".."); ok {
		return parseSpan(from, to)
	}
	yearText, part, _ := strings.Cut(text, "-")
	year, ok := digits(yearText, 4)
	if !ok || part == "" && strings.Contains(text, "-") {
		return Period{}, ErrPeriod
	}
	p, ok := c.part(year, part)
	if !ok || p.From < First || p.To > Last {
		return Period{}, ErrPeriod
	}
	return p, nil
}

// Name writes the period as Parse reads it: by its name where it has one in the
// calendar, else as its two days.
func (c Calendar) Name(p Period) string {
	if name, ok := c.name(p); ok {
		return name
	}
	return p.From.String() + ".." + p.To.String()
}

func parseSpan(fromText, toText string) (Period, error) {
	from, err := ParseDay(fromText)
	if err != nil {
		return Period{}, ErrPeriod
	}
	to, err := ParseDay(toText)
	if err != nil || to < from {
		return Period{}, ErrPeriod
	}
	return Period{From: from, To: to}, nil
}

// part returns the part of a year that is written behind its number, all of it
// where nothing is.
func (c Calendar) part(year int, part string) (Period, bool) {
	first := year * 12
	switch {
	case part == "":
		return c.months(first, 12), true
	case part == "9M":
		return c.months(first, 9), true
	case part[0] == 'H':
		n, ok := digits(part[1:], 1)
		return c.months(first+6*(n-1), 6), ok && 1 <= n && n <= 2
	case part[0] == 'Q':
		n, ok := digits(part[1:], 1)
		return c.months(first+3*(n-1), 3), ok && 1 <= n && n <= 4
	case part[0] == 'W':
		n, ok := digits(part[1:], 2)
		return week(year, n, ok)
	}
	n, ok := digits(part, 2)
	return c.months(first+n-1, 1), ok && 1 <= n && n <= 12
}

// week returns the nth ISO week of the year. The first is the one that holds 4
// January.
func week(year, n int, ok bool) (Period, bool) {
	first := Civil.Week(DayOf(time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)))
	p := Period{From: first.From + Day(7*(n-1)), To: first.To + Day(7*(n-1))}
	gotYear, got := p.From.Date().ISOWeek()
	return p, ok && gotYear == year && got == n
}

// name finds the name of a period, false where it has none.
func (c Calendar) name(p Period) (string, bool) {
	if p.From < First || p.To > Last || p.To < p.From {
		return "", false
	}
	n := c.monthOf(p.From)
	year, month := n/12, n%12
	switch p {
	case c.Year(p.From):
		return fmt.Sprintf("%04d", year), true
	case c.NineMonths(p.From):
		return fmt.Sprintf("%04d-9M", year), true
	case c.Half(p.From):
		return fmt.Sprintf("%04d-H%d", year, month/6+1), true
	case c.Quarter(p.From):
		return fmt.Sprintf("%04d-Q%d", year, month/3+1), true
	case c.Month(p.From):
		return fmt.Sprintf("%04d-%02d", year, month+1), true
	case c.Week(p.From):
		isoYear, number := p.From.Date().ISOWeek()
		return fmt.Sprintf("%04d-W%02d", isoYear, number), true
	}
	return "", false
}

// digits reads a number of exactly that many digits.
func digits(text string, length int) (int, bool) {
	if len(text) != length || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
