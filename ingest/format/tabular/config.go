package tabular

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"thidua/transform/declaration"
)

// Config says how the header of a sheet is found and what its columns are called.
// It is part of the format block of every format that reads sheets. The zero value
// of each field stands for its default.
type Config struct {
	// Columns maps a field, as the job calls it, to further texts that its column
	// may have in the header. Every field is also found under its own name.
	Columns map[string][]string `yaml:"columns,omitempty" jsonschema_description:"field to further names that its column may have in the header; marks, case and blanks do not count"`
	// Header is the number of the row, from 1, in which the header begins.
	Header int `yaml:"header,omitempty" jsonschema:"minimum=0" jsonschema_description:"number of the row in which the header begins; default: found by its names within the first 50 rows"`
	// HeaderRows is 2 where the header has two storeys.
	HeaderRows int `yaml:"header_rows,omitempty" jsonschema:"minimum=0" jsonschema_description:"2 where the header has two storeys, whose columns are then named \"upper / lower\"; default 1"`
	// Totals are texts that begin a row of totals. A list without texts switches
	// the search off; no list stands for the default.
	Totals []string `yaml:"totals,omitempty" jsonschema_description:"texts that begin a row of totals, which is left out; default tổng, tổng cộng, tổng số, cộng; [] for none"`
	// Optional are fields whose column a sheet may lack.
	Optional []string `yaml:"optional,omitempty" jsonschema_description:"fields whose column may be missing"`
}

// maxHeaderRows is how many storeys a header can have.
const maxHeaderRows = 2

// defaultTotals are the words that Vietnamese sheets begin a row of totals with.
var defaultTotals = []string{"tổng", "tổng cộng", "tổng số", "cộng"}

// Check adds what is wrong with c to p, with paths from the format block downwards.
func (c Config) Check(p *declaration.Problems) {
	if c.Header < 0 {
		p.Add("$.header", "less than zero", "rows are counted from 1; leave it out to find the header by its names")
	}
	if c.HeaderRows < 0 || c.HeaderRows > maxHeaderRows {
		p.Add("$.header_rows", "a header has one row or two", "write 2, or leave it out")
	}
	for _, field := range slices.Sorted(maps.Keys(c.Columns)) {
		path := "$.columns." + field
		if strings.HasPrefix(field, "@") {
			p.Add(path, "names that begin with @ stand for no column", "leave it out")
		}
		for i, name := range c.Columns[field] {
			if fold(name) == "" {
				p.Add(fmt.Sprintf("%s[%d]", path, i), "a blank name", "write the text of the column's header")
			}
		}
	}
	for i, text := range c.Totals {
		if fold(text) == "" {
			p.Add(fmt.Sprintf("$.totals[%d]", i), "a blank text", "write the text that begins the row, or [] for none")
		}
	}
	for i, field := range c.Optional {
		if strings.HasPrefix(field, "@") {
			p.Add(fmt.Sprintf("$.optional[%d]", i), "names that begin with @ stand for no column", "leave it out")
		}
	}
}

// RowField is the field that holds the number of the row in its sheet.
const RowField = "@row"

// ErrField says that a name can be no field of a sheet.
var ErrField = errors.New("not a field of a sheet")

// CheckField returns an ErrField where name can be no field: it is blank, or begins
// with @ and is not RowField. Any other text may be a column's name.
func CheckField(name string) error {
	switch {
	case name == RowField:
		return nil
	case strings.HasPrefix(name, "@"):
		return fmt.Errorf("%w: %q: of the names that begin with @ there is only %s", ErrField, name, RowField)
	case fold(name) == "":
		return fmt.Errorf("%w: the name is blank", ErrField)
	}
	return nil
}
