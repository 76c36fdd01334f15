package disclosure

import (
	"cmp"
	"slices"
)

// window is the days from From to To, both included.
type window struct{ from, to int32 }

func byDays(a, b window) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

// term is a place with the sign by which a change reaches it.
type term struct {
	at   int32
	sign float64
}

// shift is a change over time: the windows whose numbers it changes by one, and the
// steps in which it adds or takes one.
type shift struct {
	windows, steps []term
}

// grid is the windows of a table and the steps between their ends. A span is the
// sum of its steps; where time does not add up, each window is a step of its own.
type grid struct {
	windows  []window
	additive bool
	// begin and end are the ends of each window, counted over the days on which
	// windows begin or end; its steps run from begin to end, the latter excluded.
	begin, end []int32
	steps      int
	// around lists the windows that begin or end at each end.
	around [][]int32
	// shifts are the changes of each window, its own number by one up, those that
	// change few windows first.
	shifts [][]shift
}

// grids keeps what was made, since most tables have the same windows.
type grids struct{ made []*grid }

func (g *grids) of(windows []window, additive bool) *grid {
	for _, m := range g.made {
		if m.additive == additive && slices.Equal(m.windows, windows) {
			return m
		}
	}
	m := newGrid(windows, additive)
	g.made = append(g.made, m)
	return m
}

// newGrid takes windows in order, each once.
func newGrid(windows []window, additive bool) *grid {
	g := &grid{windows: windows, additive: additive, shifts: make([][]shift, len(windows))}
	if !additive {
		g.steps = len(windows)
		for w := range windows {
			own := []term{{at: int32(w), sign: 1}}
			g.begin, g.end = append(g.begin, int32(w)), append(g.end, int32(w)+1)
			g.shifts[w] = []shift{{windows: own, steps: own}}
		}
		return g
	}
	var days []int32
	for _, w := range windows {
		days = append(days, w.from, w.to+1)
	}
	slices.Sort(days)
	days = slices.Compact(days)
	g.steps = max(0, len(days)-1)
	g.around = make([][]int32, len(days))
	for w, win := range windows {
		begin, _ := slices.BinarySearch(days, win.from)
		end, _ := slices.BinarySearch(days, win.to+1)
		g.begin, g.end = append(g.begin, int32(begin)), append(g.end, int32(end))
		g.around[begin] = append(g.around[begin], int32(w))
		g.around[end] = append(g.around[end], int32(w))
	}
	for w := range windows {
		g.shifts[w] = g.shiftsOf(int32(w))
	}
	return g
}

// The changes tried for a window, beside those that add to a single step and that
// are always possible.
const shiftsTried = 32

// shiftsOf collects the changes of a window. Cuts move some ends of windows against
// the others and change the fewest windows; pairs move something from a step outside
// into one inside, which is possible where cuts leave too little room.
func (g *grid) shiftsOf(w int32) []shift {
	var all, single []shift
	for v := range g.windows {
		for _, turned := range []bool{false, true} {
			if side := g.cut(w, int32(v), turned); side != nil {
				all = append(all, g.moveEnds(side))
			}
		}
	}
	for in := g.begin[w]; in < g.end[w]; in++ {
		for out := range int32(g.steps) {
			if out < g.begin[w] || out >= g.end[w] {
				all = append(all, g.moveSteps([]term{{in, 1}, {out, -1}}))
			}
		}
		single = append(single, g.moveSteps([]term{{in, 1}}))
	}
	all = distinct(all)
	return append(all[:min(len(all), shiftsTried)], distinct(single)...)
}

// moveEnds returns the change that moves all of one side of the ends up by one.
func (g *grid) moveEnds(side []bool) shift {
	var s shift
	for i := range g.steps {
		if side[i] != side[i+1] {
			s.steps = append(s.steps, term{int32(i), sign(side[i+1])})
		}
	}
	for w := range g.windows {
		if side[g.begin[w]] != side[g.end[w]] {
			s.windows = append(s.windows, term{int32(w), sign(side[g.end[w]])})
		}
	}
	return s
}

func sign(up bool) float64 {
	if up {
		return 1
	}
	return -1
}

// moveSteps returns the change that adds to and takes from the steps.
func (g *grid) moveSteps(steps []term) shift {
	s := shift{steps: steps}
	for w := range g.windows {
		change := 0.0
		for _, t := range steps {
			if g.begin[w] <= t.at && t.at < g.end[w] {
				change += t.sign
			}
		}
		if change != 0 {
			s.windows = append(s.windows, term{int32(w), change})
		}
	}
	return s
}

// distinct sorts changes, those of few windows first, and drops what comes twice.
func distinct(all []shift) []shift {
	compare := func(a, b term) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.sign, b.sign)) }
	slices.SortFunc(all, func(a, b shift) int {
		return cmp.Or(cmp.Compare(len(a.windows), len(b.windows)), cmp.Compare(len(a.steps), len(b.steps)),
			slices.CompareFunc(a.windows, b.windows, compare), slices.CompareFunc(a.steps, b.steps, compare))
	})
	return slices.CompactFunc(all, func(a, b shift) bool {
		return slices.Equal(a.windows, b.windows) && slices.Equal(a.steps, b.steps)
	})
}

// cut parts the ends of windows so that window w lies across, and v beside it or,
// turned, the other way round, and as few others as can be. It returns the side to
// which the end of w belongs, or nil where there is no such parting.
func (g *grid) cut(w, v int32, turned bool) []bool {
	inside, outside := [2]int32{g.end[w], g.end[v]}, [2]int32{g.begin[w], g.begin[v]}
	if turned {
		inside[1], outside[1] = outside[1], inside[1]
	}
	if inside[0] == outside[1] || inside[1] == outside[0] {
		return nil
	}
	// Greatest flow, least cut: each window carries one, either way.
	flow := make([]int8, len(g.windows))
	for {
		via, reached := g.flood(flow, inside)
		sink := int32(-1)
		for _, s := range outside {
			if reached[s] {
				sink = s
			}
		}
		if sink < 0 {
			return reached
		}
		for sink != inside[0] && sink != inside[1] {
			edge := via[sink]
			if g.end[edge] == sink {
				flow[edge]++
				sink = g.begin[edge]
			} else {
				flow[edge]--
				sink = g.end[edge]
			}
		}
	}
}

// flood returns the ends that can be reached over windows with room left, and the
// window over which each was reached first.
func (g *grid) flood(flow []int8, from [2]int32) (via []int32, reached []bool) {
	via, reached = make([]int32, len(g.around)), make([]bool, len(g.around))
	reached[from[0]], reached[from[1]] = true, true
	for queue := []int32{from[0], from[1]}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, edge := range g.around[at] {
			next, room := g.end[edge], flow[edge] < 1
			if next == at {
				next, room = g.begin[edge], flow[edge] > -1
			}
			if room && !reached[next] {
				reached[next], via[next] = true, edge
				queue = append(queue, next)
			}
		}
	}
	return via, reached
}
