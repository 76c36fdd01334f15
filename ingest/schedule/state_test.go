package schedule_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/schedule"
)

// errWorld stands for a disk that is full and the like.
var errWorld = errors.New("the world is bad")

// runsOf ends the runs of all due jobs in a state.
func (w *world) runsOf(due []schedule.Slot, state schedule.State) map[string]schedule.Run {
	runs := make(map[string]schedule.Run)
	for _, d := range due {
		runs[d.Job] = schedule.Run{StartedAt: w.now, State: state}
	}
	return runs
}

// TestRoundsThatEndBadly has the first round at 02:00 end in some way, and looks at
// the next ones and at the states.
func TestRoundsThatEndBadly(t *testing.T) {
	tests := []struct {
		name    string
		outcome func(w *world, due []schedule.Slot) (map[string]schedule.Run, error)
		rounds  []string
		states  []string
		broken  error
	}{
		{"a job fails: it waits for its next slot", func(w *world, due []schedule.Slot) (map[string]schedule.Run, error) {
			runs := w.runsOf(due, schedule.Succeeded)
			runs["a"] = schedule.Run{StartedAt: w.now, State: schedule.Failed}
			return runs, nil
		}, []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-14 02:00 a@14T02:00 b@14T02:00"}, []string{"a failed 14T02:00", "b succeeded 14T02:00"}, nil},
		{"a round cannot begin: again after ten minutes", func(*world, []schedule.Slot) (map[string]schedule.Run, error) {
			return nil, errWorld
		}, []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-13 02:10 a@13T02:00 b@13T02:00"}, []string{"a due 13T02:00", "b due 13T02:00"}, nil},
		{"a round breaks off after a job: the other again", func(w *world, due []schedule.Slot) (map[string]schedule.Run, error) {
			return w.runsOf(due[:1], schedule.Attention), errWorld
		}, []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-13 02:10 b@13T02:00"}, []string{"a attention 14T02:00", "b due 13T02:00"}, nil},
		{"a round panics: again after ten minutes", func(*world, []schedule.Slot) (map[string]schedule.Run, error) {
			panic("a fault of the program")
		}, []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-13 02:10 a@13T02:00 b@13T02:00"}, []string{"a due 13T02:00", "b due 13T02:00"}, schedule.ErrPanic},
		{"a round tells nothing of a job: it counts as failed", func(w *world, due []schedule.Slot) (map[string]schedule.Run, error) {
			return w.runsOf(due[:1], schedule.Succeeded), nil
		}, []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-14 02:00 a@14T02:00 b@14T02:00"}, []string{"a succeeded 14T02:00", "b failed 14T02:00"}, nil},
		{"a job was interrupted by a person: it waits for its next slot", func(w *world, due []schedule.Slot) (map[string]schedule.Run, error) {
			return w.runsOf(due, schedule.Interrupted), nil
		}, []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-14 02:00 a@14T02:00 b@14T02:00"}, []string{"a interrupted 14T02:00", "b interrupted 14T02:00"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2024-06-13 01:30")
			w.add("b", "0 2 * * *", "2024-06-12 02:00")
			w.add("a", "0 2 * * *", "2024-06-12 02:00")
			w.outcome = func(due []schedule.Slot) (map[string]schedule.Run, error) {
				w.outcome = nil
				return tt.outcome(w, due)
			}
			s := w.serve("2024-06-13 02:05")
			if diff := cmp.Diff(tt.states, status(s)); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
			w.goOn(s, "2024-06-14 02:30")
			if diff := cmp.Diff(tt.rounds, w.rounds[:min(2, len(w.rounds))]); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
			if tt.broken == nil && len(w.broken) > 0 || tt.broken != nil && (len(w.broken) != 1 || !errors.Is(w.broken[0], tt.broken)) {
				t.Errorf("told of %v, want %v", w.broken, tt.broken)
			}
		})
	}
}

// TestInterruptedAtStart finds a run that the last process did not finish.
func TestInterruptedAtStart(t *testing.T) {
	w := newWorld(t, "2024-06-13 08:00")
	w.add("j", "0 2 * * *", "2024-06-13 02:00")
	w.jobs[0].Last.State = schedule.Interrupted
	w.serve("2024-06-13 12:00")
	if diff := cmp.Diff([]string{"2024-06-13 08:00 j@13T02:00"}, w.rounds); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// TestRunBeside has a round tell of a run that somebody began elsewhere.
func TestRunBeside(t *testing.T) {
	w := newWorld(t, "2024-06-13 01:30")
	w.add("a", "0 2 * * *", "2024-06-12 02:00")
	w.add("b", "0 4 * * *", "2024-06-12 04:00")
	w.outcome = func(due []schedule.Slot) (map[string]schedule.Run, error) {
		w.outcome = nil
		w.now = at(t, "2024-06-13 04:20")
		runs := w.runsOf(due, schedule.Succeeded)
		runs["b"] = schedule.Run{StartedAt: at(t, "2024-06-13 04:05"), State: schedule.Succeeded}
		return runs, nil
	}
	w.serve("2024-06-14 04:30")
	want := []string{"2024-06-13 02:00 a@13T02:00", "2024-06-14 02:00 a@14T02:00", "2024-06-14 04:00 b@14T04:00"}
	if diff := cmp.Diff(want, w.rounds); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// TestSchedulesChange gives a job another hour, adds one and takes one away while the
// scheduler is at work.
func TestSchedulesChange(t *testing.T) {
	w := newWorld(t, "2024-06-13 01:30")
	w.add("a", "0 2 * * *", "2024-06-12 02:00")
	w.add("b", "0 2 * * *", "2024-06-12 02:00")
	w.once("2024-06-13 03:00", func() {
		w.jobs = nil
		w.add("a", "0 5 * * *", "")
		w.add("c", "0 6 * * *", "2024-06-12 06:00")
	})
	s := w.serve("2024-06-14 02:30")
	want := []string{"2024-06-13 02:00 a@13T02:00 b@13T02:00", "2024-06-13 05:00 a@13T05:00", "2024-06-13 06:00 c@13T06:00"}
	if diff := cmp.Diff(want, w.rounds); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a succeeded 14T05:00", "c succeeded 14T06:00"}, status(s)); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

// TestLate says from when on a job is late whose rounds cannot begin.
func TestLate(t *testing.T) {
	w := newWorld(t, "2024-06-13 01:30")
	w.add("nightly", "0 2 * * *", "2024-06-12 02:00")
	w.add("never", "0 2 1 * *", "")
	w.outcome = func([]schedule.Slot) (map[string]schedule.Run, error) { return nil, errWorld }
	s := w.scheduler()
	for _, step := range []struct {
		until string
		want  []string
	}{
		{"2024-06-13 01:40", []string{"never due 01T02:00", "nightly succeeded 13T02:00"}},
		{"2024-06-14 02:15", []string{"never due 01T02:00", "nightly due 14T02:00"}},
		{"2024-06-14 02:16", []string{"never due 01T02:00", "nightly due 14T02:00 late"}},
		{"2024-08-01 02:16", []string{"never due 01T02:00 late", "nightly due 01T02:00 late"}},
	} {
		w.goOn(s, step.until)
		if diff := cmp.Diff(step.want, status(s)); diff != "" {
			t.Errorf("states at %s (-want +got):\n%s", step.until, diff)
		}
	}
}

// TestStop ends the context during a round: the round ends by itself, no other one
// begins, and what it did not run stays due.
func TestStop(t *testing.T) {
	w := newWorld(t, "2024-06-13 01:59")
	w.add("a", "0 2 * * *", "2024-06-12 02:00")
	w.add("b", "0 2 * * *", "2024-06-12 02:00")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	w.outcome = func(due []schedule.Slot) (map[string]schedule.Run, error) {
		stop()
		return w.runsOf(due[:1], schedule.Interrupted), nil
	}
	s := w.scheduler()
	s.Serve(ctx)
	if diff := cmp.Diff([]string{"2024-06-13 02:00 a@13T02:00 b@13T02:00"}, w.rounds); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a interrupted 14T02:00", "b due 13T02:00"}, status(s)); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

// TestStatusBeside asks for the states while rounds are at work.
func TestStatusBeside(t *testing.T) {
	began, asked := make(chan struct{}), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	night := at(t, "2024-06-13 02:00")
	s := schedule.New(schedule.Config{
		Now: func() time.Time { return night }, After: func(time.Duration) <-chan time.Time { return nil },
		Jobs: func() []schedule.Job { return []schedule.Job{{Name: "j", Cron: parse(t, "0 2 * * *")}} },
		Round: func(context.Context, []schedule.Slot) (map[string]schedule.Run, error) {
			close(began)
			<-asked
			return map[string]schedule.Run{"j": {StartedAt: night, State: schedule.Succeeded}}, nil
		},
	})
	var served sync.WaitGroup
	served.Go(func() { s.Serve(ctx) })
	<-began
	if diff := cmp.Diff([]string{"j running 14T02:00"}, status(s)); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	close(asked)
	for status(s)[0] != "j succeeded 14T02:00" {
		time.Sleep(time.Millisecond)
	}
	stop()
	served.Wait()
}
