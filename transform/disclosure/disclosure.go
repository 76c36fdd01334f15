// Package disclosure hides the small numbers of published tables, and as many others
// with them as it takes that nobody gets them back by sums and differences.
//
// A table holds one number for units and windows of days. Units form a tree (a
// province, its districts, their communes, the facilities in them) and a parent is
// the sum of its children; windows overlap (months and spans to date, in two
// calendars) and adjoining ones add up. So a small number that is merely left out is
// the difference of two that are not.
//
// # What a reader may know
//
// All that is shown; all sums over units, over windows and over tables; that numbers
// are whole and not below zero, also those of days between the ends of windows, for
// which nothing is published; that what is hidden is small or stands beside something
// small, and not which. Readers may combine all of it.
//
// # What is promised
//
// For each small number, one above 0 and below the least that is shown, there are
// tables that agree with everything shown, in which it takes each value from 1 to the
// one below the least, over a range at least as wide as the least. For all other
// hidden numbers there is a table in which they differ. The range is counted from
// zero, since the file does not say that hidden numbers are not zero; a reader who
// takes that for granted is left with one value less at each end. Of numbers that
// contradict each other nothing can be promised but that the small ones are hidden,
// with those above and below them.
//
// The promise holds by construction: a small number is hidden together with the
// cells of a change that keeps every sum, such as one visit more here and one less
// there in one month, and the other way round in another. The tables before and
// after are the proof, and hiding more elsewhere never spoils it. Equations are not
// searched for solutions, so that one that takes five of them together is no danger.
//
// # What is chosen
//
// The change is taken whose cells are the cheapest to lose: few of them, small, and
// with few units below, so that districts and the province are shown as long as that
// can be. Zeros are hidden where nothing else is left. The result does not depend on
// the order of cells, and a table without small numbers is shown whole.
//
// # What was decided, and what lost
//
//   - Numbers are hidden with a proof. Looking for equations that give a hidden number
//     back, and hiding more until none is found, lost: one equation at a time misses
//     what several give together, and all of them together take too long.
//   - A small number keeps all values below the least. A range as wide as the least
//     alone lost: one that begins at 4 gives away a number known to be below 5.
//   - Windows are ends that rise: a change moves ends. Taking each window for a number
//     of its own lost, since it misses that nothing is below zero between the ends
//     of two calendars.
//
// # What the caller hides
//
// With a hidden numerator or denominator everything that is worked out from it goes:
// value, attainment, difference, a reported figure's difference, restated values, the
// sentence that gives the reason. A verdict beside a shown denominator says on which
// side of the target the numerator lies and goes too where that matters. A number
// that stands in several figures is one table, or is tied to its likes by a Sum with
// one part, else one file shows what another hides.
package disclosure

import (
	"errors"
	"fmt"
)

// DefaultLeast is the least number of persons or events that is shown where a
// province does not say otherwise.
const DefaultLeast = 5

// Sentinels of tables that make no sense. They are faults of the calling program.
var (
	// ErrUnit says that a cell or a parent names no unit of its table, or that a unit
	// is above itself.
	ErrUnit = errors.New("no such unit")
	// ErrWindow says that a window ends before it begins.
	ErrWindow = errors.New("window ends before it begins")
	// ErrSum says that a sum names no table, or joins tables of different units.
	ErrSum = errors.New("sum of tables that do not match")
)

// Unit is who a number is published for.
type Unit struct {
	// Parent is the index of the unit above, -1 for a top.
	Parent int
	// Complete says that the units below add up to this one. It is false where rows
	// are counted here whose unit below is not known: nobody is told how many. It
	// means nothing for a unit without units below.
	Complete bool
}

// Cell is one published number.
type Cell struct {
	// Unit is an index of the table's units.
	Unit int
	// From and To are the days of the window, both included. A number of one day,
	// such as a register as it stands, has twice that day. A running total, which
	// never falls, begins on a day that all its windows share.
	From, To int32
	Value    float64
	// Zero says that there is no such row, and that readers take this for zero whatever
	// the unit above has. It cannot be hidden.
	Zero bool
	// Suppressed is set by Suppress, whatever it was.
	Suppressed bool
}

// Table is all published cells of one number: one part of one indicator in one
// campaign. A unit and window without a cell counts as zero where the unit above has
// a cell and is complete, else as not published.
type Table struct {
	Units []Unit
	Cells []Cell
	// AdditiveUnits and AdditiveTime say that numbers add up over units and over
	// adjoining windows. The first is false for different persons, who are counted
	// anew at each level: then units below a complete one come to at least as much as
	// it has, and a single one to as much. The second is false for persons who come
	// again and for what stands on a day: then windows tell nothing of each other.
	// Persons whom only one window can count add up over time, and so does a running
	// total of any kind: it grows by those who are new.
	AdditiveUnits, AdditiveTime bool
}

// Sum says that in every unit and window one table is the sum of others, by their
// place in the list. A sum of one part says that both are equal. A window that a table
// has no cell of at all is one that nothing is published of.
type Sum struct {
	Total int
	Parts []int
}

// Suppress hides the cells whose values lie above 0 and below least, and those that
// keep them hidden. It is to be given all tables of a publication at once. It returns
// an error, with nothing hidden, for tables that make no sense.
func Suppress(tables []*Table, sums []Sum, least float64) error {
	for i, t := range tables {
		if err := t.check(); err != nil {
			return fmt.Errorf("table %d: %w", i, err)
		}
	}
	for i, s := range sums {
		if err := s.check(tables); err != nil {
			return fmt.Errorf("sum %d: %w", i, err)
		}
	}
	grids := &grids{}
	for _, members := range joined(len(tables), sums) {
		newGroup(tables, members, sums, grids, least).suppress()
	}
	return nil
}

func (t *Table) check() error {
	for i := range t.Units {
		above := t.Units[i].Parent
		for steps := 0; above != -1; steps++ {
			if above < 0 || above >= len(t.Units) || steps >= len(t.Units) {
				return fmt.Errorf("above unit %d: %w", i, ErrUnit)
			}
			above = t.Units[above].Parent
		}
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		if c.Unit < 0 || c.Unit >= len(t.Units) {
			return fmt.Errorf("cell %d: unit %d: %w", i, c.Unit, ErrUnit)
		}
		if c.To < c.From {
			return fmt.Errorf("cell %d: %w", i, ErrWindow)
		}
	}
	return nil
}

func (s Sum) check(tables []*Table) error {
	if s.Total < 0 || s.Total >= len(tables) {
		return fmt.Errorf("total %d: %w", s.Total, ErrSum)
	}
	units := tables[s.Total].Units
	for _, p := range s.Parts {
		if p < 0 || p >= len(tables) || p == s.Total || len(tables[p].Units) != len(units) {
			return fmt.Errorf("part %d: %w", p, ErrSum)
		}
		for i, u := range tables[p].Units {
			if u.Parent != units[i].Parent {
				return fmt.Errorf("part %d: unit %d: %w", p, i, ErrSum)
			}
		}
	}
	return nil
}
