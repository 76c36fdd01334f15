package disclosure

import (
	"cmp"
	"slices"
)

// mix is a change over tables: those it reaches, with the sign by which it does.
type mix []term

// The mixes tried for a table. More than one or two is rare.
const mixesTried = 32

// balance looks for changes of tables that keep all sums.
type balance struct {
	sums  []Sum
	found []mix
}

// mixes returns the changes by one of a table that keep the sums it is part of,
// those of few tables first.
func mixes(table, tables int, sums []Sum) []mix {
	b := &balance{sums: sums}
	signs := make([]float64, tables)
	signs[table] = 1
	b.solve(signs)
	slices.SortStableFunc(b.found, func(x, y mix) int { return cmp.Compare(len(x), len(y)) })
	return b.found
}

// solve mends the first sum that does not hold in each way there is.
func (b *balance) solve(signs []float64) {
	if len(b.found) >= mixesTried {
		return
	}
	for _, s := range b.sums {
		excess := signs[s.Total]
		for _, p := range s.Parts {
			excess -= signs[p]
		}
		if excess == 0 {
			continue
		}
		b.mend(signs, s.Total, -excess)
		for _, p := range s.Parts {
			b.mend(signs, p, excess)
		}
		return
	}
	b.keep(signs)
}

func (b *balance) mend(signs []float64, table int, change float64) {
	if signs[table] != 0 {
		return
	}
	signs[table] = sign(change > 0)
	b.solve(signs)
	signs[table] = 0
}

func (b *balance) keep(signs []float64) {
	var m mix
	for i, s := range signs {
		if s != 0 {
			m = append(m, term{int32(i), s})
		}
	}
	if !slices.ContainsFunc(b.found, func(f mix) bool { return slices.Equal(f, m) }) {
		b.found = append(b.found, m)
	}
}

// joined returns the tables that sums tie to each other, each list in order.
func joined(tables int, sums []Sum) [][]int {
	first := make([]int, tables)
	for i := range first {
		first[i] = i
	}
	find := func(i int) int {
		for first[i] != i {
			i = first[i]
		}
		return i
	}
	for _, s := range sums {
		for _, p := range s.Parts {
			a, b := find(s.Total), find(p)
			first[max(a, b)] = min(a, b)
		}
	}
	var groups [][]int
	place := make([]int, tables)
	for i := range tables {
		root := find(i)
		if root == i {
			place[i] = len(groups)
			groups = append(groups, nil)
		}
		groups[place[root]] = append(groups[place[root]], i)
	}
	return groups
}
