package rest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source/rest"
	"thidua/transform/declaration"
)

func TestConfigFromYAML(t *testing.T) {
	got := decode(t, `
base_url: https://api.example.vn
path: v1/don-thuoc
method: POST
query: {a: b}
headers: {app-name: so-y-te}
secret_headers: {app-key: {env: APP_KEY}}
body: {filter: {open: true}}
auth:
  kind: login
  path: login
  body: {username: "79999", password: {file: /etc/thidua/erx}}
  form: true
  token_path: data.token
  lifetime: 7d
  prefix: ""
pages: {kind: page, parameter: page, first: 0, size: 100, size_parameter: size, records: data, total: total, null_is_empty: true, max: 50}
window: {every: day, from: 2024-01-01, from_parameter: tu_ngay, to_parameter: den_ngay, format: vn_date, to_inclusive: true, look_back: 7d, lag: 1h}
each: {parameter: ma_cskcb, values: ["79001"]}
rate: {requests: 60, per: 1m}
retry: {attempts: 3, budget: 1m, first: 1s, most: 10s}
timeout: 30s
limits: {response_bytes: 1MB, window_bytes: 1GB}
tls: {ca_file: /etc/thidua/ca.pem}
proxy_url_env: PROXY
`)
	zero, none := 0, ""
	want := rest.Config{
		Endpoint: rest.Endpoint{
			BaseURL: "https://api.example.vn", Path: "v1/don-thuoc", Method: "POST",
			Query: map[string]string{"a": "b"}, Headers: map[string]string{"app-name": "so-y-te"},
			SecretHeaders: map[string]rest.Secret{"app-key": {Env: "APP_KEY"}},
			Body:          rest.Template{"filter": map[string]any{"open": true}},
		},
		Auth: rest.Auth{Kind: "login", Login: rest.Login{
			Path: "login", Body: map[string]rest.Value{"username": {Text: "79999"}, "password": {Secret: rest.Secret{File: "/etc/thidua/erx"}}},
			Form: true, TokenPath: "data.token", Lifetime: declaration.Duration(7 * 24 * time.Hour), Prefix: &none,
		}},
		Pages: rest.Pages{Kind: "page", Parameter: "page", First: &zero, Size: 100, SizeParameter: "size", Records: "data", Total: "total", NullIsEmpty: true, Max: 50},
		Window: rest.Window{
			Every: "day", From: "2024-01-01", FromParameter: "tu_ngay", ToParameter: "den_ngay", Format: "vn_date", ToInclusive: true,
			LookBack: declaration.Duration(7 * 24 * time.Hour), Lag: declaration.Duration(time.Hour),
		},
		Each:    rest.Each{Parameter: "ma_cskcb", Values: []string{"79001"}},
		Rate:    rest.Rate{Requests: 60, Per: declaration.Duration(time.Minute)},
		Retry:   rest.Retry{Attempts: 3, Budget: declaration.Duration(time.Minute), First: declaration.Duration(time.Second), Most: declaration.Duration(10 * time.Second)},
		Timeout: declaration.Duration(30 * time.Second), Limits: rest.Limits{ResponseBytes: 1e6, WindowBytes: 1e9},
		TLS: rest.TLS{CAFile: "/etc/thidua/ca.pem"}, ProxyURLEnv: "PROXY",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := rest.New(got, rest.Environment{}); err != nil {
		t.Error(err)
	}
}

func TestYAMLSaysWhere(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"secret without place": {"auth:\n  body:\n    password: {}\n", "[3:15] a secret names its place"},
		"secret with more":     {"auth:\n  body:\n    password: {env: A, value: B}\n", "[3:24] unknown field"},
		"number":               {"auth:\n  body: {user: 79}\n", "[2:16] a text in quotes"},
		"body that is a list":  {"body: [1]\n", "[1:7] "},
		"unknown key":          {"bse_url: x\n", "[1:1] unknown field"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var c rest.Config
			err := yaml.UnmarshalWithOptions([]byte(tt.text), &c, yaml.Strict())
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error = %v, want %s", err, tt.want)
			}
		})
	}
}

func TestNewFindsProblems(t *testing.T) {
	const base = "base_url: https://api.example.vn\n"
	const day = base + "window: {every: day, from: 2024-01-01, from_parameter: a, to_parameter: b"
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"no server", "path: a", []string{"$.base_url"}},
		{"two servers", base + "base_url_env: A", []string{"$.base_url_env"}},
		{"server with an account", "base_url: https://a:b@api.example.vn", []string{"$.base_url"}},
		{"server with a query", "base_url: https://api.example.vn?a=b", []string{"$.base_url"}},
		{"server of another kind", "base_url: ftp://api.example.vn", []string{"$.base_url"}},
		{"query in the path", base + "path: a?b=c", []string{"$.path"}},
		{"unknown method", base + "method: PUT", []string{"$.method"}},
		{"body of a GET", base + "body: {a: b}", []string{"$.body"}},
		{"secret without place", base + "secret_headers: {X-Key: {}}", []string{"$.secret_headers.X-Key"}},
		{"secret in two places", base + "secret_headers: {X-Key: {env: A, file: B}}", []string{"$.secret_headers.X-Key"}},
		{"header that is a secret", base + "headers: {authorization: a}", []string{"$.headers.authorization"}},
		{"header of two lines", base + "headers: {X-A: \"a\\nX-B: c\"}", []string{"$.headers.X-A"}},
		{"unknown auth", base + "auth: {kind: digest}", []string{"$.auth.kind"}},
		{"basic without anything", base + "auth: {kind: basic}", []string{"$.auth.username", "$.auth.password"}},
		{"bearer without token", base + "auth: {kind: bearer}", []string{"$.auth.bearer"}},
		{"key in two places", base + "auth: {kind: api_key, header: A, query: B, value: {env: C}}", []string{"$.auth.header"}},
		{"login nowhere", base + "auth: {kind: login}", []string{"$.auth.path"}},
		{"login at a strange address", base + "auth: {kind: login, url: login}", []string{"$.auth.url"}},
		{"path of a token that is none", base + "auth: {kind: login, path: a, token_path: \"a[*]\"}", []string{"$.auth.token_path"}},
		{"unknown pages", base + "pages: {kind: pages}", []string{"$.pages.kind"}},
		{"pages without parameter", base + "pages: {kind: offset, records: a}", []string{"$.pages.parameter"}},
		{"pages without records", base + "pages: {kind: page, parameter: a}", []string{"$.pages.records"}},
		{"cursor without path", base + "pages: {kind: cursor, parameter: a}", []string{"$.pages.cursor"}},
		{"path that is none", base + "pages: {kind: page, parameter: a, records: \"a..b\", total: ^a}", []string{"$.pages.records", "$.pages.total"}},
		{"null of no list", base + "pages: {null_is_empty: true}", []string{"$.pages.null_is_empty"}},
		{"size without number", base + "pages: {kind: page, parameter: a, records: b, size_parameter: c}", []string{"$.pages.size"}},
		{"link of a POST", base + "method: POST\npages: {kind: link}", []string{"$.pages.kind"}},
		{"less than zero", base + "pages: {kind: page, parameter: a, records: b, size: -1, first: -1, max: -1}\nrate: {requests: -1}\nretry: {attempts: -1}", []string{
			"$.pages.size", "$.pages.first", "$.pages.max", "$.rate.requests", "$.retry.attempts",
		}},
		{"unknown window", base + "window: {every: year}", []string{"$.window.every", "$.window.from", "$.window.from_parameter", "$.window.to_parameter"}},
		{"bounds without length", base + "window: {from: 2024-01-01}", []string{"$.window.every"}},
		{"format without year", day + ", format: 02/01}", []string{"$.window.format"}},
		{"format that is none", day + ", format: vn}", []string{"$.window.format"}},
		{"format without hour", strings.Replace(day, "every: day", "every: hour", 1) + ", format: date}", []string{"$.window.format"}},
		{"each without values", base + "each: {parameter: a}", []string{"$.each.values"}},
		{"each without parameter", base + "each: {values: [a]}", []string{"$.each.parameter"}},
		{"value twice", base + "each: {parameter: a, values: [a, b, a, \"\"]}", []string{"$.each.values[2]", "$.each.values[3]"}},
		{"parameter named as a bound", base + "each: {parameter: window_from, values: [a]}", []string{"$.each.parameter"}},
		{"content without raw", base + "content: csv", []string{"$.content"}},
		{"unknown content", base + "raw: true\ncontent: pdf", []string{"$.content"}},
		{"file with pages", base + "raw: true\npages: {records: a}", []string{"$.raw"}},
		{"waits that shrink", base + "retry: {first: 1m}", []string{"$.retry.most"}},
		{"parameter that leads nowhere", base + "method: POST\nbody: {a: 1}\neach: {parameter: a.b, values: [c]}", []string{"$.each.parameter"}},
		{"parameter that is no name", base + "method: POST\neach: {parameter: \"a[*]\", values: [c]}", []string{"$.each.parameter"}},
		{"body that is no JSON", base + "method: POST\nbody: {a: .nan}", []string{"$.body"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rest.New(decode(t, tt.text), rest.Environment{})
			var problems declaration.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error = %v", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Path)
				if p.Message == "" || p.Hint == "" {
					t.Errorf("%s: no message or no hint", p.Path)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
