package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
)

// feedKilling is a corpus of feeds, and what a run over it gives that nobody
// disturbs.
type feedKilling struct {
	root, corpus string
	jobs         []string
	tables       map[string]string
	totals       []string
	took         time.Duration
}

// killPoints are where a commit can end in the middle, in their order.
var killPoints = [...]string{
	"internal commit", "between the halves", "records retire", "records forget", "records rows", "records applied", "records commit", "after the commit",
}

// newFeedKilling loads a corpus in commits of a few rows. In short it is that of the
// jobs that stand for the formats: NDJSON, gzipped tables, workbooks, documents with
// lines, XML; in a soak that of all.
func newFeedKilling(t *testing.T) *feedKilling {
	t.Helper()
	root := t.TempDir()
	k := &feedKilling{root: root, corpus: filepath.Join(root, "corpus")}
	k.jobs = []string{"health_records", "health_record_transfers", "vaccination_sheets", "prescription_dispenses", "birth_certificates"}
	scale := 0.001
	if soak() {
		k.jobs, scale = guardedJobs(), 0.005
	}
	// Without copies: those that the run meets itself are read, those that an earlier
	// one has met are known. All else is counted alike.
	inventFeeds(t, k.corpus, scale, province.Shares{Resend: 0.2, Late: 0.1, Dirt: 0.05}, nil)
	if !soak() {
		thin(t, k.corpus, 120)
	}
	w := k.workspace(t, "undisturbed")
	started := time.Now()
	if out, err := w.command(t.Context(), "small-chunks", k.run()...).CombinedOutput(); w.code(err) != exitAttention {
		t.Fatalf("undisturbed run: %v\n%s", err, out)
	}
	k.took = time.Since(started)
	k.tables, k.totals = w.contents(t), w.totals(t)
	holds(t, k.tables, 5)
	return k
}

func (k *feedKilling) run() []string { return append([]string{"run"}, k.jobs...) }

// workspace makes one whose inbox is the corpus, with the keys of all others.
func (k *feedKilling) workspace(t *testing.T, name string) *workspace {
	t.Helper()
	w := newWorkspaceIn(t, filepath.Join(k.root, name), filepath.Join(k.root, "keys"))
	w.share(t, k.corpus)
	return w
}

// kill runs and ends the run with SIGKILL. It reports false where the run was over
// before.
func (k *feedKilling) kill(t *testing.T, w *workspace, delay time.Duration) bool {
	t.Helper()
	var out bytes.Buffer
	cmd := w.command(t.Context(), "small-chunks", k.run()...)
	cmd.Stdout, cmd.Stderr = &out, &out
	worldMust(t, cmd.Start())
	timer := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() }) // it may be over
	defer timer.Stop()
	code := w.code(cmd.Wait())
	if code != exitWell && code != exitAttention && code != killedBySignal {
		t.Fatalf("run ended by itself with %d\n%s", code, out.String())
	}
	return code == killedBySignal
}

// wholeAfterKill checks what is published, if anything is.
func (w *workspace) wholeAfterKill(t *testing.T) {
	t.Helper()
	w.checkSnapshot(t)
	if found, err := filepath.Glob(filepath.Join(w.dir, "published", "current", "records.duckdb")); err != nil || len(found) == 0 {
		return
	}
	r := w.published(t)
	defer r.close()
	if wrong := r.wholeFeeds(); len(wrong) > 0 {
		t.Errorf("a snapshot that is not whole: %q", wrong)
	}
}

// recovers runs to the end, and compares with what nobody disturbed.
func (k *feedKilling) recovers(t *testing.T, w *workspace) {
	t.Helper()
	w.runs(t, 0, k.jobs...)
	if diff := cmp.Diff(k.tables, w.contents(t)); diff != "" {
		t.Errorf("tables (-undisturbed +killed):\n%s", diff)
	}
	if diff := cmp.Diff(k.totals, w.totals(t)); diff != "" {
		t.Errorf("accounts (-undisturbed +killed):\n%s", diff)
	}
	w.wholeAfterKill(t)
	w.checkArchive(t)
}

// TestFeedKill ends runs over feeds at random moments, and inside commits. What
// follows goes on where they were, and at the end everything is as if nobody had
// disturbed.
func TestFeedKill(t *testing.T) {
	t.Parallel()
	k := newFeedKilling(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, an undisturbed run takes %v", seed, k.took)
	dice := rand.New(rand.NewPCG(seed, 0))
	w, killed := k.workspace(t, "moments"), 0
	for n := range size(3, 2, 25) {
		if soak() && n > 0 && n%5 == 0 {
			k.recovers(t, w)
			w = k.workspace(t, fmt.Sprint("moments", n))
		}
		if k.kill(t, w, time.Duration(dice.Float64()*float64(k.took))) {
			killed++
		}
		w.wholeAfterKill(t)
	}
	k.recovers(t, w)
	// The undisturbed run may have been slowed by what ran beside it.
	for n, span := 0, k.took/2; killed == 0 && n < 8; n, span = n+1, span/2 {
		w := k.workspace(t, fmt.Sprint("shorter", n))
		if k.kill(t, w, time.Duration(dice.Float64()*float64(span))) {
			killed++
		}
		k.recovers(t, w)
	}
	if killed == 0 {
		t.Error("all runs were over before they could be killed")
	}

	w = k.workspace(t, "points")
	for _, point := range killPoints {
		cmd := w.command(t.Context(), "small-chunks", k.run()...)
		cmd.Env = append(cmd.Env, killPoint+"="+point)
		if out, err := cmd.CombinedOutput(); w.code(err) != killedBySignal {
			t.Errorf("the run was not killed at %q: %v\n%s", point, err, out)
		}
		w.wholeAfterKill(t)
	}
	k.recovers(t, w)
}

// TestFeedKillOverHTTP ends pulls from a gateway inside commits and at random
// moments. The next pull ends in the tables of one that nobody disturbed.
func TestFeedKillOverHTTP(t *testing.T) {
	t.Parallel()
	o := newOutside()
	seed := newWorld(t, t.TempDir())
	portalJobs(seed, o)
	calm := seed.copy(t)
	started := time.Now()
	if a, _ := portalCall(calm, o, "en", portalPassword, nil, jobPrescriptions, jobTransfers); a.code != exitWell {
		t.Fatalf("the pull without kills ended with %d\n%s%s", a.code, a.out, a.err)
	}
	took := time.Since(started)
	want := calm.tables()
	dice := rand.New(rand.NewPCG(uint64(started.UnixNano()), 1))
	points := killPoints[:]
	if !soak() {
		points = []string{"between the halves", "records commit"}
	}
	for n, point := range points {
		w := seed.copy(t)
		jobs := []string{jobPrescriptions, jobTransfers}
		if n%2 == 1 {
			jobs = []string{jobTransfers, jobPrescriptions}
		}
		if code := pullAndKill(w, o, point, jobs, time.Minute); code != killedBySignal && !slices.Contains(pointsOfReplacing, point) {
			t.Errorf("the pull was not killed at %q but ended with %d", point, code)
		}
		pullAndKill(w, o, "", jobs, time.Duration(dice.Float64()*float64(took)))
		if a, _ := portalCall(w, o, "en", portalPassword, nil, jobPrescriptions, jobTransfers); a.code != exitWell {
			t.Errorf("the pull after the kills ended with %d\n%s%s", a.code, a.out, a.err)
		}
		if diff := cmp.Diff(want, w.tables()); diff != "" {
			t.Errorf("tables (-undisturbed +killed at %q):\n%s", point, diff)
		}
		for _, job := range jobs {
			if lost, doubled := balance(o.truth(job), o.found(w, job)); lost != 0 || doubled != 0 {
				t.Errorf("%s: %d are lost and %d are doubled", job, lost, doubled)
			}
		}
	}
}

// pointsOfReplacing are the points that a first load does not come by.
var pointsOfReplacing = []string{"records retire", "records forget"}

// pullAndKill pulls from a gateway and is ended at a point of a commit or after a
// time. It returns the exit code.
func pullAndKill(w *world, o *outside, point string, jobs []string, after time.Duration) int {
	w.t.Helper()
	p, err := portal.New(portal.Config{Records: o, Now: time.Now, Password: portalPassword})
	worldMust(w.t, err)
	server := httptest.NewServer(p)
	defer server.Close()
	c := w.command(append([]string{"run"}, jobs...)...)
	c.Args[0] = "small-chunks"
	c.Env = append(portalEnvironment(c.Env, server.URL), killPoint+"="+point)
	worldMust(w.t, c.Start())
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() }) // it may be over
	defer timer.Stop()
	_ = c.Wait() // told by the exit code
	return c.ProcessState.ExitCode()
}

// portalEnvironment adds address and account of the gateway to an environment.
func portalEnvironment(environment []string, url string) []string {
	for _, job := range []string{"THIDUA_PRESCRIPTIONS_", "THIDUA_GATEWAY_"} {
		environment = append(environment, job+"URL="+url, job+"USER=19101", job+"PASSWORD="+portalPassword)
	}
	return environment
}
