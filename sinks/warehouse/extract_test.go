package warehouse_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

// An extract is the totals of its dossiers by number, as its source held them at an
// instant.
type extract struct {
	at     int64
	scope  int64
	totals map[int]int64
	// present are dossiers that it holds and that could not be loaded.
	present []int
	most    int
}

// send loads an extract with the chunk that ends it.
func (e extract) send(t *testing.T, r *warehouse.Run, s *shipment, receipt int64) {
	t.Helper()
	e.begin(t, r, s, receipt)
	load(t, r, e.last(s, receipt))
}

// begin loads the dossiers of an extract, as two chunks.
func (e extract) begin(t *testing.T, r *warehouse.Run, s *shipment, receipt int64) {
	t.Helper()
	var versions []version
	for i, dossier := range slices.Sorted(maps.Keys(e.totals)) {
		versions = append(versions, version{
			dossier: dossier, receipt: receipt, number: int32(i + 1), sourceAt: e.at, scope: e.scope, total: e.totals[dossier], lines: []int64{1, 2},
		})
	}
	half := len(versions) / 2
	load(t, r, s.chunk(versions[:half]...))
	rest := s.chunk(versions[half:]...)
	rest.Progress = []delivery.Progress{progress(receipt, fmt.Sprint("extract ", receipt), delivery.StateOpen)}
	load(t, r, rest)
}

// last is the chunk that ends the extract.
func (e extract) last(s *shipment, receipt int64) *delivery.Chunk {
	c := s.chunk()
	c.Extract = &delivery.Extract{Delivery: receipt, SourceAt: e.at, Scopes: []int64{e.scope}, MostPercent: e.most}
	for _, dossier := range e.present {
		c.Extract.Present = append(c.Extract.Present, s.key(dossier).ID)
	}
	c.Progress = []delivery.Progress{progress(receipt, fmt.Sprint("extract ", receipt), delivery.StateLoaded)}
	return c
}

// stands returns the totals that stand, by dossier.
func stands(t *testing.T, w *warehouse.Warehouse, s *shipment) map[int]int64 {
	t.Helper()
	got := map[int]int64{}
	for dossier := range 10 {
		rows := texts(t, w, "SELECT (total * 100)::BIGINT::VARCHAR FROM records.main.visit WHERE dossier = ?", s.key(dossier).ID)
		lines := number(t, w, "SELECT count(*) FROM records.main.visit_line WHERE dossier = ?", s.key(dossier).ID)
		if len(rows) == 0 && lines == 0 {
			continue
		}
		var total int64
		if _, err := fmt.Sscan(rows[0], &total); err != nil || len(rows) != 1 || lines != 2 {
			t.Fatalf("dossier %d: %v and %d lines", dossier, rows, lines)
		}
		got[dossier] = total
	}
	return got
}

// What stands follows the latest extract, in whatever order they arrive.
func TestExtractsInEveryOrder(t *testing.T) {
	t.Parallel()
	extracts := []extract{
		{at: 100, scope: 7, totals: map[int]int64{1: 10, 2: 20, 3: 30}, most: 100},
		{at: 200, scope: 7, totals: map[int]int64{1: 11, 3: 30}, most: 100},
		{at: 300, scope: 7, totals: map[int]int64{1: 10, 2: 20, 4: 40}, most: 100},
		{at: 150, scope: 9, totals: map[int]int64{5: 50, 6: 60}, most: 100},
	}
	want := map[int]int64{1: 10, 2: 20, 4: 40, 5: 50, 6: 60}
	for _, order := range permutations(len(extracts)) {
		c := config(t, t.TempDir())
		w, ship := open(t, c), newShipment(t, 1)
		for _, i := range order {
			// Each in a run of its own, as they would come.
			r := begin(t, w, c)
			extracts[i].send(t, r, ship, r.NextDelivery())
			end(t, r)
		}
		if diff := cmp.Diff(want, stands(t, w, ship)); diff != "" {
			t.Errorf("order %v: %s", order, diff)
		}
		checkAccounts(t, w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExtractCounts(t *testing.T) {
	t.Parallel()
	first := extract{at: 1, scope: 7, totals: map[int]int64{1: 10, 2: 20, 3: 30, 4: 40}}
	cases := []struct {
		name    string
		second  extract
		want    map[int]int64
		removed int64
		rule    string
	}{
		{"what it lacks goes", extract{at: 2, scope: 7, totals: map[int]int64{1: 10, 2: 21, 3: 30}, most: 25}, map[int]int64{1: 10, 2: 21, 3: 30}, 1, ""},
		{"one may always go", extract{at: 2, scope: 7, totals: map[int]int64{1: 10, 2: 21, 3: 30}, most: 1}, map[int]int64{1: 10, 2: 21, 3: 30}, 1, ""},
		{"none may go", extract{at: 2, scope: 7, totals: map[int]int64{1: 10, 2: 21, 3: 30}}, map[int]int64{1: 10, 2: 21, 3: 30, 4: 40}, 0, "removal_refused"},
		{"too much would go", extract{at: 2, scope: 7, totals: map[int]int64{1: 10, 2: 21}, most: 49}, map[int]int64{1: 10, 2: 21, 3: 30, 4: 40}, 0, "removal_refused"},
		{"an empty one", extract{at: 2, scope: 7, most: 99}, first.totals, 0, "removal_refused"},
		{"what it could not load stays", extract{at: 2, scope: 7, totals: map[int]int64{1: 10}, present: []int{2, 3}, most: 50}, map[int]int64{1: 10, 2: 20, 3: 30}, 1, ""},
		{"another scope", extract{at: 2, scope: 8, most: 0}, first.totals, 0, ""},
		{"an older one", extract{at: 0, scope: 7, totals: map[int]int64{1: 9}, most: 100}, first.totals, 0, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			settings := config(t, t.TempDir())
			w, ship := open(t, settings), newShipment(t, 1)
			r := begin(t, w, settings)
			first.send(t, r, ship, r.NextDelivery())
			c.second.send(t, r, ship, r.NextDelivery())
			tallies := end(t, r)
			if diff := cmp.Diff(c.want, stands(t, w, ship)); diff != "" {
				t.Error(diff)
			}
			if tallies[0].Removed != c.removed || tallies[1].Removed != c.removed || tallies[2].Removed != 2*c.removed {
				t.Errorf("removed %d, %d, %d, want %d dossiers", tallies[0].Removed, tallies[1].Removed, tallies[2].Removed, c.removed)
			}
			if gone := number(t, w, "SELECT count(*) FROM records.history.visit_line l WHERE known_to IS NOT NULL AND dossier NOT IN (SELECT dossier FROM records.main.visit)"); gone != 2*c.removed {
				t.Errorf("%d lines of removed visits are in history", gone)
			}
			var rules []string
			if c.rule != "" {
				rules = []string{c.rule}
			}
			if got := texts(t, w, "SELECT rule FROM internal.quarantine"); !slices.Equal(got, rules) {
				t.Errorf("told %v, want %v", got, rules)
			}
			checkAccounts(t, w)
		})
	}
}

// A dossier that an extract lacked comes back with a later version, and only then.
func TestRemovedDossiersComeBack(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	extract{at: 1, scope: 7, totals: map[int]int64{1: 10, 2: 20}, most: 50}.send(t, r, ship, r.NextDelivery())
	extract{at: 3, scope: 7, totals: map[int]int64{1: 10}, most: 50}.send(t, r, ship, r.NextDelivery())
	late := version{dossier: 2, receipt: r.NextDelivery(), number: 1, sourceAt: 2, scope: 7, total: 21, lines: []int64{1, 2}}
	load(t, r, ship.chunk(late))
	if got := stands(t, w, ship); got[2] != 0 {
		t.Errorf("a version older than the extract stands: %v", got)
	}
	again := late
	again.sourceAt, again.receipt, again.total, again.partial = 4, r.NextDelivery(), 22, true
	load(t, r, ship.chunk(again))
	if got := stands(t, w, ship); got[2] != 22 {
		t.Errorf("a version newer than the extract does not stand: %v", got)
	}
	tallies := end(t, r)
	if tallies[0].Ties != 0 {
		t.Errorf("%d ties", tallies[0].Ties)
	}
	checkAccounts(t, w)
}

// A fault between any two statements leaves the extract undone or done, and the
// next run, which meets the open delivery again, ends where one without it does.
func TestFaultsAtTheEndOfAnExtract(t *testing.T) {
	t.Parallel()
	first := extract{at: 1, scope: 7, totals: map[int]int64{1: 10, 2: 20, 3: 30}, most: 50}
	second := extract{at: 2, scope: 7, totals: map[int]int64{1: 10, 2: 21}, most: 50}
	for n := 0; ; n++ {
		c := config(t, t.TempDir())
		met, armed := 0, false
		c.Fault = func(string) error {
			if !armed {
				return nil
			}
			if met++; met == n+1 {
				return errFault
			}
			return nil
		}
		w, ship := open(t, c), newShipment(t, 1)
		r := begin(t, w, c)
		first.send(t, r, ship, r.NextDelivery())
		receipt := r.NextDelivery()
		second.begin(t, r, ship, receipt)
		armed = true
		err := r.Load(t.Context(), second.last(ship, receipt))
		armed = false
		if err == nil {
			if n < 10 {
				t.Fatalf("only %d points were passed", n)
			}
			break
		}
		again := begin(t, w, c)
		second.send(t, again, ship, receipt)
		end(t, again)
		if diff := cmp.Diff(second.totals, stands(t, w, ship)); diff != "" {
			t.Errorf("fault at point %d: %s", n, diff)
		}
		checkAccounts(t, w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A scope that would lose too much keeps everything; the others do not pay for it.
func TestEachScopeIsJudgedAlone(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	extract{at: 1, scope: 7, totals: map[int]int64{1: 10, 2: 20, 3: 30}}.send(t, r, ship, r.NextDelivery())
	extract{at: 1, scope: 9, totals: map[int]int64{4: 40, 5: 50}, most: 50}.send(t, r, ship, r.NextDelivery())
	both := r.NextDelivery()
	extract{at: 2, scope: 9, totals: map[int]int64{4: 40}}.begin(t, r, ship, both)
	last := extract{at: 2, scope: 7, most: 50}.last(ship, both)
	last.Extract.Scopes = []int64{7, 9}
	load(t, r, last)
	end(t, r)
	if diff := cmp.Diff(map[int]int64{1: 10, 2: 20, 3: 30, 4: 40}, stands(t, w, ship)); diff != "" {
		t.Error(diff)
	}
	if r.RefusedExtracts() != 1 {
		t.Errorf("%d extracts were refused", r.RefusedExtracts())
	}
	checkAccounts(t, w)
}

// A dossier that an extract brings and that is set aside is in it all the same.
func TestSetAsideIsNotAbsent(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	extract{at: 1, scope: 7, totals: map[int]int64{1: 10, 2: 20}}.send(t, r, ship, r.NextDelivery())
	receipt := r.NextDelivery()
	load(t, r, ship.chunk(
		version{dossier: 1, receipt: receipt, number: 1, sourceAt: 2, scope: 7, total: 10, lines: []int64{1, 2}},
		version{dossier: 2, receipt: receipt, number: 2, sourceAt: 2, scope: 7, total: 21, lines: []int64{1}, partial: true},
	))
	load(t, r, extract{at: 2, scope: 7, most: 100}.last(ship, receipt))
	end(t, r)
	if diff := cmp.Diff(map[int]int64{1: 10, 2: 20}, stands(t, w, ship)); diff != "" {
		t.Error(diff)
	}
	checkAccounts(t, w)
}

// What a job has no use for any more stands no longer, in whatever order its
// versions arrive.
func TestGoneDossiersInEveryOrder(t *testing.T) {
	t.Parallel()
	versions := []version{
		{sourceAt: 1, total: 10, lines: []int64{1, 2}},
		{sourceAt: 2, gone: true},
		{sourceAt: 3, total: 30, lines: []int64{1, 2}},
		{sourceAt: 4, gone: true},
	}
	for last, want := range []map[int]int64{{1: 10}, {}, {1: 30}, {}} {
		for _, order := range permutations(last + 1) {
			for _, together := range []bool{false, true} {
				c := config(t, t.TempDir())
				w, ship := open(t, c), newShipment(t, 1)
				r := begin(t, w, c)
				var all []version
				for _, i := range order {
					v := versions[i]
					v.dossier, v.receipt, v.number = 1, int64(i+1), 1
					all = append(all, v)
				}
				if together {
					load(t, r, ship.chunk(all...))
				} else {
					for _, v := range all {
						load(t, r, ship.chunk(v))
					}
				}
				end(t, r)
				if diff := cmp.Diff(want, stands(t, w, ship)); diff != "" {
					t.Errorf("order %v, together %v: %s", order, together, diff)
				}
				checkAccounts(t, w)
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
