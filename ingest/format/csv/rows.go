package csv

import (
	"errors"
	"io"

	"thidua/ingest/format/charset"
	"thidua/ingest/format/tabular"
	"thidua/transform/record"
)

// rows reads the records of one payload. Both passes read them through it, so that
// they count alike.
type rows struct {
	splitter *splitter
	table    *tabular.Table
	// joins says that surplus cells belong to the last column.
	joins bool
	// records is how many have been read.
	records int
}

// begin fills the first window and settles the delimiter, which is zero where it is
// not known.
func (f *Format) begin(s *splitter, text io.Reader, delimiter byte, layout record.Layout) (*rows, error) {
	_, kind := kindOf(layout)
	newTable := func() *tabular.Table { return tabular.New(f.config.Config, kind) }
	s.reset(text, delimiter, f.quote)
	if err := s.more(); err != nil {
		return nil, judge(err, 0, 0)
	}
	if s.delimiter == 0 {
		s.delimiter = f.detectDelimiter(s, newTable)
	}
	return &rows{splitter: s, table: newTable(), joins: f.config.Surplus == surplusJoin}, nil
}

// findHeader reads through the header.
func (r *rows) findHeader() error {
	blank := true
	for r.table.Seeking() {
		cells, err := r.splitter.next()
		switch {
		case r.splitter.zeros:
			return refuse(ruleNotText)
		case errors.Is(err, io.EOF) && blank:
			return refuse(ruleEmpty)
		case errors.Is(err, io.EOF):
			return refuseHeader(r.table.Missing())
		case err != nil:
			return judge(err, r.table.Row()+1, 0)
		case r.table.Header(cells):
			return nil
		}
		for _, cell := range cells {
			blank = blank && tabular.Blank(cell)
		}
	}
	return refuseHeader(r.table.Missing())
}

// next reads the next record. It returns the number of cells beyond the header where
// they make the row unreadable, and io.EOF behind the last record.
func (r *rows) next(to *record.Record) (surplus int, err error) {
	for {
		cells, err := r.splitter.next()
		if errors.Is(err, io.EOF) {
			return 0, err
		}
		if err != nil {
			return 0, judge(err, r.table.Row()+1, r.records)
		}
		surplus := 0
		if len(cells) > r.table.Width() {
			cells, surplus = r.fit(cells)
		}
		if r.table.Record(cells, to) {
			r.records++
			return surplus, nil
		}
	}
}

// fit deals with the cells beyond the header. It returns how many they are where
// they make the row unreadable; blank ones never do.
func (r *rows) fit(cells [][]byte) (fitting [][]byte, surplus int) {
	width := r.table.Width()
	for len(cells) > width && tabular.Blank(cells[len(cells)-1]) {
		cells = cells[:len(cells)-1]
	}
	switch {
	case len(cells) == width:
		return cells, 0
	case !r.joins || width == 0:
		return cells, len(cells) - width
	}
	cells[width-1] = r.splitter.join(cells[width-1:])
	return cells[:width], 0
}

// judge turns what is wrong with the text into a refusal, and leaves other errors as
// they are.
func judge(err error, row, dossiers int) error {
	switch {
	case errors.Is(err, io.EOF):
		return refuse(ruleEmpty)
	case errors.Is(err, errQuoteOpen):
		return refuseRow(ruleQuoteOpen, row, dossiers)
	case errors.Is(err, errRowTooLarge):
		return refuseRow(ruleRowTooLarge, row, dossiers)
	case errors.Is(err, charset.ErrUnknown):
		refusal := refuse(ruleEncoding)
		refusal.Dossiers = dossiers
		return refusal
	}
	return err
}
