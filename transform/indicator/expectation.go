package indicator

import (
	"time"

	"thidua/transform/declaration"
	"thidua/transform/expr"
)

// ExpectationDeclaration says what units owe: rows of a dataset, once in every
// window. A job states it.
type ExpectationDeclaration struct {
	Of string `yaml:"of" jsonschema:"required" jsonschema_description:"dataset whose rows show that a unit has delivered"`
	At string `yaml:"at" jsonschema:"required" jsonschema_description:"column of the day or time that says which window a row is of"`
	// Facility is the column with the code of the unit that owes.
	Facility string `yaml:"facility" jsonschema:"required" jsonschema_description:"column with the facility code"`
	// Among chooses the facilities that owe, over the columns of the table facility.
	Among string `yaml:"among,omitempty" jsonschema_description:"expression over the columns of the table facility that chooses who owes; all that exist where not stated"`
	Every string `yaml:"every" jsonschema:"required,enum=day,enum=week,enum=month" jsonschema_description:"window: a day, an ISO week, a civil month"`
	// Except are days of the week on which nothing is owed.
	Except []string `yaml:"except,omitempty" jsonschema_description:"days of the week on which a daily window is not owed, such as sunday"`
	// Due is how long after the end of a window a unit may take.
	Due *declaration.Duration `yaml:"due,omitempty" jsonschema_description:"how long after its end a window may still come, such as 5d; nothing where not stated"`
	// UnitShare is the share of its windows that makes a unit count as reporting.
	UnitShare *float64 `yaml:"unit_share,omitempty" jsonschema:"minimum=0,maximum=1" jsonschema_description:"share of its windows from which a unit counts as reporting; 1 where not stated"`
}

// Every is the length of the windows that units owe.
type Every string

// The lengths.
const (
	Daily   Every = "day"
	Weekly  Every = "week"
	Monthly Every = "month"
)

// Expectation is what units owe, checked. A window is met by a row of the unit in
// it, or by a row of the dataset zero_report that names the job, the unit and days
// that cover it.
type Expectation struct {
	Job, Of, At, Facility string
	Among                 *expr.Expr
	Every                 Every
	Except                []time.Weekday
	DueDays               int
	UnitShare             float64
}
