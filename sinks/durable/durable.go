// Package durable makes names outlast a loss of power.
package durable

import (
	"errors"
	"os"
)

// SyncDir makes the names in a folder durable: of files that were made, renamed or
// removed in it.
func SyncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
