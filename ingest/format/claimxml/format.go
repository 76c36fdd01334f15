// Package claimxml reads the output data of health insurance claims: GIAMDINHHS
// envelopes as QĐ 4210/2017, QĐ 130/2023, QĐ 4750/2023 and QĐ 3176/2024 of the
// Ministry of Health print them, and the check-in documents of XML0.
//
// A dossier is a HOSO, or a TRANG_THAI_KCB of a check-in document. Its parts
// (FILEHOSO) are base64, XML inside a CDATA section, escaped XML, or XML
// elements; they come in any order and are bound by name. A payload is read as a
// stream: memory does not grow with it, whatever one part weighs. Every rule a
// payload or part can break has a stable name, see reason.go and package xmlscan.
//
// Parts of kinds that the layout does not list are not opened, so nothing is
// said about them.
package claimxml

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/record"
)

// Format reads claim files. It can be used by several readers at once.
type Format struct {
	kinds []kind
	// roots finds a kind by the elements its documents may begin with.
	roots map[string]int
	// readers lends out the buffers of payloads that were read before.
	readers sync.Pool
}

// New returns the format.
func New() *Format {
	f := &Format{kinds: newKinds(), roots: map[string]int{}}
	for i, k := range f.kinds {
		for _, element := range []string{k.root, k.list, k.item} {
			if element != "" {
				f.roots[element] = i
			}
		}
	}
	return f
}

// Kinds lists the kinds of record that the format delivers.
func (f *Format) Kinds() []string {
	names := make([]string, len(f.kinds))
	for i, k := range f.kinds {
		names[i] = k.name
	}
	return names
}

// Fields lists the fields of a kind under all layouts, nil where there is no such
// kind. XML1 and XML13 have "@layout" besides their elements.
func (f *Format) Fields(kind string) []string {
	for _, k := range f.kinds {
		if k.name == kind && k.told != "" {
			return append(slices.Clone(k.names), layoutField)
		}
		if k.name == kind {
			return slices.Clone(k.names)
		}
	}
	return nil
}

// CheckField accepts every name: those that can occur are all listed by Fields.
func (f *Format) CheckField(string) error { return nil }

// Inspect implements format.Format. The envelope's MACSKCB, NGAYLAP and
// SOLUONGHOSO are in the frame as they stand, and "@signed" is "1" where the unit
// has signed.
func (f *Format) Inspect(ctx context.Context, r io.Reader, _ record.Layout) (format.Frame, error) {
	d := f.borrow()
	defer f.giveBack(d)
	payload := format.NewReader(ctx, r, payloadName)
	frame, err := d.inspect(payload)
	if err != nil {
		return format.Frame{}, payload.Finish(d.refusal(err))
	}
	return frame, nil
}

// Decode implements format.Format.
func (f *Format) Decode(ctx context.Context, r io.Reader, _ format.Frame, layout record.Layout, v format.Visitor) error {
	d := f.borrow()
	defer f.giveBack(d)
	d.visitor = v
	d.bind(layout)
	if err := d.decode(format.NewReader(ctx, r, payloadName)); err != nil {
		return d.refusal(err)
	}
	d.notes.tell(v)
	return nil
}

// borrow returns a decoder whose buffers may have served before.
func (f *Format) borrow() *decoder {
	d, ok := f.readers.Get().(*decoder)
	if !ok {
		d = &decoder{format: f}
	}
	return d
}

// payloadName is what errors of a payload's reader call it.
const payloadName = "claim file"

// maxScratch is the largest scratch buffer that is kept between payloads.
const maxScratch = 1 << 20

// giveBack keeps the decoder's buffers for the next payload, and nothing else.
func (f *Format) giveBack(d *decoder) {
	d.env.Shrink()
	d.inner.Shrink()
	if cap(d.base64.scratch) > maxScratch {
		d.base64.scratch = nil
	}
	*d = decoder{
		format: f, env: d.env, inner: d.inner, bindings: d.bindings,
		base64: base64Reader{scratch: d.base64.scratch},
	}
	f.readers.Put(d)
}

// refusal turns what is wrong with the envelope into a refusal of the payload,
// and leaves all other errors as they are.
func (d *decoder) refusal(err error) error {
	var flawed *flaw
	if errors.As(err, &flawed) {
		return &format.Refusal{Rule: flawed.rule, Reason: refusals[flawed.rule], Dossiers: d.dossiers}
	}
	var syntax *xmlscan.Error
	if errors.As(err, &syntax) {
		return syntax.Refusal(d.dossiers, tooLarge)
	}
	return err
}
