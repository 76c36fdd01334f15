package calculation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/expr"
	"thidua/transform/value"
)

func compiled(t *testing.T, source string) *expr.Expr {
	t.Helper()
	var columns []expr.Column
	for _, c := range visits().Columns {
		columns = append(columns, expr.Column{Name: c.Name, Type: c.Type})
	}
	e, err := expr.Compile(source, columns)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func showingOK(t *testing.T) *expr.Expr {
	t.Helper()
	e, err := expr.Compile("ok", []expr.Column{{Name: "ok", Type: value.Type{Kind: value.Boolean}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func plan(t *testing.T) calculation.Plan {
	t.Helper()
	c := &campaign.Campaign{Name: "c", Province: campaign.Area{Code: "15", List: "l24"}}
	all := measures(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c.Tasks = append(c.Tasks, campaign.Task{Entries: []*campaign.Entry{{ID: name, Definition: all[name]}}})
	}
	return calculation.Plan{Campaign: c, Windows: windows()}
}

func (w *world) open(known time.Time) *calculation.Calculation {
	w.t.Helper()
	c, err := calculation.Open(w.t.Context(), calculation.Basis{Conn: w.conn, Today: day("2024-07-10"), KnownAt: known})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) cells(p calculation.Plan, known time.Time) map[string]string {
	w.t.Helper()
	return told(w.count(p, known))
}

// count counts all indicators of a plan.
func (w *world) count(p calculation.Plan, known time.Time) []calculation.Cell {
	w.t.Helper()
	prepared := w.prepare(p, known)
	var all []calculation.Cell
	for _, e := range p.Campaign.Entries() {
		cells, err := prepared.Cells(w.t.Context(), e)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, cells...)
	}
	return all
}

// recount counts them again after a change, and tells how many cells that were.
func (w *world) recount(p calculation.Plan, before calculation.Counted, change calculation.Change) (all []calculation.Cell, touched int) {
	w.t.Helper()
	prepared := w.prepare(p, time.Time{})
	for _, e := range p.Campaign.Entries() {
		cells, n, err := prepared.Recount(w.t.Context(), e, before, change)
		if err != nil {
			w.t.Fatal(err)
		}
		all, touched = append(all, cells...), touched+n
	}
	return all, touched
}

func (w *world) prepare(p calculation.Plan, known time.Time) *calculation.Prepared {
	w.t.Helper()
	prepared, err := w.open(known).Prepare(w.t.Context(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	return prepared
}

// told writes each cell that holds anything.
func told(cells []calculation.Cell) map[string]string {
	all := map[string]string{}
	for _, c := range cells {
		key := fmt.Sprintf("%s %s..%s %s %s", c.Entry.ID, c.Window.Period.From, c.Window.Period.To, c.Unit.Level, c.Unit.Code)
		text := written(c.Count.Numerator)
		if c.Entry.Definition.Denominator != nil {
			text += "/" + written(c.Count.Denominator)
		}
		if text != "0" && text != "0/none" {
			all[key] = text
		}
	}
	return all
}

func written(n *float64) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprintf("%g", *n)
}

// Every way of counting agrees with a model that looks at one row after the other.
func TestCells(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(t, seed)
		w.exec("INSERT INTO main.insurance_link (citizen_key, insurance_key, known_from) VALUES ('p1', 'i1', '2020-01-01'), ('p9', 'i2', '2020-01-01')")
		var rows []row
		shown := map[string]bool{}
		for range 150 {
			r := w.newRow()
			rows = append(rows, r)
			w.put(r)
			if w.dice.IntN(2) == 0 {
				ok := w.dice.IntN(3) > 0
				w.show(r.key, ok)
				shown[r.key] = ok
			}
		}
		if diff := cmp.Diff(model(rows, shown), w.cells(plan(t), time.Time{})); diff != "" {
			t.Fatalf("seed %d (-model +counted):\n%s", seed, diff)
		}
	}
}

// What is counted again after rows came and went equals what is counted anew, and what
// was known at an instant stays what it was.
func TestRecount(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(t, seed+100)
		var keys []string
		for range 60 {
			r := w.newRow()
			keys = append(keys, r.key)
			w.put(r)
			w.show(r.key, w.dice.IntN(2) == 0)
		}
		p := plan(t)
		standing := w.count(p, time.Time{})
		for round := range 6 {
			before, since := told(standing), w.clock
			w.clock = w.clock.Add(24 * time.Hour)
			changed := w.change(&keys)
			again, touched := w.recount(p, counted(standing), calculation.Change{Since: since, Datasets: changed})
			whole := w.cells(p, time.Time{})
			if diff := cmp.Diff(whole, told(again)); diff != "" {
				t.Fatalf("seed %d, round %d (-anew +again):\n%s", seed, round, diff)
			}
			if touched == 0 || touched >= len(again)*2 {
				t.Errorf("%d cells counted again of %d", touched, len(again))
			}
			if diff := cmp.Diff(before, w.cells(p, since)); diff != "" {
				t.Fatalf("seed %d, round %d: as known before (-then +now):\n%s", seed, round, diff)
			}
			standing = again
		}
	}
}

// change lets a few rows come, change and go, and names the datasets.
func (w *world) change(keys *[]string) []string {
	for range 1 + w.dice.IntN(2) {
		r := w.newRow()
		*keys = append(*keys, r.key)
		w.put(r)
	}
	at := w.dice.IntN(len(*keys))
	gone := (*keys)[at]
	w.remove("visit", gone)
	if w.dice.IntN(2) == 0 {
		r := w.newRow()
		r.key = gone
		w.put(r)
	} else {
		*keys = slices.Delete(*keys, at, at+1)
	}
	if w.dice.IntN(2) == 0 {
		return []string{"visit"}
	}
	key := (*keys)[w.dice.IntN(len(*keys))]
	w.remove("showing", key)
	w.show(key, true)
	if w.dice.IntN(3) == 0 {
		w.exec("INSERT INTO main.insurance_link (citizen_key, insurance_key, known_from) VALUES ($1, 'i3', $2)", w.pick("p1", "p2"), w.clock)
		return []string{"insurance_link", "showing", "visit"}
	}
	return []string{"showing", "visit"}
}

func counted(cells []calculation.Cell) calculation.Counted {
	all := calculation.Counted{}
	for _, c := range cells {
		all[c.Key()] = c.Count
	}
	return all
}
