// Package schedule says when jobs run: it keeps their slots, catches up what was
// missed, and begins one round at a time. It runs nothing itself; a function that
// is handed in runs a round of due jobs, and a clock that is handed in says when.
//
// # The states of a job
//
//	          slot passes           round begins          run ends
//	idle  ──────────────────▶  due  ────────────▶ running ─────────▶ succeeded
//	 ▲                          ▲  ◀────────────                     attention
//	 │                          │   round could                      failed
//	 │                          │   not begin                        interrupted
//	 │                          │                                         │
//	 │                          └── interrupted, when the process starts ─┤
//	 └──────────── a slot later than the start of the run is awaited ─────┘
//
// A slot is an instant at which the job's schedule says that it runs. A job is due
// when a slot has passed since its last run began. It stays due, over restarts too,
// until a run of it has begun: the ledger of runs is the only memory, and what was
// begun stands there before any of its work is done.
//
//   - However many slots have passed, a job is due once. What a nightly job missed in
//     a week is brought by one run: it asks its source for everything new.
//   - A job that has never run is due at once. A machine that is switched off at
//     night would otherwise never run a job of the night.
//   - A run that was interrupted, by a stop or by the death of the process, has not
//     done its work: its job is due when the next process starts. One that a person
//     interrupted beside a process that goes on waits for its next slot, or the
//     person would be stopping it for ever.
//   - A job that failed waits for its next slot. A world that was bad a minute ago is
//     bad still: sources have tried again and again by themselves before they give up,
//     and a job that failed for its declaration fails until a person has mended it.
//     Whoever cannot wait calls thidua run.
//   - A round that could not begin, because the disk is full or the key file is not
//     there, has run no job. Its jobs stay due and are tried again after some minutes.
//
// # Rounds
//
// One goroutine, the caller's, decides and waits, and begins a round when jobs are
// due: all that are due by then, in the order of their names. While a round is at
// work none other begins, so that no job runs twice at a time; what becomes due
// meanwhile is the next round. An error or a panic of a round ends that round only.
//
// # The clock
//
// Schedules are read by the clock of Vietnam, which has been seven hours ahead of
// UTC without summer time since 1975. The scheduler wakes at least once a minute and
// looks at the clock anew, because timers do not notice that a machine was asleep or
// that its clock was set.
//
// A clock that is set forward makes the slots it jumped over due, once. A clock that is
// set back by less than an hour meets slots again that were used: they are not used
// twice. Where the last run of a job began more than an hour after the present
// time the clock was wrong then, or is now: the run tells nothing of when the job is
// due, and its next slot by the present clock is awaited.
package schedule
