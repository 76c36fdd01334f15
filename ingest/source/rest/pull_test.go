package rest_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source/rest"
)

// days declares nine windows, of which the first eight are final.
const days = `
retry: {attempts: 1}
window: {every: day, from: 2024-03-02, from_parameter: from, to_parameter: to, format: date}
`

// badDays serves days, with a status in place of those that are bad.
func badDays(code int, bad ...string) http.HandlerFunc {
	return func(out http.ResponseWriter, r *http.Request) {
		if slices.Contains(bad, r.URL.Query().Get("from")) {
			status(code)(out, r)
			return
		}
		page(out, nil, "")
	}
}

// A server that refuses window after window is asked no more than thirty times: the
// path is wrong, not the windows.
func TestWrongPath(t *testing.T) {
	w := newWorld(t, status(404))
	got := pull(t, w.source(strings.Replace(days, "2024-03-02", "2023-03-02", 1)), nothingKnown)
	if !errors.Is(got.err, rest.ErrFailing) || len(got.rules) != 30 || len(w.asked()) != 30 {
		t.Errorf("error %v after %d requests, %d windows told", got.err, len(w.asked()), len(got.rules))
	}
}

// Windows that fail one after the other end a pull. Windows that are good or known
// stand between others, those that the server refuses for good do not count.
func TestWindowsThatFail(t *testing.T) {
	scattered := []string{"2024-03-03", "2024-03-06", "2024-03-09"}
	first := []string{"2024-03-02", "2024-03-03", "2024-03-04", "2024-03-05"}
	tests := []struct {
		name string
		code int
		bad  []string
		// known says that the good windows that are final are known.
		known bool
		ends  bool
		// told is how many windows are reported, asked how many requests are made.
		told, asked int
	}{
		{"three in a row", 500, first, false, true, 3, 3},
		{"three in a row without the right", 403, first, false, true, 3, 3},
		{"good ones between", 500, scattered, false, false, 3, 9},
		{"known ones between", 500, scattered, true, false, 3, 4},
		{"refused, known ones between", 404, scattered, true, false, 3, 4},
		{"not found", 404, first, false, false, 4, 9},
		{"bad request", 400, first, false, false, 4, 9},
		{"not to be processed", 422, first, false, false, 4, 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, badDays(tt.code, tt.bad...))
			var known []string
			if tt.known {
				for _, name := range pull(t, w.source(days), nothingKnown).names {
					if !strings.Contains(name, "as of") {
						known = append(known, name)
					}
				}
				w.requests = nil
			}
			got := pull(t, w.source(days), knowing(known...))
			if tt.ends != errors.Is(got.err, rest.ErrFailing) || !tt.ends && got.err != nil {
				t.Errorf("error %v", got.err)
			}
			if len(got.rules) != tt.told || len(w.asked()) != tt.asked || got.report.Known != len(known) {
				t.Errorf("rules %v, requests %v, %d known", got.rules, w.asked(), got.report.Known)
			}
			newest := len(got.names) > 0 && strings.HasPrefix(got.names[len(got.names)-1], "2024-03-10/2024-03-11 as of")
			if newest == tt.ends {
				t.Errorf("yielded %v", got.names)
			}
		})
	}
}

// A window that is refused for good neither counts nor stands between others.
func TestRefusedWindowAmongThoseThatFail(t *testing.T) {
	w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
		code := map[string]int{"c": 404, "f": 400}[r.URL.Query().Get("f")]
		switch {
		case r.URL.Query().Get("f") == "b":
			page(out, nil, "")
		case code != 0:
			status(code)(out, r)
		default:
			status(500)(out, r)
		}
	})
	got := pull(t, w.source("retry: {attempts: 1}\neach: {parameter: f, values: [a, b, c, d, e, f, g, h]}"), nothingKnown)
	var e *rest.Error
	if !errors.Is(got.err, rest.ErrFailing) || !errors.As(got.err, &e) || e.Hint.Vi == "" || e.Rule != "server_error" {
		t.Fatalf("error %v", got.err)
	}
	want := []string{"server_error", "request_refused", "server_error", "server_error", "request_refused", "server_error"}
	if diff := cmp.Diff(want, got.rules); diff != "" || len(got.names) != 1 {
		t.Errorf("yielded %v, rules (-want +got):\n%s", got.names, diff)
	}
}
