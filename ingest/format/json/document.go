package json

import (
	"bytes"
	"errors"
	"io"
)

// guest is what the reader shows the documents of a payload to. Levels count the
// objects on the way to the records: 0 is the document.
type guest interface {
	// open and close bracket an object of the level.
	open(level int)
	close(level int)
	// wants reports whether the member of an object of the level is of use.
	wants(level int, name []byte) bool
	// member hands over such a member. Value is valid until it returns.
	member(level int, name, value []byte) error
	// arrive is called where the records begin, before any is read.
	arrive() error
	// dossier takes the dossier that stands next.
	dossier() error
	// request takes the document of a source that stands next.
	request() error
	// missing says that a document lacks the records.
	missing()
}

// reader walks through the documents of a payload. Outside of dossiers no more
// than one token, or a member that the guest wants, is in memory.
type reader struct {
	w     *window
	steps []string
	guest guest
	// document is the number of the open document, from 1.
	document int
	// depth counts the lists and objects that are open around the window.
	depth int
	// lists counts, by level, the lists around what stands at it: from the object
	// of the level before to that of the level.
	lists []int
	// name is the member that was read last.
	name []byte
}

// newReader returns a reader whose records stand below the steps.
func newReader(w *window, steps []string, g guest) reader {
	return reader{w: w, steps: steps, guest: g, lists: make([]int, len(steps)+1)}
}

// byteOrderMark may stand before each document: pages of an API that were put
// together keep theirs.
const byteOrderMark = "\uFEFF"

// documents reads the payload to its end.
func (r *reader) documents() error {
	for {
		c, err := r.w.next()
		switch {
		case errors.Is(err, io.EOF) && r.document == 0:
			return &flaw{ruleEmpty}
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if c == byteOrderMark[0] {
			if mark, err := r.w.peek(len(byteOrderMark)); err != nil {
				return err
			} else if string(mark) == byteOrderMark {
				r.w.pos += len(byteOrderMark)
				continue
			}
		}
		r.document++
		if err := r.oneDocument(c); err != nil {
			return err
		}
	}
}

// oneDocument reads the document that begins with c.
func (r *reader) oneDocument(c byte) error {
	switch c {
	case '<':
		return r.noJSON()
	case '{':
		request, err := r.isRequest()
		if err != nil {
			return err
		}
		if request {
			return r.guest.request()
		}
	}
	return r.descend(0)
}

// noJSON tells an HTML page from anything else that begins with an angle bracket.
func (r *reader) noJSON() error {
	const longest = len("<!doctype html")
	head, err := r.w.peek(longest)
	if err != nil {
		return err
	}
	for _, start := range []string{"<!doctype html", "<html", "<head", "<body", "<title"} {
		if bytes.HasPrefix(bytes.ToLower(head), []byte(start)) {
			return &flaw{ruleHTML}
		}
	}
	return &flaw{ruleNotJSON}
}

// requestName is the member that tells the document of a source.
const requestName = `"@request"`

// isRequest reports whether the object that stands next is the request of a
// source: its first member says so. It looks no further than it has to.
func (r *reader) isRequest() (bool, error) {
	at, matched := 1, 0
	for matched < len(requestName) {
		head, err := r.w.peek(at + matched + 1)
		if err != nil || len(head) <= at+matched {
			return false, err
		}
		switch c := head[at+matched]; {
		case c == requestName[matched]:
			matched++
		case matched == 0 && skipBlanks(head, at) > at:
			at++
		default:
			return false, nil
		}
	}
	return true, nil
}

// descend reads what stands at the level: dossiers at the last, objects that lead
// to them before.
func (r *reader) descend(level int) error {
	c, err := r.w.inside()
	if err != nil {
		return err
	}
	last := level == len(r.steps)
	switch {
	case c == 'n':
		return r.w.skip(r.depth, 0)
	case last:
		if err := r.guest.arrive(); err != nil {
			return err
		}
		if c == '[' {
			return r.each(r.guest.dossier)
		}
		return r.guest.dossier()
	case c == '[':
		r.lists[level]++
		err := r.each(func() error { return r.descend(level) })
		r.lists[level]--
		return err
	case c == '{':
		return r.object(level)
	}
	r.guest.missing()
	return r.w.skip(r.depth, 0)
}

// each reads the list that stands next by its items.
func (r *reader) each(item func() error) error {
	if err := r.enter(); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := r.more(']', first)
		if err != nil || !more {
			return err
		}
		if err := item(); err != nil {
			return err
		}
	}
}

// rest skips what is left of the list that is open.
func (r *reader) rest() error {
	for {
		more, err := r.more(']', false)
		if err != nil || !more {
			return err
		}
		if err := r.w.skip(r.depth, 0); err != nil {
			return err
		}
	}
}

// object reads the object that stands next, an object of the level.
func (r *reader) object(level int) error {
	if err := r.enter(); err != nil {
		return err
	}
	r.guest.open(level)
	found := false
	for first := true; ; first = false {
		more, err := r.nextMember(first)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if string(r.name) == r.steps[level] {
			found = true
			r.lists[level+1] = 0
			err = r.descend(level + 1)
		} else {
			err = r.memberOf(level)
		}
		if err != nil {
			return err
		}
	}
	if !found {
		r.guest.missing()
	}
	r.guest.close(level)
	return nil
}

// memberOf reads the value of the member that was read last and is not on the way
// to the records.
func (r *reader) memberOf(level int) error {
	if _, err := r.w.inside(); err != nil {
		return err
	}
	if !r.guest.wants(level, r.name) {
		return r.w.skip(r.depth, 0)
	}
	value, err := r.w.hold(r.depth)
	if err != nil {
		return err
	}
	return r.guest.member(level, r.name, value)
}

// enter takes the bracket or brace that stands next.
func (r *reader) enter() error {
	if r.depth++; r.depth > maxDepth {
		return &flaw{ruleTooDeep}
	}
	r.w.pos++
	return nil
}

// more takes the comma before the next item or member, unless it is the first. It
// returns false behind the last, and leaves with the closing byte.
func (r *reader) more(closing byte, first bool) (bool, error) {
	c, err := r.w.inside()
	switch {
	case err != nil:
		return false, err
	case c == closing:
		r.w.pos++
		r.depth--
		return false, nil
	case first:
		return true, nil
	case c != ',':
		return false, &flaw{ruleNotJSON}
	}
	r.w.pos++
	_, err = r.w.inside()
	return true, err
}

// nextMember reads the name of the next member and stops before its value. It
// returns false at the end of the object.
func (r *reader) nextMember(first bool) (bool, error) {
	more, err := r.more('}', first)
	if err != nil || !more {
		return false, err
	}
	if r.w.buf[r.w.pos] != '"' {
		return false, &flaw{ruleNotJSON}
	}
	raw, err := r.w.hold(r.depth)
	if err != nil {
		return false, err
	}
	r.name = appendText(r.name[:0], raw[1:len(raw)-1])
	c, err := r.w.inside()
	if err != nil {
		return false, err
	}
	if c != ':' {
		return false, &flaw{ruleNotJSON}
	}
	r.w.pos++
	return true, nil
}
