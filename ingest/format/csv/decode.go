package csv

import (
	"context"
	"errors"
	"io"

	"golang.org/x/text/unicode/norm"

	"thidua/ingest/format"
	"thidua/ingest/format/charset"
	"thidua/transform/record"
)

// Decode implements format.Format. It relies on the envelope of the frame for the
// encoding and the delimiter, and finds them out anew where it is empty. Texts are
// composed (NFC).
func (f *Format) Decode(ctx context.Context, r io.Reader, frame format.Frame, layout record.Layout, v format.Visitor) error {
	s := f.borrow()
	defer f.giveBack(s)
	var text io.Reader = format.NewReader(ctx, r, payloadName)
	if c := charset.Charset(frame.Envelope[EncodingField]); c.Known() {
		text = c.Reader(text)
	} else {
		text = charset.Sniff(text, f.encoding)
	}
	delimiter, ok := delimiterOf(frame.Envelope[DelimiterField])
	if !ok {
		delimiter = f.delimiter
	}
	rows, err := f.begin(s, text, delimiter, layout)
	if err != nil {
		return err
	}
	if err := rows.findHeader(); err != nil {
		return err
	}
	kind, _ := kindOf(layout)
	d := decoder{rows: rows, visitor: v, record: record.Record{Kind: kind}}
	return d.decode()
}

// decoder hands the rows below a header to a visitor.
type decoder struct {
	rows     *rows
	visitor  format.Visitor
	record   record.Record
	composed []byte
}

func (d *decoder) decode() error {
	for {
		surplus, err := d.rows.next(&d.record)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := d.dossier(surplus); err != nil {
			return err
		}
	}
}

// dossier hands over the record, or says why it cannot be read.
func (d *decoder) dossier(surplus int) error {
	wanted, err := d.visitor.BeginDossier(int32(d.rows.records))
	if err != nil || !wanted {
		return err
	}
	switch {
	case surplus > 0:
		width := d.rows.table.Width()
		err = d.visitor.Fault(format.Fault{
			Kind: d.record.Kind, Part: Kind, Line: int32(d.rows.table.Row()), Rule: ruleRowTooLong,
			Reason: tooLong(d.rows.table.Row(), width+surplus, width),
		})
	case d.record.Kind >= 0:
		if d.rows.splitter.marks {
			d.compose()
		}
		err = d.visitor.Record(&d.record)
	}
	if err != nil {
		return err
	}
	return d.visitor.EndDossier()
}

// compose writes letters and their marks as one.
func (d *decoder) compose() {
	d.composed = d.composed[:0]
	for i, value := range d.record.Fields {
		if value == nil || norm.NFC.IsNormal(value) {
			continue
		}
		from := len(d.composed)
		d.composed = norm.NFC.Append(d.composed, value...)
		d.record.Fields[i] = d.composed[from:]
	}
}
