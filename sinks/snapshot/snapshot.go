// Package snapshot publishes immutable copies of the warehouse for readers: each
// in a folder of its own name, whole or not at all, with a pointer to the newest.
//
// DuckDB lets one process hold a file, and keeps instances by path: readers get
// files that are never written again and names that are never used again.
package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"thidua/sinks/durable"
)

// Names inside a published root.
const (
	// Current is the symbolic link to the newest snapshot, CurrentFile the same for
	// machines.
	Current     = "current"
	CurrentFile = "current.json"
	// RecordsFile is the copy of the records, ManifestFile says what the files are.
	RecordsFile  = "records.duckdb"
	ManifestFile = "manifest.json"

	partial = ".partial"
)

// ErrNone says that nothing has been published yet.
var ErrNone = errors.New("nothing has been published yet")

// Config says where and how long snapshots are kept.
type Config struct {
	Root string
	// Keep is the least number of snapshots, KeepFor the least time: what is
	// younger than KeepFor or among the Keep newest stays.
	Keep    int
	KeepFor time.Duration
	// Mode is the mode of the root and its folders, 0750 where zero: the rows are
	// pseudonymous, but they are rows of persons. Whoever may enter them may read what
	// they hold; nobody may write.
	Mode fs.FileMode
	Now  func() time.Time
}

// Manifest says what a snapshot holds.
type Manifest struct {
	Snapshot    string    `json:"snapshot"`
	PublishedAt time.Time `json:"published_at"`
	// Commit is the number of the last commit in it, KnownAt its instant.
	Commit  int64     `json:"commit"`
	KnownAt time.Time `json:"known_at"`
	Files   []File    `json:"files"`
	Jobs    any       `json:"jobs"`
	Runs    any       `json:"runs"`
	Notes   []string  `json:"notes,omitempty"`
	// SuppressBelow is the least number of persons or events that its figures show.
	SuppressBelow int `json:"suppress_below"`
	// Seconds is how long copying took.
	Seconds float64 `json:"publish_seconds"`
}

// File is one file of a snapshot.
type File struct {
	Name      string `json:"name"`
	SizeBytes int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
}

// Publish copies the files under their own names, writes the manifest and switches the
// pointer. No file may be open in this process: closing the copy's source would drop
// the engine's lock on it.
//
// A crash before the rename leaves a .partial folder, which the next publishing
// sweeps; a crash after it leaves a whole snapshot that nothing points to yet, and
// the next round publishes again.
func Publish(c Config, m Manifest, files ...string) (Manifest, error) {
	started := c.Now()
	if err := c.makeRoot(); err != nil {
		return m, worldError("make the published folder", err)
	}
	dir, err := c.begin(&m, started)
	if err != nil {
		return m, err
	}
	m.Files = nil
	for _, from := range files {
		name := filepath.Base(from)
		file, err := copyFile(filepath.Join(dir+partial, name), from, c.mode()&readable)
		if err != nil {
			return m, worldError("copy "+name, errors.Join(err, os.RemoveAll(dir+partial)))
		}
		m.Files = append(m.Files, file)
	}
	m.Seconds = c.Now().Sub(started).Seconds()
	return m, c.finish(dir, m)
}

// Repeat publishes the newest snapshot again with a new manifest, where no record
// changed: its files are linked, not copied.
func Repeat(c Config, m Manifest) (Manifest, error) {
	newest, err := Newest(c.Root)
	if err != nil {
		return m, err
	}
	started := c.Now()
	dir, err := c.begin(&m, started)
	if err != nil {
		return m, err
	}
	m.Files = newest.Files
	for _, f := range newest.Files {
		if err := os.Link(filepath.Join(c.Root, newest.Snapshot, f.Name), filepath.Join(dir+partial, f.Name)); err != nil {
			return m, worldError("link "+f.Name, errors.Join(err, os.RemoveAll(dir+partial)))
		}
	}
	m.Seconds = c.Now().Sub(started).Seconds()
	return m, c.finish(dir, m)
}

// begin names the snapshot and makes its folder, which nobody sees as one yet.
func (c Config) begin(m *Manifest, at time.Time) (string, error) {
	var err error
	if m.Snapshot, err = c.name(at); err != nil {
		return "", err
	}
	m.PublishedAt = at.UTC()
	dir := filepath.Join(c.Root, m.Snapshot)
	return dir, worldError("make a snapshot", errors.Join(c.sweep(), makeDir(dir+partial, c.mode())))
}

// readable are the bits of a mode that let read.
const readable fs.FileMode = 0o444

func (c Config) mode() fs.FileMode {
	if c.Mode == 0 {
		return 0o750
	}
	return c.Mode
}

// makeRoot makes the root where there is none. One that is there keeps its mode: it may
// be somebody's.
func (c Config) makeRoot() error {
	if err := os.MkdirAll(filepath.Dir(c.Root), c.mode()); err != nil {
		return err
	}
	err := makeDir(c.Root, c.mode())
	if errors.Is(err, fs.ErrExist) {
		// Of a file in its place this complains.
		return os.MkdirAll(c.Root, c.mode())
	}
	return err
}

// makeDir makes a folder with the mode, whatever the process masks.
func makeDir(name string, mode fs.FileMode) error {
	if err := os.Mkdir(name, mode); err != nil {
		return err
	}
	return os.Chmod(name, mode)
}

// finish makes the snapshot visible: the folder first, then the pointers.
func (c Config) finish(dir string, m Manifest) error {
	if err := writeJSON(filepath.Join(dir+partial, ManifestFile), m, c.mode()&readable); err != nil {
		return worldError("write the manifest", err)
	}
	if err := durable.SyncDir(dir + partial); err != nil {
		return worldError("make the snapshot durable", err)
	}
	if err := os.Rename(dir+partial, dir); err != nil {
		return worldError("name the snapshot", err)
	}
	if err := c.point(m); err != nil {
		return worldError("switch to the snapshot", err)
	}
	if err := errors.Join(durable.SyncDir(c.Root), c.expire(m.Snapshot)); err != nil {
		return worldError("clear old snapshots", err)
	}
	return nil
}

// point switches both pointers, each by a rename: a reader meets the old or the
// new one and nothing between.
func (c Config) point(m Manifest) error {
	link := filepath.Join(c.Root, Current)
	fresh := link + partial
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(m.Snapshot, fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, link); err != nil {
		return err
	}
	pointer := filepath.Join(c.Root, CurrentFile)
	if err := writeJSON(pointer+partial, m, c.mode()&readable); err != nil {
		return err
	}
	return os.Rename(pointer+partial, pointer)
}

// stamp is how a snapshot is named: its instant, so that names sort by time.
const stamp = "20060102T150405.000000Z"

// name makes a name that comes after all that were ever given, whatever the clock
// says: the greatest of them is never removed before there is a greater one.
func (c Config) name(at time.Time) (string, error) {
	names, err := List(c.Root)
	if err != nil {
		return "", err
	}
	at = at.UTC().Truncate(time.Microsecond)
	for _, n := range names {
		if before, err := stamped(n); err == nil && !at.After(before) {
			at = before.Add(time.Microsecond)
		}
	}
	return at.Format(stamp), nil
}

// stamped returns the instant in the name of a snapshot.
func stamped(name string) (time.Time, error) {
	return time.Parse(stamp, name[:min(len(name), len(stamp))])
}

// Newest returns the manifest of the snapshot that the pointer names.
func Newest(root string) (Manifest, error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(root, Current, ManifestFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, ErrNone
	case err != nil:
		return m, worldError("read the manifest", err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("snapshot: the manifest of the newest snapshot is damaged: %w", err)
	}
	return m, nil
}

// RecordsPath returns the path of the newest published records, by its own name:
// the engine keeps instances by path, and the pointer's path means another file
// tomorrow.
func RecordsPath(root string) (string, error) {
	dir, err := filepath.EvalSymlinks(filepath.Join(root, Current))
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNone
	}
	if err != nil {
		return "", worldError("find the newest snapshot", err)
	}
	return filepath.Join(dir, RecordsFile), nil
}

// List returns the names of the snapshots, oldest first. Folders that are named
// otherwise are none of them.
func List(root string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, worldError("list the snapshots", err)
	}
	var names []string
	for _, e := range entries {
		if _, err := stamped(e.Name()); err == nil && e.IsDir() && !strings.HasSuffix(e.Name(), partial) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// sweep removes what an interrupted publishing has left, and nothing of anybody else.
func (c Config) sweep() error {
	left, err := filepath.Glob(filepath.Join(c.Root, "*"+partial))
	errs := []error{err}
	for _, path := range left {
		name := strings.TrimSuffix(filepath.Base(path), partial)
		_, foreign := time.Parse(stamp, name)
		if foreign == nil || name == Current || name == CurrentFile {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	return errors.Join(errs...)
}

// expire removes snapshots that are neither among the newest nor young.
func (c Config) expire(newest string) error {
	names, err := List(c.Root)
	if err != nil {
		return err
	}
	var errs []error
	for i, n := range names {
		if n == newest || i >= len(names)-c.Keep {
			continue
		}
		at, err := stamped(n)
		if err == nil && c.Now().Sub(at) < c.KeepFor {
			continue
		}
		if err == nil {
			errs = append(errs, os.RemoveAll(filepath.Join(c.Root, n)))
		}
	}
	return errors.Join(errs...)
}

// copyFile copies and digests at once; the digest takes the second core, so that
// publishing takes no longer than copying does. It waits for both.
func copyFile(to, from string, mode fs.FileMode) (File, error) {
	in, err := os.Open(from)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return File{}, err
	}
	type digest struct {
		text string
		err  error
	}
	digested := make(chan digest, 1)
	go func() {
		text, err := digestOf(from)
		digested <- digest{text, err}
	}()
	size, err := io.Copy(out, in)
	sum := <-digested
	if err := errors.Join(err, sum.err, out.Chmod(mode), out.Sync(), out.Close()); err != nil {
		return File{}, err
	}
	return File{Name: filepath.Base(to), SizeBytes: size, SHA256: sum.text}, nil
}

func digestOf(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.CopyBuffer(struct{ io.Writer }{sum}, struct{ io.Reader }{file}, make([]byte, 1<<20))
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, file.Close())
}

func writeJSON(path string, v any, mode fs.FileMode) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	return errors.Join(err, file.Chmod(mode|0o200), file.Sync(), file.Close())
}

func worldError(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("snapshot: %s: %w", doing, err)
}
