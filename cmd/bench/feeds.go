package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Loading a feed may take this many times what DuckDB takes to read the same file
// into a table of its own.
const feedBudget = 1.2

// ndjson and csvTable compare loading a file with what DuckDB needs for it.
func ndjson(ctx context.Context, o options) ([]row, error) {
	return healthRecords.measure(ctx, o, "NDJSON into the database")
}

func csvTable(ctx context.Context, o options) ([]row, error) {
	return vaccinations.measure(ctx, o, "CSV into the database")
}

// measure loads the file in turn with the reference, without and with the sealed
// archive. The first reading by the reference is not counted: it brings the file
// into memory and counts its rows.
func (f feed) measure(ctx context.Context, o options, work string) ([]row, error) {
	e, err := f.join(ctx, o, f.job, float64(o.feedBytes))
	if err != nil {
		return nil, err
	}
	rows, _, err := e.read(ctx, o)
	if err != nil {
		return nil, err
	}
	l := &feedLoads{options: o, corpus: e.corpus, rows: rows}
	figures, err := inTurn(o.rounds,
		func() (float64, error) { _, got, err := e.read(ctx, o); return got.seconds, err },
		func() (float64, error) { return l.once(ctx, false) },
		func() (float64, error) { return l.once(ctx, true) },
	)
	if err != nil {
		return nil, err
	}
	reference, measured := median(figures[0]), median(figures[1])
	return []row{
		atMost(fmt.Sprintf("%s (%s, %d rows)", work, megabytes(float64(e.bytes)), rows), measured, reference, feedBudget),
		beside("the same with the sealed archive", median(figures[2]), reference),
		pace("rows of it a second", rows, measured, reference),
		within("memory of it", float64(l.peakBytes), memoryBudget, megabytes),
	}, nil
}

// read has DuckDB read the file into a database of its own, and returns how many
// rows that has, with the cost.
func (e extract) read(ctx context.Context, o options) (rows int64, got outcome, err error) {
	database := filepath.Join(o.dir, "reference.duckdb")
	defer func() { err = errors.Join(err, os.RemoveAll(database)) }()
	o.settle()
	if got, err = run(ctx, o.program("duck"), e.file, database); err != nil {
		return 0, outcome{}, err
	}
	rows, err = readRows(got.stdout)
	return rows, got, err
}

// readRows reads how many rows a reference says it read. None is an error: what has
// nothing to read is no reference.
func readRows(output []byte) (int64, error) {
	var said struct {
		Rows int64 `json:"rows"`
	}
	if err := json.Unmarshal(output, &said); err != nil {
		return 0, fmt.Errorf("read how many rows the reference read: %w", err)
	}
	if said.Rows < 1 {
		return 0, errors.New("the reference read no rows")
	}
	return said.Rows, nil
}

// feedLoads measures the loads of one file of a feed.
type feedLoads struct {
	options options
	corpus  corpus
	// rows is how many the file holds.
	rows      int64
	peakBytes int64
}

// once loads the file into a fresh workspace, sees that each row arrived or was
// skipped as the job says, and returns the wall time, publishing included.
func (l *feedLoads) once(ctx context.Context, archive bool) (wall float64, err error) {
	w, err := fresh(ctx, l.options, l.corpus, archive)
	defer func() { err = errors.Join(err, w.remove()) }()
	if err != nil {
		return 0, err
	}
	account, got, err := w.load(ctx)
	if err != nil {
		return 0, err
	}
	if account.read != l.rows {
		return 0, fmt.Errorf("the run read %d rows of %d", account.read, l.rows)
	}
	if account.rows+account.skipped != account.read {
		return 0, fmt.Errorf("the run loaded %d and skipped %d rows of %d", account.rows, account.skipped, account.read)
	}
	l.peakBytes = max(l.peakBytes, got.peakBytes)
	return got.seconds, nil
}

// pace returns the row that says how many rows a second the work and its reference
// deal with, given the seconds each took. There is no budget for it.
func pace(work string, rows int64, measured, reference float64) row {
	show := func(seconds float64) string { return strconv.FormatFloat(float64(rows)/seconds, 'f', 0, 64) }
	return row{work: work, measured: show(measured), reference: show(reference), free: true}
}
