package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"thidua/sinks/question"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/delivery"
	"thidua/transform/indicator"
)

// How instants are written for people, by the clock of Vietnam.
const (
	instantVi = "2/1/2006 15:04"
	instantEn = "2006-01-02 15:04"
)

// dash stands where there is no number.
const dash = "–"

// day writes a calendar day for people.
func (a *app) day(d calendar.Day) string { return a.pick(d.Vi(), d.String()) }

// instant writes an instant for people.
func (a *app) instant(t time.Time) string {
	return question.Local(t).Format(a.pick(instantVi, instantEn))
}

// days writes a period for people.
func (a *app) days(p calendar.Period) string { return a.day(p.From) + dash + a.day(p.To) }

// words returns a text in the language of the call.
func (a *app) words(t delivery.Text) string { return t.In(a.language()) }

// number writes a number as the reader's language does: 1.234,5 or 1,234.5.
func (a *app) number(n float64, places int) string { return a.words(campaign.Amount(n, places)) }

func (a *app) title(t declaration.Title) string { return a.words(t.Text()) }

// calendarName names a calendar.
func (a *app) calendarName(c calendar.Calendar) string {
	if c == calendar.Administrative {
		return a.pick("lịch hành chính", "administrative calendar")
	}
	return a.pick("dương lịch", "civil calendar")
}

// momentWords says what figures of a moment count: days, calendar, and what was known.
func (a *app) momentWords(p calendar.Period, c calendar.Calendar, knownAt time.Time) string {
	return fmt.Sprintf(a.pick("Tính đến hết ngày %s, %s %s; dữ liệu biết đến %s.", "Counted through %s, %s %s; records known until %s."),
		a.day(p.To), a.calendarName(c), a.days(p), a.instant(knownAt))
}

// unitName names a unit with its code.
func unitName(u campaign.Unit) string {
	if u.Name == "" {
		return u.Code
	}
	return u.Name + " (" + u.Code + ")"
}

// decimalPlaces are the places that a number needs: none where it is whole.
func decimalPlaces(n float64, otherwise int) int {
	if n == math.Trunc(n) {
		return 0
	}
	return otherwise
}

// counted writes a number that was counted or added up, a dash where there is none.
func (a *app) counted(n *float64) string {
	if n == nil {
		return dash
	}
	return a.words(campaign.Amount(*n, decimalPlaces(*n, 2)))
}

// byEachUnit reports whether the figure is the share of units that meet a target.
func byEachUnit(f campaign.Figure) bool {
	return f.Entry.Target != nil && f.Entry.Target.EachUnit != "" && f.Unit.Level == indicator.Province
}

// valueOf writes the value of a figure, a dash where there is none.
func (a *app) valueOf(f campaign.Figure, n *float64) string {
	switch {
	case n == nil:
		return dash
	case byEachUnit(f):
		return a.words(campaign.Percent(*n, 1))
	}
	return a.words(f.Entry.Shown(*n))
}

// expectedOf writes what the path expects: with a decimal more than a whole value has,
// where it is not whole itself.
func (a *app) expectedOf(f campaign.Figure) string {
	n := f.Verdict.Expected
	switch {
	case n == nil:
		return dash
	case byEachUnit(f):
		return a.words(campaign.Percent(*n, 1))
	}
	return a.measured(f.Entry, *n, decimalPlaces(*n, max(f.Entry.Decimals, 1)))
}

// measured writes a number in what an entry is measured in.
func (a *app) measured(e *campaign.Entry, n float64, places int) string {
	return a.words(e.Measured(n, places))
}

// written writes a number of a declaration with the decimals it was written with.
func (a *app) written(e *campaign.Entry, n declaration.Number) string { return a.words(e.Written(n)) }

// comparisonSign is how a target is held against a value.
func comparisonSign(c campaign.Comparison) string {
	switch c {
	case campaign.MoreThan:
		return ">"
	case campaign.AtMost:
		return "≤"
	case campaign.LessThan:
		return "<"
	case campaign.EqualTo:
		return "="
	}
	return "≥"
}

// targetOf writes what was promised in short, a dash where nothing was. A unit that was
// given a target of its own has that.
func (a *app) targetOf(f campaign.Figure) string {
	t := f.Entry.Target
	switch {
	case f.Verdict.Target == nil && f.Verdict.Status == campaign.NotRated:
		return dash
	case t == nil:
		return comparisonSign(campaign.AtLeast) + " " + a.measured(f.Entry, *f.Verdict.Target, decimalPlaces(*f.Verdict.Target, 1))
	case byEachUnit(f):
		return a.everyUnit(t) + ":\n" + comparisonSign(t.Comparison) + " " + a.written(f.Entry, t.Value)
	case f.Verdict.Target != nil && *f.Verdict.Target != t.Value.Float():
		return comparisonSign(t.Comparison) + " " + a.measured(f.Entry, *f.Verdict.Target, decimalPlaces(*f.Verdict.Target, 1))
	}
	return comparisonSign(t.Comparison) + " " + a.written(f.Entry, t.Value)
}

// everyUnit names those who all have to meet a target.
func (a *app) everyUnit(t *campaign.Target) string {
	switch t.EachUnit {
	case indicator.District:
		return a.pick("mọi huyện", "every district")
	case indicator.Commune:
		return a.pick("mọi xã", "every commune")
	default:
		return a.pick("mọi cơ sở", "every facility")
	}
}

// attainmentOf writes which part of the target is attained.
func (a *app) attainmentOf(f campaign.Figure) string {
	if f.Verdict.Attainment == nil {
		return dash
	}
	return a.words(campaign.Share(*f.Verdict.Attainment, 1))
}

// statusOf names the verdict, with what a reader has to know of it.
func (a *app) statusOf(f campaign.Figure) string {
	lines := []string{a.words(f.Verdict.Status.Words())}
	for _, m := range []struct {
		is     bool
		vi, en string
	}{
		{f.Verdict.Provisional, "(tạm tính)", "(provisional)"},
		{f.Verdict.Incomplete, "(thiếu báo cáo)", "(incomplete)"},
		{f.Verdict.OverHundred, "(trên 100 %)", "(above 100%)"},
		{f.Kind == campaign.ReportedValue, "(số trong văn bản)", "(as printed)"},
		{f.Kind == campaign.OfficialValue && f.Verdict.Value != nil, "(số công bố)", "(official)"},
		{f.Kind == campaign.Estimate, "(ước cả năm)", "(estimate)"},
	} {
		if m.is {
			lines = append(lines, a.pick(m.vi, m.en))
		}
	}
	return strings.Join(lines, "\n")
}

// reportsOf writes how many units have delivered of those that owe something.
func (a *app) reportsOf(f campaign.Figure) string {
	if f.Count.UnitsExpected == 0 {
		return dash
	}
	whole := func(n int) string { return a.words(campaign.Amount(float64(n), 0)) }
	return whole(f.Count.UnitsReported) + "/" + whole(f.Count.UnitsExpected)
}

// fractionOf writes numerator and denominator, empty where the figure is not divided or
// nothing was counted.
func (a *app) fractionOf(f campaign.Figure) string {
	d, n := f.Entry.Definition, f.Count
	nothing := n.Numerator == nil && n.Denominator == nil || byEachUnit(f) && f.Verdict.Value == nil
	if d == nil || nothing || d.Denominator == nil && !byEachUnit(f) {
		return ""
	}
	fraction := a.counted(f.Count.Numerator) + "/" + a.counted(f.Count.Denominator)
	if byEachUnit(f) {
		fraction += a.pick(" đơn vị", " units")
	}
	return fraction
}

// printedOf writes a figure as the text printed it: 478.157/1.206.275 = 39,6 %.
func (a *app) printedOf(e *campaign.Entry, r campaign.Reported) string {
	var parts []string
	switch {
	case r.Numerator != nil && r.Denominator != nil:
		parts = append(parts, a.counted(r.Numerator)+"/"+a.counted(r.Denominator))
	case r.Numerator != nil && r.Value != nil && *r.Value != *r.Numerator:
		parts = append(parts, a.counted(r.Numerator))
	}
	if r.Value != nil {
		parts = append(parts, a.words(e.Shown(*r.Value)))
	}
	if len(parts) == 0 {
		return "“" + r.Printed + "”"
	}
	return strings.Join(parts, " = ")
}

// differenceOf writes how far the computed value lies from the printed one, empty where
// one of them is missing.
func (a *app) differenceOf(f campaign.Figure) string {
	if f.Difference == nil {
		return ""
	}
	difference, places := *f.Difference, f.Entry.Decimals
	text := a.words(campaign.Amount(math.Abs(difference), places))
	switch {
	case difference == 0:
		return a.pick("chênh 0", "difference 0")
	case campaign.Rounded(difference, places) == 0:
		return a.pick("bằng nhau khi làm tròn", "equal when rounded")
	case difference < 0:
		text = "−" + text
	default:
		text = "+" + text
	}
	if f.Entry.InPerCent() {
		text += a.pick(" điểm phần trăm", " percentage points")
	}
	return a.pick("chênh ", "difference ") + text
}
