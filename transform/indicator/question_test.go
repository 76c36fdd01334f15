package indicator_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/indicator"
)

// asked is a question about the half-year of 2024 by the administrative calendar.
func asked(t *testing.T, level indicator.Level, code string) indicator.Asked {
	t.Helper()
	p, err := calendar.Administrative.Parse("2024-H1")
	if err != nil {
		t.Fatal(err)
	}
	return indicator.Asked{Level: level, Code: code, Days: p}
}

func scope() indicator.Scope {
	return indicator.Scope{Rows: func(dataset string) string { return dataset }, Province: "15", List: "dvhc_2024"}
}

// What people are given to ask is written as they would write it: the rows, the units as
// they were on the day, the days, and the unit.
func TestQuestionText(t *testing.T) {
	datasets, references := tables(t)
	d, err := indicator.Compile(declared(), datasets, references)
	if err != nil {
		t.Fatal(err)
	}
	want := `SELECT count(*) AS amount
FROM (SELECT * FROM visit WHERE ("kind" = 'chip')) AS r
SEMI JOIN (SELECT "facility_code", "visit_key" FROM identification WHERE "ok") AS like_it USING ("facility_code", "visit_key")
LEFT JOIN (SELECT *, min(valid_from) OVER (PARTITION BY code) AS first_on FROM facility) AS u0
  ON u0.code = r."facility_code" AND greatest(CAST(r."arrived_at" AS DATE), u0.first_on) BETWEEN u0.valid_from AND coalesce(u0.valid_to, DATE '9999-12-31')
WHERE CAST(r."arrived_at" AS DATE) BETWEEN DATE '2023-12-15' AND DATE '2024-06-14'
  AND coalesce(u0.province_code, '15') = '15'
  AND coalesce(u0.area_list, 'dvhc_2024') = 'dvhc_2024'
  AND u0.code = '15101'`
	if diff := cmp.Diff(want, d.Numerator.Question(scope(), asked(t, indicator.Facility, "15101"))); diff != "" {
		t.Errorf("question (-want +got):\n%s", diff)
	}
}

// Each level is asked of by the column that names it, and a level that a measure knows
// nothing of has no rows.
func TestQuestionOfLevels(t *testing.T) {
	days := "r.\"arrived_at\" AS DATE"
	at := func(units ...indicator.UnitColumn) *indicator.Measure {
		return &indicator.Measure{Aggregate: indicator.CountRows, Of: "visit", At: "arrived_at", Units: units}
	}
	facility := indicator.UnitColumn{Level: indicator.Facility, Column: "facility_code"}
	commune := indicator.UnitColumn{Level: indicator.Commune, Column: "commune_code"}
	district := indicator.UnitColumn{Level: indicator.District, Column: "district_code"}
	for name, test := range map[string]struct {
		measure *indicator.Measure
		level   indicator.Level
		ends    string
	}{
		"district of a facility":   {at(facility), indicator.District, "AND d0.code = 'U'"},
		"commune of a facility":    {at(facility), indicator.Commune, "AND u0.area_code = 'U'"},
		"district of two columns":  {at(commune, district), indicator.District, "AND coalesce(d0.code, u1.code) = 'U'"},
		"facility of an area":      {at(commune), indicator.Facility, "AND false"},
		"province of no column":    {at(), indicator.Province, "AND DATE '2024-06-14'"},
		"province of two columns":  {at(facility, commune), indicator.Province, "coalesce(u0.area_list, u1.list, 'dvhc_2024') = 'dvhc_2024'"},
		"province of its own code": {at(indicator.UnitColumn{Level: indicator.Province, Column: "province"}), indicator.Province, "coalesce(u0.list, 'dvhc_2024') = 'dvhc_2024'"},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.measure.Question(scope(), asked(t, test.level, "U"))
			if !strings.HasSuffix(got, test.ends) || !strings.Contains(got, days) {
				t.Errorf("the question ends otherwise than %q:\n%s", test.ends, got)
			}
		})
	}
}

// A figure that begins anew with its period counts its days, another one everything
// through the last of them.
func TestDays(t *testing.T) {
	p := asked(t, indicator.Province, "").Days
	for behaviour, from := range map[indicator.Behaviour]calendar.Day{
		indicator.Ratio: p.From, indicator.Cumulative: p.From, indicator.RunningTotal: calendar.First, indicator.Stock: calendar.First, indicator.Milestone: calendar.First,
	} {
		i := &indicator.Indicator{Behaviour: behaviour}
		if got := i.Days(p); got != (calendar.Period{From: from, To: p.To}) {
			t.Errorf("%s counts %s..%s", behaviour, got.From, got.To)
		}
	}
}
