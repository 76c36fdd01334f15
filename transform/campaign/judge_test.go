package campaign_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
)

// shown is what a test states of a verdict: numbers as they are shown, to one decimal
// place, empty where there is none.
type shown struct {
	Value, Expected, Attainment string
	Status                      campaign.Status
}

func show(v campaign.Verdict) shown {
	write := func(f *float64, text func(float64) string) string {
		if f == nil {
			return ""
		}
		return text(*f)
	}
	number := func(f float64) string { return campaign.Amount(f, 1).En }
	share := func(f float64) string { return campaign.Share(f, 1).En }
	return shown{write(v.Value, number), write(v.Expected, number), write(v.Attainment, share), v.Status}
}

func TestJudge(t *testing.T) {
	const (
		civil = calendar.Civil
		admin = calendar.Administrative
	)
	atLeast := func(text string) *campaign.TargetDeclaration {
		return &campaign.TargetDeclaration{AtLeast: number(t, text)}
	}
	moreThan := func(text string) *campaign.TargetDeclaration {
		return &campaign.TargetDeclaration{MoreThan: number(t, text)}
	}
	atMost := func(text string) *campaign.TargetDeclaration {
		return &campaign.TargetDeclaration{AtMost: number(t, text)}
	}
	lessThan := func(text string) *campaign.TargetDeclaration {
		return &campaign.TargetDeclaration{LessThan: number(t, text)}
	}
	equal := &campaign.TargetDeclaration{Equal: number(t, "1")}
	by30June := &campaign.TargetDeclaration{AtLeast: number(t, "100"), DueOn: "2024-06-30"}
	round := &campaign.PathDeclaration{Kind: "after_round", RoundOn: "2024-06-01"}
	full := &campaign.PathDeclaration{Kind: "full"}
	nine := &campaign.PathDeclaration{Kind: "milestones", Milestones: []campaign.MilestoneDeclaration{{On: "2024-03-31", Value: *number(t, "5")}, {On: "2024-06-30", Value: *number(t, "9")}}}
	from400 := &campaign.BaselineDeclaration{Value: number(t, "400")}
	tests := []struct {
		name      string
		indicator string
		target    *campaign.TargetDeclaration
		path      *campaign.PathDeclaration
		calendar  calendar.Calendar
		cutOff    string
		count     campaign.Count
		want      shown
	}{
		{"no target", "satisfaction", nil, nil, civil, midYear, counted(27, 30), shown{"90.0", "", "", campaign.NotRated}},
		{"no target, no denominator", "satisfaction", nil, nil, civil, midYear, counted(27, 0), shown{"", "", "", campaign.NotRated}},

		{"90.0 is not more than 90", "satisfaction", moreThan("90"), nil, civil, yearEnd, counted(27, 30), shown{"90.0", "90.0", "100.0%", campaign.Missed}},
		{"93.3 is more than 90", "satisfaction", moreThan("90"), nil, civil, yearEnd, counted(28, 30), shown{"93.3", "90.0", "103.7%", campaign.Met}},
		{"89.96 shown as 90.0 is not at least 90", "satisfaction", atLeast("90"), nil, civil, yearEnd, counted(8996, 10000), shown{"90.0", "90.0", "100.0%", campaign.Missed}},
		{"90 is at least 90", "satisfaction", atLeast("90"), nil, civil, yearEnd, counted(27, 30), shown{"90.0", "90.0", "100.0%", campaign.Met}},
		{"149 of 173 communes", "communes", atLeast("86.1"), nil, civil, yearEnd, counted(149, 173), shown{"86.1", "86.1", "100.0%", campaign.Exceeded}},
		{"148 of 173 communes", "communes", atLeast("86.1"), nil, civil, yearEnd, counted(148, 173), shown{"85.5", "86.1", "99.4%", campaign.Missed}},
		{"145 of 168 communes", "communes", atLeast("86.1"), nil, civil, yearEnd, counted(145, 168), shown{"86.3", "86.1", "100.2%", campaign.Exceeded}},
		{"144 of 168 communes", "communes", atLeast("86.1"), nil, civil, yearEnd, counted(144, 168), shown{"85.7", "86.1", "99.6%", campaign.Missed}},
		{"861 of 1000 communes meet 86.1 exactly", "communes", atLeast("86.1"), nil, civil, yearEnd, counted(861, 1000), shown{"86.1", "86.1", "100.0%", campaign.Met}},

		{"civil half-year, late", "samples", atLeast("930"), nil, civil, midYear, counted(379, none), shown{"379.0", "421.8", "40.8%", campaign.Late}},
		{"civil half-year, to be watched", "samples", atLeast("930"), nil, civil, midYear, counted(380, none), shown{"380.0", "421.8", "40.9%", campaign.Watch}},
		{"civil half-year, on track", "samples", atLeast("930"), nil, civil, midYear, counted(422, none), shown{"422.0", "421.8", "45.4%", campaign.OnTrack}},
		{"administrative half-year, to be watched", "samples", atLeast("930"), nil, admin, midYear, counted(464, none), shown{"464.0", "465.0", "49.9%", campaign.Watch}},
		{"administrative half-year, on track", "samples", atLeast("930"), nil, admin, midYear, counted(465, none), shown{"465.0", "465.0", "50.0%", campaign.OnTrack}},
		{"administrative year is over on 14 December", "samples", atLeast("930"), nil, admin, "2024-12-14", counted(929, none), shown{"929.0", "930.0", "99.9%", campaign.Missed}},
		{"civil year is not", "samples", atLeast("930"), nil, civil, "2024-12-14", counted(929, none), shown{"929.0", "886.8", "99.9%", campaign.OnTrack}},
		{"met before it is due", "samples", atLeast("930"), nil, civil, midYear, counted(930, none), shown{"930.0", "421.8", "100.0%", campaign.Met}},
		{"exceeded before it is due", "samples", atLeast("930"), nil, civil, midYear, counted(931, none), shown{"931.0", "421.8", "100.1%", campaign.Exceeded}},
		{"due in June, expected by then", "samples", by30June, nil, civil, "2024-05-31", counted(80, none), shown{"80.0", "83.5", "80.0%", campaign.Watch}},
		{"due in June, missed", "samples", by30June, nil, civil, "2024-07-31", counted(99, none), shown{"99.0", "100.0", "99.0%", campaign.Missed}},
		{"linear from a baseline", "records", atLeast("1000"), nil, admin, midYear, counted(690, none), shown{"690.0", "700.0", "69.0%", campaign.Watch}},

		{"before the first milestone", "samples", atLeast("9"), nine, civil, "2024-03-30", counted(0, none), shown{"0.0", "", "0.0%", campaign.OnTrack}},
		{"first milestone", "samples", atLeast("9"), nine, civil, midYear, counted(4, none), shown{"4.0", "5.0", "44.4%", campaign.Late}},
		{"second milestone", "samples", atLeast("9"), nine, civil, "2024-06-30", counted(8.5, none), shown{"8.5", "9.0", "94.4%", campaign.Watch}},
		{"full, to be watched", "satisfaction", moreThan("90"), nil, civil, midYear, counted(85, 100), shown{"85.0", "90.0", "94.4%", campaign.Watch}},
		{"full, late", "satisfaction", moreThan("90"), nil, civil, midYear, counted(80, 100), shown{"80.0", "90.0", "88.9%", campaign.Late}},
		{"before the round", "communes", atLeast("86.1"), nil, civil, "2024-12-30", counted(149, 173), shown{"86.1", "", "100.0%", campaign.NotYetDue}},
		{"after the round, before it is due", "communes", atLeast("86.1"), round, civil, midYear, counted(148, 173), shown{"85.5", "86.1", "99.4%", campaign.Watch}},
		{"official figure before it is due", "life", atLeast("74.3"), nil, civil, midYear, campaign.Count{}, shown{"", "", "", campaign.NotYetDue}},
		{"official figure that has to hold, before it is published", "life", atLeast("74.3"), full, civil, midYear, campaign.Count{}, shown{"", "74.3", "", campaign.NotYetDue}},
		{"official figure that was never published", "life", atLeast("74.3"), nil, civil, yearEnd, campaign.Count{}, shown{"", "74.3", "", campaign.NotEnoughData}},
		{"official figure of less", "life", atLeast("74.3"), nil, civil, yearEnd, counted(74.2, none), shown{"74.2", "74.3", "99.9%", campaign.Missed}},
		{"milestone not done yet", "plan", equal, nil, civil, midYear, counted(0, none), shown{"0.0", "", "0.0%", campaign.NotYetDue}},
		{"milestone done early", "plan", equal, nil, civil, midYear, counted(1, none), shown{"1.0", "", "100.0%", campaign.Met}},
		{"milestone not done", "plan", equal, nil, civil, yearEnd, counted(0, none), shown{"0.0", "1.0", "0.0%", campaign.Missed}},
		{"milestone that is asked for on every day", "plan", equal, full, civil, midYear, counted(0, none), shown{"0.0", "1.0", "0.0%", campaign.Late}},

		{"at most, better", "stock_out", atMost("5"), nil, civil, midYear, counted(4, 100), shown{"4.0", "5.0", "125.0%", campaign.Exceeded}},
		{"at most, exactly", "stock_out", atMost("5"), nil, civil, midYear, counted(5, 100), shown{"5.0", "5.0", "100.0%", campaign.Met}},
		{"at most, to be watched", "stock_out", atMost("5"), nil, civil, midYear, counted(54, 1000), shown{"5.4", "5.0", "92.6%", campaign.Watch}},
		{"at most, missed", "stock_out", atMost("5"), nil, civil, yearEnd, counted(6, 100), shown{"6.0", "5.0", "83.3%", campaign.Missed}},
		{"less than, exactly", "stock_out", lessThan("5"), nil, civil, yearEnd, counted(5, 100), shown{"5.0", "5.0", "100.0%", campaign.Missed}},
		{"less than, better", "stock_out", lessThan("5"), nil, civil, yearEnd, counted(0, 100), shown{"0.0", "5.0", "", campaign.Met}},
		{"a growing count below its bound is on the way", "deaths", atMost("10"), nil, admin, midYear, counted(5, none), shown{"5.0", "5.0", "200.0%", campaign.OnTrack}},
		{"a growing count that grows too fast", "deaths", atMost("10"), nil, admin, midYear, counted(6, none), shown{"6.0", "5.0", "166.7%", campaign.Late}},
		{"a growing count that stayed below its bound", "deaths", atMost("10"), nil, admin, "2024-12-14", counted(9, none), shown{"9.0", "10.0", "111.1%", campaign.Exceeded}},
		{"none at most, and one", "deaths", atMost("0"), nil, civil, midYear, counted(1, none), shown{"1.0", "0.0", "0.0%", campaign.Late}},
		{"none at most, and none", "deaths", atMost("0"), nil, civil, midYear, counted(0, none), shown{"0.0", "0.0", "", campaign.OnTrack}},

		{"denominator of zero", "satisfaction", moreThan("90"), nil, civil, yearEnd, counted(0, 0), shown{"", "90.0", "", campaign.NotEnoughData}},
		{"no denominator", "satisfaction", moreThan("90"), nil, civil, yearEnd, counted(5, none), shown{"", "90.0", "", campaign.NotEnoughData}},
		{"nothing counted", "samples", atLeast("930"), nil, civil, midYear, campaign.Count{}, shown{"", "421.8", "", campaign.NotEnoughData}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entry := campaign.EntryDeclaration{ID: "YB.1", Indicator: tt.indicator, Target: tt.target, Path: tt.path}
			if tt.indicator == "records" {
				entry.Baseline = from400
			}
			c := compiled(t, declared(entry))
			v := c.Judge(c.Entries()[0], window(t, c, tt.calendar, tt.cutOff), tt.count)
			if diff := cmp.Diff(tt.want, show(v)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
			if v.Reason.Vi == "" || v.Reason.En == "" || v.Provisional || v.Incomplete {
				t.Errorf("reason %q, provisional %v, incomplete %v", v.Reason, v.Provisional, v.Incomplete)
			}
		})
	}
}

func TestJudgeWithUnitsMissing(t *testing.T) {
	missing := func(n campaign.Count, reported, expected int) campaign.Count {
		n.UnitsReported, n.UnitsExpected = reported, expected
		return n
	}
	never := func(n campaign.Count) campaign.Count {
		n.NeverReceived = []string{"visit"}
		return n
	}
	type flags struct {
		Status                               campaign.Status
		Provisional, Incomplete, OverHundred bool
	}
	tests := []struct {
		name, indicator string
		cutOff          string
		target          campaign.TargetDeclaration
		count           campaign.Count
		want            flags
	}{
		{"all have reported", "samples", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "10")}, missing(counted(9, none), 9, 9), flags{Status: campaign.Missed}},
		{"one never reported", "samples", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "10")}, missing(counted(9, none), 8, 9), flags{Status: campaign.NotEnoughData}},
		{"met without it", "samples", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "10")}, missing(counted(10, none), 8, 9), flags{Status: campaign.Met, Provisional: true}},
		{"exceeded without most", "samples", midYear, campaign.TargetDeclaration{MoreThan: number(t, "10")}, missing(counted(11, none), 7, 9), flags{Status: campaign.Met, Provisional: true, Incomplete: true}},
		{"a strict target not met yet", "samples", midYear, campaign.TargetDeclaration{MoreThan: number(t, "10")}, missing(counted(10, none), 8, 9), flags{Status: campaign.NotEnoughData}},
		{"an upper bound broken without it", "deaths", yearEnd, campaign.TargetDeclaration{AtMost: number(t, "10")}, missing(counted(11, none), 8, 9), flags{Status: campaign.Missed, Provisional: true}},
		{"an upper bound kept without it", "deaths", yearEnd, campaign.TargetDeclaration{AtMost: number(t, "10")}, missing(counted(1, none), 8, 9), flags{Status: campaign.NotEnoughData}},
		{"a share of what units report proves nothing", "uploaded", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "10")}, missing(counted(90, 100), 8, 9), flags{Status: campaign.NotEnoughData}},
		{"a share of a register does", "inspected", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "80")}, missing(counted(90, 100), 8, 9), flags{Status: campaign.Exceeded, Provisional: true}},
		{"a ratio never does", "satisfaction", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "80")}, missing(counted(90, 100), 8, 9), flags{Status: campaign.NotEnoughData}},
		{"a dataset never received", "satisfaction", yearEnd, campaign.TargetDeclaration{AtLeast: number(t, "80")}, never(counted(90, 100)), flags{Status: campaign.NotEnoughData}},
		{"not due precedes what is missing", "plan", midYear, campaign.TargetDeclaration{Equal: number(t, "2")}, missing(counted(1, none), 0, 9), flags{Status: campaign.NotYetDue, Incomplete: true}},
		{"over a hundred", "inspected", midYear, campaign.TargetDeclaration{AtLeast: number(t, "80")}, counted(1050, 938), flags{Status: campaign.Exceeded, OverHundred: true}},
		{"a hundred", "inspected", midYear, campaign.TargetDeclaration{AtLeast: number(t, "80")}, counted(938, 938), flags{Status: campaign.Exceeded}},
		{"more than a hundred things are no share", "samples", midYear, campaign.TargetDeclaration{AtLeast: number(t, "80")}, counted(101, none), flags{Status: campaign.Exceeded}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := compiled(t, declared(campaign.EntryDeclaration{ID: "YB.1", Indicator: tt.indicator, Target: &tt.target}))
			v := c.Judge(c.Entries()[0], window(t, c, calendar.Civil, tt.cutOff), tt.count)
			if diff := cmp.Diff(tt.want, flags{v.Status, v.Provisional, v.Incomplete, v.OverHundred}); diff != "" {
				t.Errorf("verdict (-want +got):\n%s\n%s", diff, v.Reason.En)
			}
		})
	}
}

func TestJudgeByItsOwnShares(t *testing.T) {
	declared := declared(campaign.EntryDeclaration{
		ID: "YB.1", Indicator: "samples", Target: &campaign.TargetDeclaration{AtLeast: number(t, "930")},
		Thresholds: &campaign.ThresholdDeclaration{OnTrack: 0.9, Watch: 0.5},
	})
	declared.Completeness = &campaign.CompletenessDeclaration{Judge: 0.8, Show: 0.9}
	c := compiled(t, declared)
	for name, tt := range map[string]struct {
		samples            float64
		reported, expected int
		want               campaign.Status
	}{
		"on track":         {419, 9, 9, campaign.OnTrack},
		"watch":            {233, 9, 9, campaign.Watch},
		"late":             {232, 9, 9, campaign.Late},
		"enough units":     {419, 8, 10, campaign.OnTrack},
		"not enough units": {419, 7, 10, campaign.NotEnoughData},
	} {
		t.Run(name, func(t *testing.T) {
			n := counted(tt.samples, none)
			n.UnitsReported, n.UnitsExpected = tt.reported, tt.expected
			v := c.Judge(c.Entries()[0], window(t, c, calendar.Administrative, midYear), n)
			if v.Status != tt.want || v.Incomplete != (tt.expected == 10) {
				t.Errorf("status %s, incomplete %v, want %s: %s", v.Status, v.Incomplete, tt.want, v.Reason.En)
			}
		})
	}
}

func TestJudgeMonths(t *testing.T) {
	c := compiled(t, declared(
		campaign.EntryDeclaration{ID: "YB.7.4", Indicator: "samples", Target: &campaign.TargetDeclaration{AtLeast: number(t, "930")}},
		campaign.EntryDeclaration{ID: "YB.4.2", Indicator: "satisfaction", Target: &campaign.TargetDeclaration{MoreThan: number(t, "90")}},
	))
	windows := c.Windows(campaign.Moment{CutOffOn: day(t, yearEnd), Calendar: calendar.Civil})
	june, december := windows[6], windows[12]
	got := []shown{
		show(c.Judge(c.Entries()[0], june, counted(50, none))),
		show(c.Judge(c.Entries()[1], june, counted(80, 100))),
		show(c.Judge(c.Entries()[1], december, counted(80, 100))),
		show(c.Observe(c.Entries()[1], counted(80, 100))),
	}
	want := []shown{
		{"50.0", "", "", campaign.NotRated},
		{"80.0", "90.0", "88.9%", campaign.Late},
		{"80.0", "90.0", "88.9%", campaign.Missed},
		{"80.0", "", "", campaign.NotRated},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
