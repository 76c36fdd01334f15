package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

var errFault = errors.New("fault on purpose")

// exitCrash is how a helper ends that dies in the middle of a commit.
const exitCrash = 77

// firstChunk stands before the fault: three visits.
func firstChunk(s *shipment) *delivery.Chunk {
	var versions []version
	for d := 1; d <= 3; d++ {
		v := original
		v.dossier, v.number, v.receipt, v.total = d, int32(d), 1, int64(1000*d)
		versions = append(versions, v)
	}
	c := s.chunk(versions...)
	c.Progress = []delivery.Progress{progress(1, "first", delivery.StateLoaded)}
	return c
}

// secondChunk meets the fault. It has one of everything: a dossier that replaces
// one, one that loses its lines, one that is the same, a new one, an older one, a
// partial one beside a whole, a rejection and a warning.
func secondChunk(s *shipment) *delivery.Chunk {
	same, empty, replacing, fresh, older, torn := original, shorter, newer, newer, late, partial
	same.dossier, same.total = 1, 1000
	empty.dossier, replacing.dossier, older.dossier, torn.dossier, fresh.dossier = 2, 3, 3, 3, 4
	versions := []version{same, empty, replacing, fresh, older, torn}
	for i := range versions {
		versions[i].receipt, versions[i].number = 2, int32(i+1)
	}
	c := s.chunk(versions...)
	c.Progress = []delivery.Progress{progress(2, "second", delivery.StateLoaded)}
	c.Rejections = []delivery.Rejection{{Delivery: 2, Level: delivery.LevelRow, Place: delivery.Place{Dossier: 1, Part: "XML2", Line: 4}, Dataset: "visit_line", Rule: "rule"}}
	c.Rows[1].Read++
	c.Rows[1].Quarantined++
	c.Warnings[delivery.Warning{Delivery: 2, Number: 2, Dataset: "visit", Rule: "warning", Unit: "15001"}] = 2
	return c
}

// base is a warehouse in which the first chunk stands.
func base(t *testing.T) string {
	t.Helper()
	c := config(t, t.TempDir())
	w := open(t, c)
	r := begin(t, w, c)
	load(t, r, firstChunk(newShipment(t, 1)))
	end(t, r)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return c.Dir
}

// copied returns a copy of a closed warehouse.
func copied(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{warehouse.RecordsFile, warehouse.InternalFile} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ledgerState is what both files say of commits, beside the rows.
type ledgerState struct {
	Contents contents
	Dossiers, Ledger, Quarantine, Tallies, Warnings,
	Applied []string
}

func stateOf(t *testing.T, w *warehouse.Warehouse) ledgerState {
	t.Helper()
	return ledgerState{
		Contents:   contentsOf(t, w),
		Dossiers:   texts(t, w, "SELECT (dossier, newest_by, receipt, position, whole, content, delivery, known_from)::VARCHAR FROM records.dossier ORDER BY 1"),
		Ledger:     texts(t, w, "SELECT (n, delivery, name, state, position, bundle)::VARCHAR FROM internal.delivery ORDER BY 1"),
		Quarantine: texts(t, w, "SELECT (n, id, delivery, rule, place_dossier)::VARCHAR FROM internal.quarantine ORDER BY 1"),
		Tallies:    texts(t, w, "SELECT (n, dataset, read, loaded, unchanged, superseded, quarantined, replaced)::VARCHAR FROM internal.tally ORDER BY 1"),
		Warnings:   texts(t, w, "SELECT (n, rule, rows)::VARCHAR FROM records.warning ORDER BY 1"),
		Applied:    texts(t, w, "SELECT n::VARCHAR FROM records.applied ORDER BY 1"),
	}
}

// undisturbed returns the states before and after the second chunk, and the points
// at which a fault can be injected in between.
func undisturbed(t *testing.T, dir string) (before, after ledgerState, points []string) {
	t.Helper()
	c := config(t, copied(t, dir))
	c.Fault = func(point string) error {
		points = append(points, point)
		return nil
	}
	w := open(t, c)
	before = stateOf(t, w)
	r := begin(t, w, c)
	load(t, r, secondChunk(newShipment(t, 1)))
	end(t, r)
	checkAccounts(t, w)
	after = stateOf(t, w)
	if cmp.Equal(before, after) || len(points) < 20 {
		t.Fatalf("the second chunk passes %d points and must change what stands", len(points))
	}
	return before, after, points
}

// faultAt fails at the point of that number.
func faultAt(n int, fail func() error) func(string) error {
	met := 0
	return func(string) error {
		met++
		if met == n+1 {
			return fail()
		}
		return nil
	}
}

// checkEither holds a state against those before and after the chunk: there is no
// third one. It reports whether the chunk has been committed.
func checkEither(t *testing.T, w *warehouse.Warehouse, before, after ledgerState) bool {
	t.Helper()
	checkAccounts(t, w)
	got := stateOf(t, w)
	if len(got.Applied) == len(after.Applied) {
		if diff := cmp.Diff(after, got); diff != "" {
			t.Errorf("committed, but not what an undisturbed load leaves: %s", diff)
		}
		return true
	}
	if diff := cmp.Diff(before, got); diff != "" {
		t.Errorf("not committed, but not what stood before: %s", diff)
	}
	return false
}

// repeat loads the chunk again, as the next run does, and holds the rows against
// those of an undisturbed load.
func repeat(t *testing.T, w *warehouse.Warehouse, c warehouse.Config, after ledgerState) {
	t.Helper()
	r := begin(t, w, c)
	load(t, r, secondChunk(newShipment(t, 1)))
	end(t, r)
	checkAccounts(t, w)
	// An older version that is sent twice is past twice.
	got, want := contentsOf(t, w), after.Contents
	if diff := cmp.Diff([][]string{want.Visits, want.Lines}, [][]string{got.Visits, got.Lines}); diff != "" {
		t.Errorf("the load repeated leaves other rows: %s", diff)
	}
	distinct := "SELECT DISTINCT " + visitColumns + " FROM records.history.visit ORDER BY 1"
	if diff := cmp.Diff(want.PastVisits, texts(t, w, distinct)); diff != "" {
		t.Errorf("the load repeated leaves another past: %s", diff)
	}
}

// TestFaultAtEveryPoint fails a commit at each of its points. The same process
// finds all or nothing of it, so does the next one, and both can load it again.
func TestFaultAtEveryPoint(t *testing.T) {
	t.Parallel()
	dir := base(t)
	before, after, points := undisturbed(t, dir)
	committed := 0
	for n, point := range points {
		t.Run(fmt.Sprintf("%d %s", n, point), func(t *testing.T) {
			c := config(t, copied(t, dir))
			c.Fault = faultAt(n, func() error { return errFault })
			w := open(t, c)
			r := begin(t, w, c)
			if err := r.Load(t.Context(), secondChunk(newShipment(t, 1))); !errors.Is(err, errFault) {
				t.Fatalf("the fault must be told, got %v", err)
			}
			if err := r.Load(t.Context(), secondChunk(newShipment(t, 1))); !errors.Is(err, warehouse.ErrRunFailed) {
				t.Errorf("a run that failed must refuse the next chunk, got %v", err)
			}
			if checkEither(t, w, before, after) {
				committed++
			}
			if n%2 == 0 {
				repeat(t, w, c, after)
				return
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			c.Fault = nil
			w = open(t, c)
			if w.Interrupted() != 1 {
				t.Errorf("%d runs are told as interrupted", w.Interrupted())
			}
			checkEither(t, w, before, after)
			repeat(t, w, c, after)
		})
	}
	if committed != 1 {
		t.Errorf("a fault after the commit is one point, not %d", committed)
	}
}

// TestCrashAtPoints kills the process in the middle of a commit. What the engine
// finds in its logs is all of the commit or nothing.
func TestCrashAtPoints(t *testing.T) {
	t.Parallel()
	dir := base(t)
	before, after, points := undisturbed(t, dir)
	for n, point := range points {
		if chosen := point == "between the halves" || point == "after the commit" || point == "internal commit" || point == "records commit"; !chosen && !soak() {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", n, point), func(t *testing.T) {
			c := config(t, copied(t, dir))
			err := helper(t, "crash", c.Dir, strconv.Itoa(n)).Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitCrash {
				t.Fatalf("the helper should have died at its point: %v", err)
			}
			w := open(t, c)
			if committed := checkEither(t, w, before, after); committed != (point == "after the commit") {
				t.Errorf("committed is %v", committed)
			}
			if w.Interrupted() != 1 {
				t.Errorf("%d runs are told as interrupted", w.Interrupted())
			}
			repeat(t, w, c, after)
		})
	}
}

// crash is the helper that loads the second chunk and dies at a point.
func crash(args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	tb := &bareTB{}
	c := config(tb, args[0])
	c.Fault = faultAt(n, func() error {
		os.Exit(exitCrash)
		return nil
	})
	w, err := warehouse.Open(context.Background(), c)
	if err != nil {
		return err
	}
	r, err := w.Begin(context.Background(), jobName, c.Datasets, false)
	if err != nil {
		return err
	}
	return r.Load(context.Background(), secondChunk(newShipment(tb, 1)))
}

// bareTB lets a helper process use the fixture, which tells failures to a test.
type bareTB struct{ testing.TB }

func (*bareTB) Helper() {}

func (*bareTB) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

// TestCommitThatIsInterrupted cancels the context at points of a commit. A run that was told
// to stop leaves all of a chunk or nothing, and knows which.
func TestCommitThatIsInterrupted(t *testing.T) {
	t.Parallel()
	dir := base(t)
	before, after, points := undisturbed(t, dir)
	for n, point := range points {
		if atCommit := strings.Contains(point, "commit") || strings.Contains(point, "halves"); !atCommit && n%4 != 0 && !soak() {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", n, point), func(t *testing.T) {
			c := config(t, copied(t, dir))
			ctx, cancel := context.WithCancel(t.Context())
			c.Fault = faultAt(n, func() error {
				cancel()
				return nil
			})
			w := open(t, c)
			r := begin(t, w, c)
			err := r.Load(ctx, secondChunk(newShipment(t, 1)))
			committed := checkEither(t, w, before, after)
			if err == nil && !committed {
				t.Error("no error, and no commit")
			}
			if committed != r.Changed() {
				t.Errorf("the run says changed is %v", r.Changed())
			}
			if point == "after the commit" && !committed {
				t.Error("the commit came before the interruption")
			}
			if w.Applied() != int64(len(stateOf(t, w).Applied)) {
				t.Errorf("the warehouse says %d commits", w.Applied())
			}
			repeat(t, w, c, after)
		})
	}
}
