package xmlscan_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/xmlscan"
)

// leniencies are the errors of encoding/xml for what the scanner documents to
// accept.
var leniencies = []string{
	"invalid character entity",
	"illegal character code",
	"unescaped ]]> not in CDATA section",
	"unescaped < inside quoted string",
	"invalid XML name",
	`invalid sequence "--" not allowed in comments`,
	"expected target name after <?",
	"xml: unsupported version",
	"declared but Decoder.CharsetReader is nil",
	"invalid UTF-8",
}

// pieces hands out at most size bytes per read.
type pieces struct {
	r    io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.size)]) }

// collector writes the way through a document as lines of path and text.
type collector struct {
	path  []string
	text  strings.Builder
	lines []string
}

func (c *collector) flush() {
	if text := strings.Trim(c.text.String(), " \t\r\n"); text != "" {
		c.lines = append(c.lines, strings.Join(c.path, "/")+"="+text)
	}
	c.text.Reset()
}

func (c *collector) open(name string) {
	c.flush()
	c.path = append(c.path, name)
	c.lines = append(c.lines, strings.Join(c.path, "/"))
}

func (c *collector) attribute(name, value string) {
	c.lines = append(c.lines, strings.Join(c.path, "/")+"@"+name+"="+value)
}

func (c *collector) close() {
	c.flush()
	c.path = c.path[:len(c.path)-1]
}

// scanned walks a document with the scanner.
func scanned(r io.Reader) ([]string, error) {
	var s xmlscan.Scanner
	var c collector
	s.Reset(r)
	for {
		token, err := s.Next()
		if err != nil {
			return c.lines, err
		}
		switch token {
		case xmlscan.EOF:
			return c.lines, nil
		case xmlscan.Open:
			c.open(string(s.Name()))
			for a := s.Attributes(); ; {
				name, value, ok := a.Next()
				if !ok {
					break
				}
				value, _ = xmlscan.Unescape(bytes.Clone(value))
				c.attribute(unprefixed(string(name)), string(value))
			}
		case xmlscan.Close:
			c.close()
		case xmlscan.Text:
			text, _ := xmlscan.Unescape(s.Text())
			c.text.Write(text)
		case xmlscan.Literal:
			c.text.Write(xmlscan.Newlines(s.Text()))
		}
	}
}

// unprefixed returns the part of a name that encoding/xml calls local.
func unprefixed(name string) string {
	if prefix, rest, ok := strings.Cut(name, ":"); ok && prefix != "" && rest != "" {
		return rest
	}
	return name
}

// reference walks a document with encoding/xml.
func reference(doc []byte) ([]string, error) {
	var c collector
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return c.lines, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			c.open(token.Name.Local)
			for _, a := range token.Attr {
				c.attribute(a.Name.Local, a.Value)
			}
		case xml.EndElement:
			c.close()
		case xml.CharData:
			c.text.Write(token)
		}
	}
}

// wholeTexts returns the text of each element with all elements inside it, by
// Flatten over the kept bytes of the whole document.
func wholeTexts(doc []byte) (got, want []string, err error) {
	var s xmlscan.Scanner
	s.Reset(bytes.NewReader(doc))
	s.Mark()
	var starts []int
	var texts []*strings.Builder
	for {
		token, err := s.Next()
		if err != nil {
			return nil, nil, err
		}
		switch token {
		case xmlscan.EOF:
			return got, want, nil
		case xmlscan.Open:
			starts = append(starts, s.Here())
			texts = append(texts, new(strings.Builder))
		case xmlscan.Text, xmlscan.Literal:
			text := bytes.Clone(s.Text())
			if token == xmlscan.Text {
				text, _ = xmlscan.Unescape(text)
			} else {
				text = xmlscan.Newlines(text)
			}
			for _, b := range texts {
				b.Write(text)
			}
		case xmlscan.Close:
			last := len(starts) - 1
			text, _ := xmlscan.Flatten(bytes.Clone(s.Kept(starts[last], max(starts[last], s.Before()))))
			got, want = append(got, string(text)), append(want, texts[last].String())
			starts, texts = starts[:last], texts[:last]
		}
	}
}

// comparable reports whether encoding/xml and the scanner mean the same by a
// document that both accept: references longer than the scanner reads, and those
// to surrogates, differ.
func comparable(doc []byte, lines []string) bool {
	for rest := doc; ; {
		i := bytes.Index(rest, []byte("&#"))
		if i < 0 {
			return !strings.Contains(strings.Join(lines, ""), "\uFFFD")
		}
		rest = rest[i+2:]
		if end := bytes.IndexByte(rest, ';'); end > 28 {
			return false
		}
	}
}

// FuzzScan holds the scanner to encoding/xml, and to itself whatever the size of
// the blocks that the document comes in.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`<a/>`, `<a><b>1</b><b> 2 </b><c/></a>`, `<?xml version="1.0" encoding="utf-8"?><a x="1" y='>'>é</a>`,
		`<a>1 &lt; 2 &amp;&#65;&#x1EC7; & b &x;</a>`, `<a><![CDATA[x]]y]]]><![CDATA[]]>z<!-- - -->q<?p i?></a>`,
		"<a>1\r\n2\r3<![CDATA[\r\n]]></a>\r\n", `<p:a xmlns:p="u"><p:b>x</p:b></p:a>`, `<a></b>`, `<a><b></a></b>`,
		`<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>`, `<a`, `<a>`, `x<a/>`, `<a/>x`, `<a/><b/>`, `<a>]]></a>`, ``,
		`<a b="<"/>`, `<a  b = '"' c:d="&lt;&#13;" xmlns:c="u"/>`, `<a b=""c=""/>`, "<a\n:x='1\r\n2'\ty=\"\"></a>", `<a><!-- -- --></a>`, `<a:b:c/>`, `<a>&#0;&#xD800;</a>`, `<a></a >`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		lines, err := scanned(bytes.NewReader(doc))
		for _, size := range []int{1, 7} {
			again, failed := scanned(pieces{bytes.NewReader(doc), size})
			if (err == nil) != (failed == nil) || !cmp.Equal(lines, again) {
				t.Fatalf("blocks of %d: %v, %v; whole: %v, %v", size, again, failed, lines, err)
			}
		}
		if err != nil {
			var syntax *xmlscan.Error
			if !errors.As(err, &syntax) {
				t.Fatalf("error is no *Error: %v", err)
			}
			return
		}
		got, want, err := wholeTexts(doc)
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("flattened %q, in pieces %q, %v", got, want, err)
		}
		agrees(t, doc, lines)
	})
}

// agrees compares an accepted document with what encoding/xml makes of it.
func agrees(t *testing.T, doc []byte, lines []string) {
	t.Helper()
	if !utf8.Valid(doc) {
		return
	}
	expected, err := reference(doc)
	if err != nil {
		for _, known := range leniencies {
			if strings.Contains(err.Error(), known) {
				return
			}
		}
		t.Fatalf("accepted beyond the documented leniencies: %v", err)
	}
	if comparable(doc, expected) && !cmp.Equal(expected, lines) {
		t.Fatalf("encoding/xml %q, scanner %q", expected, lines)
	}
}
