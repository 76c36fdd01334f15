package csv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

const (
	// firstWindow is how much text is in memory unless a row is larger, maxRow how
	// large one may be, maxKept the largest window that serves another payload.
	firstWindow = 256 << 10
	maxRow      = 16 << 20
	maxKept     = 1 << 20
)

// What can be wrong with a row beyond repair.
var (
	errRowTooLarge = errors.New("row too large")
	errQuoteOpen   = errors.New("quotation mark open at the end")
)

// splitter cuts text into rows and these into cells. It never copies a cell but one
// with a quotation mark inside.
//
// A row ends with a line feed, a carriage return or both. A cell is quoted where a
// quotation mark comes first in it, blanks aside; a quotation mark inside is written
// twice. One that is not, and does not end its cell either, is taken as it stands.
type splitter struct {
	r   io.Reader
	buf []byte
	// buf[pos:end] is unread.
	pos, end int
	// err is what the reader ended with, delivered when buf is used up.
	err error

	delimiter byte
	// quote is zero where nothing is quoted.
	quote byte
	// watch says that zeros are looked for.
	watch bool

	// The next of each kind, end where there is none in the window; one that lies
	// before what is looked at is not known.
	feedAt, returnAt, quoteAt int

	cells   [][]byte
	scratch []byte

	// strays counts the quotation marks that were taken as they stand.
	strays int
	// marks says that a letter was met whose marks are written beside it, zeros that
	// a zero byte was.
	marks, zeros bool
}

// reset starts over at the first byte of r and keeps the memory.
func (s *splitter) reset(r io.Reader, delimiter, quote byte) {
	if len(s.buf) == 0 {
		s.buf = make([]byte, firstWindow)
	}
	*s = splitter{r: r, buf: s.buf, cells: s.cells[:0], scratch: s.scratch[:0], delimiter: delimiter, quote: quote}
	s.forget()
}

// forget drops what is known of the text behind pos.
func (s *splitter) forget() { s.feedAt, s.returnAt, s.quoteAt = -1, -1, -1 }

// next returns the cells of the next row, valid until it is called again. It returns
// io.EOF behind the last row.
func (s *splitter) next() ([][]byte, error) {
	for {
		if s.pos == s.end {
			if err := s.more(); err != nil {
				return nil, err
			}
		}
		stop, after := s.rowEnd()
		if stop < 0 {
			if err := s.more(); err == nil {
				continue
			} else if !errors.Is(err, io.EOF) {
				return nil, err
			}
			if stop, after = s.rowEnd(); stop < 0 {
				stop, after = s.end, s.end
			}
		}
		if s.quoteAt >= stop {
			s.split(s.buf[s.pos:stop])
			s.pos = after
			return s.cells, nil
		}
		whole, err := s.splitQuoted()
		if err != nil {
			return nil, err
		}
		if whole {
			return s.cells, nil
		}
		if err := s.more(); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
}

// more appends text to the window until it is full or the text ends, and returns
// what the reader ended with where there is no more.
func (s *splitter) more() error {
	if s.err != nil {
		return s.err
	}
	switch {
	case s.pos > 0:
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	case s.end == len(s.buf) && s.end >= maxRow:
		return errRowTooLarge
	case s.end == len(s.buf):
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	s.forget()
	n, err := io.ReadFull(s.r, s.buf[s.end:])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	fresh := s.buf[s.end : s.end+n]
	s.end, s.err = s.end+n, err
	// All marks that are written beside their letter begin with one of two bytes.
	s.marks = s.marks || bytes.IndexByte(fresh, 0xCC) >= 0 || bytes.IndexByte(fresh, 0xCD) >= 0
	s.zeros = s.zeros || s.watch && bytes.IndexByte(fresh, 0) >= 0
	if n == 0 {
		return s.err
	}
	return nil
}

// look finds the next quotation mark, if it is not known yet, and returns the next
// line break at or behind at.
func (s *splitter) look(at int) (lineBreak int) {
	if s.feedAt < at {
		s.feedAt = s.find('\n', at)
	}
	if s.returnAt < at {
		s.returnAt = s.find('\r', at)
	}
	if s.quoteAt < at {
		s.quoteAt = s.end
		if s.quote != 0 {
			s.quoteAt = s.find(s.quote, at)
		}
	}
	return min(s.feedAt, s.returnAt)
}

func (s *splitter) find(c byte, from int) int {
	if at := bytes.IndexByte(s.buf[from:s.end], c); at >= 0 {
		return from + at
	}
	return s.end
}

// rowEnd returns where the row ends and the next one begins, were nothing quoted;
// -1 where more text is needed to know.
func (s *splitter) rowEnd() (stop, after int) {
	if stop = s.look(s.pos); stop == s.end {
		return -1, -1
	}
	return s.endAt(stop)
}

// endAt returns where a row ends that has a line break at i, and where the next one
// begins. It returns -1 where a line feed may follow that is not in the window yet.
func (s *splitter) endAt(i int) (stop, after int) {
	switch {
	case s.buf[i] == '\n':
		return i, i + 1
	case i+1 < s.end && s.buf[i+1] == '\n':
		return i, i + 2
	case i+1 == s.end && s.err == nil:
		return -1, -1
	}
	return i, i + 1
}

// low7 has the lower seven bits of each of eight bytes.
const low7 = 0x7F7F7F7F7F7F7F7F

// split cuts a row without quotation marks, eight bytes at a time.
func (s *splitter) split(row []byte) {
	cells := s.cells[:0]
	s.scratch = s.scratch[:0]
	pattern := uint64(s.delimiter) * 0x0101010101010101
	start, i := 0, 0
	for ; i+8 <= len(row); i += 8 {
		// A byte that is the delimiter becomes zero, and then alone has its highest
		// bit set.
		word := binary.LittleEndian.Uint64(row[i:]) ^ pattern
		for found := ^((word&low7 + low7) | word | low7); found != 0; found &= found - 1 {
			at := i + bits.TrailingZeros64(found)>>3
			cells = append(cells, row[start:at])
			start = at + 1
		}
	}
	for ; i < len(row); i++ {
		if row[i] == s.delimiter {
			cells = append(cells, row[start:i])
			start = i + 1
		}
	}
	s.cells = append(cells, row[start:])
}
