package campaign

import (
	"time"

	"thidua/transform/calendar"
	"thidua/transform/delivery"
	"thidua/transform/indicator"
)

// Unit is who is judged: a facility, or an area in its list.
type Unit struct {
	Level indicator.Level `json:"level"`
	Code  string          `json:"code"`
	// List is the list of areas, empty for facilities.
	List string `json:"list"`
	Name string `json:"name"`
	// Above is the code of the unit above on the last day of the window, empty for the
	// province.
	Above string `json:"above"`
}

// Count is what was counted for a unit in a window: true values, never rounded.
type Count struct {
	// Numerator and Denominator are nil where nothing can be counted: the dataset
	// never received anything, or the measure has no row to take a least from.
	Numerator, Denominator *float64
	// Unassigned is the part of the numerator that no unit below is known for. It
	// counts in the campaign's own unit alone.
	Unassigned float64
	// UnitsReported of UnitsExpected units have delivered what they owe for the
	// window, in every dataset the figure is counted from. Both are zero where
	// nothing is owed.
	UnitsReported, UnitsExpected int
	// NothingDue says that units owe something for the figure, but nothing that has come
	// due within the window: who has reported cannot be told.
	NothingDue bool
	// NeverReceived names the datasets that have no row at all.
	NeverReceived []string
}

// Status is a verdict.
type Status string

// The statuses in order of precedence: the first that applies is given.
const (
	NotRated      Status = "not_rated"
	NotYetDue     Status = "not_yet_due"
	NotEnoughData Status = "not_enough_data"
	Missed        Status = "missed"
	Late          Status = "late"
	Watch         Status = "watch"
	OnTrack       Status = "on_track"
	Met           Status = "met"
	Exceeded      Status = "exceeded"
)

// Verdict is what a count means against what was promised.
type Verdict struct {
	// Value is numerator / denominator × scale, nil where there is none.
	Value *float64
	// Target is the promised number, Expected what the path expects at the cut-off;
	// nil without.
	Target, Expected *float64
	// Attainment is value / target, target / value where less is better; a share.
	Attainment *float64
	Status     Status
	// Reason says in a sentence why this status.
	Reason delivery.Text
	// Provisional marks a verdict given although units are missing, which what they
	// hold cannot overturn. Incomplete marks a figure below the share to be shown.
	Provisional, Incomplete bool
	// OverHundred marks a share above 100 %, which is shown and never clipped.
	OverHundred bool
}

// ValueKind says what a value is.
type ValueKind string

// The kinds of value: counted from records, estimated for the whole year, published
// by an office, or printed in a text that nothing here can recount.
const (
	Actual        ValueKind = "actual"
	Estimate      ValueKind = "estimate"
	OfficialValue ValueKind = "official"
	ReportedValue ValueKind = "reported"
)

// Figure is one figure of a campaign, judged.
type Figure struct {
	Campaign string
	Entry    *Entry
	Unit     Unit
	Window   Window
	Count    Count
	Verdict  Verdict
	Kind     ValueKind
	// Reported is what the text printed for the same unit and cut-off, nil without;
	// Difference is the computed value less the printed one.
	Reported   *Reported
	Difference *float64
	CutOffOn   calendar.Day
	// KnownAt is the instant through which commits were seen.
	KnownAt time.Time
}

// Reported is a printed figure with its value worked out.
type Reported struct {
	Numerator, Denominator, Value *float64
	Printed                       string
}
