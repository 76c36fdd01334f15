package warehouse_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

var (
	original   = version{newestBy: 10, total: 100, lines: []int64{10, 20, 30}}
	newer      = version{newestBy: 20, total: 200, lines: []int64{10, 25, 30}}
	shorter    = version{newestBy: 30, total: 300}
	partial    = version{newestBy: 40, total: 400, lines: []int64{10}, partial: true}
	late       = version{newestBy: 5, total: 50, lines: []int64{5}}
	again      = version{newestBy: 50, total: 100, lines: []int64{10, 20, 30}}
	tied       = version{newestBy: 20, total: 210, lines: []int64{1, 2}}
	oldPartial = version{newestBy: 4, total: 40, lines: []int64{4, 4}, partial: true}
	wholeTwin  = version{newestBy: 40, total: 400, lines: []int64{10}}
)

// orderCases are sets of versions of one dossier. The version that stands in the
// end does not depend on the order they arrive in.
var orderCases = []struct {
	name     string
	versions []version
	ties     int
}{
	{"one", []version{original}, 0},
	{"a newer one", []version{original, newer}, 0},
	{"a shorter one without lines", []version{original, newer, shorter}, 0},
	{"a newer partial one", []version{original, newer, shorter, partial}, 0},
	{"an older one that comes late", []version{original, newer, shorter, partial, late}, 0},
	{"equal content of a higher rank", []version{original, newer, again, partial, late}, 0},
	{"equal content of a higher rank, shorter between", []version{original, shorter, again}, 0},
	{"partial ones only", []version{partial, oldPartial}, 0},
	{"a whole one below two partial ones", []version{partial, late, oldPartial}, 0},
	{"equal content, partial and whole", []version{partial, wholeTwin, original}, 0},
	{"two that only receipt tells apart", []version{newer, tied}, 1},
	{"two that only receipt tells apart, and an older one", []version{newer, late, tied}, 1},
}

// ordered is a case in one order of arrival, as a dossier of its own.
type ordered struct {
	name     string
	versions []version
}

// TestEveryOrderEndsInTheSameState lets every permutation of every set arrive, each
// as a dossier of its own, so that a few commits hold them all.
func TestEveryOrderEndsInTheSameState(t *testing.T) {
	t.Parallel()
	modes := []struct {
		name string
		// together is how many versions of a dossier come in one chunk.
		together int
		// byArrival gives receipts in the order of arrival. Ties are left out then,
		// since receipt is all that tells them apart.
		byArrival bool
	}{
		{"one by one", 1, false},
		{"two in a chunk", 2, false},
		{"all in a chunk", 5, false},
		{"received in the order of arrival", 1, true},
	}
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			var arrivals []ordered
			ties := 0
			for _, c := range orderCases {
				if m.byArrival && c.ties > 0 {
					continue
				}
				for _, order := range permutations(len(c.versions)) {
					arrivals = append(arrivals, ordered{c.name, arrange(c.versions, len(arrivals)+1, order, m.byArrival)})
					ties += c.ties
				}
			}
			checkOrders(t, arrivals, m.together, ties)
		})
	}
}

// TestOneDossierAlone lets a single dossier arrive version by version, so that
// whole chunks take the short way into the live tables.
func TestOneDossierAlone(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	versions := []version{original, newer, shorter}
	for d, order := range permutations(len(versions)) {
		for _, v := range arrange(versions, d+1, order, false) {
			load(t, r, ship.chunk(v))
		}
	}
	end(t, r)
	got := contentsOf(t, w)
	if len(got.Visits) != 6 || len(got.Lines) != 0 || len(got.PastVisits) != 12 || len(got.PastLines) != 36 {
		t.Errorf("6 visits without lines should stand and 12 with 36 lines be past, got %d, %d, %d, %d",
			len(got.Visits), len(got.Lines), len(got.PastVisits), len(got.PastLines))
	}
	checkAccounts(t, w)
}

// arrange returns the versions as those of a dossier in an order of arrival. The
// receipt is that of the version, or follows the arrival.
func arrange(versions []version, dossier int, order []int, byArrival bool) []version {
	arranged := make([]version, len(order))
	for step, i := range order {
		v := versions[i]
		v.dossier, v.number, v.receipt = dossier, int32(dossier), int64(i+1)
		if byArrival {
			v.receipt = int64(step + 1)
		}
		arranged[step] = v
	}
	return arranged
}

// checkOrders loads all dossiers in step and holds the tables against what must
// stand.
func checkOrders(t *testing.T, arrivals []ordered, together, ties int) {
	t.Helper()
	c := config(t, t.TempDir())
	w, ship := open(t, c), newShipment(t, 1)
	r := begin(t, w, c)
	const longest = 5
	for from := 0; from < longest; from += together {
		var versions []version
		for step := from; step < from+together; step++ {
			for _, a := range arrivals {
				if step < len(a.versions) {
					versions = append(versions, a.versions[step])
				}
			}
		}
		load(t, r, ship.chunk(versions...))
	}
	tallies := end(t, r)
	checkAccounts(t, w)
	if tallies[0].Dataset != delivery.Dossiers || tallies[0].Ties != int64(ties) {
		t.Errorf("%d ties were counted, there are %d", tallies[0].Ties, ties)
	}
	lives, pasts := assembled(t, w, "main"), assembled(t, w, "history")
	aside := number(t, w, "SELECT count(*) FROM internal.quarantine WHERE rule = 'partial_beside_whole'")
	for _, a := range arrivals {
		aside -= checkOrder(t, a, lives, pasts, fmt.Sprint(ship.key(a.versions[0].dossier).ID))
	}
	// A partial version is past where it stood once, and set aside where it did not.
	if aside != 0 {
		t.Errorf("%d more partial versions are set aside than are missing from the past", aside)
	}
}

// checkOrder holds one dossier against what must stand and be past. It returns how
// many of its versions must have been set aside.
func checkOrder(t *testing.T, a ordered, lives, pasts map[string][]string, key string) int64 {
	t.Helper()
	best := standing(a.versions)
	if diff := cmp.Diff([]string{best.rows()}, lives[key]); diff != "" {
		t.Errorf("%s: what stands: %s", a.name, diff)
	}
	var aside int64
	for n, v := range a.versions {
		stood := !slices.ContainsFunc(a.versions[:n], func(before version) bool { return !before.partial })
		switch {
		case v.partial && !best.partial && !stood:
			aside++
		case v.rows() == best.rows() && v.partial == best.partial:
		case !slices.Contains(pasts[key], v.rows()):
			t.Errorf("%s: version %d neither stands nor is past", a.name, v.receipt)
		}
	}
	return aside
}

// standing is the version that must stand: a whole one, then the highest rank.
func standing(versions []version) version {
	return slices.MaxFunc(versions, func(a, b version) int {
		switch {
		case a.partial != b.partial && a.partial:
			return -1
		case a.partial != b.partial:
			return 1
		case a.newestBy != b.newestBy:
			return int(a.newestBy - b.newestBy)
		}
		return int(a.receipt - b.receipt)
	})
}

// assembled returns, by dossier, its versions in a schema as version.rows writes
// them.
func assembled(t *testing.T, w *warehouse.Warehouse, schema string) map[string][]string {
	t.Helper()
	rows, err := w.Query(t.Context(), `SELECT h.dossier::VARCHAR, (h.total * 100)::BIGINT::VARCHAR || ' [' ||
		coalesce((SELECT string_agg((l.amount * 100)::BIGINT::VARCHAR, ' ' ORDER BY l.amount) FROM records.`+schema+`.visit_line l
			WHERE l.dossier = h.dossier AND l.delivery = h.delivery AND l.place_dossier = h.place_dossier AND l.known_from = h.known_from), '') || ']'
		FROM records.`+schema+`.visit h ORDER BY ALL`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := make(map[string][]string)
	for rows.Next() {
		var dossier, text string
		if err := rows.Scan(&dossier, &text); err != nil {
			t.Fatal(err)
		}
		found[dossier] = append(found[dossier], text)
	}
	return found
}

// permutations returns all orders of 0 … n-1.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return all
}
