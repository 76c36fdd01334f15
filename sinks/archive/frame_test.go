package archive_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/archive"
)

func frames(t testing.TB, payloads ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := archive.WriteFrames(&b, payloads...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFrames writes the format down: an archive of today has to be readable in ten
// years.
func TestFrames(t *testing.T) {
	want := "thidua-bundle-1\n" +
		`{"payload":1}` + "\n\x00\x00\x00\x05hello\x00\x00\x00\x00" +
		`{"size":5,"sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}` + "\n" +
		`{"payload":2}` + "\n\x00\x00\x00\x00" + `{"size":0,"void":true}` + "\n" +
		`{"end":true,"payloads":1}` + "\n"
	if diff := cmp.Diff(want, string(frames(t, []byte("hello"), nil))); diff != "" {
		t.Error(diff)
	}
}

func TestFramesRefused(t *testing.T) {
	good := string(frames(t, []byte("hello"), []byte("world!")))
	tests := []struct {
		name string
		text string
	}{
		{"nothing", ""},
		{"other magic", strings.Replace(good, "bundle-1", "bundle-2", 1)},
		{"other bytes", strings.Replace(good, "hello", "hallo", 1)},
		{"other size", strings.Replace(good, `"size":5`, `"size":6`, 1)},
		{"other hash", strings.Replace(good, `"sha256":"2c`, `"sha256":"2d`, 1)},
		{"other count", strings.Replace(good, `"payloads":2`, `"payloads":1`, 1)},
		{"no end", good[:strings.Index(good, `{"end"`)]},
		{"bytes after the end", good + "x"},
		{"unknown key", strings.Replace(good, `"payload":1`, `"payload":1,"x":1`, 1)},
		{"payload without a number", strings.Replace(good, `"payload":1`, `"payload":0`, 1)},
		{"endless line", good[:16] + strings.Repeat(" ", 1<<20)},
		{"long line", good[:16] + strings.Repeat(" ", 2000) + good[16:]},
		{"long chunk", strings.Replace(good, "\x00\x00\x00\x05", "\x00\x20\x00\x00", 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if sizes, err := archive.ReadFrames(strings.NewReader(tt.text)); err == nil {
				t.Errorf("accepted with payloads of %v bytes", sizes)
			}
		})
	}
}

// FuzzFrames reads foreign bytes as frames: whoever has the public key can seal
// anything. What is accepted holds no more bytes than it was given.
func FuzzFrames(f *testing.F) {
	f.Add(frames(f, []byte("hello"), nil, []byte{}))
	f.Add(frames(f))
	f.Add([]byte("thidua-bundle-1\n{\"payload\":1}\n\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		sizes, err := archive.ReadFrames(bytes.NewReader(content))
		if err != nil {
			return
		}
		var total int64
		for _, n := range sizes {
			total += n
		}
		if total > int64(len(content)) {
			t.Errorf("%d bytes read of %d", total, len(content))
		}
	})
}

func BenchmarkBundle(b *testing.B) {
	recipient, id := keys(b)
	content := text(16 << 20)
	b.Run("write", func(b *testing.B) {
		s := open(b, b.TempDir(), recipient)
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for i := range b.N {
			bundle := create(b, s, archive.Name(time.Unix(0, 0), int64(i)))
			put(b, bundle, 1, content, 64<<10)
			seal(b, bundle)
		}
	})
	b.Run("each", func(b *testing.B) {
		s := open(b, b.TempDir(), recipient)
		bundle := create(b, s, name)
		put(b, bundle, 1, content, 64<<10)
		seal(b, bundle)
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for range b.N {
			err := s.Each(name, id, func(_ int64, r io.Reader) error {
				_, err := io.Copy(io.Discard, r)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
