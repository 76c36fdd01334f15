package tabular

import (
	"slices"
	"strings"
)

// candidate is what is known of a row that may complete the header.
type candidate struct {
	// columns holds the column of each field, -1 where there is none.
	columns []int
	// score counts the fields found.
	score    int
	complete bool
	// twice are fields that two columns are named for alike.
	twice []int
}

// How well the text of a column fits a name: a text under the upper storey alone
// is a weaker sign than one that tells both.
const (
	fitsNot = iota
	fitsLowerFolded
	fitsLower
	fitsFolded
	fits
)

// column is what a column is called: name, or lower alone where it stands below an
// upper cell.
type column struct {
	name, lower columnName
	// upper says that the name takes its text from the upper storey.
	upper bool
}

// match finds the columns of the fields in a row, or in the two storeys.
func (t *Table) match(upper, lower []string) candidate {
	columns := columnsOf(upper, lower)
	c := candidate{columns: make([]int, len(t.fields))}
	missing, usesUpper := 0, false
	for i, f := range t.fields {
		c.columns[i] = -1
		if !f.wanted() {
			continue
		}
		at, twice := f.find(columns)
		c.columns[i] = at
		switch {
		case at < 0 && !f.optional:
			missing++
		case at >= 0:
			usesUpper = usesUpper || columns[at].upper
			c.score++
		}
		if twice {
			c.twice = append(c.twice, i)
		}
	}
	// A title above a header of two storeys is no upper storey: a candidate whose
	// upper row names no column would end the header a row too early.
	if t.headerRows == 2 && t.headerAt == 0 && !usesUpper && t.anyWanted() {
		return candidate{}
	}
	c.complete = missing == 0 && (c.score > 0 || !t.anyWanted())
	return c
}

// anyWanted reports whether any field has to be found.
func (t *Table) anyWanted() bool {
	return slices.ContainsFunc(t.fields, func(f field) bool { return f.wanted() })
}

// find returns the column that fits the field best, -1 where none does: the better
// fit first, then the earlier of the field's names, then the column further left.
// It also reports whether another column fits as well.
func (f *field) find(columns []column) (at int, twice bool) {
	at = -1
	best, bestName := fitsNot, 0
	for i, c := range columns {
		for n, name := range f.names {
			fit := c.fit(name)
			switch {
			case fit == fitsNot || fit < best || fit == best && n > bestName:
			case fit == best && n == bestName && at >= 0:
				twice = true
			default:
				at, best, bestName, twice = i, fit, n, false
			}
		}
	}
	return at, twice
}

// fit says how well the column fits a name.
func (c column) fit(name columnName) int {
	switch {
	case c.name.folded == "":
		return fitsNot
	case c.name.exact == name.exact:
		return fits
	case c.name.folded == name.folded:
		return fitsFolded
	case c.lower.folded == "":
		return fitsNot
	case c.lower.exact == name.exact:
		return fitsLower
	case c.lower.folded == name.folded:
		return fitsLowerFolded
	}
	return fitsNot
}

// columnsOf names the columns of a header. In one of two storeys the name is
// "upper / lower", and the one of them that is not blank where the other is; an
// upper cell holds for the columns on its right until the next one.
func columnsOf(upper, lower []string) []column {
	columns := make([]column, max(len(upper), len(lower)))
	above := ""
	for i := range columns {
		up, low := cellAt(upper, i), cellAt(lower, i)
		if up != "" {
			above = up
		}
		switch {
		case low == "":
			columns[i] = column{name: nameOf(up), upper: up != ""}
		case above == "":
			columns[i] = column{name: nameOf(low)}
		default:
			columns[i] = column{name: nameOf(above + " / " + low), lower: nameOf(low), upper: true}
		}
	}
	return columns
}

func nameOf(text string) columnName { return columnName{tidy(text), fold(text)} }

// cellAt returns the cell, empty beyond the end.
func cellAt(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// texts keeps the cells of a row without the blanks around them.
func texts(cells [][]byte) []string {
	kept := make([]string, len(cells))
	for i, cell := range cells {
		kept[i] = strings.TrimFunc(string(cell), isBlank)
	}
	return kept
}

func allBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return cell != "" })
}
