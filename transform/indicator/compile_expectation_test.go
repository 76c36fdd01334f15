package indicator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

func owed() indicator.ExpectationDeclaration {
	return indicator.ExpectationDeclaration{Of: "visit", At: "arrived_at", Facility: "facility_code", Among: "kind = 'commune_station'", Every: "day"}
}

func lasting(d time.Duration) *declaration.Duration {
	as := declaration.Duration(d)
	return &as
}

func TestCompileExpectationProblems(t *testing.T) {
	type d = indicator.ExpectationDeclaration
	share := func(f float64) *float64 { return &f }
	week := []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	const shares = "$.unit_share: a share is more than 0 and at most 1; write 0.8 for four of five windows"
	tests := []struct {
		name   string
		change func(*d)
		want   []string
	}{
		{"good", func(*d) {}, nil},
		{"dataset", func(d *d) { d.Of = "visits" }, []string{`$.of: unknown dataset "visits"; did you mean "visit"?`}},
		{"a reference table delivers nothing", func(d *d) { d.Of = "facility" }, []string{`$.of: unknown dataset "facility"; known are identification, technique, visit`}},
		{"time and unit", func(d *d) { d.At, d.Facility = "kind", "visit_key" }, []string{
			"$.at: column kind is text; name a column of type date or timestamp", "$.facility: column visit_key is key; name a column of type code or text",
		}},
		{"who owes", func(d *d) { d.Among = "level = 'commune'" }, []string{"$.among: unknown column level (at character 1)"}},
		{"no choice", func(d *d) { d.Among = "kind" }, []string{"$.among: the expression is text, a condition is true or false; compare it with something"}},
		{"window", func(d *d) { d.Every = "year" }, []string{`$.every: unknown window "year"; known are day, week, month`}},
		{"days of the week", func(d *d) { d.Except = []string{"sunday", "sonntag", "sunday"} }, []string{
			`$.except[1]: unknown day of the week "sonntag"; known are sunday, monday, tuesday, wednesday, thursday, friday, saturday`,
			"$.except[2]: sunday is named twice",
		}},
		{"days of a month", func(d *d) { d.Every, d.Except = "month", []string{"sunday"} }, []string{
			"$.except: only windows of a day leave out days of the week; use every: day, or leave except out",
		}},
		{"nothing is left", func(d *d) { d.Except = week }, []string{"$.except: every day of the week is left out"}},
		{"half a day", func(d *d) { d.Due = lasting(36 * time.Hour) }, []string{"$.due: what is owed is due after whole days; write 5d, or 24h"}},
		{"no share", func(d *d) { d.UnitShare = share(0) }, []string{shares}},
		{"more than all", func(d *d) { d.UnitShare = share(80) }, []string{shares}},
	}
	datasets, references := tables(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := owed()
			test.change(&d)
			e, err := indicator.CompileExpectation("claims", d, datasets, references)
			if diff := cmp.Diff(test.want, told(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if (e == nil) != (len(test.want) > 0) {
				t.Errorf("expectation %v beside %d problems", e, len(test.want))
			}
		})
	}
	if _, err := indicator.CompileExpectation("claims", owed(), datasets, nil); len(told(t, err)) != 1 {
		t.Errorf("without the table facility: %v, want one problem", err)
	}
}

func TestCompiledExpectation(t *testing.T) {
	datasets, references := tables(t)
	d := owed()
	d.Except, d.Due = []string{"saturday", "sunday"}, lasting(5*24*time.Hour)
	e, err := indicator.CompileExpectation("claims", d, datasets, references)
	if err != nil {
		t.Fatal(err)
	}
	if e.Job != "claims" || e.Of != "visit" || e.At != "arrived_at" || e.Facility != "facility_code" || e.Among == nil {
		t.Errorf("expectation %+v", e)
	}
	if e.Every != indicator.Daily || e.DueDays != 5 || e.UnitShare != 1 {
		t.Errorf("every %s, due after %d days, share %g", e.Every, e.DueDays, e.UnitShare)
	}
	if diff := cmp.Diff([]time.Weekday{time.Saturday, time.Sunday}, e.Except); diff != "" {
		t.Errorf("days left out (-want +got):\n%s", diff)
	}
}
