// Package archive keeps payloads as they were received, compressed and sealed for
// a public key whose private half lies outside the workspace. The program that
// writes the archive cannot read it back.
//
// Payloads are bundled: one file per round, <yyyy>/<MM>/<name>.zst.age below the
// folder of the store, sealed as age over zstd over the frames described beside
// the reader in frame.go. A bundle is written as tmp/<name>.partial and appears
// under its own name whole or not at all. The ledger refers to a bundle by name
// only after it is sealed, so that whatever a crash leaves is a file that nobody
// refers to; Sweep removes it at the next start.
//
// A store is used by one goroutine at a time and starts none of its own.
package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"filippo.io/age"
)

// Sentinels of the store. Those of the keys are in key.go.
var (
	// ErrName says that a bundle's name does not begin with its day, or holds
	// something else than letters, digits, dashes and underscores.
	ErrName = errors.New("name of a bundle has to be a day and a word, such as 20260314-000000000042")
	// ErrExists says that a bundle, finished or not, has the name already.
	ErrExists = errors.New("a bundle of this name exists; sweep the archive before a round begins")
	// ErrNoRecipient says that there is no key to seal for.
	ErrNoRecipient = errors.New("no public key to seal payloads for; make one pair of keys and name the public one in the configuration")
	// ErrNoPayload says that a bundle does not hold the payload, or holds it void.
	ErrNoPayload = errors.New("payload is not in the bundle")
	// ErrDamaged says that the bytes of a bundle are not those that were sealed.
	// A copy of the file has to be restored.
	ErrDamaged = errors.New("bundle is damaged")
)

const (
	suffix        = ".zst.age"
	partialSuffix = ".partial"
	partialFolder = "tmp"
)

// namePattern begins with the day, which gives the folder.
const namePattern = `^[0-9]{4}(0[1-9]|1[0-2])[0-9]{2}-[A-Za-z0-9_-]{1,64}$`

// Name returns the name of the bundle that a round of sequence writes: its day in
// UTC, which gives the folder, and the number.
func Name(at time.Time, sequence int64) string {
	return fmt.Sprintf("%s-%012d", at.UTC().Format("20060102"), sequence)
}

// Store is the folder of bundles.
type Store struct {
	dir        string
	recipients []age.Recipient
	name       *regexp.Regexp
	disk       disk
}

// Open returns the store in dir, which need not exist yet. Without recipients it
// can be read but not written.
func Open(dir string, recipients []age.Recipient) (*Store, error) {
	stat, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("open archive: %w", err)
	case !stat.IsDir():
		return nil, fmt.Errorf("open archive: %s: not a folder", dir)
	}
	return &Store{
		dir:        dir,
		recipients: recipients,
		name:       regexp.MustCompile(namePattern),
		disk:       osDisk(),
	}, nil
}

// partial returns the path of a bundle while it is being written.
func (s *Store) partial(name string) string {
	return filepath.Join(s.dir, partialFolder, name+partialSuffix)
}

// path returns the path of a sealed bundle.
func (s *Store) path(name string) string {
	return filepath.Join(s.dir, name[:4], name[4:6], name+suffix)
}

// Sweep removes what no commit refers to: all partial files, and the bundles that
// referenced denies. It is called before the first bundle of a process is created,
// since a partial file of an open bundle looks like one that a crash left. A crash
// within leaves some of them, which the next Sweep removes. Files that are not
// named like bundles are left alone.
func (s *Store) Sweep(referenced func(name string) bool) (removed int, err error) {
	partials, err := os.ReadDir(filepath.Join(s.dir, partialFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("sweep archive: %w", err)
	}
	for _, p := range partials {
		name, ok := strings.CutSuffix(p.Name(), partialSuffix)
		if !ok || !s.name.MatchString(name) {
			continue
		}
		if err := os.Remove(s.partial(name)); err != nil {
			return removed, fmt.Errorf("sweep archive: %w", err)
		}
		removed++
	}
	err = s.walk(func(name string, _ fs.DirEntry) error {
		if referenced(name) {
			return nil
		}
		if err := os.Remove(s.path(name)); err != nil {
			return err
		}
		removed++
		return nil
	})
	if err != nil {
		return removed, fmt.Errorf("sweep archive: %w", err)
	}
	return removed, nil
}

// SizeBytes returns the bytes that sealed bundles take on disk.
func (s *Store) SizeBytes() (int64, error) {
	var total int64
	err := s.walk(func(_ string, e fs.DirEntry) error {
		stat, err := e.Info()
		if err != nil {
			return err
		}
		total += stat.Size()
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("size of archive: %w", err)
	}
	return total, nil
}

// walk calls fn for each sealed bundle that lies where its name says.
func (s *Store) walk(fn func(name string, e fs.DirEntry) error) error {
	return filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok || !e.Type().IsRegular() || !s.name.MatchString(name) || path != s.path(name) {
			return nil
		}
		return fn(name, e)
	})
}
