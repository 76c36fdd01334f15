package json

import (
	"bytes"
	"math"
	"strconv"

	"thidua/ingest/format"
	"thidua/transform/record"
)

const (
	// behindField is the field of the envelope that says that a member the layout
	// wants of an object around the dossiers stands behind them.
	behindField = "@members_behind_records"
	// maxEnvelope bounds how many members of documents become fields of the
	// envelope, maxField how many bytes their names and texts have.
	maxEnvelope = 64
	maxField    = 1000
)

// inspector makes the frame of a payload.
type inspector struct {
	reader reader
	shape  *shape
	plan   *plan
	frame  format.Frame
	// total takes the declared number out of objects of totalLevel.
	total      *extractor
	totalLevel int
	// declared is the number of dossiers that the documents say they hold, -1
	// where they do not say.
	declared int64
	// listAt is, by level, where the first list of dossiers began in the object
	// that is open, -1 where none did.
	listAt []int64
	// requests, lacking and unreadable count documents.
	requests, lacking, unreadable int
	// scratch takes the texts of the envelope.
	scratch *extractor
	// given counts the fields that the first document gave to the envelope.
	given int
}

// newInspector returns an inspector for one payload.
func newInspector(w *window, s *shape, layout record.Layout) *inspector {
	d := &inspector{
		shape: s, plan: newPlan(s, layout), frame: format.Frame{Envelope: map[string]string{}},
		total: newExtractor(), declared: -1, listAt: make([]int64, len(s.records)), scratch: newExtractor(),
	}
	if s.total != nil {
		level, steps := s.nearest(0, s.total)
		d.totalLevel = level
		d.total.want(steps)
	}
	d.reader = newReader(w, s.records, d)
	return d
}

// open implements guest.
func (d *inspector) open(level int) {
	d.listAt[level] = -1
	if level == d.totalLevel {
		d.total.reset()
	}
}

// close implements guest: the object's total is known now.
func (d *inspector) close(level int) {
	if level != d.totalLevel || d.shape.total == nil || d.total.texts[0] == nil {
		return
	}
	n, err := strconv.ParseFloat(string(d.total.texts[0]), 64)
	switch {
	case err != nil || n < 0 || n > math.MaxInt32 || n != math.Trunc(n):
		d.unreadable++
	case d.shape.repeat:
		d.declared = max(d.declared, int64(n))
	default:
		d.declared = max(d.declared, 0) + int64(n)
	}
}

// wants implements guest.
func (d *inspector) wants(level int, name []byte) bool {
	return d.plan.levels[level].wants(name) || level == d.totalLevel && d.total.wants(name) || d.tells(level)
}

// tells reports whether the member of the level that stands next becomes a field of
// the envelope: a text, number or boolean at the top of the first document.
func (d *inspector) tells(level int) bool {
	c := d.reader.w.buf[d.reader.w.pos]
	return d.first(level) && c != '{' && c != '['
}

// first reports whether the object of the level is the first document that is no
// request.
func (d *inspector) first(level int) bool {
	return level == 0 && d.reader.document-d.requests == 1 && d.reader.lists[0] == 0
}

// member implements guest.
func (d *inspector) member(level int, name, value []byte) error {
	if level == d.totalLevel {
		d.total.keep(name, value)
	}
	if d.plan.levels[level].wants(name) && d.listAt[level] >= 0 {
		if d.reader.w.at()-d.listAt[level] > d.shape.limit {
			return &flaw{ruleBehind}
		}
		d.frame.Envelope[behindField] = "1"
	}
	if d.first(level) && !bytes.HasPrefix(name, []byte{'@'}) {
		d.tell(string(name), value)
	}
	return nil
}

// tell makes a member a field of the envelope.
func (d *inspector) tell(name string, value []byte) {
	if value[0] == '{' || value[0] == '[' || len(name) > maxField || len(value) > maxField {
		return
	}
	d.scratch.reset()
	text := string(d.scratch.text(value))
	_, again := d.frame.Envelope[name]
	switch {
	case again && text == "":
		delete(d.frame.Envelope, name)
	case again:
		d.frame.Envelope[name] = text
	case text != "" && d.given < maxEnvelope:
		d.given++
		d.frame.Envelope[name] = text
	}
}

// arrive implements guest.
func (d *inspector) arrive() error {
	for level := range d.listAt {
		if d.listAt[level] < 0 {
			d.listAt[level] = d.reader.w.at()
		}
	}
	return nil
}

// dossier implements guest.
func (d *inspector) dossier() error {
	if err := d.reader.w.skip(d.reader.depth, d.shape.limit); err != nil {
		return err
	}
	d.frame.Dossiers++
	return nil
}

// request implements guest. What the first request says counts.
func (d *inspector) request() error {
	d.requests++
	document, err := d.reader.w.hold(d.reader.depth)
	if err != nil || d.requests > 1 {
		return err
	}
	object := member(document, "@request")
	if object[0] != '{' {
		return nil
	}
	for name, value, rest := cutMember(object); name != nil; name, value, rest = cutMember(rest) {
		d.tell("@"+string(appendText(nil, name)), value)
	}
	d.given = 0
	return nil
}

// missing implements guest.
func (d *inspector) missing() { d.lacking++ }

// judge compares what was found with what was declared.
func (d *inspector) judge() error {
	found := d.frame.Dossiers
	if d.declared > int64(found) {
		return &format.Refusal{Rule: ruleFewer, Reason: fewer(d.declared, found), Dossiers: found}
	}
	if d.declared >= 0 && d.declared < int64(found) {
		d.frame.Notes = append(d.frame.Notes, note(noteMore, d.shape.declares, found-int(d.declared)))
	}
	if d.unreadable > 0 {
		d.frame.Notes = append(d.frame.Notes, note(noteTotal, d.shape.declares, d.unreadable))
	}
	if d.lacking > 0 {
		d.frame.Notes = append(d.frame.Notes, note(noteMissing, d.shape.where, d.lacking))
	}
	return nil
}
