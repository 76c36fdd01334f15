package xlsx

import (
	"bytes"
	"math"

	"thidua/ingest/format/tabular"
	"thidua/ingest/format/xmlscan"
)

const (
	// maxColumns is the number of the last column, XFD.
	maxColumns = 16_384
	// maxRowBytes bounds the text of a row.
	maxRowBytes = 16 << 20
)

// rows reads the rows of one sheet in the order of the file.
type rows struct {
	*part
	book  *workbook
	notes *notes

	// number is the number of the row that was read last, as the sheet shows it.
	number int
	// depth is that of the element that holds the rows, zero before it was opened
	// and behind its end.
	depth int
	// text holds the cells of the row, one behind the other, spans where each lies.
	text  []byte
	spans []span
	cells [][]byte
	// scratch holds the text of a cell that does not lie in the window in one piece.
	scratch []byte
}

// span is where the text of a cell lies; it is empty where the cell is.
type span struct{ from, to int }

// openRows opens a sheet.
func (b *workbook) openRows(s sheetRef, n *notes) (*rows, error) {
	p, err := b.scan(s.part, partSheet)
	if err != nil {
		return nil, err
	}
	return &rows{part: p, book: b, notes: n}, nil
}

// next reads the next row into cells, which are valid until the row after it is
// read: nil where a cell is missing or empty. It returns false behind the last
// row, when the whole part was read.
func (r *rows) next() (bool, error) {
	for {
		token, err := r.Next()
		switch {
		case err != nil:
			return false, err
		case token == xmlscan.EOF:
			return false, r.judge()
		case token == xmlscan.Close && r.Depth() < r.depth:
			r.depth = 0
			return false, r.drain()
		case token != xmlscan.Open:
			continue
		}
		switch name := string(r.Name()); {
		case r.Depth() == 1 && name != "worksheet":
			return false, &flaw{rule: ruleNoWorkbook}
		case r.Depth() == 1:
		case r.depth == 0 && name == "sheetData":
			r.depth = r.Depth()
		case r.depth > 0 && name == "row":
			return true, r.row()
		default:
			if err := r.Skip(r.Depth()); err != nil {
				return false, err
			}
		}
	}
}

// row reads the open row.
func (r *rows) row() error {
	r.place()
	r.text, r.spans = r.text[:0], r.spans[:0]
	depth, column := r.Depth(), 0
	for {
		token, err := r.Next()
		switch {
		case err != nil:
			return err
		case token == xmlscan.Close && r.Depth() < depth:
			r.cut()
			return nil
		case token != xmlscan.Open:
			continue
		case len(r.Name()) == 1 && r.Name()[0] == 'c':
			column, err = r.cell(column)
		default:
			err = r.Skip(r.Depth())
		}
		if err != nil {
			return err
		}
	}
}

// place takes the number of the open row. A row without one follows the row before
// it.
func (r *rows) place() {
	number := r.number + 1
	if value, ok := r.attribute("r"); ok {
		if n, ok := whole(value); ok && n > 0 && n < math.MaxInt32 {
			if n < number {
				r.notes.add(noteRowOrder, "")
			}
			number = n
		}
	}
	r.number = number
}

// cut makes the cells of the row out of its text.
func (r *rows) cut() {
	r.cells = r.cells[:0]
	for _, s := range r.spans {
		var cell []byte
		if s.to > s.from {
			cell = r.text[s.from:s.to:s.to]
		}
		r.cells = append(r.cells, cell)
	}
}

// The types of a cell.
const (
	typeNumber  = "n"
	typeShared  = "s"
	typeText    = "str"
	typeInline  = "inlineStr"
	typeBoolean = "b"
	typeError   = "e"
	typeDate    = "d"
)

// cell reads the open cell and returns its column, counted from 1, before being
// that of the cell before it.
func (r *rows) cell(before int) (int, error) {
	column, style, kind := before+1, 0, typeNumber
	for a := r.Attributes(); ; {
		name, value, ok := a.Next()
		if !ok {
			break
		}
		if len(name) != 1 {
			continue
		}
		switch name[0] {
		case 'r':
			if n := columnOf(value); n > 0 {
				column = n
			}
		case 's':
			style, _ = whole(value)
		case 't':
			kind = typeOf(value)
		}
	}
	if column > maxColumns {
		return 0, &flaw{rule: ruleColumn}
	}
	from := len(r.text)
	if err := r.value(kind, style, column); err != nil {
		return 0, err
	}
	if len(r.text) > maxRowBytes {
		return 0, &flaw{rule: ruleTooLarge}
	}
	r.settle(column, from)
	return column, nil
}

// settle notes where the text of a cell lies, which begins at from. Where a column
// has two cells, the first that is not blank counts.
func (r *rows) settle(column, from int) {
	for len(r.spans) < column {
		r.spans = append(r.spans, span{})
	}
	s := &r.spans[column-1]
	switch {
	case from == len(r.text):
	case s.to > s.from && !tabular.Blank(r.text[s.from:s.to]):
		r.notes.add(noteCellTwice, columnName(column))
	default:
		*s = span{from, len(r.text)}
	}
}

// value appends what the open cell shows, and reads the cell to its end.
func (r *rows) value(kind string, style, column int) error {
	depth, found := r.Depth(), false
	for {
		raw, ok := r.leaf("v")
		if !ok {
			token, err := r.Next()
			switch {
			case err != nil:
				return err
			case token == xmlscan.Close && r.Depth() < depth:
				return nil
			case token != xmlscan.Open:
				continue
			}
			switch name := string(r.Name()); {
			case name == "v":
				r.scratch, err = r.appendContent(r.scratch[:0])
				raw, ok = r.scratch, true
			case name == "is" && !found:
				found = true
				from := len(r.text)
				if r.text, err = r.appendRich(r.text); err == nil {
					r.text = unescapeText(r.text, from)
				}
			default:
				err = r.Skip(r.Depth())
			}
			if err != nil {
				return err
			}
		}
		if !ok || found || len(raw) == 0 {
			continue
		}
		found = true
		if err := r.convert(raw, kind, style, column); err != nil {
			return err
		}
	}
}

// convert appends what raw, the stored value of a cell, stands for.
func (r *rows) convert(raw []byte, kind string, style, column int) error {
	if kind == typeText || kind == typeInline {
		from := len(r.text)
		r.text = unescapeText(append(r.text, raw...), from)
		return nil
	}
	if raw[0] <= ' ' || raw[len(raw)-1] <= ' ' {
		raw = bytes.TrimSpace(raw)
	}
	switch kind {
	case typeShared:
		n, ok := whole(raw)
		if !ok {
			return &flaw{rule: ruleNoText}
		}
		var err error
		r.text, err = r.book.texts.appendText(r.text, n)
		return err
	case typeError:
		r.notes.add(noteCellError, columnName(column))
	case typeBoolean:
		r.text = appendBoolean(r.text, raw)
	case typeDate:
		r.text = append(r.text, raw...)
	default:
		if style < len(r.book.styles) && r.book.styles[style] != plainNumber {
			r.text = appendDate(r.text, raw, r.book.styles[style], r.book.date1904)
		} else {
			r.text = appendNumber(r.text, raw)
		}
	}
	return nil
}

// typeOf returns the type that a cell declares. One that is not known is taken for
// text, so that nothing is read into it.
func typeOf(text []byte) string {
	switch string(text) {
	case typeNumber:
		return typeNumber
	case typeShared:
		return typeShared
	case typeInline:
		return typeInline
	case typeBoolean:
		return typeBoolean
	case typeError:
		return typeError
	case typeDate:
		return typeDate
	}
	return typeText
}

// appendBoolean appends 1 or 0, and as it is written what is neither.
func appendBoolean(to, text []byte) []byte {
	switch string(text) {
	case "true":
		return append(to, '1')
	case "false":
		return append(to, '0')
	}
	return append(to, text...)
}

// whole returns a number of at most nine digits.
func whole(text []byte) (int, bool) {
	if len(text) == 0 || len(text) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// columnOf returns the number of the column that a reference such as AB12 begins
// with, counted from 1; zero where it begins with none.
func columnOf(reference []byte) int {
	n := 0
	for i, c := range reference {
		c |= 0x20
		if c < 'a' || c > 'z' || i > 4 {
			return n
		}
		n = 26*n + int(c-'a'+1)
	}
	return n
}

// columnName returns the letters of a column, counted from 1.
func columnName(column int) string {
	var letters []byte
	for ; column > 0; column = (column - 1) / 26 {
		letters = append([]byte{byte('A' + (column-1)%26)}, letters...)
	}
	return string(letters)
}
