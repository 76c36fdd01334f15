package main

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
	"thidua/transform/identity"
)

func TestDiskLevel(t *testing.T) {
	const gigabyte = 1 << 30
	for name, test := range map[string]struct {
		free, records int64
		want          level
	}{
		"plenty":                       {100 * gigabyte, 10 * gigabyte, levelOK},
		"less than the records thrice": {29 * gigabyte, 10 * gigabyte, levelWarn},
		"little":                       {4 * gigabyte, 0, levelWarn},
		"next to none":                 {gigabyte - 1, 0, levelFail},
	} {
		t.Run(name, func(t *testing.T) {
			if got := diskLevel(test.free, test.records); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A workspace that a run has is told apart from a free one without waiting.
func TestTryLock(t *testing.T) {
	var told bytes.Buffer
	a := &app{out: &told, errOut: &told, dir: t.TempDir()}
	unlock, err := a.lockWorkspace(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, held, err := a.tryLock(t.Context()); !held || err == nil {
		t.Errorf("locked workspace: held %v, error %v", held, err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, held, err := a.tryLock(t.Context())
	if held || err != nil {
		t.Fatalf("free workspace: held %v, error %v", held, err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
	if told.Len() > 0 {
		t.Errorf("trying told people %q", told.String())
	}
}

// A private key is looked for where people leave one, and in no file that others
// send or the engine holds.
func TestPrivateKeysInside(t *testing.T) {
	a := &app{dir: t.TempDir(), set: &configs.Set{Workspace: configs.Defaults()}}
	key := []byte("# made for a test\n" + privateKeyMark + "QQQQ\n")
	for _, name := range []string{
		"notes.txt", "configs/deep/key", "state/key", "inbox/claims/key", "archive/key", "published/key", "state/records.duckdb",
	} {
		write(t, filepath.Join(a.dir, name), key)
	}
	write(t, filepath.Join(a.dir, "large"), append(make([]byte, 65<<10), key...))
	var got []string
	for _, name := range a.privateKeysInside() {
		rel, err := filepath.Rel(a.dir, name)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rel)
	}
	if diff := cmp.Diff([]string{"configs/deep/key", "notes.txt", "state/key"}, got); diff != "" {
		t.Errorf("files found (-want +got):\n%s", diff)
	}
}

// A key is added below what the file says, in whatever way the file ends, and the
// file as it was stays beside it.
func TestReplaceKeys(t *testing.T) {
	keys := make([]identity.Secret, 2)
	for i := range keys {
		var err error
		if keys[i], err = identity.NewSecret(rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	first := identity.FormatKeys(keys[:1])
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, old := range map[string][]byte{
		"as it is made":   first,
		"no line end":     bytes.TrimRight(first, "\n"),
		"line ends twice": append(bytes.Clone(first), '\n'),
		"Windows":         bytes.ReplaceAll(first, []byte("\n"), []byte("\r\n")),
		"with a comment":  append(bytes.Clone(first), "# in the safe since March\n"...),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "keys")
			write(t, file, old)
			write(t, file+".new", []byte("left by a crash"))
			if err := replaceKeys(file, keys, now); err != nil {
				t.Fatal(err)
			}
			text := read(t, file)
			parsed, err := identity.ParseKeys(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(identity.Chain(keys), identity.Chain(parsed)); diff != "" {
				t.Errorf("the file does not hold both keys")
			}
			if !bytes.HasPrefix(text, bytes.TrimRight(old, "\r\n")) {
				t.Errorf("the file lost what it said before")
			}
			if !bytes.Equal(read(t, file+".bak-20260304T050607"), old) {
				t.Errorf("the copy is not the file as it was")
			}
			if _, err := os.Stat(file + ".new"); !os.IsNotExist(err) {
				t.Errorf("the file under its passing name: %v", err)
			}
			if stat, err := os.Stat(file); err != nil || stat.Mode() != fs.FileMode(0o600) {
				t.Errorf("the file is not for its owner alone: %v", err)
			}
		})
	}
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
