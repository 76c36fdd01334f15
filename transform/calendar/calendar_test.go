package calendar_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
)

// day reads a day that a test states.
func day(t *testing.T, text string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(text)
	if err != nil {
		t.Fatalf("day %q: %v", text, err)
	}
	return d
}

// written writes a period by its days.
func written(p calendar.Period) string { return p.From.String() + ".." + p.To.String() }

func TestParse(t *testing.T) {
	tests := []struct {
		name, text            string
		civil, administrative string
	}{
		{"year", "2024", "2024-01-01..2024-12-31", "2023-12-15..2024-12-14"},
		{"first half", "2024-H1", "2024-01-01..2024-06-30", "2023-12-15..2024-06-14"},
		{"second half", "2024-H2", "2024-07-01..2024-12-31", "2024-06-15..2024-12-14"},
		{"nine months", "2024-9M", "2024-01-01..2024-09-30", "2023-12-15..2024-09-14"},
		{"first quarter", "2024-Q1", "2024-01-01..2024-03-31", "2023-12-15..2024-03-14"},
		{"last quarter", "2024-Q4", "2024-10-01..2024-12-31", "2024-09-15..2024-12-14"},
		{"month", "2024-06", "2024-06-01..2024-06-30", "2024-05-15..2024-06-14"},
		{"january", "2024-01", "2024-01-01..2024-01-31", "2023-12-15..2024-01-14"},
		{"february of a leap year", "2024-02", "2024-02-01..2024-02-29", "2024-01-15..2024-02-14"},
		{"february of another", "2023-02", "2023-02-01..2023-02-28", "2023-01-15..2023-02-14"},
		{"march of a leap year", "2024-03", "2024-03-01..2024-03-31", "2024-02-15..2024-03-14"},
		{"week", "2024-W23", "2024-06-03..2024-06-09", "2024-06-03..2024-06-09"},
		{"week 1 that begins in the year before", "2025-W01", "2024-12-30..2025-01-05", "2024-12-30..2025-01-05"},
		{"week 53", "2020-W53", "2020-12-28..2021-01-03", "2020-12-28..2021-01-03"},
		{"days", "2024-01-01..2024-06-14", "2024-01-01..2024-06-14", "2024-01-01..2024-06-14"},
		{"one day", "2024-02-29..2024-02-29", "2024-02-29..2024-02-29", "2024-02-29..2024-02-29"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for c, want := range map[calendar.Calendar]string{calendar.Civil: tt.civil, calendar.Administrative: tt.administrative} {
				p, err := c.Parse(tt.text)
				if err != nil {
					t.Fatalf("%s: %v", c, err)
				}
				if written(p) != want {
					t.Errorf("%s: %s, want %s", c, written(p), want)
				}
				if c.Name(p) != tt.text {
					t.Errorf("%s: name %s, want %s", c, c.Name(p), tt.text)
				}
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "no number": "year", "short year": "24", "long year": "02024", "signed year": "+024", "half 0": "2024-H0",
		"half 3": "2024-H3", "quarter 5": "2024-Q5", "eight months": "2024-8M", "month 0": "2024-00", "month 13": "2024-13",
		"month of one digit": "2024-6", "no part": "2024-", "half without number": "2024-H", "week 0": "2024-W00",
		"week 53 of a year that has 52": "2024-W53", "week 54": "2020-W54", "a day": "2024-06-14", "lower case": "2024-h1",
		"no such day": "2024-02-30..2024-03-01", "backwards": "2024-06-14..2024-01-01", "open": "2024-01-01..", "blank": " 2024", "year 0": "0000",
	} {
		t.Run(name, func(t *testing.T) {
			if p, err := calendar.Civil.Parse(text); !errors.Is(err, calendar.ErrPeriod) {
				t.Errorf("Parse(%q) = %s, %v; want ErrPeriod", text, written(p), err)
			}
		})
	}
}

func TestPeriodsAroundTheEdges(t *testing.T) {
	tests := []struct {
		name, on string
		got      func(calendar.Calendar, calendar.Day) calendar.Period
		civil    string
		admin    string
	}{
		{"year on 14 December", "2024-12-14", calendar.Calendar.Year, "2024", "2024"},
		{"year on 15 December", "2024-12-15", calendar.Calendar.Year, "2024", "2025"},
		{"half on 14 June", "2024-06-14", calendar.Calendar.Half, "2024-H1", "2024-H1"},
		{"half on 15 June", "2024-06-15", calendar.Calendar.Half, "2024-H1", "2024-H2"},
		{"quarter on 15 March", "2024-03-15", calendar.Calendar.Quarter, "2024-Q1", "2024-Q2"},
		{"month on leap day", "2024-02-29", calendar.Calendar.Month, "2024-02", "2024-03"},
		{"month on new year's eve", "2023-12-31", calendar.Calendar.Month, "2023-12", "2024-01"},
		{"nine months in spring", "2024-04-01", calendar.Calendar.NineMonths, "2024-9M", "2024-9M"},
		{"nine months in the last quarter", "2024-11-01", calendar.Calendar.NineMonths, "2024-9M", "2024-9M"},
		{"week of a sunday", "2021-01-03", calendar.Calendar.Week, "2020-W53", "2020-W53"},
		{"week of a monday", "2021-01-04", calendar.Calendar.Week, "2021-W01", "2021-W01"},
		{"week before 1970", "1969-12-28", calendar.Calendar.Week, "1969-W52", "1969-W52"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := day(t, tt.on)
			if got := calendar.Civil.Name(tt.got(calendar.Civil, d)); got != tt.civil {
				t.Errorf("civil %s, want %s", got, tt.civil)
			}
			if got := calendar.Administrative.Name(tt.got(calendar.Administrative, d)); got != tt.admin {
				t.Errorf("administrative %s, want %s", got, tt.admin)
			}
		})
	}
}

// TestEveryDay holds for every day of 2015 to 2030 that it lies in the periods that
// are said to hold it, that these follow each other without gap or overlap, and that
// their names lead back to them.
func TestEveryDay(t *testing.T) {
	kinds := map[string]func(calendar.Calendar, calendar.Day) calendar.Period{
		"year": calendar.Calendar.Year, "half": calendar.Calendar.Half, "quarter": calendar.Calendar.Quarter,
		"month": calendar.Calendar.Month, "week": calendar.Calendar.Week,
	}
	for _, c := range []calendar.Calendar{calendar.Civil, calendar.Administrative} {
		for kind, of := range kinds {
			t.Run(string(c)+" "+kind, func(t *testing.T) {
				before := of(c, day(t, "2015-01-01"))
				for d := day(t, "2015-01-01"); d <= day(t, "2030-12-31"); d++ {
					p := of(c, d)
					if !p.Holds(d) {
						t.Fatalf("%s does not lie in %s", d, written(p))
					}
					if p != before && (p.From != before.To+1 || p.From != d) {
						t.Fatalf("%s follows %s", written(p), written(before))
					}
					if again, err := c.Parse(c.Name(p)); err != nil || again != p {
						t.Fatalf("name %s leads to %s, %v", c.Name(p), written(again), err)
					}
					before = p
				}
			})
		}
	}
}

func TestMonths(t *testing.T) {
	tests := []struct {
		name, period string
		c            calendar.Calendar
		want         []string
	}{
		{"whole civil months", "2024-01-01..2024-03-31", calendar.Civil, []string{"2024-01", "2024-02", "2024-03"}},
		{"a part of the last", "2024-01-01..2024-02-01", calendar.Civil, []string{"2024-01", "2024-02"}},
		{"administrative months over new year", "2023-12-15..2024-02-14", calendar.Administrative, []string{"2024-01", "2024-02"}},
		{"a day before them", "2023-12-14..2024-01-14", calendar.Administrative, []string{"2023-12", "2024-01"}},
		{"one day", "2024-06-15..2024-06-15", calendar.Administrative, []string{"2024-07"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := tt.c.Parse(tt.period)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, month := range tt.c.Months(p) {
				got = append(got, tt.c.Name(month))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("months (-want +got):\n%s", diff)
			}
		})
	}
	if got := calendar.Civil.Months(calendar.Period{From: 1, To: 0}); got != nil {
		t.Errorf("months of no days = %v", got)
	}
}

func TestIn(t *testing.T) {
	for name, tt := range map[string]struct{ from, want string }{
		"the same name":   {"2024-H1", "2023-12-15..2024-06-14"},
		"a week stays":    {"2024-W01", "2024-01-01..2024-01-07"},
		"days stay":       {"2024-03-10..2024-10-31", "2024-03-10..2024-10-31"},
		"a year and more": {"2024-01-01..2025-12-31", "2024-01-01..2025-12-31"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := calendar.Civil.Parse(tt.from)
			if err != nil {
				t.Fatal(err)
			}
			there := calendar.Civil.In(calendar.Administrative, p)
			if written(there) != tt.want {
				t.Errorf("administrative %s, want %s", written(there), tt.want)
			}
			if back := calendar.Administrative.In(calendar.Civil, there); back != p {
				t.Errorf("and back %s, want %s", written(back), written(p))
			}
		})
	}
}

func TestElapsed(t *testing.T) {
	tests := []struct {
		name   string
		c      calendar.Calendar
		period string
		cutOff string
		want   string
	}{
		{"civil year at 14 June", calendar.Civil, "2024", "2024-06-14", "83/183"},
		{"administrative year at 14 June", calendar.Administrative, "2024", "2024-06-14", "1/2"},
		{"before it begins", calendar.Civil, "2024", "2023-12-31", "0/1"},
		{"first day", calendar.Civil, "2023", "2023-01-01", "1/365"},
		{"last day", calendar.Civil, "2024", "2024-12-31", "1/1"},
		{"after it", calendar.Civil, "2024", "2025-03-01", "1/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := tt.c.Parse(tt.period)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Elapsed(day(t, tt.cutOff)).String(); got != tt.want {
				t.Errorf("elapsed %s, want %s", got, tt.want)
			}
		})
	}
	if got := (calendar.Period{From: 1, To: 0}).Elapsed(0).String(); got != "1/1" {
		t.Errorf("elapsed of no days = %s", got)
	}
}

func TestParseCalendar(t *testing.T) {
	for _, text := range []string{"civil", "administrative"} {
		if c, err := calendar.ParseCalendar(text); err != nil || string(c) != text {
			t.Errorf("ParseCalendar(%q) = %q, %v", text, c, err)
		}
	}
	if _, err := calendar.ParseCalendar("lunar"); !errors.Is(err, calendar.ErrCalendar) {
		t.Errorf("error %v, want ErrCalendar", err)
	}
}

func TestDayOf(t *testing.T) {
	zone := time.FixedZone("ICT", 7*60*60)
	instant := time.Date(2024, time.June, 14, 18, 30, 0, 0, time.UTC)
	if got := calendar.DayOf(instant.In(zone)).String(); got != "2024-06-15" {
		t.Errorf("day in Vietnam %s, want 2024-06-15", got)
	}
	if _, err := calendar.ParseDay("14/6/2024"); !errors.Is(err, calendar.ErrDay) {
		t.Errorf("error %v, want ErrDay", err)
	}
}

// The half-year of a report by the administrative calendar, and its twin of the same
// name by the civil one.
func Example() {
	half, _ := calendar.Administrative.Parse("2024-H1")
	fmt.Println(half.From, half.To, half.Days())

	civil := calendar.Administrative.In(calendar.Civil, half)
	fmt.Println(civil.From, civil.To, civil.Days())

	year := calendar.Administrative.Year(half.To)
	fmt.Println(year.Elapsed(half.To), half.To.Vi())
	// Output:
	// 2023-12-15 2024-06-14 183
	// 2024-01-01 2024-06-30 182
	// 1/2 14/6/2024
}
