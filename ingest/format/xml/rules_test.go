package xml_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"thidua/ingest/format"
	"thidua/ingest/format/xml"
	"thidua/ingest/path"
	"thidua/transform/record"
)

// utf16 encodes text with a byte order mark.
func utf16(t *testing.T, order unicode.Endianness, text string) string {
	t.Helper()
	out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestInspect holds the frame to its rules. Dossiers are the elements DATA/BODY/R.
func TestInspect(t *testing.T) {
	const good = `<?xml version="1.0" encoding="utf-8"?><DATA><H><M>1</M></H><BODY><R><A>x</A></R><R/></BODY></DATA>`
	wide := strings.Repeat("<M>1</M>", 3) + strings.Repeat("0", 1000)
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		"good":                      {good, "dossiers 2\nH.M \"1\"\n"},
		"no dossier":                {"<DATA><BODY/></DATA>", "dossiers 0\nnote no_dossier  1\n"},
		"empty":                     {"", "refused empty after 0: Tệp rỗng."},
		"blank":                     {"\xEF\xBB\xBF \r\n", "refused empty after 0"},
		"another format":            {`{"a":1}`, "refused malformed after 0: Tệp không đúng cú pháp XML (dòng 1:1)."},
		"another root":              {"<HTML></HTML>", "refused other_root after 0: Phần tử gốc của tệp không phải DATA, DULIEU. / The root element of the file is not DATA, DULIEU.\n"},
		"root in another case":      {"<x:data xmlns:x='u'><body><r/></body></x:data>", "dossiers 1\n"},
		"the other root":            {"<DULIEU/>", "dossiers 0\n"},
		"truncated":                 {good[:len(good)-9], "refused truncated after 2"},
		"truncated in a dossier":    {good[:len(good)-30], "refused truncated after 1"},
		"truncated in a section":    {"<DATA><![CDATA[x", "refused truncated after 0"},
		"malformed":                 {"<DATA>\n <A></B></DATA>", "refused malformed after 0: Tệp không đúng cú pháp XML (dòng 2:5)."},
		"malformed in a dossier":    {"<DATA><BODY><R><A></R></BODY></DATA>", "refused malformed after 1"},
		"two roots":                 {good + "<DATA/>", "refused malformed after 2"},
		"text behind":               {good + "x", "refused malformed after 2"},
		"document type":             {`<!DOCTYPE x [<!ENTITY e "x">]>` + good, "refused dtd_refused after 0"},
		"entity inside":             {`<DATA><!ENTITY e "x"></DATA>`, "refused dtd_refused after 0"},
		"nested too deep":           {"<DATA>" + strings.Repeat("<a>", 100), "refused malformed after 0"},
		"utf-16":                    {utf16(t, unicode.LittleEndian, strings.Replace(good, "utf-8", "UTF-16", 1)), "dossiers 2\nH.M \"1\"\n"},
		"utf-16, other end":         {utf16(t, unicode.BigEndian, strings.Replace(good, "utf-8", "utf-16", 1)), "dossiers 2\nH.M \"1\"\n"},
		"utf-16 undeclared":         {utf16(t, unicode.LittleEndian, "<DATA/>"), "refused encoding_undeclared after 0"},
		"utf-16 without mark":       {utf16(t, unicode.LittleEndian, good)[2:], "refused encoding_undeclared after 0"},
		"encoding unknown":          {strings.Replace(good, "utf-8", "x-vni", 1), "refused encoding_unknown after 0"},
		"fields behind":             {"<DATA><BODY><R/></BODY><S><M><![CDATA[ 1]]>2</M></S></DATA>", "dossiers 1\nS.M \"12\"\n"},
		"fields beside":             {"<DATA><BODY><N>1</N><R><N>2</N></R>x<N>3</N></BODY></DATA>", "dossiers 1\nBODY.N \"1\"\n"},
		"first that is not blank":   {"<DATA><N> </N><N>2</N><N>3</N></DATA>", "dossiers 0\nN \"2\"\n"},
		"an element with elements":  {"<DATA><N>1<M>2</M>3</N></DATA>", "dossiers 0\nN.M \"2\"\n"},
		"a name with a point":       {"<DATA><H><a.b>1</a.b></H></DATA>", "dossiers 0\nH.\"a.b\" \"1\"\n"},
		"field not UTF-8":           {"<DATA><M>\xE9</M></DATA>", "refused not_utf8 after 0"},
		"dossier not UTF-8":         {"<DATA><BODY><R><A>\xE9</A></R></BODY></DATA>", "dossiers 1\n"},
		"field too long":            {"<DATA><M>" + strings.Repeat("0", 1001) + "</M><N>1</N></DATA>", "dossiers 0\nN \"1\"\nnote no_dossier  1\nnote envelope_cut  1\n"},
		"field too long in pieces":  {"<DATA><M>" + strings.Repeat("0", 999) + "<!-- -->00<!-- -->0</M></DATA>", "dossiers 0\nnote no_dossier  1\nnote envelope_cut  1\n"},
		"field as long as may be":   {"<DATA><N>  " + strings.Repeat("0", 1000) + "</N></DATA>", "dossiers 0\nN \"0000"},
		"path too long":             {"<DATA><" + strings.Repeat("N", 1001) + ">1</" + strings.Repeat("N", 1001) + "></DATA>", "dossiers 0\nnote no_dossier  1\nnote envelope_cut  1\n"},
		"too much outside dossiers": {"<DATA><BODY><N>" + wide + "</N></BODY></DATA>", "refused too_large after 0: Phần nằm ngoài các hồ sơ, hoặc một thẻ của tệp, quá lớn. /"},
	} {
		t.Run(name, func(t *testing.T) {
			f := made(t, xml.Config{Root: xml.Names{"DATA", "DULIEU"}, Records: "BODY.R", RecordBytes: 1000})
			layout := layoutOf([]string{"A", "^N"}, "", nil)
			for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
				if got := inspected(t, f, layout, wrap(strings.NewReader(c.content))); !strings.HasPrefix(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

// TestEnvelopeIsBounded holds that an envelope takes no more than 64 fields.
func TestEnvelopeIsBounded(t *testing.T) {
	var doc strings.Builder
	doc.WriteString("<DATA>")
	for i := range 70 {
		fmt.Fprintf(&doc, "<F%d>1</F%d>", i, i)
	}
	doc.WriteString("<F1>2</F1></DATA>")
	frame, err := made(t, xml.Config{Records: "R"}).Inspect(context.Background(), strings.NewReader(doc.String()), record.Layout{})
	if err != nil || len(frame.Envelope) != 64 || frame.Envelope["F63"] != "1" || len(frame.Notes) != 2 || frame.Notes[1].Count != 6 {
		t.Errorf("%d fields, notes %v, %v", len(frame.Envelope), frame.Notes, err)
	}
}

// TestFields holds the fields of a dossier DATA/BODY/R and of its lines, the
// elements L or P/L, to their rules. What the layout names is in fields and lines.
func TestFields(t *testing.T) {
	one := func(lines ...string) string { return "dossier 1\n  record 1\n" + strings.Join(lines, "") + "  end\n" }
	in := func(inside string) string { return "<DATA><BODY><R>" + inside + "</R></BODY></DATA>" }
	for name, c := range map[string]struct {
		content       string
		fields, lines string
		want          string
	}{
		"text":                     {in("<A> x <B>y</B> z </A>"), "A A.B", "", one("    A \"x  z\"\n    A.B \"y\"\n")},
		"blank":                    {in("<A> \u00A0\t</A><B/><C><![CDATA[ ]]></C>"), "A B C D", "", one()},
		"references":               {in("<A>&lt;&#65;&#x1EC7;&amp;amp;</A>"), "A", "", one("    A \"<Aệ&amp;\"\n")},
		"sections":                 {in("<A>a<![CDATA[<b>&amp;]]]]><![CDATA[>]]>c</A>"), "A", "", one("    A \"a<b>&amp;]]>c\"\n")},
		"comments":                 {in("<A>a<!-- <A>x</A> --><?x y?>b</A>"), "A", "", one("    A \"ab\"\n")},
		"line ends":                {in("<A>a\r\nb\rc</A>"), "A", "", one("    A \"a\\nb\\nc\"\n")},
		"bare ampersand":           {in("<A>a & b &khong; c</A><B>&</B>"), "A", "", one("    A \"a & b &khong; c\"\n") + "note bare_ampersand BODY.R.A 2\n"},
		"first of several":         {in("<A>1</A><A>2</A><A>3</A>"), "A", "", one("    A \"1\"\n") + "note duplicate_element BODY.R.A 2\n"},
		"every one":                {in("<A>1</A><A/><A>3</A>"), "A[*]", "", one("    A[*] \"1;3\"\n")},
		"first and every one":      {in("<A>1</A><A>3</A>"), "A A[*]", "", one("    A \"1\"\n    A[*] \"1;3\"\n")},
		"every one on the way":     {in("<A><B>1</B><B>x</B></A><A/><A><B>2</B></A>"), "A[*].B", "", one("    A[*].B \"1;2\"\n") + "note duplicate_element BODY.R.A.B 1\n"},
		"every one twice":          {in("<A><B>1</B><B>2</B></A><A><B>3</B></A>"), "A[*].B[*] A.B[*]", "", one("    A[*].B[*] \"1;2;3\"\n    A.B[*] \"1;2\"\n")},
		"first has it not":         {in("<A/><A><B>1</B></A>"), "A.B", "", one() + "note duplicate_element BODY.R.A 1\n"},
		"exact before other case":  {in("<a>1</a><A>2</A>"), "A a", "", one("    A \"2\"\n    a \"1\"\n")},
		"other case where alone":   {in("<Aa>1</Aa><aA>2</aA>"), "AA", "", one("    AA \"1\"\n") + "note duplicate_element BODY.R.AA 1\n"},
		"every one in exact case":  {in("<a>1</a><A>2</A><A>3</A><a>4</a>"), "A[*]", "", one("    A[*] \"2;3\"\n")},
		"every one in other case":  {in("<a>1</a><a>2</a>"), "A[*]", "", one("    A[*] \"1;2\"\n")},
		"case beyond ASCII":        {in("<đơn>1</đơn>"), "ĐƠN", "", one("    ĐƠN \"1\"\n")},
		"prefixes":                 {in("<x:A xmlns:x='u'><y:B>1</y:B></x:A>"), "A.B", "", one("    A.B \"1\"\n")},
		"quoted name":              {in("<A.B>1</A.B>"), `"A.B"`, "", one("    \"A.B\" \"1\"\n")},
		"own text":                 {"<DATA><BODY><R> a<A>b</A>c</R></BODY></DATA>", "@ @line", "", one("    @ \"ac\"\n    @line \"1\"\n")},
		"further out":              {"<DATA><H><S>1</S></H><N>2</N><BODY><M>3</M><R><A/></R><M>4</M></BODY><H><S>5</S></H></DATA>", "^^H.S ^^N ^M", "", one("    ^^H.S \"1\"\n    ^^N \"2\"\n    ^M \"3\"\n") + "note duplicate_element BODY.M 1\nnote duplicate_element H 1\n"},
		"around, another one":      {"<DATA><BODY><M>1</M></BODY><BODY><M>2</M><R/></BODY></DATA>", "^M ^^BODY.M", "", one("    ^M \"2\"\n    ^^BODY.M \"2\"\n")},
		"around, one after other":  {"<DATA>" + strings.Repeat("<BODY><M>0123456789</M></BODY>", 50) + "<BODY><R/></BODY></DATA>", "^M", "", one()},
		"behind the dossier":       {"<DATA><BODY><R/><M>4</M></BODY><N>2</N></DATA>", "^^N ^M", "", one()},
		"around, not ended":        {"<DATA>x<BODY>y<R/></BODY></DATA>", "^@ ^^@", "", one()},
		"not a dossier":            {"<DATA><R>1</R><BODY><X><R>2</R></X></BODY></DATA>", "@", "", ""},
		"dossier in a dossier":     {in("<BODY><R><A>2</A></R></BODY><A>1</A>"), "A", "", one("    A \"1\"\n")},
		"dossier in another case":  {"<DATA><body><r><A>1</A></r></body></DATA>", "A", "", one("    A \"1\"\n")},
		"no lines":                 {in("<P/>"), "A", "A", one()},
		"lines":                    {in("<L><A>1</A></L><L/><l><A>3</A></l>"), "L.A", "A @line", one("    L.A \"1\"\n", "  line 1\n    A \"1\"\n    @line \"1\"\n  line 2\n    @line \"2\"\n  line 3\n    A \"3\"\n    @line \"3\"\n")},
		"lines of the other path":  {in("<P><L>1</L><L>2</L></P><P><L>3</L></P>"), "A", "@", one("  line 1\n    @ \"1\"\n  line 2\n    @ \"2\"\n  line 3\n    @ \"3\"\n")},
		"lines of the first path":  {in("<P><L>1</L></P><L>2</L>"), "A", "@", one("  line 1\n    @ \"2\"\n")},
		"lines see the dossier":    {"<DATA><N>1</N><BODY><R><L/><A>2</A></R></BODY></DATA>", "A", "^A ^^^N ^@", one("    A \"2\"\n", "  line 1\n    ^A \"2\"\n    ^^^N \"1\"\n")},
		"lines out of reach":       {in("<L><A>1</A></L>"), "A", "A ^^^^A", one("  line 1\n    A \"1\"\n")},
		"other path sees further":  {"<DATA><N>1</N><BODY><R><P><L/></P></R></BODY></DATA>", "A", "^^^^N", one("  line 1\n    ^^^^N \"1\"\n")},
		"not UTF-8":                {in("<A>\xE9</A><L>1</L>"), "A", "@", "dossier 1\n  fault record kind 0 line 0 not_utf8: The dossier holds bytes that are not UTF-8, and the file declares no other encoding.\n  end\n"},
		"not UTF-8 where not read": {in("<A>1</A><B>\xE9</B>"), "A", "", one("    A \"1\"\n")},
		"too large": {
			"<DATA><BODY><R><A>" + strings.Repeat("0", 1000) + "</A></R><R><B>" + strings.Repeat("0", 5000) + "</B><A>1</A></R></BODY></DATA>", "A", "",
			"dossier 1\n  fault record kind 0 line 0 too_large: What is read of the dossier is more than record_bytes allows.\n  end\ndossier 2\n  record 1\n    A \"1\"\n  end\n",
		},
		"too many": {
			"<DATA><BODY><R>" + strings.Repeat("<L/>", 30) + "</R><R><L>1</L></R></BODY></DATA>", "A", "@",
			"dossier 1\n  fault record kind 0 line 0 too_large: What is read of the dossier is more than record_bytes allows.\n  end\ndossier 2\n  record 1\n  line 1\n    @ \"1\"\n  end\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := made(t, xml.Config{Records: "BODY.R", Lines: map[string][]string{"line": {"L", "P.L"}}, RecordBytes: 1000})
			layout := layoutOf(strings.Fields(c.fields), "line", strings.Fields(c.lines))
			for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
				if diff := cmp.Diff(c.want, decoded(t, f, layout, wrap(strings.NewReader(c.content)))); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			}
		})
	}
}

// TestCharsets holds that a dossier reads the same whatever it is encoded in.
func TestCharsets(t *testing.T) {
	const text = "<R><A>Ngh\u00E9 \u00E0</A></R>"
	declare := func(encoding string) string { return `<?xml version="1.0" encoding='` + encoding + `' ?>` + text }
	latin, err := charmap.Windows1258.NewEncoder().String(declare("Windows-1258"))
	if err != nil {
		t.Fatal(err)
	}
	const mismatch = "note encoding_mismatch  1\n"
	for name, c := range map[string]struct{ content, want string }{
		"no declaration":       {text, ""},
		"byte order mark":      {"\xEF\xBB\xBF" + declare("UTF-8"), ""},
		"upper case":           {declare("UTF8"), ""},
		"declared without":     {`<?xml version="1.0"?>` + text, ""},
		"windows-1258":         {latin, ""},
		"utf-16":               {utf16(t, unicode.BigEndian, declare("utf-16")), ""},
		"utf-16 only declared": {declare("UTF-16LE"), mismatch},
	} {
		t.Run(name, func(t *testing.T) {
			want := "dossier 1\n  record 1\n    A \"Nghé à\"\n  end\n" + c.want
			if got := decoded(t, made(t, xml.Config{}), layoutOf([]string{"A"}, "", nil), strings.NewReader(c.content)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestVisitor holds that a dossier that is not wanted is passed over, and that the
// errors of the visitor, of the reader and of the context come back as they are.
func TestVisitor(t *testing.T) {
	const doc = "<D><R><A>1</A></R><R><A>2</A></R><R><A>3</A></R></D>"
	f, layout := made(t, xml.Config{Records: "R"}), layoutOf([]string{"A"}, "", nil)
	v := &transcript{layout: layout, skip: 2}
	if err := f.Decode(context.Background(), strings.NewReader(doc), format.Frame{}, layout, v); err != nil {
		t.Fatal(err)
	}
	want := "dossier 1\n  record 1\n    A \"1\"\n  end\ndossier 2\ndossier 3\n  record 1\n    A \"3\"\n  end\n"
	if diff := cmp.Diff(want, v.text.String()); diff != "" {
		t.Error(diff)
	}
	stop := errors.New("stop")
	for name, v := range map[string]*transcript{"record": {layout: layout, fail: stop}, "begin": {layout: layout, refuse: stop}} {
		if err := f.Decode(context.Background(), strings.NewReader(doc), format.Frame{}, layout, v); !errors.Is(err, stop) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := io.MultiReader(strings.NewReader(doc[:20]), iotest.ErrReader(stop))
	if err := f.Decode(context.Background(), broken, format.Frame{}, layout, &transcript{layout: layout}); !errors.Is(err, stop) {
		t.Errorf("reader: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Inspect(ctx, strings.NewReader(doc), layout); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

// TestInspectReadsToTheEnd holds that a refused payload has been read whole, for
// whoever hashes it on the way, and that a reader's error outranks the refusal.
func TestInspectReadsToTheEnd(t *testing.T) {
	f := made(t, xml.Config{Root: xml.Names{"D"}})
	rest := strings.NewReader("<E>" + strings.Repeat(" ", 1<<20))
	if got := inspected(t, f, record.Layout{}, rest); !strings.HasPrefix(got, "refused other_root") || rest.Len() > 0 {
		t.Errorf("%s, %d bytes unread", got, rest.Len())
	}
	stop := errors.New("stop")
	broken := io.MultiReader(strings.NewReader("<E>"+strings.Repeat(" ", 1<<20)), iotest.ErrReader(stop))
	if _, err := f.Inspect(context.Background(), broken, record.Layout{}); !errors.Is(err, stop) {
		t.Errorf("error = %v", err)
	}
}

// TestLayouts holds layouts that leave the dossiers' own kind out, name it behind
// its lines, or name a field that is none.
func TestLayouts(t *testing.T) {
	const doc = "<D><L>1</L><A>2</A></D>"
	f := made(t, xml.Config{Lines: map[string][]string{"line": {"L"}}})
	layout := record.Layout{Kinds: []record.Kind{{Name: "line", Fields: []string{"@"}}, {Name: "record", Fields: []string{"A"}, Head: true}}}
	if got, want := decoded(t, f, layout, strings.NewReader(doc)), "dossier 1\n  record 1\n    A \"2\"\n  line 1\n    @ \"1\"\n  end\n"; got != want {
		t.Errorf("record behind its lines: %q", got)
	}
	layout.Kinds = layout.Kinds[:1]
	if got, want := decoded(t, f, layout, strings.NewReader(doc)), "dossier 1\n  line 1\n    @ \"1\"\n  end\n"; got != want {
		t.Errorf("no record: %q", got)
	}
	if got, want := decoded(t, f, layout, strings.NewReader("<D><L>\xE9</L></D>")), "dossier 1\n  fault record kind -1 line 0 not_utf8: "; !strings.HasPrefix(got, want) {
		t.Errorf("fault without record: %q", got)
	}
	_, err := f.Inspect(context.Background(), strings.NewReader(doc), layoutOf([]string{"A..B"}, "", nil))
	if !errors.Is(err, path.ErrPath) {
		t.Errorf("a field that is none: %v", err)
	}
}
