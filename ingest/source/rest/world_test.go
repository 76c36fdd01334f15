package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"thidua/ingest/source"
	"thidua/ingest/source/rest"
)

// TestMain keeps the standard logger quiet: the HTTP client writes to it what a
// server sends unasked, and the program that runs a source keeps it quiet too.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// world is a server on loopback, with a clock that waiting moves on.
type world struct {
	t      testing.TB
	server *httptest.Server
	// answer is what the server does when no fault is in its way.
	answer http.HandlerFunc
	// skew is how far the server's clock is ahead.
	skew time.Duration
	vars map[string]string

	lock     sync.Mutex
	now      time.Time
	slept    []time.Duration
	requests []*http.Request
	bodies   []string
	faults   map[int]http.HandlerFunc
}

// newWorld starts a server. Its clock says noon of 10 March 2024 in Vietnam.
func newWorld(t testing.TB, answer http.HandlerFunc) *world {
	t.Helper()
	w := unstarted(t, answer)
	w.server.Start()
	return w
}

func unstarted(t testing.TB, answer http.HandlerFunc) *world {
	w := &world{
		t: t, answer: answer, vars: map[string]string{}, faults: map[int]http.HandlerFunc{},
		now: time.Date(2024, 3, 10, 5, 0, 0, 0, time.UTC),
	}
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.lock.Lock()
	w.requests = append(w.requests, r)
	w.bodies = append(w.bodies, string(body))
	fault := w.faults[len(w.requests)]
	if fault == nil {
		fault = w.faults[always]
	}
	out.Header().Set("Date", w.now.Add(w.skew).UTC().Format(http.TimeFormat))
	w.lock.Unlock()
	if fault != nil {
		fault(out, r)
		return
	}
	w.answer(out, r)
}

// always is the number of a fault that every request meets.
const always = 0

// fault lets the requests of these numbers, counted from 1, meet a fault.
func (w *world) fault(f http.HandlerFunc, numbers ...int) *world {
	for _, n := range numbers {
		w.faults[n] = f
	}
	return w
}

func (w *world) at() time.Time {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.now = w.now.Add(d)
}

// asked lists the requests as paths with their queries.
func (w *world) asked() []string {
	w.lock.Lock()
	defer w.lock.Unlock()
	var list []string
	for _, r := range w.requests {
		list = append(list, r.URL.RequestURI())
	}
	return list
}

func (w *world) environment() rest.Environment {
	return rest.Environment{
		Getenv:   func(name string) (string, bool) { v, ok := w.vars[name]; return v, ok },
		ReadFile: os.ReadFile,
		Now:      w.at,
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.pass(d)
			w.slept = append(w.slept, d)
			return ctx.Err()
		},
		SpoolDir:  w.t.TempDir(),
		UserAgent: "thidua-test",
	}
}

// source declares a source in YAML, below the address of the server.
func (w *world) source(text string) *rest.Source {
	w.t.Helper()
	c := decode(w.t, text)
	if c.BaseURL == "" {
		c.BaseURL = w.server.URL
	}
	s, err := rest.New(c, w.environment())
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func decode(t testing.TB, text string) rest.Config {
	t.Helper()
	var c rest.Config
	if err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return c
}

// pulled is what a pull came to.
type pulled struct {
	items    []source.Item
	names    []string
	payloads []string
	report   source.Report
	rules    []string
	err      error
}

func nothingKnown(source.Item) bool { return false }

// pull pulls once and checks that the report accounts for everything.
func pull(t testing.TB, s *rest.Source, known func(source.Item) bool) pulled {
	t.Helper()
	return pullWith(t, context.Background(), s, known, nil)
}

func pullWith(t testing.TB, ctx context.Context, s *rest.Source, known func(source.Item) bool, yield func(source.Payload) error) pulled {
	t.Helper()
	var p pulled
	p.report, p.err = s.Pull(ctx, known, func(payload source.Payload) error {
		content, err := readAll(payload)
		if err != nil {
			t.Errorf("read %s: %v", payload.Item().Name, err)
		}
		p.items = append(p.items, payload.Item())
		p.names = append(p.names, payload.Item().Name)
		p.payloads = append(p.payloads, string(content))
		if size := payload.Item().SizeBytes; size != int64(len(content)) {
			t.Errorf("size %d of %d bytes", size, len(content))
		}
		if yield != nil {
			return yield(payload)
		}
		return nil
	})
	if sum := p.report.Known + p.report.Unsettled + len(p.report.Unreadable) + len(p.names); p.report.Seen != sum {
		t.Errorf("report does not account for what was seen: %+v", p.report)
	}
	for _, u := range p.report.Unreadable {
		p.rules = append(p.rules, u.Rule)
		if !u.World || u.Item.Name == "" || u.Reason.Vi == "" || u.Reason.En == "" {
			t.Errorf("window is not told as it should be: %+v", u)
		}
	}
	return p
}

func readAll(p source.Payload) ([]byte, error) {
	r, err := p.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(r)
	return content, errors.Join(err, r.Close())
}

// ids returns the records of a payload, in their order. It reads as a decoder
// does: a sequence of documents, each with a list under data.
func ids(t testing.TB, payload string) []int {
	t.Helper()
	var list []int
	decoder := json.NewDecoder(strings.NewReader(payload))
	for {
		var page struct{ Data []struct{ ID int } }
		if err := decoder.Decode(&page); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return list
		}
		for _, record := range page.Data {
			list = append(list, record.ID)
		}
	}
}

// upTo lists the records that a server with n of them has.
func upTo(n int) []int {
	var list []int
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

// page writes a page of records and what else stands on it.
func page(out http.ResponseWriter, records []int, beside string) {
	var items []string
	for _, id := range records {
		items = append(items, fmt.Sprintf(`{"id": %d, "name": "Nguyễn Văn Mẫu"}`, id))
	}
	out.Header().Set("Content-Type", "application/json; charset=utf-8")
	fmt.Fprintf(out, `{"data": [%s]%s}`, strings.Join(items, ", "), beside)
}

// part returns the records from index first, at most size of them.
func part(records []int, first, size int) []int {
	first = min(max(first, 0), len(records))
	return records[first:min(first+size, len(records))]
}

// status answers with a status and a body that holds a person.
func status(code int, headers ...string) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			out.Header().Set(headers[i], headers[i+1])
		}
		out.WriteHeader(code)
		_, _ = io.WriteString(out, `{"message": "`+canary+`"}`)
	}
}

// canary stands for a person or a secret: it never comes out.
const canary = "NGUYEN-THI-CANARY"

// knowing knows the items of these names.
func knowing(names ...string) func(source.Item) bool {
	return func(i source.Item) bool { return slices.Contains(names, i.Name) }
}
