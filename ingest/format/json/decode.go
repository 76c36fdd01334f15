package json

import (
	"errors"
	"io"
	"strconv"

	"thidua/ingest/format"
	"thidua/transform/record"
)

// decoder takes a payload apart that was inspected before.
type decoder struct {
	reader  reader
	plan    *plan
	visitor format.Visitor
	limit   int64
	// dossiers is the number of the last dossier begun.
	dossiers int32
	// ahead says that members of the objects around the dossiers have to be looked
	// for behind them.
	ahead bool
	// known says, by level, that this was done for the object that is open.
	known []bool
	// number holds the number of a record as text.
	number []byte
}

// newDecoder returns a decoder for one payload.
func newDecoder(w *window, s *shape, layout record.Layout, v format.Visitor) *decoder {
	d := &decoder{plan: newPlan(s, layout), visitor: v, limit: s.limit, known: make([]bool, len(s.records))}
	d.reader = newReader(w, s.records, d)
	return d
}

// open implements guest.
func (d *decoder) open(level int) {
	d.plan.levels[level].reset()
	d.known[level] = false
}

// close implements guest.
func (d *decoder) close(int) {}

// wants implements guest.
func (d *decoder) wants(level int, name []byte) bool {
	return !d.known[level] && d.plan.levels[level].wants(name)
}

// member implements guest.
func (d *decoder) member(level int, name, value []byte) error {
	d.plan.levels[level].keep(name, value)
	return nil
}

// request implements guest.
func (d *decoder) request() error { return d.reader.w.skip(d.reader.depth, d.limit) }

// missing implements guest.
func (d *decoder) missing() {}

// arrive implements guest: what the dossiers want of the objects around them is
// read before the first dossier is.
func (d *decoder) arrive() error {
	outermost := len(d.known)
	for level := len(d.known) - 1; d.ahead && level >= 0; level-- {
		if !d.known[level] && len(d.plan.levels[level].texts) > 0 {
			outermost = level
		}
	}
	if outermost == len(d.known) {
		return nil
	}
	w, depth := d.reader.w, d.reader.depth
	w.mark = w.at()
	err := d.lookAhead(outermost)
	w.pos = int(w.mark - w.base)
	w.mark, d.reader.depth = -1, depth
	for level := outermost; level < len(d.known); level++ {
		d.known[level] = true
	}
	// What the look ahead stumbles over is met again, unless it lies further away
	// than a member may stand.
	var flawed *flaw
	if errors.As(err, &flawed) {
		return nil
	}
	return err
}

// lookAhead reads on to the end of the object of the outermost level.
func (d *decoder) lookAhead(outermost int) error {
	r := &d.reader
	if err := r.w.skip(r.depth, 0); err != nil {
		return err
	}
	for level := len(d.known) - 1; ; level-- {
		more, err := r.nextMember(false)
		for ; more && err == nil; more, err = r.nextMember(false) {
			if err := r.memberOf(level); err != nil {
				return err
			}
		}
		if err != nil || level == outermost {
			return err
		}
		for range r.lists[level] {
			if err := r.rest(); err != nil {
				return err
			}
		}
	}
}

// dossier implements guest.
func (d *decoder) dossier() error {
	c, err := d.reader.w.inside()
	if err != nil {
		return err
	}
	d.dossiers++
	wanted, err := d.visitor.BeginDossier(d.dossiers)
	if err != nil {
		return err
	}
	if !wanted {
		return d.reader.w.skip(d.reader.depth, d.limit)
	}
	if c == '{' {
		err = d.object()
	} else if err = d.reader.w.skip(d.reader.depth, d.limit); err == nil {
		err = d.fault(d.plan.head.kind, headKind, 1)
	}
	if err != nil {
		return err
	}
	return d.visitor.EndDossier()
}

// object reads the dossier that stands next. Where it is cut off by the end of the
// window it is begun again in a larger one.
func (d *decoder) object() error {
	w, e := d.reader.w, d.plan.dossier
	for {
		b := w.buf[w.pos:w.end]
		e.reset()
		n := e.object(b, 0, e.root.members)
		switch {
		case n == broken:
			return &flaw{ruleNotJSON}
		case int64(n) > d.limit, n == cut && int64(len(b)) > d.limit:
			return &flaw{ruleTooLarge}
		case n != cut:
			if err := d.hand(); err != nil {
				return err
			}
			w.pos += n
			return nil
		}
		if err := w.fill(); errors.Is(err, io.EOF) {
			return &flaw{ruleTruncated}
		} else if err != nil {
			return err
		}
	}
}

// hand hands over the dossier that was read: its head, then its lines.
func (d *decoder) hand() error {
	if d.plan.head.kind >= 0 {
		if err := d.show(&d.plan.head, 1); err != nil {
			return err
		}
	}
	for _, l := range d.plan.lines {
		for i := range l.ways {
			w := &l.ways[i]
			w.found = 0
			if value := d.plan.dossier.spans[w.spans[0]]; value != nil {
				if err := d.follow(l.name, w, 0, value); err != nil {
					return err
				}
			}
			if w.found > 0 {
				break
			}
		}
	}
	return nil
}

// follow hands over the lines in a value that stands the given number of objects
// down the way. Lists on the way are gone through whole.
func (d *decoder) follow(kind string, w *way, down int, value []byte) error {
	last := down == len(w.objects)
	if value[0] == '[' {
		for item, rest := cutItem(value[1:]); item != nil; item, rest = cutItem(rest) {
			var err error
			if last {
				err = d.line(kind, w, item)
			} else {
				err = d.follow(kind, w, down, item)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	if last {
		return d.line(kind, w, value)
	}
	if value[0] != '{' {
		return nil
	}
	e := w.objects[down]
	e.reset()
	e.object(value, 0, e.root.members)
	if value = e.spans[w.spans[down+1]]; value == nil {
		return nil
	}
	return d.follow(kind, w, down+1, value)
}

// line hands over a line, at the end of its way. Null and blank texts are none.
func (d *decoder) line(kind string, w *way, item []byte) error {
	e := w.item
	e.reset()
	switch item[0] {
	case '[':
		w.found++
		return d.fault(w.kind, kind, w.found)
	case '{':
		e.object(item, 0, e.root.members)
	default:
		text := e.text(item)
		if text == nil {
			return nil
		}
		if e.root.slot >= 0 {
			e.texts[e.root.slot] = text
		}
	}
	w.found++
	return d.show(&w.fields, w.found)
}

// show hands over a record.
func (d *decoder) show(f *fields, line int32) error {
	d.number = strconv.AppendInt(d.number[:0], int64(line), 10)
	return d.visitor.Record(f.fill(line, d.number))
}

// fault tells the visitor that a dossier, or a line, is no object.
func (d *decoder) fault(kind int, name string, line int32) error {
	return d.visitor.Fault(format.Fault{Kind: kind, Part: name, Line: line, Rule: ruleNotObject, Reason: notObject(name, line)})
}
