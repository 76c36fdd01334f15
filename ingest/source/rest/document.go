package rest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/cespare/xxhash/v2"

	"thidua/ingest/path"
)

// places is how many places can be looked for in one document.
const places = 4

// place is where something stands in a document. The zero place is nowhere.
type place struct {
	steps []path.Step
	named bool
}

// finding is what stands at a place that holds no list or object. It is missing
// where nothing or null stands there.
type finding struct {
	text string
	kind findingKind
}

type findingKind int

const (
	missing findingKind = iota
	textual
	numeric
	boolean
)

// document is what a page tells of itself.
type document struct {
	found [places]finding
	// listed says that a list stands at the place of the records, null that null
	// does. Where something stands there twice, the last counts.
	listed, null bool
	// records holds a hash of the bytes of each record, in their order: what stands
	// between records does not count.
	records []uint64
	// bodiless says that the answer had no content, and tells nothing.
	bodiless bool
}

// scanner reads a document once, in memory bounded by its longest text or record.
type scanner struct {
	decoder *json.Decoder
	places  [places]place
	// list is the index of the place that holds the list of records, -1 where none
	// is looked for.
	list  int
	doc   document
	depth int
	// item is the item read last as a whole.
	item json.RawMessage
}

// position says for each place how many of its steps lead to where the scanner
// stands, -1 where it stands aside.
type position [places]int

// nowhere is where no path leads on.
func nowhere() position { return position{-1, -1, -1, -1} }

// maxDepth bounds how deep documents may nest.
const maxDepth = 500

// scan reads the document in r to the end of r. With several set, more of them may
// follow; what is found is that of the first. Its errors are failures, and those
// of r.
func scan(r io.Reader, at [places]place, list int, several bool) (document, error) {
	s := &scanner{places: at, list: list}
	text, err := skipMark(r)
	if err != nil {
		return document{}, err
	}
	s.decoder = json.NewDecoder(text)
	s.decoder.UseNumber()
	if err := s.value(s.start()); err != nil {
		return document{}, explain(err)
	}
	if err := s.rest(several); err != nil {
		return document{}, explain(err)
	}
	return s.doc, nil
}

// rest reads what follows the document.
func (s *scanner) rest(several bool) error {
	for {
		token, err := s.decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err == nil && !several:
			err = notJSON.fail()
		case err == nil:
			err = s.judge(token, nowhere())
		}
		if err != nil {
			return err
		}
	}
}

// skipMark passes over a byte order mark, and refuses a web page.
func skipMark(r io.Reader) (io.Reader, error) {
	text := bufio.NewReader(r)
	if mark, _ := text.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = text.Discard(len(mark))
	}
	for {
		b, err := text.ReadByte()
		switch {
		case err != nil:
			return nil, explain(err)
		case b == ' ', b == '\t', b == '\r', b == '\n':
			continue
		case b == '<':
			return nil, htmlInsteadOfJSON.fail()
		}
		return text, text.UnreadByte()
	}
}

// explain says what an error of the decoder means.
func explain(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return truncatedBody.fail()
	case errors.As(err, &syntax):
		return notJSON.fail()
	}
	return err
}

// start is the position of the document itself.
func (s *scanner) start() position {
	var at position
	for i, p := range s.places {
		if !p.named {
			at[i] = -1
		}
	}
	return at
}

// below is the position of a member.
func (s *scanner) below(at position, name string) position {
	for i, p := range s.places {
		if at[i] >= 0 && at[i] < len(p.steps) && p.steps[at[i]].Name == name {
			at[i]++
		} else {
			at[i] = -1
		}
	}
	return at
}

// here reports whether place i is where the scanner stands.
func (s *scanner) here(at position, i int) bool {
	return i >= 0 && s.places[i].named && at[i] == len(s.places[i].steps)
}

func (s *scanner) value(at position) error {
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	return s.judge(token, at)
}

// judge takes a value whose first token was read.
func (s *scanner) judge(token json.Token, at position) error {
	if s.here(at, s.list) {
		s.doc.listed, s.doc.null, s.doc.records = token == json.Delim('['), token == nil, nil
	}
	switch token {
	case json.Delim('{'):
		return s.nested(func() error { return s.object(at) })
	case json.Delim('['):
		return s.array(at)
	}
	for i := range s.places {
		if s.here(at, i) {
			s.doc.found[i] = findingOf(token)
		}
	}
	return nil
}

// nested reads members or items up to the closing bracket.
func (s *scanner) nested(read func() error) error {
	if s.depth++; s.depth > maxDepth {
		return notJSON.fail()
	}
	for s.decoder.More() {
		if err := read(); err != nil {
			return err
		}
	}
	s.depth--
	_, err := s.decoder.Token()
	return err
}

func (s *scanner) object(at position) error {
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	name, _ := token.(string)
	return s.value(s.below(at, name))
}

// array reads a list. Its first item stands for it where a path leads on.
func (s *scanner) array(at position) error {
	list := s.here(at, s.list)
	for i := range s.places {
		if s.here(at, i) {
			at[i] = -1
		}
	}
	return s.nested(func() error {
		item := at
		at = nowhere()
		switch {
		case list:
			return s.record(item)
		case item == at:
			return s.pass()
		}
		return s.value(item)
	})
}

// record reads an item of the list of records, and looks into it where a path leads
// on.
func (s *scanner) record(at position) error {
	if err := s.pass(); err != nil {
		return err
	}
	s.doc.records = append(s.doc.records, xxhash.Sum64(s.item))
	if at == nowhere() {
		return nil
	}
	outer, item := s.decoder, s.item
	s.decoder, s.item = json.NewDecoder(bytes.NewReader(item)), nil
	s.decoder.UseNumber()
	err := s.value(at)
	s.decoder = outer
	return err
}

// pass reads an item as a whole. It is the fast way: records are most of a page.
func (s *scanner) pass() error { return s.decoder.Decode(&s.item) }

// findingOf returns a text, number or truth value as what it says.
func findingOf(token json.Token) finding {
	switch t := token.(type) {
	case string:
		return finding{t, textual}
	case json.Number:
		return finding{t.String(), numeric}
	case bool:
		if t {
			return finding{"true", boolean}
		}
		return finding{"false", boolean}
	}
	return finding{}
}
