package csv

import (
	"bytes"
	"context"
	"errors"
	"io"

	"thidua/ingest/format"
	"thidua/ingest/format/charset"
	"thidua/transform/record"
)

// headBytes is how much of a payload tells what it is in truth.
const headBytes = 4 << 10

// Inspect implements format.Format. The frame's envelope holds EncodingField and
// DelimiterField, its notes what the table had to leave out.
func (f *Format) Inspect(ctx context.Context, r io.Reader, layout record.Layout) (format.Frame, error) {
	s := f.borrow()
	defer f.giveBack(s)
	payload := format.NewReader(ctx, r, payloadName)
	frame, err := f.inspect(s, payload, layout)
	return frame, payload.Finish(err)
}

func (f *Format) inspect(s *splitter, source io.Reader, layout record.Layout) (format.Frame, error) {
	head := make([]byte, headBytes)
	n, err := io.ReadFull(source, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return format.Frame{}, err
	}
	if rule, ok := disguised(head[:n]); ok {
		return format.Frame{}, refuse(rule)
	}
	text := charset.Sniff(io.MultiReader(bytes.NewReader(head[:n]), source), f.encoding)
	rows, err := f.begin(s, text, f.delimiter, layout)
	if err != nil {
		return format.Frame{}, err
	}
	s.watch, s.zeros = true, bytes.IndexByte(s.buf[s.pos:s.end], 0) >= 0
	dossiers, err := f.count(rows)
	if err != nil {
		return format.Frame{}, err
	}
	frame := format.Frame{Dossiers: dossiers, Notes: rows.table.Notes(), Envelope: map[string]string{
		EncodingField: string(text.Charset()), DelimiterField: nameOf(s.delimiter),
	}}
	if s.strays > 0 {
		frame.Notes = append(frame.Notes, strayNote(s.strays))
	}
	return frame, nil
}

// count reads to the end and returns the number of records below the header.
func (f *Format) count(rows *rows) (int, error) {
	if err := rows.findHeader(); err != nil {
		return 0, err
	}
	var r record.Record
	for {
		_, err := rows.next(&r)
		if rows.splitter.zeros {
			return 0, refuse(ruleNotText)
		}
		if errors.Is(err, io.EOF) {
			return rows.records, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
