package warehouse_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
)

// TestLastRuns runs jobs that end in several ways, and has one that never ends.
func TestLastRuns(t *testing.T) {
	clock := newClock()
	c := config(t, t.TempDir())
	c.Now = clock.now
	w := open(t, c)
	start := clock.at
	for _, r := range []struct{ job, state string }{
		{"nightly", "succeeded"},
		{"weekly", "attention"},
		{"nightly", "failed"},
		{"broken", "failed"},
		{"nightly", "interrupted"},
		{"open", ""},
	} {
		clock.pass(time.Minute)
		run, err := w.Begin(t.Context(), r.job, c.Datasets[:2], false)
		if err != nil {
			t.Fatal(err)
		}
		if r.state == "" {
			continue
		}
		if _, err := run.End(t.Context(), r.state, "because"); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][4]any{
		"nightly": {int64(5), "interrupted", 5 * time.Minute, time.Minute},
		"weekly":  {int64(2), "attention", 2 * time.Minute, 2 * time.Minute},
		"broken":  {int64(4), "failed", 4 * time.Minute, nil},
		"open":    {int64(6), "running", 6 * time.Minute, nil},
	}
	if diff := cmp.Diff(want, lastRuns(t, w, start)); diff != "" {
		t.Errorf("last runs (-want +got):\n%s", diff)
	}

	// Whoever opens closes what was left, and may know better how it ended.
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	clock.pass(time.Minute)
	w = open(t, c)
	if err := w.FailRun(t.Context(), 6, "a panic"); err != nil {
		t.Fatal(err)
	}
	want["open"] = [4]any{int64(6), "failed", 6 * time.Minute, nil}
	if diff := cmp.Diff(want, lastRuns(t, w, start)); diff != "" {
		t.Errorf("last runs after opening again (-want +got):\n%s", diff)
	}
	runs, err := w.LastRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r := runs["open"]; r.Message != "a panic" || r.Seconds != 60 || r.EndedAt == nil || !r.EndedAt.Equal(clock.at) {
		t.Errorf("the run that was failed is %+v", r)
	}
}

// lastRuns tells of each job its last run, its state, and how long after the start it
// began and last did its work.
func lastRuns(t *testing.T, w *warehouse.Warehouse, start time.Time) map[string][4]any {
	t.Helper()
	runs, err := w.LastRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string][4]any)
	for job, r := range runs {
		cells := [4]any{r.Run, r.State, r.StartedAt.Sub(start), nil}
		if r.SucceededAt != nil {
			cells[3] = r.SucceededAt.Sub(start)
		}
		got[job] = cells
	}
	return got
}
