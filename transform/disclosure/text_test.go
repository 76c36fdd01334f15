package disclosure_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"thidua/transform/disclosure"
)

// parse reads a table as people write it: the windows in the first line, then a unit
// a line, below the one above that is indented less. A unit with a plus is not
// complete; a point is no cell.
//
//	        1..31 32..59 1..59
//	c+      60    70     130
//	  f     3     30     33
func parse(t *testing.T, text string) *disclosure.Table {
	t.Helper()
	table := &disclosure.Table{AdditiveUnits: true, AdditiveTime: true}
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	var windows []window
	for _, w := range strings.Fields(lines[0]) {
		from, to, _ := strings.Cut(w, "..")
		windows = append(windows, window{number(t, from), number(t, to)})
	}
	var indents []int
	for i, line := range lines[1:] {
		fields, indent := strings.Fields(line), len(line)-len(strings.TrimLeft(line, " \t"))
		parent := i - 1
		for parent >= 0 && indents[parent] >= indent {
			parent = table.Units[parent].Parent
		}
		indents = append(indents, indent)
		table.Units = append(table.Units, disclosure.Unit{Parent: parent, Complete: !strings.HasSuffix(fields[0], "+")})
		for w, field := range fields[1:] {
			if field != "." {
				table.Cells = append(table.Cells, disclosure.Cell{
					Unit: i, From: windows[w].from, To: windows[w].to, Value: float64(number(t, field)),
				})
			}
		}
	}
	return table
}

func number(t *testing.T, text string) int32 {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return int32(n)
}

// write writes the lines of the units, with * for each hidden number.
func write(table *disclosure.Table) string {
	var b strings.Builder
	unit := -1
	for _, c := range table.Cells {
		if c.Unit != unit {
			unit = c.Unit
			fmt.Fprintf(&b, "\n%d:", unit)
		}
		if c.Suppressed {
			b.WriteString(" *")
		} else {
			fmt.Fprintf(&b, " %v", c.Value)
		}
	}
	return strings.TrimPrefix(b.String(), "\n")
}
