package normalise_test

import (
	"fmt"
	"testing"
	"time"

	"thidua/transform/normalise"
	"thidua/transform/value"
)

var (
	date      = value.Type{Kind: value.Date}
	timestamp = value.Type{Kind: value.Timestamp}
)

func TestDate(t *testing.T) {
	check(t, date, normalise.Options{}, []sample{
		{"20261005", "2026-10-05", nil},
		{" 202610050810 ", "2026-10-05", nil},
		{"20261005081059", "2026-10-05", nil},
		{"2026-10-05", "2026-10-05", nil},
		{"2026-10-05T08:10", "2026-10-05", nil},
		{"07/03/1985", "1985-03-07", nil},
		{"7/3/1985", "1985-03-07", nil},
		{"05/10/2026 08:10", "2026-10-05", nil},
		{"08:10 05/10/2026", "2026-10-05", nil},
		{"\u00a005/10/2026", "2026-10-05", nil},
		{"19000101", "1900-01-01", nil},
		{"21001231", "2100-12-31", nil},
		{"20240229", "2024-02-29", nil},
		{"20000229", "2000-02-29", nil},
		{"20230229", "", normalise.DateInvalid},
		{"19000229", "", normalise.DateInvalid},
		{"20261305", "", normalise.DateInvalid},
		{"20260431", "", normalise.DateInvalid},
		{"20260012", "", normalise.DateInvalid},
		{"31/02/2026", "", normalise.DateInvalid},
		{"18991231", "", normalise.DateOutOfRange},
		{"21010101", "", normalise.DateOutOfRange},
		{"0000", "", normalise.DateOutOfRange},
		{"00000000", "", normalise.DateOutOfRange},
		{"07031985", "", normalise.DateOutOfRange},
		{"1950", "", normalise.DatePartial},
		{"19500000", "", normalise.DatePartial},
		{"19500300", "", normalise.DatePartial},
		{"195000000000", "", normalise.DatePartial},
		{"03/1950", "", normalise.DatePartial},
		{"1950-03", "", normalise.DatePartial},
		{"31113", "", normalise.DateSerial},
		{"44561.5", "", normalise.DateSerial},
		{"2.0261E+11", "", normalise.ExcelScientific},
		{"202610", "", normalise.DateUnreadable},
		{"5/10/26", "", normalise.DateUnreadable},
		{"05-10-2026", "", normalise.DateUnreadable},
		{"2026-10-05-01", "", normalise.DateUnreadable},
		{"08:10", "", normalise.DateUnreadable},
		{"hôm qua", "", normalise.DateUnreadable},
		{"2026\x001005", "", normalise.DateUnreadable},
		{"202610052400", "2026-10-06", normalise.MidnightMoved},
	})
}

func TestTimestamp(t *testing.T) {
	check(t, timestamp, normalise.Options{}, []sample{
		{"202610050810", "2026-10-05T08:10:00", nil},
		{"202610052359", "2026-10-05T23:59:00", nil},
		{"20261005081059", "2026-10-05T08:10:59", nil},
		{"2026-10-05 8:10", "2026-10-05T08:10:00", nil},
		{"2026-10-05T08:10:59.25", "2026-10-05T08:10:59.25", nil},
		{"2026-10-05T08:10:59+07:00", "2026-10-05T08:10:59", nil},
		{"05/10/2026 08:10", "2026-10-05T08:10:00", nil},
		{"08:10  05/10/2026", "2026-10-05T08:10:00", nil},
		{"8:10:59 5/1/2026", "2026-01-05T08:10:59", nil},
		{"196912312359", "1969-12-31T23:59:00", nil},
		{"20261005", "2026-10-05T00:00:00", normalise.TimeMissing},
		{"05/10/2026", "2026-10-05T00:00:00", normalise.TimeMissing},
		{"202612312400", "2027-01-01T00:00:00", normalise.MidnightMoved},
		{"31/12/2026 24:00", "2027-01-01T00:00:00", normalise.MidnightMoved},
		{"210012312400", "", normalise.DateOutOfRange},
		{"202610052401", "", normalise.DateInvalid},
		{"202610050860", "", normalise.DateInvalid},
		{"20261005081060", "", normalise.DateInvalid},
		{"2026-10-05T08:10:59Z", "", normalise.DateZone},
		{"2026-10-05T08:10:59-05:00", "", normalise.DateZone},
		{"2026-10-05T", "", normalise.DateUnreadable},
		{"2026-10-05T08", "", normalise.DateUnreadable},
		{"05/10/2026 8:1", "", normalise.DateUnreadable},
		{"195000000000", "", normalise.DatePartial},
		{"19500000", "", normalise.DatePartial},
	})
}

func TestEveryDayOfTheCalendar(t *testing.T) {
	read := reader(t, date, normalise.Options{})
	first := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := first; day.Year() <= 2100; day = day.AddDate(0, 0, 1) {
		v, reason := read([]byte(day.Format("20060102")))
		if want := day.Unix() / (24 * 60 * 60); v.Int != want || reason != nil {
			t.Fatalf("%s: got %d with %s, want %d", day, v.Int, findingOf(reason), want)
		}
	}
}

func TestSerials(t *testing.T) {
	check(t, date, normalise.Options{Reading: "excel"}, []sample{
		{"44561", "2021-12-31", nil},
		{"31113", "1985-03-07", nil},
		{"07/03/1985", "1985-03-07", nil},
		{"19850307", "1985-03-07", nil},
		{"44561.75", "2021-12-31", nil},
		{"73415", "2100-12-31", nil},
		{"73416", "", normalise.DateOutOfRange},
		{"1985", "", normalise.DatePartial},
		{"12", "", normalise.DateOutOfRange},
		{"44561,5", "", normalise.DateUnreadable},
	})
	check(t, timestamp, normalise.Options{Reading: "excel", Locale: normalise.Comma}, []sample{
		{"44561.333333333335759", "2021-12-31T08:00:00", nil},
		{"44561,5", "2021-12-31T12:00:00", nil},
		{"44561.9999999", "2022-01-01T00:00:00", nil},
		{"44561.0", "2021-12-31T00:00:00", normalise.TimeMissing},
	})
	check(t, date, normalise.Options{Reading: "excel_1904"}, []sample{
		{"43099", "2021-12-31", nil},
	})
	check(t, timestamp, normalise.Options{Reading: "epoch_ms"}, []sample{
		{"0", "1970-01-01T07:00:00", nil},
		{"1633392000000", "2021-10-05T07:00:00", nil},
		{"1633392000250", "2021-10-05T07:00:00.25", nil},
		{"1.63339E+12", "", normalise.ExcelScientific},
		{"9999999999999999", "", normalise.DateOutOfRange},
		{"999999999999999", "", normalise.DateOutOfRange},
		{"05/10/2021", "", normalise.DateUnreadable},
	})
	check(t, date, normalise.Options{Reading: "epoch_ms"}, []sample{
		{"1633366800000", "2021-10-05", nil},
		{"1633366799999", "2021-10-04", nil},
		{"-25200001", "1969-12-31", nil},
		{"-1", "1970-01-01", nil},
	})
}

func TestBirthYear(t *testing.T) {
	check(t, integer, normalise.Options{Reading: "birth_year"}, []sample{
		{"195000000000", "1950", nil},
		{"19500000", "1950", nil},
		{"19500300", "1950", nil},
		{"1950", "1950", nil},
		{"1950.0", "1950", normalise.NumberZeroFraction},
		{"03/1950", "1950", nil},
		{"198503070000", "1985", nil},
		{"07/03/1985", "1985", nil},
		{"19850230", "", normalise.DateInvalid},
		{"1899", "", normalise.DateOutOfRange},
		{"31113", "", normalise.DateSerial},
		{"195000000815", "", normalise.DatePartial},
	})
}

func TestYearAndMonth(t *testing.T) {
	check(t, integer, normalise.Options{Reading: "year"}, []sample{
		{"2026", "2026", nil},
		{"2026.0", "2026", normalise.NumberZeroFraction},
		{"10/2026", "2026", normalise.PeriodShortened},
		{"202610050810", "2026", nil},
		{"26", "", normalise.DateUnreadable},
		{"2101", "", normalise.DateOutOfRange},
	})
	check(t, integer, normalise.Options{Reading: "month"}, []sample{
		{"9", "9", nil},
		{"09", "9", nil},
		{"9.0", "9", normalise.NumberZeroFraction},
		{"10/2026", "10", normalise.PeriodShortened},
		{"10/1026", "", normalise.DateOutOfRange},
		{"13", "", normalise.MonthInvalid},
		{"0", "", normalise.MonthInvalid},
		{"13/2026", "", normalise.MonthInvalid},
		{"05/10/2026", "", normalise.MonthInvalid},
		{"2026-10", "", normalise.MonthInvalid},
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"20261005", "202610052400", "2026-10-05T08:10:59.25+07:00", "7/3/1985 8:10", "08:10 05/10/2026", "44561.5", "1950", "-25200001", "10/2026"} {
		f.Add([]byte(s))
	}
	kinds := []value.Type{date, timestamp}
	var reads [][]normalise.Func
	for _, typ := range kinds {
		var of []normalise.Func
		for _, reading := range []string{"date", "excel", "excel_1904", "epoch_ms"} {
			of = append(of, reader(f, typ, normalise.Options{Reading: reading}))
		}
		reads = append(reads, of)
	}
	years := []normalise.Func{
		reader(f, integer, normalise.Options{Reading: "year"}),
		reader(f, integer, normalise.Options{Reading: "birth_year"}),
		reader(f, integer, normalise.Options{Reading: "month"}),
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for i, typ := range kinds {
			for _, read := range reads[i] {
				idempotent(t, typ, read, reads[i][0], text)
			}
		}
		for _, read := range years {
			idempotent(t, integer, read, read, text)
		}
	})
}

func BenchmarkDate(b *testing.B) {
	for _, text := range []string{"202610050810", "20261005", "2026-10-05T08:10:59"} {
		b.Run(fmt.Sprint(len(text)), func(b *testing.B) { benchmark(b, timestamp, normalise.Options{}, text) })
	}
}
