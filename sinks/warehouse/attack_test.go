package warehouse_test

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
)

// attacker holds what a reader works out of a published file. He knows where the
// province's facilities are and what the definitions count, and takes every published
// number for the sum of atoms: what is counted of a kind, in a facility (or in a commune
// of which no facility is known, or nowhere), between two neighbouring ends of windows.
// He shares no code with those who hide.
type attacker struct {
	t     *testing.T
	cuts  []calendar.Day
	moves bool
	atoms map[atom]int
	// truth is what he cannot know: by it only those look who count his successes.
	truth map[string][2]*float64
	// shown are the equations he reads, hidden the sums that he is after.
	shown  []equation
	hidden []equation
}

// atom is the smallest part of a number.
type atom struct {
	kind, place string
	stretch     int
}

// equation says what a sum of atoms comes to. Of a hidden one the attacker does not know
// the value.
type equation struct {
	name  string
	atoms []int
	value float64
}

// kindsOf are the kinds of rows that the measures count.
var kindsOf = map[string][2][]string{
	"kind_a": {{"a"}, {"a", "b"}}, "each": {{"a"}, {"a", "b"}}, "kind_b": {{"b"}, nil}, "kinds": {{"a", "b"}, nil},
	"shown": {{"shown"}, {"a", "b"}}, "ever": {{"a", "b"}, nil}, "paid": {{"cost"}, nil},
	"visits": {{"b"}, nil},
}

// published is a row of the file.
type publishedFigure struct {
	name, id, level, unit string
	from, to              calendar.Day
	parts                 [2]*float64
}

func (f publishedFigure) key() string {
	return fmt.Sprint(f.name, f.id, f.level, f.unit, f.from, f.to)
}

const figureColumns = "SELECT campaign, indicator, unit_level, unit, period_from, period_to, numerator, denominator FROM "

func (x *exported) figures() []publishedFigure {
	x.t.Helper()
	rows, err := x.conn.QueryContext(x.t.Context(), figureColumns+"indicator_value WHERE indicator <> ''")
	if err != nil {
		x.t.Fatal(err)
	}
	return readFigures(x.t, rows)
}

func readFigures(t *testing.T, rows *sql.Rows) []publishedFigure {
	t.Helper()
	defer rows.Close()
	var all []publishedFigure
	for rows.Next() {
		var f publishedFigure
		var from, to time.Time
		if err := rows.Scan(&f.name, &f.id, &f.level, &f.unit, &from, &to, &f.parts[0], &f.parts[1]); err != nil {
			t.Fatal(err)
		}
		f.from, f.to = calendar.DayOf(from), calendar.DayOf(to)
		if f.id == "ever" {
			f.from = calendar.First
		}
		all = append(all, f)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// attack reads the file. Whatever unit and window has no row counts nothing.
func attack(t *testing.T, p *province, x *exported, moves bool) *attacker {
	t.Helper()
	a := &attacker{t: t, moves: moves, atoms: map[atom]int{}, truth: map[string][2]*float64{}}
	truth, err := p.w.Query(t.Context(), figureColumns+"records.indicator_value WHERE indicator <> ''")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range readFigures(t, truth) {
		a.truth[f.key()] = f.parts
	}
	figures := x.figures()
	type window struct{ from, to calendar.Day }
	there, windows := map[string]bool{}, map[string]map[window]bool{}
	a.cuts = []calendar.Day{dayOf(t, "2024-02-01")}
	for _, f := range figures {
		a.cuts = append(a.cuts, f.from, f.to+1)
		if windows[f.name+f.id] == nil {
			windows[f.name+f.id] = map[window]bool{}
		}
		windows[f.name+f.id][window{f.from, f.to}] = true
		there[f.key()] = true
	}
	slices.Sort(a.cuts)
	a.cuts = slices.Compact(a.cuts)
	for _, f := range figures {
		a.read(f)
	}
	zero := 0.0
	for _, name := range []string{"quarter", "other"} {
		for id := range kindsOf {
			for w := range windows[name+id] {
				for _, u := range [][2]string{{"district", "D1"}, {"district", "D2"}, {"commune", "C1"}, {"commune", "C2"}, {"commune", "C3"}, {"commune", "C4"}, {"facility", "F1"}, {"facility", "F2"}, {"facility", "F3"}, {"facility", "F4"}} {
					if f := (publishedFigure{name, id, u[0], u[1], w.from, w.to, [2]*float64{&zero, &zero}}); !there[f.key()] {
						a.read(f)
					}
				}
			}
		}
	}
	return a
}

// read notes what a row says of its two numbers.
func (a *attacker) read(f publishedFigure) {
	if f.id == "each" && f.level == "province" {
		return
	}
	for part, kinds := range kindsOf[f.id] {
		if kinds == nil {
			continue
		}
		e := equation{name: fmt.Sprintf("%s %d of %s, %s..%s", f.id, part, f.unit, f.from, f.to)}
		for _, kind := range kinds {
			e.atoms = append(e.atoms, a.sum(kind, f)...)
		}
		if f.parts[part] == nil {
			e.value = *a.truth[f.key()][part]
			a.hidden = append(a.hidden, e)
			continue
		}
		e.value = *f.parts[part]
		a.shown = append(a.shown, e)
	}
}

// sum lists the atoms of a unit and window.
func (a *attacker) sum(kind string, f publishedFigure) []int {
	var all []int
	for stretch := range len(a.cuts) - 1 {
		if a.cuts[stretch] < f.from || a.cuts[stretch] > f.to {
			continue
		}
		for _, place := range []string{"F1", "F2", "F3", "F4", "C1", "C2", "C3", "C4", ""} {
			if a.within(place, f.level, f.unit, a.cuts[stretch]) {
				all = append(all, a.at(atom{kind, place, stretch}))
			}
		}
	}
	return all
}

func (a *attacker) at(k atom) int {
	n, known := a.atoms[k]
	if !known {
		n = len(a.atoms)
		a.atoms[k] = n
	}
	return n
}

// within reports whether a place was part of a unit on a day. The facility F3 moves in
// some worlds.
func (a *attacker) within(place, level, unit string, on calendar.Day) bool {
	if level == "province" || place == unit {
		return true
	}
	if place == "" || level == "facility" {
		return false
	}
	commune := "C" + place[1:]
	if a.moves && place == "F3" && on >= dayOf(a.t, "2024-02-01") {
		commune = "C2"
	}
	if level == "commune" {
		return commune == unit
	}
	return map[string]string{"C1": "D1", "C2": "D1", "C3": "D2", "C4": "D2"}[commune] == unit
}

// prime is what coefficients are reckoned modulo: one that does not divide them by
// chance.
const prime = 2147483629

// elimination holds equations, each with a pivot of one.
type elimination struct {
	rows   [][]int64
	pivots []int
}

// reduce takes a row as far as the equations reach.
func (e *elimination) reduce(row []int64) []int64 {
	for i, p := range e.pivots {
		if f := row[p]; f != 0 {
			for k, v := range e.rows[i] {
				row[k] = ((row[k]-f*v)%prime + prime) % prime
			}
		}
	}
	return row
}

func (e *elimination) add(row []int64) {
	row = e.reduce(row)
	p := slices.IndexFunc(row, func(v int64) bool { return v != 0 })
	if p < 0 {
		return
	}
	inverse := power(row[p], prime-2)
	for k := range row {
		row[k] = row[k] * inverse % prime
	}
	e.rows, e.pivots = append(e.rows, row), append(e.pivots, p)
}

func power(base, exponent int64) int64 {
	result := int64(1)
	for ; exponent > 0; exponent /= 2 {
		if exponent%2 == 1 {
			result = result * base % prime
		}
		base = base * base % prime
	}
	return result
}

func (a *attacker) row(e equation) []int64 {
	row := make([]int64, len(a.atoms))
	for _, n := range e.atoms {
		row[n]++
	}
	return row
}

// solved names the hidden numbers that follow from the shown ones by sums and
// differences of any kind.
func (a *attacker) solved() (small, large []string) {
	e := &elimination{}
	for _, s := range a.shown {
		e.add(a.row(s))
	}
	return a.got(func(h equation) bool {
		return !slices.ContainsFunc(e.reduce(a.row(h)), func(v int64) bool { return v != 0 })
	})
}

// got names the hidden numbers that the attacker knows, the small ones apart. A zero is
// none: it is hidden for the sake of others, and where nothing was left to hide.
func (a *attacker) got(known func(equation) bool) (small, large []string) {
	for _, h := range a.hidden {
		switch name := fmt.Sprintf("%s: %g", h.name, h.value); {
		case h.value == 0 || !known(h):
		case h.value < least:
			small = append(small, name)
		default:
			large = append(large, name)
		}
	}
	return small, large
}

// squeezed names the hidden numbers that can be one thing only because nothing is less
// than nothing.
func (a *attacker) squeezed() (small, large []string) {
	low, high := make([]float64, len(a.atoms)), make([]float64, len(a.atoms))
	for i := range high {
		high[i] = 1e9
	}
	for range 30 {
		for _, s := range a.shown {
			least, most := bounds(s, low, high)
			for _, n := range s.atoms {
				high[n] = min(high[n], s.value-(least-low[n]))
				low[n] = max(low[n], s.value-(most-high[n]))
			}
		}
	}
	return a.got(func(h equation) bool {
		least, most := bounds(h, low, high)
		return most-least < 0.5
	})
}

func bounds(e equation, low, high []float64) (least, most float64) {
	for _, n := range e.atoms {
		least, most = least+low[n], most+high[n]
	}
	return least, most
}

// A reader of the file alone gets back no hidden number: by sums over units and windows,
// through totals and their parts, through the same number in other indicators and in
// another campaign, and through a facility that moved.
func TestExportUnderAttack(t *testing.T) {
	t.Parallel()
	seeds, rounds := uint64(1), 3
	if soak() {
		seeds, rounds = 8, 5
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			p := newProvince(t, seed+40)
			other := *p.agenda.Campaigns[0]
			other.Name, other.Reports = "other", []campaign.Report{{CutOffOn: dayOf(t, "2024-02-20"), Calendar: calendar.Civil}}
			other.Title = declaration.Title{Vi: "khác", En: "other"}
			p.agenda.Campaigns = append(p.agenda.Campaigns, &other)
			hidden, shown := 0, 0
			for round := range rounds {
				moves := round == rounds-1
				if moves {
					p.move()
				}
				p.crowded()
				p.compute()
				a := attack(t, p, p.export(least, p.agenda.Campaigns...), moves)
				hidden, shown = hidden+len(a.hidden), shown+len(a.shown)
				for _, way := range []struct {
					name string
					try  func() (small, large []string)
				}{{"worked out", a.solved}, {"squeezed", a.squeezed}} {
					small, large := way.try()
					if len(small) > 0 {
						t.Errorf("round %d: %d small numbers are %s, such as %s", round, len(small), way.name, small[0])
					}
					// Around a number that nothing was left to be hidden with, more is hidden
					// than need be, and some of that follows.
					if !moves && len(large)*100 > len(a.hidden) {
						t.Errorf("round %d: %d of %d hidden numbers are %s, such as %s", round, len(large), len(a.hidden), way.name, large[0])
					}
				}
			}
			if hidden < 200*rounds || shown < 200*rounds {
				t.Errorf("%d numbers hidden, %d shown: too few to tell", hidden, shown)
			}
		})
	}
}

// Worlds in which a number follows from what seems to have nothing to do with it.
func TestExportOfWorldsThatInvite(t *testing.T) {
	t.Parallel()
	type visits struct {
		facility, on string
		n            int
	}
	even := []visits{{"F1", "2024-01-20", 20}, {"F2", "2024-01-20", 20}, {"F3", "2024-01-20", 20}, {"F4", "2024-01-20", 20}, {"F1", "2024-02-20", 20}, {"F3", "2024-02-20", 20}, {"F4", "2024-02-20", 20}}
	tests := []struct {
		name  string
		world []visits
		moves bool
	}{
		{"beside a facility that moved", append(even, visits{"F2", "2024-02-20", 3}), true},
		{"beside a month without anything", []visits{
			{"F2", "2024-02-20", 3}, {"F2", "2024-03-02", 20}, {"F3", "2024-01-20", 20}, {"F3", "2024-02-20", 20}, {"F3", "2024-03-02", 20}, {"", "2024-01-20", 8}, {"", "2024-02-20", 8}, {"", "2024-03-02", 8},
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newProvince(t, 1)
			p.agenda = agendaOf(t, "2024-03-10", visitsOfKind("b"))
			if tt.moves {
				p.move()
			}
			var documents []document
			for _, v := range tt.world {
				for range v.n {
					documents = append(documents, p.checkup(checkup{id: len(documents), facility: v.facility, kind: "b", on: v.on}))
				}
			}
			p.send("checkup", documents...)
			p.compute()
			a := attack(t, p, p.export(least, p.agenda.Campaigns...), tt.moves)
			if small, _ := a.solved(); len(small) > 0 || len(a.hidden) == 0 {
				t.Errorf("of %d hidden numbers follow %v", len(a.hidden), small)
			}
		})
	}
}

// An attacker who is shown everything works everything out: he is no straw man.
func TestExportAttackerKnowsHow(t *testing.T) {
	t.Parallel()
	p := newProvince(t, 50)
	p.crowded()
	p.compute()
	a := attack(t, p, p.export(0, p.agenda.Campaigns...), false)
	// He is to find what is left out of each unit's row by itself.
	var lone []equation
	for i, s := range a.shown {
		if s.value > 0 && i%7 == 0 {
			lone = append(lone, s)
		}
	}
	a.hidden = lone
	small, large := a.solved()
	if found := len(small) + len(large); found != len(lone) || found < 50 {
		t.Errorf("%d of %d numbers that follow are worked out", found, len(lone))
	}
}

// move takes the facility F3 to another commune and district.
func (p *province) move() {
	p.t.Helper()
	rows := p.config.References[1].Rows
	at := slices.IndexFunc(rows, func(r []string) bool { return r[0] == "F3" })
	before, after := slices.Clone(rows[at]), slices.Clone(rows[at])
	before[6], after[1], after[5] = "2024-01-31", "C2", "2024-02-01"
	p.config.References[1].Rows = append(slices.Delete(slices.Clone(rows), at, at+1), before, after)
	p.reopen()
}
