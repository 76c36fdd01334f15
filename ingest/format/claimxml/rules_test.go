package claimxml_test

import (
	"bytes"
	"context"
	"encoding/base64"
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
	"thidua/ingest/format/claimxml"
	"thidua/transform/record"
)

// utf16le encodes text with a byte order mark.
func utf16le(t *testing.T, text string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestInspect holds the frame to its rules.
func TestInspect(t *testing.T) {
	head := encoded("XML1", "<TONG_HOP/>")
	good := envelope("1", head)
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		"empty":                  {"", "refused empty after 0"},
		"blank":                  {"\xEF\xBB\xBF \r\n", "refused empty after 0"},
		"comment only":           {"<!-- x -->", "refused empty after 0"},
		"another format":         {`{"a":1}`, "refused not_a_claim_file after 0"},
		"another root":           {"<HTML></HTML>", "refused not_a_claim_file after 0"},
		"truncated":              {good[:len(good)-30], "refused truncated after 1"},
		"truncated in a section": {"<GIAMDINHHS><![CDATA[x", "refused truncated after 0"},
		"truncated in a comment": {"<GIAMDINHHS><!-- x", "refused truncated after 0"},
		"malformed":              {"<GIAMDINHHS>\n <A></B></GIAMDINHHS>", "refused malformed after 0: Tệp không đúng cú pháp XML (dòng 2:5)."},
		"two roots":              {good + good, "refused malformed after 1"},
		"text behind":            {good + "x", "refused malformed after 1"},
		"document type":          {`<!DOCTYPE x [<!ENTITY e "x">]>` + good, "refused dtd_refused after 0"},
		"entity inside":          {`<GIAMDINHHS><!ENTITY e "x"></GIAMDINHHS>`, "refused dtd_refused after 0"},
		"document type inline":   {envelope("1", part("XML1", "<!DOCTYPE x><TONG_HOP/>")), "refused dtd_refused after 1"},
		"nested too deep":        {"<GIAMDINHHS>" + strings.Repeat("<a>", 100), "refused malformed after 0"},
		"fewer dossiers":         {envelope("3", head), "refused dossiers_missing after 1: Tệp khai 3 hồ sơ nhưng chỉ có 1."},
		"more dossiers":          {envelope("1", head, head, head), "dossiers 3\nMACSKCB \"79999\"\nNGAYLAP \"20261010\"\nSOLUONGHOSO \"1\"\nnote dossiers_more_than_declared SOLUONGHOSO 2\n"},
		"count unreadable":       {envelope("một", head), "dossiers 1\nMACSKCB \"79999\"\nNGAYLAP \"20261010\"\nSOLUONGHOSO \"một\"\nnote dossier_count_unreadable SOLUONGHOSO 1\n"},
		"no dossier":             {envelope("0"), "dossiers 0\n"},
		"field not UTF-8":        {"<GIAMDINHHS><MACSKCB>\xE9</MACSKCB></GIAMDINHHS>", "refused not_utf8 after 0"},
		"fields behind dossiers": {"<GIAMDINHHS><HOSO/><NGAYLAP><![CDATA[2026]]>1010</NGAYLAP><MACSKCB> 7&#57;999 </MACSKCB></GIAMDINHHS>", "dossiers 1\nMACSKCB \"79999\"\nNGAYLAP \"20261010\"\n"},
		"fields in a dossier":    {"<GIAMDINHHS><HOSO><MACSKCB>1</MACSKCB></HOSO></GIAMDINHHS>", "dossiers 1\n"},
		"prefixes":               {`<g:GIAMDINHHS xmlns:g="u"><g:HOSO a="1"/><g:NGAYLAP>1</g:NGAYLAP></g:GIAMDINHHS>`, "dossiers 1\nNGAYLAP \"1\"\n"},
		"signed":                 {"<GIAMDINHHS><HOSO/><CHUKYDONVI><ds:Signature><HOSO/></ds:Signature></CHUKYDONVI></GIAMDINHHS>", "dossiers 1\n@signed \"1\"\n"},
		"signed beside":          {"<GIAMDINHHS><HOSO/><Signature/></GIAMDINHHS>", "dossiers 1\n@signed \"1\"\n"},
		"not signed":             {"<GIAMDINHHS><HOSO/><CHUKYDONVI> </CHUKYDONVI></GIAMDINHHS>", "dossiers 1\n"},
		"utf-16 undeclared":      {utf16le(t, "<GIAMDINHHS/>"), "refused encoding_undeclared after 0"},
		"utf-16 without mark":    {utf16le(t, good)[2:], "refused encoding_undeclared after 0"},
		"utf-16":                 {utf16le(t, strings.Replace(good, "utf-8", "UTF-16", 1)), "dossiers 1\nMACSKCB"},
		"encoding unknown":       {strings.Replace(good, "utf-8", "x-vni", 1), "refused encoding_unknown after 0"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
				if got := inspected(t, wrap(strings.NewReader(c.content))); !strings.HasPrefix(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

// TestParts holds what is read of a dossier to its rules. The dossier is written
// with its parts; HO_TEN and DIA_CHI of XML1, STT of XML2 and @layout are wanted.
func TestParts(t *testing.T) {
	layout := everything(claimxml.New())
	one := func(inner string) string { return "  XML1 1\n    HO_TEN " + inner + "\n    @layout \"130\"\n" }
	const head = "<TONG_HOP><HO_TEN>A</HO_TEN></TONG_HOP>"
	for name, c := range map[string]struct {
		parts string
		want  string
	}{
		"base64":                  {encoded("XML1", head), one(`"A"`)},
		"base64 wrapped":          {part("XML1", "\r\n PFRPTkdf\r\n\tSE9QPjxI T19URU4+QTwvSE9fVEVO PjwvVE9OR19IT1A+\r\n "), one(`"A"`)},
		"base64 escaped wrap":     {part("XML1", "PFRPTkdf&#13;\nSE9QPjxIT19URU4+QTwvSE9fVEVOPjwvVE9OR19IT1A+"), one(`"A"`)},
		"base64 in a section":     {part("XML1", "<![CDATA["+base64.StdEncoding.EncodeToString([]byte(head))+"]]>"), one(`"A"`)},
		"elements":                {part("XML1", head), one(`"A"`)},
		"elements prefixed":       {part("XML1", `<x:TONG_HOP xmlns:x="u"><x:HO_TEN x:a='1'>A</x:HO_TEN></x:TONG_HOP>`), one(`"A"`)},
		"xml in a section":        {part("XML1", "<![CDATA[<?xml version='1.0' encoding='utf-16'?>"+head+"]]>"), one(`"A"`)},
		"xml escaped":             {part("XML1", " &lt;TONG_HOP&gt;&lt;HO_TEN&gt;A &amp;amp; B&lt;/HO_TEN&gt;&lt;/TONG_HOP>"), one(`"A & B"`)},
		"byte order mark":         {encoded("XML1", "\xEF\xBB\xBF"+head) + part("XML1", "\uFEFF&lt;TONG_HOP/>"), one(`"A"`) + "  XML1 1\n    @layout \"130\"\n"},
		"label behind":            {"<FILEHOSO><NOIDUNGFILE>" + head + "</NOIDUNGFILE><LOAIHOSO>XML1</LOAIHOSO></FILEHOSO>", one(`"A"`)},
		"label behind is wrong":   {encoded("XML1", head) + "<FILEHOSO><NOIDUNGFILE>" + head + "</NOIDUNGFILE><LOAIHOSO>XML2</LOAIHOSO></FILEHOSO>", one(`"A"`) + one(`"A"`) + "  fault XML2 kind 2 line 1 part_root: "},
		"no label":                {"<FILEHOSO><NOIDUNGFILE>" + head + "</NOIDUNGFILE></FILEHOSO>", one(`"A"`) + "  end\nnote label_missing XML1 1\n"},
		"no label nor content":    {encoded("XML1", head) + "<FILEHOSO/>", one(`"A"`) + "  end\nnote unknown_part  1\n"},
		"label with spaces":       {encoded(" xml1\u00A0\u200B", head), one(`"A"`)},
		"parts twice":             {encoded("XML1", head) + encoded("XML1", head), one(`"A"`) + one(`"A"`)},
		"other order":             {encoded("XML7", "<CHI_TIEU_DU_LIEU_GIAY_RA_VIEN/>") + encoded("XML1", head), "  XML7 1\n" + one(`"A"`)},
		"label with a value":      {encoded("XML1", head) + encoded("NGUYEN VAN A", "<X/>") + encoded("079085000011", "<X/>") + encoded("XML079085000011", "<X/>"), one(`"A"`) + "  end\nnote unknown_part ? 3\n"},
		"name with a number":      {encoded("XML1", "<TONG_HOP><HO_TEN>A</HO_TEN><BN079085000011>1</BN079085000011></TONG_HOP>"), one(`"A"`) + "  end\nnote unknown_element XML1/? 1\n"},
		"unknown part":            {encoded("XML1", head) + encoded("XML16", "<X/>") + part("NGUYEN VAN&#xA0;Ậ", "?"), one(`"A"`) + "  end\nnote unknown_part XML16 1\nnote unknown_part ? 1\n"},
		"part empty":              {encoded("XML1", head) + part("XML2", " \n "), one(`"A"`) + "  end\nnote part_empty XML2 1\n"},
		"no summary":              {encoded("XML7", "<CHI_TIEU_DU_LIEU_GIAY_RA_VIEN/>"), "  XML7 1\n  fault XML1 kind 1 line 0 head_missing: Part XML1: the dossier lacks this summary part.\n  end\n"},
		"nothing":                 {"", "  fault XML1 kind 1 line 0 head_missing: "},
		"summary broken":          {part("XML1", "!"), "  fault XML1 kind 1 line 0 part_base64: Part XML1: its base64 is broken.\n  end\n"},
		"summary without content": {part("XML1", ""), "  fault XML1 kind 1 line 0 head_missing: "},
		"base64 cut":              {encoded("XML1", head) + part("XML2", "PENI"), one(`"A"`) + "  fault XML2 kind 2 line 0 part_malformed: "},
		"base64 cut in a group":   {encoded("XML1", head) + part("XML2", "PENIa"), one(`"A"`) + "  fault XML2 kind 2 line 0 part_base64: "},
		"base64 behind padding":   {encoded("XML1", head) + part("XML2", "PENIVA==PENI"), one(`"A"`) + "  fault XML2 kind 2 line 0 part_base64: "},
		"root wrong":              {encoded("XML1", head) + encoded("XML2", head), one(`"A"`) + "  fault XML2 kind 2 line 0 part_root: "},
		"root wrong inline":       {encoded("XML1", head) + part("XML2", head), one(`"A"`) + "  fault XML2 kind 2 line 0 part_root: "},
		"text beside elements":    {encoded("XML1", head) + part("XML2", "<CHI_TIET_THUOC><STT>1</STT></CHI_TIET_THUOC>x"), one(`"A"`) + "  XML2 1\n    STT \"1\"\n  fault XML2 kind 2 line 1 part_malformed: "},
		"element in base64":       {encoded("XML1", head) + part("XML2", "PENI<b/>"), one(`"A"`) + "  fault XML2 kind 2 line 0 part_malformed: "},
		"doctype in a part":       {encoded("XML1", head) + encoded("XML2", "<!DOCTYPE a [<!ENTITY e 'x'>]><CHI_TIET_THUOC/>"), one(`"A"`) + "  fault XML2 kind 2 line 0 dtd_refused: "},
		"malformed after a record": {
			encoded("XML1", head) + encoded("XML2", "<DSACH_CHI_TIET_THUOC><CHI_TIET_THUOC><STT>1</STT></CHI_TIET_THUOC><CHI_TIET_THUOC><STT>2</SST>"),
			one(`"A"`) + "  XML2 1\n    STT \"1\"\n  fault XML2 kind 2 line 2 part_malformed: Part XML2, record 2: its content is not well-formed XML.\n  end\n",
		},
		"not UTF-8 after a record": {
			encoded("XML1", head) + encoded("XML2", "<DSACH_CHI_TIET_THUOC><CHI_TIET_THUOC><STT>1</STT></CHI_TIET_THUOC><CHI_TIET_THUOC><STT>\xE9</STT></CHI_TIET_THUOC>"),
			one(`"A"`) + "  XML2 1\n    STT \"1\"\n  fault XML2 kind 2 line 2 not_utf8: ",
		},
		"not UTF-8 inline":      {part("XML1", "<TONG_HOP><HO_TEN>\xE9</HO_TEN></TONG_HOP>"), "  fault XML1 kind 1 line 1 not_utf8: "},
		"utf-16 in a part":      {encoded("XML1", utf16le(t, "<?xml version='1.0' encoding='UTF-16'?><TONG_HOP><HO_TEN>Ậ</HO_TEN></TONG_HOP>")), one(`"Ậ"`)},
		"utf-16 undeclared":     {encoded("XML1", utf16le(t, head)), "  fault XML1 kind 1 line 0 encoding_undeclared: "},
		"utf-16 only declared":  {encoded("XML1", "<?xml version='1.0' encoding=\"utf-16\"?>"+head), one(`"A"`) + "  end\nnote encoding_mismatch XML1 1\n"},
		"encoding unknown":      {encoded("XML1", "<?xml version='1.0' encoding='x-vni'?>"+head), "  fault XML1 kind 1 line 0 encoding_unknown: "},
		"list without wrapper":  {encoded("XML1", head) + encoded("XML2", "<DSACH_CHI_TIET_THUOC><CHI_TIET_THUOC/></DSACH_CHI_TIET_THUOC>"), one(`"A"`) + "  XML2 1\n  end\n"},
		"items without list":    {encoded("XML1", head) + encoded("XML2", "<CHITIEU_CHITIET_THUOC><CHI_TIET_THUOC/><STT/><A><CHI_TIET_THUOC/></A></CHITIEU_CHITIET_THUOC>"), one(`"A"`) + "  XML2 1\n  XML2 2\n  end\nnote unknown_element XML2/A 1\n"},
		"layout 4210":           {encoded("XML1", "<TONG_HOP><MA_BENH/></TONG_HOP>"), "  XML1 1\n    @layout \"4210\"\n"},
		"layout 3176":           {encoded("XML1", head) + encoded("XML13", "<CHI_TIEU_GIAYCHUYENTUYEN><MA_CSKCB_DEN/></CHI_TIEU_GIAYCHUYENTUYEN>"), one(`"A"`) + "  XML13 1\n    @layout \"3176\"\n"},
		"several documents":     {part("XML1", head+head), one(`"A"`) + "  XML1 2\n    HO_TEN \"A\"\n    @layout \"130\"\n  end\n"},
		"summary in a check-in": {encoded("XML1", head) + part("XML0", "<TRANG_THAI_KCB><STT>1</STT></TRANG_THAI_KCB>"), one(`"A"`) + "  XML0 1\n    STT \"1\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			content := envelope("1", c.parts)
			if got := inspected(t, strings.NewReader(content)); !strings.HasPrefix(got, "dossiers 1\n") {
				t.Fatalf("inspected: %s", got)
			}
			for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
				if got := decoded(t, layout, wrap(strings.NewReader(content))); !strings.HasPrefix(got, "dossier 1\n"+c.want) {
					t.Errorf("got\n%s, want\n%s", got, c.want)
				}
			}
		})
	}
}

// TestValues holds the text of a field to its rules.
func TestValues(t *testing.T) {
	for name, c := range map[string]struct {
		inner string
		want  string
	}{
		"plain":                {"<HO_TEN>A B</HO_TEN>", `HO_TEN "A B"`},
		"trimmed":              {"<HO_TEN>\r\n\t A B&#32;\n</HO_TEN>", `HO_TEN "A B"`},
		"other space stays":    {"<HO_TEN>\u00A0A</HO_TEN>", `HO_TEN "\u00a0A"`},
		"blank":                {"<HO_TEN> \n </HO_TEN><DIA_CHI/><MA_BN></MA_BN>", ""},
		"blank section":        {"<HO_TEN><![CDATA[ ]]></HO_TEN>", ""},
		"sections":             {"<HO_TEN>A<![CDATA[<B> & ]]]]>x<![CDATA[>]]></HO_TEN>", `HO_TEN "A<B> & ]]x>"`},
		"references":           {"<HO_TEN>&lt;&gt;&amp;&apos;&quot;&#65;&#x1EC7;</HO_TEN>", `HO_TEN "<>&'\"Aệ"`},
		"line ends":            {"<HO_TEN>A\r\nB\rC</HO_TEN>", `HO_TEN "A\nB\nC"`},
		"comment inside":       {"<HO_TEN>A<!-- > -->B<?x > ?>C</HO_TEN>", `HO_TEN "ABC"`},
		"bare ampersand":       {"<HO_TEN>A & B &x; &#0; &#xD800;</HO_TEN>", `HO_TEN "A & B &x; &#0; &#xD800;"` + "|note bare_ampersand XML1/HO_TEN 4"},
		"attributes":           {"<HO_TEN a='1' b = \">\">A</HO_TEN>", `HO_TEN "A"`},
		"closed with space":    {"<HO_TEN>A</HO_TEN >", `HO_TEN "A"`},
		"duplicate":            {"<HO_TEN/><HO_TEN>A</HO_TEN><HO_TEN>B</HO_TEN>", `HO_TEN "A"` + "|note duplicate_element XML1/HO_TEN 2"},
		"element in a field":   {"<HO_TEN>A<b c='>'>B</b></HO_TEN>", `HO_TEN "AB"` + "|note unknown_element XML1/b 1"},
		"unknown element":      {"<TAI_LIEU><HO_TEN>A</HO_TEN></TAI_LIEU><TAI_LIEU/>", "|note unknown_element XML1/TAI_LIEU 2"},
		"unknown, unnamed":     {"<Ậ/>", "|note unknown_element XML1/? 1"},
		"signature":            {"<CHUKYDONVI>x</CHUKYDONVI>", ""},
		"stray text":           {"A<HO_TEN>B</HO_TEN>", `HO_TEN "B"` + "|note stray_text XML1 1"},
		"known and not wanted": {"<MA_BN>&x;</MA_BN>", "|note bare_ampersand XML1/MA_BN 1"},
		"not in the tables":    {"<RIENG>A</RIENG>", `RIENG "A"`},
		"any order":            {"<DIA_CHI>B</DIA_CHI><HO_TEN>A</HO_TEN>", `HO_TEN "A"|DIA_CHI "B"`},
	} {
		t.Run(name, func(t *testing.T) {
			layout := only("XML1", "HO_TEN", "DIA_CHI", "RIENG")
			document := "<TONG_HOP>" + c.inner + "</TONG_HOP>"
			for form, parts := range map[string]string{"base64": encoded("XML1", document), "elements": part("XML1", document)} {
				got := decoded(t, layout, strings.NewReader(envelope("1", parts)))
				got = strings.NewReplacer("dossier 1\n", "", "  XML1 1\n", "", "  end\n", "", "    ", "", "\n", "|").Replace(got)
				if got = strings.Trim(got, "|"); got != strings.Trim(c.want, "|") {
					t.Errorf("%s: got %s, want %s", form, got, c.want)
				}
			}
		})
	}
}

// TestCharmap reads a file that declares a Vietnamese code page.
func TestCharmap(t *testing.T) {
	const text = "D\u01B0\u01A1ng"
	content, err := charmap.Windows1258.NewEncoder().String(envelope("1", part("XML1", "<TONG_HOP><HO_TEN>"+text+"</HO_TEN></TONG_HOP>")))
	if err != nil {
		t.Fatal(err)
	}
	content = strings.Replace(content, "utf-8", "Windows-1258", 1)
	want := "dossier 1\n  XML1 1\n    HO_TEN \"" + text + "\"\n  end\n"
	if diff := cmp.Diff(want, decoded(t, only("XML1", "HO_TEN"), strings.NewReader(content))); diff != "" {
		t.Error(diff)
	}
}

// TestCheckin reads check-in documents: each item is a dossier.
func TestCheckin(t *testing.T) {
	const content = "<CHI_TIEU_TRANG_THAI_KCB><DSACH_TRANG_THAI_KCB><TRANG_THAI_KCB><MA_LK>a</MA_LK></TRANG_THAI_KCB>" +
		"<TRANG_THAI_KCB><MA_LK>\xE9</MA_LK></TRANG_THAI_KCB></DSACH_TRANG_THAI_KCB><CHUKYDONVI>x</CHUKYDONVI></CHI_TIEU_TRANG_THAI_KCB>"
	if got, want := inspected(t, strings.NewReader(content)), "dossiers 2\n@signed \"1\"\n"; got != want {
		t.Errorf("inspected %q, want %q", got, want)
	}
	const part2 = "dossier 2\n  fault XML0 kind 0 line 1 not_utf8: Part XML0, record 1: it holds bytes that are not UTF-8 and declares no other encoding.\n  end\n"
	if diff := cmp.Diff("dossier 1\n  XML0 1\n    MA_LK \"a\"\n  end\n"+part2, decoded(t, only("XML0", "MA_LK"), strings.NewReader(content))); diff != "" {
		t.Error(diff)
	}
	if got := decoded(t, only("XML1", "MA_LK"), strings.NewReader(content)); !strings.HasPrefix(got, "dossier 1\n  fault XML1 kind 0 line 0 head_missing") {
		t.Errorf("under a layout of claims: %s", got)
	}
}

// TestVisitor holds Decode to what its visitor asks for.
func TestVisitor(t *testing.T) {
	content := envelope("2", encoded("XML1", "<TONG_HOP/>"), encoded("XML1", "<TONG_HOP/>"))
	layout := only("XML1", "HO_TEN")
	v := &transcript{layout: layout, skip: 1}
	if err := claimxml.New().Decode(context.Background(), strings.NewReader(content), format.Frame{}, layout, v); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("dossier 1\ndossier 2\n  XML1 1\n  end\n", v.text.String()); diff != "" {
		t.Error(diff)
	}
	stop := errors.New("stop")
	if err := claimxml.New().Decode(context.Background(), strings.NewReader(content), format.Frame{}, layout, &transcript{layout: layout, fail: stop}); !errors.Is(err, stop) {
		t.Errorf("visitor's error: got %v", err)
	}
	broken := errors.New("broken")
	for _, n := range []int{0, 40, len(content) / 2} {
		r := func() io.Reader { return io.MultiReader(strings.NewReader(content[:n]), iotest.ErrReader(broken)) }
		if err := claimxml.New().Decode(context.Background(), r(), format.Frame{}, layout, v); !errors.Is(err, broken) {
			t.Errorf("reader's error in Decode: got %v", err)
		}
		if _, err := claimxml.New().Inspect(context.Background(), r(), record.Layout{}); !errors.Is(err, broken) {
			t.Errorf("reader's error in Inspect: got %v", err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := claimxml.New().Decode(ctx, strings.NewReader(content), format.Frame{}, layout, v); !errors.Is(err, context.Canceled) {
		t.Errorf("context's error: got %v", err)
	}
	var refusal *format.Refusal
	if err := claimxml.New().Decode(context.Background(), bytes.NewReader([]byte(content[:200])), format.Frame{}, layout, v); !errors.As(err, &refusal) {
		t.Errorf("bytes that Inspect refuses: got %v", err)
	}
}

// TestLayoutOnly holds that parts of other kinds are not opened.
func TestLayoutOnly(t *testing.T) {
	content := envelope("1", part("XML1", "!")+part("XML2", "!")+part("XML7", "<CHI_TIEU_DU_LIEU_GIAY_RA_VIEN/>"))
	if diff := cmp.Diff("dossier 1\n  XML7 1\n  end\n", decoded(t, only("XML7", "MA_LK"), strings.NewReader(content))); diff != "" {
		t.Error(diff)
	}
}

// TestNotesAreBounded holds that names from a payload cannot fill the memory.
func TestNotesAreBounded(t *testing.T) {
	var inner strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&inner, "<%s%d/><N%d/>", strings.Repeat("X", 64), i%3, i)
	}
	got := decoded(t, only("XML1", "HO_TEN"), strings.NewReader(envelope("1", encoded("XML1", "<TONG_HOP>"+inner.String()+"</TONG_HOP>"))))
	if n := strings.Count(got, "note "); n != 1001 {
		t.Errorf("%d notes, want 1001", n)
	}
	if !strings.Contains(got, "note unknown_element XML1/"+strings.Repeat("X", 64)+" 1500\n") || !strings.Contains(got, "note unknown_element XML1/? 501\n") {
		t.Error("long names are not cut, or names beyond the bound not counted together")
	}
}

// TestKinds holds the tables to what is published: fields by kind, and which kinds
// tell their layout.
func TestKinds(t *testing.T) {
	f := claimxml.New()
	got := map[string]int{}
	for _, kind := range f.Kinds() {
		seen := map[string]bool{}
		for _, field := range f.Fields(kind) {
			if seen[field] {
				t.Errorf("%s has %s twice", kind, field)
			}
			seen[field] = true
		}
		got[kind] = len(seen)
	}
	want := map[string]int{
		"XML0": 26, "XML1": 66 + 11, "XML2": 39 + 5, "XML3": 47 + 5, "XML4": 12 + 1, "XML5": 9 + 2, "XML6": 47, "XML7": 26, "XML8": 22,
		"XML9": 35, "XML10": 13, "XML11": 23, "XML13": 39 + 4, "XML14": 22, "XML15": 20,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if f.Fields("XML12") != nil {
		t.Error("XML12 has no published layout and yet fields")
	}
}
