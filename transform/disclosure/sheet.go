package disclosure

import "math"

// state is what a reader sees of a number.
type state uint8

// The states. Absent numbers are nothing to the reader, who works zeros out from a
// parent or a total that has no room for more.
const (
	absent state = iota
	zero
	shown
	hidden
)

// What it costs to hide a number: one that is hidden already costs nothing, a small
// one little more than none, a zero more than all others together, and what a reader
// works out cannot be hidden.
const (
	costOfCell  = 64
	costOfFold  = 8 // for each doubling of the number
	costOfZero  = 1 << 28
	costOfNever = 1 << 50
)

// sheet is a table while it is worked on. Its numbers stand by node and window, its
// steps by node and step.
type sheet struct {
	table *Table
	// whole says that all numbers are whole, as those of persons and events are.
	whole bool
	// complete says of each unit that the units below add up to it.
	complete []bool
	// windows is their number; slots stand by node × windows + window.
	windows int
	slots   []slot
	// has says of each window that the table has a number of it.
	has []bool
	// steps hold one way in which leaves can have come to their numbers, perNode of
	// them for each.
	perNode int
	steps   []float64
}

// of returns the slots of a node by window, stepsOf its steps.
func (s *sheet) of(node int32) []slot { return s.slots[int(node)*s.windows:][:s.windows] }

func (s *sheet) stepsOf(node int32) []float64 { return s.steps[int(node)*s.perNode:][:s.perNode] }

// slot is one number of a sheet.
type slot struct {
	state state
	cost  int
	value float64
	// moved is what is added to the value while moves are tried.
	moved float64
	// low and high are the least and greatest value that the number takes in tables
	// that agree with everything shown.
	low, high float64
}

// newSheet places the cells of a table. Where a unit has two for one window, the
// less counts, so that the order of cells does not.
func newSheet(t *Table, g *grid, place map[window]int32) *sheet {
	s := &sheet{table: t, whole: true, windows: len(g.windows), perNode: g.steps}
	s.slots, s.has = make([]slot, len(t.Units)*s.windows), make([]bool, s.windows)
	for i := range t.Cells {
		c := &t.Cells[i]
		w := place[window{c.From, c.To}]
		at := &s.of(int32(c.Unit))[w]
		s.has[w] = true
		if c.Zero {
			at.rule()
			continue
		}
		if at.state != shown || c.Value < at.value {
			*at = slot{state: shown, value: c.Value, low: c.Value, high: c.Value, cost: cost(c.Value)}
		}
		s.whole = s.whole && c.Value == math.Trunc(c.Value)
	}
	s.complete = s.addsUp()
	return s
}

// addsUp says of each unit whether the units below add up to it: the table says so,
// and it is so in each window. Those of a table that is not additive may come to
// more, by what is counted below several of them.
func (s *sheet) addsUp() []bool {
	below, children := make([]float64, len(s.slots)), make([]int, len(s.table.Units))
	for i, u := range s.table.Units {
		if u.Parent < 0 {
			continue
		}
		children[u.Parent]++
		for w, slot := range s.of(int32(i)) {
			below[u.Parent*s.windows+w] += slot.value
		}
	}
	complete := make([]bool, len(s.table.Units))
	for i, u := range s.table.Units {
		complete[i] = u.Complete
		for w, own := range s.of(int32(i)) {
			sum := below[i*s.windows+w]
			more := !s.table.AdditiveUnits && children[i] > 1 && sum > own.value
			complete[i] = complete[i] && (own.state == absent || more || equal(own.value, sum))
		}
	}
	return complete
}

// equal compares sums of numbers that need not be whole.
func equal(a, b float64) bool {
	const precision = 1e-9
	return math.Abs(a-b) <= precision*max(1, math.Abs(a), math.Abs(b))
}

func cost(value float64) int {
	if value == 0 {
		return costOfZero
	}
	return costOfCell + costOfFold*math.Ilogb(1+math.Abs(value))
}

// rule makes an absent number the zero that a reader takes it for.
func (s *slot) rule() {
	if s.state == absent {
		s.state, s.cost = zero, costOfNever
	}
}

// hide withholds a number that would be shown.
func (s *slot) hide() {
	if s.state == shown {
		s.state, s.cost = hidden, 0
	}
}

// reach notes that the number takes the values from low to high.
func (s *slot) reach(low, high float64) {
	s.low, s.high = min(s.low, low), max(s.high, high)
}
