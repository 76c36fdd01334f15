package warehouse_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/dataset"
)

// TestKeysAreChecked opens a warehouse with keys other than those it was written
// with.
func TestKeysAreChecked(t *testing.T) {
	t.Parallel()
	dir := base(t)
	_, _, prints := chain(t, 2)
	cases := []struct {
		name string
		keys []string
		want error
		text string
	}{
		{"the right one", prints[:1], nil, ""},
		{"none", nil, warehouse.ErrKeys, "key 1 of 1 is missing (fingerprint " + prints[0] + ")"},
		{"another one", prints[1:], warehouse.ErrKeys, "key 1 has fingerprint " + prints[1] + ", the warehouse was written with " + prints[0]},
		{"one more", prints, warehouse.ErrRotation, "thidua keys rotate"},
		{"one more after another one", []string{prints[1], prints[0]}, warehouse.ErrKeys, "the warehouse was written with"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			settings := config(t, copied(t, dir))
			settings.Keys = c.keys
			w, err := warehouse.Open(t.Context(), settings)
			if !errors.Is(err, c.want) {
				t.Fatalf("want %v, got %v", c.want, err)
			}
			if err == nil {
				err = w.Close()
			}
			if c.want != nil && !strings.Contains(err.Error(), c.text) {
				t.Errorf("the sentence should say %q: %v", c.text, err)
			}
		})
	}
}

// loaded is a warehouse with both chunks under keys of a generation, one reference
// table beside them.
func loaded(t *testing.T, generation int) (*warehouse.Warehouse, warehouse.Config) {
	t.Helper()
	c := config(t, t.TempDir())
	_, _, c.Keys = chain(t, generation)
	c.References = []warehouse.Reference{facilities(t, [][]string{{"15001", "one", "7"}})}
	w, ship := open(t, c), newShipment(t, generation)
	r := begin(t, w, c)
	load(t, r, firstChunk(ship))
	load(t, r, secondChunk(ship))
	end(t, r)
	return w, c
}

// keyed is everything that keys go into, live and past.
func keyed(t *testing.T, w *warehouse.Warehouse) [][]string {
	t.Helper()
	var all [][]string
	for _, table := range []string{"main.visit", "history.visit", "main.visit_line", "history.visit_line", "main.facility"} {
		all = append(all, texts(t, w, "SELECT t::VARCHAR FROM (SELECT * EXCLUDE (content) FROM records."+table+") t ORDER BY 1"))
	}
	return append(all,
		texts(t, w, "SELECT (dossier, key_check, newest_by, receipt, position, whole, delivery, known_from)::VARCHAR FROM records.dossier ORDER BY 1"),
		texts(t, w, "SELECT (dataset, column_name, type, identifier)::VARCHAR FROM records.data_dictionary ORDER BY 1"),
		texts(t, w, "SELECT (table_name, column_name, data_type, comment)::VARCHAR FROM duckdb_columns() WHERE database_name = 'records' AND NOT internal ORDER BY schema_name, table_name, column_index"),
		texts(t, w, "SELECT (schema_name, table_name, comment)::VARCHAR FROM duckdb_tables() WHERE database_name = 'records' ORDER BY 1"))
}

// TestRotateGivesWhatTheLongerChainGives compares a warehouse that was rotated with
// one that was written with both keys from the start.
func TestRotateGivesWhatTheLongerChainGives(t *testing.T) {
	t.Parallel()
	keys, _, prints := chain(t, 2)
	w, c := loaded(t, 1)
	other, _ := loaded(t, 2)
	want := keyed(t, other)
	if cmp.Equal(want, keyed(t, w)) {
		t.Fatal("the keys make no difference")
	}
	if err := w.Rotate(t.Context(), keys[1], prints); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, keyed(t, w)); diff != "" {
		t.Errorf("rotated: %s", diff)
	}
	if generation, err := w.Generation(t.Context()); err != nil || generation != 2 {
		t.Errorf("generation %d, %v", generation, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := warehouse.Open(t.Context(), c); !errors.Is(err, warehouse.ErrKeys) {
		t.Errorf("the old keys alone must not do: %v", err)
	}
	c.Keys = prints
	w = open(t, c)
	if diff := cmp.Diff(want, keyed(t, w)); diff != "" {
		t.Errorf("rotated and opened again: %s", diff)
	}
	checkContentSettles(t, w, c)
}

// TestRotateTwiceInOneProcess adds two keys, one after the other.
func TestRotateTwiceInOneProcess(t *testing.T) {
	t.Parallel()
	keys, _, prints := chain(t, 3)
	w, _ := loaded(t, 1)
	for generation := 2; generation <= 3; generation++ {
		if err := w.Rotate(t.Context(), keys[generation-1], prints[:generation]); err != nil {
			t.Fatal(err)
		}
	}
	other, _ := loaded(t, 3)
	if diff := cmp.Diff(keyed(t, other), keyed(t, w)); diff != "" {
		t.Errorf("rotated twice: %s", diff)
	}
}

// checkContentSettles sends the same dossiers again: each is replaced by itself once,
// and is unchanged from then on.
func checkContentSettles(t *testing.T, w *warehouse.Warehouse, c warehouse.Config) {
	t.Helper()
	before := contentsOf(t, w)
	for n, unchanged := range []int64{0, 3} {
		r := begin(t, w, c)
		resent := newer
		var versions []version
		for d, lines := range map[int][]int64{1: original.lines, 2: nil, 3: newer.lines} {
			v := resent
			v.dossier, v.number, v.receipt, v.newestBy, v.lines = d, int32(d), int64(10+n), int64(100+n), lines
			v.total = map[int]int64{1: 1000, 2: shorter.total, 3: newer.total}[d]
			versions = append(versions, v)
		}
		load(t, r, newShipment(t, 2).chunk(versions...))
		if tallies := end(t, r); n > 0 && tallies[0].Unchanged != unchanged {
			t.Errorf("sent again: %d of %d dossiers are unchanged", tallies[0].Unchanged, unchanged)
		}
	}
	after := contentsOf(t, w)
	if diff := cmp.Diff([][]string{before.Visits, before.Lines}, [][]string{after.Visits, after.Lines}); diff != "" {
		t.Errorf("the same dossiers sent again change what stands: %s", diff)
	}
	checkAccounts(t, w)
}

// TestFaultWhileRotating fails at each point. The old state stands, in this process
// and the next, and the rotation can be done again.
func TestFaultWhileRotating(t *testing.T) {
	t.Parallel()
	keys, _, prints := chain(t, 2)
	var points []string
	w, c := loaded(t, 1)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	recording := c
	recording.Dir = copied(t, c.Dir)
	recording.Fault = func(point string) error {
		points = append(points, point)
		return nil
	}
	w = open(t, recording)
	before := keyed(t, w)
	if err := w.Rotate(t.Context(), keys[1], prints); err != nil {
		t.Fatal(err)
	}
	after := keyed(t, w)
	if len(points) < 2 {
		t.Fatalf("a rotation passes %d points", len(points))
	}
	for n, point := range points {
		for _, reopen := range []bool{false, true} {
			t.Run(point, func(t *testing.T) {
				settings := c
				settings.Dir = copied(t, c.Dir)
				settings.Fault = faultAt(n, func() error { return errFault })
				w := open(t, settings)
				if err := w.Rotate(t.Context(), keys[1], prints); !errors.Is(err, errFault) {
					t.Fatalf("the fault must be told, got %v", err)
				}
				if reopen {
					if err := w.Close(); err != nil {
						t.Fatal(err)
					}
					w = open(t, settings)
				}
				if diff := cmp.Diff(before, keyed(t, w)); diff != "" {
					t.Errorf("the old state must stand: %s", diff)
				}
				if err := w.Rotate(t.Context(), keys[1], prints); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(after, keyed(t, w)); diff != "" {
					t.Errorf("the rotation repeated: %s", diff)
				}
			})
		}
	}
}

// TestRotateRefusesWhatIsNotDeclared takes a dataset or a column out of the
// declarations: nobody could tell whether it holds pseudonyms.
func TestRotateRefusesWhatIsNotDeclared(t *testing.T) {
	t.Parallel()
	keys, _, prints := chain(t, 2)
	narrower := visitDeclaration()
	narrower.Columns = slices.Delete(narrower.Columns, 2, 3)
	cases := []struct {
		name     string
		datasets []*dataset.Dataset
		want     string
	}{
		{"a dataset", members(t)[:1], "visit_line"},
		{"a column", []*dataset.Dataset{compile(t, narrower), members(t)[1]}, "visit.total"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			settings := config(t, base(t))
			settings.Datasets = c.datasets
			w := open(t, settings)
			if err := w.Rotate(t.Context(), keys[1], prints); !errors.Is(err, warehouse.ErrSchema) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the rotation should be refused for %s: %v", c.want, err)
			}
			if n := number(t, w, "SELECT count(*) FROM records.main.visit_line WHERE amount IS NOT NULL"); n != 9 {
				t.Errorf("%d lines of 9 stand", n)
			}
		})
	}
}
