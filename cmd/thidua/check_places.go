package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"thidua/sinks/snapshot"
	"thidua/sinks/warehouse"
)

// folders writes and removes a file in each folder that a run writes to.
func (c *checker) folders() {
	a, w := c.app, c.app.set.Workspace
	mode := fs.FileMode(0o750)
	if s, err := a.snapshots(); err == nil {
		mode = s.Mode
	}
	for _, f := range []struct {
		name, path string
		mode       fs.FileMode
	}{
		{"state", a.stateDir(), 0o700},
		{"archive", a.path(w.Archive.Path), 0o700},
		{"published", a.publishedDir(), mode},
		{"logs", filepath.Dir(a.path(w.Log.File)), 0o750},
	} {
		if f.name == "archive" && !w.Archive.Enabled {
			continue
		}
		if err := tryWriting(f.path, f.mode); err != nil {
			c.add("folder:"+f.name, levelFail, fmt.Sprintf(a.pick("không ghi được vào %s: %s", "%s cannot be written to: %s"), f.path, c.cause(err)),
				a.pick("cho người chạy thidua quyền ghi vào thư mục này", "give the user that runs thidua the right to write there"))
			continue
		}
		c.ok("folder:"+f.name, "ghi được vào %s", "%s can be written to", f.path)
	}
}

func tryWriting(dir string, mode fs.FileMode) error {
	if err := os.MkdirAll(dir, mode); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".check-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString("thidua\n")
	return errors.Join(err, file.Sync(), file.Close(), os.Remove(file.Name()))
}

// Free disk below which the next run is at risk, and below which it will not end
// well. A rewrite of the records needs them twice beside the copy that is
// published.
const (
	littleDiskBytes = 5 << 30
	noDiskBytes     = 1 << 30
	recordsTimes    = 3
)

func (c *checker) disk() {
	const check = "disk"
	a := c.app
	var stat syscall.Statfs_t
	if err := syscall.Statfs(a.dir, &stat); err != nil {
		c.add(check, levelWarn, fmt.Sprintf(a.pick("không biết đĩa còn bao nhiêu: %s", "how much disk is free is not known: %s"), c.cause(err)), "")
		return
	}
	free := int64(stat.Bavail) * stat.Bsize
	records := int64(0)
	if file, err := os.Stat(filepath.Join(a.stateDir(), warehouse.RecordsFile)); err == nil {
		records = file.Size()
	}
	l, message := diskLevel(free, records), fmt.Sprintf(a.pick("đĩa còn trống %s GB, kho dữ liệu %s GB", "%s GB of disk are free, the records take %s GB"), a.number(float64(free)/1e9, 1), a.number(float64(records)/1e9, 1))
	remedy := ""
	if l != levelOK {
		remedy = a.pick("giải phóng đĩa, hoặc giảm publish.keep_rounds", "free disk space, or lower publish.keep_rounds")
	}
	c.add(check, l, message, remedy)
}

func diskLevel(free, records int64) level {
	switch {
	case free < noDiskBytes:
		return levelFail
	case free < littleDiskBytes, free < recordsTimes*records:
		return levelWarn
	}
	return levelOK
}

// warehouse opens the warehouse as a run would, unless a run has it.
func (c *checker) warehouse(ctx context.Context) {
	const check = "warehouse"
	a := c.app
	if !warehouse.Exists(a.stateDir()) {
		c.ok(check, "kho dữ liệu: chưa có, lần chạy đầu sẽ tạo", "warehouse: none yet, the first run makes it")
		return
	}
	unlock, held, err := a.tryLock(ctx)
	switch {
	case held:
		c.add(check, levelWarn, a.pick("một tiến trình thidua khác đang dùng thư mục làm việc; kho dữ liệu không được kiểm tra", "another thidua process is using the workspace; the warehouse was not checked"),
			a.pick("đợi nó xong rồi kiểm tra lại", "check again when it has ended"))
		c.publishedClock()
		return
	case err != nil:
		c.add(check, levelFail, c.cause(err), "")
		return
	}
	err = c.openWarehouse(ctx)
	if err := errors.Join(err, unlock()); err != nil {
		c.warehouseFailed(err)
	}
}

// tryLock takes the workspace's lock if nobody has it.
func (a *app) tryLock(ctx context.Context) (unlock func() error, held bool, err error) {
	// Whoever waits no time is told by the context's end that there is somebody to
	// wait for.
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	silent := *a
	silent.errOut = io.Discard
	unlock, err = silent.lockWorkspace(ctx)
	return unlock, errors.Is(err, context.Canceled), err
}

func (c *checker) openWarehouse(ctx context.Context) error {
	keys, err := c.app.readKeys()
	if err != nil {
		return err
	}
	w, err := c.app.openWarehouse(ctx, keys)
	if err != nil {
		return err
	}
	commit, at := w.LastCommit()
	c.ok("warehouse", "kho dữ liệu: mở được, khóa khớp, commit %d", "warehouse: opens, the keys fit, commit %d", commit)
	c.clock(at)
	return w.Close()
}

func (c *checker) warehouseFailed(err error) {
	a, check := c.app, "warehouse"
	remedy := a.pick("khôi phục state/ từ bản sao lưu, hoặc dựng lại từ kho lưu: thidua archive replay", "restore state/ from a copy, or rebuild it from the archive: thidua archive replay")
	switch {
	case errors.Is(err, warehouse.ErrRotation):
		check, remedy = "rotation", a.pick("làm tiếp việc thay khóa: thidua keys rotate", "finish the rotation of the keys: thidua keys rotate")
	case errors.Is(err, warehouse.ErrKeys):
		remedy = a.pick("đưa đúng tệp khóa về chỗ ghi ở keys.file", "bring the right key file back to where keys.file says")
	case errors.Is(err, warehouse.ErrClock):
		check, remedy = "clock", a.pick("chỉnh lại đồng hồ của máy", "set the clock of this machine")
	case errors.Is(err, warehouse.ErrSchema):
		remedy = a.pick("giữ nguyên khai báo cũ của cột, hoặc dựng lại: thidua archive replay", "keep the column as it was declared, or rebuild: thidua archive replay")
	}
	l := levelFail
	if errors.Is(err, warehouse.ErrLocked) {
		l, remedy = levelWarn, a.pick("đợi tiến trình đó xong, hoặc đọc published/current", "wait for that process, or read published/current")
	}
	c.add(check, l, fmt.Sprintf(a.pick("kho dữ liệu: %s", "warehouse: %s"), c.cause(err)), remedy)
}

// clock compares the clock with the instant of the last commit. A little behind is
// a clock that was corrected.
func (c *checker) clock(last time.Time) {
	const check = "clock"
	a := c.app
	if behind := last.Sub(a.now()); behind > 0 {
		c.add(check, levelWarn, fmt.Sprintf(a.pick("đồng hồ chậm %s so với lần ghi cuối", "the clock stands %s before the last commit"), behind.Round(time.Second)),
			a.pick("chỉnh lại đồng hồ của máy", "set the clock of this machine"))
		return
	}
	c.ok(check, "đồng hồ không chậm hơn lần ghi cuối", "the clock is not behind the last commit")
}

// publishedClock compares the clock with the newest snapshot, where the warehouse
// cannot be asked.
func (c *checker) publishedClock() {
	if m, err := snapshot.Newest(c.app.publishedDir()); err == nil {
		c.clock(m.KnownAt)
	}
}
