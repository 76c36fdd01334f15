package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
)

// month is June 2024 of a workspace that runs by itself: claims every night, a job
// whose folder is not there, one of each Sunday and one of each month.
type month struct {
	*workspace
	// want are the runs as the ledger has to tell them.
	want []string
}

func newMonth(t *testing.T) *month {
	t.Helper()
	m := &month{workspace: newWorkspace(t)}
	m.only(t, map[string]string{"birth_certificates": "0 2 * * *", "claims": "0 2 * * *", "health_records": "0 2 * * 0", "vaccinations": "30 4 15 * *"})
	name := filepath.Join(m.dir, "configs", "jobs", "birth_certificates.yaml")
	text := strings.Replace(string(read(t, name)), "path: inbox/certificates/birth", "path: "+filepath.Join(m.dir, "..", "nowhere"), 1)
	m.put(t, name, []byte(text))
	// A campaign that runs asks something new on every day.
	m.put(t, filepath.Join(m.dir, "configs", "campaigns", "june.yaml"), []byte(`campaign: june
title: {vi: Tháng sáu, en: June}
owner: {vi: Sở Y tế, en: Health department}
province: {code: "15", list: dvhc_2024}
period: {from: 2024-06-01, to: 2024-06-30}
calendar: civil
tasks:
  - {task: "1", title: {vi: Khám, en: Visits}, indicators: [{id: J.1, indicator: insured_visits_by_chip_or_vneid}]}
`))
	invent(t, filepath.Join(m.dir, "outbox"), province.Settings{
		Province: "15", Seed: 6, From: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC), Days: 27, Visits: 250, Lines: 1, Layout: province.LayoutAuto,
		Shares: province.Shares{Resend: 0.1, Late: 0.1}, Shape: province.Shape{FilesPer: "facility-day", Compress: "none"},
	})
	return m
}

// live lets a process serve from one instant to another, and returns its exit code.
func (m *month) live(t *testing.T, from, until string, environment ...string) int {
	t.Helper()
	cmd := m.command(t.Context(), "simulated", "serve", "--listen", "127.0.0.1:0")
	cmd.Env = append(append(cmd.Env, simulatedFrom+"="+from, simulatedUntil+"="+until), environment...)
	out, err := cmd.CombinedOutput()
	if code := m.code(err); code != exitWell {
		t.Logf("the process from %s ended with %d:\n%s", from, code, out)
		return code
	}
	return exitWell
}

// expect adds runs of a round to those that are wanted: the time of the round, and each
// job with its state.
func (m *month) expect(at time.Time, runs ...string) {
	for _, r := range runs {
		m.want = append(m.want, at.Format("01-02 15:04 ")+r)
	}
}

// nights expects the rounds of nights in which nothing happens but what is scheduled.
func (m *month) nights(from, through int) {
	for day := from; day <= through; day++ {
		night := time.Date(2024, 6, day, 2, 0, 0, 0, time.UTC)
		m.expect(night, "birth_certificates failed", "claims succeeded")
		if night.Weekday() == time.Sunday {
			m.expect(night, "health_records succeeded")
		}
		if day == 15 {
			m.expect(night.Add(150*time.Minute), "vaccinations succeeded")
		}
	}
}

// TestServeMonth lives a month: schedules are kept, missed nights are caught up once, a
// job that fails and one that panics are a matter of their own, and a kill in
// mid-round is repaired. At the end everything is as if all files had come at once.
func TestServeMonth(t *testing.T) {
	t.Parallel()
	m := newMonth(t)
	first := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	// What has never run is due at once.
	m.expect(first, "birth_certificates failed", "claims succeeded", "health_records succeeded", "vaccinations succeeded")
	m.nights(1, 8)
	// The night of a Sunday, in which a commit of the claims panics.
	m.expect(first.AddDate(0, 0, 8).Add(2*time.Hour), "birth_certificates failed", "claims failed", "health_records succeeded")
	m.nights(10, 11)
	if code := m.live(t, "2024-06-01 00:00", "2024-06-11 12:00", panicDay+"=2024-06-09"); code != exitWell {
		t.Fatalf("the first process ended with %d", code)
	}
	// Two nights are missed, and caught up once.
	m.expect(first.AddDate(0, 0, 12).Add(8*time.Hour), "birth_certificates failed", "claims succeeded")
	m.nights(14, 17)
	m.expect(first.AddDate(0, 0, 17).Add(2*time.Hour), "birth_certificates failed", "claims interrupted")
	if code := m.live(t, "2024-06-13 08:00", "2024-06-20 00:00", killDay+"=2024-06-18"); code != killedBySignal {
		t.Fatalf("the process that was to be killed ended with %d", code)
	}
	m.checkSnapshot(t)
	// Only what was not done is done again. That computing panics in one night is made
	// good after ten minutes, and in no ledger of runs.
	m.expect(first.AddDate(0, 0, 17).Add(2*time.Hour+30*time.Minute), "claims succeeded")
	m.nights(19, 30)
	if code := m.live(t, "2024-06-18 02:30", "2024-07-01 01:00", breakDay+"=2024-06-20"); code != exitWell {
		t.Fatalf("the last process ended with %d", code)
	}
	if diff := cmp.Diff(m.want, m.ledger(t)); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	m.checkRounds(t)
	m.checkTables(t)
}

// checkRounds counts the rounds in the log: one at ten past midnight of each day that a
// process lived in, and those that ran jobs and ended.
func (m *month) checkRounds(t *testing.T) {
	t.Helper()
	var rounds, panics, broken int
	for line := range strings.Lines(string(read(t, filepath.Join(m.dir, "logs", "thidua.log")))) {
		if strings.Contains(line, `"message":"round"`) {
			rounds++
		}
		if strings.Contains(line, "panic of kind string") && strings.Contains(line, `"job":"claims"`) {
			panics++
		}
		if strings.Contains(line, `"message":"round broken off"`) {
			broken++
		}
	}
	// At midnight of the first day, by night 1 to 11, 14 to 17 and 19 to 30, twice as the
	// processes began, and on the 15th.
	jobs := 1 + 11 + 4 + 12 + 2 + 1
	// 1 to 11, 14 to 18 and 19 to 30, and 1 July: the round that caught up computed, too.
	// On the 20th it was the round after the one that broke off.
	days := 11 + 5 + 12 + 1
	if rounds != jobs+days {
		t.Errorf("%d rounds are told of, want %d", rounds, jobs+days)
	}
	if panics != 1 || broken != 1 {
		t.Errorf("%d panics of jobs and %d of rounds are told of, want one of each", panics, broken)
	}
}

// checkTables compares what the month has brought with one run over all its files.
func (m *month) checkTables(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(m.dir, "outbox", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range left {
		if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file was never delivered: %v", err)
		}
	}
	at := newWorkspaceIn(t, filepath.Join(filepath.Dir(m.dir), "at-once"), m.keys)
	if err := os.RemoveAll(at.claims("")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(m.claims(""), filepath.Join(at.dir, "inbox", "claims")); err != nil {
		t.Fatal(err)
	}
	at.must(t, exitWell, "run", "claims")
	want := at.fingerprints(t)
	if strings.HasPrefix(want["visit"], "0|") {
		t.Fatal("no visit was sent in the month")
	}
	if diff := cmp.Diff(want, m.fingerprints(t)); diff != "" {
		t.Errorf("tables (-at once +by itself):\n%s", diff)
	}
	if got := m.ask(t, fmt.Sprintf("SELECT count(DISTINCT known_from) > 20 FROM %s", "visit")); got[0] != "true" {
		t.Error("the visits came in fewer than twenty nights")
	}
}
