package disclosure_test

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// equation is the value of a sum of atoms.
type equation struct {
	atoms []int
	value int
}

// enumeration looks for whole numbers from 0 to most that satisfy equations.
type enumeration struct {
	most       int
	rest, open []int
	// of lists the equations of each atom.
	of [][]int
}

// possible tells whether there are such numbers.
func possible(atoms, most int, equations []equation) bool {
	e := &enumeration{most: most, of: make([][]int, atoms)}
	for i, q := range equations {
		e.rest, e.open = append(e.rest, q.value), append(e.open, len(q.atoms))
		for _, a := range q.atoms {
			e.of[a] = append(e.of[a], i)
		}
	}
	return e.try(0)
}

func (e *enumeration) try(atom int) bool {
	if atom == len(e.of) {
		return true
	}
	low, high := 0, e.most
	for _, i := range e.of[atom] {
		high = min(high, e.rest[i])
		if e.open[i] == 1 {
			low = max(low, e.rest[i])
		}
	}
	for v := low; v <= high; v++ {
		e.set(atom, v, 1)
		found := e.try(atom + 1)
		e.set(atom, -v, -1)
		if found {
			return true
		}
	}
	return false
}

func (e *enumeration) set(atom, value, atoms int) {
	for _, i := range e.of[atom] {
		e.rest[i] -= value
		e.open[i] -= atoms
	}
}

// TestSmallNumbersStayOpen tries all whole numbers in small tables: each small number
// could have been any other small one, over a range as wide as is promised.
func TestSmallNumbersStayOpen(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	asked := 0
	for i := range 2000 {
		least := 2 + r.IntN(4)
		s := randomSecret(r, 5, 4, 1+r.IntN(5))
		if len(s.truth) > 12 {
			continue
		}
		p := s.publish(r)
		p.suppress(t, float64(least))
		var known []equation
		for _, at := range p.positions {
			if v, ok := p.known(at); ok {
				known = append(known, equation{s.atoms(at), v})
			}
		}
		most := slices.Max(s.truth) + least + 1
		for _, at := range p.positions {
			c := p.cells[at]
			if c == nil || c.Value <= 0 || c.Value >= float64(least) {
				continue
			}
			asked++
			can := func(v int) bool {
				return possible(len(s.truth), most, append(slices.Clone(known), equation{s.atoms(at), v}))
			}
			for v := 1; v <= least; v++ {
				if !can(v) {
					t.Fatalf("table %d: a small number cannot be %d", i, v)
				}
			}
			if !can(0) && !can(least+1) {
				t.Fatalf("table %d: the range of a small number is too narrow", i)
			}
		}
	}
	if asked < 1000 {
		t.Errorf("%d small numbers asked for: too few", asked)
	}
}
