package campaign

import (
	"fmt"
	"strconv"

	"thidua/transform/calendar"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// target checks a promise, nil where there is none.
func (b *builder) target(path string, e *Entry, d *TargetDeclaration) *Target {
	if d == nil {
		return nil
	}
	t := &Target{EachUnit: indicator.Level(d.EachUnit), Source: d.Source}
	stated := 0
	for _, c := range []struct {
		comparison Comparison
		number     *declaration.Number
	}{{AtLeast, d.AtLeast}, {MoreThan, d.MoreThan}, {AtMost, d.AtMost}, {LessThan, d.LessThan}, {EqualTo, d.Equal}} {
		if c.number == nil {
			continue
		}
		stated++
		t.Comparison, t.Value = c.comparison, *c.number
		if backwards(e.Direction, c.comparison) {
			b.problems.Add(path+"."+string(c.comparison), fmt.Sprintf("the figure is to go %s, this target asks for the contrary", e.Direction), "up goes with at_least and more_than, down with at_most and less_than")
		}
	}
	if stated != 1 {
		b.problems.Add(path, fmt.Sprintf("a target states one comparison, not %d", stated), "use exactly one of at_least, more_than, at_most, less_than and equal")
	}
	if d.DueOn != "" {
		t.DueOn = b.dayWithin(path+".due_on", d.DueOn)
	}
	b.titled(path+".source", d.Source)
	if d.EachUnit != "" {
		b.oneOf(path+".each_unit", "level of units", d.EachUnit, []string{"district", "commune", "facility"})
		if e.Definition == nil {
			b.problems.Add(path+".each_unit", "units are judged by what is counted for each, and nothing counts this figure", "name an indicator, or leave each_unit out")
		}
	}
	return t
}

// backwards reports whether a target contradicts where better lies.
func backwards(d indicator.Direction, c Comparison) bool {
	switch d {
	case indicator.Up:
		return c == AtMost || c == LessThan
	case indicator.Down:
		return c == AtLeast || c == MoreThan
	}
	return false
}

// baseline checks where a figure started.
func (b *builder) baseline(path string, e *Entry) {
	d := e.Baseline
	if d == nil {
		return
	}
	b.titled(path+".source", d.Source)
	if d.On != "" {
		b.day(path+".on", d.On)
	}
	switch {
	case d.Value == nil && d.Numerator == nil:
		b.problems.Add(path, "a baseline is a number", "state value, or numerator and denominator")
	case d.Numerator == nil && d.Denominator != nil:
		b.problems.Add(path+".denominator", "a denominator needs a numerator", "")
	case d.Denominator != nil && *d.Denominator <= 0:
		b.problems.Add(path+".denominator", "nothing can be divided by this", "leave the denominator out where the figure has none")
	}
}

// path checks how expectation grows, by the behaviour where nothing is stated.
func (b *builder) path(path string, e *Entry, d *PathDeclaration) Path {
	if d == nil {
		return Path{Kind: usualPath(e)}
	}
	if e.Target == nil {
		b.problems.Add(path, "a path leads to a target, and there is none", "add the target, or leave the path out")
		return Path{Kind: usualPath(e)}
	}
	p := Path{Kind: PathKind(d.Kind)}
	b.oneOf(path+".kind", "path", d.Kind, []string{string(Linear), string(Milestones), string(Full), string(AfterRound), string(NoPath)})
	if why := neverLinear(e.Behaviour); p.Kind == Linear && why != "" {
		b.problems.Add(path+".kind", "a linear path does not suit this behaviour: "+why, "use milestones, full, after_round or none")
	}
	if p.Kind == Linear && e.Behaviour == indicator.RunningTotal && e.Baseline == nil {
		b.problems.Add(path+".kind", "a running total does not start at zero, and nothing says where it stood", "state the baseline, or use full")
	}
	if d.RoundOn != "" {
		p.RoundOn = b.roundOn(path+".round_on", p.Kind, d.RoundOn)
	}
	if (p.Kind == Milestones) != (len(d.Milestones) > 0) {
		b.problems.Add(path+".milestones", "the path of milestones, and only that, lists some", "use kind: milestones with one or more days and values")
	}
	for i, m := range d.Milestones {
		b.milestone(fmt.Sprintf("%s.milestones[%d]", path, i), e, &p, m)
	}
	return p
}

func (b *builder) roundOn(path string, kind PathKind, text string) *calendar.Day {
	if kind != AfterRound {
		b.problems.Add(path, "only the path after_round has a round", "use kind: after_round, or leave round_on out")
	}
	on := b.day(path, text)
	if on != nil && b.period != nil && *on < b.period.From {
		b.problems.Add(path, fmt.Sprintf("%s lies before the campaign, which begins on %s", on, b.period.From), "")
	}
	return on
}

// milestone adds one to the path. Their days ascend, and their values never turn
// away from the target.
func (b *builder) milestone(path string, e *Entry, p *Path, d MilestoneDeclaration) {
	on := b.dayWithin(path+".on", d.On)
	if on == nil {
		return
	}
	if e.Target.DueOn != nil && *on > *e.Target.DueOn {
		b.problems.Add(path+".on", fmt.Sprintf("%s lies behind the day the target is due", on), "")
	}
	if len(p.Milestones) > 0 {
		last := p.Milestones[len(p.Milestones)-1]
		if *on <= last.On {
			b.problems.Add(path+".on", fmt.Sprintf("%s does not lie behind the milestone before it", on), "list milestones in the order of their days")
		}
		step := d.Value.Rat().Cmp(last.Value.Rat())
		if step < 0 && e.Direction == indicator.Up || step > 0 && e.Direction == indicator.Down {
			b.problems.Add(path+".value", "the value turns away from the target", "what is expected later is no less than what is expected before")
		}
	}
	p.Milestones = append(p.Milestones, Milestone{On: *on, Value: d.Value})
}

// usualPath is what is expected where a campaign says nothing.
func usualPath(e *Entry) PathKind {
	switch e.Behaviour {
	case indicator.Cumulative, indicator.CumulativeDistinct:
		return Linear
	case indicator.RunningTotal:
		if e.Baseline != nil {
			return Linear
		}
		return Full
	case indicator.Ratio:
		return Full
	case indicator.Stock, indicator.SurveyRound:
		return AfterRound
	}
	return NoPath
}

// neverLinear says why a figure does not grow from day to day, empty where it may.
func neverLinear(b indicator.Behaviour) string {
	switch b {
	case indicator.Ratio:
		return "a ratio has to hold on every day"
	case indicator.Stock:
		return "a stock is assessed as it stands and does not grow by the day"
	case indicator.SurveyRound:
		return "a survey is known once its round has been held"
	case indicator.Official:
		return "an official figure is published once a year"
	case indicator.Judgement:
		return "a judgement is said by a person"
	}
	return ""
}

// reported checks what the text printed.
func (b *builder) reported(path string, declared []ReportedDeclaration) []ReportedDeclaration {
	for i, d := range declared {
		at := path + "[" + strconv.Itoa(i) + "]"
		if d.On != "" {
			b.day(at+".on", d.On)
		}
		if d.On != "" && d.Year != 0 {
			b.problems.Add(at, "a printed figure is of a cut-off or of a year, not of both", "leave on or year out")
		}
		if d.Numerator == nil && d.Denominator == nil && d.Value == nil && d.Printed == "" {
			b.problems.Add(at, "nothing was printed", "state numerator and denominator, value, or printed")
		}
	}
	return declared
}
