package xlsx

import (
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"thidua/ingest/format/xmlscan"
)

// part is one XML document of the workbook while it is being read. It is closed by
// whoever opened it.
type part struct {
	xmlscan.Scanner
	body    io.ReadCloser
	archive *archive
}

// The parts as a reason names them.
const (
	partWorkbook      = "workbook"
	partRelationships = "relationships"
	partStyles        = "styles"
	partTexts         = "shared strings"
	partSheet         = "sheet"
)

// scan opens a part, whose document is UTF-8, or UTF-16 with a byte order mark.
func (a *archive) scan(name, label string) (*part, error) {
	a.reading = label
	body, err := a.open(name)
	if err != nil {
		return nil, err
	}
	p, ok := a.scanners.Get().(*part)
	if !ok {
		p = new(part)
	}
	p.body, p.archive = body, a
	p.Reset(body)
	switch head := p.Peek(3); {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		p.Discard(3)
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(p.Unread())), body)
		p.Reset(transform.NewReader(rest, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()))
	}
	return p, nil
}

// elements calls visit for each element that the part opens, to its end. The
// attributes are those of the element.
func (a *archive) elements(name, label string, visit func(p *part, element string) error) error {
	p, err := a.scan(name, label)
	if err != nil {
		return err
	}
	defer p.close()
	for {
		token, err := p.Next()
		switch {
		case err != nil:
			return err
		case token == xmlscan.EOF:
			return p.judge()
		case token == xmlscan.Open:
			if err := visit(p, string(p.Name())); err != nil {
				return err
			}
		}
	}
}

// judge says what is wrong with a part that was read to its end.
func (p *part) judge() error {
	if !p.Valid() {
		return &flaw{rule: ruleNotUTF8}
	}
	return nil
}

// drain reads the part to its end.
func (p *part) drain() error {
	for {
		token, err := p.Next()
		if err != nil {
			return err
		}
		if token == xmlscan.EOF {
			return p.judge()
		}
	}
}

// close ends the reading, once, and leaves the scanner for the next part. Nothing
// is written, so that an error has nothing to say.
func (p *part) close() {
	_ = p.body.Close()
	a := p.archive
	p.Shrink()
	p.body, p.archive = nil, nil
	a.scanners.Put(p)
}

// attribute returns the value of one of the attributes by its whole name, or by
// what follows its prefix where the name begins with a colon. Its bytes are those
// of the part.
func (p *part) attribute(name string) ([]byte, bool) {
	a := p.Attributes()
	for {
		got, value, ok := a.Next()
		if !ok {
			return nil, false
		}
		if string(got) == name || name[0] == ':' && bytes.HasSuffix(got, []byte(name)) {
			return value, true
		}
	}
}

// maxAttribute bounds what is kept of an attribute. Names of sheets have 31
// characters at most, number formats some hundred.
const maxAttribute = 4 << 10

// textOf returns the value of an attribute, decoded and copied; empty where there
// is none.
func (p *part) textOf(name string) string {
	value, _ := p.attribute(name)
	text, _ := xmlscan.Unescape(bytes.Clone(value[:min(len(value), maxAttribute)]))
	return string(text)
}
