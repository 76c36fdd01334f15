package snapshot_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/snapshot"
)

// house is a published root, records to publish, and a clock.
type house struct {
	config  snapshot.Config
	records string
	at      time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{records: filepath.Join(t.TempDir(), snapshot.RecordsFile), at: time.Date(2026, 6, 14, 1, 0, 0, 0, time.UTC)}
	h.config = snapshot.Config{Root: filepath.Join(t.TempDir(), "published"), Keep: 2, Now: func() time.Time { return h.at }}
	return h
}

// publish publishes records that hold the text.
func (h *house) publish(t *testing.T, text string, commit int64) snapshot.Manifest {
	t.Helper()
	if err := os.WriteFile(h.records, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := snapshot.Publish(h.config, snapshot.Manifest{Commit: commit, KnownAt: h.at, Notes: []string{"note"}}, h.records)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (h *house) list(t *testing.T) []string {
	t.Helper()
	names, err := snapshot.List(h.config.Root)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// checkCurrent holds both pointers, the manifest and the file against each other.
func (h *house) checkCurrent(t *testing.T, text string, want snapshot.Manifest) {
	t.Helper()
	path, err := snapshot.RecordsPath(h.config.Root)
	if err != nil {
		t.Fatal(err)
	}
	if got := filepath.Base(filepath.Dir(path)); got != want.Snapshot {
		t.Errorf("the pointer leads to %s, not %s", got, want.Snapshot)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != text {
		t.Errorf("the copy differs from its source: %d bytes, %v", len(got), err)
	}
	sum := sha256.Sum256([]byte(text))
	files := []snapshot.File{{Name: snapshot.RecordsFile, SizeBytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}}
	newest, err := snapshot.Newest(h.config.Root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, newest); diff != "" {
		t.Errorf("manifest: %s", diff)
	}
	if diff := cmp.Diff(files, newest.Files); diff != "" {
		t.Errorf("files in the manifest: %s", diff)
	}
	var pointer snapshot.Manifest
	machine, err := os.ReadFile(filepath.Join(h.config.Root, snapshot.CurrentFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(machine, &pointer); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(newest, pointer); diff != "" {
		t.Errorf("both pointers must name one snapshot: %s", diff)
	}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	text := strings.Repeat("records ", 400_000)
	m := h.publish(t, text, 7)
	if m.Snapshot != "20260614T010000.000000Z" || m.Commit != 7 {
		t.Errorf("snapshot %s of commit %d", m.Snapshot, m.Commit)
	}
	h.checkCurrent(t, text, m)
	for path, want := range map[string]fs.FileMode{
		"": 0o750, m.Snapshot: 0o750, m.Snapshot + "/" + snapshot.RecordsFile: 0o440,
	} {
		stat, err := os.Stat(filepath.Join(h.config.Root, path))
		if err != nil || stat.Mode().Perm() != want {
			t.Errorf("mode of %q: %v, %v", path, stat.Mode().Perm(), err)
		}
	}
}

// TestRepeat publishes the same file under a new manifest.
func TestRepeat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.publish(t, "records", 7)
	h.at = h.at.Add(time.Hour)
	second, err := snapshot.Repeat(h.config, snapshot.Manifest{Commit: 7, KnownAt: first.KnownAt, Notes: []string{"again"}})
	if err != nil {
		t.Fatal(err)
	}
	if second.Snapshot == first.Snapshot || !second.PublishedAt.Equal(h.at) {
		t.Errorf("%s follows %s", second.Snapshot, first.Snapshot)
	}
	h.checkCurrent(t, "records", second)
	var stats []fs.FileInfo
	for _, m := range []snapshot.Manifest{first, second} {
		stat, err := os.Stat(filepath.Join(h.config.Root, m.Snapshot, snapshot.RecordsFile))
		if err != nil {
			t.Fatal(err)
		}
		stats = append(stats, stat)
	}
	if !os.SameFile(stats[0], stats[1]) {
		t.Error("the file is copied where a link would do")
	}
	// The first one goes, the file stays under its second name.
	h.at = h.at.Add(time.Hour)
	for range 2 {
		if second, err = snapshot.Repeat(h.config, snapshot.Manifest{Commit: 7}); err != nil {
			t.Fatal(err)
		}
	}
	if slices.Contains(h.list(t), first.Snapshot) {
		t.Error("the first snapshot should have expired")
	}
	h.checkCurrent(t, "records", second)
}

func TestNothingPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := snapshot.Newest(h.config.Root); !errors.Is(err, snapshot.ErrNone) {
		t.Errorf("newest: %v", err)
	}
	if _, err := snapshot.RecordsPath(h.config.Root); !errors.Is(err, snapshot.ErrNone) {
		t.Errorf("path: %v", err)
	}
	if _, err := snapshot.Repeat(h.config, snapshot.Manifest{}); !errors.Is(err, snapshot.ErrNone) {
		t.Errorf("repeat: %v", err)
	}
}

// TestNamesAreNeverUsedAgain publishes under a clock that stands still, jumps and
// goes back. Names sort in the order of publishing.
func TestNamesAreNeverUsedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.config.Keep = 1
	var names []string
	for _, step := range []time.Duration{0, 0, 0, time.Hour, -3 * time.Hour, 0, time.Nanosecond, time.Microsecond, 48 * time.Hour, -time.Second} {
		h.at = h.at.Add(step)
		m := h.publish(t, "records", int64(len(names)))
		h.checkCurrent(t, "records", m)
		names = append(names, m.Snapshot)
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(names)))
	if diff := cmp.Diff(sorted, names); diff != "" {
		t.Errorf("names must be new and sort by time: %s", diff)
	}
}

// TestExpiry keeps what is among the newest or young, and what is no snapshot.
func TestExpiry(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		keep    int
		keepFor time.Duration
		want    int
	}{
		{"the newest only", 0, 0, 1},
		{"one", 1, 0, 1},
		{"three", 3, 0, 3},
		{"by age", 1, 150 * time.Minute, 3},
		{"what either rule keeps", 4, 90 * time.Minute, 4},
		{"more than there are", 20, 0, 6},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.config.Keep, h.config.KeepFor = c.keep, c.keepFor
			foreign := filepath.Join(h.config.Root, "reports")
			if err := os.MkdirAll(foreign, 0o750); err != nil {
				t.Fatal(err)
			}
			var published []string
			for n := range 6 {
				published = append(published, h.publish(t, "records", int64(n)).Snapshot)
				h.at = h.at.Add(time.Hour)
			}
			if diff := cmp.Diff(published[6-c.want:], h.list(t)); diff != "" {
				t.Errorf("kept: %s", diff)
			}
			if _, err := os.Stat(foreign); err != nil {
				t.Errorf("a folder that is no snapshot is gone: %v", err)
			}
		})
	}
}

// TestWhatACrashLeaves publishes over the remains of one that was interrupted.
func TestWhatACrashLeaves(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		leave func(t *testing.T, h *house)
	}{
		{"a copy that was not finished", func(t *testing.T, h *house) {
			dir := filepath.Join(h.config.Root, "20260614T010000.000001Z.partial")
			must(t, errors.Join(os.Mkdir(dir, 0o750), os.WriteFile(filepath.Join(dir, snapshot.RecordsFile), []byte("half"), 0o440)))
		}},
		{"a pointer that was not switched", func(t *testing.T, h *house) {
			must(t, os.Symlink("20260614T010000.000001Z", filepath.Join(h.config.Root, snapshot.Current+".partial")))
		}},
		{"half of the pointer for machines", func(t *testing.T, h *house) {
			must(t, os.WriteFile(filepath.Join(h.config.Root, snapshot.CurrentFile+".partial"), []byte(`{"snap`), 0o600))
		}},
		{"a whole snapshot that nothing points to", func(t *testing.T, h *house) {
			first := h.list(t)[0]
			dir := filepath.Join(h.config.Root, "20260614T010000.000001Z")
			must(t, errors.Join(os.Mkdir(dir, 0o750), os.Link(filepath.Join(h.config.Root, first, snapshot.RecordsFile), filepath.Join(dir, snapshot.RecordsFile))))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			first := h.publish(t, "first", 1)
			c.leave(t, h)
			// Readers still find the first one, and no remains among the snapshots.
			h.checkCurrent(t, "first", first)
			if slices.ContainsFunc(h.list(t), func(name string) bool { return strings.Contains(name, "partial") }) {
				t.Error("remains are listed as a snapshot")
			}
			second := h.publish(t, "second", 2)
			h.checkCurrent(t, "second", second)
			if left, err := filepath.Glob(filepath.Join(h.config.Root, "*.partial*")); err != nil || len(left) > 0 {
				t.Errorf("%d remains are left, %v", len(left), err)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatCannotBePublished meets a world that does not let it. Readers keep what
// they have.
func TestWhatCannotBePublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.publish(t, "first", 1)
	if _, err := snapshot.Publish(h.config, snapshot.Manifest{}, h.records+".missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("records that are not there: %v", err)
	}
	h.checkCurrent(t, "first", first)
	if diff := cmp.Diff([]string{first.Snapshot}, h.list(t)); diff != "" {
		t.Error(diff)
	}
	unwritable := h.config
	unwritable.Root = filepath.Join(h.records, "published")
	if _, err := snapshot.Publish(unwritable, snapshot.Manifest{}, h.records); err == nil || !strings.HasPrefix(err.Error(), "snapshot: make the published folder") {
		t.Errorf("a root that cannot be made: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(h.config.Root, first.Snapshot, snapshot.ManifestFile), []byte("{"), 0o600))
	if _, err := snapshot.Newest(h.config.Root); err == nil || errors.Is(err, snapshot.ErrNone) {
		t.Errorf("a damaged manifest: %v", err)
	}
	h.checkCurrentAfterDamage(t)
}

// checkCurrentAfterDamage publishes anew, which mends a damaged newest manifest.
func (h *house) checkCurrentAfterDamage(t *testing.T) {
	t.Helper()
	h.checkCurrent(t, "mended", h.publish(t, "mended", 2))
}

// TestReadingWritesNothing reads as listings and queries do.
func TestReadingWritesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.publish(t, "records", 1)
	before := tree(t, h.config.Root)
	_, newest := snapshot.Newest(h.config.Root)
	_, path := snapshot.RecordsPath(h.config.Root)
	must(t, errors.Join(newest, path))
	h.list(t)
	if diff := cmp.Diff(before, tree(t, h.config.Root)); diff != "" {
		t.Error(diff)
	}
}

func tree(t *testing.T, root string) []string {
	t.Helper()
	var list []string
	must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		list = append(list, path+" "+info.Mode().String()+" "+info.ModTime().String())
		return err
	}))
	return list
}

// TestLargeFileIsCopiedWhole copies more than one buffer holds, and not a multiple
// of it.
func TestLargeFileIsCopiedWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	text := string(bytes.Repeat([]byte("0123456789abcdef"), 200_000)) + "end"
	h.checkCurrent(t, text, h.publish(t, text, 1))
}
