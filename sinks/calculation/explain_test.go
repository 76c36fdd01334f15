package calculation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// explained opens a world of many rows, half of them replaced since the instant it
// returns.
func explained(t *testing.T, seed uint64) (*world, time.Time) {
	t.Helper()
	w := newWorld(t, seed)
	w.exec("CREATE TABLE main.payload (payload BIGINT, job VARCHAR, received_at TIMESTAMPTZ, bytes BIGINT, state VARCHAR)")
	w.exec("INSERT INTO main.payload VALUES (1, 'visits', '2024-07-01 02:00:00+00', 10, 'loaded')")
	w.exec("INSERT INTO main.insurance_link (citizen_key, insurance_key, known_from) VALUES ('p1', 'i1', '2020-01-01')")
	var keys []string
	for range 120 {
		r := w.newRow()
		keys = append(keys, r.key)
		w.put(r)
		w.show(r.key, w.dice.IntN(2) == 0)
	}
	before := w.clock
	w.clock = w.clock.Add(24 * time.Hour)
	for range 10 {
		w.change(&keys)
	}
	return w, before
}

// The statements that people are given ask for the same number as the engine counts,
// for every way of counting, unit and period, now and as known before.
func TestQuestion(t *testing.T) {
	for seed := range uint64(2) {
		w, before := explained(t, seed)
		for name, known := range map[string]time.Time{"now": {}, "as known before": before} {
			t.Run(fmt.Sprintf("world %d, %s", seed, name), func(t *testing.T) {
				c, p := w.open(known), plan(t)
				figures, err := c.Figures(t.Context(), p, known)
				if err != nil {
					t.Fatal(err)
				}
				asked := map[string]int{}
				for _, f := range figures {
					if w.dice.IntN(5) > 0 {
						continue
					}
					e, err := c.Explain(t.Context(), p, f, 3)
					if err != nil {
						t.Fatal(err)
					}
					w.sameNumber(t, f, "numerator", e.Numerator, f.Count.Numerator)
					if e.Denominator != "" {
						w.sameNumber(t, f, "denominator", e.Denominator, f.Count.Denominator)
					}
					asked[string(f.Unit.Level)]++
				}
				for _, level := range []string{"province", "district", "commune", "facility"} {
					if asked[level] == 0 {
						t.Errorf("nothing asked of any %s", level)
					}
				}
			})
		}
	}
}

// sameNumber asks a statement and holds its answer against what was counted.
func (w *world) sameNumber(t *testing.T, f campaign.Figure, part, statement string, counted *float64) {
	t.Helper()
	var answer *float64
	if err := w.conn.QueryRowContext(t.Context(), "SELECT amount::DOUBLE FROM ("+statement+")").Scan(&answer); err != nil {
		t.Fatalf("%s: %v\n%s", f.Entry.ID, err, statement)
	}
	if diff := cmp.Diff(counted, answer); diff != "" {
		t.Errorf("%s of %s, %s %s, %s..%s (-counted +asked):\n%s\n%s", part, f.Entry.ID, f.Unit.Level, f.Unit.Code, f.Window.Period.From, f.Window.Period.To, diff, statement)
	}
}

// What stands behind a figure adds up to it.
func TestEvidence(t *testing.T) {
	w, _ := explained(t, 7)
	w.exec("UPDATE main.visit SET delivery = CASE WHEN visit_key < 'v2' THEN 2 WHEN visit_key < 'v3' THEN 3 ELSE 1 END")
	w.exec("UPDATE main.showing SET delivery = 9")
	c, p := w.open(time.Time{}), plan(t)
	figures, err := c.Figures(t.Context(), p, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if m := f.Entry.Definition.Numerator; m.Matching != nil && f.Window.Extent == campaign.ToDate && f.Unit.Level == "province" {
			e, err := c.Explain(t.Context(), p, f, 9)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(e.Sources); n < 2 || e.Sources[n-1].Delivery != 9 || float64(e.Sources[n-1].Rows) < *f.Count.Numerator {
				t.Errorf("%s is made of %v, without what lets its rows count", f.Entry.ID, e.Sources)
			}
		}
		if f.Entry.ID != "total" || f.Window.Extent != campaign.ToDate || f.Unit.Level != "province" {
			continue
		}
		e, err := c.Explain(t.Context(), p, f, 2)
		if err != nil {
			t.Fatal(err)
		}
		if float64(e.Unplaced) != f.Count.Unassigned || e.Unplaced == 0 {
			t.Errorf("%d rows of no known unit, counted %g", e.Unplaced, f.Count.Unassigned)
		}
		var told []string
		rows := e.OtherRows
		for _, s := range e.Sources {
			told = append(told, fmt.Sprint(s.Delivery, s.Job))
			rows += s.Rows
		}
		if float64(rows) != *f.Count.Numerator || e.OtherSources != 1 {
			t.Errorf("sources hold %d rows and %d more deliveries, counted %g", rows, e.OtherSources, *f.Count.Numerator)
		}
		if diff := cmp.Diff([]string{"1visits", "2"}, told); diff != "" {
			t.Errorf("sources (-want +got):\n%s", diff)
		}
	}
}

// Facilities that owe something and sent nothing are named, those of the unit alone.
func TestSilent(t *testing.T) {
	w := newWorld(t, 3)
	w.exec("CREATE TABLE main.payload (payload BIGINT, job VARCHAR, received_at TIMESTAMPTZ, bytes BIGINT, state VARCHAR)")
	for n, facility := range []string{"F1", "F1", "F3"} {
		w.put(row{key: fmt.Sprint("v", n), facility: facility, kind: "a", at: day("2024-06-03"), left: day("2024-06-03")})
	}
	owed := &indicator.Expectation{Job: "visits", Of: "visit", At: "arrived_at", Facility: "facility_code", Every: indicator.Monthly, UnitShare: 1}
	p := plan(t)
	p.Expectations = []*indicator.Expectation{owed}
	p.Windows = []campaign.Window{{Extent: campaign.ToDate, Calendar: calendar.Civil, Period: calendar.Period{From: day("2024-06-01"), To: day("2024-06-30")}}}
	p.Entries = p.Campaign.Entries()[len(p.Campaign.Entries())-1:]
	c := w.open(time.Time{})
	figures, err := c.Figures(t.Context(), p, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, f := range figures {
		e, err := c.Explain(t.Context(), p, f, 1)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%d/%d", f.Count.UnitsReported, f.Count.UnitsExpected)
		for _, u := range e.Silent {
			text += " " + u.Name
		}
		told[string(f.Unit.Level)+" "+f.Unit.Code] = text
	}
	want := map[string]string{
		"province 15": "2/3 station F2", "district D1": "2/2", "district D2": "0/1 station F2", "commune C1": "2/2", "commune C2": "0/1 station F2",
		"facility F1": "1/1", "facility F2": "0/1 station F2", "facility F3": "1/1",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("reported and silent (-want +got):\n%s", diff)
	}
}

// Units are listed with those they lie in on the day, in the order of their codes.
func TestUnits(t *testing.T) {
	w := newWorld(t, 1)
	units, err := w.open(time.Time{}).Units(t.Context(), campaign.Area{Code: "15", List: "l24"}, day("2024-06-14"))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, u := range units {
		told = append(told, fmt.Sprintf("%s %s in %s/%s: %s", u.Level, u.Code, u.District, u.Commune, u.Name))
	}
	want := []string{
		"province 15 in /: province 15", "district D1 in D1/: district D1", "district D2 in D2/: district D2",
		"commune C1 in D1/C1: commune C1", "commune C2 in D2/C2: commune C2", "commune C3 in D2/C3: commune C3",
		"facility F1 in D1/C1: station F1", "facility F2 in D2/C2: station F2", "facility F3 in D1/C1: hospital F3",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if !units[6].In("district", "D1") || units[6].In("district", "D2") || !units[6].In("province", "15") || units[1].In("facility", "F1") {
		t.Error("a unit lies where it does not")
	}
}
