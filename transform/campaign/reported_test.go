package campaign_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
)

func TestReportedFor(t *testing.T) {
	d := declared(
		campaign.EntryDeclaration{ID: "to date", Indicator: "records", Reported: []campaign.ReportedDeclaration{{Numerator: number(t, "1251"), Printed: "1.251"}}},
		campaign.EntryDeclaration{ID: "on a day", Indicator: "records", Reported: []campaign.ReportedDeclaration{{On: midYear, Value: number(t, "2806741")}}},
		campaign.EntryDeclaration{ID: "of the period", Indicator: "satisfaction", Reported: []campaign.ReportedDeclaration{
			{On: midYear, Numerator: number(t, "105"), Denominator: number(t, "223"), Value: number(t, "47")},
		}},
		campaign.EntryDeclaration{ID: "of a year", Indicator: "life", Reported: []campaign.ReportedDeclaration{
			{Year: 2020, Value: number(t, "91.09")}, {Year: 2021, Value: number(t, "91.47")},
		}},
	)
	d.Reports = []campaign.ReportDeclaration{{CutOffOn: midYear, Calendar: "administrative"}}
	c := compiled(t, d)
	f := func(n float64) *float64 { return &n }
	records := &campaign.Reported{Numerator: f(1251), Value: f(1251), Printed: "1.251"}
	doses := &campaign.Reported{Value: f(2806741)}
	facilities := &campaign.Reported{Numerator: f(105), Denominator: f(223), Value: f(47.08520179372197)}
	tests := []struct {
		name     string
		entry    int
		calendar calendar.Calendar
		cutOff   string
		want     *campaign.Reported
	}{
		{"to date, on the last day", 0, calendar.Civil, yearEnd, records},
		{"to date, in the other calendar", 0, calendar.Administrative, yearEnd, records},
		{"to date, earlier", 0, calendar.Civil, midYear, nil},
		{"on its day", 1, calendar.Civil, midYear, doses},
		{"on its day in the other calendar", 1, calendar.Administrative, midYear, doses},
		{"on another day", 1, calendar.Civil, "2024-06-15", nil},
		{"of the period of the report", 2, calendar.Administrative, midYear, facilities},
		{"of another period to the same day", 2, calendar.Civil, midYear, nil},
		{"of a year", 3, calendar.Civil, yearEnd, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := c.ReportedFor(c.Entries()[tt.entry], window(t, c, tt.calendar, tt.cutOff))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("printed figure (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("of a month", func(t *testing.T) {
		december := campaign.Window{Extent: campaign.OfMonth, Calendar: calendar.Civil, Period: calendar.Civil.Month(day(t, yearEnd))}
		if got := c.ReportedFor(c.Entries()[0], december); got != nil {
			t.Errorf("printed figure of a month: %v", got)
		}
	})
	want := []campaign.Annual{{Year: 2020, Reported: campaign.Reported{Value: f(91.09)}}, {Year: 2021, Reported: campaign.Reported{Value: f(91.47)}}}
	if diff := cmp.Diff(want, c.Entries()[3].AnnualReported()); diff != "" {
		t.Errorf("annual figures (-want +got):\n%s", diff)
	}
}

func TestSummary(t *testing.T) {
	target := &campaign.TargetDeclaration{AtLeast: number(t, "10")}
	c := compiled(t, declared(
		campaign.EntryDeclaration{ID: "a", Indicator: "samples", Target: target},
		campaign.EntryDeclaration{ID: "b", Indicator: "samples", Target: target},
		campaign.EntryDeclaration{ID: "c", Indicator: "samples", Target: target},
		campaign.EntryDeclaration{ID: "d", Indicator: "samples"},
	))
	figure := func(entry int, extent campaign.Extent, s campaign.Status) campaign.Figure {
		return campaign.Figure{Entry: c.Entries()[entry], Window: campaign.Window{Extent: extent}, Verdict: campaign.Verdict{Status: s}}
	}
	got := campaign.Summary([]campaign.Figure{
		figure(0, campaign.ToDate, campaign.Exceeded), figure(0, campaign.OfMonth, campaign.Met), figure(0, campaign.ToDate, campaign.Exceeded),
		figure(1, campaign.ToDate, campaign.Met), figure(2, campaign.ToDate, campaign.NotEnoughData), figure(3, campaign.ToDate, campaign.NotRated),
	})
	if want := (campaign.Fulfilment{Assigned: 3, Met: 2, Exceeded: 1}); got != want {
		t.Errorf("summary %v, want %v", got, want)
	}
}
