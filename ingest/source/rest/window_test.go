package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
)

// Windows begin and end with the calendar, and the one under way is asked for too.
func TestWindows(t *testing.T) {
	const bounds = "from_parameter: a, to_parameter: b"
	tests := []struct {
		name   string
		window string
		names  []string
		asked  []string
	}{
		{
			"month", "every: month, from: 2024-01-15, format: date, " + bounds,
			[]string{"2024-01-15/2024-02-01", "2024-02-01/2024-03-01", "2024-03-01/2024-04-01 as of 2024-03-10T05:00:00.000000Z"},
			[]string{"a=2024-01-15&b=2024-02-01", "a=2024-02-01&b=2024-03-01", "a=2024-03-01&b=2024-04-01"},
		},
		{
			"week from Monday", "every: week, from: 2024-02-29, format: vn_date, to_inclusive: true, " + bounds,
			[]string{"2024-02-29/2024-03-04", "2024-03-04/2024-03-11 as of 2024-03-10T05:00:00.000000Z"},
			[]string{"a=29/02/2024&b=03/03/2024", "a=04/03/2024&b=10/03/2024"},
		},
		{
			"day", "every: day, from: 2024-03-09T08:30, " + bounds,
			[]string{"2024-03-09T08:30:00/2024-03-10", "2024-03-10/2024-03-11 as of 2024-03-10T05:00:00.000000Z"},
			[]string{"a=2024-03-09T08:30:00+07:00&b=2024-03-10T00:00:00+07:00", "a=2024-03-10T00:00:00+07:00&b=2024-03-11T00:00:00+07:00"},
		},
		{
			"hour, over at this instant", "every: hour, from: 2024-03-10T03:00:00Z, format: epoch_s, " + bounds,
			[]string{"2024-03-10T10:00:00/2024-03-10T11:00:00", "2024-03-10T11:00:00/2024-03-10T12:00:00"},
			[]string{"a=1710039600&b=1710043200", "a=1710043200&b=1710046800"},
		},
		{
			"last millisecond", "every: day, from: 2024-03-10, format: epoch_ms, to_inclusive: true, " + bounds,
			[]string{"2024-03-10/2024-03-11 as of 2024-03-10T05:00:00.000000Z"},
			[]string{"a=1710003600000&b=1710089999999"},
		},
		{
			"layout of its own", "every: day, from: 2024-03-10, format: \"20060102150405\", to_inclusive: true, " + bounds,
			[]string{"2024-03-10/2024-03-11 as of 2024-03-10T05:00:00.000000Z"},
			[]string{"a=20240310000000&b=20240310235959"},
		},
		{"not begun", "every: day, from: 2024-03-11, " + bounds, nil, nil},
		{"whole", "every: whole", []string{"whole as of 2024-03-10T05:00:00.000000Z"}, []string{""}},
		{
			"look_back and lag", "every: day, from: 2024-03-07, format: date, look_back: 1d, lag: 6h, " + bounds,
			[]string{
				"2024-03-07/2024-03-08", "2024-03-08/2024-03-09",
				"2024-03-09/2024-03-10 as of 2024-03-10T05:00:00.000000Z", "2024-03-10/2024-03-11 as of 2024-03-10T05:00:00.000000Z",
			},
			[]string{"a=2024-03-07&b=2024-03-08", "a=2024-03-08&b=2024-03-09", "a=2024-03-09&b=2024-03-10", "a=2024-03-10&b=2024-03-11"},
		},
		{
			"lag that is not over", "every: day, from: 2024-03-09, format: date, lag: 13h, " + bounds,
			[]string{"2024-03-09/2024-03-10 as of 2024-03-10T05:00:00.000000Z", "2024-03-10/2024-03-11 as of 2024-03-10T05:00:00.000000Z"},
			[]string{"a=2024-03-09&b=2024-03-10", "a=2024-03-10&b=2024-03-11"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shelf(0))
			got := pull(t, w.source("window: {"+tt.window+"}"), nothingKnown)
			if got.err != nil {
				t.Fatal(got.err)
			}
			if diff := cmp.Diff(tt.names, got.names); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			var asked []string
			for _, r := range w.requests {
				q := r.URL.Query()
				asked = append(asked, strings.TrimPrefix(strings.TrimSuffix(fmt.Sprintf("a=%s&b=%s", q.Get("a"), q.Get("b")), "a=&b="), "?"))
			}
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("bounds (-want +got):\n%s", diff)
			}
		})
	}
}

// Two pulls, a day apart: what was final and is known is not asked for again, what
// was provisional comes under a new name, and once more when it has become final.
func TestFinalAndProvisionalWindows(t *testing.T) {
	w := newWorld(t, shelf(1))
	s := w.source(`
path: list
window: {every: day, from: 2024-03-07, look_back: 1d, from_parameter: a, to_parameter: b, format: date}
each: {parameter: facility, values: ["79001", "79002"]}
`)
	first := pull(t, s, nothingKnown)
	want := []string{
		"2024-03-07/2024-03-08 79001", "2024-03-07/2024-03-08 79002",
		"2024-03-08/2024-03-09 79001", "2024-03-08/2024-03-09 79002",
		"2024-03-09/2024-03-10 79001 as of 2024-03-10T05:00:00.000000Z", "2024-03-09/2024-03-10 79002 as of 2024-03-10T05:00:00.000000Z",
		"2024-03-10/2024-03-11 79001 as of 2024-03-10T05:00:00.000000Z", "2024-03-10/2024-03-11 79002 as of 2024-03-10T05:00:00.000000Z",
	}
	if diff := cmp.Diff(want, first.names); diff != "" {
		t.Errorf("first pull (-want +got):\n%s", diff)
	}
	preface := `{"@request":{"window_from":"2024-03-07T00:00:00+07:00","window_to":"2024-03-08T00:00:00+07:00","facility":"79001"}}` + "\n"
	if !strings.HasPrefix(first.payloads[0], preface) {
		t.Errorf("payload begins %.150s", first.payloads[0])
	}
	w.pass(24*time.Hour + 1500*time.Nanosecond)
	var askedFor []source.Item
	known := knowing(first.names...)
	second := pull(t, s, func(i source.Item) bool { askedFor = append(askedFor, i); return known(i) })
	want = []string{
		"2024-03-09/2024-03-10 79001", "2024-03-09/2024-03-10 79002",
		"2024-03-10/2024-03-11 79001 as of 2024-03-11T05:00:00.000001Z", "2024-03-10/2024-03-11 79002 as of 2024-03-11T05:00:00.000001Z",
		"2024-03-11/2024-03-12 79001 as of 2024-03-11T05:00:00.000001Z", "2024-03-11/2024-03-12 79002 as of 2024-03-11T05:00:00.000001Z",
	}
	if diff := cmp.Diff(want, second.names); diff != "" || second.report.Known != 4 || len(w.asked()) != 14 {
		t.Errorf("second pull: %d known, %d requests (-want +got):\n%s", second.report.Known, len(w.asked()), diff)
	}
	for _, i := range askedFor {
		if i.SizeBytes != source.UnknownSize || strings.Contains(i.Name, "as of") {
			t.Errorf("asked whether %+v is known", i)
		}
	}
	if len(askedFor) != 6 {
		t.Errorf("asked %d times what is known", len(askedFor))
	}
	// Bytes of the same request are the same, whenever it was made.
	if first.payloads[4] != second.payloads[0] {
		t.Error("the final reading of a window differs from the one before, though its records do not")
	}
}

// The time of an item is when its window began to be read.
func TestTimeOfAnItem(t *testing.T) {
	w := newWorld(t, nil)
	w.answer = func(out http.ResponseWriter, _ *http.Request) {
		w.pass(time.Minute + 999*time.Nanosecond)
		page(out, nil, "")
	}
	got := pull(t, w.source("each: {parameter: f, values: [a, b]}"), nothingKnown)
	start := time.Date(2024, 3, 10, 5, 0, 0, 0, time.UTC)
	if want := []time.Time{start, start.Add(time.Minute)}; len(got.items) != 2 || !got.items[0].ModifiedAt.Equal(want[0]) || !got.items[1].ModifiedAt.Equal(want[1]) {
		t.Errorf("items %+v", got.items)
	}
}

func TestPreface(t *testing.T) {
	tests := map[string]struct{ config, want string }{
		"nothing to tell": {"path: list", ""},
		"a value":         {"each: {parameter: ma_cskcb, values: [\"79\\\"001\"]}", `{"@request":{"ma_cskcb":"79\"001"}}` + "\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, raw("[]"))
			if diff := cmp.Diff([]string{tt.want + "[]\n"}, pull(t, w.source(tt.config), nothingKnown).payloads); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A window that is over by our clock and not by the server's is provisional.
func TestClockSkew(t *testing.T) {
	tests := []struct {
		name  string
		skew  time.Duration
		final bool
		notes int
	}{
		{"same", 0, true, 0},
		{"a minute behind", -time.Minute, false, 0},
		{"an hour behind", -time.Hour, false, 2},
		{"a minute ahead", time.Minute, true, 0},
		{"an hour ahead", time.Hour, true, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shelf(4))
			w.skew = tt.skew
			s := w.source("window: {every: hour, from: 2024-03-10T11:00:00+07:00, from_parameter: a, to_parameter: b}\npages: {kind: page, parameter: page, records: data, total: meta.total}")
			got := pull(t, s, nothingKnown)
			if got.err != nil || len(got.names) != 1 || strings.Contains(got.names[0], "as of") == tt.final {
				t.Errorf("names %v, error %v", got.names, got.err)
			}
			if tt.notes == 0 && len(got.report.Notes) > 0 {
				t.Errorf("notes %+v", got.report.Notes)
			}
			if tt.notes > 0 && (len(got.report.Notes) != 1 || got.report.Notes[0].Rule != "clock_skew" || got.report.Notes[0].Count != tt.notes || got.report.Notes[0].Reason.Vi == "") {
				t.Errorf("notes %+v", got.report.Notes)
			}
		})
	}
}

// Requests are spaced evenly, those of a second pull too.
func TestRate(t *testing.T) {
	w := newWorld(t, shelf(7))
	s := w.source("rate: {requests: 30, per: 1m}\npages: {kind: page, parameter: page, records: data, total: meta.total}")
	for range 2 {
		if got := pullWith(t, context.Background(), s, nothingKnown, nil); got.err != nil {
			t.Fatal(got.err)
		}
	}
	if diff := cmp.Diff([]time.Duration{2e9, 2e9, 2e9, 2e9, 2e9}, w.slept); diff != "" {
		t.Error(diff)
	}
}
