package xlsx

import (
	"bytes"
	"cmp"
	"slices"

	"thidua/ingest/format/tabular"
)

// maxMerges bounds the vertical merges of a sheet, which are kept in memory.
const maxMerges = 1 << 20

// merge is a block of merged cells that spans several rows: rows top to bottom,
// counted from 1, of which the left column, counted from 0, holds the text.
type merge struct{ top, bottom, left int32 }

// filler repeats the text of merged cells down their rows. The zero filler does
// nothing.
type filler struct {
	merges []merge
	// next is the first merge that no row has reached.
	next int
	// open are the merges whose rows are being read, one a column at most.
	open []openMerge
}

// openMerge is a merge with its text.
type openMerge struct {
	merge
	text []byte
}

// readMerges reads which cells of a sheet are merged. It stands behind the rows, so
// that the sheet is read once more for it.
func (b *workbook) readMerges(s sheetRef) (filler, error) {
	var f filler
	err := b.elements(s.part, partSheet, func(p *part, element string) error {
		if element == "sheetData" {
			return p.Skip(p.Depth())
		}
		if element != "mergeCell" {
			return nil
		}
		m, ok := parseMerge([]byte(p.textOf("ref")))
		switch {
		case !ok || m.bottom == m.top:
			return nil
		case len(f.merges) == maxMerges:
			return &flaw{rule: ruleTooLarge}
		}
		f.merges = append(f.merges, m)
		return nil
	})
	slices.SortFunc(f.merges, func(a, b merge) int { return cmp.Compare(a.top, b.top) })
	return f, err
}

// parseMerge reads a reference such as A2:B5.
func parseMerge(ref []byte) (merge, bool) {
	first, last, ok := bytes.Cut(bytes.ReplaceAll(ref, []byte{'$'}, nil), []byte{':'})
	top, okTop := whole(bytes.TrimLeft(first, letters))
	bottom, okBottom := whole(bytes.TrimLeft(last, letters))
	left := columnOf(first)
	if !ok || !okTop || !okBottom || left < 1 || left > maxColumns || bottom < top {
		return merge{}, false
	}
	return merge{int32(top), int32(bottom), int32(left - 1)}, true
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// skip passes over the merges that begin in the rows up to this one.
func (f *filler) skip(row int) {
	for f.next < len(f.merges) && int(f.merges[f.next].top) <= row {
		f.next++
	}
}

// fill gives the blank cells of a row the text of the merge that they belong to,
// and returns the cells.
func (f *filler) fill(row int, cells [][]byte) ([][]byte, error) {
	bytesOpen := 0
	f.open = slices.DeleteFunc(f.open, func(m openMerge) bool { return int(m.bottom) < row })
	for _, m := range f.open {
		for len(cells) <= int(m.left) {
			cells = append(cells, nil)
		}
		if tabular.Blank(cells[m.left]) {
			cells[m.left] = m.text
		}
		bytesOpen += len(m.text)
	}
	if bytesOpen > maxRowBytes {
		return cells, &flaw{rule: ruleTooLarge}
	}
	for ; f.next < len(f.merges) && int(f.merges[f.next].top) <= row; f.next++ {
		m := f.merges[f.next]
		if int(m.top) != row || int(m.left) >= len(cells) {
			continue
		}
		f.open = slices.DeleteFunc(f.open, func(o openMerge) bool { return o.left == m.left })
		f.open = append(f.open, openMerge{m, bytes.Clone(cells[m.left])})
	}
	return cells, nil
}
