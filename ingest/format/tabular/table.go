// Package tabular is what the formats that read sheets share, whether the rows come
// from separated text or from a workbook: the header is found by the names of its
// columns, and the rows below it become records.
//
// Above the header there may be a title, below it rows of totals, blank rows and
// the header once more. Columns stand in any order; those that the job does not
// name are not looked at.
package tabular

import (
	"strings"

	"thidua/ingest/format"
	"thidua/transform/record"
)

// searchDepth is how many rows the header is looked for in.
const searchDepth = 50

// Table reads the rows of one sheet in order: first those that may be the header,
// until Header returns true, then those below it. It serves one goroutine and one
// sheet. Cells belong to the caller and are not kept.
type Table struct {
	fields     []field
	totals     totals
	headerAt   int
	headerRows int

	// row is the number of the row that was offered last.
	row int
	// upper is the row before the last one, where the header has two storeys.
	upper []string
	// best is the candidate that has most of the fields.
	best   candidate
	header [][]string
	width  int
	found  counts

	rowText []byte
}

// field is one field of the record.
type field struct {
	name string
	// names are the texts that its column may have, its own first.
	names    []columnName
	optional bool
	// row says that the field is the number of the row, none that it is another one
	// that begins with @, which no column stands for.
	row, none bool
	// column is the index of its cell, -1 where there is none.
	column int
}

// columnName is a name as it is compared.
type columnName struct{ exact, folded string }

// New returns a table for the fields of a kind. The configuration has been checked.
func New(c Config, kind record.Kind) *Table {
	t := &Table{headerAt: c.Header, headerRows: max(c.HeaderRows, 1), best: candidate{score: -1}}
	texts := c.Totals
	if texts == nil {
		texts = defaultTotals
	}
	t.totals = newTotals(texts)
	optional := make(map[string]bool, len(c.Optional))
	for _, name := range c.Optional {
		optional[name] = true
	}
	for _, name := range kind.Fields {
		f := field{name: name, optional: optional[name], row: name == RowField, column: -1}
		f.none = strings.HasPrefix(name, "@") && !f.row
		for _, text := range append([]string{name}, c.Columns[name]...) {
			f.names = append(f.names, columnName{tidy(text), fold(text)})
		}
		t.fields = append(t.fields, f)
	}
	return t
}

// At sets the number of the row that is offered next. It is called where a sheet
// leaves rows out; otherwise rows count on from 1.
func (t *Table) At(row int) { t.row = row - 1 }

// Row returns the number of the row that was offered last, from 1, as it stands
// before people who open the sheet.
func (t *Table) Row() int { return t.row }

// Header offers the next row. It returns true where this row completes the header:
// all fields that are not optional have their column. The rows after it are given
// to Record.
func (t *Table) Header(cells [][]byte) bool {
	t.row++
	lower := texts(cells)
	upper := t.upper
	if t.headerRows == 2 {
		t.upper = lower
	}
	if !t.mayEnd(upper) || allBlank(lower) {
		return false
	}
	c := t.match(upper, lower)
	if c.score > t.best.score {
		t.best = c
	}
	if !c.complete {
		return false
	}
	t.best = c
	t.settle(upper, lower)
	return true
}

// Seeking reports whether the header may still come. Where it is false and Header
// has not returned true, the sheet has none.
func (t *Table) Seeking() bool {
	if t.headerAt > 0 {
		return t.row < t.headerAt+t.headerRows-1
	}
	return t.row < searchDepth
}

// mayEnd reports whether the row offered last may be the last one of the header.
func (t *Table) mayEnd(upper []string) bool {
	if t.headerRows == 2 && upper == nil {
		return false
	}
	if t.headerAt > 0 {
		return t.row == t.headerAt+t.headerRows-1
	}
	return t.row <= searchDepth
}

// settle takes the best candidate for the header.
func (t *Table) settle(upper, lower []string) {
	for i := range t.fields {
		t.fields[i].column = t.best.columns[i]
	}
	t.header = [][]string{lower}
	t.width = len(lower)
	if t.headerRows == 2 {
		t.header = append(t.header, upper)
		t.width = max(t.width, len(upper))
	}
	for _, i := range t.best.twice {
		t.found.twice = append(t.found.twice, t.fields[i].name)
	}
	t.upper = nil
}

// Missing returns the fields whose column is not in the row that has most of them,
// by the names that the job uses, in its order. Optional fields are not among them.
func (t *Table) Missing() []string {
	var missing []string
	for i, f := range t.fields {
		if f.wanted() && !f.optional && (t.best.columns == nil || t.best.columns[i] < 0) {
			missing = append(missing, f.name)
		}
	}
	return missing
}

// wanted reports whether a column is looked for.
func (f *field) wanted() bool { return !f.row && !f.none }

// Found returns how many fields have a column in the row that has most of them.
func (t *Table) Found() int { return max(t.best.score, 0) }

// Width returns the number of cells of the header. A row with more of them, other
// than blank, may have its columns shifted.
func (t *Table) Width() int { return t.width }

// Notes returns what was found in the rows offered so far and stops nothing.
func (t *Table) Notes() []format.Note { return t.found.notes() }
