package main

import (
	"context"
	"errors"
	"fmt"
)

// A run that finds nothing new among 100,000 known files may take this many
// seconds.
const knownBudget = 1.0

// known loads many small files once and measures what it takes to find that there
// is nothing new. The loading is not counted.
func known(ctx context.Context, o options) (rows []row, err error) {
	c, err := write(ctx, o, "known", o.files, 1, true)
	if err != nil {
		return nil, err
	}
	w, err := fresh(ctx, o, c, false)
	defer func() { err = errors.Join(err, w.remove()) }()
	if err != nil {
		return nil, err
	}
	first, _, err := w.load(ctx)
	if err != nil {
		return nil, err
	}
	if first.visits != int64(o.files) {
		return nil, fmt.Errorf("the first run loaded %d visits of %d", first.visits, o.files)
	}
	figures, err := inTurn(o.rounds, func() (float64, error) {
		again, got, err := w.load(ctx)
		if err == nil && again.rows > 0 {
			err = fmt.Errorf("the run loaded %d rows again", again.rows)
		}
		return got.seconds, err
	})
	if err != nil {
		return nil, err
	}
	work := fmt.Sprintf("again with nothing new (%d files)", o.files)
	return []row{within(work, median(figures[0]), knownBudget, seconds)}, nil
}
