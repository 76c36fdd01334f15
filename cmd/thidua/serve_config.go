package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"thidua/configs"
	"thidua/ingest/schedule"
	"thidua/transform/identity"
)

// computing is the name of the schedule that runs no job: its rounds compute and
// publish. It is no name that a job can have.
const computing = "(compute)"

// configMark tells the files of a configuration from others without reading them:
// by their names, sizes and times.
type configMark map[string]fileMark

type fileMark struct {
	size       int64
	modifiedAt time.Time
}

// markConfig looks at the files that rule the workspace. What cannot be looked at is
// not there.
func (a *app) markConfig() configMark {
	mark := make(configMark)
	for _, root := range []string{"thidua.yaml", "configs"} {
		// The function returns no error: what is unreadable is passed over.
		_ = filepath.WalkDir(filepath.Join(a.dir, root), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			if stat, err := os.Stat(name); err == nil {
				mark[name] = fileMark{stat.Size(), stat.ModTime()}
			}
			return nil
		})
	}
	return mark
}

// jobs returns the schedules that rule now. The configuration is read again when a
// file of it has changed: a round begins with what stands on disk, and a job may be
// given a new hour without a restart.
func (s *server) jobs() []schedule.Job {
	s.reload()
	set := s.app.set
	list := []schedule.Job{s.job(computing, set.Workspace.Serve.ComputeAt)}
	for _, j := range set.Jobs {
		if j.Runs() && j.Schedule != "" {
			list = append(list, s.job(j.Job, j.Schedule))
		}
	}
	return list
}

// job returns a schedule with what is known of its last run. The checker of the
// configuration lets no text through that is no schedule.
func (s *server) job(name, text string) schedule.Job {
	slots, err := schedule.Parse(text)
	if err != nil {
		s.warn(err, "a schedule cannot be read; the job is never due")
	}
	return schedule.Job{Name: name, Cron: slots, Last: s.memory[name]}
}

// reload reads the configuration where its files have changed. Where they are wrong
// the last good ones go on ruling, and the log, /healthz and a gauge tell what it is.
func (s *server) reload() {
	mark := s.app.markConfig()
	if maps.Equal(mark, s.config) {
		return
	}
	s.config = mark
	set, err := configs.Load(os.DirFS(s.app.dir))
	wrong := misconfigured(err)
	if wrong == nil {
		s.app.set = set
	} else {
		s.warn(wrong, "the configuration is wrong; the last good one goes on")
	}
	s.meters.showConfig(wrong == nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last.wrongConfig = wrong
}

// misconfigured says what is wrong with a configuration, nil where nothing is: the
// first problem, with file, line and column, and how many more there are. Files of a
// configuration hold no person, so that their errors are told as they are; one that
// cannot be read is told without its path.
func misconfigured(err error) *said {
	if err == nil {
		return nil
	}
	var wrong configs.Errors
	if !errors.As(err, &wrong) || len(wrong) == 0 {
		text := identity.Redact(err).Error()
		return &said{text, text, nil}
	}
	vi, en := wrong[0].Error(), wrong[0].Error()
	if more := len(wrong) - 1; more > 0 {
		vi += fmt.Sprintf(" (và %d lỗi nữa; xem thidua check)", more)
		en += fmt.Sprintf(" (and %d more; see thidua check)", more)
	}
	return &said{vi, en, nil}
}

// recall takes over what the newest snapshot tells of the last runs, so that the
// warehouse is not opened only to look. Where nothing is published, or it cannot be
// read, all jobs are due, and the round that opens the warehouse knows better.
func (s *server) recall() {
	manifest, states, err := s.app.newestJobs()
	if err != nil {
		s.warn(err, "the newest snapshot cannot be read")
		return
	}
	for _, state := range states {
		r := schedule.Run{StartedAt: *state.LastRunAt, State: schedule.State(state.State)}
		if state.LastSuccessAt != nil {
			r.SucceededAt = *state.LastSuccessAt
		}
		s.memory[state.Job] = r
	}
	if manifest.Snapshot != "" {
		s.memory[computing] = schedule.Run{StartedAt: manifest.PublishedAt, State: schedule.Succeeded, SucceededAt: manifest.PublishedAt}
	}
}

// broken is told of a round that ended in a panic outside of its jobs.
func (s *server) broken(err error) {
	s.warn(err, "round broken off")
	s.conclude(s.app.now(), roundFailed, &said{
		"vòng gần nhất gặp lỗi của chương trình; xem nhật ký", "the last round met a fault of the program; see the log", nil,
	})
}

// warn writes an error that ends nothing to the log.
func (s *server) warn(err error, message string) {
	r := &round{app: s.app}
	closeLog, failure := r.openLog()
	if failure != nil {
		s.app.complain(failure)
		return
	}
	r.log.WithLevel(zerolog.ErrorLevel).Str("error", identity.Redact(err).Error()).Msg(message)
	if err := closeLog(); err != nil {
		s.app.complain(err)
	}
}

// declared returns the jobs of a round as they are declared, in the order of their
// names. A job that was taken out of the configuration since is not among them.
func (s *server) declared(names []string) []configs.Job {
	var jobs []configs.Job
	for _, j := range s.app.set.Jobs {
		if slices.Contains(names, j.Job) {
			jobs = append(jobs, j)
		}
	}
	return jobs
}
