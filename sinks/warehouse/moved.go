package warehouse

import (
	"slices"

	"thidua/transform/disclosure"
	"thidua/transform/indicator"
)

// parents are the units that one was ever below: of the next level that is published.
func (v *veil) parents(unit int) []int {
	levels, p := indicator.Levels(), v.places[unit]
	var found []int
	for _, code := range p.above {
		for l := slices.Index(levels, indicator.Level(p.level)) - 1; l >= 0; l-- {
			if at, known := v.unitAt[unitKey{p.province, string(levels[l]), code}]; known {
				found = append(found, at)
				break
			}
		}
	}
	return found
}

// hideMoved hides more around units that were below one unit in some windows and below
// another in others, since what adds up to what was worked out for one of them. Where a
// number of a unit that such a one was ever below is hidden, or one of the units below
// that, all of these are, in all windows and in the tables that sums tie to it: they are
// then known together at most. Whatever is hidden more spoils no proof for the rest.
func (v *veil) hideMoved(sums []disclosure.Sum) {
	around := v.moved()
	if len(around) == 0 {
		return
	}
	tied := map[int]bool{}
	for _, s := range sums {
		tied[s.Total] = true
		for _, p := range s.Parts {
			tied[p] = true
		}
	}
	each := func(visit func(table int, c *disclosure.Cell)) {
		for i, t := range v.tables {
			for n := range t.Cells {
				if around[t.Cells[n].Unit] {
					visit(i, &t.Cells[n])
				}
			}
		}
	}
	hides, tiedHide := map[int]bool{}, false
	each(func(table int, c *disclosure.Cell) {
		if c.Suppressed {
			hides[table], tiedHide = true, tiedHide || tied[table]
		}
	})
	each(func(table int, c *disclosure.Cell) {
		c.Suppressed = c.Suppressed || hides[table] || tied[table] && tiedHide
	})
}

// moved are the units that one which moved was ever below, and all below them.
func (v *veil) moved() map[int]bool {
	around, parents := map[int]bool{}, make([][]int, len(v.units))
	for at := range v.units {
		if parents[at] = v.parents(at); len(parents[at]) > 1 {
			around[at] = true
			for _, up := range parents[at] {
				around[up] = v.places[up].level != string(indicator.Province)
			}
		}
	}
	// Units stand at most three levels below each other.
	for range indicator.Levels() {
		for at := range v.units {
			around[at] = around[at] || slices.ContainsFunc(parents[at], func(up int) bool { return around[up] })
		}
	}
	for at, is := range around {
		if !is {
			delete(around, at)
		}
	}
	return around
}
