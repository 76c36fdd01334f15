// Package indicator says how a figure is counted: its measures, over which dataset,
// at which time, for which unit; and what units owe before a count is complete. It
// writes the SQL that an engine runs, and runs nothing itself.
//
// Counting is apart from promising: targets, paths and verdicts belong to package
// campaign, so that one definition serves every province and year.
package indicator

import (
	"slices"

	"thidua/transform/declaration"
	"thidua/transform/expr"
)

// Behaviour is how a figure behaves in time.
type Behaviour string

// The behaviours. A period of a ratio, a cumulative or a cumulative distinct figure
// holds what happened in it; of the others what stands on its last day.
const (
	Ratio              Behaviour = "ratio"               // share of what happened in the period
	Cumulative         Behaviour = "cumulative"          // counted from the beginning of the year
	CumulativeDistinct Behaviour = "cumulative_distinct" // the same, each thing once
	RunningTotal       Behaviour = "running_total"       // counted from the very beginning
	Stock              Behaviour = "stock"               // as it stands on a day
	SurveyRound        Behaviour = "survey_round"        // known once a round has been held
	Official           Behaviour = "official"            // published once a year
	Milestone          Behaviour = "milestone"           // done or not, by named unit
	Judgement          Behaviour = "judgement"           // said by a person, with evidence
)

// Direction is where better lies.
type Direction string

// The directions.
const (
	Up    Direction = "up"
	Down  Direction = "down"
	Equal Direction = "equal"
)

// Level is a level of units.
type Level string

// The levels, from the whole to the parts.
const (
	Province Level = "province"
	District Level = "district"
	Commune  Level = "commune"
	Facility Level = "facility"
)

// Levels lists the levels from the whole to the parts.
func Levels() []Level { return []Level{Province, District, Commune, Facility} }

// Indicator is a checked definition. It is immutable and safe for concurrent use.
type Indicator struct {
	Name       string
	Title      declaration.Title
	MeasuredIn declaration.Title
	Direction  Direction
	Behaviour  Behaviour
	Scale      declaration.Number
	Decimals   int
	LegalBasis string
	Note       *declaration.Title
	SumOf      []string

	Numerator *Measure
	// Denominator is nil for what is counted and not divided.
	Denominator *Measure
}

// Aggregate is how the rows of a measure become a number.
type Aggregate string

// The aggregates.
const (
	CountRows     Aggregate = "count"
	CountDistinct Aggregate = "distinct"
	Sum           Aggregate = "sum"
	Min           Aggregate = "min"
	Max           Aggregate = "max"
)

// Measure is one counted thing, checked.
type Measure struct {
	Title     declaration.Title
	Aggregate Aggregate
	// Of is the dataset or reference table.
	Of string
	// Reference says that Of is a reference table, whose rows come with the configuration.
	Reference bool
	// Counts says what the number counts: persons, events or things. Small numbers of
	// the first two are suppressed when they are published.
	Counts string
	// Amount is what is summed, or its least or greatest taken.
	Amount *expr.Expr
	Where  *expr.Expr
	// Distinct are the columns whose different values are counted; Person says that
	// the person behind the row is among them.
	Distinct []string
	Person   bool
	// At places a row in time, Until ends it; both may be empty for a register.
	At, Until string
	// Existing counts a register as it stands on the last day of a period.
	Existing bool
	// Units are the columns that say whose row it is, the smallest unit first: a row
	// belongs to the first one that is known. There may be none.
	Units    []UnitColumn
	Matching *Matching
}

// UnitColumn is a column that holds codes of units of a level.
type UnitColumn struct {
	Level  Level
	Column string
}

// Matching is a row of another dataset with equal values.
type Matching struct {
	Of    string
	On    []string
	Where *expr.Expr
}

// Datasets lists the datasets that the indicator counts, reference tables left out.
func (i *Indicator) Datasets() []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, m := range i.Measures() {
		if !m.Reference {
			add(m.Of)
		}
		if m.Matching != nil {
			add(m.Matching.Of)
		}
	}
	return names
}

// Measures lists the numerator and, where there is one, the denominator.
func (i *Indicator) Measures() []*Measure {
	if i.Denominator == nil {
		return []*Measure{i.Numerator}
	}
	return []*Measure{i.Numerator, i.Denominator}
}

// Relations names the datasets whose rows a measure looks at.
func (m *Measure) Relations() []string {
	if m.Matching == nil {
		return []string{m.Of}
	}
	return []string{m.Of, m.Matching.Of}
}
