// Package xml reads XML documents whose layout the job declares: certificates
// (GIAYBAOTU, GIAYCHUNGSINH), health records of QĐ 831/2017 and the like. Claim
// files have a format of their own.
//
// Records of the kind "record" are the dossiers: the elements at one path below
// the root, or the root itself. Each kind of lines is the elements at a path below
// the dossier. A field is named by a path of elements from its record:
//
//	THONGTINCHUNG.HOTEN      the text of an element; of several the first counts,
//	                         be it blank, and the others are noted
//	^^HEADER.SENDER_CODE     one ^ for each element further out: from the dossier
//	                         DATA/BODY/HOSOSUCKHOE it reads DATA/HEADER/SENDER_CODE
//	CHANDOANBENH[*].MABENH   the texts under every such element, joined by ";"
//	@                        the text of the record's own element
//	@line                    the number of the record: of a line in its dossier and
//	                         kind, from 1; of the dossier itself always 1
//
// Elements outside a dossier can be read by ^ where they end before the dossier
// does; the elements that hold a dossier are those around it, not earlier ones of
// the same name. What stands behind it is in the envelope alone. Names match
// without their prefix. A name of a field matches exactly if such an element is
// there, else whatever its case; the paths of dossiers and lines match whatever the
// case. The text of an element is its own character data, not that of the elements
// inside it, with references and CDATA sections opened and blanks trimmed. A bare
// ampersand is kept as it is and noted, as in claim files.
//
// The envelope holds the leaf elements outside the dossiers under their paths from
// the root, such as HEADER.SENDER_CODE, as they are spelled: the first of each that
// is not blank, up to 64 of at most 1 kB each.
//
// Documents are read as a stream. Of the open dossier, and of the elements around
// it, only what the layout names is held; a dossier of which that is more than
// record_bytes is set aside, and reading goes on behind it.
package xml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/ingest/path"
	"thidua/transform/record"
)

// Format reads documents of one layout. It can be used by several readers at once.
type Format struct {
	// roots are the names that the root may have, none where any may.
	roots []string
	// records leads from the root to the dossiers, lines by kind from the dossier
	// to the lines.
	records []string
	lines   map[string][][]string
	// recordBytes bounds what is held.
	recordBytes int
	// decoders lends out the buffers of payloads that were read before.
	decoders sync.Pool
}

// New returns the format. Its error is declaration.Problems with paths relative to
// the format block.
func New(c Config) (*Format, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	f := &Format{roots: slices.Clone(c.Root), lines: map[string][][]string{}, recordBytes: int(c.RecordBytes)}
	if f.recordBytes == 0 {
		f.recordBytes = defaultRecordBytes
	}
	if c.Records != "" {
		f.records = mustElements(c.Records)
	}
	for kind, texts := range c.Lines {
		for _, text := range texts {
			f.lines[kind] = append(f.lines[kind], mustElements(text))
		}
	}
	return f, nil
}

// Kinds lists the kinds of record that the format delivers: "record", then the
// lines by name.
func (f *Format) Kinds() []string {
	return append([]string{recordKind}, slices.Sorted(maps.Keys(f.lines))...)
}

// Fields returns nil: any element may occur.
func (f *Format) Fields(string) []string { return nil }

// CheckField returns nil where a field of that name can be asked for, else a
// path.ErrPath that says why not.
func (f *Format) CheckField(name string) error {
	if name == lineField {
		return nil
	}
	p, err := path.Parse(name)
	if err != nil {
		return err
	}
	if p.Up > f.depth() {
		return fmt.Errorf("%w: %q: it leads out of the document", path.ErrPath, name)
	}
	for _, step := range p.Steps {
		if err := checkName(step.Name); err != nil {
			return fmt.Errorf("%w: %q: %s", path.ErrPath, name, err.Error())
		}
	}
	return nil
}

// depth is how many elements the deepest record is below the root.
func (f *Format) depth() int {
	below := 0
	for _, paths := range f.lines {
		for _, p := range paths {
			below = max(below, len(p))
		}
	}
	return len(f.records) + below
}

// rooted reports whether a document may begin with the element.
func (f *Format) rooted(name []byte) bool {
	return len(f.roots) == 0 || slices.ContainsFunc(f.roots, func(root string) bool { return strings.EqualFold(root, string(name)) })
}

// Inspect implements format.Format. A payload is refused whole where it is not
// well formed to its end, where its root is another one, where its encoding cannot
// be known, and where what the layout names outside the dossiers is not UTF-8 or
// too large.
func (f *Format) Inspect(ctx context.Context, r io.Reader, layout record.Layout) (format.Frame, error) {
	d := f.borrow()
	defer f.giveBack(d)
	payload := format.NewReader(ctx, r, payloadName)
	frame, err := d.inspect(payload, layout)
	return frame, payload.Finish(err)
}

// Decode implements format.Format. It hands over the record of a dossier first,
// then its lines by kind, in the order of the layout and of the document. A
// dossier that is not UTF-8 in what the layout names, or too large, is one with a
// Fault and without records.
func (f *Format) Decode(ctx context.Context, r io.Reader, _ format.Frame, layout record.Layout, v format.Visitor) error {
	d := f.borrow()
	defer f.giveBack(d)
	return d.decode(format.NewReader(ctx, r, payloadName), layout, v)
}

// borrow returns a decoder whose buffers may have served before.
func (f *Format) borrow() *decoder {
	d, ok := f.decoders.Get().(*decoder)
	if !ok {
		d = &decoder{format: f}
	}
	return d
}

// payloadName is what errors of a payload's reader call it.
const payloadName = "document"

// maxScratch is the largest buffer that is kept between payloads.
const maxScratch = 1 << 20

// giveBack keeps the decoder's buffers for the next payload, and nothing else.
func (f *Format) giveBack(d *decoder) {
	d.scan.Shrink()
	kept := &decoder{format: f, scan: d.scan}
	if cap(d.tree.text) <= maxScratch {
		kept.tree.text = d.tree.text[:0]
	}
	f.decoders.Put(kept)
}

// refusal turns what is wrong with a payload into a refusal, and leaves all other
// errors as they are.
func (d *decoder) refusal(err error) error {
	var broken *flaw
	if errors.As(err, &broken) {
		return &format.Refusal{Rule: broken.rule, Reason: refused(broken.rule, d.format.roots), Dossiers: d.dossiers}
	}
	var syntax *xmlscan.Error
	if errors.As(err, &syntax) {
		return syntax.Refusal(d.dossiers, tooLarge)
	}
	return err
}
