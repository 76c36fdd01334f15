package disclosure

import (
	"cmp"
	"math"
	"slices"
)

// suppress hides the small numbers of a group and what keeps them hidden, and marks
// the cells.
func (g *group) suppress() {
	small := g.small()
	for _, at := range small {
		g.slot(at).hide()
	}
	for _, at := range small {
		g.protect(at)
	}
	g.mark()
}

// small lists the small numbers, the smallest first: the greater are then mostly kept
// hidden by what was hidden for these.
func (g *group) small() []spot {
	var small []spot
	for i, s := range g.sheets {
		for at := range s.slots {
			if v := s.slots[at].value; s.slots[at].state == shown && v > 0 && v < g.least {
				windows := len(g.grid.windows)
				small = append(small, spot{i, int32(at / windows), int32(at % windows)})
			}
		}
	}
	slices.SortStableFunc(small, func(a, b spot) int { return cmp.Compare(g.slot(a).value, g.slot(b).value) })
	return small
}

// protect finds moves until a small number takes all values it could have.
func (g *group) protect(at spot) {
	for _, towards := range []int{-1, 1} {
		g.widen(at, towards)
	}
}

// lacks reports whether a number has yet to move down or up.
func (g *group) lacks(at spot, towards int) bool {
	s := g.slot(at)
	if towards < 0 {
		return lacksBelow(s.low) > 0
	}
	return lacksAbove(s.low, s.high, g.least) > 0
}

// The moves taken for a number. One or two are enough for numbers that agree.
const movesTaken = 64

// widen takes one move after the other, each from where the last one ended, until
// the number has moved far enough. Then all numbers are put back.
func (g *group) widen(at spot, towards int) {
	var taken []move
	var lengths []float64
	for g.lacks(at, towards) {
		m, ok := g.seek(at, towards)
		if !ok || len(taken) == movesTaken {
			g.withdraw(at)
			break
		}
		g.take(m)
		length := -min(m.down, g.least)
		if towards > 0 {
			length = min(m.up, g.least)
		}
		g.shiftBy(m, length)
		taken, lengths = append(taken, m), append(lengths, length)
	}
	for i, m := range taken {
		g.shiftBy(m, -lengths[i])
	}
}

// take hides the numbers that a move changes and notes how far they move with it.
func (g *group) take(m move) {
	g.each(m, func(s *slot, sign float64) {
		s.hide()
		value := s.value + s.moved
		if sign > 0 {
			s.reach(value-m.down, value+m.up)
		} else {
			s.reach(value-m.up, value+m.down)
		}
	})
}

// shiftBy changes numbers and steps along a move.
func (g *group) shiftBy(m move, length float64) {
	g.each(m, func(s *slot, sign float64) { s.moved += sign * length })
	leaf := func(node int32, side float64) {
		for _, of := range m.mix {
			steps := g.sheets[of.at].stepsOf(node)
			for _, t := range m.shift.steps {
				steps[t.at] += side * g.tree.side(node) * of.sign * t.sign * length
			}
		}
	}
	leaf(m.plus, 1)
	if m.minus != none {
		leaf(m.minus, -1)
	}
}

// each visits the numbers that a move changes, with the sign by which it does.
func (g *group) each(m move, visit func(s *slot, sign float64)) {
	climb := func(node int32, side float64) {
		for ; node != m.common; node = g.tree.parent[node] {
			for _, of := range m.mix {
				slots := g.sheets[of.at].of(node)
				for _, w := range m.shift.windows {
					visit(&slots[w.at], side*of.sign*w.sign)
				}
			}
		}
	}
	climb(m.plus, 1)
	if m.minus != none {
		climb(m.minus, -1)
	}
}

// withdraw hides everything that a number could be worked out from: it is used where
// the numbers contradict each other, so that there are no tables to prove anything by.
func (g *group) withdraw(at spot) {
	own := g.grid.windows[at.window]
	for _, s := range g.sheets {
		for _, node := range g.tree.down {
			if !g.tree.under(node, at.node) && !g.tree.under(at.node, node) {
				continue
			}
			for w, win := range g.grid.windows {
				if win.from <= own.to && own.from <= win.to {
					s.of(node)[w].hide()
				}
			}
		}
	}
	g.slot(at).reach(math.Inf(-1), math.Inf(1))
}

// mark writes what was hidden into the cells.
func (g *group) mark() {
	place := make(map[window]int, len(g.grid.windows))
	for w, win := range g.grid.windows {
		place[win] = w
	}
	for _, s := range g.sheets {
		for i := range s.table.Cells {
			c := &s.table.Cells[i]
			c.Suppressed = s.of(int32(c.Unit))[place[window{c.From, c.To}]].state == hidden
		}
	}
}
