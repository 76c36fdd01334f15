package rest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source/rest"
)

// answerFile answers with a file of the e-prescription system.
func answerFile(t testing.TB, code int, name string) http.HandlerFunc {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "erx", name))
	if err != nil {
		t.Fatal(err)
	}
	return func(out http.ResponseWriter, _ *http.Request) {
		out.WriteHeader(code)
		_, _ = out.Write(content)
	}
}

func TestCredentials(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("file-"+canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		config string
		header string
		want   string
		query  string
	}{
		{"none", "path: list", "Authorization", "", ""},
		{"basic", "auth: {kind: basic, username: so-y-te, password: {env: KEY}}", "Authorization", "Basic c28teS10ZTpORw==", ""},
		{"bearer", "auth: {kind: bearer, bearer: {env: KEY}}", "Authorization", "Bearer NG", ""},
		{"key in a header", "auth: {kind: api_key, header: X-Api-Key, value: {file: " + file + "}}", "X-Api-Key", "file-" + canary, ""},
		{"key in the query", "auth: {kind: api_key, query: key, value: {env: KEY}}", "Authorization", "", "key=NG"},
		{"secret header beside", "secret_headers: {app-key: {env: KEY}}\nheaders: {app-name: so-y-te}", "App-Key", "NG", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shelf(1))
			w.vars["KEY"] = "NG"
			if got := pull(t, w.source(tt.config), nothingKnown); got.err != nil {
				t.Fatal(got.err)
			}
			r := w.requests[0]
			if r.Header.Get(tt.header) != tt.want || r.URL.RawQuery != tt.query {
				t.Errorf("header %q, query %q", r.Header.Get(tt.header), r.URL.RawQuery)
			}
		})
	}
}

func TestAddressOfTheEnvironment(t *testing.T) {
	w := newWorld(t, shelf(1))
	w.vars["ADDRESS"] = w.server.URL + "/v1/"
	s, err := rest.New(decode(t, "base_url_env: ADDRESS\npath: /list"), w.environment())
	if err != nil {
		t.Fatal(err)
	}
	if got := pull(t, s, nothingKnown); got.err != nil || cmp.Diff([]string{"/v1/list"}, w.asked()) != "" {
		t.Errorf("error %v, requests %v", got.err, w.asked())
	}
}

// office gives tokens and takes the newest of them.
type office struct {
	tokens int
	// refused says that no token is good.
	refused bool
	expires string
	answer  http.HandlerFunc
}

func (o *office) serve(out http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/login" {
		o.tokens++
		fmt.Fprintf(out, `{"data": {"access_token": "token-%d", "expires_in": %s}, "token": "%s"}`, o.tokens, o.expires, canary)
		return
	}
	if o.refused || r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", o.tokens) {
		status(401)(out, r)
		return
	}
	o.answer(out, r)
}

const loginConfig = `
path: list
auth:
  kind: login
  path: login
  body: {username: so-y-te, password: {env: KEY}}
  token_path: data.access_token
  expires_in_path: data.expires_in
pages: {kind: page, parameter: page, records: data, total: meta.total}
`

func newOffice(t testing.TB) (*office, *world) {
	o := &office{expires: "null", answer: shelf(7)}
	w := newWorld(t, o.serve)
	w.vars["KEY"] = canary
	return o, w
}

func TestLogin(t *testing.T) {
	o, w := newOffice(t)
	s := w.source(loginConfig)
	for range 2 {
		if got := pull(t, s, nothingKnown); got.err != nil || cmp.Diff(upTo(7), ids(t, got.payloads[0])) != "" {
			t.Fatalf("%+v", got)
		}
	}
	if o.tokens != 1 {
		t.Errorf("%d logins in two pulls", o.tokens)
	}
	if diff := cmp.Diff(`{"password":"`+canary+`","username":"so-y-te"}`, w.bodies[0]); diff != "" {
		t.Error(diff)
	}
}

func TestLoginAsForm(t *testing.T) {
	tests := map[string]struct{ config, method, body, query string }{
		"form": {"form: true", "POST", "password=NG&username=so-y-te", ""},
		"get":  {"method: GET", "GET", "", "password=NG&username=so-y-te"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, answerFile(t, 200, "login_response.json"))
			w.vars["KEY"] = "NG"
			s := w.source("secret_headers: {X-Key: {env: KEY}}\nauth: {kind: login, url: " + w.server.URL + "/login, " + tt.config +
				", body: {username: so-y-te, password: {env: KEY}}, header: accessToken, prefix: \"\"}")
			if got := pull(t, s, nothingKnown); got.err != nil {
				t.Fatal(got.err)
			}
			r := w.requests[0]
			if r.Method != tt.method || w.bodies[0] != tt.body || r.URL.RawQuery != tt.query {
				t.Errorf("%s with body %q, query %q", r.Method, w.bodies[0], r.URL.RawQuery)
			}
			if got := w.requests[1].Header.Get("Accesstoken"); got != "eyJ.synthetic.jwt" {
				t.Errorf("token %q", got)
			}
		})
	}
}

// A login on another server gets its own secrets and no others.
func TestLoginElsewhere(t *testing.T) {
	elsewhere := newWorld(t, raw(`{"token": "t"}`))
	w := newWorld(t, shelf(1))
	w.vars["KEY"] = canary
	got := pull(t, w.source("secret_headers: {X-Key: {env: KEY}}\nauth: {kind: login, url: "+elsewhere.server.URL+"}"), nothingKnown)
	if got.err != nil || elsewhere.requests[0].Header.Get("X-Key") != "" || w.requests[0].Header.Get("X-Key") != canary {
		t.Errorf("error %v", got.err)
	}
}

// The server forgets the token between two pages: one login, no page twice.
func TestTokenExpiresInMidPull(t *testing.T) {
	o, w := newOffice(t)
	w.fault(func(out http.ResponseWriter, r *http.Request) {
		o.tokens++
		answerFile(t, 401, "error_401_variant.json")(out, r)
	}, 3)
	got := pull(t, w.source(loginConfig), nothingKnown)
	if got.err != nil || len(got.payloads) != 1 || cmp.Diff(upTo(7), ids(t, got.payloads[0])) != "" {
		t.Fatalf("%+v", got)
	}
	if diff := cmp.Diff([]string{"/login", "/list?page=1", "/list?page=2", "/login", "/list?page=2", "/list?page=3"}, w.asked()); diff != "" {
		t.Error(diff)
	}
}

func TestTokenIsRenewedBeforeItExpires(t *testing.T) {
	tests := []struct {
		name    string
		expires string
		config  string
		passes  time.Duration
		logins  int
	}{
		{"still fresh", "600", loginConfig, 8 * time.Minute, 1},
		{"a minute before its end", "600", loginConfig, 9 * time.Minute, 2},
		{"seconds as text", `"600"`, loginConfig, 9 * time.Minute, 2},
		{"an instant", `"2024-03-10T05:10:00Z"`, loginConfig, 9 * time.Minute, 2},
		{"a short life", "60", loginConfig, 29 * time.Second, 1},
		{"half of a short life", "60", loginConfig, 30 * time.Second, 2},
		{"declared lifetime", "null", strings.Replace(loginConfig, "expires_in_path: data.expires_in", "lifetime: 7d", 1), 7*24*time.Hour - time.Minute, 2},
		{"no end", "null", loginConfig, 1000 * time.Hour, 1},
		{"nonsense", `"soon"`, loginConfig, 1000 * time.Hour, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, w := newOffice(t)
			o.expires = tt.expires
			s := w.source(tt.config)
			for range 2 {
				if got := pull(t, s, nothingKnown); got.err != nil || len(got.rules) > 0 {
					t.Fatal(got.err, got.rules)
				}
				w.pass(tt.passes)
			}
			if o.tokens != tt.logins {
				t.Errorf("%d logins, want %d", o.tokens, tt.logins)
			}
		})
	}
}

func TestAuthErrors(t *testing.T) {
	bearer := "path: list\nauth: {kind: bearer, bearer: {env: KEY}}"
	tests := []struct {
		name   string
		config string
		// login and list answer; nil is as it should be.
		login, list http.HandlerFunc
		rule        string
		requests    int
	}{
		{"a key that is not accepted", bearer, nil, status(401), "unauthorised", 1},
		{"a second 401 after a fresh login", loginConfig, nil, status(401), "unauthorised", 4},
		{"login refused", loginConfig, status(401), nil, "login_refused", 1},
		{"login forbidden", loginConfig, status(403), nil, "login_refused", 1},
		{"login that lists errors", loginConfig, answerFile(t, 422, "error_422.json"), nil, "login_refused", 1},
		{"login without token", loginConfig, raw(`{"token": "` + canary + `"}`), nil, "login_without_token", 1},
		{"login with a web page", loginConfig, raw("<html>" + canary), nil, "login_refused", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
				answer := tt.list
				if r.URL.Path == "/login" {
					if answer = tt.login; answer == nil {
						answer = raw(`{"data": {"access_token": "` + canary + `"}}`)
					}
				}
				answer(out, r)
			})
			w.vars["KEY"] = canary
			s := w.source(tt.config + "\neach: {parameter: f, values: [a, b, c]}")
			got := pull(t, s, nothingKnown)
			var e *rest.Error
			if !errors.Is(got.err, rest.ErrAuth) || !errors.As(got.err, &e) || e.Rule != tt.rule || e.Hint.En == "" {
				t.Fatalf("error %v", got.err)
			}
			if n := len(w.asked()); n != tt.requests {
				t.Errorf("%d requests, want %d: %v", n, tt.requests, w.asked())
			}
			if err := s.Check(context.Background()); !errors.Is(err, rest.ErrAuth) {
				t.Errorf("check: %v", err)
			}
			keepsQuiet(t, got)
		})
	}
}

// A login that the server is too busy for is tried again as any request is.
func TestLoginIsTriedAgain(t *testing.T) {
	o, w := newOffice(t)
	w.fault(status(503), 1)
	got := pull(t, w.source(loginConfig), nothingKnown)
	if got.err != nil || len(got.payloads) != 1 || o.tokens != 1 || len(w.slept) != 1 {
		t.Errorf("error %v, logins %d, waits %v", got.err, o.tokens, w.slept)
	}
	_, w = newOffice(t)
	w.fault(status(503), always)
	got = pull(t, w.source(loginConfig+"retry: {attempts: 3}"), nothingKnown)
	if cmp.Diff([]string{"server_unavailable"}, got.rules) != "" || len(w.asked()) != 3 {
		t.Errorf("rules %v, requests %v", got.rules, w.asked())
	}
}

// A login page with status 200 is a token that ran out, once.
func TestWebPageIsATokenThatRanOut(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pages  []int
		rules  []string
		logins int
	}{
		{"once", []int{3}, nil, 2},
		{"for ever", []int{3, 5}, []string{"html_instead_of_json"}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, w := newOffice(t)
			w.fault(raw("<!doctype html>", "Content-Type", "text/html"), tt.pages...)
			got := pull(t, w.source(loginConfig), nothingKnown)
			if got.err != nil || cmp.Diff(tt.rules, got.rules) != "" || o.tokens != tt.logins || len(w.slept) != 0 {
				t.Errorf("error %v, rules %v, logins %d, waits %v", got.err, got.rules, o.tokens, w.slept)
			}
			if tt.rules == nil && cmp.Diff(upTo(7), ids(t, got.payloads[0])) != "" {
				t.Error("records are lost or doubled")
			}
		})
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name   string
		config string
		answer http.HandlerFunc
		asked  []string
		method string
		err    error
	}{
		{"one record", "path: list\npages: {kind: page, parameter: page, size: 100, size_parameter: size, records: data}", shelf(7), []string{"/list?page=1&size=1"}, "GET", nil},
		{
			"newest window", "window: {every: day, from: 2020-01-01, from_parameter: a, to_parameter: b, format: date}\neach: {parameter: f, values: [x, y]}", shelf(7),
			[]string{"/?a=2024-03-10&b=2024-03-11&f=x"},
			"HEAD", nil,
		},
		{"head", "path: list", raw("", "Content-Encoding", "gzip"), []string{"/list"}, "HEAD", nil},
		{"a server that knows no head", "path: list", status(405), []string{"/list"}, "HEAD", nil},
		{"post", "path: list\nmethod: POST", shelf(7), []string{"/list"}, "POST", nil},
		{"refused", "path: list", status(404), []string{"/list"}, "HEAD", rest.ErrFailing},
		{"not tried again", "path: list", status(500), []string{"/list"}, "HEAD", rest.ErrFailing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.answer)
			err := w.source(tt.config).Check(context.Background())
			if !errors.Is(err, tt.err) || tt.err == nil && err != nil {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.asked, w.asked()); diff != "" || w.requests[0].Method != tt.method {
				t.Errorf("%s %s", w.requests[0].Method, diff)
			}
		})
	}
}

// Connections are kept between the pages of a pull, as far as the answers let them.
func TestConnectionsAreKept(t *testing.T) {
	w := newWorld(t, shelf(30))
	got := pull(t, w.source("pages: {kind: page, parameter: page, records: data}"), nothingKnown)
	peers := map[string]bool{}
	for _, r := range w.requests {
		peers[r.RemoteAddr] = true
	}
	if got.err != nil || len(w.requests) != 11 || len(peers) != 1 {
		t.Errorf("%d requests over %d connections, error %v", len(w.requests), len(peers), got.err)
	}
}
