package main

import (
	"context"
	"errors"

	"thidua/ingest/job"
	"thidua/transform/delivery"
	"thidua/transform/identity"
)

// This file ends runs before their time: at the next commit when a stop is asked for,
// and where they stand when they meet a panic.

// endedRun is a run that has ended, with its account.
type endedRun struct {
	job, state string
	tallies    []delivery.Tally
}

// halting is a loader whose run ends, as if it were told to stop, with the first
// commit after stop is closed. What is committed stands, and the next run goes on
// from there.
type halting struct {
	job.Loader
	stop <-chan struct{}
}

// Load commits a chunk. The error of a run that is asked to end is context.Canceled.
func (h halting) Load(ctx context.Context, c *delivery.Chunk) error {
	err := h.Loader.Load(ctx, c)
	// An open chunk is staged, not committed.
	if err == nil && !c.Open && closed(h.stop) {
		return context.Canceled
	}
	return err
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// stopping reports whether the round was asked to end.
func (r *round) stopping() bool { return closed(r.stop) }

// salvage closes a run that met a panic. Nothing that the panic left in memory can be
// believed, a transaction may be open: the warehouse is closed and opened anew, as
// after a crash, which undoes what was not committed. Where it cannot be opened, the
// round has none, and ends.
func (r *round) salvage(ctx context.Context, run int64, name string, failure error) error {
	ctx = context.WithoutCancel(ctx)
	r.attention = true
	text := identity.Redact(failure).Error()
	r.log.Error().Int64("run", run).Str("job", name).Str("error", text).Msg("run ended in a panic")
	closing := r.warehouse.Close()
	var err error
	if r.warehouse, err = r.app.openWarehouse(ctx, r.keys); err != nil {
		r.warehouse = nil
		return errors.Join(failure, closing, err)
	}
	if r.options.dryRun {
		return failure
	}
	if err := r.warehouse.FailRun(ctx, run, text); err != nil {
		return errors.Join(failure, err)
	}
	tallies, err := r.warehouse.Account(ctx, run)
	r.ended = append(r.ended, endedRun{name, "failed", tallies})
	return errors.Join(failure, err)
}
