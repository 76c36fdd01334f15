package disclosure

import (
	"math"
	"slices"
)

// group is the tables that sums tie to each other, most often a single one. Nothing
// that is shown of one group tells anything of another.
type group struct {
	sheets []*sheet
	tree   *tree
	grid   *grid
	sums   []Sum
	// mixes are the changes of each sheet over sheets.
	mixes [][]mix
	least float64
}

func newGroup(tables []*Table, members []int, sums []Sum, known *grids, least float64) *group {
	g := &group{least: least, sums: within(members, sums)}
	own := make([]*Table, len(members))
	additive := false
	for i, m := range members {
		own[i] = tables[m]
		additive = additive || tables[m].AdditiveTime
	}
	windows := windowsOf(own)
	place := make(map[window]int32, len(windows))
	for i, w := range windows {
		place[w] = int32(i)
	}
	g.grid = known.of(windows, additive)
	for i, t := range own {
		g.sheets = append(g.sheets, newSheet(t, g.grid, place))
		g.mixes = append(g.mixes, mixes(i, len(own), g.sums))
	}
	g.tree = g.join(own)
	g.fill()
	return g
}

// join makes the tree of the tables, which have the same units. A unit is complete
// where it is so in all of them.
func (g *group) join(tables []*Table) *tree {
	additive, complete := false, make([]bool, len(tables[0].Units))
	for u := range complete {
		complete[u] = true
		for _, s := range g.sheets {
			complete[u] = complete[u] && s.complete[u]
		}
	}
	for _, t := range tables {
		additive = additive || t.AdditiveUnits
	}
	return newTree(tables[0].Units, additive, complete)
}

// within returns the sums of the members, counted among these.
func within(members []int, sums []Sum) []Sum {
	var own []Sum
	for _, s := range sums {
		total, found := slices.BinarySearch(members, s.Total)
		if !found || len(s.Parts) == 0 {
			continue
		}
		mine := Sum{Total: total}
		for _, p := range s.Parts {
			at, _ := slices.BinarySearch(members, p)
			mine.Parts = append(mine.Parts, at)
		}
		own = append(own, mine)
	}
	return own
}

func windowsOf(tables []*Table) []window {
	seen := make(map[window]bool)
	for _, t := range tables {
		for i := range t.Cells {
			seen[window{t.Cells[i].From, t.Cells[i].To}] = true
		}
	}
	all := make([]window, 0, len(seen))
	for w := range seen {
		all = append(all, w)
	}
	slices.SortFunc(all, byDays)
	return all
}

// fill works out what a reader takes absent numbers for, and how all numbers may
// have come about.
func (g *group) fill() {
	windows := len(g.grid.windows)
	for _, s := range g.sheets {
		s.slots = append(s.slots, make([]slot, (g.tree.nodes()-g.tree.units)*windows)...)
		s.steps = make([]float64, g.tree.nodes()*g.grid.steps)
	}
	g.weigh()
	for _, sum := range g.sums {
		for at, total := range g.sheets[sum.Total].slots {
			for _, p := range sum.Parts {
				if total.state != absent && g.sheets[p].has[at%windows] {
					g.sheets[p].slots[at].rule()
				}
			}
		}
	}
	for _, s := range g.sheets {
		for _, node := range g.tree.down {
			g.rule(s, node)
		}
		for _, node := range g.tree.down {
			if g.tree.leaf(node) {
				g.grid.spread(g.numbers(s, node), s.whole, s.stepsOf(node))
			}
		}
	}
	for range g.sums {
		for _, sum := range g.sums {
			g.add(sum)
		}
	}
}

// weigh makes the numbers of a unit dearer by as many as are below it: those of a
// district are missed by more people than those of a station.
func (g *group) weigh() {
	leaves := make([]int, g.tree.nodes())
	for _, node := range slices.Backward(g.tree.down) {
		leaves[node] = max(1, leaves[node])
		if above := g.tree.parent[node]; above != none && g.tree.published(node) {
			leaves[above] += leaves[node]
		}
		for _, s := range g.sheets {
			for w, own := range s.of(node) {
				if own.cost < costOfZero {
					s.of(node)[w].cost *= leaves[node]
				}
			}
		}
	}
}

// rule makes zeros of the absent children of a number that its children add up to.
func (g *group) rule(s *sheet, node int32) {
	if !g.tree.published(node) || !s.complete[node] {
		return
	}
	for _, child := range g.tree.children[node] {
		remainder := !g.tree.published(child)
		if remainder && g.tree.overlaps {
			continue
		}
		for w, own := range s.of(node) {
			if remainder || own.state != absent {
				s.of(child)[w].rule()
			}
		}
	}
}

// numbers returns the numbers of a leaf. Those of a remainder are what its siblings
// leave of the parent, those of an overlap what they have too much.
func (g *group) numbers(s *sheet, node int32) []slot {
	if g.tree.published(node) {
		return s.of(node)
	}
	parent := g.tree.parent[node]
	rest := slices.Clone(s.of(parent))
	for w := range rest {
		for _, child := range g.tree.children[parent] {
			rest[w].value -= s.of(child)[w].value
		}
		rest[w].value *= g.tree.side(node)
		if rest[w].state == absent && g.tree.overlaps {
			rest[w].value = math.Inf(1)
		}
	}
	return rest
}

// add makes the steps of a total those of its parts, with what the total has more.
// Where it has less, the sum does not hold and its own steps stay.
func (g *group) add(sum Sum) {
	total := g.sheets[sum.Total]
	for _, node := range g.tree.down {
		if !g.tree.leaf(node) || !g.tree.published(node) && g.tree.overlaps {
			continue
		}
		more, steps := slices.Clone(g.numbers(total, node)), make([]float64, g.grid.steps)
		for _, p := range sum.Parts {
			for w, part := range g.numbers(g.sheets[p], node) {
				more[w].value -= part.value
			}
		}
		if !g.grid.spread(more, total.whole, steps) {
			continue
		}
		for _, p := range sum.Parts {
			for i, v := range g.sheets[p].stepsOf(node) {
				steps[i] += v
			}
		}
		copy(total.stepsOf(node), steps)
	}
}
