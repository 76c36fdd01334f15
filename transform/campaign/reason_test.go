package campaign_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/delivery"
)

func TestReasons(t *testing.T) {
	const admin = calendar.Administrative
	atLeast := func(text string) *campaign.TargetDeclaration {
		return &campaign.TargetDeclaration{AtLeast: number(t, text)}
	}
	more90 := &campaign.TargetDeclaration{MoreThan: number(t, "90")}
	atMost := &campaign.TargetDeclaration{AtMost: number(t, "10")}
	less5 := &campaign.TargetDeclaration{LessThan: number(t, "5")}
	nine := &campaign.PathDeclaration{Kind: "milestones", Milestones: []campaign.MilestoneDeclaration{{On: "2024-06-01", Value: *number(t, "9")}}}
	round := &campaign.PathDeclaration{Kind: "after_round", RoundOn: "2024-06-01"}
	eight := counted(1000, none)
	eight.UnitsReported, eight.UnitsExpected = 8, 9
	few := counted(8, none)
	few.UnitsReported, few.UnitsExpected, few.NeverReceived = 8, 9, []string{"visit"}
	tests := []struct {
		name      string
		indicator string
		target    *campaign.TargetDeclaration
		path      *campaign.PathDeclaration
		cutOff    string
		count     campaign.Count
		want      delivery.Text
	}{
		{"no target", "samples", nil, nil, midYear, counted(1, none), delivery.Text{
			Vi: "Không có chỉ tiêu nên không xếp loại.",
			En: "Nothing was promised, so nothing is rated.",
		}},
		{"no target and no value", "satisfaction", nil, nil, midYear, counted(1, 0), delivery.Text{
			Vi: "Không có chỉ tiêu nên không xếp loại; mẫu số bằng 0.",
			En: "Nothing was promised, so nothing is rated; the denominator is zero.",
		}},
		{"linear", "inspected", atLeast("92"), nil, midYear, counted(45, 100), delivery.Text{
			Vi: "Đạt 45,0 % so với 46,0 % phải có đến 14/6/2024 (50,0 % thời gian), bằng 97,8 %; chỉ tiêu 92 %.",
			En: "45.0% against 46.0% expected by 2024-06-14 (50.0% of the time), a pace of 97.8%; target 92%.",
		}},
		{"linear, of thousands", "samples", atLeast("12345.5"), nil, midYear, counted(1234, none), delivery.Text{
			Vi: "Đạt 1.234 so với 6.172,8 phải có đến 14/6/2024 (50,0 % thời gian), bằng 20,0 %; chỉ tiêu 12.345,5.",
			En: "1,234 against 6,172.8 expected by 2024-06-14 (50.0% of the time), a pace of 20.0%; target 12,345.5.",
		}},
		{"linear, less is better", "deaths", atMost, nil, midYear, counted(6, none), delivery.Text{
			Vi: "Hiện là 6 so với mức không quá 5,0 đến 14/6/2024 (50,0 % thời gian), bằng 83,3 %; chỉ tiêu không quá 10.",
			En: "6 against no more than 5.0 by 2024-06-14 (50.0% of the time), a pace of 83.3%; target at most 10.",
		}},
		{"milestone", "samples", atLeast("9"), nine, midYear, counted(7, none), delivery.Text{
			Vi: "Đạt 7 so với mốc 9 của ngày 1/6/2024, bằng 77,8 %; chỉ tiêu 9.",
			En: "7 against the milestone 9 of 2024-06-01, a pace of 77.8%; target 9.",
		}},
		{"before the first milestone", "samples", atLeast("9"), nine, "2024-05-31", counted(7, none), delivery.Text{
			Vi: "Chưa có mốc nào đến hạn, mốc đầu là 9 vào ngày 1/6/2024; hiện có 7; chỉ tiêu 9.",
			En: "No milestone has come yet, the first is 9 on 2024-06-01; now 7; target 9.",
		}},
		{"full", "satisfaction", more90, nil, midYear, counted(85, 100), delivery.Text{
			Vi: "Đạt 85,0 % so với 90,0 % phải giữ ở mọi thời điểm, bằng 94,4 %; chỉ tiêu trên 90 %.",
			En: "85.0% against 90.0% that has to hold on every day, a pace of 94.4%; target more than 90%.",
		}},
		{"before the round", "communes", atLeast("86.1"), nil, midYear, counted(126, 173), delivery.Text{
			Vi: "Chỉ đánh giá sau đợt ngày 14/12/2024; hiện có 72,8 %; chỉ tiêu 86,1 %.",
			En: "Judged only after the round of 2024-12-14; now 72.8%; target 86.1%.",
		}},
		{"after the round", "communes", atLeast("86.1"), round, midYear, counted(126, 173), delivery.Text{
			Vi: "Đạt 72,8 % so với 86,1 % sau đợt ngày 1/6/2024, bằng 84,6 %; chỉ tiêu 86,1 %.",
			En: "72.8% against 86.1% after the round of 2024-06-01, a pace of 84.6%; target 86.1%.",
		}},
		{"not due, nothing known", "life", atLeast("74.3"), nil, midYear, campaign.Count{}, delivery.Text{
			Vi: "Chưa đến hạn 14/12/2024; chưa đếm được gì; chỉ tiêu 74,3.",
			En: "Not due until 2024-12-14; nothing could be counted; target 74.3.",
		}},
		{"exceeded", "communes", atLeast("86.1"), nil, "2024-12-14", counted(149, 173), delivery.Text{
			Vi: "Vượt chỉ tiêu: 86,13 % so với chỉ tiêu 86,1 %.",
			En: "Exceeded: 86.13%, target 86.1%.",
		}},
		{"met", "stock_out", less5, nil, "2024-12-14", counted(4, 100), delivery.Text{
			Vi: "Đạt chỉ tiêu: 4,0 % so với chỉ tiêu dưới 5 %.",
			En: "Met: 4.0%, target less than 5%.",
		}},
		{"missed by less than is shown", "satisfaction", atLeast("90"), nil, "2024-12-14", counted(8996, 10000), delivery.Text{
			Vi: "Không đạt: đến hạn 14/12/2024 là 89,96 % so với chỉ tiêu 90 %.",
			En: "Missed: 89.96% when due on 2024-12-14, target 90%.",
		}},
		{"not enough", "samples", atLeast("930"), nil, midYear, few, delivery.Text{
			Vi: "Chưa đủ số liệu để đánh giá: chưa từng nhận được dữ liệu của visit; mới có 8/9 đơn vị báo cáo đủ (88,9 %), cần 100,0 %.",
			En: "Not enough data for a verdict: nothing was ever received of visit; 8 of 9 units have reported in full (88.9%), 100.0% are needed.",
		}},
		{"denominator of zero", "satisfaction", more90, nil, midYear, counted(0, 0), delivery.Text{
			Vi: "Chưa đủ số liệu để đánh giá: mẫu số bằng 0.",
			En: "Not enough data for a verdict: the denominator is zero.",
		}},
		{"provisional", "samples", atLeast("930"), nil, midYear, eight, delivery.Text{
			Vi: "Vượt chỉ tiêu: 1.000 so với chỉ tiêu 930. Tạm tính: mới có 8/9 đơn vị báo cáo đủ (88,9 %), cần 100,0 %; phần còn thiếu không làm thay đổi kết luận.",
			En: "Exceeded: 1,000, target 930. Provisional: 8 of 9 units have reported in full (88.9%), 100.0% are needed; what is missing cannot overturn the verdict.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			declared := declared(campaign.EntryDeclaration{ID: "YB.1", Indicator: tt.indicator, Target: tt.target, Path: tt.path})
			c := compiled(t, declared)
			v := c.Judge(c.Entries()[0], window(t, c, admin, tt.cutOff), tt.count)
			if diff := cmp.Diff(tt.want, v.Reason); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
		})
	}
}
