package csv

import (
	"bytes"
	"errors"
	"io"
)

// splitQuoted cuts a row with quotation marks. It returns false where the row goes
// on behind the window; it is then cut once more.
func (s *splitter) splitQuoted() (whole bool, err error) {
	s.cells, s.scratch = s.cells[:0], s.scratch[:0]
	strays := 0
	for at := s.pos; ; {
		cell, next, err := s.cell(at, &strays)
		if err != nil || next < 0 {
			return false, err
		}
		s.cells = append(s.cells, cell)
		switch {
		case next == s.end && s.err == nil:
			return false, nil
		case next == s.end:
			s.pos = s.end
		case s.buf[next] == s.delimiter:
			at = next + 1
			if at == s.end && s.err == nil {
				return false, nil
			}
			continue
		default:
			_, after := s.endAt(next)
			if after < 0 {
				return false, nil
			}
			s.pos = after
		}
		s.strays += strays
		return true, nil
	}
}

// cell reads the cell that begins at start. Next is the index of what ends it: a
// delimiter, a line break or the end of the text; -1 where more text is needed.
func (s *splitter) cell(start int, strays *int) (cell []byte, next int, err error) {
	if at := s.skipBlanks(start); at < s.end && s.buf[at] == s.quote {
		return s.quotedCell(at+1, strays)
	}
	next = s.look(start)
	if i := bytes.IndexByte(s.buf[start:next], s.delimiter); i >= 0 {
		next = start + i
	}
	return s.unformula(s.buf[start:next]), next, nil
}

// quotedCell reads a cell behind its first quotation mark.
func (s *splitter) quotedCell(from int, strays *int) (cell []byte, next int, err error) {
	kept, copied := len(s.scratch), false
	for at := from; ; {
		i := bytes.IndexByte(s.buf[at:s.end], s.quote)
		if i < 0 {
			return nil, -1, s.openQuote()
		}
		at += i
		after := s.skipBlanks(at + 1)
		switch {
		case at+1 < s.end && s.buf[at+1] == s.quote:
			s.scratch = append(s.scratch, s.buf[from:at+1]...)
			at += 2
			from, copied = at, true
		case after == s.end && s.err == nil:
			return nil, -1, nil
		case after == s.end || s.endsCell(s.buf[after]):
			if !copied {
				return s.buf[from:at], after, nil
			}
			s.scratch = append(s.scratch, s.buf[from:at]...)
			return s.scratch[kept:], after, nil
		default:
			*strays++
			at++
		}
	}
}

// openQuote returns what is wrong with a quotation mark that is open where the
// window ends, nil where more text may close it.
func (s *splitter) openQuote() error {
	if errors.Is(s.err, io.EOF) {
		return errQuoteOpen
	}
	return s.err
}

// skipBlanks returns the index of the first byte from at on that is no blank.
func (s *splitter) skipBlanks(at int) int {
	for at < s.end && (s.buf[at] == ' ' || s.buf[at] == '\t') && s.buf[at] != s.delimiter {
		at++
	}
	return at
}

// endsCell reports whether b ends a cell.
func (s *splitter) endsCell(b byte) bool { return b == s.delimiter || b == '\n' || b == '\r' }

// unformula takes ="0123" for the text in it: so numbers are written that a
// spreadsheet must not take for numbers.
func (s *splitter) unformula(cell []byte) []byte {
	if len(cell) >= 3 && cell[0] == '=' && cell[1] == s.quote && cell[len(cell)-1] == s.quote {
		return cell[2 : len(cell)-1]
	}
	return cell
}

// join returns the cells as one, with the delimiter between them as they stood.
func (s *splitter) join(cells [][]byte) []byte {
	from := len(s.scratch)
	for i, cell := range cells {
		if i > 0 {
			s.scratch = append(s.scratch, s.delimiter)
		}
		s.scratch = append(s.scratch, cell...)
	}
	return s.scratch[from:]
}
