package main

import (
	"context"
	"errors"
	"io"
	"time"

	"thidua/configs"
	"thidua/ingest/schedule"
	"thidua/sinks/warehouse"
	"thidua/transform/identity"
)

// The outcomes of rounds, as metrics name them.
const (
	roundSucceeded = "succeeded"
	// roundAttention: a run needs a look, or has failed.
	roundAttention = "attention"
	// roundFailed: it could not begin, or what it did could not be published.
	roundFailed = "failed"
	// roundInterrupted: it was asked to end before its jobs were through.
	roundInterrupted = "interrupted"
)

// round runs the jobs that are due, then computes and publishes. It waits its turn
// while another process has the workspace. When the context ends it goes on to its
// next commit, for as long as the grace allows, and publishes what is committed.
func (s *server) round(ctx context.Context, due []schedule.Slot) (runs map[string]schedule.Run, err error) {
	begunAt := s.app.now()
	unlock, err := s.app.lockWorkspace(ctx)
	if err != nil {
		return nil, s.unable(begunAt, err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	// Its account goes to the log; nobody watches.
	quiet := *s.app
	quiet.out = io.Discard
	r := &round{app: &quiet, all: true, stop: ctx.Done()}
	closeLog, err := r.openLog()
	if err != nil {
		return nil, s.unable(begunAt, err)
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	work, cancel := s.graced(ctx)
	defer cancel()
	if err := r.open(work); err != nil {
		r.log.Error().Str("error", identity.Redact(err).Error()).Msg("round not begun")
		return nil, s.unable(begunAt, err)
	}
	// A panic outside of the jobs must leave the files free for the next round.
	closed := false
	defer func() {
		if !closed && r.warehouse != nil {
			_ = r.warehouse.Close() // the panic goes on, and is told
		}
	}()
	runs, err = s.runDue(work, r, due)
	err = s.publish(work, r, begunAt, err)
	closed = true
	return runs, err
}

// graced returns the context of a round's work, which ends the grace after ctx.
func (s *server) graced(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		grace := time.NewTimer(s.options.grace)
		defer grace.Stop()
		select {
		case <-grace.C:
			cancel()
		case <-work.Done():
		}
	})
	return work, cancel
}

// runDue runs the due jobs that have not run since their slot, beside this process,
// and returns the last runs of all jobs.
func (s *server) runDue(ctx context.Context, r *round, due []schedule.Slot) (map[string]schedule.Run, error) {
	now := s.app.now()
	before, err := r.warehouse.LastRuns(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range due {
		if last, ran := before[d.Job]; d.Job != computing && !(ran && since(last, d.At, now)) {
			names = append(names, d.Job)
		}
	}
	jobs := s.declared(names)
	if err := r.runJobs(ctx, jobs); err != nil {
		r.attention = true
		for _, e := range parts(err) {
			r.log.Error().Str("error", identity.Redact(e).Error()).Msg("job failed")
		}
	}
	if r.warehouse == nil {
		return nil, &said{"kho dữ liệu không mở lại được sau một lỗi của chương trình", "the warehouse could not be opened again after a fault of the program", nil}
	}
	lasts, err := r.warehouse.LastRuns(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	return s.remember(lasts, jobs, now, r.stopping()), nil
}

// since reports whether a run has done, or is done with, what a slot asks for. A run
// that begins after the present time was dated by a clock that was wrong.
func since(last warehouse.LastRun, slot, now time.Time) bool {
	return last.State != string(schedule.Interrupted) && !last.StartedAt.Before(slot) && !last.StartedAt.After(now)
}

// remember turns the ledger into what the schedule knows. A job that failed before its
// run was begun has no row there since openedAt; one that a stop came before has none
// either, and stays due.
func (s *server) remember(lasts map[string]warehouse.LastRun, jobs []configs.Job, openedAt time.Time, stopping bool) map[string]schedule.Run {
	runs := make(map[string]schedule.Run, len(lasts)+1)
	for name, last := range lasts {
		run := schedule.Run{StartedAt: last.StartedAt, State: schedule.State(last.State)}
		if last.SucceededAt != nil {
			run.SucceededAt = *last.SucceededAt
		}
		runs[name] = run
	}
	for _, j := range jobs {
		// The ledger keeps microseconds.
		if began := !runs[j.Job].StartedAt.Before(openedAt.Truncate(time.Microsecond)); !began && stopping {
			delete(runs, j.Job)
		} else if !began {
			runs[j.Job] = schedule.Run{StartedAt: openedAt, State: schedule.Failed, SucceededAt: runs[j.Job].SucceededAt}
		}
	}
	runs[computing] = schedule.Run{StartedAt: openedAt, State: schedule.Succeeded, SucceededAt: openedAt}
	for name, run := range runs {
		s.memory[name] = run
	}
	return runs
}

// publish ends the round and tells how it came out. failure kept it from running
// its jobs.
func (s *server) publish(ctx context.Context, r *round, begunAt time.Time, failure error) error {
	err := r.finish(ctx, failure)
	for _, run := range r.ended {
		s.meters.count(run)
	}
	s.meters.showSnapshot(r.app)
	outcome, fault := roundSucceeded, (*said)(nil)
	switch {
	case err != nil && !errors.Is(err, errAttention):
		outcome, fault = roundFailed, reasonOf(err, "vòng gần nhất không công bố được; xem nhật ký", "the last round could not publish; see the log")
	case r.stopping():
		outcome = roundInterrupted
	case err != nil:
		outcome = roundAttention
	}
	r.log.Info().Str("outcome", outcome).Int("runs", len(r.ended)).Float64("seconds", s.app.now().Sub(begunAt).Seconds()).Msg("round")
	s.conclude(begunAt, outcome, fault)
	return failure
}

// unable tells of a round that could not begin.
func (s *server) unable(begunAt time.Time, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	for _, e := range parts(err) {
		s.app.complain(e)
	}
	s.conclude(begunAt, roundFailed, reasonOf(err, "vòng gần nhất không chạy được; xem nhật ký", "the last round could not run; see the log"))
	return err
}

// reasonOf returns the sentences in which people are told of an error, without its
// cause: what comes from the machine can hold paths.
func reasonOf(err error, vi, en string) *said {
	var s *said
	if errors.As(worldly(err), &s) {
		return &said{s.vi, s.en, nil}
	}
	return &said{vi, en, nil}
}

// conclude notes how a round came out.
func (s *server) conclude(begunAt time.Time, outcome string, fault *said) {
	s.meters.round(s.app.now().Sub(begunAt), outcome)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last.at, s.last.fault = begunAt, fault
}
