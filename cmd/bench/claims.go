package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The budgets of loading, as multiples of the time that libxml2 takes to walk the
// same files; of publishing, as a multiple of the time of copying the file; and of
// the memory that a load may hold, in bytes.
const (
	loadBudget    = 1.0
	archiveBudget = 1.3
	publishBudget = 1.2
	memoryBudget  = 600e6
)

// loads measures the loads of one corpus.
type loads struct {
	options         options
	corpus          corpus
	peakBytes       int64
	publish, copies []float64
}

// claims compares loading the corpus, without and with the sealed archive, with
// walking it. The first walk is not counted: it brings the files into memory.
func claims(ctx context.Context, o options) ([]row, error) {
	if err := trust(ctx, o); err != nil {
		return nil, err
	}
	c, err := write(ctx, o, "claims", o.visits, 12, false)
	if err != nil {
		return nil, err
	}
	whole, _, err := walk(ctx, o, c.dir)
	if err != nil {
		return nil, err
	}
	if whole.Errors > 0 || whole.Documents < int64(c.visits) {
		return nil, fmt.Errorf("the corpus holds %d documents with %d errors for %d visits", whole.Documents, whole.Errors, c.visits)
	}
	l := &loads{options: o, corpus: c}
	figures, err := inTurn(o.rounds,
		func() (float64, error) { _, got, err := walk(ctx, o, c.dir); return got.seconds, err },
		func() (float64, error) { return l.once(ctx, false) },
		func() (float64, error) { return l.once(ctx, true) },
	)
	if err != nil {
		return nil, err
	}
	reference := median(figures[0])
	of := " (" + megabytes(float64(whole.Bytes)) + ")"
	return []row{
		atMost("claim files into the database"+of, median(figures[1]), reference, loadBudget),
		atMost("the same with the sealed archive", median(figures[2]), reference, archiveBudget),
		l.published(),
		within("memory of a first load", float64(l.peakBytes), memoryBudget, megabytes),
	}, nil
}

// once loads the corpus into a fresh workspace, sees that all of it arrived, and
// returns the wall time. It notes memory and publishing on its way.
func (l *loads) once(ctx context.Context, archive bool) (wall float64, err error) {
	w, err := fresh(ctx, l.options, l.corpus, archive)
	defer func() { err = errors.Join(err, w.remove()) }()
	if err != nil {
		return 0, err
	}
	account, got, err := w.load(ctx)
	if err != nil {
		return 0, err
	}
	if account.visits != int64(l.corpus.visits) {
		return 0, fmt.Errorf("the run loaded %d visits of %d", account.visits, l.corpus.visits)
	}
	l.peakBytes = max(l.peakBytes, got.peakBytes)
	if account.publishSeconds >= 0 {
		l.publish = append(l.publish, account.publishSeconds)
	}
	file, err := w.records()
	if err != nil {
		return 0, err
	}
	l.options.settle()
	started := time.Now()
	err = duplicate(file, w.dir+"/copy.duckdb")
	l.copies = append(l.copies, time.Since(started).Seconds())
	return got.seconds, err
}

// published compares publishing with copying the published file, each once a load.
func (l *loads) published() row {
	const work = "publish"
	if len(l.publish) != len(l.copies) {
		return unmeasured(work, errors.New("the run does not say publish_seconds"))
	}
	return atMost(work, median(l.publish), median(l.copies), publishBudget)
}
