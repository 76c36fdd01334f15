// Package files is the source of payloads that lie in a folder: as they are, as
// .gz or .zst, or as members of a .zip. The folder belongs to whoever fills it.
// Nothing in it is changed or moved unless the configuration says so.
//
// A file counts as settled when it has lain unchanged for a while; one that is
// being written, hidden, or linked to is left alone. Names often hold patient
// numbers: they are in items and in no error.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"thidua/ingest/source"
	"thidua/transform/declaration"
)

// ErrFolder says that the folder of the source cannot be listed. What is wrong
// with it stands behind it.
var ErrFolder = errors.New("source folder")

// Source reads one folder. It starts no goroutines and keeps nothing between
// pulls.
type Source struct {
	config  Config
	folder  string
	done    string
	failed  string
	glob    patterns
	exclude patterns
	now     func() time.Time
}

// New returns the source that c declares. Relative folders are taken from root, the
// workspace. Its error is a declaration.Problems.
func New(root string, c Config, now func() time.Time) (*Source, error) {
	s := &Source{config: c.withDefaults(), now: now}
	var globErr, excludeErr error
	s.glob, globErr = compile(s.config.Glob, "$.glob")
	s.exclude, excludeErr = compile(s.config.Exclude, "$.exclude")
	s.folder = resolve(root, c.Path)
	s.done, s.failed = resolve(root, c.After.Done), resolve(root, c.After.Failed)
	if err := problems(c.check(), globErr, excludeErr, s.checkAfter()); err != nil {
		return nil, err
	}
	return s, nil
}

// checkAfter refuses to move files to where they are found.
func (s *Source) checkAfter() error {
	var p declaration.Problems
	for _, after := range []struct{ place, folder string }{{"$.after.done", s.done}, {"$.after.failed", s.failed}} {
		if after.folder != "" && after.folder == s.folder {
			p.Add(after.place, "files cannot be moved to the folder they are read from", "name another folder")
		}
	}
	return p.Err()
}

// problems joins errors that are each a declaration.Problems.
func problems(errs ...error) error {
	var all declaration.Problems
	for _, err := range errs {
		var p declaration.Problems
		if errors.As(err, &p) {
			all = append(all, p...)
		}
	}
	return all.Err()
}

func resolve(root, folder string) string {
	switch {
	case folder == "":
		return ""
	case filepath.IsAbs(folder):
		return filepath.Clean(folder)
	default:
		return filepath.Join(root, folder)
	}
}

// Check says whether the folder is there and can be listed.
func (s *Source) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d, err := os.Open(s.folder)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, cause(err))
	}
	defer d.Close()
	if _, err := d.ReadDir(1); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %w", ErrFolder, cause(err))
	}
	return nil
}

// Pull offers the settled files: by time of modification and then name, or by name
// alone, the files of a folder before those of the folders below it. The members
// of an archive stand at its place, in its own order.
func (s *Source) Pull(ctx context.Context, known func(source.Item) bool, yield func(source.Payload) error) (source.Report, error) {
	l, err := s.list(ctx)
	if err != nil {
		return l.report, err
	}
	// All are asked for before the first is offered: whoever watches knows by then
	// how much there is to read.
	l.candidates = slices.DeleteFunc(l.candidates, func(c candidate) bool {
		if !known(l.item(c)) {
			return false
		}
		l.report.Seen++
		l.report.Known++
		return true
	})
	for _, c := range l.candidates {
		if err := ctx.Err(); err != nil {
			return l.report, err
		}
		p := &payload{source: s, item: l.item(c), path: s.pathOf(l.name(c))}
		if isArchive(c.base) {
			err = l.offerMembers(ctx, newContainer(p, l.name(c)), known, yield)
		} else {
			l.report.Seen++
			err = yield(p)
		}
		if err != nil {
			return l.report, err
		}
	}
	return l.report, nil
}

// wanted reports whether a file can be a payload, or hold some.
func (s *Source) wanted(name string) bool {
	if isArchive(name) {
		return !s.exclude.match(name)
	}
	name = uncompressed(name)
	return s.glob.match(name) && !s.exclude.match(name)
}

// wantedMember reports the same of a member of the archive. An archive inside is
// wanted whatever its name, so that what it may hold does not go unnoticed.
func (s *Source) wantedMember(archive, member string) bool {
	name := join(archive, uncompressed(member))
	if isArchive(name) {
		return !s.exclude.match(name)
	}
	return (s.glob.match(archive) || s.glob.match(name)) && !s.exclude.match(name)
}

// pathOf returns where the system finds a slash path relative to the folder.
func (s *Source) pathOf(name string) string {
	return filepath.Join(s.folder, filepath.FromSlash(name))
}

// codec returns the compression that the ending of a name stands for, empty where
// there is none.
func codec(name string) string {
	switch ending := strings.ToLower(path.Ext(name)); ending {
	case ".gz", ".zst":
		return ending
	}
	return ""
}

func isArchive(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

func uncompressed(name string) string { return name[:len(name)-len(codec(name))] }
