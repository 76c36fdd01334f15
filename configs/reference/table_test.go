package reference_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	lists2024 = "dvhc_2024"
	lists2025 = "dvhc_2025"
)

// row is a line of a reference table by column name.
type row map[string]string

// standsOn reports whether r is valid on an ISO day. ISO days compare as text.
func (r row) standsOn(day string) bool {
	return r["valid_from"] <= day && (r["valid_to"] == "" || day <= r["valid_to"])
}

// lastDay returns the last valid day, or a day after all others while r is open.
func (r row) lastDay() string {
	if r["valid_to"] == "" {
		return "9999-12-31"
	}
	return r["valid_to"]
}

func (r row) successors() []string {
	if r["successor_code"] == "" {
		return nil
	}
	return strings.Split(r["successor_code"], ";")
}

func readTable(t *testing.T, file string) (header []string, rows []row) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header = records[0]
	for _, record := range records[1:] {
		r := make(row, len(header))
		for i, name := range header {
			r[name] = record[i]
		}
		rows = append(rows, r)
	}
	return header, rows
}

func areas(t *testing.T) []row {
	t.Helper()
	_, rows := readTable(t, "area.csv")
	return rows
}

func facilities(t *testing.T) []row {
	t.Helper()
	_, rows := readTable(t, "facility.csv")
	return rows
}

// index groups rows by the given columns.
func index(rows []row, columns ...string) map[string][]row {
	groups := make(map[string][]row)
	for _, r := range rows {
		groups[keyOf(r, columns...)] = append(groups[keyOf(r, columns...)], r)
	}
	return groups
}

func keyOf(r row, columns ...string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = r[c]
	}
	return strings.Join(parts, "/")
}

// only returns the rows valid on day whose columns hold the wanted values,
// given as name, value, name, value.
func only(rows []row, day string, want ...string) []row {
	var found []row
	for _, r := range rows {
		ok := r.standsOn(day)
		for i := 0; ok && i < len(want); i += 2 {
			ok = r[want[i]] == want[i+1]
		}
		if ok {
			found = append(found, r)
		}
	}
	return found
}

func nextDay(t *testing.T, day string) string {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

// checkDays requires real days in order.
func checkDays(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		for _, column := range []string{"valid_from", "valid_to"} {
			if column == "valid_to" && r[column] == "" {
				continue
			}
			if _, err := time.Parse(time.DateOnly, r[column]); err != nil {
				t.Errorf("%s from %s: %s is not a day", r["code"], r["valid_from"], column)
			}
		}
		if r["valid_from"] > r.lastDay() {
			t.Errorf("%s from %s ends before it begins", r["code"], r["valid_from"])
		}
	}
}

// checkOverlap requires that the rows of one key follow each other in time.
func checkOverlap(t *testing.T, rows []row, columns ...string) {
	t.Helper()
	for key, group := range index(rows, columns...) {
		slices.SortFunc(group, func(a, b row) int { return strings.Compare(a["valid_from"], b["valid_from"]) })
		for i := 1; i < len(group); i++ {
			if group[i]["valid_from"] <= group[i-1].lastDay() {
				t.Errorf("%s has two rows valid on %s", key, group[i]["valid_from"])
			}
		}
	}
}
