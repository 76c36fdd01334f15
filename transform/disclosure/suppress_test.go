package disclosure_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/disclosure"
)

func lines(all ...string) string { return strings.Join(all, "\n") }

func TestSuppress(t *testing.T) {
	tests := []struct{ name, table, want string }{
		{"nothing is small, zeros are shown", `
			1..31
c			25
  f			5
  g			0
  h			20`, lines("0: 25", "1: 5", "2: 0", "3: 20")},
		{"the smallest neighbour goes with a small number", `
			1..31
c			83
  f			3
  g			30
  h			0
  i			50`, lines("0: 83", "1: *", "2: *", "3: 0", "4: 50")},
		{"a single child is its parent, so its like in the district goes", `
			1..31
d			83
  c			3
    f		3
  c			80
    f		80`, lines("0: 83", "1: *", "2: *", "3: *", "4: *")},
		{"what is counted for no unit below protects", `
			1..31
p+			103
  d			3
  d			50`, lines("0: 103", "1: *", "2: 50")},
		{"unless it is too little", `
			1..31
p+			54
  d			3
  d			50`, lines("0: 54", "1: *", "2: *")},
		{"two that leave too little are not enough", `
			1..31
c			62
  f			1
  f			1
  f			20
  f			40`, lines("0: 62", "1: *", "2: *", "3: *", "4: 40")},
		{"three that leave enough are", `
			1..31
c			66
  f			2
  f			2
  f			2
  f			60`, lines("0: 66", "1: *", "2: *", "3: *", "4: 60")},
		{"the parent goes before a zero", `
			1..31
d			90
  c			3
    f		3
    f		0
  c			40
  c			47`, lines("0: 90", "1: *", "2: *", "3: 0", "4: *", "5: 47")},
		{"nothing else is left", `
			1..31
p			2
  d			2
  d			0`, lines("0: *", "1: *", "2: 0")},
		{"a month is not the span less the others", `
			1..31 32..59 60..90 1..90
f			3    40    50    93`, lines("0: * * 50 93")},
		{"a month and a neighbour, in two units", `
			1..31 32..59 60..90 1..90
c			30   70    150   250
  f			3    40    50    93
  g			27   30    100   157`, lines("0: 30 70 150 250", "1: * * 50 93", "2: * * 100 157")},
		{"a far greater neighbour goes before a zero", `
			1..31
c			4003
  f			3
  g			0
  h			4000`, lines("0: 4003", "1: *", "2: 0", "3: *")},
		{"a span that holds little else", `
			1..31 32..59 1..59
f			3    0     3`, lines("0: * 0 *")},
		{"the other calendar has an end between", `
			-16..14 1..31 15..45 32..59 -16..45 1..59
f			41     3    40    60    81     63`, lines("0: 41 * 40 60 81 *")},
		{"the other calendar leaves no room between", `
			1..31 15..45 32..59 1..59
f			3    4     60    63`, lines("0: * * * 63")},
		{"a running total that did not grow cannot be taken for a hidden one", `
			0..31 0..59 0..90
c			63   65   115
  f			3    5    45
  g			40   40   50
  h			20   20   20`, lines("0: 63 65 115", "1: * * 45", "2: * * 50", "3: 20 20 20")},
		{"no cell is zero where the parent accounts for all", `
			1..31 32..59
c			13   60
  f			3    30
  g			10   30
  h			.    .`, lines("0: 13 60", "1: * 30", "2: * 30")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := parse(t, tt.table)
			if err := disclosure.Suppress([]*disclosure.Table{table}, nil, disclosure.DefaultLeast); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, write(table)); diff != "" {
				t.Errorf("what is shown (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSuppressDifferentPersons(t *testing.T) {
	tests := []struct{ name, table, want string }{
		{"many are counted twice", `
			1..31 1..59
c			90   150
  f			3    60
  g			60   70
  h			70   90`, lines("0: 90 150", "1: * 60", "2: 60 70", "3: 70 90")},
		{"nobody is counted twice", `
			1..31
c			133
  f			3
  g			60
  h			70`, lines("0: 133", "1: *", "2: *", "3: 70")},
		{"a single child is its parent", `
			1..31
d			60
  c			3
    f		3
  c			60`, lines("0: 60", "1: *", "2: *", "3: 60")},
		{"small all the way up", `
			1..31
d			60
  c			3
    f		3
    f		1
  c			58
  c			80`, lines("0: 60", "1: *", "2: *", "3: *", "4: 58", "5: 80")},
		{"not where some are counted for no unit below", `
			1..31
c+			63
  f			3
  f			60`, lines("0: 63", "1: *", "2: 60")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := parse(t, tt.table)
			table.AdditiveUnits, table.AdditiveTime = false, false
			if err := disclosure.Suppress([]*disclosure.Table{table}, nil, disclosure.DefaultLeast); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, write(table)); diff != "" {
				t.Errorf("what is shown (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSuppressDifferentPersonsAtRandom counts persons who go to several facilities. A
// unit has at least what its parent has more than its siblings, and that says nothing
// of a small number.
func TestSuppressDifferentPersonsAtRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 31))
	for i := range 500 {
		table := &disclosure.Table{Units: randomSecret(r, 12, 2, 2).units}
		seen := make([]map[int]bool, len(table.Units))
		for u := range seen {
			seen[u] = make(map[int]bool)
		}
		persons := 1 + r.IntN(60)
		for range r.IntN(100) {
			person := r.IntN(persons)
			for u := r.IntN(len(seen)); u >= 0; u = table.Units[u].Parent {
				seen[u][person] = true
			}
		}
		more := make([]int, len(seen))
		for u := range seen {
			table.Units[u].Complete = true
			table.Cells = append(table.Cells, disclosure.Cell{Unit: u, Value: float64(len(seen[u]))})
			more[u] += len(seen[u])
			if p := table.Units[u].Parent; p >= 0 {
				more[p] -= len(seen[u])
			}
		}
		if err := disclosure.Suppress([]*disclosure.Table{table}, nil, disclosure.DefaultLeast); err != nil {
			t.Fatal(err)
		}
		for u, c := range table.Cells {
			above := table.Units[u].Parent
			if above < 0 || more[above] > 0 || c.Value == 0 || c.Value >= disclosure.DefaultLeast || table.Cells[above].Suppressed {
				continue
			}
			alone := true
			for v, unit := range table.Units {
				alone = alone && (v == u || unit.Parent != above || !table.Cells[v].Suppressed)
			}
			if atLeast := more[above] + len(seen[u]); alone && atLeast > 1 {
				t.Fatalf("table %d: a small number is known to be at least %d", i, atLeast)
			}
		}
	}
}

func TestSuppressSums(t *testing.T) {
	tests := []struct {
		name   string
		tables []string
		sum    disclosure.Sum
		want   []string
	}{
		{
			"a part is not the total less the others",
			[]string{"1..31\nf 3", "1..31\nf 40", "1..31\nf 60", "1..31\nf 103"},
			disclosure.Sum{Total: 3, Parts: []int{0, 1, 2}},
			[]string{"0: *", "0: *", "0: 60", "0: 103"},
		},
		{
			"a total is hidden with its small parts",
			[]string{"1..31\nf 2", "1..31\nf 1", "1..31\nf 3"},
			disclosure.Sum{Total: 2, Parts: []int{0, 1}},
			[]string{"0: *", "0: *", "0: *"},
		},
		{
			"equal tables hide the same",
			[]string{"1..31 32..59\nc 43 60\n f 3 30\n g 40 30", "1..31 32..59\nc 43 60\n f 3 30\n g 40 30"},
			disclosure.Sum{Total: 1, Parts: []int{0}},
			[]string{lines("0: 43 60", "1: * 30", "2: * 30"), lines("0: 43 60", "1: * 30", "2: * 30")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var tables []*disclosure.Table
			for _, text := range tt.tables {
				tables = append(tables, parse(t, text))
			}
			if err := disclosure.Suppress(tables, []disclosure.Sum{tt.sum}, disclosure.DefaultLeast); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, table := range tables {
				got = append(got, write(table))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("what is shown (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSuppressLeast(t *testing.T) {
	const text = "1..31\nc 70\n f 3\n f 7\n f 20\n f 40"
	for least, want := range map[float64]string{
		0:  "0: 70\n1: 3\n2: 7\n3: 20\n4: 40",
		3:  "0: 70\n1: 3\n2: 7\n3: 20\n4: 40",
		4:  "0: 70\n1: *\n2: *\n3: 20\n4: 40",
		11: "0: 70\n1: *\n2: *\n3: *\n4: 40",
	} {
		table := parse(t, text)
		if err := disclosure.Suppress([]*disclosure.Table{table}, nil, least); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, write(table)); diff != "" {
			t.Errorf("least %v: what is shown (-want +got):\n%s", least, diff)
		}
	}
}

func TestSuppressWhateverTheOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 17))
	for i := range 200 {
		p := randomSecret(r, 12, 8, 10).publish(r)
		p.suppress(t, disclosure.DefaultLeast)
		type shown struct {
			position
			suppressed bool
		}
		all := func() map[shown]bool {
			found := make(map[shown]bool)
			for k, table := range p.tables {
				for _, c := range table.Cells {
					found[shown{position{k, c.Unit, window{c.From, c.To}}, c.Suppressed}] = true
				}
			}
			return found
		}
		want := all()
		for _, table := range p.tables {
			r.Shuffle(len(table.Cells), func(a, b int) { table.Cells[a], table.Cells[b] = table.Cells[b], table.Cells[a] })
		}
		if err := disclosure.Suppress(p.tables, p.sums, disclosure.DefaultLeast); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, all(), cmp.AllowUnexported(shown{}, position{}, window{})); diff != "" {
			t.Fatalf("table %d: %s", i, diff)
		}
	}
}

// TestSuppressContradictions gives numbers that do not add up: the small ones are
// hidden all the same.
func TestSuppressContradictions(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 23))
	for range 300 {
		p := randomSecret(r, 8, 6, 6).publish(r)
		for _, table := range p.tables {
			table.AdditiveUnits, table.AdditiveTime = r.IntN(2) == 0, r.IntN(2) == 0
			for i := range table.Cells {
				if r.IntN(3) == 0 {
					table.Cells[i].Value = float64(r.IntN(12)) / float64(1+r.IntN(2))
				}
			}
		}
		if err := disclosure.Suppress(p.tables, p.sums, disclosure.DefaultLeast); err != nil {
			t.Fatal(err)
		}
		for _, c := range p.cells {
			if !c.Suppressed && c.Value > 0 && c.Value < disclosure.DefaultLeast {
				t.Fatal("a small number is shown")
			}
		}
	}
}

func TestSuppressErrors(t *testing.T) {
	one := func() *disclosure.Table { return &disclosure.Table{Units: []disclosure.Unit{{Parent: -1}}} }
	tests := []struct {
		name   string
		tables []*disclosure.Table
		sums   []disclosure.Sum
		want   error
	}{
		{"nothing", nil, nil, nil},
		{"no cells", []*disclosure.Table{one(), {}}, nil, nil},
		{"unit of a cell", []*disclosure.Table{{Cells: []disclosure.Cell{{}}}}, nil, disclosure.ErrUnit},
		{"no such parent", []*disclosure.Table{{Units: []disclosure.Unit{{Parent: 1}}}}, nil, disclosure.ErrUnit},
		{"above itself", []*disclosure.Table{{Units: []disclosure.Unit{{Parent: 1}, {Parent: 0}}}}, nil, disclosure.ErrUnit},
		{"window", []*disclosure.Table{{Units: one().Units, Cells: []disclosure.Cell{{From: 2, To: 1}}}}, nil, disclosure.ErrWindow},
		{"no such total", []*disclosure.Table{one()}, []disclosure.Sum{{Total: 1}}, disclosure.ErrSum},
		{"no such part", []*disclosure.Table{one()}, []disclosure.Sum{{Parts: []int{-1}}}, disclosure.ErrSum},
		{"part of itself", []*disclosure.Table{one()}, []disclosure.Sum{{Parts: []int{0}}}, disclosure.ErrSum},
		{"other units", []*disclosure.Table{one(), {}}, []disclosure.Sum{{Parts: []int{1}}}, disclosure.ErrSum},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := disclosure.Suppress(tt.tables, tt.sums, disclosure.DefaultLeast); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}
