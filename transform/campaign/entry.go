package campaign

import (
	"maps"
	"slices"
	"strings"

	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// percentSign is how a declaration writes that a figure is measured in per cent.
const percentSign = "%"

// entry checks an indicator as a task uses it.
func (b *builder) entry(path, task string, d EntryDeclaration) *Entry {
	e := &Entry{ID: d.ID, Task: task, WaitsFor: d.WaitsFor, Owner: d.Owner, Note: d.Note, Baseline: d.Baseline}
	b.id(path+".id", d.ID)
	b.titled(path+".title", d.Title)
	b.titled(path+".measured_in", d.MeasuredIn)
	b.titled(path+".waits_for", d.WaitsFor)
	b.titled(path+".owner", d.Owner)
	b.titled(path+".note", d.Note)
	if d.Indicator != "" {
		b.defined(path, e, d)
	} else {
		b.undefined(path, e, d)
	}
	e.Thresholds = b.shares(path+".thresholds", d.Thresholds, b.thresholds)
	e.Target = b.target(path+".target", e, d.Target)
	b.baseline(path+".baseline", e)
	e.Path = b.path(path+".path", e, d.Path)
	e.Reported = b.reported(path+".reported", d.Reported)
	if e.Definition == nil {
		e.Decimals = writtenDecimals(d, e.Scale)
	}
	return e
}

// defined takes from the definition what the entry does not state.
func (b *builder) defined(path string, e *Entry, d EntryDeclaration) {
	for _, only := range []struct {
		key    string
		stated bool
	}{
		{".measured_in", d.MeasuredIn != nil},
		{".direction", d.Direction != ""},
		{".behaviour", d.Behaviour != ""},
	} {
		if only.stated {
			b.problems.Add(path+only.key, "the definition says this already", "leave it out, or change the definition")
		}
	}
	definition, ok := b.indicators[d.Indicator]
	if !ok {
		known := slices.Sorted(maps.Keys(b.indicators))
		b.unknown(path+".indicator", "indicator", d.Indicator, known, "define it, or leave indicator out and say what the figure waits for")
		return
	}
	e.Definition = definition
	e.Title, e.MeasuredIn, e.Direction, e.Behaviour = definition.Title, definition.MeasuredIn, definition.Direction, definition.Behaviour
	e.Scale, e.Decimals = definition.Scale, definition.Decimals
	if d.Title != nil {
		e.Title = *d.Title
	}
}

// undefined takes all from the entry, which nothing can count yet.
func (b *builder) undefined(path string, e *Entry, d EntryDeclaration) {
	var missing []string
	for _, need := range []struct {
		key    string
		stated bool
	}{
		{"title", d.Title != nil},
		{"measured_in", d.MeasuredIn != nil},
		{"behaviour", d.Behaviour != ""},
		{"direction", d.Direction != ""},
		{"waits_for", d.WaitsFor != nil},
	} {
		if !need.stated {
			missing = append(missing, need.key)
		}
	}
	if len(missing) > 0 {
		b.problems.Add(path, "an entry without an indicator says itself what it is; missing: "+strings.Join(missing, ", "), "add them, or name the indicator that counts it")
	}
	if d.Direction != "" {
		b.oneOf(path+".direction", "direction", d.Direction, []string{"up", "down", "equal"})
	}
	if d.Behaviour != "" {
		b.oneOf(path+".behaviour", "behaviour", d.Behaviour, behaviours())
	}
	e.Direction, e.Behaviour = indicator.Direction(d.Direction), indicator.Behaviour(d.Behaviour)
	if d.Title != nil {
		e.Title = *d.Title
	}
	scale := "1"
	if d.MeasuredIn != nil {
		e.MeasuredIn = *d.MeasuredIn
		if d.MeasuredIn.Vi == percentSign {
			scale = "100"
		}
	}
	e.Scale, _ = declaration.ParseNumber(scale)
}

func behaviours() []string {
	var names []string
	for _, b := range []indicator.Behaviour{
		indicator.Ratio, indicator.Cumulative, indicator.CumulativeDistinct, indicator.RunningTotal, indicator.Stock,
		indicator.SurveyRound, indicator.Official, indicator.Milestone, indicator.Judgement,
	} {
		names = append(names, string(b))
	}
	return names
}

// writtenDecimals returns how many decimal places the text itself uses for a figure
// that has no definition: the most of any number written, at least one for per cent.
func writtenDecimals(d EntryDeclaration, scale declaration.Number) int {
	most := 0
	if scale.String() != "1" {
		most = 1
	}
	count := func(numbers ...*declaration.Number) {
		for _, n := range numbers {
			if n == nil {
				continue
			}
			_, fraction, _ := strings.Cut(n.String(), ".")
			most = max(most, len(fraction))
		}
	}
	if t := d.Target; t != nil {
		count(t.AtLeast, t.MoreThan, t.AtMost, t.LessThan, t.Equal)
	}
	if d.Baseline != nil {
		count(d.Baseline.Value)
	}
	for _, r := range d.Reported {
		count(r.Value)
	}
	return most
}
