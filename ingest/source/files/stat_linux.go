package files

import (
	"io/fs"
	"syscall"
	"time"
)

// openFlags refuse a link that has taken the place of a file, and do not wait for
// the other end of a pipe.
const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// inode returns the number of the file, and the time its bytes or its entry last
// changed, which cannot be set back.
func inode(stat fs.FileInfo) (number uint64, changedAt time.Time) {
	s, ok := stat.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, stat.ModTime()
	}
	return s.Ino, time.Unix(s.Ctim.Unix())
}
