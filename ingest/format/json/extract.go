package json

import (
	"bytes"

	"thidua/ingest/path"
)

// What a walk returns instead of a place: the value is cut short by the end of the
// bytes, or is not what was judged before.
const (
	cut    = -1
	broken = -2
)

// extractor takes out of objects what a layout wants of them, in one pass and
// without a tree. It is used for one object after the other.
type extractor struct {
	root place
	// texts has what was found for each slot, nil where nothing was.
	texts [][]byte
	// joins holds, for slots whose path goes through every item of a list, the
	// texts found so far.
	joins [][]byte
	// joined says which slots these are.
	joined []bool
	// spans has, for each slot of its own, members as they stand, nil where there is
	// none.
	spans [][]byte
	// arena holds texts that do not stand in the payload as they are.
	arena []byte
}

// place is what is wanted of a value. Slot takes its text and span the value
// itself, -1 where they are not wanted. Members is what is wanted of it where it is
// an object; of a list that goes for the first item. Each is what is wanted of
// every item.
type place struct {
	slot, span int
	members    *members
	each       *place
	// plain says that its text alone is wanted.
	plain bool
	// slots are what can be filled here or further down.
	slots []int
}

// members are the members of an object that are wanted, by name, and those that
// were met, by the name as it is written.
type members struct {
	wanted map[string]*place
	met    map[string]*entry
	// first is followed by the entry that the last object began with.
	first entry
	// other stands for names that are not kept.
	other entry
}

// entry is a name that was met. Next is the entry that followed it last: objects of
// one list are mostly written alike, so that comparing bytes finds the member.
type entry struct {
	// written is the name with quotation marks and colon.
	written []byte
	place   *place
	next    *entry
}

const (
	// maxMet bounds how many names that are not wanted are kept, maxWritten how
	// long they are: they may be anything.
	maxMet     = 256
	maxWritten = 128
)

// newExtractor returns an extractor that wants nothing.
func newExtractor() *extractor {
	return &extractor{root: place{slot: -1, span: -1, members: newMembers()}}
}

func newMembers() *members {
	return &members{wanted: map[string]*place{}, met: map[string]*entry{}}
}

// want returns the slot for the text at the path.
func (e *extractor) want(steps []path.Step) int {
	way, joined := e.reach(steps)
	p := way[len(way)-1]
	if p.slot < 0 {
		p.slot = len(e.texts)
		p.plain = p.members == nil && p.each == nil && p.span < 0
		e.texts, e.joins, e.joined = append(e.texts, nil), append(e.joins, nil), append(e.joined, joined)
		for _, q := range way {
			q.slots = append(q.slots, p.slot)
		}
	}
	return p.slot
}

// wantSpan returns the slot for a member as it stands.
func (e *extractor) wantSpan(name string) int {
	way, _ := e.reach([]path.Step{{Name: name}})
	p := way[len(way)-1]
	if p.span < 0 {
		p.span, p.plain = len(e.spans), false
		e.spans = append(e.spans, nil)
	}
	return p.span
}

// reach returns the places on a path, and whether it goes through every item of a
// list.
func (e *extractor) reach(steps []path.Step) (way []*place, joined bool) {
	p := &e.root
	way = append(way, p)
	for _, step := range steps {
		p.plain = false
		if p.members == nil {
			p.members = newMembers()
		}
		child := p.members.wanted[step.Name]
		if child == nil {
			child = &place{slot: -1, span: -1}
			p.members.wanted[step.Name] = child
		}
		p = child
		way = append(way, p)
		if !step.All {
			continue
		}
		joined = true
		if p.each == nil {
			p.each, p.plain = &place{slot: -1, span: -1}, false
		}
		p = p.each
		way = append(way, p)
	}
	return way, joined
}

// reset forgets what was found.
func (e *extractor) reset() {
	e.forget(&e.root)
	clear(e.spans)
	e.arena = e.arena[:0]
}

// forget forgets what was found at a place: of members of the same name the last
// one counts.
func (e *extractor) forget(p *place) {
	for _, s := range p.slots {
		e.texts[s] = nil
		e.joins[s] = e.joins[s][:0]
	}
}

// object walks through the object at b[i] and returns the place behind it.
func (e *extractor) object(b []byte, i int, m *members) int {
	i++
	last := &m.first
	for {
		i = skipBlanks(b, i)
		if i < len(b) && b[i] == ',' {
			i = skipBlanks(b, i+1)
		}
		if i >= len(b) {
			return cut
		}
		if b[i] == '}' {
			return i + 1
		}
		next := last.next
		if next != nil && bytes.HasPrefix(b[i:], next.written) {
			i += len(next.written)
		} else if next, i = m.meet(b, i); i < 0 {
			return i
		} else if next != &m.other {
			last.next = next
		}
		last = next
		i = skipBlanks(b, i)
		if i >= len(b) {
			return cut
		}
		p := next.place
		if p != nil && p.plain && b[i] == '"' {
			end := scanString(b, i+1)
			if end < len(b) && b[end] == '"' {
				e.texts[p.slot] = filled(b[i+1 : end])
				i = end + 1
				continue
			}
		}
		if p == nil {
			i = skipValue(b, i)
		} else {
			i = e.value(b, i, p)
		}
		if i < 0 {
			return i
		}
	}
}

// filled returns the text, nil where it is empty or blank.
func filled(text []byte) []byte {
	if len(text) == 0 || (text[0] <= ' ' || text[0] >= 0x80) && blank(text) {
		return nil
	}
	return text
}

// meet finds the member whose name stands at b[i], and the place behind its colon.
func (m *members) meet(b []byte, i int) (*entry, int) {
	if b[i] != '"' {
		return nil, broken
	}
	end := skipString(b, i)
	if end < 0 {
		return nil, end
	}
	after := skipBlanks(b, end)
	if after == len(b) {
		return nil, cut
	}
	if b[after] != ':' {
		return nil, broken
	}
	if met := m.met[string(b[i:end])]; met != nil {
		return met, after + 1
	}
	p := m.wanted[string(appendText(nil, b[i+1:end-1]))]
	if p == nil && (len(m.met) >= maxMet+len(m.wanted) || end-i > maxWritten) {
		return &m.other, after + 1
	}
	met := &entry{place: p, written: append(append(make([]byte, 0, end-i+1), b[i:end]...), ':')}
	m.met[string(b[i:end])] = met
	return met, after + 1
}

// value takes what is wanted out of the value at b[i] and returns the place behind
// it.
func (e *extractor) value(b []byte, i int, p *place) int {
	e.forget(p)
	if b[i] == '{' && p.members != nil && p.each == nil && p.span < 0 {
		return e.object(b, i, p.members)
	}
	end := skipValue(b, i)
	if end < 0 {
		return end
	}
	e.take(b[i:end], p, false)
	return end
}

// take takes what is wanted out of a value that is whole. Joined says that it is
// one of many, whose texts are joined.
func (e *extractor) take(value []byte, p *place, joined bool) {
	if p.span >= 0 {
		e.spans[p.span] = value
	}
	e.first(value, p, joined)
	switch {
	case p.each == nil:
	case value[0] != '[':
		e.take(value, p.each, true)
	default:
		for item, rest := cutItem(value[1:]); item != nil; item, rest = cutItem(rest) {
			e.take(item, p.each, true)
		}
	}
}

// first takes what is not wanted of every item: out of the value, or the first
// item of the list.
func (e *extractor) first(value []byte, p *place, joined bool) {
	for value[0] == '[' {
		if value, _ = cutItem(value[1:]); value == nil {
			return
		}
	}
	switch {
	case value[0] == '{' && p.members != nil && joined:
		for name, child := range p.members.wanted {
			if v := member(value, name); v != nil {
				e.take(v, child, true)
			}
		}
	case value[0] == '{' && p.members != nil:
		e.object(value, 0, p.members)
	case value[0] != '{' && p.slot >= 0:
		e.set(p.slot, e.text(value))
	}
}

// set gives a slot its text, or one more.
func (e *extractor) set(slot int, text []byte) {
	if !e.joined[slot] {
		e.texts[slot] = text
		return
	}
	if text == nil {
		return
	}
	if len(e.joins[slot]) > 0 {
		e.joins[slot] = append(e.joins[slot], ';')
	}
	e.joins[slot] = append(e.joins[slot], text...)
	e.texts[slot] = e.joins[slot]
}

// text returns what a text, number or boolean says, nil where that is nothing.
func (e *extractor) text(value []byte) []byte {
	switch {
	case value[0] == 'n':
		return nil
	case value[0] != '"':
		return value
	}
	value = value[1 : len(value)-1]
	if bytes.IndexByte(value, '\\') >= 0 {
		start := len(e.arena)
		e.arena = appendText(e.arena, value)
		value = e.arena[start:len(e.arena):len(e.arena)]
	}
	return filled(value)
}

// wants reports whether the member is of use.
func (e *extractor) wants(name []byte) bool { return e.root.members.wanted[string(name)] != nil }

// keep takes a member out of bytes that will not last.
func (e *extractor) keep(name, value []byte) {
	p := e.root.members.wanted[string(name)]
	if p == nil {
		return
	}
	start := len(e.arena)
	e.arena = append(e.arena, value...)
	e.forget(p)
	e.take(e.arena[start:len(e.arena):len(e.arena)], p, false)
}
