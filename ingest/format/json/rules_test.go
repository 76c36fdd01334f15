package json_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"thidua/ingest/format/json"
)

// utf16 encodes text with a byte order mark.
func utf16(t *testing.T, order unicode.Endianness, s string) string {
	t.Helper()
	out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ways are how the bytes of a payload may come in.
func ways(content string) map[string]func() io.Reader {
	return map[string]func() io.Reader{
		"at once":      text(content),
		"byte by byte": func() io.Reader { return iotest.OneByteReader(strings.NewReader(content)) },
		"in threes":    func() io.Reader { return pieces{strings.NewReader(content), 3} },
	}
}

// TestRefusals holds payloads that cannot be trusted to the rule they break.
func TestRefusals(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	total := json.Config{Records: "data", Total: "meta.total"}
	for name, c := range map[string]struct {
		config  json.Config
		content string
		want    string
	}{
		"no byte":              {json.Config{}, "", "empty after 0: Tệp rỗng. / The payload is empty."},
		"blanks":               {json.Config{}, "\uFEFF \r\n\t", "empty after 0"},
		"no JSON":              {json.Config{}, "id;name\n1;2", "not_json after 0: Nội dung không đúng cú pháp JSON (tài liệu 1, dòng 1)."},
		"a bad line":           {json.Config{}, "{\"a\":1}\n{\"a\":2}\n{\"a\":}\n{\"a\":4}", "not_json after 2: Nội dung không đúng cú pháp JSON (tài liệu 3, dòng 3). / The content is not well-formed JSON (document 3, line 3)."},
		"XML":                  {json.Config{}, "<?xml version='1.0'?><a/>", "not_json"},
		"HTML":                 {json.Config{}, " <!DOCTYPE html><html>", "html_instead_of_json after 0"},
		"HTML of a page":       {json.Config{}, "{\"a\":1}\n<HTML><body>Đăng nhập</body></HTML>", "html_instead_of_json after 1"},
		"HTML cut short":       {json.Config{}, "<html", "html_instead_of_json"},
		"nearly HTML":          {json.Config{}, "<htm", "not_json"},
		"cut in an object":     {json.Config{}, `{"a":1},`[:6], "truncated after 0"},
		"cut behind a comma":   {json.Config{}, "{\"a\":1}\n{\"a\":1,", "truncated after 1: Nội dung bị cắt cụt, kết thúc giữa chừng (tài liệu 2, dòng 2)."},
		"cut in a text":        {json.Config{}, `{"a":"b`, "truncated"},
		"cut in an escape":     {json.Config{}, `{"a":"b\u00`, "truncated"},
		"cut in a word":        {json.Config{}, `[tru`, "truncated"},
		"cut in a number":      {json.Config{}, `[-`, "truncated"},
		"cut in a character":   {json.Config{}, "{\"a\":\"\xE1\xBA", "truncated"},
		"cut behind records":   {json.Config{Records: "data"}, `{"data":[{"a":1}]`, "truncated after 1"},
		"cut in a list":        {json.Config{Records: "data"}, `{"data":[{"a":1},`, "truncated after 1"},
		"cut in a name":        {json.Config{Records: "data"}, `{"da`, "truncated after 0"},
		"cut behind a name":    {json.Config{Records: "data"}, `{"data"`, "truncated after 0"},
		"cut behind a colon":   {json.Config{Records: "data"}, `{"code":`, "truncated after 0"},
		"not UTF-8":            {json.Config{}, "{\"a\":1}\n{\"a\":\"\xE9\"}", "not_utf8 after 1: Nội dung có ký tự không phải UTF-8 (tài liệu 2, dòng 2)."},
		"not UTF-8 outside":    {json.Config{}, "{\"a\":1}\xE9{", "not_utf8 after 1"},
		"cut character within": {json.Config{}, "{\"a\":\"\xE1\xBA\"}", "not_utf8"},
		"too deep":             {json.Config{}, deep(513), "too_deep"},
		"too deep in a member": {json.Config{Records: "data"}, `{"other":` + deep(512) + `}`, "too_deep"},
		"too deep on the way":  {json.Config{Records: "data.x"}, `{"data":` + deep(512) + `}`, "too_deep"},
		"record too large":     {json.Config{RecordBytes: 20}, `[{"a":"0123456"},{"a":"01234567890123"}]`, "record_too_large after 1"},
		"too large and broken": {json.Config{RecordBytes: 20}, `{"a":"01234567890123` + "\x01", "not_json"},
		"broken and too large": {json.Config{RecordBytes: 20}, `{"a":"012345678901234567` + "\x01", "record_too_large"},
		"no plain text":        {json.Config{RecordBytes: 20}, `"01234567890123456789"`, "record_too_large"},
		"fewer than declared":  {total, `{"data":[{},{}],"meta":{"total":3}}`, "fewer_records_than_declared after 2: Khai 3 bản ghi nhưng chỉ có 2. / 3 records are declared and 2 are found."},
		"fewer of two":         {total, `{"data":[{}],"meta":{"total":"1"}}{"meta":{"total":1}}`, "fewer_records_than_declared after 1"},
		"fewer of pages":       {json.Config{Records: "data", Total: "total", TotalRepeats: true}, `{"total":2,"data":[{}]}{"total":3,"data":[{}]}`, "fewer_records_than_declared after 2"},
		"behind the list":      {json.Config{Records: "data", RecordBytes: 20}, `{"data":[{"a":1},{"a":2}],"x":"y"}`, "enclosing_member_behind after 2"},
	} {
		t.Run(name, func(t *testing.T) {
			for way, open := range ways(c.content) {
				if got := read(t, made(t, c.config), head("^x"), open); !strings.HasPrefix(got, "refused "+c.want) {
					t.Errorf("%s: got %q, want %q", way, got, c.want)
				}
			}
		})
	}
}

// TestSyntax holds single documents to RFC 8259.
func TestSyntax(t *testing.T) {
	for _, content := range []string{
		`{}`, `[]`, `[[]]`, `[{}]`, `"a"`, `-0`, `0`, `-0.5e+10`, `1E2`, `1e-0`, `true`, ` false `, `null`, `[1 , 2]`, `{ "a" : 1 , "b" : [ ] }`,
		`"\"\\\/\b\f\n\r\t\u00e1\uD83D\uDE00\ud800"`, `{"":""}`, `{"a":1,"a":2}`, "\"\x7f\"", `"` + strings.Repeat("x", 300<<10) + `"`,
	} {
		if got := read(t, made(t, json.Config{}), head(), text(content)); !strings.HasPrefix(got, "dossiers ") {
			t.Errorf("%.40s: %s", content, got)
		}
	}
	for _, content := range []string{
		`{,}`, `[,]`, `[1,]`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{a:1}`, `{'a':1}`, `{1:1}`, `[1 2]`, `[1:2]`, `{"a" 1}`, `{"a":1 "b":2}`, `]`, `}`, `[}`, `{]`, `[01]`, `[1.]`, `[.5]`, `[+1]`,
		`[1e]`, `[1e+]`, `[--1]`, `[-a]`, `[0x1]`, `[truE]`, `[nul]`, `[NaN]`, `["\x"]`, `["\u12G4"]`, "[\"\n\"]", "[\"\x00\"]", "[\"a\",\x00]", `[1]]`, `{}}`, `{},{}`, `tru`, "{\"a\":1}\v", "\u00A0{}",
	} {
		got := read(t, made(t, json.Config{}), head(), text(content))
		if !strings.HasPrefix(got, "refused not_json ") && (content != "tru" || !strings.HasPrefix(got, "refused truncated ")) {
			t.Errorf("%q: %s", content, got)
		}
	}
}

// TestDocuments holds the ways in which documents make a payload. The fields a and
// ^x are wanted of each dossier.
func TestDocuments(t *testing.T) {
	data := json.Config{Records: "data"}
	inner := json.Config{Records: "b.data", Total: "b.total"}
	for name, c := range map[string]struct {
		config  json.Config
		content string
		want    string
	}{
		"one":                  {json.Config{}, `{"a":1}`, "[1 -]"},
		"list":                 {json.Config{}, `[{"a":1},{"a":2}]`, "[1 -] [2 -]"},
		"empty list":           {json.Config{}, `[]`, ""},
		"NDJSON":               {json.Config{}, "{\"a\":1}\r\n\n{\"a\":2}\n", "[1 -] [2 -]"},
		"concatenated":         {json.Config{}, `{"a":1}{"a":2}[{"a":3}]{"a":4}`, "[1 -] [2 -] [3 -] [4 -]"},
		"byte order marks":     {json.Config{}, "\uFEFF{\"a\":1}\n\uFEFF{\"a\":2}", "[1 -] [2 -]"},
		"null":                 {json.Config{}, "null", ""},
		"UTF-16":               {json.Config{}, utf16(t, unicode.LittleEndian, `{"a":"Mẫu"}`), "[Mẫu -]"},
		"UTF-16 big":           {json.Config{}, utf16(t, unicode.BigEndian, `{"a":"Mẫu"}`), "[Mẫu -]"},
		"no objects":           {json.Config{}, `[1,"a",null,[{"a":1}],true]`, "! ! ! ! !"},
		"plain documents":      {json.Config{}, `1 2"a"true`, "! ! ! !"},
		"records":              {data, `{"x":1,"data":[{"a":1},{"a":2}]}`, "[1 1] [2 1] x=1"},
		"an object":            {data, `{"x":1,"data":{"a":1}}`, "[1 1] x=1"},
		"a text":               {data, `{"x":1,"data":"none"}`, "! x=1"},
		"no records":           {data, `{"x":1,"data":null}`, "x=1"},
		"records missing":      {data, `{"x":1}{"x":2}{"data":[{"a":1}]}`, "[1 -] x=1 records_missing/data/2"},
		"no document":          {data, `5`, "records_missing/data/1"},
		"list of documents":    {data, `[{"data":[{"a":1}],"x":1},{"x":2,"data":[{"a":2}]}]`, "[1 1] [2 2]"},
		"records behind":       {data, `{"data":[{"a":1}],"x":1}{"data":[],"x":2}{"x":3,"data":[{"a":2}]}`, "[1 1] [2 3] x=1"},
		"members twice":        {data, `{"x":1,"data":[{"a":1,"a":2}],"x":2}`, "[2 2] x=2"},
		"records twice":        {data, `{"data":[{"a":1}],"x":1,"data":[{"a":2}]}`, "[1 1] [2 1] x=1"},
		"deeper":               {inner, `{"x":0,"b":{"data":[{"a":1}],"x":1}}`, "[1 1] x=0"},
		"deeper list":          {inner, `{"b":[{"x":1,"data":[{"a":1}]},{"data":[{"a":2}],"x":2},[{"x":3,"data":[{"a":3}]}]]}`, "[1 1] [2 2] [3 3]"},
		"null on the way":      {inner, `{"b":null}`, ""},
		"missing on the way":   {inner, `{"b":{}}{"b":"none"}{}`, "records_missing/b.data/3"},
		"total met":            {inner, `{"b":{"total":1.0,"data":[{"a":1}]}}{"b":{"data":[{"a":2}],"total":"1"}}`, "[1 -] [2 -]"},
		"total exceeded":       {inner, `{"b":{"total":0,"data":[{"a":1}]}}`, "[1 -] more_records_than_declared/b.total/1"},
		"total of pages":       {json.Config{Records: "data", Total: "total", TotalRepeats: true}, `{"total":2,"data":[{"a":1}]}{"total":2,"data":[{"a":2}]}`, "[1 -] [2 -] total=2"},
		"total unreadable":     {inner, `{"b":{"total":"many","data":[]}}{"b":{"total":-1,"data":[]}}{"b":{"total":null,"data":[]}}`, "total_unreadable/b.total/2"},
		"request":              {data, "{\"@request\":{\"from\":\"2026\",\"n\":1,\"o\":{},\"z\":null}}\n{\"x\":1,\"data\":[{\"a\":1}]}", "[1 1] @from=2026 @n=1 x=1"},
		"request between":      {json.Config{}, "{\"a\":1}{ \"@request\" : {\"from\":\"2026\"},\"b\":2}{\"@request\":{\"from\":\"2027\"}}", "[1 -] @from=2026"},
		"request of no object": {json.Config{}, `{"@request":1}{"@requests":1,"a":2}{"@req":1}`, "[2 -] [- -]"},
		"envelope":             {data, `{"t":"a\u00e1","n":1.50,"b":true,"z":null,"s":" ","o":{"p":1},"l":[1],"@c":1,"data":[]}{"later":1}`, "b=true n=1.50 t=aá records_missing/data/1"},
		"names with escapes":   {data, `{"\u0078":1,"d\u0061ta":[{"\u0061":"\u0061\u0062","\u0061":"\u0063"}]}`, "[c 1] x=1"},
	} {
		t.Run(name, func(t *testing.T) {
			for way, open := range ways(c.content) {
				if diff := cmp.Diff(c.want, summary(t, made(t, c.config), head("a", "^x"), open)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", way, diff)
				}
			}
		})
	}
}
