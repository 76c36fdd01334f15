package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// corpus is a folder of invented files.
type corpus struct {
	dir string
	// job loads the files, inbox is the folder of a workspace that it finds them in.
	job, inbox string
	// visits is how many the files hold where they are claim files.
	visits int
}

// write has the stand-in province fill a folder: visits with the given lines over
// thirty days, one file for each facility and day or, where perVisit, one a visit.
func write(ctx context.Context, o options, name string, visits, lines int, perVisit bool) (corpus, error) {
	c := corpus{dir: filepath.Join(o.dir, name), job: "claims", inbox: "claims", visits: visits}
	args := []string{
		"write", c.dir, "--seed", "1", "--days", "30", "--clean",
		"--visits", strconv.Itoa(visits), "--lines", strconv.Itoa(lines), "--truth", c.dir + ".truth.json",
	}
	if perVisit {
		args = append(args, "--files-per", "visit")
	}
	_, err := run(ctx, o.program("hissim"), args...)
	return c, err
}

// link offers the files of the corpus under another folder without copying them.
// They keep their times, and are copied where a link cannot be made.
func (c corpus) link(to string) error {
	return filepath.WalkDir(c.dir, func(from string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(c.dir, from)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(target, 0o750)
		}
		if err := os.Link(from, target); errors.Is(err, fs.ErrExist) || err == nil {
			return err
		}
		return duplicate(from, target)
	})
}

// duplicate copies a file to a new name, to the disk, with its time.
func duplicate(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	at, err := in.Stat()
	if err != nil {
		return err
	}
	return os.Chtimes(to, at.ModTime(), at.ModTime())
}

// walked is what the reference counted on its way through a folder.
type walked struct {
	Files      int64 `json:"files"`
	Bytes      int64 `json:"bytes"`
	Documents  int64 `json:"documents"`
	Elements   int64 `json:"elements"`
	Characters int64 `json:"characters"`
	Errors     int64 `json:"errors"`
}

// samples are claim files with known counts: base64 documents and one with its
// markup inline.
//
//go:embed testdata/*.xml
var samples embed.FS

// inSamples is what a whole walk through the samples counts.
var inSamples = walked{Files: 2, Bytes: 56230, Documents: 16, Elements: 1289, Characters: 59042}

// walk has libxml2 walk a folder and returns the counts with the cost.
func walk(ctx context.Context, o options, dir string) (walked, outcome, error) {
	o.settle()
	got, err := run(ctx, o.program("sax"), dir)
	if err != nil {
		return walked{}, outcome{}, err
	}
	var w walked
	if err := json.Unmarshal(got.stdout, &w); err != nil {
		return walked{}, outcome{}, fmt.Errorf("read what sax counted: %w", err)
	}
	return w, got, nil
}

// trust lets the reference walk the samples. A reference that leaves out work
// would be easy to beat in one direction and impossible in the other.
func trust(ctx context.Context, o options) error {
	dir := filepath.Join(o.dir, "samples")
	if err := os.CopyFS(dir, samples); err != nil {
		return fmt.Errorf("write the samples: %w", err)
	}
	w, _, err := walk(ctx, o, dir)
	if err != nil {
		return err
	}
	if w != inSamples {
		return fmt.Errorf("sax counted %+v in the samples, which hold %+v", w, inSamples)
	}
	return nil
}
