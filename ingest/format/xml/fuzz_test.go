package xml_test

import (
	"bytes"
	"context"
	stdxml "encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/xml"
	"thidua/ingest/path"
	"thidua/transform/record"
)

// element is an element of a document as encoding/xml reads it.
type element struct {
	name, text string
	parent     *element
	children   []*element
	// own collects the text until the element ends.
	own strings.Builder
}

// named returns the elements inside e that a step means: those of the exact name,
// else those that differ in case; the first alone unless all are asked for.
func (e *element) named(s path.Step) []*element {
	var exact, other []*element
	for _, c := range e.children {
		switch {
		case c.name == s.Name:
			exact = append(exact, c)
		case strings.EqualFold(c.name, s.Name):
			other = append(other, c)
		}
	}
	if len(exact) == 0 {
		exact = other
	}
	if !s.All && len(exact) > 1 {
		exact = exact[:1]
	}
	return exact
}

// below returns all elements at a path of names, whatever their case.
func (e *element) below(names []path.Step) []*element {
	if len(names) == 0 {
		return []*element{e}
	}
	var found []*element
	for _, c := range e.children {
		if strings.EqualFold(c.name, names[0].Name) {
			found = append(found, c.below(names[1:])...)
		}
	}
	return found
}

// value returns the text of a field of the record e.
func (e *element) value(p path.Path) string {
	for range p.Up {
		if e = e.parent; e == nil {
			return ""
		}
	}
	at := []*element{e}
	for _, s := range p.Steps {
		var next []*element
		for _, e := range at {
			next = append(next, e.named(s)...)
		}
		at = next
	}
	var texts []string
	for _, e := range at {
		if e.text != "" {
			texts = append(texts, e.text)
		}
	}
	return strings.Join(texts, ";")
}

// reading is a configuration and a layout to fuzz with.
type reading struct {
	format  *xml.Format
	layout  record.Layout
	records []path.Step
	lines   [][]path.Step
}

// parsed reads a path that is known to be one.
func parsed(text string) path.Path {
	p, _ := path.Parse(text)
	return p
}

func readings(t testing.TB) []reading {
	lines := map[string][]string{"line": {"b.c", "L"}}
	own := []string{"@", "a", "A", "a.b", "a[*].b", "b.c[*]", "b[*].c[*]", "L"}
	outer := append([]string{"^s", "^^h.s", "^^h[*].s", "^@", "^r"}, own...)
	lineFields := []string{"@", "a", "^a", "^^a", "^^^s"}
	steps := [][]path.Step{parsed("b.c").Steps, parsed("L").Steps}
	return []reading{
		{made(t, xml.Config{Lines: lines}), layoutOf(own, "line", lineFields), nil, steps},
		{made(t, xml.Config{Records: "b.r", Lines: lines}), layoutOf(outer, "line", lineFields), parsed("b.r").Steps, steps},
	}
}

// reference walks a document with encoding/xml and writes down what Decode should
// show of it.
type reference struct {
	reading
	open     *element
	dossiers int
	out      strings.Builder
}

func (r *reference) read(doc []byte) error {
	d := stdxml.NewDecoder(bytes.NewReader(doc))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case stdxml.StartElement:
			e := &element{name: token.Name.Local, parent: r.open}
			if r.open != nil {
				r.open.children = append(r.open.children, e)
			}
			r.open = e
			if around, _ := r.around(e); around == len(r.records) {
				r.dossiers++
				fmt.Fprintf(&r.out, "dossier %d\n", r.dossiers)
			}
		case stdxml.CharData:
			if r.open != nil {
				r.open.own.Write(token)
			}
		case stdxml.EndElement:
			r.end()
		}
	}
}

// around returns how many of the steps to the dossiers lead to e, -1 where it is
// not on the way.
func (r *reference) around(e *element) (int, bool) {
	var names []string
	for ; e.parent != nil; e = e.parent {
		names = append([]string{e.name}, names...)
	}
	if len(names) > len(r.records) {
		return -1, false
	}
	for i, name := range names {
		if !strings.EqualFold(name, r.records[i].Name) {
			return -1, false
		}
	}
	return len(names), true
}

// end closes the open element. Elements around dossiers, and dossiers, are seen no
// more once they have ended.
func (r *reference) end() {
	e := r.open
	e.text = strings.TrimSpace(e.own.String())
	n, on := r.around(e)
	if n == len(r.records) {
		r.show(e)
	}
	if r.open = e.parent; on && r.open != nil {
		r.open.children = r.open.children[:len(r.open.children)-1]
	}
}

// show writes down the records of a dossier.
func (r *reference) show(e *element) {
	r.record(r.layout.Kinds[0], e, 1)
	for _, steps := range r.lines {
		if found := e.below(steps); len(found) > 0 {
			for i, line := range found {
				r.record(r.layout.Kinds[1], line, i+1)
			}
			break
		}
	}
	r.out.WriteString("  end\n")
}

func (r *reference) record(k record.Kind, e *element, line int) {
	fmt.Fprintf(&r.out, "  %s %d\n", k.Name, line)
	for _, name := range k.Fields {
		if value := e.value(parsed(name)); value != "" {
			fmt.Fprintf(&r.out, "    %s %q\n", name, value)
		}
	}
}

// comparable reports whether encoding/xml and the scanner mean the same by a
// document that both accept: references longer than the scanner reads, and those
// to surrogates, differ.
func comparable(doc []byte, shown string) bool {
	for rest := doc; ; {
		i := bytes.Index(rest, []byte("&#"))
		if i < 0 {
			return utf8.Valid(doc) && !strings.Contains(shown, "\uFFFD")
		}
		rest = rest[i+2:]
		if end := bytes.IndexByte(rest, ';'); end > 28 {
			return false
		}
	}
}

// seeds are documents and pieces of them that the fuzzer starts from.
func seeds(f *testing.F) [][]byte {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	var docs [][]byte
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		docs = append(docs, content)
	}
	for _, doc := range []string{
		``, `<a/>`, `<x><a>1</a><A>2</A><a><b>3</b></a></x>`, `<x><b><c>1</c><c><a>2</a></c></b><B><c/></B><L>3</L><a>4</a></x>`,
		`<x><h><s>1</s></h><b><s>2</s><r>x<a>1 &amp; 2</a><L/></r><R><L>4</L></R></b><B>5<r/></B><h/></x>`,
		`<p:x xmlns:p="u"><p:a><![CDATA[x]]y]]]><![CDATA[]]>z<!-- - -->q<?p i?></p:a></p:x>`, `<x><a>1 & b &x;</a></x>`,
		"<x>\r\n<a> \u00A0</a>\r</x>", `<?xml version="1.0" encoding="windows-1258"?><x><a>` + "\xE9" + `</a></x>`, "\xFF\xFE<\x00", `<x><a>&#xD800;</a>`,
		"<x><b><r><a>\xE9</a></r><r/></b></x>", `<!DOCTYPE x><x/>`, `<x><b><b><r/></b></b></x>`,
	} {
		docs = append(docs, []byte(doc))
	}
	return docs
}

// FuzzDecode holds payloads to the contract, that what Inspect accepts Decode reads
// to its end with as many dossiers whatever the size of the blocks, and to
// encoding/xml, that finds the same texts at the same paths.
func FuzzDecode(f *testing.F) {
	for _, doc := range seeds(f) {
		f.Add(doc)
	}
	all := readings(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, r := range all {
			hold(t, r, doc)
		}
	})
}

// FuzzShapes is FuzzDecode over documents that are always well formed and hold the
// names that the layout asks for, however they nest.
func FuzzShapes(f *testing.F) {
	for _, shape := range []string{"", "A0B1C--", "H2-B3R4A5-L--R6--S", "bRaA-L-L--bR-bR0-", "bracbcbc", "LLLL----L1-L2-l3"} {
		f.Add([]byte(shape))
	}
	all := readings(f)
	f.Fuzz(func(t *testing.T, shape []byte) {
		doc := shaped(shape)
		for _, r := range all {
			hold(t, r, doc)
		}
	})
}

// shaped makes a document of instructions: a letter opens an element, "-" closes
// one, and everything else is a piece of content.
func shaped(shape []byte) []byte {
	contents := []string{"1", " ", "&amp;", "<![CDATA[ <x> ]]>", "<!-- x -->", "\r\n", "\u00A0", "<a/>", "ệ", "<p:b c='>'>2</p:b>"}
	const names = "aAbBcChHsSrRLl"
	doc := []byte("<x>")
	var open []byte
	for _, c := range shape {
		switch {
		case c == '-' && len(open) > 0:
			doc = append(doc, '<', '/', open[len(open)-1], '>')
			open = open[:len(open)-1]
		case strings.IndexByte(names, c) >= 0 && len(open) < 50:
			doc = append(doc, '<', c, '>')
			open = append(open, c)
		default:
			doc = append(doc, contents[int(c)%len(contents)]...)
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		doc = append(doc, '<', '/', open[i], '>')
	}
	return append(doc, "</x>"...)
}

// hold compares the passes with each other, and with encoding/xml.
func hold(t *testing.T, r reading, doc []byte) {
	t.Helper()
	ctx := context.Background()
	frame, err := r.format.Inspect(ctx, bytes.NewReader(doc), r.layout)
	var refusal *format.Refusal
	if err != nil && !errors.As(err, &refusal) {
		t.Fatalf("inspect: %v", err)
	}
	whole, small := &transcript{layout: r.layout}, &transcript{layout: r.layout}
	failed := r.format.Decode(ctx, bytes.NewReader(doc), frame, r.layout, whole)
	again := r.format.Decode(ctx, pieces{bytes.NewReader(doc), 3}, frame, r.layout, small)
	if (failed == nil) != (again == nil) {
		t.Fatalf("whole: %v, in pieces: %v", failed, again)
	}
	if diff := cmp.Diff(whole.text.String(), small.text.String()); diff != "" {
		t.Fatalf("in pieces (-whole +so):\n%s", diff)
	}
	if err != nil {
		return
	}
	if failed != nil || whole.dossiers != frame.Dossiers {
		t.Fatalf("inspect counts %d, decode %d: %v", frame.Dossiers, whole.dossiers, failed)
	}
	agrees(t, r, doc, whole.text.String())
}

// agrees compares what was shown of an accepted document with what encoding/xml
// makes of it. What encoding/xml refuses is held by the fuzz test of the scanner.
func agrees(t *testing.T, r reading, doc []byte, shown string) {
	t.Helper()
	want := reference{reading: r}
	if err := want.read(doc); err != nil || !comparable(doc, want.out.String()) {
		return
	}
	shown, _, _ = strings.Cut(shown, "note ")
	if diff := cmp.Diff(want.out.String(), shown); diff != "" {
		t.Fatalf("unlike encoding/xml (-want +got):\n%s", diff)
	}
}
