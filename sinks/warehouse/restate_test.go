package warehouse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/indicator"
	"thidua/transform/value"
)

// restatements tells each restated month of the civil calendar: which figure, from
// which counts to which, why, and the rows and deliveries behind it.
func (p *province) restatements() []string {
	p.t.Helper()
	return texts(p.t, p.w, `SELECT rtrim(concat_ws(' ', id, unit, month(period_from), concat(coalesce(from_numerator::BIGINT::VARCHAR, '-'), '>', coalesce(to_numerator::BIGINT::VARCHAR, '-')),
		cause, concat(late, '/', amended, '/', removed), through)) FROM records.restatement WHERE extent = 'month' AND calendar = 'civil' ORDER BY to_known_at, unit, period_from`)
}

// visitsOfKind counts visits of a kind, whoever they are of.
func visitsOfKind(kind string) indicator.Declaration {
	return indicator.Declaration{Indicator: "visits", Behaviour: "cumulative", Numerator: ofCheckups("kind = '" + kind + "'")}
}

// published is a province with three visits of kind b in two months, one of kind a and
// one elsewhere, whose figures readers have seen. Nothing is owed.
func published(t *testing.T, declared ...indicator.Declaration) *province {
	t.Helper()
	p := newProvince(t, 1)
	p.agenda = agendaOf(t, "2024-03-10", declared...)
	p.agenda.Expectations = nil
	p.send("checkup",
		p.checkup(checkup{id: 1, facility: "F1", kind: "b", on: "2024-01-10", citizen: "p1"}), p.checkup(checkup{id: 2, facility: "F2", kind: "b", on: "2024-01-11", citizen: "p2"}),
		p.checkup(checkup{id: 3, facility: "F3", kind: "b", on: "2024-02-05", insurance: "i1"}), p.checkup(checkup{id: 4, facility: "F1", kind: "a", on: "2024-01-10"}),
		p.checkup(checkup{id: 9, facility: "F9", kind: "b", on: "2024-01-10"}))
	p.compute()
	return p
}

func TestRestatement(t *testing.T) {
	t.Parallel()
	visit := func(p *province, id int, facility, kind, on string) document {
		return p.checkup(checkup{id: id, facility: facility, kind: kind, on: on, cost: 5})
	}
	tests := []struct {
		name   string
		happen func(*province)
		want   []string
	}{
		{"late", func(p *province) { p.send("checkup", visit(p, 5, "F1", "b", "2024-01-12")) }, []string{
			"X.visits 15 1 2>3 late 1/0/0 checkup #2", "X.visits C1 1 1>2 late 1/0/0 checkup #2", "X.visits D1 1 2>3 late 1/0/0 checkup #2", "X.visits F1 1 1>2 late 1/0/0 checkup #2",
		}},
		{"late through two deliveries", func(p *province) {
			p.send("checkup", visit(p, 5, "F1", "b", "2024-01-12"))
			p.send("checkup", visit(p, 6, "F2", "b", "2024-01-12"), visit(p, 7, "F2", "b", "2024-01-31"))
		}, []string{
			"X.visits 15 1 2>5 late 3/0/0 checkup #2, checkup #3", "X.visits C1 1 1>2 late 1/0/0 checkup #2", "X.visits C2 1 1>3 late 2/0/0 checkup #3",
			"X.visits D1 1 2>5 late 3/0/0 checkup #2, checkup #3", "X.visits F1 1 1>2 late 1/0/0 checkup #2", "X.visits F2 1 1>3 late 2/0/0 checkup #3",
		}},
		{"elsewhere, of another kind, of another time", func(p *province) {
			p.send("checkup", visit(p, 5, "F9", "b", "2024-01-12"), visit(p, 6, "F1", "a", "2024-01-12"), visit(p, 7, "F1", "b", "2024-03-10"))
		}, []string{}},
		{"beside others that do not count", func(p *province) {
			p.send("checkup", visit(p, 5, "F9", "b", "2024-02-12"), visit(p, 6, "F3", "a", "2024-02-12"), visit(p, 7, "F3", "b", "2024-02-12"))
			p.send("checkup", visit(p, 8, "F3", "b", "2024-03-09"))
		}, []string{
			"X.visits 15 2 1>2 late 1/0/0 checkup #2", "X.visits 15 3 0>1 late 1/0/0 checkup #3", "X.visits C3 2 1>2 late 1/0/0 checkup #2",
			"X.visits D2 2 1>2 late 1/0/0 checkup #2", "X.visits F3 2 1>2 late 1/0/0 checkup #2",
		}},
		{"amended where nobody counts it", func(p *province) { p.send("checkup", visit(p, 3, "F3", "b", "2024-02-05")) }, []string{}},
		{"amended and gone", func(p *province) { p.send("checkup", visit(p, 3, "F3", "a", "2024-02-05")) }, []string{
			"X.visits 15 2 1>0 amended 0/1/0 checkup #2", "X.visits C3 2 1>0 amended 0/1/0 checkup #2", "X.visits D2 2 1>0 amended 0/1/0 checkup #2", "X.visits F3 2 1>0 amended 0/1/0 checkup #2",
		}},
		{"amended to another unit", func(p *province) { p.send("checkup", visit(p, 1, "F2", "b", "2024-01-10")) }, []string{
			"X.visits C1 1 1>0 amended 0/1/0 checkup #2", "X.visits C2 1 1>2 amended 0/1/0 checkup #2", "X.visits F1 1 1>0 amended 0/1/0 checkup #2", "X.visits F2 1 1>2 amended 0/1/0 checkup #2",
		}},
		{"amended to another month", func(p *province) { p.send("checkup", visit(p, 3, "F3", "b", "2024-01-05")) }, []string{
			"X.visits 15 1 2>3 amended 0/1/0 checkup #2", "X.visits 15 2 1>0 amended 0/1/0 checkup #2", "X.visits C3 2 1>0 amended 0/1/0 checkup #2",
			"X.visits D2 2 1>0 amended 0/1/0 checkup #2", "X.visits F3 2 1>0 amended 0/1/0 checkup #2",
		}},
		{"late and amended", func(p *province) {
			p.send("checkup", visit(p, 2, "F2", "a", "2024-01-11"), visit(p, 5, "F1", "b", "2024-01-12"), visit(p, 6, "F1", "b", "2024-01-12"))
		}, []string{
			"X.visits 15 1 2>3 late+amended 2/1/0 checkup #2", "X.visits C1 1 1>3 late 2/0/0 checkup #2", "X.visits C2 1 1>0 amended 0/1/0 checkup #2",
			"X.visits D1 1 2>3 late+amended 2/1/0 checkup #2", "X.visits F1 1 1>3 late 2/0/0 checkup #2", "X.visits F2 1 1>0 amended 0/1/0 checkup #2",
		}},
		{"removed by a complete extract", func(p *province) {
			p.extract("checkup", p.checkup(checkup{id: 1, facility: "F1", kind: "b", on: "2024-01-10", citizen: "p1"}), p.checkup(checkup{id: 2, facility: "F2", kind: "b", on: "2024-01-11", citizen: "p2"}))
		}, []string{
			"X.visits 15 2 1>0 removed 0/0/1 checkup #2", "X.visits C3 2 1>0 removed 0/0/1 checkup #2", "X.visits D2 2 1>0 removed 0/0/1 checkup #2", "X.visits F3 2 1>0 removed 0/0/1 checkup #2",
		}},
		{"taken back by its source", func(p *province) { p.send("checkup", document{3, nil}) }, []string{
			"X.visits 15 2 1>0 removed 0/0/1 checkup #2", "X.visits C3 2 1>0 removed 0/0/1 checkup #2", "X.visits D2 2 1>0 removed 0/0/1 checkup #2", "X.visits F3 2 1>0 removed 0/0/1 checkup #2",
		}},
		{"sent again as it was", func(p *province) {
			p.send("checkup", p.checkup(checkup{id: 1, facility: "F1", kind: "b", on: "2024-01-10", citizen: "p1"}))
		}, []string{}},
		{"another definition", func(p *province) {
			p.agenda = agendaOf(p.t, "2024-03-10", visitsOfKind("a"))
			p.agenda.Expectations, p.agenda.Definitions[1].Version = nil, "2"
		}, []string{
			"X.visits 15 1 2>1 definition 0/0/0", "X.visits 15 2 1>0 definition 0/0/0", "X.visits C2 1 1>0 definition 0/0/0", "X.visits C3 2 1>0 definition 0/0/0", "X.visits D1 1 2>1 definition 0/0/0",
			"X.visits D2 2 1>0 definition 0/0/0", "X.visits F2 1 1>0 definition 0/0/0", "X.visits F3 2 1>0 definition 0/0/0",
		}},
		{"windows that nobody has seen", func(p *province) {
			p.agenda.Today++
			p.send("checkup", visit(p, 5, "F1", "b", "2024-03-10"))
		}, []string{}},
		{"twice", func(p *province) {
			p.send("checkup", visit(p, 5, "F3", "b", "2024-02-12"))
			p.compute()
			p.send("checkup", document{5, nil})
		}, []string{
			"X.visits 15 2 1>2 late 1/0/0 checkup #2", "X.visits C3 2 1>2 late 1/0/0 checkup #2", "X.visits D2 2 1>2 late 1/0/0 checkup #2", "X.visits F3 2 1>2 late 1/0/0 checkup #2",
			"X.visits 15 2 2>1 removed 0/0/1 checkup #3", "X.visits C3 2 2>1 removed 0/0/1 checkup #3", "X.visits D2 2 2>1 removed 0/0/1 checkup #3", "X.visits F3 2 2>1 removed 0/0/1 checkup #3",
		}},
	}
	closed := published(t, visitsOfKind("b"))
	closed.close()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := closed.from(t, nil)
			tt.happen(p)
			p.compute()
			if diff := cmp.Diff(tt.want, p.restatements()); diff != "" {
				t.Errorf("restatements (-want +got):\n%s", diff)
			}
		})
	}
}

// Rows reach a figure in several ways: as those that are counted, in either measure,
// through those that match them, and through the register of persons.
func TestRestatementThroughOtherRows(t *testing.T) {
	t.Parallel()
	all := provinceIndicators()
	of := func(name string) indicator.Declaration {
		return all[slices.IndexFunc(all, func(d indicator.Declaration) bool { return d.Indicator == name })]
	}
	tests := []struct {
		name, indicator string
		happen          func(*province)
		want            []string
	}{
		{"a row of both measures is one", "kind_a", func(p *province) {
			p.send("checkup", p.checkup(checkup{id: 5, facility: "F3", kind: "a", on: "2024-02-12"}))
		}, []string{
			"X.kind_a 15 2 0>1 late 1/0/0 checkup #2", "X.kind_a C3 2 0>1 late 1/0/0 checkup #2", "X.kind_a D2 2 0>1 late 1/0/0 checkup #2", "X.kind_a F3 2 0>1 late 1/0/0 checkup #2",
		}},
		{"the denominator alone", "kind_a", func(p *province) {
			p.send("checkup", p.checkup(checkup{id: 5, facility: "F3", kind: "b", on: "2024-02-12"}))
		}, []string{
			"X.kind_a 15 2 0>0 late 1/0/0 checkup #2", "X.kind_a C3 2 0>0 late 1/0/0 checkup #2", "X.kind_a D2 2 0>0 late 1/0/0 checkup #2", "X.kind_a F3 2 0>0 late 1/0/0 checkup #2",
		}},
		{"a match", "shown", func(p *province) {
			p.send("showing", p.showing(1, false), p.showing(9, true))
			p.compute()
			p.send("showing", p.showing(3, true), p.showing(30, true), p.showing(2, false))
		}, []string{
			// With the first rows of a dataset every figure becomes known, those that none of
			// the rows reaches too.
			"X.shown 15 1 ->0 late 2/0/0 showing #2", "X.shown 15 2 ->0 late 2/0/0 showing #2", "X.shown 15 3 ->0 late 2/0/0 showing #2", "X.shown C1 1 ->0 late 2/0/0 showing #2", "X.shown C2 1 ->0 late 2/0/0 showing #2", "X.shown C3 2 ->0 late 2/0/0 showing #2",
			"X.shown D1 1 ->0 late 2/0/0 showing #2", "X.shown D2 2 ->0 late 2/0/0 showing #2", "X.shown F1 1 ->0 late 2/0/0 showing #2", "X.shown F2 1 ->0 late 2/0/0 showing #2", "X.shown F3 2 ->0 late 2/0/0 showing #2",
			"X.shown 15 2 0>1 late 1/0/0 showing #3", "X.shown C3 2 0>1 late 1/0/0 showing #3", "X.shown D2 2 0>1 late 1/0/0 showing #3", "X.shown F3 2 0>1 late 1/0/0 showing #3",
		}},
		{"a row that comes with its match", "shown", func(p *province) {
			p.send("showing", p.showing(1, true), p.showing(2, true), p.showing(3, true))
			p.compute()
			texts(p.t, p.w, "DELETE FROM records.restatement RETURNING id")
			p.send("showing", p.showing(5, true))
			p.send("checkup", p.checkup(checkup{id: 5, facility: "F3", kind: "a", on: "2024-02-12"}))
		}, []string{
			"X.shown 15 2 1>2 late 1/0/0 checkup #4", "X.shown C3 2 1>2 late 1/0/0 checkup #4", "X.shown D2 2 1>2 late 1/0/0 checkup #4", "X.shown F3 2 1>2 late 1/0/0 checkup #4",
		}},
		{"a row that goes with its match", "shown", func(p *province) {
			p.send("showing", p.showing(1, true), p.showing(2, true), p.showing(3, true))
			p.compute()
			texts(p.t, p.w, "DELETE FROM records.restatement RETURNING id")
			p.send("showing", document{3, nil})
			p.send("checkup", document{3, nil})
		}, []string{
			"X.shown 15 2 1>0 removed 0/0/1 checkup #4", "X.shown C3 2 1>0 removed 0/0/1 checkup #4", "X.shown D2 2 1>0 removed 0/0/1 checkup #4", "X.shown F3 2 1>0 removed 0/0/1 checkup #4",
		}},
		{"a match of a row that is sent again", "shown", func(p *province) {
			p.send("showing", p.showing(9, true))
			p.compute()
			p.send("checkup", p.checkup(checkup{id: 3, facility: "F3", kind: "b", on: "2024-02-05", insurance: "i1", cost: 7}))
			p.send("showing", p.showing(3, true))
		}, []string{
			"X.shown 15 1 ->0 late 1/0/0 showing #2", "X.shown 15 2 ->0 late 1/0/0 showing #2", "X.shown 15 3 ->0 late 1/0/0 showing #2", "X.shown C1 1 ->0 late 1/0/0 showing #2", "X.shown C2 1 ->0 late 1/0/0 showing #2", "X.shown C3 2 ->0 late 1/0/0 showing #2",
			"X.shown D1 1 ->0 late 1/0/0 showing #2", "X.shown D2 2 ->0 late 1/0/0 showing #2", "X.shown F1 1 ->0 late 1/0/0 showing #2", "X.shown F2 1 ->0 late 1/0/0 showing #2", "X.shown F3 2 ->0 late 1/0/0 showing #2",
			"X.shown 15 2 0>1 late 1/0/0 showing #4", "X.shown C3 2 0>1 late 1/0/0 showing #4", "X.shown D2 2 0>1 late 1/0/0 showing #4", "X.shown F3 2 0>1 late 1/0/0 showing #4",
		}},
		{"two numbers of one person", "persons", func(p *province) {
			p.send("checkup", p.checkup(checkup{id: 5, facility: "F3", kind: "b", on: "2024-02-06", citizen: "p3"}))
			p.compute()
			p.send("insurance_link", document{1, append(p.linked("p3"), p.linked("i1")...)})
		}, []string{
			"X.persons 15 2 1>2 late 1/0/0 checkup #2", "X.persons C3 2 1>2 late 1/0/0 checkup #2", "X.persons D2 2 1>2 late 1/0/0 checkup #2", "X.persons F3 2 1>2 late 1/0/0 checkup #2",
			"X.persons 15 2 2>1 late 1/0/0 insurance_link #3", "X.persons C3 2 2>1 late 1/0/0 insurance_link #3", "X.persons D2 2 2>1 late 1/0/0 insurance_link #3", "X.persons F3 2 2>1 late 1/0/0 insurance_link #3",
		}},
		{"a register", "stations", func(p *province) {
			p.send("station", p.station(1, ""))
			p.compute()
			p.send("station", p.station(1, "2024-02-20"), p.station(2, "2024-03-09"))
		}, []string{
			"X.stations 15 1 ->1 late 1/0/0 station #2", "X.stations 15 2 ->1 late 1/0/0 station #2", "X.stations 15 3 ->1 late 1/0/0 station #2",
			"X.stations 15 1 1>2 late 1/0/0 station #3", "X.stations C2 2 1>0 amended 0/1/0 station #3", "X.stations C2 3 1>0 amended 0/1/0 station #3",
			"X.stations D1 2 1>0 amended 0/1/0 station #3", "X.stations D1 3 1>0 amended 0/1/0 station #3", "X.stations F2 2 1>0 amended 0/1/0 station #3", "X.stations F2 3 1>0 amended 0/1/0 station #3",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := published(t, of(tt.indicator))
			tt.happen(p)
			p.compute()
			if diff := cmp.Diff(tt.want, p.restatements()); diff != "" {
				t.Errorf("restatements (-want +got):\n%s", diff)
			}
		})
	}
}

// nothingHere is a facility's report that nothing happened through the job of checkups.
func (p *province) nothingHere(id int, facility, from, to string) document {
	return document{id, []value.Value{textOf("checkups"), textOf(facility), p.dated(from), p.dated(to)}}
}

// A figure of the province that counts units is moved by rows of units, and by who
// reported: by that alone where no unit counts otherwise. A visit is owed every week; in
// January F2 owes nothing any more, while F1 and F3 do.
func TestRestatementOfUnits(t *testing.T) {
	t.Parallel()
	visit := func(p *province, id int, facility, kind, on string) document {
		return p.checkup(checkup{id: id, facility: facility, kind: kind, on: on})
	}
	silent := []string{"X.each 15 1 0>0 late 1/0/0 zero_report #3"}
	tests := []struct {
		name   string
		happen func(*province)
		want   []string
	}{
		{"a unit reports that nothing happened", func(p *province) { p.send("zero_report", p.nothingHere(5, "F1", "2024-01-01", "2024-01-31")) }, silent},
		{"another reports of a later month", func(p *province) {
			p.send("zero_report", p.nothingHere(5, "F1", "2024-01-01", "2024-01-31"), p.nothingHere(6, "F1", "2024-02-01", "2024-02-29"))
		}, silent},
		{"another feed beside it", func(p *province) {
			other := p.nothingHere(6, "F1", "2024-01-01", "2024-01-31")
			other.row[0] = textOf("others")
			p.send("zero_report", p.nothingHere(5, "F1", "2024-01-01", "2024-01-31"), other)
		}, silent},
		{"amended", func(p *province) { p.send("checkup", visit(p, 2, "F2", "a", "2024-01-11")) }, []string{"X.each 15 1 0>1 amended 0/1/0 checkup #3"}},
		{"gone from one unit to another", func(p *province) { p.send("checkup", visit(p, 2, "F1", "a", "2024-01-11")) }, []string{"X.each 15 1 0>0 amended 0/1/0 checkup #3"}},
		{"other rows beside it", func(p *province) {
			p.send("checkup", visit(p, 50, "F9", "a", "2024-01-10"), visit(p, 51, "F3", "a", "2024-03-10"))
			p.send("checkup", document{2, nil})
		}, []string{"X.each 15 1 0>0 removed 0/0/1 checkup #4"}},
	}
	all := provinceIndicators()
	weekly := indicator.Expectation{Job: "checkups", Of: "checkup", At: "seen_on", Facility: "facility_code", Every: indicator.Weekly, UnitShare: 1}
	each := all[slices.IndexFunc(all, func(d indicator.Declaration) bool { return d.Indicator == "each" })]
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newProvince(t, 1)
			p.agenda = agendaOf(t, "2024-03-10", each)
			p.agenda.Expectations = []*indicator.Expectation{&weekly}
			p.send("checkup", visit(p, 1, "F1", "b", "2024-01-10"), visit(p, 2, "F2", "b", "2024-01-11"), visit(p, 3, "F3", "b", "2023-12-31"))
			p.send("zero_report", p.nothingHere(1, "F2", "2024-01-01", "2024-01-31"))
			p.compute()
			tt.happen(p)
			p.compute()
			told := slices.DeleteFunc(p.restatements(), func(s string) bool { return !strings.HasPrefix(s, "X.each 15 1") })
			if diff := cmp.Diff(tt.want, told); diff != "" {
				t.Errorf("restatements (-want +got):\n%s", diff)
			}
			if n := number(t, p.w, "SELECT count(*) FROM records.restatement WHERE cause LIKE '%definition%'"); n > 0 {
				t.Errorf("%d figures are told to be defined otherwise", n)
			}
		})
	}
}

// A delivery that brings many rows is named before one that brings few.
func TestRestatementNamesTheGreatestDeliveries(t *testing.T) {
	t.Parallel()
	p := published(t, visitsOfKind("b"))
	for n := range 21 {
		p.send("checkup", p.checkup(checkup{id: 100 + n, facility: "F4", kind: "b", on: "2024-02-05"}))
	}
	last := p.send("checkup", p.checkup(checkup{id: 200, facility: "F4", kind: "b", on: "2024-02-05"}), p.checkup(checkup{id: 201, facility: "F4", kind: "b", on: "2024-02-05"}))
	p.compute()
	through := texts(t, p.w, "SELECT through FROM records.restatement WHERE extent = 'month' AND calendar = 'civil' AND unit = '15'")
	if len(through) != 1 {
		t.Fatalf("%d restatements", len(through))
	}
	names := strings.Split(through[0], ", ")
	if len(names) != 20 || names[0] != "checkup #2" || names[19] != fmt.Sprintf("checkup #%d", last) {
		t.Errorf("named: %v", names)
	}
}
