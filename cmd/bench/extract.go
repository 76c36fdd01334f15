package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// feed is a feed of the stand-in province that comes as text.
type feed struct {
	// job reads the feed, and names it for the stand-in province too.
	job string
	// ext is the ending of its files.
	ext string
	// header says that the first line of each file is no record.
	header bool
	// fullBytes is about what all records of the profile take.
	fullBytes float64
}

// The feeds that are measured, in the proportions of profile.
var (
	healthRecords = feed{job: "health_records", ext: ".ndjson", fullBytes: 430e6}
	vaccinations  = feed{job: "vaccinations", ext: ".csv", header: true, fullBytes: 705e6}
)

// profile is the province of the stand-in that the feeds are those of.
const profile = "thai-nguyen-2022h1"

// extract is a file that holds all of a feed, alone in the folder of the corpus.
type extract struct {
	corpus
	file  string
	bytes int64
}

// join has the stand-in province write a feed of about the given size, at most
// what its profile has, and joins its files to one in a folder of its own, as an
// export of the whole province is.
func (f feed) join(ctx context.Context, o options, name string, bytes float64) (extract, error) {
	c := corpus{dir: filepath.Join(o.dir, name), job: f.job, inbox: f.job}
	parts := c.dir + ".parts"
	_, err := run(ctx, o.program("hissim"), "write", parts, "--profile", profile, "--clean", "--feeds", f.job,
		"--scale", strconv.FormatFloat(min(1, bytes/f.fullBytes), 'g', 3, 64), "--truth", parts+".truth.json")
	if err != nil {
		return extract{}, err
	}
	if err := os.Mkdir(c.dir, 0o750); err != nil {
		return extract{}, err
	}
	e := extract{corpus: c, file: filepath.Join(c.dir, f.job+f.ext)}
	if e.bytes, err = f.concatenate(parts, e.file); err != nil {
		return extract{}, fmt.Errorf("join the files of %s: %w", f.job, err)
	}
	return e, os.RemoveAll(parts)
}

// concatenate writes the files of a folder into one, to the disk, and returns its
// size. It has the time of the last of them, so that it counts as settled at once.
func (f feed) concatenate(dir, to string) (size int64, err error) {
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return 0, err
	}
	var last fs.FileInfo
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(p) != f.ext {
			return err
		}
		n, err := add(out, p, f.header && size > 0)
		if err == nil {
			last, err = d.Info()
		}
		size += n
		return err
	})
	if err == nil && last == nil {
		err = errors.New("there are none")
	}
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return 0, err
	}
	return size, os.Chtimes(to, last.ModTime(), last.ModTime())
}

// add appends a file, or what comes after its first line, and returns how many
// bytes that is.
func add(to io.Writer, file string, withoutFirst bool) (int64, error) {
	in, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	lines := bufio.NewReader(in)
	if withoutFirst {
		if _, err := lines.ReadString('\n'); err != nil {
			return 0, err
		}
	}
	return io.Copy(to, lines)
}
