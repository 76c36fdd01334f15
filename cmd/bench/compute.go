package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Computing both campaigns from nothing may take this many seconds.
const computeBudget = 2.0

// idleJob has nothing to load in a workspace of the benchmark: its run computes alone.
const idleJob = "zero_reports"

// computing is what a round says of computing.
type computing struct {
	// Cells is how many figures stand, Counted how many were counted.
	Cells   int64   `json:"cells"`
	Counted int64   `json:"counted"`
	Seconds float64 `json:"seconds"`
}

// compute measures computing both campaigns over many visits: all of it, and what is
// left to do after one facility has sent the claims of a day. Most of the rows are not
// loaded but invented in place, while nobody holds the file.
func compute(ctx context.Context, o options) (rows []row, err error) {
	if o.computeVisits == 0 {
		return nil, nil
	}
	c, err := write(ctx, o, "computed", 300, 1, false)
	if err != nil {
		return nil, err
	}
	none := corpus{dir: filepath.Join(o.dir, "none"), job: idleJob, inbox: idleJob}
	if err := os.Mkdir(none.dir, 0o750); err != nil {
		return nil, err
	}
	w, err := fresh(ctx, o, none, false)
	defer func() { err = errors.Join(err, w.remove()) }()
	if err != nil {
		return nil, err
	}
	if _, _, err := w.load(ctx); err != nil {
		return nil, err
	}
	invented, err := w.grow(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.configure(false, true); err != nil {
		return nil, fmt.Errorf("let the workspace judge campaigns: %w", err)
	}
	full, got, err := w.computed(ctx)
	if err != nil {
		return nil, err
	}
	if full.Counted == 0 || full.Counted < full.Cells/2 {
		return nil, fmt.Errorf("the round counted %d of %d figures, which is not all", full.Counted, full.Cells)
	}
	if err := c.offerOne(filepath.Join(w.dir, "inbox", c.inbox)); err != nil {
		return nil, fmt.Errorf("put a file into the inbox: %w", err)
	}
	w.job = c.job
	part, later, err := w.computed(ctx)
	if err != nil {
		return nil, err
	}
	return []row{
		within(fmt.Sprintf("computing both campaigns (%d visits, %d rows, %d figures)", o.computeVisits, invented, full.Cells), full.Seconds, computeBudget, seconds),
		beside(fmt.Sprintf("the same after one file of claims (%d figures counted)", part.Counted), part.Seconds, full.Seconds),
		within("memory of computing", float64(max(got.peakBytes, later.peakBytes)), memoryBudget, megabytes),
	}, nil
}

// grow invents rows in the workspace and returns how many.
func (w workspace) grow(ctx context.Context) (int64, error) {
	file, err := w.records()
	if err != nil {
		return 0, err
	}
	got, err := run(ctx, w.program("duck"), "grow", strconv.Itoa(w.computeVisits), file)
	if err != nil {
		return 0, err
	}
	return readRows(got.stdout)
}

// computed runs the job and returns what the log then says of computing.
func (w workspace) computed(ctx context.Context) (computing, outcome, error) {
	_, got, err := w.load(ctx)
	if err != nil {
		return computing{}, outcome{}, err
	}
	text, err := os.ReadFile(filepath.Join(w.dir, "logs", "thidua.log"))
	if err != nil {
		return computing{}, outcome{}, err
	}
	c, err := lastComputing(text)
	return c, got, err
}

// lastComputing returns the last line of a log that tells of computing. There must be
// one.
func lastComputing(log []byte) (last computing, err error) {
	found := false
	for line := range bytes.Lines(log) {
		var l struct {
			Message string `json:"message"`
			computing
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return last, fmt.Errorf("read the log: %w", err)
		}
		if l.Message == "computed" {
			last, found = l.computing, true
		}
	}
	if !found {
		return last, errors.New("the log does not tell of computing")
	}
	return last, nil
}

// offerOne offers the first file of the corpus in a folder.
func (c corpus) offerOne(to string) error {
	var first string
	err := filepath.WalkDir(c.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		first = p
		return fs.SkipAll
	})
	if err != nil {
		return err
	}
	if first == "" {
		return errors.New("the corpus holds no file")
	}
	if err := os.MkdirAll(to, 0o750); err != nil {
		return err
	}
	return duplicate(first, filepath.Join(to, filepath.Base(first)))
}
