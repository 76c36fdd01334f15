package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"thidua/ingest/schedule"
)

// health is what /healthz answers. Instants are UTC; a null is one that is not known.
type health struct {
	// Status is ok; attention where a person should look though the process does its
	// work; or error where it does not: then the answer is 503.
	Status      string     `json:"status"`
	Reasons     []reason   `json:"reasons"`
	StartedAt   time.Time  `json:"started_at"`
	LastRoundAt *time.Time `json:"last_round_at"`
	// ConfigOK says that the files of the configuration are those that rule. Where they
	// are wrong the last good ones do, which is no error of the process.
	ConfigOK bool        `json:"config_ok"`
	Next     []nextRun   `json:"next"`
	Jobs     []jobHealth `json:"jobs"`
}

// reason says in both languages what is wrong.
type reason struct {
	Vi  string `json:"vi"`
	En  string `json:"en"`
	Job string `json:"job,omitempty"`
}

// nextRun is when a job runs next. The job (compute) is a round without jobs.
type nextRun struct {
	Job string    `json:"job"`
	At  time.Time `json:"at"`
}

type jobHealth struct {
	Job       string     `json:"job"`
	State     string     `json:"state"`
	LastRunAt *time.Time `json:"last_run_at"`
	NextRunAt *time.Time `json:"next_run_at"`
}

func (s *server) serveHealth(w http.ResponseWriter, _ *http.Request) {
	h := s.health()
	text, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		http.Error(w, "health cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if h.Status == unhealthy {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(append(text, '\n')) // whoever asked has gone
}

// The words for how the process is.
const (
	healthy   = "ok"
	attentive = "attention"
	unhealthy = "error"
)

// health looks at the last round and at every job.
func (s *server) health() health {
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	h := health{
		Status: healthy, Reasons: []reason{}, StartedAt: s.startedAt.UTC(), LastRoundAt: instant(last.at), ConfigOK: last.wrongConfig == nil,
		Next: []nextRun{}, Jobs: []jobHealth{},
	}
	if last.fault != nil {
		h.Reasons = append(h.Reasons, reason{Vi: last.fault.vi, En: last.fault.en})
	}
	for _, j := range s.schedule.Status() {
		if !j.NextAt.IsZero() {
			h.Next = append(h.Next, nextRun{j.Job, j.NextAt.UTC()})
		}
		if j.Late {
			h.Reasons = append(h.Reasons, lateness(j))
		}
		if j.Job != computing {
			h.Jobs = append(h.Jobs, jobHealth{j.Job, string(j.State), instant(j.Last.StartedAt), instant(j.NextAt)})
		}
	}
	slices.SortStableFunc(h.Next, func(a, b nextRun) int { return a.At.Compare(b.At) })
	if len(h.Reasons) > 0 {
		h.Status = unhealthy
	}
	if wrong := last.wrongConfig; wrong != nil {
		h.Reasons = append(h.Reasons, reason{
			Vi: "cấu hình trên đĩa bị lỗi, cấu hình đúng gần nhất vẫn được dùng: " + wrong.vi,
			En: "the configuration on disk is wrong, the last good one still rules: " + wrong.en,
		})
		if h.Status == healthy {
			h.Status = attentive
		}
	}
	return h
}

func lateness(j schedule.Status) reason {
	if j.Job == computing {
		return reason{Vi: "đã lỡ hai lần tính và công bố theo lịch", En: "two slots of computing and publishing have passed unused"}
	}
	return reason{Vi: "công việc đã lỡ hai lần chạy theo lịch", En: "the job has not run for two of its periods", Job: j.Job}
}

// instant returns the time in UTC, nil where there is none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
