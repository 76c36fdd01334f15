package calculation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Codes of areas were used again: a target of another list judges nobody. Case tells
// neither campaigns nor ids nor levels apart, and a later decision holds.
func TestAssigned(t *testing.T) {
	tests := []struct {
		name string
		// rows are values of campaign, id, unit_level, unit_code, unit_list, amount and
		// decided_on.
		rows []string
		// want are the targets by unit.
		want map[string]float64
	}{
		{"none", nil, map[string]float64{}},
		{"a commune of the list", []string{"'now', 'TN.D.2', 'commune', 'C1', 'l24', 7, '2024-01-15'"}, map[string]float64{"commune C1": 7}},
		{"a commune of another list", []string{"'now', 'TN.D.2', 'commune', 'C1', 'l25', 7, '2024-01-15'"}, map[string]float64{}},
		{"another list is later", []string{
			"'now', 'TN.D.2', 'commune', 'C1', 'l24', 7, '2024-01-15'", "'now', 'TN.D.2', 'commune', 'C1', 'l25', 9, '2024-02-15'",
		}, map[string]float64{"commune C1": 7}},
		{"a district of no list", []string{"'now', 'TN.D.2', 'district', 'D1', NULL, 8, '2024-01-15'"}, map[string]float64{"district D1": 8}},
		{"the list of the same day", []string{
			"'now', 'TN.D.2', 'district', 'D1', 'l24', 6, '2024-01-15'", "'now', 'TN.D.2', 'district', 'D1', NULL, 8, '2024-01-15'",
		}, map[string]float64{"district D1": 6}},
		{"a facility has no list", []string{"'now', 'TN.D.2', 'facility', 'F1', NULL, 5, '2024-01-15'"}, map[string]float64{"facility F1": 5}},
		{"a facility with the list of its commune", []string{"'now', 'TN.D.2', 'facility', 'F1', 'l25', 5, '2024-01-15'"}, map[string]float64{"facility F1": 5}},
		{"upper and lower case", []string{"'NOW', 'tn.d.2', 'COMMUNE', 'C1', 'L24', 7, '2024-01-15'", "'Now', 'TN.d.2', 'Facility', 'F1', NULL, 5, '2024-01-15'"}, map[string]float64{"commune C1": 7, "facility F1": 5}},
		{"the later decision", []string{"'NOW', 'TN.D.2', 'commune', 'C1', 'l24', 9, '2024-03-15'", "'now', 'TN.D.2', 'commune', 'C1', 'l24', 7, '2024-01-15'"}, map[string]float64{"commune C1": 9}},
		{"of another campaign, figure and unit", []string{
			"'then', 'TN.D.2', 'commune', 'C1', 'l24', 7, '2024-01-15'", "'now', 'TN.D.3', 'commune', 'C1', 'l24', 7, '2024-01-15'", "'now', 'TN.D.2', 'commune', 'C9', 'l24', 7, '2024-01-15'",
		}, map[string]float64{}},
	}
	w := newWorld(t, 5)
	w.put(row{key: "v", facility: "F1", kind: "a", at: day("2024-06-03"), left: day("2024-06-03")})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w.exec("DELETE FROM main.unit_target")
			for _, values := range test.rows {
				w.exec("INSERT INTO main.unit_target (campaign, id, unit_level, unit_code, unit_list, amount, decided_on) VALUES (" + values + ")")
			}
			if diff := cmp.Diff(test.want, w.targets(t)); diff != "" {
				t.Errorf("targets (-want +got):\n%s", diff)
			}
		})
	}
}

// A province may declare targets of units without the list: all are of the campaign's.
func TestAssignedWithoutList(t *testing.T) {
	w := newWorld(t, 5)
	w.put(row{key: "v", facility: "F1", kind: "a", at: day("2024-06-03"), left: day("2024-06-03")})
	w.exec("ALTER TABLE main.unit_target DROP COLUMN unit_list")
	w.exec("INSERT INTO main.unit_target (campaign, id, unit_level, unit_code, amount, decided_on) VALUES ('now', 'TN.D.2', 'commune', 'C1', 7, '2024-01-15')")
	if diff := cmp.Diff(map[string]float64{"commune C1": 7}, w.targets(t)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// targets judges June 2024 by a target of the province and returns those that units below
// it are judged by. Units with no target of their own are not rated.
func (w *world) targets(t *testing.T) map[string]float64 {
	t.Helper()
	hundred, err := declaration.ParseNumber("100")
	if err != nil {
		t.Fatal(err)
	}
	counted := measures(t)["rows"]
	counted.Denominator = nil
	e := &campaign.Entry{
		ID: "TN.D.2", Definition: counted, Behaviour: indicator.Cumulative,
		Target: &campaign.Target{Comparison: campaign.AtLeast, Value: hundred}, Path: campaign.Path{Kind: campaign.NoPath},
	}
	june := calendar.Period{From: day("2024-06-01"), To: day("2024-06-30")}
	c := &campaign.Campaign{
		Name: "now", Province: campaign.Area{Code: "15", List: "l24"}, Period: june, Calendar: calendar.Civil,
		Tasks: []campaign.Task{{Entries: []*campaign.Entry{e}}},
	}
	figures, err := w.open(time.Time{}).Figures(t.Context(), calculation.Plan{
		Campaign: c, Windows: []campaign.Window{{Extent: campaign.ToDate, Calendar: calendar.Civil, Period: june}},
	}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	targets, unrated := map[string]float64{}, map[string]bool{}
	for _, f := range figures {
		unit := fmt.Sprintf("%s %s", f.Unit.Level, f.Unit.Code)
		switch {
		case f.Unit.Level == indicator.Province:
		case f.Verdict.Target != nil:
			targets[unit] = *f.Verdict.Target
		case f.Verdict.Status == campaign.NotRated:
			unrated[unit] = true
		}
	}
	if len(targets)+len(unrated) != 3 {
		t.Errorf("judged %v, not rated %v, want the facility, its commune and its district", targets, slices.Sorted(maps.Keys(unrated)))
	}
	return targets
}
