package province

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// zone is the local time that modification times are meant in.
var zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

// output writes files below a folder, one at a time.
type output struct {
	// ext ends the name of a file, before what a compression adds.
	dir, ext, compress string
	written            Written
	folders            map[string]bool
	buffer             *bufio.Writer
}

func newOutput(dir, ext, compress string) *output {
	return &output{dir: dir, ext: ext, compress: compress, folders: map[string]bool{}, buffer: bufio.NewWriterSize(nil, 256<<10)}
}

// file is a file in the making. It has a hidden name until it is whole, so that
// a reader that looks in meanwhile does not take it.
type file struct {
	out        *output
	disk       *os.File
	path       string
	compressor io.Closer
	to         io.Writer
	changedAt  time.Time
	// cut loses the second half of the finished bytes.
	cut         bool
	failedWrite error
}

// create begins a file name in a folder, compressed as set. Local is its modification
// time as wall clock.
func (o *output) create(folder, name string, local time.Time) (*file, error) {
	dir := filepath.Join(o.dir, folder)
	if !o.folders[folder] {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("make folder: %w", err)
		}
		o.folders[folder] = true
	}
	changedAt := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, zone)
	f := &file{out: o, path: filepath.Join(dir, name+o.ext), changedAt: changedAt}
	if o.compress != "none" {
		f.path += "." + o.compress
	}
	if o.compress == "zip" {
		f.path = filepath.Join(dir, name+".zip")
	}
	var err error
	if f.disk, err = os.Create(filepath.Join(dir, "."+filepath.Base(f.path)+".part")); err != nil {
		return nil, fmt.Errorf("create file: %w", err)
	}
	o.buffer.Reset(f.disk)
	f.to = o.buffer
	switch o.compress {
	case "gz":
		z := gzip.NewWriter(o.buffer)
		f.to, f.compressor = z, z
	case "zip":
		z := zip.NewWriter(o.buffer)
		f.compressor = z
		f.to, err = z.CreateHeader(&zip.FileHeader{Name: name + o.ext, Method: zip.Deflate, Modified: changedAt})
		if err != nil {
			_ = f.disk.Close()
			return nil, fmt.Errorf("create file: %w", err)
		}
	}
	return f, nil
}

// write appends bytes. The first error stays and is returned by finish.
func (f *file) write(p []byte) {
	if f.failedWrite == nil {
		_, f.failedWrite = f.to.Write(p)
	}
}

// finish completes the file, sets its time and gives it its name.
func (f *file) finish() error {
	err := f.failedWrite
	if f.compressor != nil && err == nil {
		err = f.compressor.Close()
	}
	if err == nil {
		err = f.out.buffer.Flush()
	}
	var size int64
	if stat, statErr := f.disk.Stat(); f.cut && statErr == nil && err == nil {
		err = f.disk.Truncate(f.half(stat.Size()))
	}
	if stat, statErr := f.disk.Stat(); statErr == nil {
		size = stat.Size()
	}
	if closeErr := f.disk.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chtimes(f.disk.Name(), f.changedAt, f.changedAt)
	}
	if err == nil {
		err = os.Rename(f.disk.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(f.disk.Name())
		return fmt.Errorf("write file: %w", err)
	}
	f.out.written.Files++
	f.out.written.Bytes += size
	return nil
}

// half is where a cut file ends: about its middle, and never where a line ends, for
// whole lines are a whole file.
func (f *file) half(size int64) int64 {
	var around [2]byte
	middle := size / 2
	if _, err := f.disk.ReadAt(around[:], middle-1); err == nil && (around[0] == '\n' || around[1] == '\n') {
		return middle + 3
	}
	return middle
}
