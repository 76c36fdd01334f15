package archive_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"thidua/sinks/archive"
)

const name = "20260314-000000000042"

// keys makes a pair of keys for a test.
func keys(t testing.TB) (age.Recipient, age.Identity) {
	t.Helper()
	private, public, err := archive.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r, err := archive.ParseRecipient(public)
	if err != nil {
		t.Fatal(err)
	}
	id, err := archive.ParseIdentity(private)
	if err != nil {
		t.Fatal(err)
	}
	return r, id
}

func open(t testing.TB, dir string, recipients ...age.Recipient) *archive.Store {
	t.Helper()
	s, err := archive.Open(dir, recipients)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func create(t testing.TB, s *archive.Store, name string) *archive.Bundle {
	t.Helper()
	b, err := s.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// put writes one payload in pieces, and checks what End says of it.
func put(t testing.TB, b *archive.Bundle, payload int64, content []byte, piece int) {
	t.Helper()
	if err := b.Begin(payload); err != nil {
		t.Fatal(err)
	}
	for rest := content; len(rest) > 0; {
		n := min(piece, len(rest))
		if _, err := b.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	size, sum, err := b.End()
	if err != nil {
		t.Fatal(err)
	}
	if size != int64(len(content)) || sum != sha256.Sum256(content) {
		t.Errorf("payload %d: End gives another size or hash than what was written", payload)
	}
}

func seal(t testing.TB, b *archive.Bundle) archive.Ref {
	t.Helper()
	ref, err := b.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// text is content that compresses about as well as claims do.
func text(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 0, n+32)
	for len(b) < n {
		b = append(b, "<SO_LUONG>"...)
		for range 8 {
			b = append(b, "0123456789abcdefghijklmnopqrstuv"[r.IntN(32)])
		}
		b = append(b, "</SO_LUONG>\n"...)
	}
	return b[:n]
}

func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name  string
		sizes []int
		piece int
	}{
		{"nothing", []int{0}, 1},
		{"one byte", []int{1}, 1},
		{"several", []int{10, 0, 70_000, 3}, 1000},
		{"fifty megabytes", []int{5, 50 << 20, 7}, 3 << 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			recipient, id := keys(t)
			s := open(t, t.TempDir(), recipient)
			b := create(t, s, name)
			want := map[int64][]byte{}
			for i, n := range tt.sizes {
				payload := int64(100 - i)
				want[payload] = text(n)
				put(t, b, payload, want[payload], tt.piece)
			}
			if ref := seal(t, b); ref.Name != name || ref.Payloads != len(tt.sizes) {
				t.Errorf("ref = %+v", ref)
			}
			for payload, content := range want {
				var got bytes.Buffer
				if err := s.Extract(name, payload, id, &got); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got.Bytes(), content) {
					t.Errorf("payload %d differs", payload)
				}
			}
		})
	}
}

func TestEach(t *testing.T) {
	recipient, id := keys(t)
	s := open(t, t.TempDir(), recipient)
	b := create(t, s, name)
	put(t, b, 7, []byte("seven"), 2)
	if err := b.Begin(8); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write([]byte("dropped")); err != nil {
		t.Fatal(err)
	}
	b.Abort()
	put(t, b, 9, []byte("nine"), 2)
	if b.Payloads() != 2 {
		t.Errorf("payloads = %d", b.Payloads())
	}
	seal(t, b)

	t.Run("void payloads are left out", func(t *testing.T) {
		got := map[int64]string{}
		err := s.Each(name, id, func(payload int64, r io.Reader) error {
			content, err := io.ReadAll(r)
			got[payload] = string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[int64]string{7: "seven", 9: "nine"}, got); diff != "" {
			t.Error(diff)
		}
		if err := s.Extract(name, 8, id, io.Discard); !errors.Is(err, archive.ErrNoPayload) {
			t.Errorf("void payload: error = %v", err)
		}
	})
	t.Run("payloads may be left unread", func(t *testing.T) {
		var got []int64
		err := s.Each(name, id, func(payload int64, r io.Reader) error {
			got = append(got, payload)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int64{7, 9}, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("an error stops", func(t *testing.T) {
		errStop := errors.New("stop")
		calls := 0
		err := s.Each(name, id, func(int64, io.Reader) error { calls++; return errStop })
		if err != errStop || calls != 1 {
			t.Errorf("error = %v after %d calls", err, calls)
		}
	})
	t.Run("an error of the writer is no damage", func(t *testing.T) {
		err := s.Extract(name, 7, id, fullWriter{})
		if !errors.Is(err, io.ErrShortWrite) || errors.Is(err, archive.ErrDamaged) {
			t.Errorf("error = %v", err)
		}
	})
}

type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestOutOfTurn(t *testing.T) {
	recipient, _ := keys(t)
	dir := t.TempDir()
	s := open(t, dir, recipient)
	b := create(t, s, name)
	put(t, b, 1, []byte("one"), 3)

	tests := []struct {
		name string
		step func() error
	}{
		{"write outside a payload", func() error { _, err := b.Write([]byte("x")); return err }},
		{"end outside a payload", func() error { _, _, err := b.End(); return err }},
		{"same payload again", func() error { return b.Begin(1) }},
		{"payload zero", func() error { return b.Begin(0) }},
		{"payload inside a payload", func() error { return errors.Join(b.Begin(2), b.Begin(3)) }},
		{"seal inside a payload", func() error { _, err := b.Seal(); return err }},
		{"begin after seal", func() error { b.Abort(); seal(t, b); return b.Begin(4) }},
		{"seal twice", func() error { _, err := b.Seal(); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.step(); !errors.Is(err, archive.ErrOutOfTurn) {
				t.Errorf("error = %v", err)
			}
		})
	}
	if err := b.Discard(); err != nil {
		t.Errorf("discard after seal: %v", err)
	}
	if diff := cmp.Diff([]string{"2026/03/" + name + ".zst.age"}, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestCreate(t *testing.T) {
	recipient, _ := keys(t)
	dir := t.TempDir()
	s := open(t, dir, recipient)
	create(t, s, name)
	sealed := "20260314-000000000043"
	seal(t, create(t, s, sealed))

	tests := []struct {
		name   string
		store  *archive.Store
		bundle string
		want   error
	}{
		{"partial file of the name", s, name, archive.ErrExists},
		{"bundle of the name", s, sealed, archive.ErrExists},
		{"no day", s, "bundle", archive.ErrName},
		{"no month", s, "20261301-1", archive.ErrName},
		{"path", s, "20260314-../x", archive.ErrName},
		{"no recipient", open(t, dir), "20260314-1", archive.ErrNoRecipient},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tt.store.Create(tt.bundle); !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestName(t *testing.T) {
	at := time.Date(2026, 3, 15, 3, 0, 0, 0, time.FixedZone("+07", 7*3600))
	if got := archive.Name(at, 42); got != name {
		t.Errorf("name = %s", got)
	}
}

func TestSweep(t *testing.T) {
	recipient, id := keys(t)
	dir := t.TempDir()
	s := open(t, dir, recipient)
	if n, err := s.Sweep(func(string) bool { return true }); n != 0 || err != nil {
		t.Fatalf("sweep of a store that does not exist yet: %d, %v", n, err)
	}
	for _, name := range []string{"20260314-1", "20260314-2", "20270101-3"} {
		b := create(t, s, name)
		put(t, b, 1, []byte("content"), 7)
		seal(t, b)
	}
	create(t, s, "20270101-4")
	for _, foreign := range []string{"README", "2026/03/notes.txt", "2026/03/20270101-9.zst.age", "tmp/other.partial"} {
		if err := os.WriteFile(filepath.Join(dir, foreign), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := s.SizeBytes()
	if err != nil {
		t.Fatal(err)
	}

	removed, err := s.Sweep(func(name string) bool { return name != "20260314-2" })
	if removed != 2 || err != nil {
		t.Errorf("removed %d, %v", removed, err)
	}
	want := []string{
		"2026/03/20260314-1.zst.age", "2026/03/20270101-9.zst.age", "2026/03/notes.txt",
		"2027/01/20270101-3.zst.age", "README", "tmp/other.partial",
	}
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Error(diff)
	}
	after, err := s.SizeBytes()
	if err != nil || after*3 != before*2 {
		t.Errorf("size was %d, is %d, %v", before, after, err)
	}
	if err := s.Extract("20270101-3", 1, id, io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := s.Create("20260314-2"); err != nil {
		t.Errorf("name of a swept bundle: %v", err)
	}
}

// files lists the files below dir, in order.
func files(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
