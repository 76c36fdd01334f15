package tabular

import (
	"strconv"

	"thidua/transform/record"
)

// Record makes the fields of a row below the header: it fills r.Line and r.Fields, which keep
// the bytes of cells, and RowField. It returns false for rows that are no record:
// blank ones, totals, and the header once more.
func (t *Table) Record(cells [][]byte, r *record.Record) bool {
	t.row++
	first := firstFilled(cells)
	switch {
	case first < 0:
		return false
	case t.totals.begin(cells[first]):
		t.found.totals++
		return false
	case t.repeatsHeader(cells, first):
		t.found.repeats++
		return false
	}
	t.fill(cells, r)
	r.Line = int32(t.row)
	return true
}

// fill fills the fields.
func (t *Table) fill(cells [][]byte, r *record.Record) {
	if cap(r.Fields) < len(t.fields) {
		r.Fields = make([][]byte, len(t.fields))
	}
	r.Fields = r.Fields[:len(t.fields)]
	for i := range t.fields {
		f := &t.fields[i]
		var value []byte
		switch {
		case uint(f.column) < uint(len(cells)):
			value = cells[f.column]
			if len(value) == 0 || startsBlank(value[0]) && Blank(value) {
				value = nil
			}
		case f.row:
			t.rowText = strconv.AppendInt(t.rowText[:0], int64(t.row), 10)
			value = t.rowText
		}
		r.Fields[i] = value
	}
}

// firstFilled returns the index of the first cell that is not blank, -1 where all
// are.
func firstFilled(cells [][]byte) int {
	for i, cell := range cells {
		if len(cell) > 0 && (!startsBlank(cell[0]) || !Blank(cell)) {
			return i
		}
	}
	return -1
}

// repeatsHeader reports whether the row, whose first cell that is not blank is
// known, is a row of the header once more.
func (t *Table) repeatsHeader(cells [][]byte, first int) bool {
	for _, header := range t.header {
		// The comparison ends at the first cell for nearly every row.
		if first < len(header) && sameText(cells[first], header[first]) && sameRow(cells, header) {
			return true
		}
	}
	return false
}

func sameRow(cells [][]byte, header []string) bool {
	for i := range max(len(cells), len(header)) {
		var cell []byte
		if i < len(cells) {
			cell = cells[i]
		}
		if !sameText(cell, cellAt(header, i)) {
			return false
		}
	}
	return true
}

// sameText compares a cell with a text that has no blanks around it.
func sameText(cell []byte, text string) bool {
	if string(cell) == text {
		return true
	}
	if len(cell) <= len(text) {
		return false
	}
	for i := 0; i+len(text) <= len(cell); i++ {
		if string(cell[i:i+len(text)]) == text {
			return Blank(cell[:i]) && Blank(cell[i+len(text):])
		}
		if !startsBlank(cell[i]) {
			return false
		}
	}
	return false
}

// startsBlank reports whether b may belong to a blank.
func startsBlank(b byte) bool { return b <= ' ' || b >= 0x80 }
