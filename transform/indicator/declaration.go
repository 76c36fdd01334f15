package indicator

import "thidua/transform/declaration"

// Declaration is an indicator as its YAML file states it. It says how something is
// counted; what was promised of it stands in campaigns.
type Declaration struct {
	Indicator string            `yaml:"indicator" jsonschema:"required" jsonschema_description:"name of the indicator, the same as its file's"`
	Title     declaration.Title `yaml:"title" jsonschema:"required"`
	// MeasuredIn is the đơn vị tính: %, visits, persons.
	MeasuredIn declaration.Title `yaml:"measured_in" jsonschema:"required" jsonschema_description:"đơn vị tính: %, visits, persons …"`
	Direction  string            `yaml:"direction" jsonschema:"required,enum=up,enum=down,enum=equal" jsonschema_description:"up: more is better; down: less is better; equal: the target is met exactly"`
	Behaviour  string            `yaml:"behaviour" jsonschema:"required,enum=ratio,enum=cumulative,enum=cumulative_distinct,enum=running_total,enum=stock,enum=survey_round,enum=official,enum=milestone" jsonschema_description:"how the figure behaves in time"`
	// Scale multiplies the value: 100 for per cent. It is 1 where not stated.
	Scale float64 `yaml:"scale,omitempty" jsonschema_description:"what the value is multiplied by: 100 for per cent, 1 where not stated"`
	// Decimals are shown, never judged by.
	Decimals   *int   `yaml:"decimals,omitempty" jsonschema:"minimum=0,maximum=6" jsonschema_description:"decimal places shown; 1 where there is a denominator, else 0"`
	LegalBasis string `yaml:"legal_basis,omitempty" jsonschema_description:"the text behind the definition"`

	Numerator   MeasureDeclaration  `yaml:"numerator" jsonschema:"required"`
	Denominator *MeasureDeclaration `yaml:"denominator,omitempty" jsonschema_description:"what the numerator is divided by; a count without one is its own value"`
	// SumOf names indicators whose numerators add up to this one's in every cell: what
	// is hidden of one when it is published must not be the difference of the others.
	SumOf []string           `yaml:"sum_of,omitempty" jsonschema_description:"indicators whose numerators add up to this one's in every cell; small numbers are hidden so that the sum gives none of them back"`
	Note  *declaration.Title `yaml:"note,omitempty" jsonschema_description:"what a reader has to know before using the figure"`
}

// MeasureDeclaration is one counted thing. Exactly one of Count, Sum, Min and Max
// is stated.
type MeasureDeclaration struct {
	Title declaration.Title `yaml:"title" jsonschema:"required" jsonschema_description:"what is counted, in words"`
	Count string            `yaml:"count,omitempty" jsonschema:"enum=rows" jsonschema_description:"rows: how many rows there are, or distinct values of distinct"`
	Sum   string            `yaml:"sum,omitempty" jsonschema_description:"expression over the columns that is added up"`
	Min   string            `yaml:"min,omitempty" jsonschema_description:"expression over the columns whose least value is taken"`
	Max   string            `yaml:"max,omitempty" jsonschema_description:"expression over the columns whose greatest value is taken"`
	Of    string            `yaml:"of" jsonschema:"required" jsonschema_description:"dataset or reference table"`
	Where string            `yaml:"where,omitempty" jsonschema_description:"expression over the columns that a row has to satisfy"`
	// Distinct counts different values instead of rows; a row that lacks one of them is
	// not counted. The name person stands for the person behind the row, joined over
	// systems through insurance_link.
	Distinct []string `yaml:"distinct,omitempty" jsonschema_description:"columns whose different values are counted; person joins citizen, insurance and card keys"`
	// At is the column that places a row in time.
	At string `yaml:"at,omitempty" jsonschema_description:"column of the day or time that places a row in a period"`
	// ExistingAt counts a register as it stands on a day, not what happened in a
	// period: rows whose At lies on it or before, whose Until does not lie before it.
	ExistingAt string `yaml:"existing_at,omitempty" jsonschema:"enum=cut_off" jsonschema_description:"cut_off: count the register as it stands then"`
	Until      string `yaml:"until,omitempty" jsonschema_description:"column of the last day on which a row of a register exists"`
	// Unit is the column that says whose row it is.
	Unit UnitDeclaration `yaml:"unit,omitempty" jsonschema_description:"column that says which unit a row belongs to"`
	// Matching lets a row count only where another dataset has a row like it.
	Matching *MatchingDeclaration `yaml:"matching,omitempty" jsonschema_description:"count only rows that a row of another dataset matches"`
}

// UnitDeclaration names the columns that hold units, by what they hold. Of several the
// smallest unit that is known counts: a person whose commune is not known belongs to
// the district. Rows without any known unit count in the campaign's own province alone.
type UnitDeclaration struct {
	Facility string `yaml:"facility,omitempty" jsonschema_description:"column with a facility code"`
	Commune  string `yaml:"commune,omitempty" jsonschema_description:"column with a commune code"`
	District string `yaml:"district,omitempty" jsonschema_description:"column with a district code"`
	Province string `yaml:"province,omitempty" jsonschema_description:"column with a province code"`
}

// MatchingDeclaration is a row of another dataset with equal values in On.
type MatchingDeclaration struct {
	Of    string   `yaml:"of" jsonschema:"required" jsonschema_description:"dataset that has to hold a matching row"`
	On    []string `yaml:"on" jsonschema:"required" jsonschema_description:"columns of both datasets that have to be equal"`
	Where string   `yaml:"where,omitempty" jsonschema_description:"expression over the columns of the matching row"`
}
