// Package campaign says what was promised: a campaign with its tasks, targets and
// paths, and the verdict on what was counted. It counts nothing itself.
package campaign

import (
	"thidua/transform/calendar"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Campaign is a checked campaign. It is immutable and safe for concurrent use.
type Campaign struct {
	Name     string
	Title    declaration.Title
	Slogan   string
	Owner    declaration.Title
	Scope    *declaration.Title
	Province Area
	Period   calendar.Period
	Calendar calendar.Calendar
	Reports  []Report
	// Thresholds hold where an entry has none of its own.
	Thresholds   Thresholds
	Completeness Completeness
	LegalBasis   []string
	Source       string
	Enabled      bool
	Tasks        []Task
	Movements    []declaration.Title
	Awards       []AwardDeclaration
	Scoring      *declaration.Title
}

// Area is an area in a list of areas: a code alone names nothing, since codes were
// used again on 1 July 2025.
type Area struct{ Code, List string }

// Report is a cut-off whose figures are kept and published.
type Report struct {
	CutOffOn calendar.Day
	Calendar calendar.Calendar
	Title    *declaration.Title
}

// Thresholds are shares of what is expected.
type Thresholds struct{ OnTrack, Watch float64 }

// Completeness holds the shares of reporting units that a verdict and a display need.
type Completeness struct{ Judge, Show float64 }

// Task is a task with its indicators.
type Task struct {
	Number  string
	Title   declaration.Title
	Entries []*Entry
	Notes   []declaration.Title
}

// Entry is an indicator as a campaign uses it.
type Entry struct {
	ID         string
	Task       string
	Title      declaration.Title
	MeasuredIn declaration.Title
	Direction  indicator.Direction
	Behaviour  indicator.Behaviour
	Scale      declaration.Number
	Decimals   int
	// Definition counts it, nil where nothing can be counted yet.
	Definition *indicator.Indicator
	WaitsFor   *declaration.Title
	Owner      *declaration.Title
	Note       *declaration.Title

	// Target is nil where nothing was promised.
	Target     *Target
	Baseline   *BaselineDeclaration
	Path       Path
	Thresholds Thresholds
	Reported   []ReportedDeclaration
}

// Comparison is how a value is held against a target.
type Comparison string

// The comparisons.
const (
	AtLeast  Comparison = "at_least"
	MoreThan Comparison = "more_than"
	AtMost   Comparison = "at_most"
	LessThan Comparison = "less_than"
	EqualTo  Comparison = "equal"
)

// Target is a promise.
type Target struct {
	Comparison Comparison
	Value      declaration.Number
	// DueOn is the last day, nil where it is the last of the campaign by whatever
	// calendar is asked for.
	DueOn    *calendar.Day
	EachUnit indicator.Level
	Source   *declaration.Title
}

// PathKind is how expectation grows.
type PathKind string

// The paths.
const (
	Linear     PathKind = "linear"
	Milestones PathKind = "milestones"
	Full       PathKind = "full"
	AfterRound PathKind = "after_round"
	NoPath     PathKind = "none"
)

// Path says what is expected on the way to a target.
type Path struct {
	Kind       PathKind
	Milestones []Milestone
	// RoundOn is the day from which the round counts as held, nil where that is the
	// day on which the target is due.
	RoundOn *calendar.Day
}

// Milestone is a value expected from a day on.
type Milestone struct {
	On    calendar.Day
	Value declaration.Number
}

// Entries lists the indicators of all tasks in order.
func (c *Campaign) Entries() []*Entry {
	var all []*Entry
	for _, t := range c.Tasks {
		all = append(all, t.Entries...)
	}
	return all
}
