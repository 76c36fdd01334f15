package province

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// style is the habit of one hospital system: how it spells the same document.
type style struct {
	// indented documents have a line for each element, cdata wraps free text,
	// paired writes an empty element as two tags, bom begins with a byte order
	// mark.
	indented, cdata, paired, bom bool
	// wrapped breaks base64 at 76 columns, inline writes the document as XML
	// without base64, headLast puts XML1 behind the other parts.
	wrapped, inline, headLast bool
}

// habits are the styles met in the field; the first is the most frequent.
var habits = []style{
	{},
	{},
	{},
	{indented: true, wrapped: true},
	{indented: true, wrapped: true, paired: true},
	{cdata: true, indented: true, paired: true},
	{bom: true, headLast: true},
	{inline: true, indented: true},
}

// document appends the elements of one XML document to its buffer.
type document struct {
	buf   []byte
	style style
	depth int
}

// begin empties the document and writes what stands before the root.
func (d *document) begin(s style) {
	d.buf, d.style, d.depth = d.buf[:0], s, 0
	if s.inline {
		return
	}
	if s.bom {
		d.buf = append(d.buf, "\xEF\xBB\xBF"...)
	}
	d.buf = append(d.buf, `<?xml version="1.0" encoding="utf-8"?>`...)
}

func (d *document) newLine() {
	if !d.style.indented {
		return
	}
	d.buf = append(d.buf, '\n')
	for range d.depth {
		d.buf = append(d.buf, ' ', ' ')
	}
}

func (d *document) open(tag string) {
	d.newLine()
	d.start(tag)
	d.depth++
}

func (d *document) close(tag string) {
	d.depth--
	d.newLine()
	d.end(tag)
}

func (d *document) start(tag string) {
	d.buf = append(d.buf, '<')
	d.buf = append(d.buf, tag...)
	d.buf = append(d.buf, '>')
}

func (d *document) end(tag string) {
	d.buf = append(d.buf, '<', '/')
	d.buf = append(d.buf, tag...)
	d.buf = append(d.buf, '>')
}

// blank writes an element without content.
func (d *document) blank(tags ...string) {
	for _, tag := range tags {
		d.newLine()
		if d.style.paired {
			d.start(tag)
			d.end(tag)
			continue
		}
		d.buf = append(d.buf, '<')
		d.buf = append(d.buf, tag...)
		d.buf = append(d.buf, '/', '>')
	}
}

// code writes text that needs no escaping: codes, identifiers, raw faults.
func (d *document) code(tag, value string) {
	if value == "" {
		d.blank(tag)
		return
	}
	d.newLine()
	d.start(tag)
	d.buf = append(d.buf, value...)
	d.end(tag)
}

// text writes free text, as CDATA or escaped.
func (d *document) text(tag, value string) {
	if d.style.cdata && value != "" {
		d.newLine()
		d.start(tag)
		d.buf = append(d.buf, "<![CDATA["...)
		d.buf = append(d.buf, value...)
		d.buf = append(d.buf, "]]>"...)
		d.end(tag)
		return
	}
	if strings.ContainsAny(value, "&<>") {
		value = escaper.Replace(value)
	}
	d.code(tag, value)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (d *document) number(tag string, n int) {
	d.newLine()
	d.start(tag)
	d.buf = strconv.AppendInt(d.buf, int64(n), 10)
	d.end(tag)
}

func (d *document) fixed(tag string, n int64, digits int) {
	d.newLine()
	d.start(tag)
	d.buf = appendFixed(d.buf, n, digits)
	d.end(tag)
}

func (d *document) amount(tag string, a amount) { d.fixed(tag, int64(a), 2) }

func (d *document) price(tag string, p thousandth) { d.fixed(tag, int64(p), 3) }

// quantity writes whole numbers without decimals.
func (d *document) quantity(tag string, q thousandth) {
	if q%1000 == 0 {
		d.number(tag, int(q/1000))
		return
	}
	d.fixed(tag, int64(q), 3)
}

// minute writes yyyyMMddHHmm, day yyyyMMdd; a zero time is blank.
func (d *document) minute(tag string, t time.Time) { d.moment(tag, t, true) }

func (d *document) day(tag string, t time.Time) { d.moment(tag, t, false) }

func (d *document) moment(tag string, t time.Time, clock bool) {
	if t.IsZero() {
		d.blank(tag)
		return
	}
	d.newLine()
	d.start(tag)
	year, month, day := t.Date()
	d.buf = appendTwo(d.buf, year/100, year%100, int(month), day)
	if clock {
		hour, minute, _ := t.Clock()
		d.buf = appendTwo(d.buf, hour, minute)
	}
	d.end(tag)
}

func appendTwo(to []byte, numbers ...int) []byte {
	for _, n := range numbers {
		to = append(to, byte('0'+n/10), byte('0'+n%10))
	}
	return to
}

// appendBase64 appends the encoding of document, broken at 76 columns if wrapped.
func appendBase64(to, document []byte, wrapped bool) []byte {
	if !wrapped {
		return base64.StdEncoding.AppendEncode(to, document)
	}
	const line = 57 // bytes that make 76 characters
	for len(document) > line {
		to = base64.StdEncoding.AppendEncode(to, document[:line])
		to = append(to, '\r', '\n')
		document = document[line:]
	}
	return base64.StdEncoding.AppendEncode(to, document)
}
