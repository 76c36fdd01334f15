package schedule_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"thidua/ingest/schedule"
	"thidua/transform/calendar"
)

// at reads an instant of the local clock, such as 2024-06-01 02:00.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func parse(t *testing.T, text string) schedule.Cron {
	t.Helper()
	c, err := schedule.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// world is a clock that goes on when somebody waits, and the rounds that were begun
// under it.
type world struct {
	t    *testing.T
	now  time.Time
	jobs []schedule.Job
	// rounds has a line for each round: when it began, and the jobs with the slots
	// they were due for.
	rounds []string
	// passing are called when time has passed.
	passing []func()
	// takes is how long a round takes.
	takes time.Duration
	// outcome, where it is not nil, says how a round ends instead of in order.
	outcome func(due []schedule.Slot) (map[string]schedule.Run, error)
	broken  []error
	atWork  bool
}

func newWorld(t *testing.T, from string) *world {
	return &world{t: t, now: at(t, from)}
}

// add declares a job; last is when its last run began, empty where it has none.
func (w *world) add(name, cron, last string) {
	j := schedule.Job{Name: name, Cron: parse(w.t, cron)}
	if last != "" {
		j.Last = schedule.Run{StartedAt: at(w.t, last), State: schedule.Succeeded}
	}
	w.jobs = append(w.jobs, j)
}

// scheduler returns a scheduler in this world.
func (w *world) scheduler() *schedule.Scheduler {
	return schedule.New(schedule.Config{
		Now: func() time.Time { return w.now },
		After: func(d time.Duration) <-chan time.Time {
			if d <= 0 {
				w.t.Errorf("a wait of %v: the scheduler spins", d)
			}
			w.pass(d)
			c := make(chan time.Time, 1)
			c <- w.now
			return c
		},
		Jobs:   func() []schedule.Job { return w.jobs },
		Round:  w.round,
		Broken: func(err error) { w.broken = append(w.broken, err) },
	})
}

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	for _, f := range w.passing {
		f()
	}
}

func (w *world) round(_ context.Context, due []schedule.Slot) (map[string]schedule.Run, error) {
	if w.atWork {
		w.t.Error("a round began while another was at work")
	}
	w.atWork = true
	defer func() { w.atWork = false }()
	line := []string{w.now.Format("2006-01-02 15:04")}
	runs := make(map[string]schedule.Run)
	for _, d := range due {
		line = append(line, d.Job+d.At.Format("@02T15:04"))
		runs[d.Job] = schedule.Run{StartedAt: w.now, State: schedule.Succeeded, SucceededAt: w.now}
	}
	w.rounds = append(w.rounds, strings.Join(line, " "))
	w.pass(w.takes)
	if w.outcome != nil {
		return w.outcome(due)
	}
	return runs, nil
}

// serve lets a scheduler work until the clock has reached an instant.
func (w *world) serve(until string) *schedule.Scheduler {
	s := w.scheduler()
	w.goOn(s, until)
	return s
}

func (w *world) goOn(s *schedule.Scheduler, until string) {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	end, before := at(w.t, until), len(w.passing)
	w.passing = append(w.passing, func() {
		if !w.now.Before(end) {
			cancel()
		}
	})
	s.Serve(ctx)
	w.passing = w.passing[:before]
}

// once calls f when the clock first reaches an instant.
func (w *world) once(when string, f func()) {
	instant, done := at(w.t, when), false
	w.passing = append(w.passing, func() {
		if !done && !w.now.Before(instant) {
			done = true
			f()
		}
	})
}

// status returns a line for each job: its state, and its next slot.
func status(s *schedule.Scheduler) []string {
	var lines []string
	for _, j := range s.Status() {
		line := fmt.Sprintf("%s %s %s", j.Job, j.State, j.NextAt.Format("02T15:04"))
		if j.Late {
			line += " late"
		}
		lines = append(lines, line)
	}
	return slices.Clip(lines)
}
