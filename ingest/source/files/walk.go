package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"thidua/ingest/source"
)

// batch is how many entries of a folder are read at once, so that a folder of a
// million files is never held as entries and as candidates together.
const batch = 4096

// candidate is a settled file that matches. There may be a million: folders are
// kept once, by number, and times as nanoseconds since 1970.
type candidate struct {
	base       string
	sizeBytes  int64
	modifiedAt int64
	inode      uint64
	folder     uint32
	// ordinal is the place in the order of names.
	ordinal uint32
}

// listing holds what a walk found, and accounts for what it left alone.
type listing struct {
	*Source
	at         time.Time
	folders    []string
	candidates []candidate
	report     source.Report
}

// list walks the folder and sorts what it found.
func (s *Source) list(ctx context.Context) (*listing, error) {
	l := &listing{Source: s, at: s.now()}
	if err := l.walk(ctx, ""); err != nil {
		return l, err
	}
	for i := range l.candidates {
		l.candidates[i].ordinal = uint32(i)
	}
	if s.config.Order == orderModified {
		slices.SortFunc(l.candidates, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(a.modifiedAt, b.modifiedAt), cmp.Compare(a.ordinal, b.ordinal))
		})
	}
	return l, nil
}

// walk lists one folder: its files by name, then its folders by name. A folder
// below the first that cannot be read is reported, and the walk goes on.
func (l *listing) walk(ctx context.Context, folder string) error {
	first := len(l.candidates)
	l.folders = append(l.folders, folder)
	below, err := l.readFolder(ctx, folder)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	case folder == "":
		return fmt.Errorf("%w: %w", ErrFolder, cause(err))
	case !errors.Is(err, fs.ErrNotExist):
		l.unreadable(folderUnreadable.of(source.Item{Name: printable(folder)}))
	}
	slices.SortFunc(l.candidates[first:], func(a, b candidate) int { return strings.Compare(a.base, b.base) })
	slices.Sort(below)
	for _, name := range below {
		if err := l.walk(ctx, join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// readFolder adds the files of a folder and returns the names of its folders.
func (l *listing) readFolder(ctx context.Context, folder string) (below []string, err error) {
	d, err := os.Open(l.pathOf(folder))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	number := uint32(len(l.folders) - 1)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entries, err := d.ReadDir(batch)
		for _, e := range entries {
			if e.IsDir() {
				if l.enters(folder, e.Name()) {
					below = append(below, e.Name())
				}
				continue
			}
			l.add(folder, number, e)
		}
		if errors.Is(err, io.EOF) {
			return below, nil
		}
		if err != nil {
			return below, err
		}
	}
}

// enters reports whether the walk goes into a folder. Those that files are moved
// to are left out: what lies there was read.
func (l *listing) enters(folder, name string) bool {
	if hidden(name) {
		l.report.Ignored++
		return false
	}
	path := l.pathOf(join(folder, name))
	return *l.config.Recursive && path != l.done && path != l.failed
}

// add takes in a file where it is a settled candidate. The order of the questions
// is their price: only a file that matches by name is looked at.
func (l *listing) add(folder string, number uint32, e fs.DirEntry) {
	name := join(folder, e.Name())
	if !e.Type().IsRegular() || hidden(e.Name()) || !l.wanted(name) {
		l.report.Ignored++
		return
	}
	stat, err := e.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		l.unreadable(fileUnreadable.of(source.Item{Name: printable(name)}))
		return
	}
	inode, changedAt := inode(stat)
	if !l.settled(stat.ModTime(), changedAt) {
		l.report.Seen++
		l.report.Unsettled++
		return
	}
	l.candidates = append(l.candidates, candidate{
		base:       e.Name(),
		sizeBytes:  stat.Size(),
		modifiedAt: stat.ModTime().UnixNano(),
		inode:      inode,
		folder:     number,
	})
}

// settled reports whether a file has lain unchanged for long enough. The clock of
// a sender may be ahead: a time of modification in the future says nothing, and the
// time that this machine last saw a change stands in for it.
func (l *listing) settled(modifiedAt, changedAt time.Time) bool {
	if modifiedAt.After(l.at) {
		modifiedAt = changedAt
	}
	return l.at.Sub(modifiedAt) >= l.config.Settle.Std()
}

// name returns the slash path of a candidate, relative to the folder.
func (l *listing) name(c candidate) string { return join(l.folders[c.folder], c.base) }

// item returns the item of a candidate.
func (l *listing) item(c candidate) source.Item {
	return source.Item{
		Name:       printable(l.name(c)),
		SizeBytes:  c.sizeBytes,
		ModifiedAt: time.Unix(0, c.modifiedAt).UTC(),
		Inode:      c.inode,
	}
}

func (l *listing) unreadable(u *source.Unreadable) {
	l.report.Seen++
	l.report.Unreadable = append(l.report.Unreadable, *u)
}
