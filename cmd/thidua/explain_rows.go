package main

import (
	"time"

	"thidua/sinks/calculation"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
)

// due is the day on which the target of an explained figure is due.
func (x *explanation) due() calendar.Day {
	if t := x.figure.Entry.Target; t != nil && t.DueOn != nil {
		return *t.DueOn
	}
	return x.campaign.PeriodIn(x.figure.Window.Calendar).To
}

// What an explanation holds beside the keys of a figure, for programs.
type (
	explainedMeasure struct {
		TitleVi string `json:"title_vi"`
		TitleEn string `json:"title_en"`
		Dataset string `json:"dataset"`
		Amount  any    `json:"amount"`
		SQL     string `json:"sql"`
	}
	explainedUnit struct {
		Unit string `json:"unit"`
		Name string `json:"unit_name"`
	}
	explainedPayload struct {
		Payload    int64  `json:"payload"`
		Job        string `json:"job"`
		ReceivedAt any    `json:"received_at"`
		Rows       int64  `json:"rows"`
	}
	explainedSource struct {
		File    string `json:"file"`
		BuiltIn bool   `json:"built_in"`
		Version string `json:"version"`
		// InForceSince is the instant from which rounds have computed with the version.
		InForceSince any `json:"in_force_since"`
	}
	explainedChange struct {
		FromNumerator   any       `json:"from_numerator"`
		ToNumerator     any       `json:"to_numerator"`
		FromDenominator any       `json:"from_denominator"`
		ToDenominator   any       `json:"to_denominator"`
		FromValue       any       `json:"from_value"`
		ToValue         any       `json:"to_value"`
		FromKnownAt     time.Time `json:"from_known_at"`
		ToKnownAt       time.Time `json:"to_known_at"`
		Cause           string    `json:"cause"`
		Through         string    `json:"through"`
	}
)

// explanationRow is an explanation for programs: the keys of the figure first.
func (a *app) explanationRow(x *explanation) ([]string, []any) {
	e := x.figure.Entry
	names, row := figureKeys(), a.figureRows([]campaign.Figure{x.figure})[0]
	add := func(name string, value any) { names, row = append(names, name), append(row, value) }
	add("title_vi", e.Title.Vi)
	add("title_en", e.Title.En)
	add("scale", exactly(e.Scale.Float()))
	add("numerator_measure", x.measure(0))
	add("denominator_measure", x.measure(1))
	add("silent_units", x.silent())
	add("unplaced_rows", x.evidence.Unplaced)
	add("payloads", x.payloads())
	add("other_payloads", x.evidence.OtherSources)
	add("other_rows", x.evidence.OtherRows)
	add("definition", explained(x.definition))
	add("campaign_definition", explained(x.promise))
	legal, comparison, due := any(nil), any(nil), any(nil)
	if e.Definition != nil {
		legal = textOrNil(e.Definition.LegalBasis)
	}
	if e.Target != nil {
		comparison, due = string(e.Target.Comparison), x.due().String()
	}
	add("legal_basis", legal)
	add("comparison", comparison)
	add("due_on", due)
	add("path", string(e.Path.Kind))
	add("on_track_from", exactly(e.Thresholds.OnTrack))
	add("watch_from", exactly(e.Thresholds.Watch))
	add("judge_from", exactly(x.campaign.Completeness.Judge))
	add("restatements", changes(x.restated))
	return names, row
}

// measure is the nth measure of the definition, nil where there is none.
func (x *explanation) measure(n int) any {
	d := x.figure.Entry.Definition
	if d == nil || n >= len(d.Measures()) {
		return nil
	}
	m := d.Measures()[n]
	amount, statement := x.figure.Count.Numerator, x.evidence.Numerator
	if n > 0 {
		amount, statement = x.figure.Count.Denominator, x.evidence.Denominator
	}
	return explainedMeasure{m.Title.Vi, m.Title.En, m.Of, optional(amount), statement}
}

func (x *explanation) silent() []explainedUnit {
	units := []explainedUnit{}
	for _, u := range x.evidence.Silent {
		units = append(units, explainedUnit{u.Code, u.Name})
	}
	return units
}

func (x *explanation) payloads() []explainedPayload {
	list := []explainedPayload{}
	for _, s := range x.evidence.Sources {
		list = append(list, explainedPayload{s.Delivery, s.Job, instantOrNil(s.ReceivedAt), s.Rows})
	}
	return list
}

// explained is a file of a definition for programs, nil where there is none.
func explained(s declared) any {
	if s.path == "" {
		return nil
	}
	return explainedSource{s.path, s.builtIn, s.version, instantOrNil(s.since)}
}

func changes(restated []calculation.Restatement) []explainedChange {
	list := []explainedChange{}
	for _, r := range restated {
		list = append(list, explainedChange{
			optional(r.FromNumerator), optional(r.ToNumerator), optional(r.FromDenominator), optional(r.ToDenominator),
			optional(r.FromValue), optional(r.ToValue), r.FromKnownAt.UTC(), r.ToKnownAt.UTC(), r.Cause, r.Through,
		})
	}
	return list
}
