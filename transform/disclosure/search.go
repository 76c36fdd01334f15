package disclosure

import "math"

// spot is a number of a group.
type spot struct {
	sheet        int
	node, window int32
}

// none stands for no node.
const none = -1

// change is what happens to a unit: over the sheets of a mix, in the windows and
// steps of a shift.
type change struct {
	mix   mix
	shift *shift
}

// move is a change that keeps all sums: something more in one leaf, and as much less
// in another, from both up to below the node that they have in common. Without a
// second leaf it goes up to the top.
type move struct {
	change
	plus, minus int32
	common      int32
	// down and up are how far it can be taken either way.
	down, up float64
}

// search looks for the cheapest move that lets a number take other values.
type search struct {
	*group
	at spot
	// from is the number as it stands, with its reach.
	from slot
	// towards is -1 or 1, the way in which the number has to move.
	towards int
	change
	best  move
	score int
}

// What a move costs for each value that is still lacking after it, so that one that
// is wide enough is preferred to two that are cheap.
const costOfLack = 40

// carrier is a leaf that a move can use, with what was spent on the way to it, how
// far it can be taken and what the number then still lacks.
type carrier struct {
	leaf     int32
	spent    int
	lack     int
	down, up float64
}

func (c carrier) score() int { return c.spent + c.lack }

// seek returns the cheapest move of a number, if one takes it the way it has to go.
func (g *group) seek(at spot, towards int) (move, bool) {
	s := search{group: g, at: at, from: *g.slot(at), towards: towards, score: costOfNever}
	for _, s.mix = range g.mixes[at.sheet] {
		shifts := g.grid.shifts[at.window]
		for i := range shifts {
			s.shift = &shifts[i]
			s.try()
		}
	}
	return s.best, s.score < costOfNever
}

func (g *group) slot(at spot) *slot {
	return &g.sheets[at.sheet].of(at.node)[at.window]
}

// try looks for leaves: one below the number itself, the other below a sibling of it
// or of a node above, or none where the way up ends. A second leaf never takes a move
// further than the first.
func (s *search) try() {
	first := s.lightest(s.at.node, 1, carrier{down: math.Inf(1), up: math.Inf(1)})
	for node := s.at.node; first.leaf != none && first.score() < s.score; {
		above := s.tree.parent[node]
		if above == none {
			s.keep(first, carrier{leaf: none, spent: first.spent, lack: first.lack, down: first.down, up: first.up}, above)
			return
		}
		for _, sibling := range s.tree.children[above] {
			if sibling == node {
				continue
			}
			if second := s.lightest(sibling, -1, first); second.leaf != none {
				s.keep(first, second, above)
			}
		}
		node = above
		first.spent += s.cost(above)
	}
}

// lightest returns the cheapest leaf below a node for a move that uses the leaf held
// already, all that is spent included. There is none where all cost as much as the
// best move.
func (s *search) lightest(node int32, sign float64, held carrier) carrier {
	best := carrier{leaf: none, lack: s.score}
	held.spent += s.cost(node)
	if held.score() >= s.score {
		return best
	}
	if s.tree.leaf(node) {
		down, up := s.room(node, sign)
		held.leaf, held.down, held.up = node, min(held.down, down), min(held.up, up)
		var further bool
		if held.lack, further = s.lack(held.down, held.up); further && held.score() < s.score {
			return held
		}
		return best
	}
	for _, child := range s.tree.children[node] {
		if c := s.lightest(child, sign, held); c.score() < best.score() {
			best = c
		}
	}
	return best
}

// keep makes a move the best one.
func (s *search) keep(first, second carrier, common int32) {
	s.score = second.score()
	s.best = move{
		change: s.change, plus: first.leaf, minus: second.leaf, common: common,
		down: second.down, up: second.up,
	}
}

// cost is what it takes to hide all numbers of a node that the move changes.
func (s *search) cost(node int32) int {
	sum := 0
	for _, m := range s.mix {
		slots := s.sheets[m.at].of(node)
		for _, w := range s.shift.windows {
			sum += slots[w.at].cost
		}
	}
	return sum
}

// room is how far a leaf lets the move be taken before a step falls below zero.
func (s *search) room(leaf int32, sign float64) (down, up float64) {
	down, up = math.Inf(1), math.Inf(1)
	sign *= s.tree.side(leaf)
	for _, m := range s.mix {
		steps := s.sheets[m.at].stepsOf(leaf)
		for _, t := range s.shift.steps {
			if sign*m.sign*t.sign > 0 {
				down = min(down, steps[t.at])
			} else {
				up = min(up, steps[t.at])
			}
		}
	}
	return down, up
}

// lack is the price of the values that the number cannot take yet after a move, and
// whether the move takes it further.
func (s *search) lack(down, up float64) (int, bool) {
	value := s.from.value + s.from.moved
	low, high := min(s.from.low, value-down), max(s.from.high, value+up)
	lacking := lacksBelow(low) + lacksAbove(low, high, s.least)
	further := down > 0
	if s.towards > 0 {
		further = up > 0
	}
	return int(math.Ceil(costOfLack * lacking)), further
}

// lacksBelow and lacksAbove are how far the reach of a small number is from what is
// promised.
func lacksBelow(low float64) float64 { return max(0, low-1) }

func lacksAbove(low, high, least float64) float64 { return max(0, least-1-high, low+least-high) }
