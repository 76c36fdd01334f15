package rest_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/ingest/source/rest"
)

func TestTLS(t *testing.T) {
	w := unstarted(t, shelf(2))
	w.server.StartTLS()
	file := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.server.Certificate().Raw})
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	got := pull(t, w.source("tls: {ca_file: "+file+"}"), nothingKnown)
	if got.err != nil || len(got.payloads) != 1 {
		t.Fatalf("rules %v, error %v", got.rules, got.err)
	}
	stranger := w.source("path: list")
	got = pull(t, stranger, nothingKnown)
	if !errors.Is(got.err, rest.ErrUnreachable) || cmp.Diff([]string{"certificate_untrusted"}, got.rules) != "" || len(w.slept) != 0 {
		t.Errorf("a server that is not trusted: rules %v, waits %v, error %v", got.rules, w.slept, got.err)
	}
	if err := stranger.Check(context.Background()); !errors.Is(err, rest.ErrUnreachable) {
		t.Errorf("check: %v", err)
	}
	if n := len(w.asked()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestProxy(t *testing.T) {
	proxy := newWorld(t, shelf(1))
	proxy.vars["PROXY"] = proxy.server.URL
	got := pull(t, proxy.source("base_url: http://his.example.invalid\nproxy_url_env: PROXY\npath: list"), nothingKnown)
	if got.err != nil || proxy.requests[0].Host != "his.example.invalid" {
		t.Errorf("error %v", got.err)
	}
	// The proxy of the environment is not looked at.
	t.Setenv("HTTP_PROXY", proxy.server.URL)
	t.Setenv("HTTPS_PROXY", proxy.server.URL)
	got = pull(t, proxy.source("base_url: http://his.example.invalid\nretry: {attempts: 1}"), nothingKnown)
	if !errors.Is(got.err, rest.ErrUnreachable) || len(proxy.requests) != 1 {
		t.Errorf("error %v, requests %v", got.err, proxy.asked())
	}
}

// Whatever carries the requests may be handed in.
func TestTransport(t *testing.T) {
	w := newWorld(t, shelf(1))
	env := w.environment()
	carried := 0
	env.Transport = carrier(func(r *http.Request) (*http.Response, error) {
		carried++
		return http.DefaultTransport.RoundTrip(r)
	})
	s, err := rest.New(rest.Config{Endpoint: rest.Endpoint{BaseURL: w.server.URL}}, env)
	if err != nil {
		t.Fatal(err)
	}
	if got := pull(t, s, nothingKnown); got.err != nil || carried != 1 {
		t.Errorf("carried %d, error %v", carried, got.err)
	}
}

type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestGzip(t *testing.T) {
	text := `{"data": [{"id": 1}]}`
	w := newWorld(t, raw(string(zipped(text)), "Content-Encoding", "gzip"))
	got := pull(t, w.source("path: list"), nothingKnown)
	if diff := cmp.Diff([]string{text + "\n"}, got.payloads); diff != "" || w.requests[0].Header.Get("Accept-Encoding") != "gzip" {
		t.Errorf("error %v:\n%s", got.err, diff)
	}
	// A small answer that becomes a large one.
	w = newWorld(t, raw(string(zipped(`["`+strings.Repeat("a", 5_000_000)+`"]`)), "Content-Encoding", "gzip"))
	got = pull(t, w.source("limits: {response_bytes: 1MB}"), nothingKnown)
	if diff := cmp.Diff([]string{"response_too_large"}, got.rules); diff != "" {
		t.Error(diff)
	}
}

// large answers with pages of about a megabyte each, and fails at one of them in
// the middle, once.
func large(pages, breaks int) http.HandlerFunc {
	filler := strings.Repeat("Xã Lâm Thượng ", 70_000)
	broken := false
	return func(out http.ResponseWriter, r *http.Request) {
		n := 1
		_, _ = fmt.Sscan(r.URL.Query().Get("page"), &n)
		text := fmt.Sprintf(`{"data": [{"id": %d, "note": "%s"}], "more": %v}`, n, filler, n < pages)
		if n == breaks && !broken {
			broken = true
			wire(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text[:len(text)-9]))(out, r)
			return
		}
		_, _ = io.WriteString(out, text)
	}
}

// A window that does not fit into memory goes to the disk, encrypted and nameless;
// what came of attempts that broke off is not in it.
func TestLargeWindow(t *testing.T) {
	const pages = 12
	for _, breaks := range []int{1, 9, 12} {
		t.Run(fmt.Sprintf("broken off at page %d", breaks), func(t *testing.T) {
			w := newWorld(t, large(pages, breaks))
			s := w.source("pages: {kind: page, parameter: page, records: data, more: more}")
			var held source.Payload
			got := pullWith(t, context.Background(), s, nothingKnown, func(p source.Payload) error {
				held = p
				again, err := readAll(p)
				if err != nil {
					return err
				}
				first, err := readAll(p)
				if !bytes.Equal(again, first) {
					t.Error("a second reader gives other bytes")
				}
				return err
			})
			if got.err != nil || len(got.payloads) != 1 {
				t.Fatalf("rules %v, error %v", got.rules, got.err)
			}
			if diff := cmp.Diff(upTo(pages), ids(t, got.payloads[0])); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if err := errors.Join(held.Verify(), held.Done(true)); err != nil {
				t.Error(err)
			}
			if _, err := held.Open(); err == nil {
				t.Error("a payload can be opened after its time")
			}
		})
	}
}

// Records that move while a large window is read are had by reading it again.
func TestLargeWindowIsReadAgain(t *testing.T) {
	const pages = 10
	serve := large(pages, 0)
	w := newWorld(t, serve)
	w.fault(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, `{"data": [{"id": 10}], "total": 11}`) }, pages)
	s := w.source("pages: {kind: page, parameter: page, records: data, total: total}")
	w.answer = func(out http.ResponseWriter, r *http.Request) {
		total := &bytes.Buffer{}
		serve(&recorder{out, total}, r)
		fmt.Fprint(out, strings.Replace(total.String(), `"more"`, fmt.Sprintf(`"total": %d, "more"`, pages), 1))
	}
	got := pull(t, s, nothingKnown)
	if got.err != nil || len(got.payloads) != 1 {
		t.Fatalf("rules %v, error %v", got.rules, got.err)
	}
	if diff := cmp.Diff(upTo(pages), ids(t, got.payloads[0])); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// recorder keeps what is written instead of sending it.
type recorder struct {
	http.ResponseWriter
	kept *bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) { return r.kept.Write(b) }

func TestWindowLimit(t *testing.T) {
	w := newWorld(t, large(9, 0))
	got := pull(t, w.source("limits: {window_bytes: 3MB}\npages: {kind: page, parameter: page, records: data, more: more}"), nothingKnown)
	if diff := cmp.Diff([]string{"window_too_large"}, got.rules); diff != "" || len(w.asked()) > 4 {
		t.Errorf("%d requests\n%s", len(w.asked()), diff)
	}
}

// A disk that does not take the window is no fault of the server.
func TestDiskThatIsGone(t *testing.T) {
	w := newWorld(t, large(12, 0))
	env := w.environment()
	env.SpoolDir = filepath.Join(t.TempDir(), "gone")
	c := decode(t, "pages: {kind: page, parameter: page, records: data, more: more}")
	c.BaseURL = w.server.URL
	s, err := rest.New(c, env)
	if err != nil {
		t.Fatal(err)
	}
	got := pull(t, s, nothingKnown)
	if !errors.Is(got.err, os.ErrNotExist) || len(got.rules) != 0 || len(got.payloads) != 0 {
		t.Errorf("error %v, rules %v", got.err, got.rules)
	}
}

// A file is passed on as it is, if it looks as declared.
func TestFiles(t *testing.T) {
	tests := []struct {
		name    string
		content string
		body    string
		rule    string
	}{
		{"no content declared", "", "anything", ""},
		{"empty", "", "", ""},
		{"csv", "csv", "\xef\xbb\xbfMA,TEN\n1,2\n", ""},
		{"csv that is a web page", "csv", " <!DOCTYPE html><html>" + canary, "content_mismatch"},
		{"xlsx", "xlsx", "PK\x03\x04rest", ""},
		{"xlsx that is a web page", "xlsx", "<html>" + canary, "content_mismatch"},
		{"xml", "xml", "<?xml version='1.0'?><GIAMDINHHS/>", ""},
		{"xml that is a web page", "xml", "<HTML>" + canary, "content_mismatch"},
		{"xml that is JSON", "xml", `{"error": ["` + canary + `"]}`, "content_mismatch"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, raw(tt.body)).fault(wire("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nPK <"+tt.body), 1)
			config := "raw: true\nwindow: {every: day, from: 2024-03-10, from_parameter: a, to_parameter: b}"
			if tt.content != "" {
				config += "\ncontent: " + tt.content
			}
			if tt.content != "" {
				w.faults = nil
			}
			got := pull(t, w.source(config), nothingKnown)
			if tt.rule != "" {
				if diff := cmp.Diff([]string{tt.rule}, got.rules); diff != "" {
					t.Error(diff)
				}
				keepsQuiet(t, got)
				return
			}
			if diff := cmp.Diff([]string{tt.body}, got.payloads); diff != "" || got.err != nil {
				t.Errorf("error %v:\n%s", got.err, diff)
			}
		})
	}
}

// A page without content has no bytes and no records.
func TestNoContent(t *testing.T) {
	w := newWorld(t, func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(http.StatusNoContent) })
	got := pull(t, w.source("each: {parameter: f, values: [a]}\npages: {kind: page, parameter: page, records: data, total: total}"), nothingKnown)
	if diff := cmp.Diff([]string{"{\"@request\":{\"f\":\"a\"}}\n"}, got.payloads); diff != "" || len(w.asked()) != 1 {
		t.Errorf("requests %d, error %v:\n%s", len(w.asked()), got.err, diff)
	}
}
