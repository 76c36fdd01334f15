package rest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// scripted answers the requests with one page after the other, given as records and
// what else stands on it. It begins anew behind the last page.
func scripted(pages ...scriptedPage) http.HandlerFunc {
	n := 0
	return func(out http.ResponseWriter, _ *http.Request) {
		p := pages[n%len(pages)]
		n++
		page(out, p.records, p.beside)
	}
}

type scriptedPage struct {
	records []int
	beside  string
}

// What can be taken for a window without records, and what cannot.
func TestWindowWithoutRecords(t *testing.T) {
	const (
		list      = "pages: {kind: page, parameter: page, records: d"
		withTotal = list + ", total: total"
	)
	tests := []struct {
		name   string
		config string
		text   string
		// rule is empty where the window is whole.
		rule string
	}{
		{"empty list", list + "}", `{"d": []}`, ""},
		{"null", list + "}", `{"code": 500, "d": null}`, "records_missing"},
		{"null without pages", "pages: {records: d}", `{"code": 500, "d": null}`, "records_missing"},
		{"null behind a cursor", "pages: {kind: cursor, parameter: c, cursor: next, records: d}", `{"d": null}`, "records_missing"},
		{"null beside a total of nothing", withTotal + "}", `{"d": null, "total": 0}`, ""},
		{"null beside a total of nothing, as text", withTotal + "}", `{"total": "0", "d": null}`, ""},
		{"null beside a total", withTotal + "}", `{"d": null, "total": 3}`, "records_missing"},
		{"null beside a total that is not declared", list + "}", `{"d": null, "total": 0}`, "records_missing"},
		{"null beside no total", withTotal + "}", `{"code": 500, "d": null}`, "records_missing"},
		{"null declared to be empty", list + ", null_is_empty: true}", `{"d": null}`, ""},
		{"null declared to be empty, beside a total", withTotal + ", null_is_empty: true}", `{"d": null, "total": 3}`, "pages_missing"},
		{"no list", list + "}", `{"code": 500}`, "records_missing"},
		{"no list, null declared to be empty", list + ", null_is_empty: true}", `{"code": 500}`, "records_missing"},
		{"no list beside a total of nothing", withTotal + "}", `{"total": 0}`, "records_missing"},
		{"an object where the list is", withTotal + "}", `{"d": {}, "total": 0}`, "records_missing"},
		{"a list and then null", list + "}", `{"d": [], "d": null}`, "records_missing"},
		{"null and then a list", list + "}", `{"d": null, "d": []}`, ""},
		{"no total", withTotal + "}", `{"d": []}`, "total_missing"},
		{"a total that is null", withTotal + "}", `{"d": [], "total": null}`, "total_missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, raw(tt.text))
			got := pull(t, w.source(tt.config), nothingKnown)
			var want []string
			if tt.rule != "" {
				want = []string{tt.rule}
			}
			if diff := cmp.Diff(want, got.rules); diff != "" || got.err != nil || len(got.payloads) != 1-len(want) {
				t.Errorf("payloads %q, error %v, rules (-want +got):\n%s", got.payloads, got.err, diff)
			}
		})
	}
}

// The first page declares the total; a later one may leave it out.
func TestTotalOnTheFirstPageAlone(t *testing.T) {
	w := newWorld(t, scripted(scriptedPage{[]int{1, 2}, `, "total": 3`}, scriptedPage{[]int{3}, ""}))
	got := pull(t, w.source("pages: {kind: page, parameter: page, records: data, total: total}"), nothingKnown)
	if got.err != nil || len(got.names) != 1 || len(got.rules) > 0 {
		t.Errorf("error %v, windows %v, rules %v", got.err, got.names, got.rules)
	}
}

// A server may give less than is asked for. A short page is the last one only where
// a page before it was not short.
func TestShortPages(t *testing.T) {
	tests := []struct {
		name         string
		kind         string
		records, cap int
		requests     int
	}{
		{"pages that the server cuts short", "page", 10, 2, 6},
		{"pages that the server cuts short, the last more so", "page", 9, 2, 6},
		{"offsets that the server cuts short", "offset", 10, 2, 6},
		{"one short page", "page", 3, 4, 2},
		{"a short page behind a full one", "page", 7, 4, 2},
		{"full pages", "page", 8, 4, 3},
		{"nothing", "page", 0, 4, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
				first, err := strconv.Atoi(r.URL.Query().Get("offset"))
				if number, wrong := strconv.Atoi(r.URL.Query().Get("page")); wrong == nil {
					first, err = (number-1)*tt.cap, nil
				}
				if err != nil {
					t.Error(err)
				}
				page(out, part(upTo(tt.records), first, tt.cap), "")
			})
			got := pull(t, w.source(fmt.Sprintf("pages: {kind: %s, parameter: %s, size: 4, size_parameter: size, records: data}", tt.kind, tt.kind)), nothingKnown)
			if got.err != nil || len(got.payloads) != 1 {
				t.Fatalf("rules %v, error %v", got.rules, got.err)
			}
			if diff := cmp.Diff(upTo(tt.records), ids(t, got.payloads[0])); diff != "" || len(w.asked()) != tt.requests {
				t.Errorf("requests %v, records (-want +got):\n%s", w.asked(), diff)
			}
		})
	}
}

// The same record on two pages: another one may have been passed over.
func TestRecordsThatMoveBetweenPages(t *testing.T) {
	const (
		byPage   = "pages: {kind: page, parameter: page, records: data"
		total    = byPage + ", total: total}"
		byCursor = "pages: {kind: cursor, parameter: c, cursor: next, records: data}"
		four     = `, "total": 4`
	)
	good := []scriptedPage{{[]int{1, 2}, four}, {[]int{3, 4}, four}}
	moved := []scriptedPage{{[]int{1, 2}, four}, {[]int{2, 3}, four}}
	short := []scriptedPage{{[]int{1, 2}, four}, {[]int{3}, four}, {nil, four}}
	joined := func(readings ...[]scriptedPage) (all []scriptedPage) {
		for _, r := range readings {
			all = append(all, r...)
		}
		return all
	}
	tests := []struct {
		name   string
		config string
		pages  []scriptedPage
		want   []int
		// noted is how many records are told to stand on two pages.
		noted    int
		requests int
	}{
		{"none", total, good, []int{1, 2, 3, 4}, 0, 2},
		{"once", total, joined(moved, good), []int{1, 2, 3, 4}, 0, 4},
		{"always", total, moved, []int{1, 2, 2, 3}, 1, 4},
		{"behind a reading that missed one", total, joined(short, moved, good), []int{1, 2, 3, 4}, 0, 7},
		{"always, behind a reading that missed one", total, joined(short, moved, moved), []int{1, 2, 2, 3}, 1, 7},
		{"twice on one page", total, []scriptedPage{{[]int{1, 1}, four}, {[]int{2, 3}, four}}, []int{1, 1, 2, 3}, 0, 2},
		{"until empty", byPage + "}", []scriptedPage{{[]int{1, 2}, ""}, {[]int{3, 1}, ""}, {[]int{2, 4}, ""}, {}}, []int{1, 2, 3, 1, 2, 4}, 2, 8},
		{"cursor", byCursor, []scriptedPage{{[]int{1, 2}, `, "next": "x"`}, {[]int{2, 3}, ""}}, []int{1, 2, 2, 3}, 1, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, scripted(tt.pages...))
			got := pull(t, w.source(tt.config), nothingKnown)
			if got.err != nil || len(got.payloads) != 1 {
				t.Fatalf("rules %v, error %v", got.rules, got.err)
			}
			if diff := cmp.Diff(tt.want, ids(t, got.payloads[0])); diff != "" || len(w.asked()) != tt.requests {
				t.Errorf("%d requests, records (-want +got):\n%s", len(w.asked()), diff)
			}
			noted := 0
			for _, n := range got.report.Notes {
				if n.Rule != "records_repeat" || n.Reason.Vi == "" || n.Reason.En == "" {
					t.Errorf("note %+v", n)
				}
				noted += n.Count
			}
			if noted != tt.noted || len(got.report.Notes) > 1 {
				t.Errorf("notes %+v, want %d records", got.report.Notes, tt.noted)
			}
		})
	}
}

// A record is the same one wherever it stands on its page, also where the total
// stands within the records.
func TestRecordsThatBearTheTotal(t *testing.T) {
	bodies := []string{`[{"id":1,"total":"4"} , {"id":2,"total":"4"}]`, `[{"id":2,"total":"4"},{"id":3,"total":"4"}]`}
	n := 0
	w := newWorld(t, func(out http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprint(out, bodies[(n-1)%2])
	})
	got := pull(t, w.source(`pages: {kind: page, parameter: page, records: "@", total: total}`), nothingKnown)
	if got.err != nil || len(got.payloads) != 1 || n != 4 {
		t.Fatalf("rules %v, error %v, requests %d", got.rules, got.err, n)
	}
	if len(got.report.Notes) != 1 || got.report.Notes[0].Count != 1 {
		t.Errorf("notes %+v", got.report.Notes)
	}
}

// What a page says of pages behind it is held beside the cursor or the link.
func TestMoreBesideWhatLeadsOn(t *testing.T) {
	const cursor = "pages: {kind: cursor, parameter: c, cursor: next, records: data, more: more, max: 5}"
	const link = "pages: {kind: link, records: data, more: more, max: 5}"
	leads := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Link", `<?p=`+r.URL.Query().Get("p")+`1>; rel=next`)
			answer(out, r)
		}
	}
	tests := []struct {
		name   string
		config string
		answer http.HandlerFunc
		rules  []string
		// requests is how many are made.
		requests int
	}{
		{"no more beside a cursor", cursor, scripted(scriptedPage{[]int{1}, `, "next": "a", "more": true`}, scriptedPage{[]int{2}, `, "next": "b", "more": false`}), nil, 2},
		{"last number beside a cursor", cursor, scripted(scriptedPage{[]int{1}, `, "next": "a", "more": 2`}, scriptedPage{[]int{2}, `, "next": "b", "more": 2`}), nil, 2},
		{"nothing said beside a cursor", cursor, scripted(scriptedPage{[]int{1}, `, "next": "a"`}, scriptedPage{[]int{2}, ""}), nil, 2},
		{"more and no cursor", cursor, scripted(scriptedPage{[]int{1}, `, "next": null, "more": true`}), []string{"next_missing"}, 1},
		{"no more beside a link", link, leads(scripted(scriptedPage{[]int{1}, `, "more": true`}, scriptedPage{[]int{2}, `, "more": false`})), nil, 2},
		{"more and no link", link, scripted(scriptedPage{[]int{1}, `, "more": true`}), []string{"next_missing"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.answer)
			got := pull(t, w.source(tt.config), nothingKnown)
			if diff := cmp.Diff(tt.rules, got.rules); diff != "" || got.err != nil || len(got.payloads) != 1-len(tt.rules) {
				t.Errorf("payloads %d, error %v, rules (-want +got):\n%s", len(got.payloads), got.err, diff)
			}
			if n := len(w.asked()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
		})
	}
}
