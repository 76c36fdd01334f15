package record

import (
	"bytes"

	"thidua/transform/delivery"
	"thidua/transform/identity"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// cell makes one column of a row: it finds the text, shapes it, and reads it.
type cell struct {
	name     string
	kind     value.Type
	fields   []int
	joined   bool
	envelope string
	constant []byte
	parent   int
	split    *Split
	codes    map[string]string
	lookup   map[string][]byte
	// quiet lets a code that the map does not know pass as NULL without a word.
	quiet bool

	first normalise.Func
	final normalise.Func

	allowed   map[string]bool
	reference string
	known     map[string][]string

	identifierKind string
	pseudonyms     *identity.Pseudonyms
	// identifier is the last identifier read, before it became a key.
	identifier []byte
	citizen    identity.IDKind
	scratch    []byte
	keyText    []byte
}

// joint separates joined fields: it cannot occur in XML or JSON text.
const joint = 0x1f

var (
	unmapped = &normalise.Reason{
		ID:   "code_unmapped",
		Text: delivery.Text{Vi: "mã không có trong bảng chuyển mã của công việc", En: "the code is not in the job's code map"},
	}
	outside = delivery.Text{Vi: "mã không có trong danh mục cho phép", En: "the code is not in the list of allowed codes"}
	unknown = delivery.Text{Vi: "mã chưa có trong bảng tham chiếu", En: "the code is not in the reference table"}
)

// read returns the value of the cell. A reason with a valid value says it was
// repaired, with an invalid one that it cannot be trusted.
func (c *cell) read(fields [][]byte, head []value.Value) (value.Value, *normalise.Reason) {
	if c.parent >= 0 {
		return head[c.parent], nil
	}
	text := c.text(fields)
	if c.split != nil {
		text = part(text, c.split)
	}
	if c.identifierKind != "" {
		return c.key(text)
	}
	if len(text) == 0 {
		return value.Value{}, nil
	}
	return c.convert(text)
}

// convert reads the text as the column's type, through the code map or the
// lookup where there is one.
func (c *cell) convert(text []byte) (value.Value, *normalise.Reason) {
	if c.first == nil {
		return c.final(text)
	}
	v, repaired := c.first(text)
	if !v.Valid {
		return v, repaired
	}
	var to []byte
	if c.lookup != nil {
		to = c.lookup[string(v.Text)]
	} else if code, ok := c.codes[string(v.Text)]; ok {
		c.scratch = append(c.scratch[:0], code...)
		to = c.scratch
	}
	switch {
	case to == nil && c.quiet:
		return value.Value{}, nil
	case to == nil:
		return value.Value{}, unmapped
	}
	v, reason := c.final(to)
	if reason != nil {
		return v, reason
	}
	return v, repaired
}

// text returns the text that the cell is made from, nil where it is blank.
func (c *cell) text(fields [][]byte) []byte {
	switch {
	case c.constant != nil || c.envelope != "":
		return c.constant
	case !c.joined:
		for _, i := range c.fields {
			if fields[i] != nil {
				return fields[i]
			}
		}
		return nil
	}
	c.scratch = c.scratch[:0]
	for n, i := range c.fields {
		if fields[i] == nil {
			return nil
		}
		if n > 0 {
			c.scratch = append(c.scratch, joint)
		}
		c.scratch = append(c.scratch, fields[i]...)
	}
	return c.scratch
}

func part(text []byte, s *Split) []byte {
	for n := 1; ; n++ {
		head, rest, more := bytes.Cut(text, []byte(s.By))
		if n == s.Take {
			return bytes.TrimSpace(head)
		}
		if !more {
			return nil
		}
		text = rest
	}
}

// key turns an identifier into its pseudonym.
func (c *cell) key(text []byte) (value.Value, *normalise.Reason) {
	c.identifier, c.citizen = c.identifier[:0], identity.NoID
	if len(text) == 0 {
		return value.Value{}, nil
	}
	var reason *normalise.Reason
	switch c.identifierKind {
	case "citizen":
		c.identifier, c.citizen, reason = identity.CitizenID(text, c.identifier)
	case "card":
		c.identifier, c.citizen, _, reason = identity.Cards(text, c.identifier)
	default:
		c.identifier = append(c.identifier, text...)
	}
	if len(c.identifier) == 0 {
		return value.Value{}, reason
	}
	c.keyText = c.pseudonyms.Key(c.keyText[:0], c.identifierKind, c.identifier)
	return value.OfText(c.keyText), reason
}

// judge holds a value against the lists that its column names.
func (c *cell) judge(v value.Value, found []Finding) []Finding {
	if c.allowed != nil && !c.allowed[string(v.Text)] {
		found = append(found, Finding{Column: c.name, Rule: "not_in_list", Reason: outside})
	}
	if c.known != nil {
		if _, ok := c.known[string(v.Text)]; !ok {
			found = append(found, Finding{Column: c.name, Rule: "unknown_" + c.reference, Reason: unknown})
		}
	}
	return found
}

func (c *cell) setEnvelope(fields map[string]string) {
	if c.envelope != "" {
		c.constant = append(c.constant[:0], fields[c.envelope]...)
	}
}
