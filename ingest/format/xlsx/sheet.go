package xlsx

import (
	"thidua/ingest/format"
	"thidua/ingest/format/tabular"
	"thidua/transform/record"
)

// sheet is a sheet whose header was found.
type sheet struct {
	*rows
	name   string
	table  *tabular.Table
	filler filler
	record record.Record
	// passed is how many rows were records.
	passed int
}

// choose opens the first of the sheets that has the header. The caller closes it.
func (f *Format) choose(b *workbook, candidates []sheetRef, layout record.Layout) (*sheet, error) {
	index, kind := rowKind(layout)
	var best *tabular.Table
	for _, ref := range candidates {
		r, err := b.openRows(ref, new(notes))
		if err != nil {
			return nil, err
		}
		s := &sheet{rows: r, name: ref.name, table: tabular.New(f.config.Config, kind), record: record.Record{Kind: index}}
		found, err := s.seek()
		if err == nil && found && f.config.Merged == mergedFill {
			s.filler, err = b.readMerges(ref)
			s.filler.skip(r.number)
		}
		if err == nil && found {
			return s, nil
		}
		s.close()
		if err != nil {
			return nil, err
		}
		if best == nil || s.table.Found() > best.Found() {
			best = s.table
		}
	}
	return nil, noHeader(best.Missing())
}

// seek reads the rows up to the end of the header. It returns false where there is
// none.
func (s *sheet) seek() (bool, error) {
	for s.table.Seeking() {
		more, err := s.rows.next()
		if err != nil || !more {
			return false, err
		}
		s.table.At(s.number)
		if s.table.Header(s.cells) {
			return true, nil
		}
	}
	return false, nil
}

// next reads on to the next row that is a record.
func (s *sheet) next() (bool, error) {
	for {
		more, err := s.rows.next()
		if err != nil || !more {
			return false, err
		}
		if s.cells, err = s.filler.fill(s.number, s.cells); err != nil {
			return false, err
		}
		s.table.At(s.number)
		if s.table.Record(s.cells, &s.record) {
			s.passed++
			return true, nil
		}
	}
}

// decode hands the rows to the visitor, each as a dossier of its own, and what was
// found behind them.
func (s *sheet) decode(v format.Visitor) error {
	for {
		more, err := s.next()
		if err != nil {
			return refusal(err, s.book.reading, s.passed)
		}
		if !more {
			break
		}
		wanted, err := v.BeginDossier(int32(s.passed))
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		if s.record.Kind >= 0 {
			if err := v.Record(&s.record); err != nil {
				return err
			}
		}
		if err := v.EndDossier(); err != nil {
			return err
		}
	}
	for _, n := range append(s.notes.list(), s.table.Notes()...) {
		v.Note(n)
	}
	return nil
}
