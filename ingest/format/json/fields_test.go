package json_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/json"
	"thidua/transform/record"
)

// TestFields holds each path to what it finds in a dossier. A dossier is a line of
// the content.
func TestFields(t *testing.T) {
	for name, c := range map[string]struct {
		path    string
		content string
		want    string
	}{
		"text":               {"a", `{"a":"x"}{"a":" x "}{"a":"a;b"}`, "[x] [ x ] [a;b]"},
		"blank":              {"a", "{\"a\":\"\"}{\"a\":\" \\t\"}{\"a\":\"\u00A0\u3000\"}{\"a\":\"\\u00a0\"}{\"a\":\"\u00A0.\"}", "[-] [-] [-] [-] [\u00A0.]"},
		"number":             {"a", `{"a":1.50}{"a":-0}{"a":1E+2}{"a":302555856.0}{"a":12345678901234567890}`, "[1.50] [-0] [1E+2] [302555856.0] [12345678901234567890]"},
		"boolean":            {"a", `{"a":true}{"a":false}`, "[true] [false]"},
		"nothing":            {"a", `{"a":null}{}{"b":1}{"A":1}`, "[-] [-] [-] [-]"},
		"object":             {"a", `{"a":{"a":1}}{"a":{}}`, "[-] [-]"},
		"list":               {"a", `{"a":["x","y"]}{"a":[]}{"a":[null,"y"]}{"a":[["x"],"y"]}{"a":[{"a":1},2]}`, "[x] [-] [-] [x] [-]"},
		"escapes":            {"a", `{"a":"\"\\\/\b\f\n\r\t\u1eac\ud83d\ude00"}{"a":"\ud83d\u0041\ude00"}{"a":"\u0000"}`, "[\"\\/\b\f\n\r\tẬ😀] [\uFFFDA\uFFFD] [\x00]"},
		"last wins":          {"a", `{"a":1,"a":2}{"a":1,"a":null}{"a":1,"\u0061":[]}{"a":[1],"a":{"b":2}}`, "[2] [-] [-] [-]"},
		"member":             {"a.b", `{"a":{"b":1}}{"a":[{"b":1},{"b":2}]}{"a":[]}{"a":5}{"a":[5,{"b":1}]}{"a":[[{"b":1}]]}{"a.b":1}`, "[1] [1] [-] [-] [-] [1] [-]"},
		"member wins last":   {"a.b", `{"a":{"b":1},"a":{"c":2}}{"a":{"b":1,"b":2}}{"a":{"b":1},"a":null}`, "[-] [2] [-]"},
		"three down":         {"a.b.c", `{"a":{"b":{"c":1}}}{"a":[{"b":[{"c":1}]}]}{"a":{"b":1}}`, "[1] [1] [-]"},
		"quoted":             {`"a.b"`, `{"a.b":1}{"a":{"b":2}}`, "[1] [-]"},
		"every item":         {"a[*]", `{"a":["x","y"]}{"a":"x"}{"a":[1,null,""," ",true]}{"a":[]}{"a":null}{"a":[["x","y"],"z"]}`, "[x;y] [x] [1;true] [-] [-] [x;z]"},
		"member of every":    {"a[*].b", `{"a":[{"b":1},{"c":2},{"b":"3\u0021"}]}{"a":{"b":1}}{"a":[{"b":[1,2]},{"b":3}]}{"a":[5]}`, "[1;3!] [1] [1;3] [-]"},
		"every wins last":    {"a[*].b", `{"a":[{"b":1,"b":2},{"b":3}]}{"a":[{"b":1}],"a":[{"b":2}]}{"a":[{"b":1,"\u0062":null}]}`, "[2;3] [2] [-]"},
		"every of every":     {"a[*].b[*]", `{"a":[{"b":[1,2]},{"b":[3]}]}{"a":{"b":4}}`, "[1;2;3] [4]"},
		"every of the first": {"a.b[*]", `{"a":[{"b":[1,2]},{"b":[3]}]}{"a":{"b":[1]},"a":{"b":[2]}}`, "[1;2] [2]"},
		"first of every":     {"a[*].b.c", `{"a":[{"b":[{"c":1},{"c":2}]},{"b":{"c":3}}]}`, "[1;3]"},
		"itself":             {"@", `{"a":1}`, "[-]"},
		"number of the line": {"@line", `{"a":1}{"@line":5}`, "[1] [1]"},
		"further out":        {"^a", `{"a":1}`, "[-]"},
		"blanks between":     {"a", "{ \"b\" : [ { } , \"]\\\"\" ] ,\n\t\"a\" : \"x\" }\n{\"a\"\t:1}", "[x] [1]"},
		"text of JSON":       {"a", `{"b":"{\"a\":1","a":"[{"}`, "[[{]"},
	} {
		t.Run(name, func(t *testing.T) {
			for way, open := range ways(c.content) {
				if diff := cmp.Diff(c.want, summary(t, made(t, json.Config{}), head(c.path), open)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", way, diff)
				}
			}
		})
	}
}

// TestFieldsTogether asks for places that lie inside each other.
func TestFieldsTogether(t *testing.T) {
	layout := head("a", "a.b", "a[*]", "a[*].b", "a.b[*]", `"a"`, "c")
	content := `{"a":"x"}{"a":{"b":"y"}}{"a":[{"b":["y","w"]},"x",{"b":"z"}]}{"a":["x",{"b":"y"}],"c":1}{"c":2,"a":3}`
	want := "[x - x - - x -] [- y - y y - -] [- y x y;z y;w - -] [x - x y - x 1] [3 - 3 - - 3 2]"
	for way, open := range ways(content) {
		if diff := cmp.Diff(want, summary(t, made(t, json.Config{}), layout, open)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", way, diff)
		}
	}
}

// TestManyNames reads objects whose members never come in the same order, with more
// names than are remembered.
func TestManyNames(t *testing.T) {
	var content, want []string
	for i := range 700 {
		n := string(rune('0' + i%10))
		content = append(content, `{"n`+strings.Repeat("x", i%140)+n+string(rune('a'+i/100))+`":{"a":"-"},"a":"`+n+`","b":1}`, `{"b":2,"z":[],"a":"`+n+`"}`)
		want = append(want, "["+n+" 1] ["+n+" 2]")
	}
	if diff := cmp.Diff(strings.Join(want, " "), summary(t, made(t, json.Config{}), head("a", "b"), text(strings.Join(content, "\n")))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLines holds what becomes of the places that may hold lines. The head is told
// by its id, each line by its number and four fields.
func TestLines(t *testing.T) {
	f := made(t, json.Config{Records: "data", Lines: map[string][]string{"drug": {"x", "y.z", "y"}}})
	layout := with(head("id"), "drug", "@line", "@", "m", "^id", "^^id")
	for name, c := range map[string]struct{ dossier, want string }{
		"list":               {`"x":[{"m":1},{"m":2}]`, "[1 - 1 7 9] [2 - 2 7 9]"},
		"object":             {`"x":{"m":1}`, "[1 - 1 7 9]"},
		"text":               {`"x":"p\u0061"`, "[1 pa - 7 9]"},
		"number":             {`"x":5`, "[1 5 - 7 9]"},
		"mixed":              {`"x":["p",null,{"m":"q"},""," ",{},true]`, "[1 p - 7 9] [2 - q 7 9] [3 - - 7 9] [4 true - 7 9]"},
		"lists inside":       {`"x":[["p"],"q"]`, "! [2 q - 7 9]"},
		"null":               {`"x":null`, ""},
		"none":               {`"w":1`, ""},
		"other place":        {`"y":{"z":[{"m":1}],"id":8}`, "[1 - 1 8 7]"},
		"first place counts": {`"y":{"z":[{"m":1}]},"x":{"m":2}`, "[1 - 2 7 9]"},
		"first is empty":     {`"y":{"z":[{"m":1}]},"x":[]`, "[1 - 1 - 7]"},
		"first is null":      {`"x":null,"y":{"z":"p"}`, "[1 p - - 7]"},
		"first is blank":     {`"x":" ","y":[{"z":"p"},5,{"w":1},[{"z":["q"]}]]`, "[1 p - - 7] [2 q - - 7]"},
		"last place":         {`"y":[{"m":1}]`, "[1 - 1 7 9]"},
		"twice":              {`"x":[{"m":1}],"x":{"m":2,"m":3}`, "[1 - 3 7 9]"},
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.TrimSuffix("[7] "+c.want, " ") + " id=9"
			for way, open := range ways(`{"data":[{` + c.dossier + `,"id":7}],"id":9}`) {
				if diff := cmp.Diff(want, summary(t, f, layout, open)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", way, diff)
				}
			}
		})
	}
	if got := summary(t, f, head("id"), text(`{"data":{"id":1,"x":[1]}}`)); got != "[1]" {
		t.Errorf("lines that nobody wants: %s", got)
	}
	if got := summary(t, f, record.Layout{Kinds: []record.Kind{{Name: "drug", Fields: []string{"m"}}}}, text(`{"data":{"id":1,"x":{"m":2}}}`)); got != "[2]" {
		t.Errorf("a head that nobody wants: %s", got)
	}
}
