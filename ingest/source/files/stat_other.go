//go:build !linux

package files

import (
	"io/fs"
	"time"
)

const openFlags = 0

// inode returns zero, which stands for none, and the time of modification.
func inode(stat fs.FileInfo) (number uint64, changedAt time.Time) {
	return 0, stat.ModTime()
}
