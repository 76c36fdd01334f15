package indicator

import (
	"fmt"
	"slices"
	"strings"

	"thidua/transform/calendar"
	"thidua/transform/sqltext"
)

// Names of the temporary tables that tell who has reported. Whoever counts makes
// them:
//
//   - OwedTable (e INTEGER, n INTEGER, from_on DATE, to_on DATE): the windows that are
//     owed by expectation, as Windows gives them.
//   - ReportingTable (e INTEGER, w INTEGER, facility VARCHAR, reports BOOLEAN): which
//     facilities of those that owe something in a window have reported, as Reporting
//     selects them.
const (
	OwedTable      = "temp.counting_owed"
	ReportingTable = "temp.counting_reporting"
)

// ZeroDataset holds explicit reports that nothing happened.
const ZeroDataset = "zero_report"

// Windows returns what a unit owes from the first day to the last: the whole windows
// between them that are due on the day given or before.
func (e *Expectation) Windows(first, last, today calendar.Day) []calendar.Period {
	var owed []calendar.Period
	for d := first; d <= last; {
		w := e.window(d)
		if w.From >= first && w.To <= last && w.To+calendar.Day(e.DueDays) < today && !e.excepts(w) {
			owed = append(owed, w)
		}
		d = w.To + 1
	}
	return owed
}

// window returns the window that holds the day.
func (e *Expectation) window(d calendar.Day) calendar.Period {
	switch e.Every {
	case Monthly:
		return calendar.Civil.Month(d)
	case Weekly:
		return calendar.Civil.Week(d)
	default:
		return calendar.Period{From: d, To: d}
	}
}

// excepts reports whether nothing is owed in a window.
func (e *Expectation) excepts(w calendar.Period) bool {
	return e.Every == Daily && slices.Contains(e.Except, w.From.Date().Weekday())
}

// Reporting returns the statement that tells, for the expectation numbered n, which
// facilities have reported in each window. A facility owes a window that lies within
// the days of its row; it reports where the share of its windows that are met reaches
// the expectation's. Facilities that owe nothing do not occur. Reports that nothing
// happened count together where their days adjoin.
func (e *Expectation) Reporting(n int, s Scope) string {
	rows, among := s.Rows, ""
	days := fmt.Sprintf("SELECT DISTINCT r.%s AS facility, CAST(r.%s AS DATE) AS d FROM %s AS r", sqltext.Name(e.Facility), sqltext.Name(e.At), rows(e.Of))
	if s.DayTable != nil {
		if table, column, made := s.DayTable(e.DayTable(s)); made {
			days = fmt.Sprintf("SELECT code0 AS facility, d FROM %s WHERE %s IS NOT NULL", table, column)
		}
	}
	if e.Among != nil {
		among = " WHERE " + e.Among.SQL()
	}
	return fmt.Sprintf(`WITH owed AS (SELECT n, from_on, to_on FROM %[1]s WHERE e = %[2]d),
owing AS (SELECT code AS facility, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to FROM (SELECT * FROM %[3]s%[4]s)),
day AS (%[5]s),
zero AS (SELECT facility_code AS facility, from_on, to_on, from_on > 1 + max(to_on) OVER (PARTITION BY facility_code ORDER BY from_on, to_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begins
	FROM %[6]s WHERE feed = %[7]s),
quiet AS (SELECT facility, min(from_on) AS from_on, max(to_on) AS to_on
	FROM (SELECT *, count(*) FILTER (begins) OVER (PARTITION BY facility ORDER BY from_on, to_on) AS stretch FROM zero) GROUP BY facility, stretch),
met AS (SELECT facility, n FROM day JOIN owed ON d BETWEEN from_on AND to_on
	UNION SELECT facility, n FROM quiet JOIN owed ON quiet.from_on <= owed.from_on AND quiet.to_on >= owed.to_on),
due AS (SELECT facility, n, from_on, to_on FROM owing JOIN owed ON valid_from <= from_on AND valid_to >= to_on)
SELECT %[2]d AS e, w, due.facility, count(met.n) >= %[8]s * count(*) AS reports
FROM due JOIN %[9]s ON from_on >= start_on AND to_on <= stop_on
LEFT JOIN met ON met.facility = due.facility AND met.n = due.n GROUP BY w, due.facility`,
		OwedTable, n, rows("facility"), among, days, rows(ZeroDataset), sqltext.Text(e.Job), share(e.UnitShare), WindowTable)
}

func share(of float64) string { return fmt.Sprintf("%g::DOUBLE", of) }

// Standing returns the statement that counts, over the expectations with the numbers
// given, the facilities that owe something and those that reported in all of them, by
// window and unit. Its columns are w, level, unit, expected and reported.
func Standing(numbers []int, province, list string) string {
	return fmt.Sprintf(`WITH facility_standing AS (SELECT w, facility, bool_and(reports) AS reports FROM %s WHERE e IN (%s) GROUP BY ALL),
placed AS (SELECT w, p.district, p.commune, p.facility, reports FROM facility_standing AS s JOIN %s USING (w)
	JOIN %s AS p ON p.kind = 'facility' AND p.code = s.facility AND stop_on BETWEEN p.from_on AND p.to_on
	WHERE p.province = %s AND p.list = %s),
total AS (SELECT w, GROUPING(district, commune, facility) AS depth, district, commune, facility, count(*) AS expected, count(*) FILTER (WHERE reports) AS reported
	FROM placed GROUP BY GROUPING SETS ((w), (w, district), (w, commune), (w, facility)))
SELECT w, %s AS level, CASE depth WHEN 7 THEN %s ELSE coalesce(district, commune, facility) END AS unit, expected, reported FROM total WHERE %s`,
		ReportingTable, joined(numbers), WindowTable, PlaceTable, sqltext.Text(province), sqltext.Text(list), levelOf("depth"), sqltext.Text(province), hasUnit("depth"))
}

// Silent returns the statement that names the facilities which owe something in the
// window numbered w and have not reported, in the order of their codes.
func Silent(numbers []int, w int, province, list string) string {
	return fmt.Sprintf(`SELECT s.facility FROM %s AS s JOIN %s USING (w)
JOIN %s AS p ON p.kind = 'facility' AND p.code = s.facility AND stop_on BETWEEN p.from_on AND p.to_on
WHERE e IN (%s) AND w = %d AND p.province = %s AND p.list = %s GROUP BY s.facility HAVING NOT bool_and(reports) ORDER BY s.facility`,
		ReportingTable, WindowTable, PlaceTable, joined(numbers), w, sqltext.Text(province), sqltext.Text(list))
}

func joined(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, ", ")
}
