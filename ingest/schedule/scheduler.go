package schedule

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// ErrPanic says that a round ended in a panic.
var ErrPanic = errors.New("the round ended in a panic")

// Config is what a scheduler works with. All of it is needed but Retry.
type Config struct {
	// Now gives the time, After sends it when it has gone on by a duration.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
	// Jobs returns the jobs that there are. It is asked at every waking, so that a
	// schedule can change while the process goes on.
	Jobs func() []Job
	// Round runs the jobs that are due and returns what is known of the runs of
	// any jobs afterwards. An error says that the round could not begin, or broke
	// off: the due jobs that have no run stay due. Without an error such a job counts as
	// failed, unless the context has ended. Round logs its errors itself.
	Round func(ctx context.Context, due []Slot) (map[string]Run, error)
	// Broken is told of a round that ended in a panic: an error with ErrPanic.
	Broken func(err error)
	// Retry is how long a round that could not begin is put off, ten minutes where
	// zero.
	Retry time.Duration
}

// Scheduler keeps the slots of jobs. Serve is called once; Status may be called at
// any time by anybody.
type Scheduler struct {
	config Config

	mu      sync.Mutex
	entries map[string]*entry
	// notBefore is when a round may begin after one that could not.
	notBefore time.Time
}

// wake is how often the clock is looked at.
const wake = time.Minute

const defaultRetry = 10 * time.Minute

// New returns a scheduler that knows no job yet.
func New(c Config) *Scheduler {
	if c.Retry == 0 {
		c.Retry = defaultRetry
	}
	return &Scheduler{config: c, entries: make(map[string]*entry)}
}

// Serve begins rounds until the context ends. A round at work is given the same
// context, and Serve returns when it has ended.
func (s *Scheduler) Serve(ctx context.Context) {
	for ctx.Err() == nil {
		s.meet(s.config.Jobs())
		due, wait := s.decide()
		if len(due) > 0 {
			s.round(ctx, due)
			continue
		}
		select {
		case <-s.config.After(wait):
		case <-ctx.Done():
		}
	}
}

// meet takes over the jobs that there are. A job whose schedule changed keeps what
// is known of it: slots of the new schedule count from its last run.
func (s *Scheduler) meet(jobs []Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, there := s.config.Now(), make(map[string]bool, len(jobs))
	for _, j := range jobs {
		there[j.Name] = true
		if e, ok := s.entries[j.Name]; ok {
			e.change(j)
		} else {
			s.entries[j.Name] = newEntry(j, now)
		}
	}
	maps.DeleteFunc(s.entries, func(name string, _ *entry) bool { return !there[name] })
}

// decide returns the jobs that are due, in the order of their names, and marks them
// as running; or, where none is, how long to wait.
func (s *Scheduler) decide() (due []Slot, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	if left := s.notBefore.Sub(now); left > 0 && left <= s.config.Retry {
		return nil, min(left, wake)
	}
	wait = wake
	for _, name := range slices.Sorted(maps.Keys(s.entries)) {
		e := s.entries[name]
		if e.due(now) {
			e.running = true
			due = append(due, Slot{name, e.job.Cron.Latest(now)})
		} else if !e.next.IsZero() {
			wait = min(wait, e.next.Sub(now))
		}
	}
	return due, wait
}

// round has the due jobs run, and takes down what became of them.
func (s *Scheduler) round(ctx context.Context, due []Slot) {
	runs, err := s.run(ctx, due)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	for name, r := range runs {
		if e, ok := s.entries[name]; ok {
			e.note(r, now)
		}
	}
	for _, d := range due {
		e := s.entries[d.Job]
		e.running = false
		_, ran := runs[d.Job]
		switch {
		case ran:
			// Also where the clock was set back during the round.
			e.use(d.At)
		case err == nil && ctx.Err() == nil:
			e.note(Run{StartedAt: now, State: Failed}, now)
			e.use(d.At)
		}
	}
	if err != nil {
		s.notBefore = now.Add(s.config.Retry)
	}
}

// run calls the function of rounds. A panic in it becomes an error: the next round
// begins in order.
func (s *Scheduler) run(ctx context.Context, due []Slot) (runs map[string]Run, err error) {
	defer func() {
		// The value of a panic can hold anything, a record too: only its type is told.
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %T", ErrPanic, v)
			s.config.Broken(err)
		}
	}()
	return s.config.Round(ctx, due)
}

// Status tells how the jobs stand, in the order of their names.
func (s *Scheduler) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	list := make([]Status, 0, len(s.entries))
	for _, name := range slices.Sorted(maps.Keys(s.entries)) {
		list = append(list, s.entries[name].status(now))
	}
	return list
}
