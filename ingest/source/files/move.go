package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"thidua/ingest/source"
)

// move puts the file into the folder for those that were read, or refused, where
// one is named. A file that has changed since it was listed stays: what is there
// now has not been read. A crash before the rename leaves the file where it is, and
// known: it is not read again, and a person may move it.
func (p *payload) move(ok bool) error {
	target := p.source.failed
	if ok {
		target = p.source.done
	}
	if target == "" {
		return nil
	}
	err := p.Verify()
	if errors.Is(err, source.ErrChanged) {
		return nil
	}
	if err != nil {
		return err
	}
	name, err := filepath.Rel(p.source.folder, p.path)
	if err != nil {
		return errors.New("move file: not below the source folder")
	}
	to, err := free(filepath.Join(target, name))
	if err != nil {
		return fmt.Errorf("move file: %w", cause(err))
	}
	if err := os.Rename(p.path, to); err != nil {
		return fmt.Errorf("move file: %w", cause(err))
	}
	return nil
}

// free makes the folder of path and returns path, or with a number before its
// ending where the name is taken. It is good for one mover at a time.
func free(path string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", err
	}
	ending := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ending)
	for n := 1; ; n++ {
		_, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		path = fmt.Sprintf("%s-%d%s", stem, n, ending)
	}
}
