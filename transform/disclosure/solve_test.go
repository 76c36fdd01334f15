package disclosure_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"thidua/transform/disclosure"
)

// elimination holds the equations that a reader has, each a row of whole
// coefficients with a pivot. All stay whole, so that nothing is rounded.
type elimination struct {
	rows   [][]int64
	pivots []int
}

// reduce takes a row as far as the equations reach: what is left is zero where the
// row is worked out from them.
func (e *elimination) reduce(t *testing.T, row []int64) {
	for i, p := range e.pivots {
		if row[p] == 0 {
			continue
		}
		own, other := e.rows[i][p], row[p]
		var divisor int64
		for k := range row {
			row[k] = row[k]*own - e.rows[i][k]*other
			divisor = gcd(divisor, row[k])
			if row[k] > 1<<30 || row[k] < -1<<30 {
				t.Fatal("coefficients grow beyond what can be multiplied")
			}
		}
		for k := range row {
			row[k] /= max(1, divisor)
		}
	}
}

func (e *elimination) add(t *testing.T, row []int64) {
	e.reduce(t, row)
	if p := slices.IndexFunc(row, func(v int64) bool { return v != 0 }); p >= 0 {
		e.rows, e.pivots = append(e.rows, row), append(e.pivots, p)
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

func (s *secret) row(at position) []int64 {
	row := make([]int64, len(s.truth))
	for _, a := range s.atoms(at) {
		row[a] = 1
	}
	return row
}

// solved counts the hidden cells that follow from what is known.
func (p *publication) solved(t *testing.T) (solved int) {
	e := &elimination{}
	for _, at := range p.positions {
		if _, known := p.known(at); known {
			e.add(t, p.secret.row(at))
		}
	}
	for at, c := range p.cells {
		if !c.Suppressed {
			continue
		}
		row := p.secret.row(at)
		e.reduce(t, row)
		if !slices.ContainsFunc(row, func(v int64) bool { return v != 0 }) {
			solved++
		}
	}
	return solved
}

// suppress hides what has to be, and checks what every result has to be.
func (p *publication) suppress(t *testing.T, least float64) (hidden int) {
	t.Helper()
	if err := disclosure.Suppress(p.tables, p.sums, least); err != nil {
		t.Fatal(err)
	}
	small := 0
	for _, c := range p.cells {
		if c.Suppressed {
			hidden++
		}
		if c.Value > 0 && c.Value < least {
			small++
			if !c.Suppressed {
				t.Fatal("a small number is shown")
			}
		}
	}
	if small == 0 && hidden > 0 {
		t.Fatal("numbers are hidden although none is small")
	}
	return hidden
}

// TestNothingIsSolved takes the equations of many tables together, exactly: no hidden
// cell follows from them.
func TestNothingIsSolved(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	hidden, untouched, tried := 0, 0, 3000
	for i := range tried {
		p := randomSecret(r, 12, 8, 1+i%40).publish(r)
		n := p.suppress(t, disclosure.DefaultLeast)
		hidden += n
		if n == 0 {
			untouched++
		}
		if n := p.solved(t); n > 0 {
			t.Fatalf("table %d: %d hidden cells follow from those shown", i, n)
		}
	}
	if hidden < 10*tried || untouched < tried/100 {
		t.Errorf("%d cells hidden, %d tables shown whole, of %d tables: too few to attack", hidden, untouched, tried)
	}
}
