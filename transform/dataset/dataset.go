// Package dataset says what a dataset is: its columns, its rules, what one of its
// rows counts, and the Arrow batches its rows travel in. It knows nothing of
// where records come from or where rows go.
package dataset

import (
	"slices"

	"thidua/transform/declaration"
	"thidua/transform/delivery"
	"thidua/transform/expr"
	"thidua/transform/value"
)

// What one row of a dataset is. Small numbers of persons and events are hidden when
// figures are published; those of things tell of nobody.
const (
	CountsPersons = "persons"
	CountsEvents  = "events"
	CountsThings  = "things"
)

// Dataset is a declared dataset, checked. It is immutable and safe for
// concurrent use.
type Dataset struct {
	Name  string
	Title declaration.Title
	// Counts says what one row is: persons, events or things.
	Counts     string
	LegalBasis string
	Columns    []Column
	Rules      []Rule

	index map[string]int
}

// Column is one column of a dataset.
type Column struct {
	Name  string
	Title declaration.Title
	Type  value.Type
	// Code marks text that is a code: never a number, whatever it looks like.
	Code      bool
	Required  bool
	Length    int
	MaxLength int
	Enum      []string
	Reference string
	// Identifier is what a key stands for, empty for other types.
	Identifier string
}

// Rule is a checked rule. A row for which Must is not true breaks it.
type Rule struct {
	Name   string
	Must   *expr.Expr
	Reject bool
	Reason delivery.Text
}

// WithoutEnums returns the dataset with columns that hold any value: texts of another time
// may name values that are declared no more.
func (d *Dataset) WithoutEnums() *Dataset {
	open := *d
	open.Columns = slices.Clone(d.Columns)
	for i := range open.Columns {
		open.Columns[i].Enum = nil
	}
	return &open
}

// Index returns the position of the named column.
func (d *Dataset) Index(column string) (int, bool) {
	i, ok := d.index[column]
	return i, ok
}

// ColumnNames returns the names of the columns in order.
func (d *Dataset) ColumnNames() []string {
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	return names
}

// Privacy says how the column treats persons: pseudonym for keys, open for all
// else. What would name a person is no column at all.
func (c Column) Privacy() string {
	if c.Type.Kind == value.Key {
		return "pseudonym"
	}
	return "open"
}

// Lineage are the columns that every table of rows carries after its own, in
// this order; KnownFrom is added when a batch is committed.
const (
	ColumnDossier      = "dossier"
	ColumnDelivery     = "delivery"
	ColumnPlaceDossier = "place_dossier"
	ColumnPlaceLine    = "place_line"
	ColumnContent      = "content"
	ColumnKnownFrom    = "known_from"
	ColumnKnownTo      = "known_to"
)

// Reserved lists the names that a declaration cannot use for a column.
func Reserved() []string {
	return []string{
		ColumnDossier, ColumnDelivery, ColumnPlaceDossier, ColumnPlaceLine,
		ColumnContent, ColumnKnownFrom, ColumnKnownTo,
	}
}
