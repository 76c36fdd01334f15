package warehouse_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
)

// TestEveryInstantIsKept loads random chunks and remembers what stood after each
// commit. Live and past rows together give all of it back.
func TestEveryInstantIsKept(t *testing.T) {
	t.Parallel()
	seeds, commits := 2, 15
	if soak() {
		seeds, commits = 20, 60
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			checkInstants(t, rand.New(rand.NewPCG(uint64(seed), 4)), commits)
		})
	}
}

func checkInstants(t *testing.T, dice *rand.Rand, commits int) {
	t.Helper()
	now := newClock()
	c := config(t, t.TempDir())
	c.Now = now.now
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	type moment struct {
		at     time.Time
		stands [2][]string
	}
	var remembered []moment
	for receipt := range commits {
		load(t, r, ship.chunk(random(dice, int64(receipt+1))...))
		_, at := w.LastCommit()
		if n := len(remembered); n > 0 && !at.After(remembered[n-1].at) {
			t.Fatal("instants of commits must follow each other")
		}
		remembered = append(remembered, moment{at, [2][]string{
			texts(t, w, "SELECT "+visitColumns+" FROM records.main.visit ORDER BY 1"),
			texts(t, w, "SELECT "+lineColumns+" FROM records.main.visit_line ORDER BY 1"),
		}})
		// Sometimes the clock stands still or goes back a little.
		now.pass(time.Duration(dice.IntN(3)-1) * time.Second)
	}
	end(t, r)
	checkAccounts(t, w)
	for n, m := range remembered {
		got := [2][]string{standingAt(t, w, visitColumns, "visit", m.at), standingAt(t, w, lineColumns, "visit_line", m.at)}
		if diff := cmp.Diff(m.stands, got); diff != "" {
			t.Errorf("commit %d of %d: %s", n+1, len(remembered), diff)
		}
	}
	if n := number(t, w, "SELECT count(*) FROM records.history.visit"); n == 0 {
		t.Error("nothing is past: the dice are loaded")
	}
}

// random returns a few versions, several of one dossier among them.
func random(dice *rand.Rand, receipt int64) []version {
	var versions []version
	for n := range 1 + dice.IntN(4) {
		v := version{
			dossier: dice.IntN(6), receipt: receipt, number: int32(n + 1), newestBy: int64(dice.IntN(8)),
			total: int64(dice.IntN(4)), partial: dice.IntN(5) == 0,
		}
		for range dice.IntN(3) {
			v.lines = append(v.lines, int64(dice.IntN(3)))
		}
		versions = append(versions, v)
	}
	return versions
}

// standingAt returns the own columns of what was known at an instant.
func standingAt(t *testing.T, w *warehouse.Warehouse, columns, table string, at time.Time) []string {
	t.Helper()
	return texts(t, w, fmt.Sprintf(`SELECT %[1]s FROM records.main.%[2]s WHERE known_from <= $1
		UNION ALL SELECT %[1]s FROM records.history.%[2]s WHERE known_from <= $1 AND $1 < known_to ORDER BY 1`, columns, table), at)
}
