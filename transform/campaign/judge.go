package campaign

import (
	"math/big"

	"thidua/transform/calendar"
	"thidua/transform/delivery"
	"thidua/transform/indicator"
)

// Judge says what a count means against the target of the entry. The window's last
// day is the cut-off. Numbers are compared as the exact decimals that were counted,
// never rounded.
//
// Statuses are given in their order of precedence. Without a target nothing is rated,
// nor is a single month, unless the target holds on every day. A figure without a
// path is due on the last day of its target, one that follows a round once that has
// been held. A count that lacks units is not enough, unless what is missing cannot
// overturn the verdict, which is provisional then. What is left is held against the
// target, and until that is due against what the path expects by the cut-off.
//
// A count that only grows is not done with an upper bound before the target is due:
// it is on the way as long as it stays below what is expected.
func (c *Campaign) Judge(e *Entry, w Window, n Count) Verdict {
	v, value, lack := c.observed(e, n)
	switch {
	case e.Target == nil:
		v.Status, v.Reason = NotRated, notRated(lack)
		return v
	case !rated(e, w):
		v.Status, v.Reason = NotRated, monthNotRated()
		return v
	}
	j := judgement{campaign: c, entry: e, window: w, count: n, value: value, lack: lack, period: c.PeriodIn(w.Calendar)}
	v.Target, v.Expected = float(e.Target.Value.Rat()), float(j.expected())
	if value != nil {
		v.Attainment = float(e.Target.attainment(value))
	}
	v.Status, v.Reason = j.verdict()
	v.Provisional = v.Status != NotYetDue && v.Status != NotEnoughData && !j.complete()
	if v.Provisional {
		v.Reason = j.provisional(v.Reason)
	}
	return v
}

// Observe works out the value of a unit to which nothing was promised. Its status is
// not_rated.
func (c *Campaign) Observe(e *Entry, n Count) Verdict {
	v, _, lack := c.observed(e, n)
	v.Status, v.Reason = NotRated, notPromised(lack)
	return v
}

// observed works out what a count says by itself, or why it says nothing.
func (c *Campaign) observed(e *Entry, n Count) (v Verdict, value *big.Rat, lack delivery.Text) {
	value, lack = e.value(n)
	v.Value = float(value)
	v.Incomplete = reportedLess(n.UnitsReported, n.UnitsExpected, c.Completeness.Show)
	if value != nil && *v.Value >= hundred && e.divides() {
		whole := big.NewRat(hundred, 1)
		v.OverHundred = e.scale().Cmp(whole) == 0 && value.Cmp(whole) > 0
	}
	return v, value, lack
}

// rated reports whether figures of the window are held against the target.
func rated(e *Entry, w Window) bool { return w.Extent == ToDate || e.Path.Kind == Full }

// reportedLess reports whether less than a share of the expected units has reported.
// Where nothing is expected nothing is missing.
func reportedLess(reported, expected int, least float64) bool {
	if expected <= 0 {
		return false
	}
	needed := exact(least)
	return needed != nil && big.NewRat(int64(reported), int64(expected)).Cmp(needed) < 0
}

// judgement is a count held against the target of its entry.
type judgement struct {
	campaign *Campaign
	entry    *Entry
	window   Window
	count    Count
	// value is nil where there is none; lack says why.
	value *big.Rat
	lack  delivery.Text
	// period is the campaign's by the calendar of the window.
	period calendar.Period
}

func (j *judgement) verdict() (Status, delivery.Text) {
	switch {
	case j.early():
		return NotYetDue, j.notYetDue()
	case !j.enough():
		return NotEnoughData, j.notEnough()
	case j.settled() && j.entry.Target.exceeded(j.value):
		return Exceeded, j.exceeds()
	case j.settled():
		return Met, j.meets()
	case j.final():
		return Missed, j.misses()
	}
	expected := j.expected()
	if expected == nil {
		return OnTrack, j.beforeMilestones()
	}
	pace := j.entry.Target.pace(j.value, expected)
	return j.entry.Thresholds.status(pace), j.onTheWay(expected, pace)
}

// status says how a share of what is expected is rated.
func (t Thresholds) status(pace *big.Rat) Status {
	for _, level := range []struct {
		from   float64
		status Status
	}{{t.OnTrack, OnTrack}, {t.Watch, Watch}} {
		if from := exact(level.from); from != nil && pace.Cmp(from) >= 0 {
			return level.status
		}
	}
	return Late
}

// cutOff is the day through which events were counted.
func (j *judgement) cutOff() calendar.Day { return j.window.Period.To }

// due returns the day on which the target is due.
func (j *judgement) due() calendar.Day {
	if on := j.entry.Target.DueOn; on != nil {
		return *on
	}
	return j.period.To
}

// final reports whether the target is due.
func (j *judgement) final() bool { return j.cutOff() >= j.due() }

// early reports whether it is too soon for a verdict. A figure without a path that
// fulfils its target already does not have to wait, and one that follows a round does.
func (j *judgement) early() bool {
	switch {
	case j.entry.Path.Kind == AfterRound && j.cutOff() < j.round():
		return true
	case j.final():
		return false
	case j.entry.Path.Kind == NoPath:
		return !j.settled()
	}
	return j.entry.Behaviour == indicator.Official && j.value == nil
}

// round returns the day from which the round counts as held.
func (j *judgement) round() calendar.Day {
	if j.entry.Path.RoundOn != nil {
		return *j.entry.Path.RoundOn
	}
	return j.due()
}

// settled reports whether the target is met and stays so, as far as the figure itself
// can tell: a count that only grows may still pass an upper bound until it is due.
func (j *judgement) settled() bool {
	if j.value == nil || !j.entry.Target.satisfied(j.value) {
		return false
	}
	return j.final() || !j.entry.Target.below() || !j.entry.grows()
}

// complete reports whether all that a verdict needs was counted.
func (j *judgement) complete() bool {
	n := j.count
	return j.value != nil && len(n.NeverReceived) == 0 && !n.NothingDue && !reportedLess(n.UnitsReported, n.UnitsExpected, j.campaign.Completeness.Judge)
}

// enough reports whether a verdict can be given: all was counted, or what is missing
// can only raise a figure that has reached its target already, or has broken an upper
// bound already.
func (j *judgement) enough() bool {
	if j.complete() {
		return true
	}
	if j.value == nil || !j.entry.grows() {
		return false
	}
	switch j.entry.Target.Comparison {
	case AtLeast, MoreThan:
		return j.entry.Target.satisfied(j.value)
	case AtMost, LessThan:
		return !j.entry.Target.satisfied(j.value)
	}
	return false
}

// expected returns what the path expects by the cut-off, nil where it expects nothing
// yet. What is due is expected whole.
func (j *judgement) expected() *big.Rat {
	target := j.entry.Target.Value.Rat()
	switch kind := j.entry.Path.Kind; {
	case kind == AfterRound && j.cutOff() < j.round():
		return nil
	case j.final() || kind == Full || kind == AfterRound:
		return target
	case kind == Linear:
		start := j.entry.start()
		way := target.Sub(target, start)
		return way.Mul(way, j.elapsed()).Add(way, start)
	case kind == Milestones:
		if m := j.milestone(); m != nil {
			return m.Value.Rat()
		}
	}
	return nil
}

// elapsed returns the share of the way to the target that lies behind the cut-off:
// of the campaign by the calendar that is asked for, or of its part up to an earlier
// day on which the target is due.
func (j *judgement) elapsed() *big.Rat {
	way := j.period
	way.To = min(way.To, j.due())
	return way.Elapsed(j.cutOff())
}

// milestone returns the last milestone whose day has come, nil before the first.
func (j *judgement) milestone() *Milestone {
	var last *Milestone
	for i, m := range j.entry.Path.Milestones {
		if m.On <= j.cutOff() {
			last = &j.entry.Path.Milestones[i]
		}
	}
	return last
}
