package files

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// disk reads an open file and remembers where that went wrong, so that a broken
// file and a failing disk can be told apart above a decompressor. Its errors hold
// no name.
type disk struct {
	f   *os.File
	err error
	// limited says that left bounds the bytes that ReadAt gives. It is less than
	// zero once more were asked for.
	limited bool
	left    int64
}

// errLimit ends the reading of a directory that is too long, errOffset one that
// points before the file. Both are faults of an archive and none of the disk.
var (
	errLimit  = errors.New("directory of an archive is too long")
	errOffset = errors.New("directory of an archive points outside it")
)

// Read reads on from where the last Read ended.
func (d *disk) Read(p []byte) (int, error) {
	n, err := d.f.Read(p)
	return n, d.keep(err)
}

// ReadAt reads at a place, within the limit where there is one.
func (d *disk) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, errOffset
	}
	if d.limited {
		if d.left -= int64(len(p)); d.left < 0 {
			return 0, errLimit
		}
	}
	n, err := d.f.ReadAt(p, offset)
	return n, d.keep(err)
}

func (d *disk) keep(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	d.err = fmt.Errorf("read file: %w", cause(err))
	return d.err
}

// Close closes the file.
func (d *disk) Close() error {
	if err := d.f.Close(); err != nil {
		return fmt.Errorf("close file: %w", cause(err))
	}
	return nil
}
