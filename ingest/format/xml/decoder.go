package xml

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/record"
)

// decoder reads one payload, in either pass.
type decoder struct {
	format *Format
	scan   xmlscan.Scanner
	plan   *plan
	tree   tree
	// frames are the open elements that are held; pending is the size of their text.
	frames  []frame
	pending int
	// dossiers is how many were found so far.
	dossiers int

	// envelope collects in the first pass, and is nil in the second; visitor is the
	// other way round.
	envelope *envelope
	visitor  format.Visitor

	// What a record is made in.
	fields [][]byte
	joined []byte
	found  []int32
	number []byte
	shown  record.Record
}

// frame is an open element that is held.
type frame struct {
	node int32
	at   match
	// mark is the size of the tree before the element.
	mark mark
	text []byte
	// bare counts ampersands in the text that begin no reference.
	bare int
}

// inspect judges the frame of a payload.
func (d *decoder) inspect(r io.Reader, layout record.Layout) (format.Frame, error) {
	d.envelope = &envelope{fields: map[string]string{}}
	if _, err := d.read(r, layout); err != nil {
		return format.Frame{}, d.refusal(err)
	}
	frame := format.Frame{Dossiers: d.dossiers, Envelope: d.envelope.fields}
	if d.dossiers == 0 {
		frame.Notes = append(frame.Notes, note(noteNoDossier, "", 1))
	}
	if d.envelope.left > 0 {
		frame.Notes = append(frame.Notes, note(noteEnvelope, "", d.envelope.left))
	}
	return frame, nil
}

// decode takes a payload apart.
func (d *decoder) decode(r io.Reader, layout record.Layout, v format.Visitor) error {
	d.visitor = v
	mislabelled, err := d.read(r, layout)
	if err != nil {
		return d.refusal(err)
	}
	if mislabelled {
		v.Note(note(noteMislabelled, "", 1))
	}
	d.plan.root.each(func(b *branch) {
		if b.bare > 0 {
			v.Note(note(noteAmpersand, b.name(), b.bare))
		}
		if b.repeated > 0 {
			v.Note(note(noteRepeated, b.name(), b.repeated))
		}
	})
	return nil
}

// read reads the payload to its end.
func (d *decoder) read(r io.Reader, layout record.Layout) (mislabelled bool, err error) {
	if d.plan, err = d.format.newPlan(layout); err != nil {
		return false, err
	}
	if mislabelled, err = d.scan.Begin(r); err != nil {
		return mislabelled, err
	}
	for {
		token, err := d.scan.Next()
		if err != nil || token == xmlscan.EOF {
			return mislabelled, err
		}
		if err := d.take(token); err != nil {
			return mislabelled, err
		}
	}
}

// take deals with a token.
func (d *decoder) take(token xmlscan.Token) error {
	switch token {
	case xmlscan.Open:
		return d.open()
	case xmlscan.Close:
		return d.close()
	}
	return d.characters(token)
}

// open deals with the element that was opened: it is a dossier, is held, or is
// passed over.
func (d *decoder) open() error {
	if len(d.frames) == 0 {
		return d.openRoot()
	}
	top := &d.frames[len(d.frames)-1]
	m := top.at.match(d.scan.Name())
	if m.branch != nil && m.branch == d.plan.dossier {
		if d.envelope != nil {
			d.envelope.beside()
		}
		return d.dossier(m)
	}
	if d.envelope != nil {
		d.envelope.open(d.scan.Name())
	}
	switch {
	case m.branch == nil:
		return d.pass(d.scan.Depth())
	case !d.tree.wants(top.node, m):
		m.repeated++
		return d.pass(d.scan.Depth())
	}
	return d.hold(top.node, m)
}

// openRoot deals with the root element.
func (d *decoder) openRoot() error {
	if !d.format.rooted(d.scan.Name()) {
		return &flaw{ruleOtherRoot}
	}
	m := match{d.plan.root, none}
	if d.plan.dossier == d.plan.root {
		return d.dossier(m)
	}
	return d.hold(none, m)
}

// hold begins to hold the open element.
func (d *decoder) hold(parent int32, m match) error {
	size := d.tree.mark()
	n := d.tree.add(parent, m)
	if len(d.frames) < cap(d.frames) {
		d.frames = d.frames[:len(d.frames)+1]
	} else {
		d.frames = append(d.frames, frame{})
	}
	top := &d.frames[len(d.frames)-1]
	text := top.text[:0]
	if cap(text) > maxScratch {
		text = nil
	}
	*top = frame{node: n, at: m, mark: size, text: text}
	return d.bounded()
}

// bounded returns a *flaw where more is held than may be.
func (d *decoder) bounded() error {
	if d.tree.sizeBytes()+d.pending > d.format.recordBytes {
		return &flaw{xmlscan.RuleTooLarge}
	}
	return nil
}

// pass reads on to the end of the open element, of which nothing is held.
func (d *decoder) pass(depth int) error {
	if d.envelope == nil {
		return d.scan.Skip(depth)
	}
	for d.scan.Depth() >= depth {
		token, err := d.scan.Next()
		if err != nil {
			return err
		}
		switch token {
		case xmlscan.Open:
			d.envelope.open(d.scan.Name())
		case xmlscan.Close:
			err = d.envelope.close()
		default:
			text, _ := d.plain(token)
			d.envelope.characters(text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plain returns the piece of text that the scanner has found, decoded, and the
// ampersands in it that begin no reference.
func (d *decoder) plain(token xmlscan.Token) ([]byte, int) {
	switch {
	case d.scan.Plain():
		return d.scan.Text(), 0
	case token == xmlscan.Literal:
		return xmlscan.Newlines(d.scan.Text()), 0
	}
	return xmlscan.Unescape(d.scan.Text())
}

// characters adds the piece of text that was found to the open element.
func (d *decoder) characters(token xmlscan.Token) error {
	top := &d.frames[len(d.frames)-1]
	if !top.at.text && d.envelope == nil {
		return nil
	}
	text, bare := d.plain(token)
	if d.envelope != nil {
		d.envelope.characters(text)
	}
	if !top.at.text {
		return nil
	}
	if len(top.text) == 0 {
		text = bytes.TrimLeft(text, xmlscan.Spaces)
	}
	top.text = append(top.text, text...)
	top.bare += bare
	d.pending += len(text)
	return d.bounded()
}

// close ends the innermost element that is held.
func (d *decoder) close() error {
	last := len(d.frames) - 1
	top := d.frames[last]
	d.frames = d.frames[:last]
	if d.envelope != nil {
		if err := d.envelope.close(); err != nil {
			return err
		}
	}
	d.pending -= len(top.text)
	if !d.scan.Valid() && !utf8.Valid(top.text) {
		return &flaw{ruleNotUTF8}
	}
	top.at.bare += top.bare
	n := &d.tree.nodes[top.node]
	n.from = len(d.tree.text)
	d.tree.text = append(d.tree.text, bytes.TrimSpace(top.text)...)
	n.to = len(d.tree.text)
	if top.at.around {
		d.tree.forget(top.node, top.mark)
	}
	return nil
}

// dossier deals with the open element as a dossier. What is wrong with it does not
// keep the next one from being read.
func (d *decoder) dossier(m match) error {
	d.dossiers++
	depth, wanted := d.scan.Depth(), false
	if d.visitor != nil {
		var err error
		if wanted, err = d.visitor.BeginDossier(int32(d.dossiers)); err != nil {
			return err
		}
	}
	if !wanted {
		return d.scan.Skip(depth)
	}
	parent, pending, frames, size := int32(none), d.pending, len(d.frames), d.tree.mark()
	if frames > 0 {
		parent = d.frames[frames-1].node
	}
	n := int32(size.nodes)
	err := d.subtree(parent, m, depth)
	var broken *flaw
	switch {
	case errors.As(err, &broken):
		d.frames, d.pending = d.frames[:frames], pending
		err = d.fault(broken.rule, depth)
	case err == nil:
		err = d.deliver(n)
	}
	if err != nil {
		return err
	}
	d.tree.forget(n, size)
	return d.visitor.EndDossier()
}

// subtree reads the open element to its end and holds it.
func (d *decoder) subtree(parent int32, m match, depth int) error {
	err := d.hold(parent, m)
	for err == nil && d.scan.Depth() >= depth {
		var token xmlscan.Token
		if token, err = d.scan.Next(); err == nil {
			err = d.take(token)
		}
	}
	return err
}

// fault tells the visitor that the dossier cannot be read, and reads on to its end.
func (d *decoder) fault(rule string, depth int) error {
	if err := d.scan.Skip(depth); err != nil {
		return err
	}
	return d.visitor.Fault(format.Fault{Kind: d.plan.head, Part: recordKind, Rule: rule, Reason: faults[rule]})
}

// deliver hands over the records of the dossier at n.
func (d *decoder) deliver(n int32) error {
	for _, k := range d.plan.kinds {
		for _, w := range k.ways {
			d.found = d.tree.reach(d.found[:0], n, w.steps)
			if len(d.found) == 0 {
				continue
			}
			for i, at := range d.found {
				if err := d.show(k.index, w.fields, at, int32(i+1)); err != nil {
					return err
				}
			}
			break
		}
	}
	return nil
}

// show hands over the record at n.
func (d *decoder) show(index int, fields []field, n, line int32) error {
	d.fields, d.joined = d.fields[:0], d.joined[:0]
	for i := range fields {
		d.fields = append(d.fields, d.value(&fields[i], n, line))
	}
	d.shown = record.Record{Kind: index, Fields: d.fields, Line: line}
	return d.visitor.Record(&d.shown)
}

// value returns the text of a field of the record at n.
func (d *decoder) value(f *field, n, line int32) []byte {
	switch {
	case f.absent:
		return nil
	case f.line:
		d.number = strconv.AppendInt(d.number[:0], int64(line), 10)
		return d.number
	}
	for range f.up {
		n = d.tree.nodes[n].parent
	}
	if f.every {
		// Where the buffer moves, what was joined for fields before stays where it is.
		from := len(d.joined)
		d.joined = d.tree.join(d.joined, from, n, f.steps)
		if to := len(d.joined); to > from {
			return d.joined[from:to:to]
		}
		return nil
	}
	for _, s := range f.steps {
		if n = d.tree.find(n, s.match); n == none {
			return nil
		}
	}
	return d.tree.textOf(n)
}
