package dataset

import "thidua/transform/declaration"

// Declaration is a dataset as its YAML file states it.
type Declaration struct {
	Dataset    string              `yaml:"dataset" jsonschema:"required" jsonschema_description:"name of the table, lower case with underscores"`
	Title      declaration.Title   `yaml:"title" jsonschema:"required"`
	Counts     string              `yaml:"counts" jsonschema:"required,enum=persons,enum=events,enum=things" jsonschema_description:"what a row is; small cells of persons and events are suppressed when indicators are published"`
	LegalBasis string              `yaml:"legal_basis,omitempty" jsonschema_description:"the text behind the definition"`
	Columns    []ColumnDeclaration `yaml:"columns" jsonschema:"required"`
	Rules      []RuleDeclaration   `yaml:"rules,omitempty"`
}

// ColumnDeclaration is a column as stated.
type ColumnDeclaration struct {
	Name  string            `yaml:"name" jsonschema:"required"`
	Title declaration.Title `yaml:"title" jsonschema:"required"`
	// Type is text, code, key, integer, decimal(p,s), boolean, date or timestamp.
	Type     string `yaml:"type" jsonschema:"required" jsonschema_description:"text, code, key, integer, decimal(p,s), boolean, date or timestamp"`
	Required bool   `yaml:"required,omitempty"`
	// Length is the exact length of a code, MaxLength the greatest of a text or
	// code (64 where not stated).
	Length    int      `yaml:"length,omitempty"`
	MaxLength int      `yaml:"max_length,omitempty"`
	Enum      []string `yaml:"enum,omitempty" jsonschema_description:"values allowed; another one is counted as a warning, or rejects the row where the column is required"`
	Reference string   `yaml:"reference,omitempty" jsonschema_description:"reference table whose codes the column holds; an unknown code is a warning and a work item"`
	// Identifier says what a key stands for: citizen, card, patient, visit …
	Identifier string `yaml:"identifier,omitempty" jsonschema_description:"for a key: the kind of identifier it stands for"`
}

// RuleDeclaration is a rule as stated. Must holds or not: a row for which it is
// false or unknown breaks the rule.
type RuleDeclaration struct {
	Rule      string            `yaml:"rule" jsonschema:"required"`
	Must      string            `yaml:"must" jsonschema:"required" jsonschema_description:"expression over the columns that has to be true"`
	Otherwise string            `yaml:"otherwise" jsonschema:"required,enum=reject,enum=warn"`
	Title     declaration.Title `yaml:"title" jsonschema:"required" jsonschema_description:"the reason as a person reads it"`
}
