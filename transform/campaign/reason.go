package campaign

import (
	"fmt"
	"math/big"
	"strings"

	"thidua/transform/delivery"
)

// mostDecimals bounds the decimals that are added to tell two numbers apart.
const mostDecimals = 6

func notRated(lack delivery.Text) delivery.Text {
	return sentence(delivery.Text{
		Vi: "Không có chỉ tiêu nên không xếp loại",
		En: "Nothing was promised, so nothing is rated",
	}, lack)
}

func notPromised(lack delivery.Text) delivery.Text {
	return sentence(delivery.Text{
		Vi: "Chỉ tiêu không giao cho đơn vị này nên không xếp loại",
		En: "Nothing was promised for this unit, so nothing is rated",
	}, lack)
}

func monthNotRated() delivery.Text {
	return delivery.Text{
		Vi: "Số của riêng một tháng không xếp loại; chỉ tiêu so với số tính từ đầu kỳ đến ngày chốt.",
		En: "The figure of one month is not rated; the target is held against what was counted from the beginning to the cut-off.",
	}
}

// sentence closes a statement, with what is lacking behind it where something is.
func sentence(statement, lack delivery.Text) delivery.Text {
	if lack.Vi != "" {
		statement.Vi += "; " + lack.Vi
		statement.En += "; " + lack.En
	}
	return delivery.Text{Vi: statement.Vi + ".", En: statement.En + "."}
}

func (j *judgement) notYetDue() delivery.Text {
	stand := j.stand()
	target := j.entry.promised()
	if j.entry.Path.Kind == AfterRound {
		on := j.round()
		return delivery.Text{
			Vi: fmt.Sprintf("Chỉ đánh giá sau đợt ngày %s; %s; chỉ tiêu %s.", on.Vi(), stand.Vi, target.Vi),
			En: fmt.Sprintf("Judged only after the round of %s; %s; target %s.", on, stand.En, target.En),
		}
	}
	return delivery.Text{
		Vi: fmt.Sprintf("Chưa đến hạn %s; %s; chỉ tiêu %s.", j.due().Vi(), stand.Vi, target.Vi),
		En: fmt.Sprintf("Not due until %s; %s; target %s.", j.due(), stand.En, target.En),
	}
}

// stand says where the figure is now.
func (j *judgement) stand() delivery.Text {
	if j.value == nil {
		return j.lack
	}
	value := j.shown(j.entry.Target.Value.Rat())
	return delivery.Text{Vi: "hiện có " + value.Vi, En: "now " + value.En}
}

func (j *judgement) notEnough() delivery.Text {
	causes := j.missing()
	if j.value == nil {
		causes = append([]delivery.Text{j.lack}, causes...)
	}
	lack := joined(causes)
	return delivery.Text{
		Vi: "Chưa đủ số liệu để đánh giá: " + lack.Vi + ".",
		En: "Not enough data for a verdict: " + lack.En + ".",
	}
}

// missing says what has not been delivered.
func (j *judgement) missing() []delivery.Text {
	var causes []delivery.Text
	n := j.count
	if len(n.NeverReceived) > 0 {
		names := strings.Join(n.NeverReceived, ", ")
		causes = append(causes, delivery.Text{Vi: "chưa từng nhận được dữ liệu của " + names, En: "nothing was ever received of " + names})
	}
	if n.NothingDue {
		causes = append(causes, delivery.Text{
			Vi: "chưa có kỳ báo cáo nào của các đơn vị kết thúc và đến hạn trong khoảng ngày này",
			En: "no report that units owe has come due within these days",
		})
	}
	least := j.campaign.Completeness.Judge
	if reportedLess(n.UnitsReported, n.UnitsExpected, least) {
		have := Share(float64(n.UnitsReported)/float64(n.UnitsExpected), 1)
		need := Share(least, 1)
		causes = append(causes, delivery.Text{
			Vi: fmt.Sprintf("mới có %d/%d đơn vị báo cáo đủ (%s), cần %s", n.UnitsReported, n.UnitsExpected, have.Vi, need.Vi),
			En: fmt.Sprintf("%d of %d units have reported in full (%s), %s are needed", n.UnitsReported, n.UnitsExpected, have.En, need.En),
		})
	}
	return causes
}

func joined(causes []delivery.Text) delivery.Text {
	var vi, en []string
	for _, c := range causes {
		vi, en = append(vi, c.Vi), append(en, c.En)
	}
	return delivery.Text{Vi: strings.Join(vi, "; "), En: strings.Join(en, "; ")}
}

// provisional adds to the reason of a verdict why it stands although units are missing.
func (j *judgement) provisional(reason delivery.Text) delivery.Text {
	lack := joined(j.missing())
	return delivery.Text{
		Vi: fmt.Sprintf("%s Tạm tính: %s; phần còn thiếu không làm thay đổi kết luận.", reason.Vi, lack.Vi),
		En: fmt.Sprintf("%s Provisional: %s; what is missing cannot overturn the verdict.", reason.En, lack.En),
	}
}

func (j *judgement) exceeds() delivery.Text {
	return j.held("Vượt chỉ tiêu: %s so với chỉ tiêu %s.", "Exceeded: %s, target %s.")
}

func (j *judgement) meets() delivery.Text {
	return j.held("Đạt chỉ tiêu: %s so với chỉ tiêu %s.", "Met: %s, target %s.")
}

func (j *judgement) misses() delivery.Text {
	return j.held("Không đạt: đến hạn "+j.due().Vi()+" là %s so với chỉ tiêu %s.", "Missed: %s when due on "+j.due().String()+", target %s.")
}

// held writes the value and the target into a sentence of both languages.
func (j *judgement) held(vi, en string) delivery.Text {
	value, target := j.shown(j.entry.Target.Value.Rat()), j.entry.promised()
	return delivery.Text{Vi: fmt.Sprintf(vi, value.Vi, target.Vi), En: fmt.Sprintf(en, value.En, target.En)}
}

func (j *judgement) beforeMilestones() delivery.Text {
	first := j.entry.Path.Milestones[0]
	stand, value, target := j.stand(), j.entry.Written(first.Value), j.entry.promised()
	return delivery.Text{
		Vi: fmt.Sprintf("Chưa có mốc nào đến hạn, mốc đầu là %s vào ngày %s; %s; chỉ tiêu %s.", value.Vi, first.On.Vi(), stand.Vi, target.Vi),
		En: fmt.Sprintf("No milestone has come yet, the first is %s on %s; %s; target %s.", value.En, first.On, stand.En, target.En),
	}
}

// onTheWay compares the value with what the path expects by the cut-off.
func (j *judgement) onTheWay(expected, pace *big.Rat) delivery.Text {
	value, target, reached := j.shown(expected), j.entry.promised(), share(pace, 1)
	against := j.against(expected)
	begins := "Đạt"
	if j.entry.Target.below() {
		begins = "Hiện là"
	}
	return delivery.Text{
		Vi: fmt.Sprintf("%s %s so với %s, bằng %s; chỉ tiêu %s.", begins, value.Vi, against.Vi, reached.Vi, target.Vi),
		En: fmt.Sprintf("%s against %s, a pace of %s; target %s.", value.En, against.En, reached.En, target.En),
	}
}

// against says what is expected, and why.
func (j *judgement) against(expected *big.Rat) delivery.Text {
	day := j.cutOff()
	number := j.entry.measured(expected, max(j.entry.Decimals, 1))
	switch j.entry.Path.Kind {
	case Linear:
		time := share(j.elapsed(), 1)
		if j.entry.Target.below() {
			return delivery.Text{
				Vi: fmt.Sprintf("mức không quá %s đến %s (%s thời gian)", number.Vi, day.Vi(), time.Vi),
				En: fmt.Sprintf("no more than %s by %s (%s of the time)", number.En, day, time.En),
			}
		}
		return delivery.Text{
			Vi: fmt.Sprintf("%s phải có đến %s (%s thời gian)", number.Vi, day.Vi(), time.Vi),
			En: fmt.Sprintf("%s expected by %s (%s of the time)", number.En, day, time.En),
		}
	case Milestones:
		m := j.milestone()
		number = j.entry.Written(m.Value)
		return delivery.Text{
			Vi: fmt.Sprintf("mốc %s của ngày %s", number.Vi, m.On.Vi()),
			En: fmt.Sprintf("the milestone %s of %s", number.En, m.On),
		}
	case AfterRound:
		on := j.round()
		return delivery.Text{
			Vi: fmt.Sprintf("%s sau đợt ngày %s", number.Vi, on.Vi()),
			En: fmt.Sprintf("%s after the round of %s", number.En, on),
		}
	}
	return delivery.Text{Vi: number.Vi + " phải giữ ở mọi thời điểm", En: number.En + " that has to hold on every day"}
}

// shown writes the value with enough decimals to be told apart from what it is held
// against: 89.96 is not shown as 90,0 beside a target of 90.
func (j *judgement) shown(against *big.Rat) delivery.Text {
	places := j.entry.Decimals
	for places < mostDecimals && j.value.Cmp(against) != 0 && plain(j.value, places) == plain(against, places) {
		places++
	}
	return j.entry.measured(j.value, places)
}

// promised writes the target in words: trên 90 %.
func (e *Entry) promised() delivery.Text {
	number := e.Written(e.Target.Value)
	switch e.Target.Comparison {
	case MoreThan:
		return delivery.Text{Vi: "trên " + number.Vi, En: "more than " + number.En}
	case AtMost:
		return delivery.Text{Vi: "không quá " + number.Vi, En: "at most " + number.En}
	case LessThan:
		return delivery.Text{Vi: "dưới " + number.Vi, En: "less than " + number.En}
	case EqualTo:
		return delivery.Text{Vi: "đúng " + number.Vi, En: "exactly " + number.En}
	}
	return number
}
