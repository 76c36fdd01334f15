package warehouse_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/indicator"
)

// computedTables are the tables of figures as they stand.
type computedTables struct{ Values, Statuses []string }

// figures returns the figures without the instants since and through which they are
// known.
func (p *province) figures() computedTables {
	p.t.Helper()
	return computedTables{
		p.rows("* EXCLUDE (known_from, known_at)", "records.indicator_value"),
		p.rows("* EXCLUDE (known_at)", "records.indicator_status"),
	}
}

// pick returns one of the values.
func (p *province) pick(values ...string) string { return values[p.dice.IntN(len(values))] }

// random is a visit that has anything, in any quarter around the campaign's.
func (p *province) random(id int) checkup {
	return checkup{
		id: id, facility: p.pick("F1", "F2", "F3", "F4", "F9", ""), commune: p.pick("C1", "C2", "C3", "C4", "C9", ""), kind: p.pick("a", "b"),
		on: (dayOf(p.t, "2023-11-20") + calendar.Day(p.dice.IntN(120))).String(), cost: int64(p.dice.IntN(50)),
		citizen: p.pick("p1", "p2", "p3", ""), insurance: p.pick("i1", "i2", ""),
	}
}

// some are random visits, new ones and others that came before.
func (p *province) some(n int) []document {
	var documents []document
	used := map[int]bool{}
	for range n {
		id := p.dice.IntN(60)
		if !used[id] {
			used[id] = true
			documents = append(documents, p.checkup(p.random(id)))
		}
	}
	return documents
}

// happen lets something happen that figures may have to follow.
func (p *province) happen(round int) string {
	p.t.Helper()
	switch round % 8 {
	case 0:
		p.send("checkup", p.some(3)...)
		return "visits come and change"
	case 1:
		p.send("showing", p.showing(p.dice.IntN(60), true), p.showing(60+p.dice.IntN(20), true), p.showing(80, p.dice.IntN(2) == 0))
		return "showings come and change"
	case 2:
		p.extract("checkup", p.some(40)...)
		return "a complete extract"
	case 3:
		p.agenda.Today++
		return "a day"
	case 4:
		p.send("insurance_link", document{p.dice.IntN(3), append(p.linked("p1"), p.linked("i1")...)}, document{7, nil})
		return "a person is known by two numbers"
	case 5:
		p.send("station", p.station(p.dice.IntN(4), "2024-02-20"), p.station(p.dice.IntN(3)+4, ""))
		p.send("checkup", p.some(2)...)
		return "stations close and open"
	case 6:
		p.agenda.Today += 20
		p.send("checkup", document{p.dice.IntN(60), nil})
		return "three weeks, and a visit is taken back"
	default:
		p.send("unit_target", document{1, nil})
		return "nothing that is counted"
	}
}

func TestComputeIncrementalEqualsWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			p := newProvince(t, seed)
			p.send("checkup", p.some(40)...)
			p.compute()
			for round := range 8 {
				what := p.happen(round + int(seed))
				some := p.compute()
				if !some.Fresh {
					t.Fatalf("%s: nothing was computed", what)
				}
				incremental := p.figures()
				p.agenda.Whole = true
				whole := p.compute()
				p.agenda.Whole = false
				if diff := cmp.Diff(p.figures(), incremental); diff != "" {
					t.Fatalf("round %d, %s (-whole +incremental):\n%s", round, what, diff)
				}
				if whole.Restated != 0 || whole.Cells != some.Cells {
					t.Errorf("%s: counting everything anew restates %d of %d figures, there were %d", what, whole.Restated, whole.Cells, some.Cells)
				}
			}
		})
	}
}

var _ = indicator.Province
