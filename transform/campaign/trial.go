package campaign

import (
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// TrialsDeclaration are the tests of an indicator, as the file beside its definition
// states them: rows in, figures out.
type TrialsDeclaration struct {
	Indicator string             `yaml:"indicator" jsonschema:"required" jsonschema_description:"name of the indicator that is tested"`
	Tests     []TrialDeclaration `yaml:"tests" jsonschema:"required"`
}

// TrialDeclaration is one test. What a campaign would state may be stated here, so
// that verdicts can be tested too.
type TrialDeclaration struct {
	Test     string               `yaml:"test" jsonschema:"required" jsonschema_description:"what is shown, in one sentence"`
	Province *ProvinceDeclaration `yaml:"province,omitempty" jsonschema_description:"unit that is judged; Yên Bái in the list dvhc_2024 where not stated"`
	Calendar string               `yaml:"calendar,omitempty" jsonschema:"enum=civil,enum=administrative" jsonschema_description:"calendar of the campaign; civil where not stated"`
	// Period is the campaign's, the year of the cut-off where not stated.
	Period   *SpanDeclaration `yaml:"period,omitempty"`
	CutOffOn string           `yaml:"cut_off_on" jsonschema:"required" jsonschema_description:"events are counted through this day"`
	// AskedIn is the calendar that the figure is asked for in, the campaign's where
	// not stated.
	AskedIn string `yaml:"asked_in,omitempty" jsonschema:"enum=civil,enum=administrative" jsonschema_description:"calendar of the question; the campaign's where not stated"`

	Target       *TargetDeclaration                 `yaml:"target,omitempty"`
	Baseline     *BaselineDeclaration               `yaml:"baseline,omitempty"`
	Path         *PathDeclaration                   `yaml:"path,omitempty"`
	Thresholds   *ThresholdDeclaration              `yaml:"thresholds,omitempty"`
	Completeness *CompletenessDeclaration           `yaml:"completeness,omitempty"`
	Expects      []indicator.ExpectationDeclaration `yaml:"expects,omitempty" jsonschema_description:"what units owe; nothing where not stated"`

	// Rows hold, by dataset or reference table, a header with names of columns and
	// one row a line, parted by commas. Columns that are left out, and empty cells,
	// are unknown. A reference table that is given replaces the built-in one.
	Rows   map[string]string `yaml:"rows" jsonschema:"required" jsonschema_description:"dataset to rows: a header and one row a line, parted by commas"`
	Expect []ExpectedFigure  `yaml:"expect" jsonschema:"required"`
}

// ExpectedFigure is what has to come out. Only what is stated is compared; the word
// none stands for a number that there must not be.
type ExpectedFigure struct {
	// Unit is a facility or area code; the province where not stated.
	Unit string `yaml:"unit,omitempty"`
	// Period is a month such as 2024-06; from the beginning to the cut-off where not
	// stated.
	Period        string    `yaml:"period,omitempty"`
	Numerator     *Expected `yaml:"numerator,omitempty"`
	Denominator   *Expected `yaml:"denominator,omitempty"`
	Value         *Expected `yaml:"value,omitempty" jsonschema_description:"as it is shown: rounded half up to the decimals of the definition"`
	Expected      *Expected `yaml:"expected,omitempty" jsonschema_description:"what the path expects, to one decimal place"`
	Attainment    *Expected `yaml:"attainment,omitempty" jsonschema_description:"in per cent, to one decimal place"`
	Status        Status    `yaml:"status,omitempty"`
	UnitsReported *int      `yaml:"units_reported,omitempty"`
	UnitsExpected *int      `yaml:"units_expected,omitempty"`
	Provisional   *bool     `yaml:"provisional,omitempty"`
	OverHundred   *bool     `yaml:"over_hundred,omitempty"`
}

// Expected is an exact number, or none.
type Expected struct {
	None   bool
	Number declaration.Number
}
