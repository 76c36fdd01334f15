// Package xlsx reads workbooks of the Office Open XML family, .xlsx and .xlsm
// (ECMA-376). Each row of one sheet below its header is a dossier of one record.
//
// A workbook is an archive whose directory stands at the end, so that it is kept
// whole for the time of a reading: in memory where it is small, else in an
// encrypted spill file without a name. What is unpacked from it is read as a
// stream: memory does not grow with the sheet. Shared strings stay in memory up to
// a limit, beyond which they lie in a spill file as well.
//
// A cell becomes the text that people see in it, as far as a text can be one to
// read on from: numbers are digits without a format, dates are ISO 8601. A date is
// told by the format of its cell alone; a number without one stays a number.
// Formulas are not computed: what was stored with them counts. Hidden rows and
// columns are read. Every rule a workbook can break has a stable name, see
// reason.go.
package xlsx

import (
	"context"
	"io"
	"slices"
	"sync"

	"thidua/ingest/format"
	"thidua/ingest/format/tabular"
	"thidua/transform/record"
)

// kindRow is the only kind of record.
const kindRow = "row"

// sheetField is the field of the envelope that holds the name of the sheet.
const sheetField = "@sheet"

// Format reads workbooks. It can be used by several readers at once.
type Format struct {
	config   Config
	spoolDir string
	// scanners are those of parts that were read before.
	scanners sync.Pool
}

// New returns the format, or declaration.Problems. Spill files lie in spoolDir.
func New(c Config, spoolDir string) (*Format, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.Limits = c.Limits.withDefaults()
	return &Format{config: c, spoolDir: spoolDir}, nil
}

// Kinds lists the kinds of record that the format delivers: "row".
func (f *Format) Kinds() []string { return []string{kindRow} }

// Fields returns nil: the fields of a row are the columns of the sheet, which may
// have any name. "@row" is the number of the row in the sheet.
func (f *Format) Fields(string) []string { return nil }

// CheckField returns tabular.ErrField where a name can be no column.
func (f *Format) CheckField(name string) error { return tabular.CheckField(name) }

// Inspect implements format.Format. It reads the sheet to its end, as Decode does.
// The name of the sheet is in the frame as "@sheet".
func (f *Format) Inspect(ctx context.Context, r io.Reader, layout record.Layout) (format.Frame, error) {
	var frame format.Frame
	err := f.read(ctx, r, func(b *workbook) error {
		if b.date1904 {
			frame.Notes = []format.Note{{Rule: noteDate1904, Reason: findings[noteDate1904], Count: 1}}
		}
		candidates := b.candidates(f.config.Sheet)
		if len(candidates) == 0 {
			return noSheet(f.config.Sheet)
		}
		s, err := f.choose(b, candidates, layout)
		if err != nil {
			return err
		}
		defer s.close()
		for {
			more, err := s.next()
			if err != nil {
				return refusal(err, b.reading, frame.Dossiers)
			}
			if !more {
				frame.Envelope = map[string]string{sheetField: s.name}
				return nil
			}
			frame.Dossiers++
		}
	})
	if err != nil {
		return format.Frame{}, err
	}
	return frame, nil
}

// Decode implements format.Format.
func (f *Format) Decode(ctx context.Context, r io.Reader, frame format.Frame, layout record.Layout, v format.Visitor) error {
	return f.read(ctx, r, func(b *workbook) error {
		candidates := b.candidates(f.config.Sheet)
		if name, told := frame.Envelope[sheetField]; told {
			candidates = b.named(name)
		}
		if len(candidates) == 0 {
			return noSheet(f.config.Sheet)
		}
		s, err := f.choose(b, candidates, layout)
		if err != nil {
			return err
		}
		defer s.close()
		return s.decode(v)
	})
}

// read opens the workbook that r is, and hands it to use.
func (f *Format) read(ctx context.Context, r io.Reader, use func(b *workbook) error) (err error) {
	c, err := keep(ctx, r, f.spoolDir)
	if err != nil {
		return err
	}
	defer func() {
		if failed := c.close(); err == nil {
			err = failed
		}
	}()
	a, err := openArchive(ctx, c, f.config.Limits, &f.scanners)
	if err != nil {
		return refusal(err, "", 0)
	}
	b, err := openWorkbook(a, f.spoolDir)
	if err != nil {
		return refusal(err, a.reading, 0)
	}
	defer func() {
		if failed := b.close(); err == nil {
			err = failed
		}
	}()
	return refusal(use(b), a.reading, 0)
}

// rowKind returns the index of the rows in the layout, -1 where the job reads
// none.
func rowKind(layout record.Layout) (int, record.Kind) {
	i := slices.IndexFunc(layout.Kinds, func(k record.Kind) bool { return k.Name == kindRow })
	if i < 0 {
		return i, record.Kind{Name: kindRow}
	}
	return i, layout.Kinds[i]
}
