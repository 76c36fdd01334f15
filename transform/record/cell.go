package record

import (
	"bytes"
	"unicode/utf8"

	"thidua/transform/delivery"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// cell makes one column of a row: it finds the text, shapes it, and reads it.
// What every row asks for stands first.
type cell struct {
	origin   origin
	required bool
	// listed says that the column names a list of codes.
	listed bool
	// slot is the index of the field, or of the parent's column.
	slot  int
	final normalise.Func
	// guard tells texts that must not be read at all, nil where any may be.
	guard func(text []byte) bool
	// first reads the code that translation translates, nil where there is none.
	first     normalise.Func
	split     *Split
	slice     *Slice
	pseudonym *pseudonym

	name     string
	kind     value.Type
	fields   []int
	envelope string
	constant []byte

	// translation holds texts by code, from the map of the job or from a reference
	// table. An empty text stands for NULL, a nil one for several rows that claim it.
	translation map[string][]byte
	// untranslated is what is said of a code that is not in the translation.
	untranslated *normalise.Reason
	// quiet lets a code that the map does not know pass as NULL without a word.
	quiet bool

	allowed   map[string]bool
	reference string
	known     map[string][]string

	joined []byte
}

// origin is where the text of a cell comes from.
type origin uint8

const (
	nowhere origin = iota
	oneField
	firstField
	joinedFields
	standingText
	parentColumn
)

// joint separates joined fields: it cannot occur in XML or JSON text.
const joint = 0x1f

var (
	missing = &normalise.Reason{
		ID:   "required_missing",
		Text: delivery.Text{Vi: "thiếu giá trị bắt buộc", En: "a required value is missing"},
	}
	unmapped = &normalise.Reason{
		ID:   "code_unmapped",
		Text: delivery.Text{Vi: "mã không có trong bảng chuyển mã của công việc", En: "the code is not in the job's code map"},
	}
	unlisted = &normalise.Reason{
		ID:   "lookup_failed",
		Text: delivery.Text{Vi: "không tìm thấy trong bảng tham chiếu", En: "the reference table has no such row"},
	}
	ambiguous = &normalise.Reason{
		ID:   "lookup_ambiguous",
		Text: delivery.Text{Vi: "nhiều dòng của bảng tham chiếu có cùng tên này", En: "several rows of the reference table have this name"},
	}
	outside = delivery.Text{Vi: "mã không có trong danh mục cho phép", En: "the code is not in the list of allowed codes"}
	unknown = delivery.Text{Vi: "mã chưa có trong bảng tham chiếu", En: "the code is not in the reference table"}
)

// read returns the value of the cell. A reason with a valid value says it was
// repaired, with an invalid one that it cannot be trusted.
func (c *cell) read(fields [][]byte, head []value.Value) (value.Value, *normalise.Reason) {
	var text []byte
	switch c.origin {
	case oneField:
		text = fields[c.slot]
	case parentColumn:
		return head[c.slot], nil
	default:
		text = c.text(fields)
	}
	if c.split != nil {
		text = part(text, c.split)
	}
	if c.slice != nil {
		text = characters(text, c.slice)
	}
	switch {
	case c.pseudonym != nil:
		return c.pseudonym.read(text)
	case len(text) == 0:
		return value.Value{}, nil
	case c.first != nil:
		return c.translate(text)
	case c.guard != nil && c.guard(text):
		return value.Value{}, withheld
	default:
		return c.final(text)
	}
}

// translate reads a code and, as the column's type, the text that stands for it.
func (c *cell) translate(code []byte) (value.Value, *normalise.Reason) {
	v, repaired := c.first(code)
	if !v.Valid {
		return v, repaired
	}
	to, ok := c.translation[string(v.Text)]
	switch {
	case !ok && c.quiet:
		return value.Value{}, nil
	case !ok:
		return value.Value{}, c.untranslated
	case to == nil:
		return value.Value{}, ambiguous
	case len(to) == 0:
		return value.Value{}, repaired
	}
	v, reason := c.final(to)
	if reason != nil {
		return v, reason
	}
	return v, repaired
}

// text returns the text that the cell is made from, nil where it is blank.
func (c *cell) text(fields [][]byte) []byte {
	switch c.origin {
	case standingText:
		return c.constant
	case firstField:
		for _, i := range c.fields {
			if fields[i] != nil {
				return fields[i]
			}
		}
	case joinedFields:
		return c.join(fields)
	}
	return nil
}

// join returns the fields in one text, nil where one of them is blank.
func (c *cell) join(fields [][]byte) []byte {
	c.joined = c.joined[:0]
	for n, i := range c.fields {
		if fields[i] == nil {
			return nil
		}
		if n > 0 {
			c.joined = append(c.joined, joint)
		}
		c.joined = append(c.joined, fields[i]...)
	}
	return c.joined
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

// characters takes some of the characters of a text, nil where it has none there.
func characters(text []byte, s *Slice) []byte {
	from := skipRunes(text, s.From-1)
	to := from + skipRunes(text[from:], s.Length)
	if from == to {
		return nil
	}
	return text[from:to]
}

// skipRunes returns how many bytes the first n characters of a text take.
func skipRunes(text []byte, n int) int {
	at := 0
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}

// doubt appends what is to be said of a value that is missing, repaired or cannot
// be trusted. A required column rejects its row where it stays empty.
func (c *cell) doubt(v value.Value, reason *normalise.Reason, found []Finding) []Finding {
	switch {
	case reason != nil:
		return append(found, Finding{c.name, reason.ID, reason.Text, c.required && !v.Valid})
	case c.required && !v.Valid:
		return append(found, Finding{c.name, missing.ID, missing.Text, true})
	}
	return found
}

// judge holds a value against the lists that its column names. A value that is
// not allowed rejects the row where the column is required; a code that the
// reference table does not know never does.
func (c *cell) judge(v value.Value, found []Finding) []Finding {
	if c.allowed != nil && !c.allowed[string(v.Text)] {
		found = append(found, Finding{Column: c.name, Rule: "not_in_list", Reason: outside, Reject: c.required})
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
