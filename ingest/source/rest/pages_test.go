package rest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shelf serves records in the ways that servers divide them.
func shelf(n int) http.HandlerFunc {
	records := upTo(n)
	return func(out http.ResponseWriter, r *http.Request) {
		number := func(name string, other int) int {
			if v, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil {
				return v
			}
			return other
		}
		size := number("size", 3)
		first := number("offset", (number("page", 1)-1)*size)
		if cursor := r.URL.Query().Get("cursor"); cursor != "" {
			first, _ = strconv.Atoi(strings.TrimPrefix(cursor, "after "))
		}
		got := part(records, first, size)
		end := first + len(got)
		next := "null"
		if end < n {
			next = fmt.Sprintf(`"after %d"`, end)
			out.Header().Set("Link", fmt.Sprintf(`</list?offset=0>; rel="first", <?offset=%d>; title="a, b"; rel="last next"`, end))
		}
		page(out, got, fmt.Sprintf(`, "meta": {"total": %d, "last": %d, "more": %v, "next": %s}`, n, (n+size-1)/size, end < n, next))
	}
}

func TestPages(t *testing.T) {
	const byPage = "path: list\npages: {kind: page, parameter: page, records: data"
	tests := []struct {
		name    string
		config  string
		records int
		// asked are the queries in the order in which they come.
		asked []string
	}{
		{"none", "path: list\npages: {records: data}", 3, []string{""}},
		{"total", byPage + ", total: meta.total}", 7, []string{"page=1", "page=2", "page=3"}},
		{"total of whole pages", byPage + ", total: meta.total}", 6, []string{"page=1", "page=2"}},
		{"total of nothing", byPage + ", total: meta.total}", 0, []string{"page=1"}},
		{"more", byPage + ", more: meta.more}", 7, []string{"page=1", "page=2", "page=3"}},
		{"number of the last page", byPage + ", more: meta.last}", 7, []string{"page=1", "page=2", "page=3"}},
		{"short page", byPage + ", size: 3, size_parameter: size}", 7, []string{"page=1&size=3", "page=2&size=3", "page=3&size=3"}},
		{"short page of whole pages", byPage + ", size: 3}", 6, []string{"page=1", "page=2", "page=3"}},
		{"until empty", byPage + "}", 7, []string{"page=1", "page=2", "page=3", "page=4"}},
		{"total and a server that gives less than asked for", byPage + ", total: meta.total, size: 50}", 7, []string{"page=1", "page=2", "page=3"}},
		{
			"offset", "path: list\npages: {kind: offset, parameter: offset, size: 2, size_parameter: size, records: data}",
			5,
			[]string{"offset=0&size=2", "offset=2&size=2", "offset=4&size=2"},
		},
		{"offset and total", "path: list\npages: {kind: offset, parameter: offset, records: data, total: meta.total}", 4, []string{"offset=0", "offset=3"}},
		{
			"cursor", "path: list\npages: {kind: cursor, parameter: cursor, cursor: meta.next, records: data, total: meta.total}",
			7,
			[]string{"", "cursor=after+3", "cursor=after+6"},
		},
		{"link", "path: list\npages: {kind: link, records: data}", 7, []string{"", "offset=3", "offset=6"}},
		{"fixed query beside", "path: list\nquery: {kind: visits}\n" + strings.TrimPrefix(byPage, "path: list\n") + "}", 1, []string{"kind=visits&page=1", "kind=visits&page=2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shelf(tt.records))
			got := pull(t, w.source(tt.config), nothingKnown)
			if got.err != nil || len(got.payloads) != 1 {
				t.Fatalf("payloads %d, rules %v, error %v", len(got.payloads), got.rules, got.err)
			}
			if diff := cmp.Diff(upTo(tt.records), ids(t, got.payloads[0])); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			var want []string
			for _, query := range tt.asked {
				want = append(want, strings.TrimSuffix("/list?"+query, "?"))
			}
			if diff := cmp.Diff(want, w.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A page is kept as it was received, blanks and marks included.
func TestPagesAreKeptAsReceived(t *testing.T) {
	bodies := []string{"\xef\xbb\xbf{ \"data\" : [ 1 ],\r\n \"next\": 2}\n", "{\"data\":[2.50],\"next\":\"\"}"}
	n := 0
	w := newWorld(t, func(out http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprint(out, bodies[n-1])
	})
	got := pull(t, w.source("pages: {kind: cursor, parameter: c, cursor: next, records: data}"), nothingKnown)
	if diff := cmp.Diff([]string{bodies[0] + "\n" + bodies[1] + "\n"}, got.payloads); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

// A POST has its parameters in the body, where the template leads them.
func TestParametersInBody(t *testing.T) {
	w := newWorld(t, func(out http.ResponseWriter, _ *http.Request) { page(out, nil, "") })
	s := w.source(`
path: search
method: POST
body: {kind: visits, filter: {open: true, limit: 10}, codes: [a, 1]}
each: {parameter: filter.facility, values: ["79001"]}
window: {every: day, from: 2024-03-09, from_parameter: filter.from, to_parameter: filter.to, format: vn_date, to_inclusive: true}
pages: {kind: page, parameter: page, size: 20, size_parameter: size, records: data}
`)
	if got := pull(t, s, nothingKnown); len(got.payloads) != 2 {
		t.Fatalf("%+v", got)
	}
	want := `{"codes":["a",1],"filter":{"facility":"79001","from":"09/03/2024","limit":10,"open":true,"to":"09/03/2024"},"kind":"visits","page":1,"size":20}`
	if diff := cmp.Diff(want, w.bodies[0]); diff != "" {
		t.Error(diff)
	}
	if r := w.requests[0]; r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("User-Agent") != "thidua-test" {
		t.Errorf("%s with %v", r.Method, r.Header)
	}
}

// What a server says of its pages and does not keep to.
func TestPagesThatCannotBeTrusted(t *testing.T) {
	const byPage = "pages: {kind: page, parameter: page, records: data"
	query := func(r *http.Request, name string) int { n, _ := strconv.Atoi(r.URL.Query().Get(name)); return n }
	tests := []struct {
		name   string
		config string
		answer http.HandlerFunc
		rule   string
		// requests is how many are made before it is known.
		requests int
	}{
		{"the same page for every number", byPage + "}", func(out http.ResponseWriter, _ *http.Request) {
			page(out, upTo(3), "")
		}, "pages_repeat", 2},
		{"the same page, written differently", byPage + ", size: 1}", func(out http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(out, `{"page": %d,%s"data":[ {"id" :1}]}`, query(r, "page"), strings.Repeat(" ", query(r, "page")))
		}, "pages_repeat", 2},
		{"fewer records than the total", byPage + ", total: total}", func(out http.ResponseWriter, r *http.Request) {
			page(out, part(upTo(4), (query(r, "page")-1)*3, 3), `, "total": 5`)
		}, "pages_missing", 6},
		{"more records than the total", byPage + ", total: total}", func(out http.ResponseWriter, r *http.Request) {
			page(out, part(upTo(6), (query(r, "page")-1)*3, 3), `, "total": 4`)
		}, "pages_surplus", 4},
		{"a total that changes", byPage + ", total: total}", func(out http.ResponseWriter, r *http.Request) {
			page(out, part(upTo(30), (query(r, "page")-1)*3, 3), fmt.Sprintf(`, "total": %d`, 30+query(r, "page")))
		}, "total_changes", 4},
		{"a total that is none", byPage + ", total: total}", func(out http.ResponseWriter, _ *http.Request) {
			page(out, upTo(3), `, "total": "many"`)
		}, "page_shape", 1},
		{"no list where records are", byPage + "}", func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(out, `{"error": ["%s"]}`, canary)
		}, "records_missing", 1},
		{"a cursor without end", "pages: {kind: cursor, parameter: c, cursor: next, records: data, max: 5}", func(out http.ResponseWriter, r *http.Request) {
			page(out, []int{query(r, "c")}, fmt.Sprintf(`, "next": %d`, query(r, "c")+1))
		}, "too_many_pages", 5},
		{"a cursor that repeats", "pages: {kind: cursor, parameter: c, cursor: next, records: data}", func(out http.ResponseWriter, r *http.Request) {
			page(out, []int{query(r, "c")}, fmt.Sprintf(`, "next": %d`, 1+query(r, "c")%2))
		}, "cursor_repeats", 3},
		{"a link back to the first page", "pages: {kind: link, records: data}", func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Link", `<?p=1>; rel=next`)
			if r.URL.RawQuery != "" {
				out.Header().Set("Link", `</>; rel=next`)
			}
			page(out, []int{len(r.URL.RawQuery)}, "")
		}, "cursor_repeats", 2},
		{"a link to another server", "pages: {kind: link, records: data}", func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Link", `<http://example.invalid/?token=`+canary+`>; rel=next`)
			page(out, upTo(3), "")
		}, "redirected_elsewhere", 1},
		{"no JSON", byPage + "}", func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(out, `{"data": [%s]}`, canary)
		}, "not_json", 1},
		{"more than one document", byPage + "}", func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(out, `{"data": []} {"data": []}`)
		}, "not_json", 1},
		{"deeper than any document", byPage + "}", func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(out, strings.Repeat("[", 100_000))
		}, "not_json", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.answer)
			got := pull(t, w.source(tt.config), nothingKnown)
			if diff := cmp.Diff([]string{tt.rule}, got.rules); diff != "" || got.err != nil || len(got.payloads) != 0 {
				t.Errorf("payloads %d, error %v, rules:\n%s", len(got.payloads), got.err, diff)
			}
			if n := len(w.asked()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			keepsQuiet(t, got)
		})
	}
}

// Records that move while the pages are read are had by reading them again.
func TestPagesAreReadAgain(t *testing.T) {
	for _, total := range []int{6, 8} {
		w := newWorld(t, shelf(7))
		w.fault(func(out http.ResponseWriter, _ *http.Request) {
			page(out, []int{4, 5, 6}, fmt.Sprintf(`, "meta": {"total": %d}`, total))
		}, 2)
		got := pull(t, w.source("pages: {kind: page, parameter: page, records: data, total: meta.total}"), nothingKnown)
		if got.err != nil || len(got.payloads) != 1 {
			t.Fatalf("rules %v, error %v", got.rules, got.err)
		}
		if diff := cmp.Diff(upTo(7), ids(t, got.payloads[0])); diff != "" {
			t.Errorf("records (-want +got):\n%s", diff)
		}
	}
}
