// Package csv reads separated text: the CSV files that health information systems
// export and that people save from spreadsheets.
//
// A dossier is a row below the header, with one record of the kind "row". Its
// columns are found by their names; its encoding and delimiter are told from the
// text where the job does not declare them. A payload is read as a stream: memory
// does not grow with it. Every rule that a payload or row can break has a stable
// name, see reason.go.
package csv

import (
	"sync"

	"thidua/ingest/format/charset"
	"thidua/ingest/format/tabular"
	"thidua/transform/record"
)

// Kind is the only kind of record.
const Kind = "row"

// Names of the envelope that Inspect fills: the encoding, as charset names it, and
// the delimiter, tab for the tabulator.
const (
	EncodingField  = "@encoding"
	DelimiterField = "@delimiter"
)

// Format reads separated text. It can be used by several readers at once.
type Format struct {
	config Config
	// delimiter is zero where it is told from the header, quote where nothing is
	// quoted.
	delimiter, quote byte
	encoding         charset.Charset
	// splitters lends out the windows of payloads that were read before.
	splitters sync.Pool
}

// New returns the format. Its error is declaration.Problems, with paths from the
// format block downwards.
func New(c Config) (*Format, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	f := &Format{config: c, encoding: charset.Charset(c.Encoding)}
	f.delimiter, _ = delimiterOf(c.Delimiter)
	f.quote, _ = c.quote()
	return f, nil
}

// Kinds lists the kinds of record that the format delivers.
func (f *Format) Kinds() []string { return []string{Kind} }

// Fields returns nil: a column may have any name.
func (f *Format) Fields(string) []string { return nil }

// CheckField returns a tabular.ErrField where name can be no field: of the names
// that begin with @ there is only "@row", the number of the row in the file.
func (f *Format) CheckField(name string) error { return tabular.CheckField(name) }

// payloadName is what errors of a payload's reader call it.
const payloadName = "separated text"

// kindOf finds the kind in the layout, -1 where it is not in it.
func kindOf(layout record.Layout) (int, record.Kind) {
	for i, k := range layout.Kinds {
		if k.Name == Kind {
			return i, k
		}
	}
	return -1, record.Kind{}
}

// borrow returns a splitter whose window may have served before.
func (f *Format) borrow() *splitter {
	if s, ok := f.splitters.Get().(*splitter); ok {
		return s
	}
	return &splitter{}
}

// giveBack keeps the window for the next payload, and nothing else.
func (f *Format) giveBack(s *splitter) {
	clear(s.cells[:cap(s.cells)])
	kept := splitter{cells: s.cells[:0]}
	if cap(s.buf) <= maxKept {
		kept.buf = s.buf
	}
	if cap(s.scratch) <= maxKept {
		kept.scratch = s.scratch[:0]
	}
	*s = kept
	f.splitters.Put(s)
}
