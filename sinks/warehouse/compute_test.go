package warehouse_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/calendar"
	"thidua/transform/expr"
	"thidua/transform/indicator"
	"thidua/transform/value"
)

// computedTables are the tables of figures as they stand.
type computedTables struct{ Values, Statuses []string }

// figures returns the figures without the instants since and through which they are
// known.
func (p *province) figures() computedTables {
	p.t.Helper()
	return computedTables{
		p.rows("* EXCLUDE (known_from, known_at)", "records.indicator_value"),
		p.rows("* EXCLUDE (known_at)", "records.indicator_status"),
	}
}

// pick returns one of the values.
func (p *province) pick(values ...string) string { return values[p.dice.IntN(len(values))] }

// random is a visit that has anything, in any quarter around the campaign's.
func (p *province) random(id int) checkup {
	return checkup{
		id: id, facility: p.pick("F1", "F2", "F3", "F4", "F9", "", "", ""), commune: p.pick("C1", "C2", "C3", "C4", "C9", "", "", ""), district: p.pick("D1", "D2", "D9", ""), kind: p.pick("a", "b"),
		on: (dayOf(p.t, "2023-11-20") + calendar.Day(p.dice.IntN(120))).String(), cost: int64(p.dice.IntN(50)),
		citizen: p.pick("p1", "p2", "p3", ""), insurance: p.pick("i1", "i2", ""),
	}
}

// some are random visits, new ones and others that came before.
func (p *province) some(n int) []document {
	var documents []document
	used := map[int]bool{}
	for range n {
		id := p.dice.IntN(60)
		if !used[id] {
			used[id] = true
			documents = append(documents, p.checkup(p.random(id)))
		}
	}
	return documents
}

// happen lets something happen that figures may have to follow.
func (p *province) happen(round int) string {
	p.t.Helper()
	switch round % 11 {
	case 0:
		p.send("checkup", p.some(3)...)
		return "visits come and change"
	case 1:
		p.send("showing", p.showing(p.dice.IntN(60), true), p.showing(60+p.dice.IntN(20), true), p.showing(80, p.dice.IntN(2) == 0))
		return "showings come and change"
	case 2:
		p.extract("checkup", p.some(40)...)
		return "a complete extract"
	case 3:
		p.agenda.Today++
		return "a day"
	case 4:
		p.send("insurance_link", document{p.dice.IntN(3), append(p.linked("p1"), p.linked("i1")...)}, document{7, nil})
		return "a person is known by two numbers"
	case 5:
		p.send("station", p.station(p.dice.IntN(4), "2024-02-20"), p.station(p.dice.IntN(3)+4, ""))
		p.send("checkup", p.some(2)...)
		return "stations close and open"
	case 6:
		p.agenda.Today += 7
		p.send("checkup", document{p.dice.IntN(60), nil})
		return "a week, and a visit is taken back"
	case 7:
		from, to := p.pick("2024-01-01", "2024-01-15"), p.pick("2024-01-14", "2024-01-31", "2024-02-29")
		p.send("zero_report", p.nothingHere(p.dice.IntN(5), p.pick("F1", "F2", "F3"), from, to), p.nothingHere(5, "F2", "2024-01-01", "2024-01-14"))
		return "units report that nothing happened"
	case 8:
		p.send("unit_target", document{p.dice.IntN(4), []value.Value{
			textOf("quarter"), textOf(p.pick("X.kinds", "X.each", "X.paid", "X.eachd")), textOf("commune"), textOf(p.pick("C1", "C2")), value.OfInt(int64(10_000 * p.dice.IntN(5))), p.dated("2024-01-01"),
		}})
		return "a unit is given a target"
	case 9:
		p.extract("checkup", p.some(1)...)
		return "an extract that holds one visit"
	default:
		p.send("unit_target", document{100, nil})
		return "nothing that is counted"
	}
}

func TestComputeIncrementalEqualsWhole(t *testing.T) {
	t.Parallel()
	seeds := uint64(2)
	if soak() {
		seeds = 8
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			p := newProvince(t, seed)
			p.send("checkup", p.some(40)...)
			p.compute()
			fresh := 0
			for round := range 11 {
				what := p.happen(round + int(seed))
				some := p.compute()
				if some.Fresh {
					fresh++
				}
				if some.Fresh && what == "nothing that is counted" {
					t.Errorf("%s: something was written", what)
				}
				incremental := p.figures()
				p.agenda.Whole = true
				whole := p.compute()
				p.agenda.Whole = false
				if diff := cmp.Diff(p.figures(), incremental); diff != "" {
					t.Fatalf("round %d, %s (-whole +incremental):\n%s", round, what, diff)
				}
				if whole.Restated != 0 || whole.Cells != some.Cells {
					t.Errorf("%s: counting everything anew restates %d of %d figures, there were %d", what, whole.Restated, whole.Cells, some.Cells)
				}
			}
			if fresh < 4 {
				t.Errorf("%d of 11 rounds wrote anything: too little happened", fresh)
			}
		})
	}
}

// A commune's last visit is amended so that its commune is not known any more, but its
// district still is. No cell that is left counts otherwise, and one unit less has to meet
// the target.
func TestComputeFollowsAUnitThatIsGone(t *testing.T) {
	t.Parallel()
	p := newProvince(t, 1)
	p.agenda = agendaOf(t, "2024-03-10", provinceIndicators()[1])
	p.agenda.Expectations = nil
	p.send("checkup", p.checkup(checkup{id: 1, commune: "C1", district: "D1", kind: "a", on: "2024-01-10"}),
		p.checkup(checkup{id: 2, commune: "C2", district: "D1", kind: "b", on: "2024-01-10"}))
	p.compute()
	p.send("checkup", p.checkup(checkup{id: 1, district: "D1", kind: "a", on: "2024-01-10"}))
	p.compute()
	p.equalsWhole()
}

// An insurance number that the register gives to two citizens is counted as the one with
// the lesser key. Other pseudonyms may turn that round.
func TestComputeFollowsARotation(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		keys, _, prints := chain(t, 2)
		p := newProvince(t, 1)
		p.agenda = agendaOf(t, "2024-03-10", provinceIndicators()[7])
		one, two := fmt.Sprint("p", n), fmt.Sprint("p", n+50)
		p.send("insurance_link", document{1, append(p.linked(one), p.linked("i1")...)}, document{2, append(p.linked(two), p.linked("i1")...)})
		p.send("checkup", p.checkup(checkup{id: 1, facility: "F1", kind: "a", on: "2024-01-10", insurance: "i1"}), p.checkup(checkup{id: 2, facility: "F1", kind: "a", on: "2024-01-11", citizen: one}))
		p.compute()
		if err := p.w.Rotate(t.Context(), keys[1], prints); err != nil {
			t.Fatal(err)
		}
		p.compute()
		p.equalsWhole()
	}
}

// equalsWhole holds the figures as they stand against those of counting everything anew.
func (p *province) equalsWhole() {
	p.t.Helper()
	incremental := p.figures()
	p.agenda.Whole = true
	defer func() { p.agenda.Whole = false }()
	if whole := p.compute(); whole.Restated != 0 {
		p.t.Errorf("counting everything anew restates %d figures", whole.Restated)
	}
	if diff := cmp.Diff(p.figures(), incremental); diff != "" {
		p.t.Errorf("(-whole +incremental):\n%s", diff)
	}
}

// Nothing is written where nothing has changed, and what a change may move is counted
// again.
func TestComputeFollowsWhatChanged(t *testing.T) {
	t.Parallel()
	p := newProvince(t, 5)
	p.send("checkup", p.some(40)...)
	if first := p.compute(); !first.Fresh || first.Counted == 0 || first.Restated != 0 {
		t.Fatalf("the first computing: %+v", first)
	}
	value := func(id, unit, extent string) []string {
		return p.rows("numerator, denominator, units_reported, units_expected, cut_off_on", "records.indicator_value WHERE campaign = 'quarter' AND calendar = 'civil' AND id = $1 AND unit = $2 AND extent = $3", id, unit, extent)
	}
	second := *p.agenda.Campaigns[0]
	second.Name = "second"
	steps := []struct {
		name string
		do   func()
		// moved tells something that has to be otherwise afterwards.
		moved func() []string
	}{
		{"a day", func() { p.agenda.Today++ }, func() []string { return value("X.kinds", "15", "to_date") }},
		{"a day on which more is due", func() { p.agenda.Today += 25 }, func() []string { return value("X.kinds", "15", "to_date") }},
		{"a visit", func() { p.send("checkup", p.checkup(checkup{id: 900, facility: "F1", kind: "a", on: "2024-01-20"})) }, func() []string { return value("X.kinds", "F1", "month") }},
		{"a campaign", func() { p.agenda.Campaigns = append(p.agenda.Campaigns, &second) }, func() []string { return p.rows("DISTINCT campaign", "records.indicator_value") }},
		{"a campaign less", func() { p.agenda.Campaigns = p.agenda.Campaigns[:1] }, func() []string { return p.rows("DISTINCT campaign", "records.indicator_value") }},
		{"a definition", func() {
			declared := provinceIndicators()
			declared[2].Numerator = ofCheckups("kind = 'a'")
			again := agendaOf(t, p.agenda.Today.String(), declared...)
			again.Definitions[3].Version, again.Expectations = "2", p.agenda.Expectations
			p.agenda = again
		}, func() []string { return value("X.kind_b", "15", "month") }},
		{"what units owe", func() {
			none := *p.agenda.Expectations[0]
			none.Among = stationsAlone(t)
			p.agenda.Expectations = []*indicator.Expectation{&none}
		}, func() []string { return value("X.kinds", "15", "month") }},
		{"a reference table", func() { p.move() }, func() []string { return value("X.kinds", "C2", "month") }},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			before, known := s.moved(), p.figures()
			if done := p.compute(); done != (warehouse.Computed{}) {
				t.Errorf("nothing has changed, and was computed: %+v", done)
			}
			commits := p.w.Applied()
			s.do()
			if s.name != "a visit" && s.name != "a reference table" && p.w.Applied() != commits {
				t.Error("only rows are committed by themselves")
			}
			commits = p.w.Applied()
			if done := p.compute(); !done.Fresh || p.w.Applied() != commits+1 {
				t.Errorf("computed %+v, as commit %d after %d", done, p.w.Applied(), commits)
			}
			if cmp.Equal(before, s.moved()) {
				t.Errorf("nothing moved: %v", before)
			}
			if cmp.Equal(known, p.figures()) {
				t.Error("all figures are what they were")
			}
		})
	}
}

// stationsAlone chooses the facilities that owe.
func stationsAlone(t *testing.T) *expr.Expr {
	t.Helper()
	e, err := expr.Compile("kind = 'station'", []expr.Column{{Name: "kind", Type: value.Type{Kind: value.Text}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A figure keeps the instant since which it is known as long as its counts stay, and is
// known as of the last computing.
func TestComputeKeepsSinceWhen(t *testing.T) {
	t.Parallel()
	p := published(t, visitsOfKind("b"))
	instants := func() map[string][]string {
		all := map[string][]string{}
		for _, unit := range []string{"15", "F1", "F3"} {
			all[unit] = p.rows("period_from, known_from", "records.indicator_value WHERE extent = 'month' AND calendar = 'civil' AND unit = $1", unit)
		}
		return all
	}
	before := instants()
	_, first := p.w.LastCommit()
	p.send("checkup", p.checkup(checkup{id: 50, facility: "F1", kind: "b", on: "2024-01-12"}), p.checkup(checkup{id: 51, facility: "F9", kind: "b", on: "2024-02-12"}))
	p.compute()
	_, second := p.w.LastCommit()
	if !second.After(first) {
		t.Fatalf("computed at %s after %s", second, first)
	}
	after := instants()
	if diff := cmp.Diff(before["F3"], after["F3"]); diff != "" {
		t.Errorf("a figure that did not change (-before +after):\n%s", diff)
	}
	stays, changes := 0, 0
	for i := range before["15"] {
		if before["15"][i] == after["15"][i] {
			stays++
		} else {
			changes++
		}
	}
	if stays != 2 || changes != 1 {
		t.Errorf("of the province's months %d are known as before and %d anew", stays, changes)
	}
	for query, want := range map[string]int64{
		"SELECT count(*) FROM records.indicator_value WHERE known_from = ? AND known_at <> known_from":                       0,
		"SELECT count(*) FROM records.indicator_status WHERE known_at > ?":                                                   0,
		"SELECT count(*) FROM records.indicator_value WHERE known_from > ?":                                                  0,
		"SELECT count(*) FROM records.restatement WHERE to_known_at <> ?":                                                    0,
		"SELECT count(DISTINCT unit) FROM records.indicator_value WHERE extent = 'month' AND known_from = ?":                 4,
		"SELECT count(*) FROM records.applied WHERE committed_at = ? AND run = 0":                                            1,
		"SELECT count(*) FROM records.restatement WHERE from_known_at >= ?":                                                  0,
		"SELECT count(*) FROM records.indicator_value WHERE known_from <> ? AND unit IN ('F1', 'C1') AND extent = 'to_date'": 0,
	} {
		if got := number(t, p.w, query, second); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// Definitions are kept with the time they were in force.
func TestDefinitionsAreKeptWithTheirTime(t *testing.T) {
	t.Parallel()
	p := published(t, visitsOfKind("b"))
	history := func() []string {
		return texts(t, p.w, `SELECT concat_ws(' ', kind, name, version, declaration, known_from = (SELECT min(known_from) FROM records.definition), coalesce(known_to::VARCHAR, 'in force') = 'in force')
			FROM records.definition ORDER BY kind, name, known_from`)
	}
	check := func(step string, want ...string) {
		t.Helper()
		p.compute()
		if diff := cmp.Diff(want, history()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
	campaign, visits := "campaign quarter 1 campaign: quarter true true", "indicator visits 1 indicator: visits true true"
	check("at first", campaign, visits)
	p.send("checkup", p.some(3)...)
	check("after a round", campaign, visits)
	p.agenda.Definitions[1].Version, p.agenda.Definitions[1].Text = "2", "indicator: visits # counted otherwise"
	check("another text", campaign, "indicator visits 1 indicator: visits true false", "indicator visits 2 indicator: visits # counted otherwise false true")
	if gap := number(t, p.w, `SELECT count(*) FROM records.definition AS a JOIN records.definition AS b USING (kind, name) WHERE a.version = '1' AND b.version = '2' AND a.known_to = b.known_from
		AND b.known_from = (SELECT max(known_at) FROM records.indicator_value)`); gap != 1 {
		t.Error("the second text does not take over in the instant in which the first ends and figures are counted by it")
	}
	gone := p.agenda.Definitions[0]
	p.agenda.Definitions = p.agenda.Definitions[1:]
	check("one less", "campaign quarter 1 campaign: quarter true false", "indicator visits 1 indicator: visits true false", "indicator visits 2 indicator: visits # counted otherwise false true")
	p.agenda.Definitions = append(p.agenda.Definitions, gone)
	check("and again", "campaign quarter 1 campaign: quarter true false", "campaign quarter 1 campaign: quarter false true",
		"indicator visits 1 indicator: visits true false", "indicator visits 2 indicator: visits # counted otherwise false true")
}
