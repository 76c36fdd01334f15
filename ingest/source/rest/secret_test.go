package rest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source/rest"
)

func TestSettingsThatAreNotInPlace(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"no variable":            "auth: {kind: bearer, bearer: {env: NONE}}",
		"no file":                "auth: {kind: bearer, bearer: {file: /nowhere/at/all}}",
		"empty file":             "auth: {kind: bearer, bearer: {file: " + empty + "}}",
		"several lines":          "secret_headers: {X-Key: {env: LINES}}",
		"no password of a login": "auth: {kind: login, path: login, body: {password: {env: NONE}}}",
		"no address":             "base_url_env: NONE",
		"an address that is not": "base_url_env: LINES",
		"no proxy":               "proxy_url_env: NONE",
		"no authorities":         "tls: {ca_file: /nowhere/at/all}",
		"empty authorities":      "tls: {ca_file: " + empty + "}",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, shelf(1))
			w.vars["LINES"] = canary + "\n" + canary
			c := decode(t, text)
			if c.BaseURLEnv == "" {
				c.BaseURL = w.server.URL
			}
			s, err := rest.New(c, w.environment())
			if err != nil {
				t.Fatal(err)
			}
			got := pull(t, s, nothingKnown)
			check := s.Check(context.Background())
			if !errors.Is(got.err, rest.ErrSetting) || !errors.Is(check, rest.ErrSetting) || len(w.asked()) != 0 {
				t.Errorf("pull %v, check %v, requests %d", got.err, check, len(w.asked()))
			}
			keepsQuiet(t, got)
		})
	}
}

// A place is named in the language of the reader.
func TestSettingIsNamedInBothLanguages(t *testing.T) {
	tests := map[string]struct{ config, vi, en string }{
		"secret of the environment": {"auth: {kind: bearer, bearer: {env: NONE}}", "biến môi trường NONE", "environment variable NONE"},
		"secret in a file":          {"auth: {kind: bearer, bearer: {file: none/key}}", "tệp none/key", "file none/key"},
		"address":                   {"base_url_env: NONE", "biến môi trường NONE", "environment variable NONE"},
		"proxy":                     {"proxy_url_env: NONE", "biến môi trường NONE", "environment variable NONE"},
		"authorities":               {"tls: {ca_file: none}", "tls.ca_file", "tls.ca_file"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := decode(t, tt.config)
			w := newWorld(t, shelf(1))
			if c.BaseURLEnv == "" {
				c.BaseURL = w.server.URL
			}
			s, err := rest.New(c, w.environment())
			if err != nil {
				t.Fatal(err)
			}
			var e *rest.Error
			if err := s.Check(context.Background()); !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			want := []string{"thiếu hoặc không đọc được: " + tt.vi, "missing or unreadable: " + tt.en}
			if diff := cmp.Diff(want, []string{e.Reason.Vi, e.Reason.En}); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
		})
	}
}
