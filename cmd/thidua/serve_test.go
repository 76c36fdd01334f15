package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
	"thidua/ingest/schedule"
	"thidua/transform/calendar"
)

// TestServe drops files into the inbox of a process that serves: they are loaded and
// published by themselves, its health and metrics tell, and it ends when asked to.
func TestServe(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.only(t, map[string]string{"claims": "* * * * *", "check_ins": "0 2 1 * *"})
	w.put(t, w.claims("inline.xml"), sample(t, "inline.xml"))
	s := w.serve(t, "hurried")
	s.untilRounds(1)
	if got := w.ask(t, `SELECT count(*) FROM visit`); got[0] != "1" {
		t.Fatalf("%s visits are published, want 1", got[0])
	}
	w.put(t, w.claims("three_visits.xml"), sample(t, "three_visits.xml"))
	s.until("the second file is published", func() bool { return w.ask(t, `SELECT count(*) FROM visit`)[0] == "3" })
	// The round that published it has yet to tell its metrics.
	_, text := s.get("/metrics")
	s.untilRounds(int(metric(t, text, "thidua_round_seconds_count")) + 1)

	h, code, states := s.health()
	if code != http.StatusOK || h.Status != healthy || len(h.Reasons) > 0 || h.LastRoundAt == nil || !h.ConfigOK {
		t.Errorf("health is %d: %+v", code, h)
	}
	if len(states) != 2 || states["check_ins"] != "succeeded" {
		t.Errorf("the jobs stand as %v", states)
	}
	if len(h.Next) != 3 || h.Next[0].Job != "claims" || h.Next[2].Job != "check_ins" {
		t.Errorf("next are %v", h.Next)
	}
	_, text = s.get("/metrics")
	for name, want := range map[string]float64{
		`thidua_job_state{job="check_ins",state="succeeded"}`: 1,
		`thidua_config_ok`:                      1,
		`thidua_rounds_total{outcome="failed"}`: 0,
	} {
		if got := metric(t, text, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if rows := metric(t, text, `thidua_run_rows_total{dataset="visit",job="claims",outcome="loaded"}`); rows < 3 {
		t.Errorf("%v visits are counted, want at least 3", rows)
	}
	for _, name := range []string{
		`thidua_job_last_run_timestamp_seconds{job="claims"}`, `thidua_job_last_success_timestamp_seconds{job="claims"}`,
		"thidua_snapshot_timestamp_seconds", "thidua_snapshot_bytes", "thidua_round_seconds_count", "go_goroutines",
	} {
		if metric(t, text, name) <= 0 {
			t.Errorf("%s is not above zero", name)
		}
	}
	s.stop()
}

// TestServeConfiguration breaks the configuration under a process that serves, and
// mends it: the last good one goes on, and a job may be given another hour.
func TestServeConfiguration(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.only(t, map[string]string{"claims": "* * * * *"})
	s := w.serve(t, "hurried")
	s.untilRounds(1)
	name := filepath.Join(w.dir, "thidua.yaml")
	good := read(t, name)
	w.putAt(t, name, append([]byte("nonsense: 1\n"), good...), time.Now())
	const problem = `thidua.yaml:1:1: unknown key "nonsense"`
	s.until("the configuration counts as wrong, and health says why", func() bool {
		h, code, _ := s.health()
		return !h.ConfigOK && code == http.StatusOK && h.Status == attentive && len(h.Reasons) == 1 &&
			strings.HasPrefix(h.Reasons[0].Vi, "cấu hình trên đĩa bị lỗi") && strings.Contains(h.Reasons[0].Vi, problem) && strings.Contains(h.Reasons[0].En, problem)
	})
	_, text := s.get("/metrics")
	if metric(t, text, "thidua_config_ok") != 0 {
		t.Error("the gauge of the configuration does not tell")
	}
	rounds := int(metric(t, text, "thidua_round_seconds_count"))
	s.untilRounds(rounds + 1)
	w.putAt(t, name, good, time.Now())
	job := filepath.Join(w.dir, "configs", "jobs", "claims.yaml")
	w.putAt(t, job, []byte(strings.Replace(string(read(t, job)), `"* * * * *"`, `"0 0 1 1 *"`, 1)), time.Now())
	s.until("the new hour rules", func() bool {
		h, _, states := s.health()
		at, job := time.Time{}, ""
		for _, n := range h.Next {
			if n.Job == "claims" {
				at, job = n.At, n.Job
			}
		}
		local := at.In(calendar.Zone())
		return h.ConfigOK && h.Status == healthy && len(h.Reasons) == 0 && job != "" && local.Month() == time.January && local.Day() == 1 && states["claims"] == "succeeded"
	})
	log := string(read(t, filepath.Join(w.dir, "logs", "thidua.log")))
	if !strings.Contains(log, "the configuration is wrong") || !strings.Contains(log, strings.ReplaceAll(problem, `"`, `\"`)) {
		t.Errorf("the log does not say what is wrong with the configuration:\n%s", log)
	}
	s.stop()
}

// TestServeOnce has a second process serve in the same workspace: it says who does.
func TestServeOnce(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.only(t, map[string]string{"claims": "0 2 * * *"})
	s := w.serve(t, "thidua")
	s.untilRounds(1)
	o := w.try(t, "serve", "--listen", "127.0.0.1:0")
	if o.code != exitAttention || !strings.Contains(o.stderr, s.address) || !strings.Contains(o.stderr, "process "+strconv.Itoa(s.cmd.Process.Pid)) {
		t.Errorf("a second process ended with %d:\n%s", o.code, o.stderr)
	}
	if o := w.try(t, "serve", "--listen", s.address); o.code != exitAttention || !strings.Contains(o.stderr, "choose another one") {
		t.Errorf("a process at a taken address ended with %d:\n%s", o.code, o.stderr)
	}
	s.stop()
	again := w.serve(t, "thidua")
	again.stop()
}

// TestServeBeside has thidua run called while a process serves, and both wait for
// somebody who has the workspace: each has its turn.
func TestServeBeside(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.only(t, map[string]string{"claims": "0 2 * * *", "check_ins": "0 2 * * *"})
	w.put(t, w.claims("three_visits.xml"), sample(t, "three_visits.xml"))
	if err := os.MkdirAll(filepath.Join(w.dir, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(filepath.Join(w.dir, "state", "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	s := w.serve(t, "thidua")
	s.until("the round waits for its turn", func() bool { return strings.Contains(s.output.String(), "waiting") })
	if _, _, states := s.health(); states["claims"] != "running" {
		t.Errorf("the jobs stand as %v", states)
	}
	ran := make(chan outcome, 1)
	go func() { ran <- w.try(t, "run", "claims") }()
	time.Sleep(200 * time.Millisecond)
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	if o := <-ran; o.code != exitWell {
		t.Errorf("thidua run beside ended with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	s.untilState("claims", "succeeded")
	s.untilState("check_ins", "succeeded")
	s.stop()
	for _, run := range w.ledger(t) {
		if !strings.HasSuffix(run, " succeeded") {
			t.Errorf("a run stands as %q", run)
		}
	}
}

// TestServeUnable has a round that cannot begin: health says so and why.
func TestServeUnable(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.only(t, map[string]string{"claims": "0 2 * * *"})
	keys := filepath.Join(w.keys, "pseudonym.keys")
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	s := w.serve(t, "hurried")
	s.until("health tells of it", func() bool {
		h, code, states := s.health()
		return code == http.StatusServiceUnavailable && h.Status == unhealthy && len(h.Reasons) == 1 &&
			strings.Contains(h.Reasons[0].En, "key file") && !strings.Contains(h.Reasons[0].Vi+h.Reasons[0].En, w.dir) && states["claims"] == "due"
	})
	if err := os.Rename(keys+".away", keys); err != nil {
		t.Fatal(err)
	}
	s.untilState("claims", "succeeded")
	if h, code, _ := s.health(); code != http.StatusOK {
		t.Errorf("health is %d: %+v", code, h)
	}
	s.stop()
}

// TestServeEndsInCommit stops and kills processes that serve in the middle of a
// commit. The next one goes on by itself, and at the end everything is as if nobody had
// disturbed.
func TestServeEndsInCommit(t *testing.T) {
	t.Parallel()
	k := newKilling(t, size(1200, 600, 3000))
	for _, tt := range []struct {
		name, variable string
		code           int
		state          string
	}{
		{"asked to stop", stopPoint, exitWell, "interrupted"},
		{"killed", killPoint, killedBySignal, "running"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := k.workspace(t, strings.ReplaceAll(tt.name, " ", "-"))
			w.only(t, map[string]string{"claims": "0 2 * * *"})
			s := w.serve(t, "small-chunks", tt.variable+"=records rows")
			if code := s.wait(); code != tt.code {
				t.Fatalf("serve ended with %d, want %d:\n%s", code, tt.code, s.output)
			}
			w.checkSnapshot(t)
			if runs := w.ledger(t); len(runs) != 1 || !strings.HasSuffix(runs[0], "claims "+tt.state) {
				t.Errorf("runs are %q", runs)
			}
			next := w.serve(t, "thidua")
			next.untilState("claims", "attention")
			next.stop()
			if diff := cmp.Diff(k.tables, w.fingerprints(t)); diff != "" {
				t.Errorf("tables (-undisturbed +ended in a commit):\n%s", diff)
			}
			if diff := cmp.Diff(k.totals, w.totals(t)); diff != "" {
				t.Errorf("accounts (-undisturbed +ended in a commit):\n%s", diff)
			}
			w.checkSnapshot(t)
			w.checkArchive(t)
		})
	}
}

// TestServeRefuses calls the command wrongly.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.must(t, exitUsage, "serve", "--grace", "-1s")
	w.must(t, exitUsage, "serve", "claims")
	name := filepath.Join(w.dir, "thidua.yaml")
	w.put(t, name, []byte(strings.Replace(string(read(t, name)), "listen: 127.0.0.1", "listen: 0.0.0.0", 1)))
	if o := w.must(t, exitUsage, "serve"); !strings.Contains(o.stderr, "not one of this machine alone") {
		t.Errorf("an open address is refused with\n%s", o.stderr)
	}
}

// TestBuiltInSchedules holds what the checker lets through against what is scheduled.
func TestBuiltInSchedules(t *testing.T) {
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{set.Workspace.Serve.ComputeAt}
	for _, j := range set.Jobs {
		if j.Schedule != "" {
			texts = append(texts, j.Schedule)
		}
	}
	for _, text := range texts {
		if c, err := schedule.Parse(text); err != nil || c.Next(time.Date(2024, 6, 14, 0, 0, 0, 0, time.UTC)).IsZero() {
			t.Errorf("the schedule %q has no slots: %v", text, err)
		}
	}
}
