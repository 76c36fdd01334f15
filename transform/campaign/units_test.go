package campaign_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
)

func TestJudgeUnits(t *testing.T) {
	good, bad, unknown := counted(28, 30), counted(27, 30), counted(0, 0)
	late := counted(95, 100)
	late.UnitsExpected = 1
	type verdict struct {
		Shown                   shown
		Provisional, Incomplete bool
		Reason                  string
	}
	tests := []struct {
		name     string
		path     *campaign.PathDeclaration
		cutOff   string
		units    []campaign.Count
		expected int
		want     verdict
	}{
		{"all", nil, yearEnd, []campaign.Count{good, good}, 2, verdict{
			Shown: shown{"100.0", "100.0", "100.0%", campaign.Met}, Reason: "2/2 đơn vị đạt chỉ tiêu trên 90 % (100,0 %), yêu cầu mọi đơn vị đều đạt.",
		}},
		{"the mean proves nothing", nil, yearEnd, []campaign.Count{counted(100, 100), bad}, 2, verdict{
			Shown: shown{"50.0", "100.0", "50.0%", campaign.Missed}, Reason: "1/2 đơn vị đạt chỉ tiêu trên 90 % (50,0 %), yêu cầu mọi đơn vị đều đạt; đã đến hạn 31/12/2024.",
		}},
		{"before it is due", nil, midYear, []campaign.Count{good, bad}, 2, verdict{
			Shown: shown{"50.0", "100.0", "50.0%", campaign.OnTrack}, Reason: "1/2 đơn vị đạt chỉ tiêu trên 90 % (50,0 %), yêu cầu mọi đơn vị đều đạt; 2 đơn vị theo kịp tiến độ, hạn 31/12/2024.",
		}},
		{"far behind", nil, midYear, []campaign.Count{good, counted(8, 10)}, 2, verdict{
			Shown: shown{"50.0", "100.0", "50.0%", campaign.Late}, Reason: "1/2 đơn vị đạt chỉ tiêu trên 90 % (50,0 %), yêu cầu mọi đơn vị đều đạt; 1 đơn vị theo kịp tiến độ, hạn 31/12/2024.",
		}},
		{"one has no figure", nil, yearEnd, []campaign.Count{good, unknown}, 2, verdict{
			Shown: shown{"100.0", "100.0", "100.0%", campaign.NotEnoughData}, Incomplete: true,
			Reason: "1/1 đơn vị đạt chỉ tiêu trên 90 % (100,0 %), yêu cầu mọi đơn vị đều đạt; 1/2 đơn vị chưa đủ số liệu.",
		}},
		{"one has not reported in full", nil, yearEnd, []campaign.Count{good, good, good, good, late}, 5, verdict{
			Shown:  shown{"100.0", "100.0", "100.0%", campaign.NotEnoughData},
			Reason: "4/4 đơn vị đạt chỉ tiêu trên 90 % (100,0 %), yêu cầu mọi đơn vị đều đạt; 1/5 đơn vị chưa đủ số liệu.",
		}},
		{"one never appeared, another misses", nil, yearEnd, []campaign.Count{good, bad}, 3, verdict{
			Shown: shown{"50.0", "100.0", "50.0%", campaign.Missed}, Provisional: true, Incomplete: true,
			Reason: "1/2 đơn vị đạt chỉ tiêu trên 90 % (50,0 %), yêu cầu mọi đơn vị đều đạt; 1/3 đơn vị chưa đủ số liệu; đã đến hạn 31/12/2024; tạm tính, phần còn thiếu không làm thay đổi kết luận.",
		}},
		{"nobody has a figure", nil, yearEnd, nil, 3, verdict{
			Shown: shown{"", "100.0", "", campaign.NotEnoughData}, Incomplete: true, Reason: "Chưa đơn vị nào đủ số liệu để so với chỉ tiêu trên 90 %.",
		}},
		{"due later", &campaign.PathDeclaration{Kind: "none"}, midYear, []campaign.Count{good, bad}, 2, verdict{
			Shown: shown{"50.0", "", "50.0%", campaign.NotYetDue}, Reason: "1/2 đơn vị đạt chỉ tiêu trên 90 % (50,0 %), yêu cầu mọi đơn vị đều đạt; chưa đến hạn 31/12/2024.",
		}},
		{"due later, met already", &campaign.PathDeclaration{Kind: "none"}, midYear, []campaign.Count{good, good}, 2, verdict{
			Shown: shown{"100.0", "", "100.0%", campaign.Met}, Reason: "2/2 đơn vị đạt chỉ tiêu trên 90 % (100,0 %), yêu cầu mọi đơn vị đều đạt.",
		}},
		{"before the round", &campaign.PathDeclaration{Kind: "after_round", RoundOn: "2024-11-01"}, midYear, []campaign.Count{good}, 1, verdict{
			Shown: shown{"100.0", "", "100.0%", campaign.NotYetDue}, Reason: "1/1 đơn vị đạt chỉ tiêu trên 90 % (100,0 %), yêu cầu mọi đơn vị đều đạt; chỉ đánh giá sau đợt ngày 1/11/2024.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := compiled(t, declared(campaign.EntryDeclaration{
				ID: "YB.4.2", Indicator: "satisfaction", Path: tt.path,
				Target: &campaign.TargetDeclaration{MoreThan: number(t, "90"), EachUnit: "facility"},
			}))
			v := c.JudgeUnits(c.Entries()[0], window(t, c, calendar.Civil, tt.cutOff), tt.units, tt.expected)
			if diff := cmp.Diff(tt.want, verdict{show(v), v.Provisional, v.Incomplete, v.Reason.Vi}); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// Units that grow towards their target are on the way as long as each keeps its pace.
func TestJudgeUnitsOnALinearPath(t *testing.T) {
	c := compiled(t, declared(campaign.EntryDeclaration{
		ID: "YB.3.3", Indicator: "inspected", Target: &campaign.TargetDeclaration{AtLeast: number(t, "80"), EachUnit: "district"},
	}))
	w := window(t, c, calendar.Administrative, midYear)
	for name, tt := range map[string]struct {
		units []campaign.Count
		want  shown
	}{
		"all keep pace":     {[]campaign.Count{counted(40, 100), counted(90, 100)}, shown{"50.0", "", "50.0%", campaign.OnTrack}},
		"one falls behind":  {[]campaign.Count{counted(39, 100), counted(90, 100)}, shown{"50.0", "", "50.0%", campaign.Late}},
		"all are there":     {[]campaign.Count{counted(80, 100), counted(90, 100)}, shown{"100.0", "", "100.0%", campaign.Met}},
		"without a figure":  {[]campaign.Count{counted(80, 100), {}}, shown{"100.0", "", "100.0%", campaign.NotEnoughData}},
		"nothing to divide": {[]campaign.Count{counted(0, 0)}, shown{"", "", "", campaign.NotEnoughData}},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.JudgeUnits(c.Entries()[0], w, tt.units, len(tt.units))
			if diff := cmp.Diff(tt.want, show(v)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s\n%s", diff, v.Reason.En)
			}
		})
	}
}
