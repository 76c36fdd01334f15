package warehouse_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

// TestOpeningDeletesWhatWasNotApplied plants rows of a commit that records never
// saw, as a crash between the halves leaves them.
func TestOpeningDeletesWhatWasNotApplied(t *testing.T) {
	t.Parallel()
	c := config(t, base(t))
	w := open(t, c)
	before := stateOf(t, w)
	begin(t, w, c)
	for _, plant := range []string{
		"INSERT INTO internal.tally BY NAME SELECT 2 AS n, 2 AS run, 'visit' AS dataset, 5 AS read",
		"INSERT INTO internal.delivery BY NAME SELECT 7 AS n, 9 AS delivery, 'visits' AS job, 'loaded' AS state, '' AS sha256",
		"INSERT INTO internal.quarantine BY NAME SELECT 2 AS n, 1 AS id, 'rule' AS rule",
	} {
		texts(t, w, plant+" RETURNING ''")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w = open(t, c)
	if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
		t.Errorf("the opening should leave what was applied: %s", diff)
	}
	got := texts(t, w, "SELECT state || ' ' || message FROM internal.run WHERE run = 2")
	if diff := cmp.Diff([]string{"interrupted the process ended before the run did"}, got); diff != "" {
		t.Error(diff)
	}
	if w.Interrupted() != 1 {
		t.Errorf("%d runs are told as interrupted", w.Interrupted())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w = open(t, c); w.Interrupted() != 0 {
		t.Error("an interrupted run is told once")
	}
}

// TestOpenDeliveryIsResumed commits a part of a delivery; the next run goes on where
// it ended, under the same receipt.
func TestOpenDeliveryIsResumed(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	first, second := original, newer
	first.dossier, first.receipt, first.number = 1, 1, 1
	second.dossier, second.receipt, second.number = 2, 1, 2
	part, rest := progress(r.NextDelivery(), "file", delivery.StateOpen), progress(1, "file", delivery.StateLoaded)
	part.Dossiers, rest.Dossiers, rest.Position = 2, 2, 2
	chunk := ship.chunk(first)
	chunk.Progress = []delivery.Progress{part}
	load(t, r, chunk)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	w = open(t, c)
	r = begin(t, w, c)
	if r.Known(part.Delivery) || r.KnownBytes(part.Delivery) {
		t.Error("a delivery that is open must not be known")
	}
	got, ok := r.Resume(part.Delivery.SHA256)
	if !ok || got.Position != 1 || got.Dossiers != 2 || got.Delivery.ID != 1 || got.State != delivery.StateOpen {
		t.Errorf("the delivery should go on after its first dossier: %v, position %d of %d", ok, got.Position, got.Dossiers)
	}
	if next := r.NextDelivery(); next != 2 {
		t.Errorf("receipt %d is given twice", next)
	}
	chunk = ship.chunk(second)
	chunk.Progress = []delivery.Progress{rest}
	load(t, r, chunk)
	end(t, r)

	r = begin(t, w, c)
	if _, ok := r.Resume(part.Delivery.SHA256); ok || !r.Known(rest.Delivery) {
		t.Error("a delivery that is loaded should be known and not go on")
	}
	checkAccounts(t, w)
}

// largeDossier is a dossier whose lines arrive in three chunks, after a small one
// that begins the first. All that is known about the rows comes with the last.
func largeDossier(s *shipment) []*delivery.Chunk {
	small, large := newer, original
	small.dossier, small.receipt, small.number = 1, 1, 1
	large.dossier, large.receipt, large.number = 2, 2, 1
	large.lines = []int64{1, 2, 3, 4, 5, 6}
	whole := s.chunk(small, large)
	records := whole.Records
	part := func(from, to int64) []arrow.RecordBatch {
		return []arrow.RecordBatch{records[0].NewSlice(0, 0), records[1].NewSlice(from, to)}
	}
	first := &delivery.Chunk{Open: true, Rows: make([]delivery.Counts, 2), Records: part(0, 4)}
	first.Records[0] = records[0].NewSlice(0, 2)
	second := &delivery.Chunk{Open: true, Rows: make([]delivery.Counts, 2), Records: part(4, 7)}
	whole.Records = part(7, 9)
	whole.Rows[1] = delivery.Counts{Read: whole.Rows[1].Read + 1, Quarantined: 1, Warned: 2}
	whole.Warnings[delivery.Warning{Delivery: 2, Number: 1, Dataset: "visit_line", Rule: "warning", Unit: "15001"}] = 2
	whole.Rejections = []delivery.Rejection{{Delivery: 1, Level: delivery.LevelRow, Rule: "rule", Dataset: "visit_line"}}
	whole.Progress = []delivery.Progress{progress(1, "small", delivery.StateLoaded), progress(2, "large", delivery.StateLoaded)}
	whole.Bytes = 33
	return []*delivery.Chunk{first, second, whole}
}

// TestDossierLargerThanAChunk stages what is open and commits it with the chunk that
// closes it, together with everything that came in between.
func TestDossierLargerThanAChunk(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w := open(t, c)
	r := begin(t, w, c)
	empty := stateOf(t, w)
	chunks := largeDossier(newShipment(t, 1))
	for _, open := range chunks[:2] {
		load(t, r, open)
		if diff := cmp.Diff(empty, stateOf(t, w)); diff != "" {
			t.Fatalf("an open chunk must not be seen: %s", diff)
		}
	}
	load(t, r, chunks[2])
	tallies := end(t, r)
	checkAccounts(t, w)
	got := contentsOf(t, w)
	if len(got.Visits) != 2 || len(got.Lines) != 9 || len(got.PastVisits) != 0 {
		t.Errorf("2 visits with 9 lines should stand, got %d and %d", len(got.Visits), len(got.Lines))
	}
	want := []delivery.Counts{{Read: 2, Loaded: 2}, {Read: 2, Loaded: 2}, {Read: 10, Loaded: 9, Quarantined: 1, Warned: 2}}
	for i, tally := range tallies {
		if diff := cmp.Diff(want[i], tally.Counts); diff != "" {
			t.Errorf("account of %s: %s", tally.Dataset, diff)
		}
		if tally.Bytes != 33 || tally.Payloads != 2 {
			t.Errorf("account of %s: %d bytes in %d payloads", tally.Dataset, tally.Bytes, tally.Payloads)
		}
	}
	if diff := cmp.Diff([]string{"2"}, texts(t, w, "SELECT sum(rows)::BIGINT::VARCHAR FROM records.warning")); diff != "" {
		t.Errorf("warnings: %s", diff)
	}
	if list, err := w.Quarantine(t.Context(), 0, 10); err != nil || len(list) != 1 {
		t.Errorf("the rejection should be in quarantine: %d entries, %v", len(list), err)
	}
	r = begin(t, w, c)
	for _, name := range []delivery.Progress{progress(1, "small", ""), progress(2, "large", "")} {
		if !r.Known(name.Delivery) {
			t.Errorf("delivery %d should be known", name.Delivery.ID)
		}
	}
}

// TestOpenChunkThatBringsMoreThanRows is refused: what it brings would be lost.
func TestOpenChunkThatBringsMoreThanRows(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w := open(t, c)
	for name, spoil := range map[string]func(*delivery.Chunk){
		"a dossier":   func(c *delivery.Chunk) { c.Dossiers = make([]delivery.Dossier, 1) },
		"a rejection": func(c *delivery.Chunk) { c.Rejections = make([]delivery.Rejection, 1) },
		"progress":    func(c *delivery.Chunk) { c.Progress = make([]delivery.Progress, 1) },
		"a head":      func(c *delivery.Chunk) { c.Heads.Read = 1 },
	} {
		chunk := largeDossier(newShipment(t, 1))[0]
		spoil(chunk)
		if err := begin(t, w, c).Load(t.Context(), chunk); !errors.Is(err, warehouse.ErrAccount) {
			t.Errorf("%s: want %v, got %v", name, warehouse.ErrAccount, err)
		}
	}
}

// TestStagedRowsVanish ends a run, or the process, while a dossier is open.
func TestStagedRowsVanish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		reopen bool
	}{{"the process ends", true}, {"the run ends", false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			settings := config(t, t.TempDir())
			w := open(t, settings)
			empty := contentsOf(t, w)
			r := begin(t, w, settings)
			load(t, r, largeDossier(newShipment(t, 1))[0])
			if c.reopen {
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				w = open(t, settings)
			}
			if diff := cmp.Diff(empty, contentsOf(t, w)); diff != "" {
				t.Fatal(diff)
			}
			// The next run meets the same dossiers and must not find the staged rows.
			r = begin(t, w, settings)
			for _, chunk := range largeDossier(newShipment(t, 1)) {
				load(t, r, chunk)
			}
			end(t, r)
			checkAccounts(t, w)
			if got := contentsOf(t, w); len(got.Visits) != 2 || len(got.Lines) != 9 {
				t.Errorf("2 visits with 9 lines should stand, got %d and %d", len(got.Visits), len(got.Lines))
			}
		})
	}
}

// TestLargeDossierMeetsItsOlderVersion stages a dossier of which another version
// stands already.
func TestLargeDossierMeetsItsOlderVersion(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	old := late
	old.dossier, old.receipt, old.number = 2, 0, 9
	load(t, r, ship.chunk(old))
	for _, chunk := range largeDossier(ship) {
		load(t, r, chunk)
	}
	end(t, r)
	checkAccounts(t, w)
	got := contentsOf(t, w)
	if len(got.Visits) != 2 || len(got.Lines) != 9 || len(got.PastVisits) != 1 || len(got.PastLines) != 1 {
		t.Errorf("the older version should be past: %d, %d, %d, %d", len(got.Visits), len(got.Lines), len(got.PastVisits), len(got.PastLines))
	}
	if !strings.Contains(got.PastVisits[0], "0.50") {
		t.Error("another version is past")
	}
}
