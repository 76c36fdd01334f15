package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockWorkspace takes the workspace for one round, and waits while another process
// has it. The engine's own locks only refuse; this one queues.
func (a *app) lockWorkspace(ctx context.Context) (unlock func() error, err error) {
	if err := os.MkdirAll(a.stateDir(), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the warehouse: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(a.stateDir(), "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &said{"không ghi được vào thư mục làm việc", "the workspace cannot be written to", err}
	}
	const retry = 100 * time.Millisecond
	for told := false; ; told = true {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			// Closing the file gives up the lock, and so does the end of the process.
			return file.Close, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock the workspace: %w", err), file.Close())
		}
		if !told {
			fmt.Fprintln(a.errOut, a.pick("Một tiến trình thidua khác đang dùng thư mục làm việc; đang chờ…", "another thidua process is using the workspace; waiting…"))
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), file.Close())
		}
	}
}
