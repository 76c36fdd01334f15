// Package json reads JSON payloads: one document, a list, NDJSON, or documents
// that follow each other in any other way, as an export of a hospital system or
// the answers of an API hold them. They are UTF-8, with or without a byte order
// mark, or UTF-16 with one.
//
// A dossier is a document, an item of a document that is a list, or an item of the
// list that Config.Records leads to. Its members are the head record, of kind
// "record"; lists inside it are lines, of the kinds that Config.Lines names. Fields
// are paths from the record downwards, see package path: every name may occur.
//
// A payload is read as a stream: memory does not grow with it but with its largest
// dossier, which Config.RecordBytes bounds. Inspect judges every byte, so that
// Decode only looks for what the layout wants. Every rule a payload can break has a
// stable name, see reason.go.
//
// A document {"@request": {…}} is no record: a source that asks an API writes it
// before the answers, and its members become the fields "@name" of the envelope.
package json

import (
	"context"
	"io"
	"slices"
	"sync"

	"thidua/ingest/format"
	"thidua/ingest/path"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

const (
	// headKind is the kind of the head records.
	headKind = "record"
	// lineField is the field that holds the number of the record among its kind.
	lineField = "@line"
)

// Format reads JSON payloads. It can be used by several readers at once.
type Format struct {
	shape shape
	// windows lends out the buffers of payloads that were read before.
	windows sync.Pool
}

// shape is a Config that was found to be good.
type shape struct {
	// records are the names that lead from a document to its dossiers.
	records []string
	kinds   []kind
	total   []path.Step
	// repeat says that every document holds the total of all.
	repeat bool
	// where and declares are the paths of the records and of the total as they were
	// written.
	where, declares string
	// limit is the greatest size of a dossier in bytes.
	limit int64
}

// kind is a kind of line: its name and where its records stand.
type kind struct {
	name         string
	alternatives [][]path.Step
}

// New returns the format, or declaration.Problems.
func New(c Config) (*Format, error) {
	var problems declaration.Problems
	s := c.shape(&problems)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return &Format{shape: s}, nil
}

// Kinds lists the kinds of record that the format delivers, the head first.
func (f *Format) Kinds() []string {
	names := []string{headKind}
	for _, k := range f.shape.kinds {
		names = append(names, k.name)
	}
	return names
}

// Fields returns nil: any path may occur in a record.
func (f *Format) Fields(string) []string { return nil }

// CheckField returns an error where name cannot be asked for: it is neither a path
// nor @line. The error is a path.ErrPath.
func (f *Format) CheckField(name string) error {
	if name == lineField {
		return nil
	}
	_, err := path.Parse(name)
	return err
}

// Inspect implements format.Format. The frame's envelope holds the members of the
// request document under "@name" and, where Config.Records leads below the
// documents, the texts, numbers and booleans at the top of the first document.
func (f *Format) Inspect(ctx context.Context, r io.Reader, layout record.Layout) (format.Frame, error) {
	payload := format.NewReader(ctx, r, payloadName)
	w := f.borrow(payload)
	defer f.giveBack(w)
	d := newInspector(w, &f.shape, layout)
	err := d.reader.documents()
	if err == nil {
		err = d.judge()
	}
	if err != nil {
		return format.Frame{}, payload.Finish(d.reader.refusal(err, d.frame.Dossiers))
	}
	return d.frame, nil
}

// Decode implements format.Format.
func (f *Format) Decode(ctx context.Context, r io.Reader, frame format.Frame, layout record.Layout, v format.Visitor) error {
	w := f.borrow(format.NewReader(ctx, r, payloadName))
	defer f.giveBack(w)
	d := newDecoder(w, &f.shape, layout, v)
	d.ahead = frame.Envelope[behindField] != ""
	if err := d.reader.documents(); err != nil {
		return d.reader.refusal(err, int(d.dossiers))
	}
	return nil
}

// borrow returns a window over r whose buffer may have served before.
func (f *Format) borrow(r io.Reader) *window {
	w, ok := f.windows.Get().(*window)
	if !ok {
		w = &window{buf: make([]byte, blockBytes)}
	}
	w.reset(r, f.shape.limit)
	return w
}

// payloadName is what errors of a payload's reader call it.
const payloadName = "JSON payload"

// maxKept is the largest buffer that is kept between payloads.
const maxKept = 4 * blockBytes

// giveBack keeps the buffer for the next payload, and nothing else.
func (f *Format) giveBack(w *window) {
	if len(w.buf) > maxKept {
		return
	}
	*w = window{buf: w.buf}
	f.windows.Put(w)
}

// names returns the names of steps.
func names(steps []path.Step) []string {
	list := make([]string, 0, len(steps))
	for _, s := range steps {
		list = append(list, s.Name)
	}
	return slices.Clip(list)
}
