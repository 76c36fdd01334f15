package files_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/ingest/source/files"
)

func TestMembers(t *testing.T) {
	root := t.TempDir()
	at := time.Date(2026, 3, 14, 8, 0, 0, 0, time.UTC)
	content := bytes.Repeat([]byte("content "), 1000)
	path := put(t, root, "in/sub/outer.ZIP", zipOf(
		t,
		entry{name: "inner/", alter: func(h *zip.FileHeader) { h.SetMode(fs.ModeDir | 0o755) }},
		entry{name: "inner/b.xml", content: content},
		entry{name: "a.XML", content: nil},
		entry{name: "note.txt", content: content},
		entry{name: "__MACOSX/._a.xml", content: content},
		entry{name: "inner/.hidden.xml", content: content},
	))
	age(t, path, at)
	s := newSource(t, root, files.Config{Glob: []string{"**/*.xml"}})

	got := pull(t, s, nothingKnown)
	if diff := cmp.Diff([]string{"sub/outer.ZIP!/inner/b.xml", "sub/outer.ZIP!/a.XML"}, got.names); diff != "" {
		t.Error(diff)
	}
	if got.report.Ignored != 3 {
		t.Errorf("ignored = %d", got.report.Ignored)
	}
	outer := got.report.Containers[0]
	want := source.Item{
		Name: "sub/outer.ZIP!/inner/b.xml", SizeBytes: 8000, ModifiedAt: at, Inode: outer.Inode, Container: "sub/outer.ZIP",
	}
	if diff := cmp.Diff(want, got.payloads[0].Item()); diff != "" {
		t.Error(diff)
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	want = source.Item{Name: "sub/outer.ZIP", SizeBytes: stat.Size(), ModifiedAt: at, Inode: outer.Inode}
	if diff := cmp.Diff(want, outer); diff != "" {
		t.Error(diff)
	}
	// The pull is over: members are opened anew.
	if !bytes.Equal(read(t, got.payloads[0]), content) {
		t.Error("content differs")
	}
	age(t, path, at.Add(time.Second))
	if _, err := got.payloads[0].Open(); !errors.Is(err, source.ErrChanged) {
		t.Errorf("member of a changed archive: %v", err)
	}
}

func TestKnownContainer(t *testing.T) {
	root := t.TempDir()
	put(t, root, "in/outer.zip", zipOf(t, entry{name: "a.xml"}, entry{name: "b.xml"}))
	s := newSource(t, root, files.Config{})
	first := pull(t, s, nothingKnown)

	var asked []string
	known := func(names ...string) func(source.Item) bool {
		asked = nil
		return func(i source.Item) bool {
			asked = append(asked, i.Name)
			for _, n := range names {
				if n == i.Name {
					return true
				}
			}
			return false
		}
	}
	got := pull(t, s, known("outer.zip"))
	if diff := cmp.Diff([]string{"outer.zip"}, asked); diff != "" {
		t.Errorf("known archive: asked for %s", diff)
	}
	if len(got.names) != 0 || got.report.Known != 1 || len(got.containers) != 0 {
		t.Errorf("known archive: %+v", got.report)
	}
	got = pull(t, s, known("outer.zip!/a.xml"))
	if diff := cmp.Diff([]string{"outer.zip!/b.xml"}, got.names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(first.containers, got.containers); diff != "" {
		t.Error(diff)
	}

	errStop := errors.New("stop")
	report, err := s.Pull(context.Background(), nothingKnown, func(source.Payload) error { return errStop })
	if !errors.Is(err, errStop) || len(report.Containers) != 0 {
		t.Errorf("stopped in an archive: %v, %d read to the end", err, len(report.Containers))
	}
}

func TestPatternsOfArchives(t *testing.T) {
	root := t.TempDir()
	put(t, root, "in/x.zip", zipOf(t, entry{name: "a.xml"}, entry{name: "old/b.xml"}, entry{name: "c.txt"}))
	put(t, root, "in/y.zip", zipOf(t, entry{name: "a.xml"}))
	put(t, root, "in/z.xml.gz", compress(t, "", ".gz", nil))
	tests := []struct {
		name    string
		glob    []string
		exclude []string
		want    []string
	}{
		{"by member", []string{"**/*.xml"}, nil, []string{"x.zip!/a.xml", "x.zip!/old/b.xml", "y.zip!/a.xml", "z.xml.gz"}},
		{"by archive", []string{"x.zip"}, nil, []string{"x.zip!/a.xml", "x.zip!/old/b.xml", "x.zip!/c.txt"}},
		{"by both", []string{"x.zip/*.xml"}, nil, []string{"x.zip!/a.xml"}},
		{"without members", nil, []string{"**/old/**"}, []string{"x.zip!/a.xml", "x.zip!/c.txt", "y.zip!/a.xml", "z.xml.gz"}},
		{"without archives", nil, []string{"*.zip"}, []string{"z.xml.gz"}},
		{"top folder only", []string{"*.xml"}, nil, []string{"z.xml.gz"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := pull(t, newSource(t, root, files.Config{Order: "name", Glob: tt.glob, Exclude: tt.exclude}), nothingKnown)
			if diff := cmp.Diff(tt.want, got.names); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHostileMembers(t *testing.T) {
	tests := []struct {
		name  string
		entry entry
		rule  string
	}{
		{"absolute path", entry{name: "/etc/secret.xml"}, "archive_path"},
		{"climbing path", entry{name: "../secret.xml"}, "archive_path"},
		{"climbing within", entry{name: "a/../../secret.xml"}, "archive_path"},
		{"backslash", entry{name: `..\secret.xml`}, "archive_path"},
		{"drive", entry{name: "C:secret.xml"}, "archive_path"},
		{"device", entry{name: "secret/nul.xml"}, "archive_path"},
		{"line break", entry{name: "secret\n.xml"}, "archive_path"},
		{"zero byte", entry{name: "secret.xml\x00.txt"}, "archive_path"},
		{"empty part", entry{name: "a//secret.xml"}, "archive_path"},
		{"endless name", entry{name: strings.Repeat("secret", 1000) + ".xml"}, "archive_path"},
		{"name twice", entry{name: "good.xml"}, "archive_path"},
		{"link", entry{name: "secret.xml", alter: func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) }}, "archive_path"},
		{"device file", entry{name: "secret.xml", alter: func(h *zip.FileHeader) { h.SetMode(fs.ModeDevice) }}, "archive_path"},
		{"encrypted", entry{name: "secret.xml", alter: func(h *zip.FileHeader) { h.Flags |= 1 }}, "archive_encrypted"},
		{"unknown method", entry{name: "secret.xml", alter: func(h *zip.FileHeader) { h.Method = 14 }}, "archive_method"},
		{"declares too much", entry{name: "secret.xml", alter: func(h *zip.FileHeader) { h.UncompressedSize64 = 4e9 + 1 }}, "archive_bomb"},
		{"archive inside", entry{name: "secret.zip"}, "archive_nested"},
		{"compressed inside", entry{name: "secret.xml.gz"}, "archive_nested"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			put(t, root, "in/x.zip", zipOf(t, entry{name: "good.xml"}, tt.entry, entry{name: "last.xml"}))
			got := pull(t, newSource(t, root, files.Config{Glob: []string{"**/*.xml"}}), nothingKnown)
			if diff := cmp.Diff([]string{"x.zip!/good.xml", "x.zip!/last.xml"}, got.names); diff != "" {
				t.Errorf("the other members: %s", diff)
			}
			if len(got.report.Unreadable) != 1 || got.report.Unreadable[0].Rule != tt.rule {
				t.Errorf("unreadable = %v, want %s", got.rules, tt.rule)
			}
			if len(got.containers) != 0 {
				t.Error("the archive counts as read to its end")
			}
		})
	}
}

func TestBrokenArchives(t *testing.T) {
	many := make([]entry, 20)
	for i := range many {
		many[i] = entry{name: fmt.Sprintf("%d.xml", i)}
	}
	declared := func(n uint64) entry {
		return entry{name: "a.xml", alter: func(h *zip.FileHeader) { h.UncompressedSize64 = n }}
	}
	whole := zipOf(t, many[:5]...)
	tests := []struct {
		name    string
		content []byte
		rule    string
	}{
		{"no archive", []byte("just text"), "archive_broken"},
		{"empty file", nil, "archive_broken"},
		{"cut", whole[:len(whole)-30], "archive_broken"},
		{"members", zipOf(t, many...), "archive_bomb"},
		{"directory", zipOf(t, entry{name: strings.Repeat("x", 60_000)}, entry{name: strings.Repeat("y", 60_000)},
			entry{name: strings.Repeat("z", 60_000)}), "archive_bomb"},
		{"declared total", zipOf(t, declared(600_000), declared(600_000)), "archive_bomb"},
		{"declared total beyond counting", zipOf(t, declared(1<<63), declared(1<<63)), "archive_bomb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			put(t, root, "in/secret.zip", tt.content)
			put(t, root, "in/z.xml", nil)
			s := newSource(t, root, files.Config{Limits: files.Limits{Members: 10, MemberBytes: 1e6, TotalBytes: 1e6}})
			got := pull(t, s, nothingKnown)
			if diff := cmp.Diff([]string{"z.xml"}, got.names); diff != "" {
				t.Errorf("the other files: %s", diff)
			}
			if diff := cmp.Diff(map[string]string{"secret.zip": tt.rule}, got.rules); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLimitsWhileReading reads what looks innocent until it is decompressed.
func TestLimitsWhileReading(t *testing.T) {
	zeros := make([]byte, 40<<20)
	lie := func(n uint64) func(*zip.FileHeader) {
		return func(h *zip.FileHeader) { h.UncompressedSize64 = n }
	}
	roomy := files.Limits{Ratio: 1_000_000}
	flat := bytes.Repeat([]byte("0123456789"), 1000)
	broken := func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2] ^= 0xff; return b }
	tests := []struct {
		name    string
		file    string
		content []byte
		limits  files.Limits
		rule    string
	}{
		{"ratio of gz", "a.xml.gz", compress(t, "", ".gz", zeros), files.Limits{}, "archive_bomb"},
		{"ratio of zst", "a.xml.zst", compress(t, "", ".zst", zeros), files.Limits{}, "archive_bomb"},
		{"ratio of a member", "a.zip", zipOf(t, entry{name: "a.xml", content: zeros}), files.Limits{}, "archive_bomb"},
		{"ratio of a member that overstates its compressed size", "a.zip", zipOf(t, entry{name: "a.xml", content: zeros, alter: func(h *zip.FileHeader) { h.CompressedSize64 = 1 << 40 }}), files.Limits{}, "archive_bomb"},
		{"ratio allowed", "a.xml.gz", compress(t, "", ".gz", zeros), roomy, ""},
		{"ratio not judged when small", "a.xml.gz", compress(t, "", ".gz", zeros[:10<<20]), files.Limits{}, ""},
		{"size of gz", "a.xml.gz", compress(t, "", ".gz", flat), files.Limits{MemberBytes: 9_999}, "archive_bomb"},
		{"size allowed", "a.xml.gz", compress(t, "", ".gz", flat), files.Limits{MemberBytes: 10_000}, ""},
		{"more than declared", "a.zip", zipOf(t, entry{name: "a.xml", content: flat, alter: lie(10)}), files.Limits{}, "archive_bomb"},
		{"less than declared", "a.zip", zipOf(t, entry{name: "a.xml", content: flat, alter: lie(20_000)}), files.Limits{}, "archive_broken"},
		{"not what the checksum says", "a.zip", zipOf(t, entry{name: "a.xml", content: flat, alter: func(h *zip.FileHeader) { h.CRC32++ }}), files.Limits{}, "archive_broken"},
		{"gz with a fault", "a.xml.gz", broken(compress(t, "", ".gz", flat)), files.Limits{}, "archive_broken"},
		{"gz cut", "a.xml.gz", compress(t, "", ".gz", flat)[:40], files.Limits{}, "archive_broken"},
		{"gz of nothing", "a.xml.gz", nil, files.Limits{}, "archive_broken"},
		{"zst with a fault", "a.xml.zst", broken(compress(t, "", ".zst", flat)), files.Limits{}, "archive_broken"},
		{"plain text named zst", "a.xml.zst", flat, files.Limits{}, "archive_broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			put(t, root, "in/"+tt.file, tt.content)
			got := pull(t, newSource(t, root, files.Config{Limits: tt.limits}), nothingKnown)
			if len(got.payloads) != 1 {
				t.Fatalf("offered %v, unreadable %v", got.names, got.rules)
			}
			err := discard(got.payloads[0])
			var u *source.Unreadable
			switch {
			case tt.rule == "" && err != nil:
				t.Errorf("error = %v", err)
			case tt.rule != "" && !errors.As(err, &u):
				t.Errorf("error = %v, want %s", err, tt.rule)
			case tt.rule != "" && (u.Rule != tt.rule || u.Item != got.payloads[0].Item()):
				t.Errorf("rule = %s, want %s", u.Rule, tt.rule)
			}
		})
	}
}

func discard(p source.Payload) error {
	r, err := p.Open()
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

func TestAfter(t *testing.T) {
	done := files.After{Done: "in/done", Failed: "failed"}
	root := t.TempDir()
	put(t, root, "in/sub/good.xml", nil)
	put(t, root, "in/done/sub/good.xml", []byte("of an earlier day"))
	put(t, root, "in/bad.xml", nil)
	changed := put(t, root, "in/changed.xml", nil)
	put(t, root, "in/good.zip", zipOf(t, entry{name: "a.xml"}, entry{name: "b.xml"}))
	put(t, root, "in/mixed.zip", zipOf(t, entry{name: "a.xml"}, entry{name: "bad.xml"}))
	put(t, root, "in/unsafe.zip", zipOf(t, entry{name: "a.xml"}, entry{name: "../b.xml"}))
	s := newSource(t, root, files.Config{After: done, Order: "name"})

	_, err := s.Pull(context.Background(), nothingKnown, func(p source.Payload) error {
		name := p.Item().Name
		if name == "changed.xml" {
			put(t, root, "in/changed.xml", []byte("new edition"))
		}
		return p.Done(!strings.HasSuffix(name, "bad.xml"))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"failed/bad.xml", "failed/mixed.zip", "in/changed.xml", "in/done/good.zip", "in/done/sub/good-1.xml",
		"in/done/sub/good.xml", "in/unsafe.zip",
	}
	var got []string
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(root, path)
			got = append(got, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if content, err := os.ReadFile(changed); string(content) != "new edition" {
		t.Errorf("the new edition is gone: %v", err)
	}
	again := pull(t, s, nothingKnown)
	if diff := cmp.Diff([]string{"changed.xml", "unsafe.zip!/a.xml"}, again.names); diff != "" {
		t.Errorf("what was moved is offered again: %s", diff)
	}
}

func TestAfterWaitsForAllMembers(t *testing.T) {
	root := t.TempDir()
	path := put(t, root, "in/a.zip", zipOf(t, entry{name: "a.xml"}, entry{name: "b.xml"}))
	got := pull(t, newSource(t, root, files.Config{After: files.After{Done: "done"}}), nothingKnown)
	for range 2 {
		if err := got.payloads[0].Done(true); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("archive was moved before its last member was done: %v", err)
		}
	}
	if err := got.payloads[1].Done(true); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "done", "a.zip")); err != nil {
		t.Error(err)
	}
}
