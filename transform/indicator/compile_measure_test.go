package indicator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/indicator"
)

// measured compiles a definition of one measure.
func measured(t *testing.T, m indicator.MeasureDeclaration) *indicator.Measure {
	t.Helper()
	m.Title = titled("measure")
	datasets, references := tables(t)
	i, err := indicator.Compile(indicator.Declaration{
		Indicator: "measured", Title: titled("measured"), MeasuredIn: titled("rows"), Direction: "up", Behaviour: "stock", Numerator: m,
	}, datasets, references)
	if err != nil {
		t.Fatal(err)
	}
	return i.Numerator
}

// TestCounts says what numbers count, which decides whether small ones are published.
func TestCounts(t *testing.T) {
	of := func(name, at string, distinct ...string) indicator.MeasureDeclaration {
		return indicator.MeasureDeclaration{Count: "rows", Of: name, At: at, Distinct: distinct}
	}
	tests := []struct {
		name string
		m    indicator.MeasureDeclaration
		want string
	}{
		{"rows of events", of("visit", "arrived_at"), "events"},
		{"rows of things", of("technique", "from_on"), "things"},
		{"an amount", indicator.MeasureDeclaration{Sum: "cost", Of: "visit", At: "arrived_at"}, "events"},
		{"units with an event", of("visit", "arrived_at", "facility_code"), "things"},
		{"units of two kinds", of("visit", "arrived_at", "facility_code", "commune_code"), "things"},
		{"units by kind of event", of("visit", "arrived_at", "facility_code", "kind"), "events"},
		{"events by their key", of("visit", "arrived_at", "visit_key"), "events"},
		{"persons", of("visit", "arrived_at", "person"), "persons"},
		{"persons by a key", of("visit", "arrived_at", "citizen_key"), "persons"},
		{"persons at units", of("visit", "arrived_at", "facility_code", "card_key"), "persons"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := measured(t, test.m).Counts; got != test.want {
				t.Errorf("counts %s, want %s", got, test.want)
			}
		})
	}
}

func TestAggregates(t *testing.T) {
	tests := []struct {
		name string
		m    indicator.MeasureDeclaration
		want indicator.Aggregate
	}{
		{"rows", indicator.MeasureDeclaration{Count: "rows"}, indicator.CountRows},
		{"different values", indicator.MeasureDeclaration{Count: "rows", Distinct: []string{"kind"}}, indicator.CountDistinct},
		{"sum", indicator.MeasureDeclaration{Sum: "cost * stay_days"}, indicator.Sum},
		{"least", indicator.MeasureDeclaration{Min: "stay_days"}, indicator.Min},
		{"greatest", indicator.MeasureDeclaration{Max: "cost"}, indicator.Max},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.m.Of, test.m.At = "visit", "arrived_at"
			m := measured(t, test.m)
			counts := m.Aggregate == indicator.CountRows || m.Aggregate == indicator.CountDistinct
			if m.Aggregate != test.want || counts != (m.Amount == nil) {
				t.Errorf("aggregate %s with amount %v, want %s", m.Aggregate, m.Amount, test.want)
			}
		})
	}
}

// TestPersonTakesTheKeysThereAre holds that person stands for the keys of persons
// that the dataset has, the surest first.
func TestPersonTakesTheKeysThereAre(t *testing.T) {
	m := measured(t, indicator.MeasureDeclaration{Count: "rows", Of: "visit", At: "arrived_at", Distinct: []string{"person"}})
	if !m.Person || m.Aggregate != indicator.CountDistinct {
		t.Errorf("measure %+v", m)
	}
	if diff := cmp.Diff([]string{"citizen_key", "card_key"}, m.Distinct); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	named := measured(t, indicator.MeasureDeclaration{Count: "rows", Of: "visit", At: "arrived_at", Distinct: []string{"card_key", "citizen_key"}})
	if named.Person {
		t.Error("columns that are named are joined over systems")
	}
}

func TestRegisters(t *testing.T) {
	tests := []struct {
		name      string
		m         indicator.MeasureDeclaration
		at, until string
		reference bool
	}{
		{"all rows", indicator.MeasureDeclaration{Of: "technique"}, "", "", false},
		{"between two days", indicator.MeasureDeclaration{Of: "technique", At: "from_on", Until: "to_on"}, "from_on", "to_on", false},
		{"a reference table by its own days", indicator.MeasureDeclaration{Of: "area", Where: "level = 'commune'"}, "valid_from", "valid_to", true},
		{"a reference table by a day that is named", indicator.MeasureDeclaration{Of: "facility", At: "valid_to"}, "valid_to", "valid_to", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.m.Count, test.m.ExistingAt = "rows", "cut_off"
			m := measured(t, test.m)
			if !m.Existing || m.At != test.at || m.Until != test.until || m.Reference != test.reference {
				t.Errorf("measure %+v", m)
			}
		})
	}
	happened := measured(t, indicator.MeasureDeclaration{Count: "rows", Of: "facility", At: "valid_from"})
	if happened.Existing || happened.Until != "" {
		t.Errorf("rows that came in a period end: %+v", happened)
	}
}

func TestUnitsStandSmallestFirst(t *testing.T) {
	m := measured(t, indicator.MeasureDeclaration{
		Count: "rows", Of: "visit", At: "arrived_at", Unit: indicator.UnitDeclaration{Province: "kind", Facility: "facility_code", Commune: "commune_code"},
	})
	want := []indicator.UnitColumn{
		{Level: indicator.Facility, Column: "facility_code"}, {Level: indicator.Commune, Column: "commune_code"}, {Level: indicator.Province, Column: "kind"},
	}
	if diff := cmp.Diff(want, m.Units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if units := measured(t, indicator.MeasureDeclaration{Count: "rows", Of: "visit", At: "arrived_at"}).Units; len(units) != 0 {
		t.Errorf("units %v of rows that have none", units)
	}
}
