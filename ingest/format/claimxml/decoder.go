package claimxml

import (
	"bytes"
	"errors"
	"io"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/record"
)

// decoder reads one payload.
type decoder struct {
	format  *Format
	visitor format.Visitor
	// env reads the envelope and XML elements inside it, inner reads a part that
	// is enclosed as text.
	env, inner xmlscan.Scanner
	text       textReader
	base64     base64Reader
	// bindings has one entry per kind of the format.
	bindings []binding
	notes    notes
	dossiers int
	// element is what a dossier begins with; checkins says that it is a single
	// record of XML0.
	element  string
	checkins bool
	part     part
	// strayed says that the text before the next element was noted.
	strayed bool
	// shown is the record that the visitor is shown.
	shown record.Record
	// headed says that the open dossier has its summary, readable or not.
	headed bool
}

// part is what is known of the part that is being read.
type part struct {
	label    string
	labelled bool
	// kind indexes the format's kinds, -1 while it is not known.
	kind int
	// line is the number of the last record begun.
	line int32
	// broken is the first flaw, told when the label is known.
	broken *flaw
}

// bind prepares for a layout.
func (d *decoder) bind(layout record.Layout) {
	if d.bindings == nil {
		d.bindings = make([]binding, len(d.format.kinds))
	}
	for i := range d.bindings {
		index := -1
		for j, wanted := range layout.Kinds {
			if wanted.Name == d.format.kinds[i].name {
				index = j
			}
		}
		d.bindings[i].prepare(&d.format.kinds[i], index, layout)
	}
}

// decode takes a payload apart.
func (d *decoder) decode(r io.Reader) error {
	if err := d.start(r); err != nil {
		return err
	}
	var frame format.Frame
	for {
		found, err := d.nextDossier(&frame)
		if err != nil || !found {
			return err
		}
		depth := d.env.Depth()
		wanted, err := d.visitor.BeginDossier(int32(d.dossiers))
		switch {
		case err != nil:
			return err
		case !wanted:
			err = d.env.Skip(depth)
		case d.checkins:
			err = d.checkin(depth)
		default:
			err = d.claim(depth)
		}
		if err != nil {
			return err
		}
	}
}

// claim reads the open HOSO.
func (d *decoder) claim(depth int) error {
	d.headed = false
	for d.env.Depth() >= depth {
		token, err := d.env.Next()
		if err == nil && token == xmlscan.Open && string(d.env.Name()) == partElement {
			err = d.file(d.env.Depth())
		}
		if err != nil {
			return err
		}
	}
	if !d.headed {
		if err := d.fault(summary, ruleHeadMissing, 0); err != nil {
			return err
		}
	}
	return d.visitor.EndDossier()
}

// checkin reads the open TRANG_THAI_KCB.
func (d *decoder) checkin(depth int) error {
	d.part = part{kind: checkin, labelled: true}
	b := &d.bindings[checkin]
	if b.index < 0 {
		if err := d.env.Skip(depth); err != nil {
			return err
		}
		if err := d.fault(summary, ruleHeadMissing, 0); err != nil {
			return err
		}
		return d.visitor.EndDossier()
	}
	if err := d.settle(d.record(b, &d.env), depth); err != nil {
		return err
	}
	if d.part.broken != nil {
		if err := d.fault(checkin, d.part.broken.rule, d.part.line); err != nil {
			return err
		}
	}
	return d.visitor.EndDossier()
}

// file reads the open FILEHOSO. The label may stand behind the content: then the
// content's root says what it is, and the label has to agree.
func (d *decoder) file(depth int) error {
	d.part = part{kind: -1}
	for d.env.Depth() >= depth {
		token, err := d.env.Next()
		if err != nil {
			return err
		}
		if token != xmlscan.Open {
			continue
		}
		switch string(d.env.Name()) {
		case labelElement:
			label, err := d.label()
			if err != nil {
				return err
			}
			d.applyLabel(label)
		case contentElement:
			at := d.env.Depth()
			var err error
			if d.wanted() {
				err = d.content(at)
			}
			if err := d.settle(err, at); err != nil {
				return err
			}
		default:
			if err := d.env.Skip(d.env.Depth()); err != nil {
				return err
			}
		}
	}
	return d.closePart()
}

// wanted reports whether the open part is to be read: its kind is listed in the
// layout, or not known yet.
func (d *decoder) wanted() bool {
	if d.part.kind < 0 {
		return !d.part.labelled
	}
	return d.bindings[d.part.kind].index >= 0
}

// applyLabel gives the part the kind that its label names.
func (d *decoder) applyLabel(label string) {
	p := &d.part
	if p.labelled || label == "" {
		return
	}
	told := p.kind
	p.label, p.labelled, p.kind = label, true, -1
	for i := range d.format.kinds {
		if d.format.kinds[i].name == label {
			p.kind = i
		}
	}
	if told >= 0 && told != p.kind {
		p.broken = &flaw{rulePartRoot}
	}
}

// settle notes a flaw of the part, reads on to the end of the element at depth,
// and returns what is not a flaw of the part.
func (d *decoder) settle(err error, depth int) error {
	if err != nil {
		var broken *flaw
		if !errors.As(err, &broken) {
			return err
		}
		if d.part.broken == nil {
			d.part.broken = broken
		}
	}
	d.env.Release()
	return d.env.Skip(depth)
}

// closePart tells what is wrong with the part now that its label is known.
func (d *decoder) closePart() error {
	p := &d.part
	switch {
	case p.kind < 0 && p.labelled:
		d.notes.add(noteUnknownPart, "", cleanLabel(p.label))
		return nil
	case !p.labelled && p.kind >= 0:
		d.notes.add(noteLabelMissing, "", []byte(d.format.kinds[p.kind].name))
	case !p.labelled && p.broken == nil:
		d.notes.add(noteUnknownPart, "", nil)
		return nil
	}
	if p.kind == summary && (p.broken != nil || p.line > 0 || !d.wanted()) {
		d.headed = true
	}
	if p.broken == nil || p.kind >= 0 && !d.wanted() {
		return nil
	}
	return d.fault(p.kind, p.broken.rule, p.line)
}

// fault tells the visitor that a part is broken.
func (d *decoder) fault(kind int, rule string, line int32) error {
	index, name := -1, ""
	if kind >= 0 {
		index, name = d.bindings[kind].index, d.format.kinds[kind].name
	}
	return d.visitor.Fault(format.Fault{
		Kind: index, Part: name, Line: line, Rule: rule, Reason: faulted(rule, name, line),
	})
}

// content reads the open NOIDUNGFILE, whatever its form.
func (d *decoder) content(depth int) error {
	blank := true
	for d.env.Depth() >= depth {
		token, err := d.env.Next()
		if err != nil {
			return err
		}
		switch token {
		case xmlscan.Open:
			blank = false
			err = d.document(&d.env)
		case xmlscan.Text, xmlscan.Literal:
			text, bare := plainText(&d.env, token)
			text = bytes.TrimLeft(text, xmlscan.Spaces)
			if len(text) == 0 {
				continue
			}
			if !blank {
				return &flaw{rulePartMalformed}
			}
			blank = false
			d.text = textReader{env: &d.env, depth: depth, pending: text, bare: bare}
			err = d.enclosed(text[0])
		}
		if err != nil {
			return err
		}
	}
	if blank {
		d.notes.add(notePartEmpty, "", []byte(d.part.label))
	}
	return nil
}

// enclosed reads a part that is text of the envelope: XML where it begins like
// XML, else base64.
func (d *decoder) enclosed(first byte) error {
	if first == '<' || first == 0xEF {
		d.inner.Reset(&d.text)
		if bytes.Equal(d.inner.Peek(3), []byte("\xEF\xBB\xBF")) {
			d.inner.Discard(3)
		}
	} else {
		d.base64.reset(&d.text)
		mislabelled, err := d.inner.Begin(&d.base64)
		if err != nil {
			return d.judge(&d.inner, err)
		}
		if mislabelled {
			d.notes.add(noteMislabelled, "", []byte(d.part.label))
		}
	}
	for {
		token, err := d.next(&d.inner)
		if err == nil && token == xmlscan.Open {
			err = d.document(&d.inner)
		}
		if err != nil || token == xmlscan.EOF {
			if d.text.bare > 0 {
				d.notes.addCount(noteAmpersand, "", []byte(contentElement), d.text.bare)
			}
			return err
		}
	}
}

// next returns the next token of a part. What is wrong with the part alone comes
// as a *flaw.
func (d *decoder) next(s *xmlscan.Scanner) (xmlscan.Token, error) {
	token, err := s.Next()
	if err != nil {
		err = d.judge(s, err)
	}
	return token, err
}

// judge tells the flaws of a part from the errors of the payload.
func (d *decoder) judge(s *xmlscan.Scanner, err error) error {
	var outer *envelopeError
	var syntax *xmlscan.Error
	switch {
	case errors.As(err, &outer) || !errors.As(err, &syntax):
		return err
	case s == &d.inner:
		return &flaw{partRule(syntax.Fault)}
	case syntax.Fault == xmlscan.TooLarge:
		return &flaw{xmlscan.RuleTooLarge}
	}
	return err
}
