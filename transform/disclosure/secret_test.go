package disclosure_test

import (
	"math/rand/v2"
	"slices"

	"thidua/transform/disclosure"
)

// secret is what really happened: a number for each atom, which is a table that is
// no total, a unit or what is counted for none below it, and a stretch between
// neighbouring ends of windows. Every published cell is a sum of atoms. It is made
// without the package's own notions, so that an attack does not share its errors.
type secret struct {
	units   []disclosure.Unit
	windows []window
	// stock says that each window is a stretch of its own.
	stock bool
	cuts  []int32
	// owners lists the atoms' units, a remainder by the unit it belongs to.
	owners []int
	parts  int
	truth  []int
}

// randomSecret invents units, windows in two calendars that overlap, and numbers
// that are mostly small.
func randomSecret(r *rand.Rand, unitsMost, windowsMost, stretchMost int) *secret {
	s := &secret{parts: 1 + (r.IntN(5)+1)/5, units: []disclosure.Unit{{Parent: -1, Complete: r.IntN(3) > 0}}}
	for n := 1 + r.IntN(unitsMost); len(s.units) < n; {
		s.units = append(s.units, disclosure.Unit{Parent: r.IntN(len(s.units)), Complete: r.IntN(6) > 0})
	}
	for i, u := range s.units {
		below := slices.ContainsFunc(s.units, func(v disclosure.Unit) bool { return v.Parent == i })
		if !below || !u.Complete {
			s.owners = append(s.owners, i)
		}
	}
	s.windows, s.stock = randomWindows(r, windowsMost), r.IntN(8) == 0
	for _, w := range s.windows {
		s.cuts = append(s.cuts, w.from, w.to+1)
	}
	slices.Sort(s.cuts)
	s.cuts = slices.Compact(s.cuts)
	s.truth = make([]int, s.parts*len(s.owners)*s.stretches())
	for i := range s.truth {
		if r.IntN(3) > 0 {
			s.truth[i] = r.IntN(1 + r.IntN(stretchMost))
		}
	}
	return s
}

// randomWindows invents months of one or two calendars and their spans to date.
func randomWindows(r *rand.Rand, most int) []window {
	var windows []window
	months := func(from, length int32, n int) {
		for m := range int32(n) {
			windows = append(windows, window{from + m*length, from + (m+1)*length - 1})
		}
		if r.IntN(4) > 0 {
			windows = append(windows, window{from, from + int32(n)*length - 1})
		}
	}
	months(0, 30, 1+r.IntN(most/2))
	if r.IntN(2) == 0 {
		months(int32(-15*r.IntN(3)), 30, 1+r.IntN(most/2))
	}
	slices.SortFunc(windows, func(a, b window) int { return int(a.from-b.from)*1000 + int(a.to-b.to) })
	windows = slices.Compact(windows)
	return windows[:min(most, len(windows))]
}

func (s *secret) stretches() int {
	if s.stock {
		return len(s.windows)
	}
	return len(s.cuts) - 1
}

func (s *secret) covers(w window, stretch int) bool {
	if s.stock {
		return s.windows[stretch] == w
	}
	return s.cuts[stretch] >= w.from && s.cuts[stretch] <= w.to
}

// atoms lists the atoms that a number is the sum of. Table number parts is the total.
func (s *secret) atoms(p position) []int {
	var all []int
	for part := range s.parts {
		if p.table < s.parts && p.table != part {
			continue
		}
		for o, owner := range s.owners {
			for owner != -1 && owner != p.unit {
				owner = s.units[owner].Parent
			}
			for k := range s.stretches() {
				if owner == p.unit && s.covers(p.window, k) {
					all = append(all, (part*len(s.owners)+o)*s.stretches()+k)
				}
			}
		}
	}
	return all
}

// position is where a number stands.
type position struct {
	table, unit int
	window      window
}

// publication is what was published of a secret.
type publication struct {
	secret *secret
	tables []*disclosure.Table
	sums   []disclosure.Sum
	// positions lists all that a number could stand at; cells those that there are.
	positions []position
	cells     map[position]*disclosure.Cell
}

// publish makes the tables, and the sum where there are two parts. Units below the
// top without anything to show are sometimes left out.
func (s *secret) publish(r *rand.Rand) *publication {
	p := &publication{secret: s, tables: make([]*disclosure.Table, 1), cells: make(map[position]*disclosure.Cell)}
	if s.parts == 2 {
		p.tables = make([]*disclosure.Table, 3)
		p.sums = []disclosure.Sum{{Total: 2, Parts: []int{0, 1}}}
	}
	sparse := r.IntN(3) == 0
	for i := range p.tables {
		t := &disclosure.Table{Units: s.units, AdditiveUnits: true, AdditiveTime: !s.stock}
		for u := range s.units {
			for _, w := range s.windows {
				at, value := position{i, u, w}, 0
				for _, a := range s.atoms(at) {
					value += s.truth[a]
				}
				p.positions = append(p.positions, at)
				if value > 0 || u == 0 || !sparse || r.IntN(2) == 0 {
					t.Cells = append(t.Cells, disclosure.Cell{Unit: u, From: w.from, To: w.to, Value: float64(value)})
				}
			}
		}
		r.Shuffle(len(t.Cells), func(a, b int) { t.Cells[a], t.Cells[b] = t.Cells[b], t.Cells[a] })
		for k := range t.Cells {
			c := &t.Cells[k]
			p.cells[position{i, c.Unit, window{c.From, c.To}}] = c
		}
		p.tables[i] = t
	}
	return p
}

// known tells the value of a number, where a reader sees it or takes it for zero
// because a unit above or a total accounts for all.
func (p *publication) known(at position) (int, bool) {
	if c := p.cells[at]; c != nil {
		return int(c.Value), !c.Suppressed
	}
	return 0, p.accounted(at)
}

func (p *publication) accounted(at position) bool {
	if p.cells[at] != nil {
		return true
	}
	up, total := at, at
	up.unit, total.table = p.secret.units[at.unit].Parent, p.secret.parts
	return up.unit >= 0 && p.secret.units[up.unit].Complete && p.accounted(up) ||
		p.secret.parts > 1 && at.table != total.table && p.accounted(total)
}
