package files_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thidua/ingest/source"
	"thidua/ingest/source/files"
)

// FuzzContainers offers foreign bytes as each kind of compressed file. Whatever
// they are, reading ends, keeps to the limits, and says why in terms of the contract.
func FuzzContainers(f *testing.F) {
	content := []byte(strings.Repeat("content ", 200))
	for i, ending := range []string{".gz", ".zst", ".zip"} {
		f.Add(uint8(i), compress(f, "a.xml", ending, content))
	}
	f.Add(uint8(2), zipOf(f, entry{name: "../a.xml", content: content}, entry{name: "a.xml"}, entry{name: "a.xml"}))
	f.Fuzz(func(t *testing.T, kind uint8, foreign []byte) {
		const maxMemberBytes, maxTotalBytes = 1 << 20, 2 << 20
		root := t.TempDir()
		path := filepath.Join(root, "a"+[]string{".gz", ".zst", ".zip"}[kind%3])
		if err := os.WriteFile(path, foreign, 0o600); err != nil {
			t.Fatal(err)
		}
		s := newSource(t, root, files.Config{
			Path: root, Limits: files.Limits{MemberBytes: maxMemberBytes, TotalBytes: maxTotalBytes, Members: 100},
		})
		var total int64
		_, err := s.Pull(context.Background(), nothingKnown, func(p source.Payload) error {
			n, err := count(p)
			if total += n; n > maxMemberBytes || total > maxTotalBytes {
				t.Errorf("%d bytes of a member, %d in all", n, total)
			}
			var u *source.Unreadable
			if err != nil && !errors.As(err, &u) {
				t.Errorf("error outside the contract: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func count(p source.Payload) (int64, error) {
	r, err := p.Open()
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, r)
	return n, errors.Join(err, r.Close())
}
