package archive

import (
	"io"
	"os"

	"thidua/sinks/durable"
)

// disk holds the steps of sealing that can fail half done. Tests put faults
// before and after each of them.
type disk struct {
	// create makes a file that does not exist yet, for its owner alone.
	create func(path string) (file, error)
	rename func(from, to string) error
	// syncDir makes names in a folder durable.
	syncDir func(path string) error
}

// file is what a bundle needs of an open file.
type file interface {
	io.Writer
	Sync() error
	Close() error
}

func osDisk() disk {
	return disk{
		create: func(path string) (file, error) {
			return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		},
		rename:  os.Rename,
		syncDir: durable.SyncDir,
	}
}
