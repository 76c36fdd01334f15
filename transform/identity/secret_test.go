package identity_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/identity"
)

func secrets(t *testing.T, n int) []identity.Secret {
	t.Helper()
	var all []identity.Secret
	for _, key := range keys(n) {
		s, err := identity.NewSecret(bytes.NewReader(key))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestKeyFileReadsBack(t *testing.T) {
	want := secrets(t, 3)
	text := identity.FormatKeys(want)
	// Editors add marks and line ends.
	edited := append([]byte("\ufeff\n"), bytes.ReplaceAll(text, []byte("\n"), []byte(" \r\n"))...)
	for name, text := range map[string][]byte{"as written": text, "edited": edited} {
		got, err := identity.ParseKeys(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(identity.Chain(want), identity.Chain(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestParseKeysNamesTheLine(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, identity.KeyBytes))
	good := "thidua-key-v1 1 " + key + "\n"
	tests := map[string]struct{ text, says string }{
		"no key":           {"# nothing here\n\n", identity.ErrNoKey.Error()},
		"other tag":        {"\nthidua-key-v2 1 " + key, "line 2: "},
		"too few fields":   {good + "thidua-key-v1 " + key, "line 2: "},
		"generation twice": {good + good, "line 2: generation 2"},
		"generation gap":   {"thidua-key-v1 2 " + key, "line 1: generation 1"},
		"key twice":        {good + "thidua-key-v1 2 " + key, "line 2: repeats the key of generation 1"},
		"not base64":       {"thidua-key-v1 1 " + key[1:], "line 1: the key is not base64"},
		"short key":        {"thidua-key-v1 1 " + key[:40], "line 1: the key has fewer"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := identity.ParseKeys([]byte(tt.text))
			if !errors.Is(err, identity.ErrKeyFile) || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("got %v, want one that says %q", err, tt.says)
			}
			if strings.Contains(err.Error(), key[1:30]) {
				t.Error("the error shows the key")
			}
		})
	}
}

func TestNewSecretNeedsRandomness(t *testing.T) {
	if _, err := identity.NewSecret(strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

func TestSecretDoesNotShowItself(t *testing.T) {
	s := secrets(t, 1)[0]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, s); got != "secret" {
			t.Errorf("%s shows %q", verb, got)
		}
		if got := fmt.Sprintf(verb, &s); got != "secret" {
			t.Errorf("%s of a pointer shows %q", verb, got)
		}
	}
	if got, err := json.Marshal(s); err != nil || string(got) != `"secret"` {
		t.Errorf("JSON shows %s, %v", got, err)
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte("thidua-key-v1 1 " + base64.StdEncoding.EncodeToString(make([]byte, identity.KeyBytes))))
	f.Add([]byte("# x\r\n\nthidua-key-v1 2 AAAA"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := identity.ParseKeys(text)
		if err != nil {
			return
		}
		again, err := identity.ParseKeys(identity.FormatKeys(got))
		if diff := cmp.Diff(identity.Chain(got), identity.Chain(again)); diff != "" || err != nil {
			t.Errorf("keys read back as others: %v", err)
		}
	})
}
