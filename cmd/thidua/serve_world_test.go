package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"thidua/configs"
)

// serving is thidua serve in a process of its own.
type serving struct {
	t       *testing.T
	cmd     *exec.Cmd
	address string
	output  *lockedBuffer
	// ended is closed when the process has ended.
	ended chan struct{}
}

// lockedBuffer takes the output of a process while a test reads it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds output.
func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

// String returns all that was written so far.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// patience is how long a test waits for what a process does.
const patience = 60 * time.Second

var addressLine = regexp.MustCompile(`health: http://([^/]+)/healthz`)

// serve starts a program that serves, at a port that is free.
func (w *workspace) serve(t *testing.T, program string, environment ...string) *serving {
	t.Helper()
	// Not bound to the context of the test: its end would kill the process before the
	// test has asked it to end.
	s := &serving{t: t, cmd: w.command(context.Background(), program, "serve", "--listen", "127.0.0.1:0"), output: &lockedBuffer{}, ended: make(chan struct{})}
	s.cmd.Env = append(s.cmd.Env, environment...)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = s.cmd.Wait() // its exit code tells
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // it has ended, or the test has failed
		<-s.ended
	})
	s.until("it tells its address", func() bool { return addressLine.MatchString(s.output.String()) })
	s.address = addressLine.FindStringSubmatch(s.output.String())[1]
	return s
}

// until waits for something to be so.
func (s *serving) until(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) || closed(s.ended) && !holds() {
			s.t.Fatalf("waited in vain until %s; the process said:\n%s", what, s.output)
		}
	}
}

// wait waits for the process to end and returns its exit code.
func (s *serving) wait() int {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatalf("the process does not end; it said:\n%s", s.output)
	}
	return s.cmd.ProcessState.ExitCode()
}

// stop asks the process to end, as a service manager does, and expects that it does
// so well.
func (s *serving) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if code := s.wait(); code != exitWell {
		s.t.Errorf("serve ended with %d, want %d:\n%s", code, exitWell, s.output)
	}
}

// get asks the process, and returns the status and the text of its answer.
func (s *serving) get(path string) (int, string) {
	s.t.Helper()
	client := &http.Client{Timeout: patience}
	answer, err := client.Get("http://" + s.address + path)
	if err != nil {
		s.t.Fatalf("ask %s: %v; the process said:\n%s", path, err, s.output)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// health returns the health that the process tells, and the state of each job.
func (s *serving) health() (h health, code int, states map[string]string) {
	s.t.Helper()
	code, text := s.get("/healthz")
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		s.t.Fatalf("health is no JSON: %v\n%s", err, text)
	}
	states = make(map[string]string)
	for _, j := range h.Jobs {
		states[j.Job] = j.State
	}
	return h, code, states
}

// untilState waits until a job has come to a state.
func (s *serving) untilState(job, state string) {
	s.t.Helper()
	s.until(job+" is "+state, func() bool {
		_, _, states := s.health()
		return states[job] == state
	})
}

// untilRounds waits until so many rounds have ended in some way.
func (s *serving) untilRounds(n int) {
	s.t.Helper()
	s.until(fmt.Sprintf("%d rounds have ended", n), func() bool {
		_, text := s.get("/metrics")
		return metric(s.t, text, "thidua_round_seconds_count") >= float64(n)
	})
}

// metric returns the value of a metric, which has to be told.
func metric(t *testing.T, text, name string) float64 {
	t.Helper()
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			var v float64
			if _, err := fmt.Sscan(rest, &v); err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no metric %s in\n%s", name, text)
	return 0
}

// only declares the jobs that run, with their schedules: the built-in ones with
// another hour, all others off.
func (w *workspace) only(t *testing.T, schedules map[string]string) {
	t.Helper()
	builtIn, err := configs.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	var off []string
	for _, j := range builtIn.Jobs {
		slots, on := schedules[j.Job]
		if !on {
			off = append(off, j.Job)
			continue
		}
		text := regexp.MustCompile(`(?m)^schedule: .*$`).ReplaceAllString(j.Text(), fmt.Sprintf("schedule: %q", slots))
		w.put(t, filepath.Join(w.dir, "configs", "jobs", j.Job+".yaml"), []byte(text))
	}
	w.configure(t, "jobs:\n  disable: ["+strings.Join(off, ", ")+"]\n")
}

// configure adds lines to thidua.yaml.
func (w *workspace) configure(t *testing.T, lines string) {
	t.Helper()
	name := filepath.Join(w.dir, "thidua.yaml")
	w.put(t, name, append(read(t, name), "\n"+lines...))
}

// ledger lists the runs: local time, job and state.
func (w *workspace) ledger(t *testing.T) []string {
	t.Helper()
	r := w.internal(t)
	defer r.close()
	return r.rows(`SELECT strftime(started_at::TIMESTAMP + INTERVAL 7 HOUR, '%m-%d %H:%M') || ' ' || job || ' ' || state FROM run ORDER BY run`)
}

// hurried is the program under a clock on which a minute passes in a second.
func hurried() {
	const times = 60
	started := time.Now()
	a := &app{out: os.Stdout, errOut: os.Stderr}
	a.clock = func() time.Time { return started.Add(time.Since(started) * times) }
	a.timer = func(d time.Duration) <-chan time.Time { return time.After(d / times) }
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(a.execute(ctx, os.Args[1:]))
}

// The environment of simulated: instants of the local clock between which it lives, on
// which day a commit panics, on which day computing does so once, and on which day the
// process kills itself.
const (
	simulatedFrom  = "SIMULATED_FROM"
	simulatedUntil = "SIMULATED_UNTIL"
	panicDay       = "PANIC_DAY"
	breakDay       = "BREAK_DAY"
	killDay        = "KILL_DAY"
)

// simulated is the program under a clock that goes on when nothing is to be done.
// While time passes, files come from the folder outbox into the inbox of claims, each
// at its own time. The process ends when it has lived its time.
func simulated() {
	local := time.FixedZone("+07", 7*60*60)
	instant := func(name string) time.Time {
		t, _ := time.ParseInLocation("2006-01-02 15:04", os.Getenv(name), local)
		return t
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var mu sync.Mutex
	now, until := instant(simulatedFrom), instant(simulatedUntil)
	// The tests start it with -C and the workspace in front.
	post, err := openOutbox(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "open the outbox:", err)
		os.Exit(exitUsage)
	}
	a := &app{out: os.Stdout, errOut: os.Stderr, chunkBytes: 1 << 16}
	a.clock = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	a.timer = func(d time.Duration) <-chan time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
		if err := post.deliver(now); err != nil || !now.Before(until) {
			stop()
		}
		c := make(chan time.Time, 1)
		c <- now
		return c
	}
	broken := false
	a.fault = func(point string) error {
		day := a.clock().In(local).Format(time.DateOnly)
		switch {
		case point == "records rows" && day == os.Getenv(panicDay), point == "computed" && day == os.Getenv(breakDay) && !broken:
			broken = true
			panic("a fault of the program")
		case point == "records rows" && day == os.Getenv(killDay):
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		return nil
	}
	os.Exit(a.execute(ctx, os.Args[1:]))
}

// outbox is what is on its way into the inbox of claims, the next file first.
type outbox []parcel

// parcel is a file with the time at which it comes.
type parcel struct {
	from, to string
	at       time.Time
}

// openOutbox lists what lies in the folder outbox of a workspace.
func openOutbox(dir string) (o outbox, err error) {
	root := filepath.Join(dir, "outbox")
	err = filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		stat, err := e.Info()
		if err == nil {
			o = append(o, parcel{name, filepath.Join(dir, "inbox", "claims", strings.TrimPrefix(name, root)), stat.ModTime()})
		}
		return err
	})
	slices.SortStableFunc(o, func(a, b parcel) int { return a.at.Compare(b.at) })
	return o, err
}

// deliver moves the files whose time has come. They keep their times.
func (o *outbox) deliver(now time.Time) error {
	for ; len(*o) > 0 && !(*o)[0].at.After(now); *o = (*o)[1:] {
		next := (*o)[0]
		if err := os.MkdirAll(filepath.Dir(next.to), 0o750); err != nil {
			return err
		}
		if err := os.Rename(next.from, next.to); err != nil {
			return err
		}
	}
	return nil
}
