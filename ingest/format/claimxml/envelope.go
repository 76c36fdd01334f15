package claimxml

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
)

// The elements of an envelope.
const (
	claimRoot      = "GIAMDINHHS"
	claimElement   = "HOSO"
	partElement    = "FILEHOSO"
	labelElement   = "LOAIHOSO"
	contentElement = "NOIDUNGFILE"
	signature      = "CHUKYDONVI"
	xmlSignature   = "Signature"

	facilityField = "MACSKCB"
	madeOnField   = "NGAYLAP"
	countField    = "SOLUONGHOSO"
	// signedField is no element: it says that the unit has signed.
	signedField = "@signed"
)

// maxField bounds what is taken for a field of the envelope.
const maxField = 256

// start opens the payload and reads its root, which says what a dossier is.
func (d *decoder) start(r io.Reader) error {
	mislabelled, err := d.env.Begin(r)
	if err != nil {
		return err
	}
	if mislabelled {
		d.notes.add(noteMislabelled, "", nil)
	}
	for {
		switch token, err := d.env.Next(); {
		case err != nil:
			return d.noRoot(err)
		case token != xmlscan.Open:
			continue
		}
		d.checkins = string(d.env.Name()) == d.format.kinds[checkin].root
		d.element = claimElement
		if d.checkins {
			d.element = d.format.kinds[checkin].item
		} else if string(d.env.Name()) != claimRoot {
			return &flaw{ruleNoClaimFile}
		}
		return nil
	}
}

// noRoot tells a file of another format from a broken one.
func (d *decoder) noRoot(err error) error {
	var syntax *xmlscan.Error
	if !errors.As(err, &syntax) || syntax.Fault != xmlscan.Malformed {
		return err
	}
	if rest := d.env.Unread(); len(rest) > 0 && rest[0] != '<' {
		return &flaw{ruleNoClaimFile}
	}
	return err
}

// nextDossier reads on to the next dossier and opens it. It returns false at the
// end of the payload. What the envelope says on the way goes to frame, unless its
// Envelope is nil.
func (d *decoder) nextDossier(frame *format.Frame) (bool, error) {
	for {
		token, err := d.env.Next()
		if err != nil || token == xmlscan.EOF {
			return false, err
		}
		if token != xmlscan.Open {
			continue
		}
		name := d.env.Name()
		switch string(name) {
		case d.element:
			d.dossiers++
			return true, nil
		case facilityField:
			err = d.envelopeField(frame, facilityField)
		case madeOnField:
			err = d.envelopeField(frame, madeOnField)
		case countField:
			err = d.envelopeField(frame, countField)
		case signature, xmlSignature:
			err = d.signed(frame, string(name) == xmlSignature)
		}
		if err != nil {
			return false, err
		}
	}
}

// envelopeField reads the open element as a field of the envelope.
func (d *decoder) envelopeField(frame *format.Frame, name string) error {
	value, err := d.value()
	switch {
	case err != nil:
		return err
	case !utf8.Valid(value):
		return &flaw{ruleNotUTF8}
	case frame.Envelope != nil && frame.Envelope[name] == "" && len(value) > 0 && len(value) <= maxField:
		frame.Envelope[name] = string(value)
	}
	return nil
}

// value returns the text of the open element of the envelope, trimmed, valid
// until more is read.
func (d *decoder) value() ([]byte, error) {
	s := &d.env
	s.Mark()
	defer s.Release()
	if err := s.Skip(s.Depth()); err != nil {
		return nil, err
	}
	text, _ := xmlscan.Flatten(s.Kept(0, s.Before()))
	return bytes.Trim(text, xmlscan.Spaces), nil
}

// signed skips the open element; the unit has signed where it holds anything.
func (d *decoder) signed(frame *format.Frame, already bool) error {
	s := &d.env
	for depth := s.Depth(); s.Depth() >= depth; {
		token, err := s.Next()
		switch {
		case err != nil:
			return err
		case token == xmlscan.Open:
			already = true
		case token == xmlscan.Text || token == xmlscan.Literal:
			already = already || len(bytes.Trim(s.Text(), xmlscan.Spaces)) > 0
		}
	}
	if already && frame.Envelope != nil {
		frame.Envelope[signedField] = "1"
	}
	return nil
}

// inspect judges the frame of a payload.
func (d *decoder) inspect(r io.Reader) (format.Frame, error) {
	frame := format.Frame{Envelope: map[string]string{}}
	if err := d.start(r); err != nil {
		return format.Frame{}, err
	}
	for {
		found, err := d.nextDossier(&frame)
		if err != nil {
			return format.Frame{}, err
		}
		if !found {
			break
		}
		if err := d.env.Skip(d.env.Depth()); err != nil {
			return format.Frame{}, err
		}
	}
	frame.Dossiers = d.dossiers
	return frame, d.count(&frame)
}

// count compares the dossiers found with those declared.
func (d *decoder) count(frame *format.Frame) error {
	text := frame.Envelope[countField]
	if text == "" {
		return nil
	}
	declared, err := strconv.Atoi(text)
	switch {
	case err != nil || declared < 0:
		frame.Notes = append(frame.Notes, note(noteCount, countField, 1))
	case declared > d.dossiers:
		return &format.Refusal{Rule: ruleMissing, Reason: missing(declared, d.dossiers), Dossiers: d.dossiers}
	case declared < d.dossiers:
		frame.Notes = append(frame.Notes, note(noteMoreDossiers, countField, d.dossiers-declared))
	}
	return nil
}

// label reads the open LOAIHOSO: upper case, without spaces of any kind. Labels
// that are names of kinds cost no memory.
func (d *decoder) label() (string, error) {
	value, err := d.value()
	if err != nil {
		return "", err
	}
	for i := range d.format.kinds {
		if string(value) == d.format.kinds[i].name {
			return d.format.kinds[i].name, nil
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, string(value[:min(len(value), maxField)])), nil
}
