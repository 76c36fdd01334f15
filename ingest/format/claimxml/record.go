package claimxml

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"thidua/ingest/format/xmlscan"
	"thidua/transform/record"
)

// binding takes the records of one kind apart for a layout. Fields are known by
// their number in the kind's table, followed by those that the layout wants and
// the table does not know.
type binding struct {
	*kind
	// index is the kind's place in the layout, -1 where it is not wanted.
	index int
	names []string
	extra map[string]int
	// slots is the place of each field in the record, -1 where it is not wanted;
	// layout that of the field "@layout".
	slots  []int
	layout int
	// follower is the field last seen behind each field, and behind none at the
	// end: writers keep an order, so mostly it is the next.
	follower []int
	// seen is the serial number of the record each field was last seen in.
	seen   []uint64
	serial uint64
	// marked says that the record has an element that tells its family.
	marked bool
	// spans are the values, as places behind the scanner's mark.
	spans  []span
	fields [][]byte
}

type span struct{ from, to int }

// prepare adapts the binding to a layout.
func (b *binding) prepare(k *kind, index int, layout record.Layout) {
	*b = binding{
		kind: k, index: index, names: k.names, layout: -1, slots: b.slots[:0], follower: b.follower[:0], seen: b.seen[:0],
		spans: b.spans, fields: b.fields,
	}
	if index < 0 {
		return
	}
	for range k.names {
		b.slots = append(b.slots, -1)
	}
	wanted := layout.Kinds[index].Fields
	for slot, name := range wanted {
		id, known := k.ids[name]
		switch {
		case name == layoutField:
			b.layout = slot
		case known:
			b.slots[id] = slot
		default:
			b.want(name, slot)
		}
	}
	for id := range b.names {
		b.follower = append(b.follower, id+1)
		b.seen = append(b.seen, 0)
	}
	b.follower = append(b.follower, 0)
	b.follower[len(b.names)-1] = len(b.names)
	b.spans = slices.Grow(b.spans[:0], len(wanted))[:len(wanted)]
	b.fields = slices.Grow(b.fields[:0], len(wanted))[:len(wanted)]
}

// want adds a field that the table does not know.
func (b *binding) want(name string, slot int) {
	if b.extra == nil {
		b.extra = map[string]int{}
		b.names = append([]string(nil), b.names...)
	}
	b.extra[name] = len(b.names)
	b.names = append(b.names, name)
	b.slots = append(b.slots, slot)
}

// find returns the number of a field.
func (b *binding) find(name []byte) (int, bool) {
	if id, ok := b.ids[string(name)]; ok {
		return id, true
	}
	id, ok := b.extra[string(name)]
	return id, ok
}

// begin makes ready for the next record.
func (b *binding) begin() {
	b.serial++
	b.marked = false
	clear(b.spans)
}

// family returns the family of layouts that the record shows, nil where the kind
// shows none.
func (b *binding) family() []byte {
	if b.marked {
		return b.toldText
	}
	return b.standardText
}

// document reads the open root of a part's document to its end.
func (d *decoder) document(s *xmlscan.Scanner) error {
	p := &d.part
	if !p.labelled {
		kind, ok := d.format.roots[string(s.Name())]
		if !ok || p.kind >= 0 && p.kind != kind {
			return &flaw{rulePartRoot}
		}
		p.kind = kind
		if !d.wanted() {
			return d.skip(s)
		}
	}
	b := &d.bindings[p.kind]
	switch {
	case b.record(s.Name()):
		return d.record(b, s)
	case b.frames(s.Name()):
		return d.list(b, s)
	}
	return &flaw{rulePartRoot}
}

// skip reads on to the end of the open element of a part.
func (d *decoder) skip(s *xmlscan.Scanner) error {
	if err := s.Skip(s.Depth()); err != nil {
		return d.judge(s, err)
	}
	return nil
}

// list reads the records inside the open element, at any depth.
func (d *decoder) list(b *binding, s *xmlscan.Scanner) error {
	for depth := s.Depth(); s.Depth() >= depth; {
		token, err := d.next(s)
		if err != nil {
			return err
		}
		switch token {
		case xmlscan.Open:
			d.strayed = false
			if b.kind.record(s.Name()) {
				err = d.record(b, s)
			} else if !b.frames(s.Name()) {
				d.unknown(b, s.Name())
			}
		case xmlscan.Close:
			d.strayed = false
		default:
			d.stray(b, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unknown notes an element that no layout knows at its place.
func (d *decoder) unknown(b *binding, name []byte) {
	if _, ok := b.find(name); !ok && string(name) != signature {
		d.notes.add(noteUnknown, b.name, name)
	}
}

// stray notes text that stands where only elements may, once however many pieces
// it comes in.
func (d *decoder) stray(b *binding, s *xmlscan.Scanner) {
	if !d.strayed && len(bytes.Trim(s.Text(), xmlscan.Spaces)) > 0 {
		d.strayed = true
		d.notes.add(noteStray, b.name, nil)
	}
}

// record reads the open element as a record and hands it over.
func (d *decoder) record(b *binding, s *xmlscan.Scanner) error {
	d.part.line++
	b.begin()
	s.Mark()
	last := len(b.names)
	for depth := s.Depth(); s.Depth() >= depth; {
		next := b.follower[last]
		if next < len(b.names) {
			if from, to, ok := s.Leaf(b.names[next]); ok {
				last = next
				d.strayed = false
				if err := d.bindValue(b, s, next, from, to); err != nil {
					return err
				}
				continue
			}
		}
		token, err := d.next(s)
		if err != nil {
			return err
		}
		switch token {
		case xmlscan.Open:
			d.strayed = false
			id, known := b.find(s.Name())
			if !known {
				d.unknown(b, s.Name())
				err = d.skip(s)
				break
			}
			b.follower[last], last = id, id
			err = d.field(b, s, id)
		case xmlscan.Close:
			d.strayed = false
		default:
			d.stray(b, s)
		}
		if err != nil {
			return err
		}
	}
	return d.handOver(b, s)
}

// field reads the open element as a field.
func (d *decoder) field(b *binding, s *xmlscan.Scanner, id int) error {
	from := s.Here()
	for depth := s.Depth(); s.Depth() >= depth; {
		token, err := d.next(s)
		if err != nil {
			return err
		}
		if token == xmlscan.Open {
			d.notes.add(noteUnknown, b.name, s.Name())
		}
	}
	return d.bindValue(b, s, id, from, s.Before())
}

// bindValue takes what stands between two places for the value of a field.
func (d *decoder) bindValue(b *binding, s *xmlscan.Scanner, id, from, to int) error {
	repeated := b.seen[id] == b.serial
	b.seen[id] = b.serial
	if repeated {
		d.notes.add(noteDuplicate, b.name, []byte(b.names[id]))
	}
	if id < len(b.shows) && b.shows[id] {
		b.marked = true
	}
	if from == to {
		return nil
	}
	text := s.Kept(from, to)
	if !s.Valid() && !utf8.Valid(text) {
		return &flaw{ruleNotUTF8}
	}
	// A field that nobody wants is looked at as well: what is wrong with a file is
	// told whatever is read of it.
	if coded(s, text) {
		var bare int
		text, bare = xmlscan.Flatten(text)
		if bare > 0 {
			d.notes.addCount(noteAmpersand, b.name, []byte(b.names[id]), bare)
		}
		to = from + len(text)
	}
	slot := b.slots[id]
	if slot < 0 || b.spans[slot].to > 0 {
		return nil
	}
	for from < to && text[to-1-from] <= ' ' && isSpace(text[to-1-from]) {
		to--
	}
	start := 0
	for from < to && isSpace(text[start]) {
		from++
		start++
	}
	if from < to {
		b.spans[slot] = span{from, to}
	}
	return nil
}

// coded reports whether the markup of a value is anything but its text.
func coded(s *xmlscan.Scanner, markup []byte) bool {
	if !s.Plain() && (bytes.IndexByte(markup, '&') >= 0 || bytes.IndexByte(markup, '\r') >= 0) {
		return true
	}
	return bytes.IndexByte(markup, '<') >= 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// handOver gives the record to the visitor.
func (d *decoder) handOver(b *binding, s *xmlscan.Scanner) error {
	for i, v := range b.spans {
		b.fields[i] = nil
		if v.from < v.to {
			text := s.Kept(v.from, v.to)
			b.fields[i] = text[:len(text):len(text)]
		}
	}
	if b.layout >= 0 {
		b.fields[b.layout] = b.family()
	}
	d.shown = record.Record{Kind: b.index, Fields: b.fields, Line: d.part.line}
	err := d.visitor.Record(&d.shown)
	s.Release()
	return err
}
