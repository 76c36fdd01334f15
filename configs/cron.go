package configs

import (
	"fmt"
	"strconv"
	"strings"
)

// cronFields are the five fields of a schedule with the least and the greatest
// number each may hold. Sunday is 0.
var cronFields = []struct {
	name        string
	least, most int
}{
	{"minute", 0, 59},
	{"hour", 0, 23},
	{"day of the month", 1, 31},
	{"month", 1, 12},
	{"day of the week", 0, 6},
}

// checkCron says what is wrong with a schedule. A schedule is empty or has five
// fields, each a list of numbers, ranges and steps: *, 5, 1-5, */15, 0,30.
func checkCron(schedule string) error {
	if schedule == "" {
		return nil
	}
	fields := strings.Fields(schedule)
	if len(fields) != len(cronFields) {
		return fmt.Errorf("a schedule has five fields, found %d", len(fields))
	}
	for i, f := range cronFields {
		for item := range strings.SplitSeq(fields[i], ",") {
			if !cronItem(item, f.least, f.most) {
				return fmt.Errorf("%q is no %s between %d and %d", fields[i], f.name, f.least, f.most)
			}
		}
	}
	return nil
}

func cronItem(item string, least, most int) bool {
	span, step, stepped := strings.Cut(item, "/")
	if stepped {
		if n, ok := cronNumber(step); !ok || n < 1 || n > most {
			return false
		}
	}
	if span == "*" {
		return true
	}
	first, last, isRange := strings.Cut(span, "-")
	from, ok := cronNumber(first)
	if !ok || from < least || from > most {
		return false
	}
	if !isRange {
		return !stepped
	}
	to, ok := cronNumber(last)
	return ok && to >= from && to <= most
}

func cronNumber(text string) (int, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
