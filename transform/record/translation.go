package record

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"thidua/transform/dataset"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// maxName is the length of the longest name that a reference table is searched by.
const maxName = 255

// reading compiles how the text is read: as the column's type, or first as a
// code that the map or the reference table translates. A constant is a text of the
// declaration and stands as it is written there.
func (b *builder) reading(path string, column dataset.Column, f Field, c *cell) {
	options := normalise.Options{Locale: b.config.Locale, Length: column.Length, MaxLength: column.MaxLength, Reading: f.As}
	if options.Reading == "" && column.Code {
		options.Reading = "code"
	}
	var err error
	if f.Const != "" && f.As == "" && column.Type.Kind == value.Text {
		c.final = asDeclared
		return
	}
	if len(f.Map) == 0 && f.Lookup == nil {
		if c.final, err = readingFor(column.Type, options); err != nil {
			b.problems.Add(path+".as", err.Error(), "")
		} else if !readsIdentifiers(f.As) {
			c.guard = guardOf(column)
		}
		return
	}
	first := normalise.Options{Locale: b.config.Locale, MaxLength: normalise.DefaultMaxLength, Reading: f.As}
	if first.Reading == "" {
		first.Reading = "code"
		if f.Lookup != nil && f.Lookup.By != "" {
			first.Reading, first.MaxLength = "label", maxName
		}
	}
	if c.first, err = readingFor(value.Type{Kind: value.Text}, first); err != nil {
		b.problems.Add(path+".as", err.Error(), "")
	}
	options.Reading = ""
	if c.final = asDeclared; column.Type.Kind != value.Text {
		if c.final, err = readingFor(column.Type, options); err != nil {
			b.problems.Add(path, err.Error(), "")
		}
	}
	c.quiet = f.As == "code_text"
	if f.Lookup != nil {
		c.translation, c.untranslated = b.lookup(path+".lookup", *f.Lookup, c.first), unlisted
		return
	}
	c.translation, c.untranslated = make(map[string][]byte, len(f.Map)), unmapped
	for _, code := range slices.Sorted(maps.Keys(f.Map)) {
		label := code
		if f.As == "label" && c.first != nil {
			label = folded(c.first, code)
		}
		if _, twice := c.translation[label]; twice {
			b.problems.Add(path+".map", fmt.Sprintf("%q is given twice: case and blanks do not count", code), "leave one of them out")
		}
		c.translation[label] = []byte(f.Map[code])
	}
}

// folded is a text as the reading compares it.
func folded(read normalise.Func, text string) string {
	v, _ := read([]byte(text))
	return string(v.Text)
}

// lookup returns the texts of a column of a reference table by its code, or by
// another of its columns.
func (b *builder) lookup(path string, l Lookup, first normalise.Func) map[string][]byte {
	table, ok := b.config.Tables[l.Table]
	if !ok {
		if b.config.Tables != nil {
			b.problems.Add(path+".table", fmt.Sprintf("unknown reference table %q", l.Table), suggestion(l.Table, slices.Sorted(maps.Keys(b.config.Tables))))
		}
		return map[string][]byte{}
	}
	i := slices.Index(table.Columns, l.Column)
	if i < 0 {
		b.problems.Add(path+".column", fmt.Sprintf("table %s has no column %q", l.Table, l.Column), suggestion(l.Column, table.Columns))
		return map[string][]byte{}
	}
	by := slices.Index(table.Columns, l.By)
	if l.By != "" && by < 0 {
		b.problems.Add(path+".by", fmt.Sprintf("table %s has no column %q", l.Table, l.By), suggestion(l.By, table.Columns))
		return map[string][]byte{}
	}
	to := make(map[string][]byte, len(table.Rows))
	for code, row := range table.Rows {
		if by >= 0 && first != nil {
			code = folded(first, row[by])
		}
		text := []byte(row[i])
		if other, twice := to[code]; twice && !bytes.Equal(other, text) {
			text = nil
		}
		to[code] = text
	}
	return to
}
