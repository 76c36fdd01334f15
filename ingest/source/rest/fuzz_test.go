package rest_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"thidua/ingest/source/rest"
)

// FuzzScan holds the scanner against a decoder that reads documents whole: what
// the scanner takes is JSON, and has as many records as it says.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		`{"data": [1, {"a": []}, null], "total": 3, "next": "x"}`, `{"data": null}`, "\xef\xbb\xbf {\"data\":[]} ", `[[1],2]`,
		`{"data": [1], "data": [2, 3], "total": "7"}`, `{"data": {"data": [1]}}`, `{"data": [1], "data": {}}`, `{"data": null, "data": [1]}`, `[{"data": [1]}]`, `{"data": [1`, `<html>`, `{"a":1}x`, `"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := rest.Scan(bytes.NewReader(content), "data", "total", "next")
		if err != nil {
			return
		}
		content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
		var document any
		if err := json.Unmarshal(content, &document); err != nil {
			t.Fatalf("a text that is no JSON is taken: %v", err)
		}
		for {
			list, ok := document.([]any)
			if !ok || len(list) == 0 {
				break
			}
			document = list[0]
		}
		object, _ := document.(map[string]any)
		records, listed := object["data"].([]any)
		nothing, there := object["data"]
		if got.Listed != listed || got.Null != (there && nothing == nil) || len(got.Records) != len(records) {
			t.Errorf("list %v, null %v, %d records, want %d", got.Listed, got.Null, len(got.Records), len(records))
		}
	})
}

func FuzzNextLink(f *testing.F) {
	for _, text := range []string{`<a>; rel=next`, `<a>; rel="prev", <b?x=1,2>; title="x, \"<c>; rel=next"; rel="last next"`, `<a`, `;`, `<a>;rel=prev;rel=next`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, header string) {
		target, ok := rest.NextLink(header)
		if ok && (!strings.Contains(header, target) || !strings.Contains(strings.ToLower(header), "next")) {
			t.Errorf("target %q of %q", target, header)
		}
	})
}

func TestNextLink(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		want    string
	}{
		{"none", nil, ""},
		{"plain", []string{`<https://a.example/p?n=2>; rel="next"`}, "https://a.example/p?n=2"},
		{"without quotes, in capitals", []string{`<p>; REL=Next`}, "p"},
		{"among others", []string{`<first>; rel=first, <p?a=1,2;b>; title="a, <b>; rel=next"; rel="last next"`}, "p?a=1,2;b"},
		{"in a second header", []string{`<first>; rel=first`, `< p >; rel=next`}, "p"},
		{"quoted sign", []string{`<a>; title="\", <b>; rel=next"; rel=prev`}, ""},
		{"only the first rel counts", []string{`<a>; rel=prev; rel=next`}, ""},
		{"not closed", []string{`<a; rel=next`}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := rest.NextLink(tt.headers...); got != tt.want || ok != (tt.want != "") {
				t.Errorf("link %q, %v", got, ok)
			}
		})
	}
}
