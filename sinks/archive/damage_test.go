package archive_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"thidua/sinks/archive"
)

// sealed writes a bundle of two payloads and returns the path of its file.
func sealed(t testing.TB, dir string, recipients ...age.Recipient) (*archive.Store, string) {
	t.Helper()
	s := open(t, dir, recipients...)
	b := create(t, s, name)
	put(t, b, 1, text(800_000), 64<<10)
	put(t, b, 2, []byte("canary in the archive"), 5)
	seal(t, b)
	return s, filepath.Join(dir, "2026", "03", name+".zst.age")
}

func TestKeysOfABundle(t *testing.T) {
	first, firstID := keys(t)
	second, secondID := keys(t)
	_, strangerID := keys(t)
	s, _ := sealed(t, t.TempDir(), first, second)

	tests := []struct {
		name string
		id   age.Identity
		want error
	}{
		{"first key", firstID, nil},
		{"second key", secondID, nil},
		{"wrong key", strangerID, archive.ErrWrongKey},
		{"no key", nil, archive.ErrNoIdentity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := s.Extract(name, 2, tt.id, io.Discard); !errors.Is(err, tt.want) {
				t.Errorf("extract: error = %v, want %v", err, tt.want)
			}
			err := s.Each(name, tt.id, func(int64, io.Reader) error { return nil })
			if !errors.Is(err, tt.want) {
				t.Errorf("each: error = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	recipient, id := keys(t)
	s, _ := sealed(t, t.TempDir(), recipient)
	if err := s.Extract(name, 3, id, io.Discard); !errors.Is(err, archive.ErrNoPayload) {
		t.Errorf("payload: error = %v", err)
	}
	if err := s.Extract("20260314-9", 1, id, io.Discard); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("bundle: error = %v", err)
	}
	if err := s.Extract("../../x", 1, id, io.Discard); !errors.Is(err, archive.ErrName) {
		t.Errorf("name: error = %v", err)
	}
}

func TestSealedFileHidesItsContent(t *testing.T) {
	recipient, _ := keys(t)
	dir := t.TempDir()
	_, path := sealed(t, dir, recipient)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{"canary in the archive", "SO_LUONG", "thidua-bundle", "payload"} {
		if bytes.Contains(content, []byte(plain)) {
			t.Errorf("sealed file shows %q", plain)
		}
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v", stat.Mode())
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("beside the bundle there is something else: %v", got)
	}
}

func TestTruncated(t *testing.T) {
	recipient, id := keys(t)
	s, path := sealed(t, t.TempDir(), recipient)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The cuts meet the header, the first bytes of the body, the middle, the border
	// of a sealed chunk of 64 KiB, and the last byte.
	body := bytes.Index(content, []byte("\n--- ")) + 49
	for _, n := range []int{0, 1, 10, body, body + 16, len(content) / 2, body + 16 + 64<<10 + 16, len(content) - 1} {
		if n >= len(content) {
			t.Fatalf("cut at %d is not within the %d bytes of the file", n, len(content))
		}
		if err := os.WriteFile(path, content[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		calls := 0
		err := s.Each(name, id, func(int64, io.Reader) error { calls++; return nil })
		if !errors.Is(err, archive.ErrDamaged) || calls != 0 {
			t.Errorf("cut at %d: %d calls, error = %v", n, calls, err)
		}
		var got bytes.Buffer
		if err := s.Extract(name, 2, id, &got); !errors.Is(err, archive.ErrDamaged) || got.Len() != 0 {
			t.Errorf("cut at %d: %d bytes extracted, error = %v", n, got.Len(), err)
		}
	}
}

func TestBitFlip(t *testing.T) {
	recipient, id := keys(t)
	s, path := sealed(t, t.TempDir(), recipient)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(content); i += 1 + len(content)/97 {
		flipped := bytes.Clone(content)
		flipped[i] ^= 4
		if err := os.WriteFile(path, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		calls := 0
		err := s.Each(name, id, func(int64, io.Reader) error { calls++; return nil })
		// A flip within the part of the header that is meant for a recipient looks
		// like a bundle for somebody else.
		if !errors.Is(err, archive.ErrDamaged) && !errors.Is(err, archive.ErrWrongKey) || calls != 0 {
			t.Errorf("byte %d: %d calls, error = %v", i, calls, err)
		}
	}
}
