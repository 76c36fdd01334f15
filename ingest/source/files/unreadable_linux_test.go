package files_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"thidua/ingest/source"
	"thidua/ingest/source/files"
)

// asNobody runs fn with the rights of a user who is not the superuser: the test
// may be run by root, who can read everything. The rights are those of the thread.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	const nobody = 65534
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 {
		if err := unix.Setfsuid(nobody); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := unix.Setfsuid(0); err != nil {
				t.Error(err)
			}
		}()
	}
	fn()
}

func TestNoRightToRead(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"in/a.xml", "in/closed/b.xml", "in/secret.xml", "in/secret.zip", "in/z.xml"} {
		put(t, root, name, nil)
	}
	for path, mode := range map[string]os.FileMode{
		filepath.Dir(root): 0o755, "in/a.xml": 0o644, "in/z.xml": 0o644, "in/closed": 0, "in/secret.xml": 0, "in/secret.zip": 0,
	} {
		if !filepath.IsAbs(path) {
			path = filepath.Join(root, path)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	defer os.Chmod(filepath.Join(root, "in", "closed"), 0o755)

	s := newSource(t, root, files.Config{Order: "name"})
	asNobody(t, func() {
		got := pull(t, s, nothingKnown)
		if diff := cmp.Diff([]string{"a.xml", "secret.xml", "z.xml"}, got.names); diff != "" {
			t.Error(diff)
		}
		want := map[string]string{"closed": "folder_unreadable", "secret.zip": "file_unreadable"}
		if diff := cmp.Diff(want, got.rules); diff != "" {
			t.Error(diff)
		}
		var u *source.Unreadable
		if _, err := got.payloads[1].Open(); !errors.As(err, &u) || u.Rule != "file_unreadable" || strings.Contains(err.Error(), "secret") {
			t.Errorf("error = %v", err)
		}
		closed := newSource(t, root, files.Config{Path: "in/closed"})
		if err := closed.Check(context.Background()); !errors.Is(err, os.ErrPermission) {
			t.Errorf("check: %v", err)
		}
	})
}

func TestPipeIsNotWaitedFor(t *testing.T) {
	root := t.TempDir()
	path := put(t, root, "in/a.xml", nil)
	if err := unix.Mkfifo(filepath.Join(root, "in", "b.xml"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := pull(t, newSource(t, root, files.Config{}), nothingKnown)
	if diff := cmp.Diff([]string{"a.xml"}, got.names); diff != "" {
		t.Error(diff)
	}
	if err := errors.Join(os.Remove(path), unix.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := got.payloads[0].Open(); !errors.Is(err, source.ErrChanged) {
		t.Errorf("a pipe in the place of a file: %v", err)
	}
}
