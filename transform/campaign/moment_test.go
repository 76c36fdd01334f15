package campaign_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

func written(m campaign.Moment) string { return fmt.Sprintf("%s %s", m.CutOffOn, m.Calendar) }

func TestMoments(t *testing.T) {
	d := declared()
	d.Reports = []campaign.ReportDeclaration{
		{CutOffOn: "2024-12-14", Calendar: "administrative"},
		{CutOffOn: midYear, Calendar: "administrative"},
		{CutOffOn: "2024-06-30", Calendar: "civil"},
		{CutOffOn: yearEnd, Calendar: "civil"},
	}
	c := compiled(t, d)
	tests := []struct {
		name, today string
		want        []string
	}{
		{"before it begins", "2024-01-01", nil},
		{"first morning", "2024-01-02", []string{"2024-01-01 civil"}},
		{"on the cut-off of a report", midYear, []string{"2024-06-13 civil"}},
		{"the morning after it", "2024-06-15", []string{"2024-06-14 administrative", "2024-06-14 civil"}},
		{"the standing one is a report", "2024-07-01", []string{"2024-06-14 administrative", "2024-06-30 civil"}},
		{"later", "2024-07-02", []string{"2024-06-14 administrative", "2024-06-30 civil", "2024-07-01 civil"}},
		{"long after", "2026-01-01", []string{"2024-06-14 administrative", "2024-06-30 civil", "2024-12-14 administrative", "2024-12-31 civil"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range c.Moments(day(t, tt.today)) {
				got = append(got, written(m))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("moments (-want +got):\n%s", diff)
			}
			standing, begun := c.Standing(day(t, tt.today))
			if begun != (tt.want != nil) || begun && standing.Calendar != calendar.Civil {
				t.Errorf("standing %s, %v", written(standing), begun)
			}
		})
	}
}

func TestWindows(t *testing.T) {
	whole := compiled(t, declared())
	parted := declared()
	parted.Period = campaign.SpanDeclaration{From: "2024-03-10", To: "2024-10-31"}
	tests := []struct {
		name     string
		campaign *campaign.Campaign
		calendar calendar.Calendar
		cutOff   string
		want     []string
	}{
		{"civil", whole, calendar.Civil, "2024-02-14", []string{
			"to_date 2024-01-01 2024-02-14", "month 2024-01-01 2024-01-31", "month 2024-02-01 2024-02-14",
		}},
		{"administrative", whole, calendar.Administrative, "2024-02-14", []string{
			"to_date 2023-12-15 2024-02-14", "month 2023-12-15 2024-01-14", "month 2024-01-15 2024-02-14",
		}},
		{"administrative, before the civil year", whole, calendar.Administrative, "2023-12-20", []string{
			"to_date 2023-12-15 2023-12-20", "month 2023-12-15 2023-12-20",
		}},
		{"civil, before the civil year", whole, calendar.Civil, "2023-12-20", nil},
		{"days without a name", compiled(t, parted), calendar.Administrative, "2024-04-01", []string{
			"to_date 2024-03-10 2024-04-01", "month 2024-03-10 2024-03-14", "month 2024-03-15 2024-04-01",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range tt.campaign.Windows(campaign.Moment{CutOffOn: day(t, tt.cutOff), Calendar: tt.calendar}) {
				got = append(got, fmt.Sprintf("%s %s %s", w.Extent, w.Period.From, w.Period.To))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("windows (-want +got):\n%s", diff)
			}
		})
	}
	if n := len(whole.Windows(campaign.Moment{CutOffOn: day(t, "2025-01-31"), Calendar: calendar.Civil})); n != 14 {
		t.Errorf("%d windows at a cut-off behind the campaign, want to date and 13 months", n)
	}
}

// A half-year report of 14 June, judged in the calendar of administrative reports.
func Example() {
	target, _ := declaration.ParseNumber("930")
	samples := &indicator.Indicator{
		Name: "quality_sample", Title: declaration.Title{Vi: "Số mẫu", En: "Samples"}, MeasuredIn: declaration.Title{Vi: "mẫu", En: "samples"},
		Direction: indicator.Up, Behaviour: indicator.Cumulative, Numerator: &indicator.Measure{Aggregate: indicator.CountRows},
	}
	title := declaration.Title{Vi: "Phong trào thi đua", En: "Campaign"}
	c, err := campaign.Compile(campaign.Declaration{
		Campaign: "yen-bai-2024", Title: title, Owner: title, Calendar: "civil",
		Province: campaign.ProvinceDeclaration{Code: "15", List: "dvhc_2024"},
		Period:   campaign.SpanDeclaration{From: "2024-01-01", To: "2024-12-31"},
		Tasks: []campaign.TaskDeclaration{{Task: "7", Title: title, Indicators: []campaign.EntryDeclaration{{
			ID: "YB.7.4", Indicator: "quality_sample", Target: &campaign.TargetDeclaration{AtLeast: &target},
		}}}},
	}, map[string]*indicator.Indicator{"quality_sample": samples})
	if err != nil {
		fmt.Println(err)
		return
	}
	cutOff, _ := calendar.ParseDay("2024-06-14")
	taken := 450.0
	for _, cal := range []calendar.Calendar{calendar.Administrative, calendar.Civil} {
		toDate := c.Windows(campaign.Moment{CutOffOn: cutOff, Calendar: cal})[0]
		v := c.Judge(c.Entries()[0], toDate, campaign.Count{Numerator: &taken})
		fmt.Println(v.Status.Words().Vi+":", v.Reason.Vi)
	}
	// Output:
	// Cần chú ý: Đạt 450 so với 465,0 phải có đến 14/6/2024 (50,0 % thời gian), bằng 96,8 %; chỉ tiêu 930.
	// Đúng tiến độ: Đạt 450 so với 421,8 phải có đến 14/6/2024 (45,4 % thời gian), bằng 106,7 %; chỉ tiêu 930.
}
