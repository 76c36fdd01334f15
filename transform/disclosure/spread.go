package disclosure

import "math"

// bound is that one end lies at most so much above another.
type bound struct {
	above, below int32
	most         float64
}

// spread finds steps, none below zero, that add up to the numbers of windows: how
// what is counted may have come about between the days for which numbers are
// published. Of all ways it takes one in the middle, so that there is room to either
// side. It returns false, with the nearest it finds, where numbers contradict
// each other.
func (g *grid) spread(numbers []slot, whole bool, steps []float64) bool {
	if !g.additive {
		agreed := true
		for w := range numbers {
			steps[w] = max(0, numbers[w].value)
			agreed = agreed && steps[w] == numbers[w].value
		}
		return agreed
	}
	bounds, total := g.bounds(numbers)
	low, high := make([]float64, g.steps+1), make([]float64, g.steps+1)
	for i := range high {
		high[i] = total
	}
	if g.steps > 0 {
		high[0] = 0
	}
	agreed := relax(bounds, low, high)
	at := func(i int) float64 {
		middle := (low[i] + high[i]) / 2
		if whole {
			// Rounding all down keeps differences of whole numbers in their bounds.
			middle = math.Floor(middle)
		}
		return middle
	}
	for i := range steps {
		steps[i] = at(i+1) - at(i)
		if steps[i] < 0 {
			steps[i], agreed = 0, false
		}
	}
	return agreed
}

// bounds lists what windows say of their ends, and a number that all of them
// together do not exceed.
func (g *grid) bounds(numbers []slot) (bounds []bound, total float64) {
	for i := range int32(g.steps) {
		bounds = append(bounds, bound{above: i, below: i + 1})
	}
	for w := range numbers {
		if v := numbers[w].value; numbers[w].state != absent {
			bounds = append(bounds, bound{above: g.end[w], below: g.begin[w], most: v}, bound{above: g.begin[w], below: g.end[w], most: -v})
			total += math.Abs(v)
		}
	}
	return bounds, total
}

// relax narrows the least and greatest height of each end until the bounds hold, or
// until it is plain that they cannot.
func relax(bounds []bound, low, high []float64) bool {
	for range len(low) + 1 {
		moved := false
		for _, b := range bounds {
			if h := high[b.below] + b.most; h < high[b.above] {
				high[b.above], moved = h, true
			}
			if l := low[b.above] - b.most; l > low[b.below] {
				low[b.below], moved = l, true
			}
		}
		if !moved {
			return true
		}
	}
	return false
}
