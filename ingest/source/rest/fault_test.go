package rest_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/ingest/source/rest"
)

// keepsQuiet checks that nothing of what a pull tells holds a person or a secret.
func keepsQuiet(t testing.TB, p pulled) {
	t.Helper()
	told := fmt.Sprintf("%+v %v", p.report, p.err)
	for _, secret := range []string{canary, "token=", "secret"} {
		if strings.Contains(told, secret) {
			t.Errorf("%q is told: %s", secret, told)
		}
	}
}

func raw(text string, headers ...string) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			out.Header().Set(headers[i], headers[i+1])
		}
		_, _ = io.WriteString(out, text)
	}
}

// wire answers with bytes of its own and then hangs up.
func wire(text string) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) {
		conn, _, err := out.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

const whole = `{"data": [{"id": 1}], "person": "` + canary + `"}`

// What becomes of a request that met a fault: it is tried again, it is not, or it
// is when a short time for answers is over.
const (
	again = "again"
	never = "never"
	slow  = "slow"
)

// faults are what a server can do to a request, what is told if it lasts, and what
// becomes of the request.
func faults() []struct {
	name  string
	fault http.HandlerFunc
	rule  string
	after string
} {
	return []struct {
		name  string
		fault http.HandlerFunc
		rule  string
		after string
	}{
		{"status 429 with seconds", status(429, "Retry-After", "7"), "rate_limited", again},
		{"status 429 without Retry-After", status(429), "rate_limited", again},
		{"status 503", status(503, "Retry-After", "1"), "server_unavailable", again},
		{"status 500", status(500), "server_error", again},
		{"status 502", status(502), "server_error", again},
		{"status 504", status(504), "server_error", again},
		{"status 400", status(400), "request_refused", never},
		{"status 403", status(403), "request_refused", never},
		{"status 404", status(404), "request_refused", never},
		{"status 422", status(422), "request_refused", never},
		{"status 206", status(206), "request_refused", never},
		{"hangs up without an answer", wire(""), "connection_broken", again},
		{"answer cut short", wire("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + whole[:20]), "truncated_body", again},
		{"whole document, length too great", wire(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(whole)+5, whole)), "truncated_body", again},
		{"whole document, length too small", wire("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + whole), "truncated_body or connection_broken", again},
		{"document that ends early", raw(whole[:20]), "truncated_body", again},
		{"no document", raw(""), "truncated_body", again},
		{"gzip cut short", raw(string(zipped(whole)[:30]), "Content-Encoding", "gzip"), "truncated_body", again},
		{"gzip that is none", raw(whole, "Content-Encoding", "gzip"), "truncated_body", again},
		{"unknown compression", raw(whole, "Content-Encoding", "br"), "encoding_unknown", never},
		{"web page", raw("\n<!DOCTYPE html><p>" + canary), "html_instead_of_json", never},
		{"text called a web page", raw("Please log in, "+canary, "Content-Type", "text/html"), "html_instead_of_json", never},
		{"redirect elsewhere", status(302, "Location", "http://example.invalid/?token="+canary), "redirected_elsewhere", never},
		{"redirect to another port", status(307, "Location", "http://127.0.0.1:1/"), "redirected_elsewhere", never},
		{"slow answer", func(out http.ResponseWriter, r *http.Request) {
			out.WriteHeader(200)
			_, _ = io.WriteString(out, whole[:10])
			_ = http.NewResponseController(out).Flush()
			<-r.Context().Done()
		}, "timed_out", slow},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "timed_out", slow},
		{"too large", raw(`{"data": ["` + strings.Repeat("a", 1000) + `"]}`), "response_too_large", never},
	}
}

func zipped(text string) []byte {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return []byte(b.String())
}

const faultConfig = `
path: list
limits: {response_bytes: 500}
retry: {attempts: 2}
pages: {kind: page, parameter: page, records: data, size: 1}
each: {parameter: facility, values: [a, b]}
`

// A fault that is over at the second attempt: nothing is lost and nothing doubled.
func TestFaultsThatHeal(t *testing.T) {
	for _, tt := range faults() {
		if tt.after == never {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shelf(2)).fault(tt.fault, 2)
			s := w.source(timeout(tt.after) + "pages: {kind: page, parameter: page, records: data, total: meta.total, size: 1, size_parameter: size}")
			got := pull(t, s, nothingKnown)
			if got.err != nil || len(got.payloads) != 1 {
				t.Fatalf("rules %v, error %v", got.rules, got.err)
			}
			if diff := cmp.Diff(upTo(2), ids(t, got.payloads[0])); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if n := len(w.asked()); n != 3 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// timeout is short where the server is slow.
func timeout(after string) string {
	if after == slow {
		return "timeout: 250ms\n"
	}
	return "timeout: 10s\n"
}

// A fault that lasts: the window is told by its rule, and the next one is had.
func TestFaultsThatLast(t *testing.T) {
	for _, tt := range faults() {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("facility") == "a" {
					tt.fault(out, r)
					return
				}
				page(out, nil, "")
			})
			got := pull(t, w.source(timeout(tt.after)+faultConfig), nothingKnown)
			// What is left on a connection may meet the next request, or may not.
			if len(got.rules) != 1 || !slices.Contains(strings.Split(tt.rule, " or "), got.rules[0]) || got.err != nil {
				t.Fatalf("error %v, rules %v, want %s", got.err, got.rules, tt.rule)
			}
			if name := got.report.Unreadable[0].Item.Name; name != "whole a" {
				t.Errorf("item %q", name)
			}
			if len(got.names) != 1 || !strings.HasPrefix(got.names[0], "whole b as of ") {
				t.Errorf("yielded %v", got.names)
			}
			want := 2
			if tt.after != never {
				want++
			}
			// An attempt on a connection with leftovers may break before it is heard.
			fewest := want
			if strings.Contains(tt.rule, " or ") {
				fewest--
			}
			if n := len(w.asked()); n < fewest || n > want {
				t.Errorf("%d requests, want %d: %s, %v", n, want, got.report.Unreadable[0].Reason.En, w.slept)
			}
			keepsQuiet(t, got)
		})
	}
}

// What a person is told holds the status, the number of attempts and of errors.
func TestReasons(t *testing.T) {
	tests := []struct {
		name   string
		fault  http.HandlerFunc
		en, vi string
	}{
		{
			"status 500", status(500),
			"the server fails, status 500, after 5 attempts; run again later; tell its operator if it lasts",
			"máy chủ gặp lỗi, mã 500, sau 5 lần thử; chạy lại sau; báo đơn vị vận hành nếu kéo dài",
		},
		{
			"errors of the e-prescription system", answerFile(t, 422, "error_422.json"),
			"the server refuses the request, status 422, errors listed: 2; check path, parameters and the rights of the account",
			"máy chủ từ chối yêu cầu, mã 422, kèm 2 lỗi; kiểm tra path, tham số và quyền của tài khoản",
		},
		{
			"errors by field", func(out http.ResponseWriter, _ *http.Request) {
				out.WriteHeader(400)
				fmt.Fprintf(out, `{"error": {"ma": ["%s"], "ngay": ["x"], "c": []}}`, canary)
			},
			"the server refuses the request, status 400, errors listed: 3; check path, parameters and the rights of the account",
			"máy chủ từ chối yêu cầu, mã 400, kèm 3 lỗi; kiểm tra path, tham số và quyền của tài khoản",
		},
		{
			"wait beyond the budget", status(429, "Retry-After", "3600"),
			"the server is asked too often, status 429, the server asks to come back at 13:00:00 10/03/2024; declare a lower rate, or run again later",
			"máy chủ từ chối vì hỏi quá nhiều, mã 429, máy chủ hẹn trở lại từ 13:00:00 10/03/2024; khai rate thấp hơn, hoặc chạy lại sau",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.fault)
			got := pull(t, w.source("query: {ma: "+canary+"}"), nothingKnown)
			if len(got.report.Unreadable) != 1 {
				t.Fatalf("%+v", got.report)
			}
			reason := got.report.Unreadable[0].Reason
			if diff := cmp.Diff([]string{tt.en, tt.vi}, []string{reason.En, reason.Vi}); diff != "" {
				t.Error(diff)
			}
			keepsQuiet(t, got)
		})
	}
}

func TestWaits(t *testing.T) {
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	date := func(after time.Duration) string {
		return time.Date(2024, 3, 10, 5, 0, 0, 0, time.UTC).Add(after).Format(http.TimeFormat)
	}
	tests := []struct {
		name  string
		skew  time.Duration
		fault http.HandlerFunc
		// least and most bound the first wait.
		least, most time.Duration
	}{
		{"seconds", 0, status(429, "Retry-After", "7"), second(7), second(7)},
		{"date", 0, status(429, "Retry-After", date(second(30))), second(30), second(30)},
		{"date of a server whose clock is ahead", time.Hour, status(503, "Retry-After", date(time.Hour+second(20))), second(20), second(20)},
		{"date of a server whose clock is behind", -time.Hour, status(503, "Retry-After", date(second(9)-time.Hour)), second(9), second(9)},
		{"date that is past", 0, status(503, "Retry-After", date(-second(9))), second(1) / 4, second(1)},
		{"nothing", 0, status(429), second(1) / 4, second(1)},
		{"nonsense", 0, status(429, "Retry-After", "soon"), second(1) / 4, second(1)},
		{"seconds at status 500", 0, status(500, "Retry-After", "7"), second(1) / 4, second(1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shelf(1)).fault(tt.fault, 1)
			w.skew = tt.skew
			if got := pull(t, w.source("path: list"), nothingKnown); len(got.payloads) != 1 || len(w.slept) != 1 {
				t.Fatalf("payloads %d, waits %v, error %v", len(got.payloads), w.slept, got.err)
			}
			if w.slept[0] < tt.least || w.slept[0] > tt.most {
				t.Errorf("waited %s", w.slept[0])
			}
		})
	}
}

// Waits grow from attempt to attempt, and all of them stay within the budget of
// the window, over all of its pages.
func TestBudget(t *testing.T) {
	w := newWorld(t, shelf(1)).fault(status(500), always)
	got := pull(t, w.source("retry: {attempts: 50, budget: 30s, first: 1s, most: 8s}"), nothingKnown)
	var sum time.Duration
	for i, d := range w.slept {
		sum += d
		if low := min(time.Second<<i, 8*time.Second) / 2; d < low || d > 3*low+time.Microsecond {
			t.Errorf("wait %d is %s", i+1, d)
		}
	}
	if sum > 30*time.Second || sum < 10*time.Second || cmp.Diff([]string{"server_error"}, got.rules) != "" {
		t.Errorf("waited %s, rules %v", sum, got.rules)
	}
}

func TestUnreachable(t *testing.T) {
	w := newWorld(t, shelf(1))
	w.server.Close()
	s := w.source("each: {parameter: f, values: [a, b, c]}\nretry: {attempts: 3}")
	got := pull(t, s, nothingKnown)
	if !errors.Is(got.err, rest.ErrUnreachable) || len(w.slept) != 2 || len(got.rules) != 1 {
		t.Errorf("error %v, waits %v, rules %v", got.err, w.slept, got.rules)
	}
	if err := s.Check(context.Background()); !errors.Is(err, rest.ErrUnreachable) || len(w.slept) != 2 {
		t.Errorf("check: %v, waits %v", err, w.slept)
	}
}

// What was pulled before the pull ends stays pulled.
func TestServerThatGoesAway(t *testing.T) {
	w := newWorld(t, shelf(1))
	s := w.source("each: {parameter: f, values: [a, b, c]}\npath: list")
	got := pullWith(t, context.Background(), s, nothingKnown, func(source.Payload) error {
		w.server.CloseClientConnections()
		return w.server.Listener.Close()
	})
	if !errors.Is(got.err, rest.ErrUnreachable) || len(got.payloads) != 1 {
		t.Errorf("payloads %d, error %v", len(got.payloads), got.err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := newWorld(t, shelf(9)).fault(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}, 3)
	s := w.source("each: {parameter: f, values: [a, b]}\npages: {kind: page, parameter: page, records: data}")
	got := pullWith(t, ctx, s, nothingKnown, nil)
	if !errors.Is(got.err, context.Canceled) || len(got.payloads) != 0 || len(got.rules) != 0 || len(w.asked()) != 3 {
		t.Errorf("payloads %d, rules %v, error %v, requests %d", len(got.payloads), got.rules, got.err, len(w.asked()))
	}
}

// A wait is given up at once when the pull is cancelled, with the real timer.
func TestCancelWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := newWorld(t, shelf(1)).fault(func(out http.ResponseWriter, r *http.Request) {
		status(503, "Retry-After", "100")(out, r)
		time.AfterFunc(20*time.Millisecond, cancel)
	}, 1)
	env := w.environment()
	env.Sleep = nil
	s, err := rest.New(rest.Config{Endpoint: rest.Endpoint{BaseURL: w.server.URL}}, env)
	if err != nil {
		t.Fatal(err)
	}
	if got := pullWith(t, ctx, s, nothingKnown, nil); !errors.Is(got.err, context.Canceled) {
		t.Errorf("error %v", got.err)
	}
}

func TestErrorOfYieldIsReturnedUnchanged(t *testing.T) {
	w := newWorld(t, shelf(1))
	errStop := errors.New("stop")
	got := pullWith(t, context.Background(), w.source("each: {parameter: f, values: [a, b]}"), nothingKnown, func(source.Payload) error { return errStop })
	if got.err != errStop || len(w.asked()) != 1 {
		t.Errorf("error %v, requests %d", got.err, len(w.asked()))
	}
}

// Redirects on the same server are followed.
func TestRedirectOnTheSameServer(t *testing.T) {
	w := newWorld(t, shelf(2)).fault(status(301, "Location", "/moved?size=5"), 1)
	got := pull(t, w.source("path: list"), nothingKnown)
	if got.err != nil || cmp.Diff([]string{"/list", "/moved?size=5"}, w.asked()) != "" {
		t.Errorf("error %v, requests %v", got.err, w.asked())
	}
}

// A redirect carries nothing to another server, and turns no POST into a GET.
func TestRedirectElsewhere(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other server is asked") }))
	defer other.Close()
	w := newWorld(t, status(307, "Location", other.URL))
	w.vars["KEY"] = canary
	got := pull(t, w.source("auth: {kind: api_key, header: X-Key, value: {env: KEY}}"), nothingKnown)
	if cmp.Diff([]string{"redirected_elsewhere"}, got.rules) != "" {
		t.Errorf("rules %v, error %v", got.rules, got.err)
	}
	w = newWorld(t, status(302, "Location", "/elsewhere"))
	if got := pull(t, w.source("method: POST"), nothingKnown); cmp.Diff([]string{"redirected_elsewhere"}, got.rules) != "" || len(w.asked()) != 1 {
		t.Errorf("rules %v, requests %v", got.rules, w.asked())
	}
}
