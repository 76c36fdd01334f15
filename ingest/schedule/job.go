package schedule

import "time"

// State is how a job stands.
type State string

// The states of a job. The last four are how its last run ended.
const (
	// NeverRun: no run of it is known.
	NeverRun State = "never_run"
	// Due: a slot has passed, and the round that will run it has not begun.
	Due State = "due"
	// Running: the round that is at work runs it.
	Running State = "running"
	// Succeeded: the last run did its work.
	Succeeded State = "succeeded"
	// Attention: it did its work, and a person should look at something.
	Attention State = "attention"
	// Failed: it met an error that it could not go on after.
	Failed State = "failed"
	// Interrupted: it was stopped before its end, by request or with its process.
	Interrupted State = "interrupted"
)

// Run is what is known of the last run of a job.
type Run struct {
	// StartedAt is when it began, the zero time where there was none.
	StartedAt time.Time
	State     State
	// SucceededAt is when the last run began that did its work, this one or an
	// earlier one; the zero time where none has.
	SucceededAt time.Time
}

// Job is a job with its schedule.
type Job struct {
	Name string
	Cron Cron
	// Last is its last run, as it is known when the scheduler first meets the job.
	// Later the rounds tell.
	Last Run
}

// Slot is a job that is due, with the last slot that has passed.
type Slot struct {
	Job string
	At  time.Time
}

// Status is how a job stands at one moment.
type Status struct {
	Job   string
	State State
	Last  Run
	// NextAt is the next slot; of a job that is due, the slot it is due for. It is the
	// zero time where there is none.
	NextAt time.Time
	// Late says that two slots have passed unused, the second at least a quarter of
	// an hour ago.
	Late bool
}

// entry is what the scheduler keeps of a job.
type entry struct {
	job  Job
	last Run
	// after is the instant up to which slots are used: the zero time where the job is
	// due at once. next is the first slot after it.
	after, next time.Time
	// since is when the job was first met: before its first run, lateness counts
	// from there.
	since   time.Time
	running bool
}

// believed is how far after the present time a run may have begun for its start to
// be believed.
const believed = time.Hour

func newEntry(j Job, now time.Time) *entry {
	e := &entry{job: j, last: j.Last, since: now}
	if e.last.State == "" {
		e.last.State = NeverRun
	}
	if e.last.State == Interrupted {
		e.await(time.Time{})
	} else {
		e.await(j.Last.StartedAt)
	}
	return e
}

// await looks for the first slot after an instant.
func (e *entry) await(after time.Time) {
	e.after, e.next = after, e.job.Cron.Next(after)
}

// due reports whether a slot has passed unused.
func (e *entry) due(now time.Time) bool {
	if e.after.Sub(now) > believed {
		e.await(now)
	}
	return !e.next.IsZero() && !e.next.After(now)
}

// note takes down a run. What began before the last one is no news.
func (e *entry) note(r Run, now time.Time) {
	if r.StartedAt.Before(e.last.StartedAt) && e.last.StartedAt.Sub(now) <= believed {
		return
	}
	if r.SucceededAt.IsZero() {
		r.SucceededAt = e.last.SucceededAt
	}
	e.last = r
	if r.StartedAt.Sub(now) <= believed {
		e.use(r.StartedAt)
	}
}

// change gives the job as it is declared now.
func (e *entry) change(j Job) {
	changed := j.Cron.text != e.job.Cron.text
	if e.job = j; changed {
		e.await(e.after)
	}
}

// use says that slots up to the instant are used.
func (e *entry) use(at time.Time) {
	if at.After(e.after) {
		e.await(at)
	}
}

func (e *entry) status(now time.Time) Status {
	s := Status{Job: e.job.Name, State: e.last.State, Last: e.last, NextAt: e.job.Cron.Next(now)}
	switch {
	case e.running:
		s.State = Running
	case e.due(now):
		s.State, s.NextAt = Due, e.job.Cron.Latest(now)
	}
	since := e.last.StartedAt
	if since.IsZero() {
		since = e.since
	}
	s.Late = e.job.Cron.late(since, now)
	return s
}
