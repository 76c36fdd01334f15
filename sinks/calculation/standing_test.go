package calculation_test

import (
	"strings"
	"testing"
	"time"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// A unit that reports that nothing happened has reported where its days cover what it
// owes, in one report or in several that adjoin.
func TestNothingToReport(t *testing.T) {
	for _, tt := range []struct {
		name    string
		reports []string
		want    int
	}{
		{"nothing", nil, 0},
		{"all days", []string{"visits F2 2024-06-01 2024-06-30"}, 1},
		{"days that adjoin", []string{"visits F2 2024-06-08 2024-06-14", "visits F2 2024-06-01 2024-06-07", "visits F2 2024-06-15 2024-06-30"}, 1},
		{"days told twice", []string{"visits F2 2024-05-20 2024-06-20", "visits F2 2024-06-02 2024-06-03", "visits F2 2024-06-02 2024-06-03", "visits F2 2024-06-21 2024-07-04"}, 1},
		{"a day between", []string{"visits F2 2024-06-01 2024-06-13", "visits F2 2024-06-15 2024-06-30"}, 0},
		{"a day of another feed between", []string{"visits F2 2024-06-01 2024-06-13", "links F2 2024-06-14 2024-06-14", "visits F2 2024-06-15 2024-06-30"}, 0},
		{"a day of another unit between", []string{"visits F2 2024-06-01 2024-06-13", "visits F1 2024-06-14 2024-06-14", "visits F2 2024-06-15 2024-06-30"}, 0},
		{"too few days", []string{"visits F2 2024-06-02 2024-06-30"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, 3)
			for _, r := range tt.reports {
				w.exec("INSERT INTO main.zero_report (feed, facility_code, from_on, to_on) VALUES ('" + strings.Join(strings.Fields(r), "', '") + "')")
			}
			p := plan(t)
			p.Entries = p.Campaign.Entries()[len(p.Campaign.Entries())-1:]
			p.Expectations = []*indicator.Expectation{{Job: "visits", Of: "visit", At: "arrived_at", Facility: "facility_code", Every: indicator.Monthly, UnitShare: 1}}
			p.Windows = []campaign.Window{{Extent: campaign.ToDate, Calendar: calendar.Civil, Period: calendar.Period{From: day("2024-06-01"), To: day("2024-06-30")}}}
			figures, err := w.open(time.Time{}).Figures(t.Context(), p, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if got := reportedOf(figures, "F2"); got != tt.want {
				t.Errorf("%d of F2 reported, want %d", got, tt.want)
			}
		})
	}
}

// reportedOf is how many units report within a facility that owes something, -1 where it
// has no figure.
func reportedOf(figures []campaign.Figure, facility string) int {
	for _, f := range figures {
		if f.Unit.Code == facility && f.Count.UnitsExpected == 1 {
			return f.Count.UnitsReported
		}
	}
	return -1
}
