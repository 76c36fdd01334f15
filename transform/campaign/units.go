package campaign

import (
	"fmt"
	"math/big"

	"thidua/transform/delivery"
)

// JudgeUnits judges a target that every unit of a level has to meet, for the unit
// above them. Each unit is held against the target by itself and the value is the
// share of those that meet it, in per cent of those that could be judged: their mean
// would prove nothing, and is never formed. All of them have to meet it; nothing
// exceeds that.
//
// Expected says how many units there are. One without a figure, or whose own count is
// not enough, leaves the verdict open, unless another misses the target already. Then
// not all can meet it whatever is missing, and the verdict is provisional.
func (c *Campaign) JudgeUnits(e *Entry, w Window, units []Count, expected int) Verdict {
	if e.Target == nil {
		return Verdict{Status: NotRated, Reason: notRated(delivery.Text{})}
	}
	a := assembly{judgement: judgement{campaign: c, entry: e, window: w, period: c.PeriodIn(w.Calendar)}, expected: max(expected, len(units))}
	for _, n := range units {
		a.add(n)
	}
	v := Verdict{Incomplete: reportedLess(a.judged, a.expected, c.Completeness.Show)}
	if a.judged > 0 {
		a.value = big.NewRat(int64(a.meeting)*hundred, int64(a.judged))
		v.Value = float(a.value)
	}
	if !rated(e, w) {
		v.Status, v.Reason = NotRated, monthNotRated()
		return v
	}
	all := float64(hundred)
	v.Target = &all
	if e.Path.Kind == Full || !a.early() && (a.final() || e.Path.Kind == AfterRound) {
		v.Expected = &all
	}
	if a.value != nil {
		v.Attainment = float(new(big.Rat).Quo(a.value, big.NewRat(hundred, 1)))
	}
	v.Status = a.verdict()
	v.Provisional = v.Status != NotYetDue && v.Status != NotEnoughData && a.judged < a.expected
	v.Reason = a.reason(v)
	return v
}

// Meeting counts the units that meet the target of the entry, of those that could be
// judged: the numerator and the denominator of what JudgeUnits says.
func (c *Campaign) Meeting(e *Entry, w Window, units []Count) (meeting, judged int) {
	a := assembly{judgement: judgement{campaign: c, entry: e, window: w, period: c.PeriodIn(w.Calendar)}}
	for _, n := range units {
		a.add(n)
	}
	return a.meeting, a.judged
}

// assembly is the units of a level held against a target that all have to meet.
type assembly struct {
	// The entry, window and due day are those of every unit, the value is the share
	// of units that meet the target, in per cent.
	judgement
	// There are expected units; judged ones have a figure that is enough, meeting ones of
	// these meet the target, done ones for good, and those on the way are as far as the
	// path expects of each.
	expected, judged, meeting, done, onTheWay int
}

func (a *assembly) add(n Count) {
	j := a.judgement
	j.count = n
	j.value, j.lack = j.entry.value(n)
	if !j.enough() {
		return
	}
	a.judged++
	if j.entry.Target.satisfied(j.value) {
		a.meeting++
	}
	if j.settled() {
		a.done++
	}
	if j.settled() || !j.final() && j.onPace() {
		a.onTheWay++
	}
}

// onPace reports whether a figure is as far as its path expects by the cut-off.
func (j *judgement) onPace() bool {
	expected := j.expected()
	return expected == nil || j.entry.Thresholds.status(j.entry.Target.pace(j.value, expected)) == OnTrack
}

// fulfilled reports whether every unit meets the target for good.
func (a *assembly) fulfilled() bool {
	return a.judged == a.expected && a.judged > 0 && a.done == a.judged
}

func (a *assembly) verdict() Status {
	switch {
	case a.early():
		return NotYetDue
	case a.judged == 0 || a.judged < a.expected && a.meeting == a.judged:
		return NotEnoughData
	case a.fulfilled():
		return Met
	case a.final():
		return Missed
	}
	return a.entry.Thresholds.status(big.NewRat(int64(a.onTheWay), int64(a.judged)))
}

// early reports whether it is too soon for a verdict, as it is for a single figure.
func (a *assembly) early() bool {
	if a.entry.Path.Kind == AfterRound && a.cutOff() < a.round() {
		return true
	}
	return a.entry.Path.Kind == NoPath && !a.final() && !a.fulfilled()
}

func (a *assembly) reason(v Verdict) delivery.Text {
	target, met := a.entry.promised(), perCent(a.value, 1)
	text := delivery.Text{
		Vi: fmt.Sprintf("%d/%d đơn vị đạt chỉ tiêu %s (%s), yêu cầu mọi đơn vị đều đạt", a.meeting, a.judged, target.Vi, met.Vi),
		En: fmt.Sprintf("%d of %d units meet the target %s (%s), and all have to", a.meeting, a.judged, target.En, met.En),
	}
	if a.judged == 0 {
		text = delivery.Text{
			Vi: fmt.Sprintf("Chưa đơn vị nào đủ số liệu để so với chỉ tiêu %s", target.Vi),
			En: fmt.Sprintf("No unit has enough data to be held against the target %s", target.En),
		}
	}
	if missing := a.expected - a.judged; missing > 0 && a.judged > 0 {
		text.Vi += fmt.Sprintf("; %d/%d đơn vị chưa đủ số liệu", missing, a.expected)
		text.En += fmt.Sprintf("; %d of %d units lack data", missing, a.expected)
	}
	return a.standing(v, text)
}

// standing closes the sentence with what follows for the units from the day.
func (a *assembly) standing(v Verdict, text delivery.Text) delivery.Text {
	switch on := a.due(); {
	case v.Status == NotYetDue && a.entry.Path.Kind == AfterRound:
		on = a.round()
		text.Vi += "; chỉ đánh giá sau đợt ngày " + on.Vi()
		text.En += "; judged only after the round of " + on.String()
	case v.Status == NotYetDue:
		text.Vi += "; chưa đến hạn " + on.Vi()
		text.En += "; not due until " + on.String()
	case v.Status == Missed:
		text.Vi += "; đã đến hạn " + on.Vi()
		text.En += "; it was due on " + on.String()
	case v.Status == Late || v.Status == Watch || v.Status == OnTrack:
		text.Vi += fmt.Sprintf("; %d đơn vị theo kịp tiến độ, hạn %s", a.onTheWay, on.Vi())
		text.En += fmt.Sprintf("; %d units keep pace, due on %s", a.onTheWay, on)
	}
	if v.Provisional {
		text.Vi += "; tạm tính, phần còn thiếu không làm thay đổi kết luận"
		text.En += "; provisional, what is missing cannot overturn the verdict"
	}
	return sentence(text, delivery.Text{})
}
