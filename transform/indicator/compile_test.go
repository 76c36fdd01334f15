package indicator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// TestCompileProblems names each mistake of a definition at its place.
func TestCompileProblems(t *testing.T) {
	type d = indicator.Declaration
	type m = indicator.MeasureDeclaration
	numerator := func(change func(*m)) func(*d) { return func(d *d) { change(&d.Numerator) } }
	matching := func(change func(*indicator.MatchingDeclaration)) func(*d) {
		return func(d *d) { change(d.Numerator.Matching) }
	}
	number := func(n int) *int { return &n }
	const titles = "the title is missing in one language; give both vi and en"
	tests := []struct {
		name   string
		change func(*d)
		want   []string
	}{
		{"good", func(*d) {}, nil},
		{"name", func(d *d) { d.Indicator = "Chip" }, []string{`$.indicator: "Chip" cannot name an indicator; use lower-case letters, digits and underscores`}},
		{"titles", func(d *d) {
			d.Title.En, d.MeasuredIn.Vi, d.Numerator.Title.En = "", " ", ""
			d.Note = &declaration.Title{Vi: "chú ý"}
		}, []string{"$.title: " + titles, "$.measured_in: " + titles, "$.note: " + titles, "$.numerator.title: " + titles}},
		{"direction", func(d *d) { d.Direction = "upp" }, []string{`$.direction: unknown direction "upp"; did you mean "up"?`}},
		{"a judgement is not counted", func(d *d) { d.Behaviour = "judgement" }, []string{
			`$.behaviour: unknown behaviour "judgement"; known are ratio, cumulative, cumulative_distinct, running_total, stock, survey_round, official, milestone`,
		}},
		{"ratio without a denominator", func(d *d) { d.Denominator = nil }, []string{
			"$.behaviour: a ratio needs a denominator; state what the numerator is divided by, or another behaviour",
		}},
		{"distinct of nothing", func(d *d) { d.Behaviour = "cumulative_distinct" }, []string{
			"$.numerator: cumulative_distinct counts each thing once; say in distinct what a thing is, or use cumulative",
		}},
		{"scale", func(d *d) { d.Scale = -1 }, []string{"$.scale: the scale is not more than 0; use 100 for per cent"}},
		{"decimals", func(d *d) { d.Decimals = number(7) }, []string{"$.decimals: a figure is shown with 0 to 6 decimal places"}},
		{"sums", func(d *d) { d.SumOf = []string{"a", "chip_visits", "a"} }, []string{
			"$.sum_of[1]: an indicator is no part of itself", `$.sum_of[2]: indicator "a" is named twice`,
		}},
		{"dataset", numerator(func(m *m) { m.Of = "vist" }), []string{`$.numerator.of: unknown dataset or reference table "vist"; did you mean "visit"?`}},
		{"nothing is counted", numerator(func(m *m) { m.Count = "" }), []string{
			"$.numerator: exactly one of count, sum, min and max is stated; write count: rows, or one of the others with an expression",
		}},
		{"two things at once", numerator(func(m *m) { m.Max = "cost" }), []string{
			"$.numerator: exactly one of count, sum, min and max is stated; write count: rows, or one of the others with an expression",
		}},
		{"count of what", numerator(func(m *m) { m.Count = "lines" }), []string{`$.numerator.count: unknown count "lines"; known are rows`}},
		{"sum of a text", numerator(func(m *m) { m.Count, m.Sum = "", "kind" }), []string{
			"$.numerator.sum: the expression is text, an amount is a number; name a column of type integer or decimal, or reckon with some",
		}},
		{"sum of different values", numerator(func(m *m) { m.Count, m.Sum, m.Distinct = "", "cost", []string{"kind"} }), []string{
			"$.numerator.distinct: distinct belongs to count: rows; leave it out, or count",
		}},
		{"expression", numerator(func(m *m) { m.Where = "kind = 'chip' and knd = 'a'" }), []string{
			"$.numerator.where: unknown column knd (at character 19); did you mean kind?",
		}},
		{"condition", numerator(func(m *m) { m.Where = "stay_days + 1" }), []string{
			"$.numerator.where: the expression is integer, a condition is true or false; compare it with something",
		}},
		{"distinct columns", numerator(func(m *m) { m.Distinct = []string{"kind", "knd", "kind"} }), []string{
			`$.numerator.distinct[1]: dataset visit has no column "knd"; did you mean "kind"?`, `$.numerator.distinct[2]: column "kind" is named twice`,
		}},
		{"person and more", numerator(func(m *m) { m.Distinct = []string{"person", "kind"} }), []string{
			"$.numerator.distinct: person stands alone; name the columns themselves to count combinations",
		}},
		{"nobody is known", func(d *d) {
			*d.Denominator = m{Title: titled("t"), Count: "rows", Of: "technique", At: "from_on", Distinct: []string{"person"}}
		}, []string{
			"$.denominator.distinct[0]: dataset technique does not tell who is behind a row; it needs one of the columns citizen_key, insurance_key and card_key",
		}},
		{"no time", numerator(func(m *m) { m.At = "" }), []string{
			`$.numerator: missing key "at"; name the column that places a row in a period; a register that is counted as it stands says existing_at: cut_off`,
		}},
		{"time", numerator(func(m *m) { m.At = "cost" }), []string{"$.numerator.at: column cost is decimal(18,2); name a column of type date or timestamp"}},
		{"until without a register", numerator(func(m *m) { m.Until = "arrived_at" }), []string{
			"$.numerator.until: only a register that is counted as it stands has rows that end; add existing_at: cut_off, or leave until out",
		}},
		{"register", numerator(func(m *m) { m.ExistingAt, m.Until = "cutoff", "cost" }), []string{
			`$.numerator.existing_at: unknown day "cutoff"; did you mean "cut_off"?`, "$.numerator.until: column cost is decimal(18,2); name a column of type date or timestamp",
		}},
		{"units", numerator(func(m *m) { m.Unit = indicator.UnitDeclaration{Facility: "visit_key", Commune: "comune_code"} }), []string{
			"$.numerator.unit.facility: column visit_key is key; name a column of type code or text",
			`$.numerator.unit.commune: dataset visit has no column "comune_code"; did you mean "commune_code"?`,
		}},
		{"matching a reference table", matching(func(m *indicator.MatchingDeclaration) { m.Of = "facility" }), []string{
			`$.numerator.matching.of: unknown dataset "facility"; known are identification, technique, visit`,
		}},
		{"matching by nothing", matching(func(m *indicator.MatchingDeclaration) { m.On = nil }), []string{
			"$.numerator.matching.on: nothing says when a row matches; name columns of both datasets",
		}},
		{"matching by what differs", matching(func(m *indicator.MatchingDeclaration) { m.On = []string{"cost", "kind", "card_key"} }), []string{
			`$.numerator.matching.on[0]: dataset identification has no column "cost"; known are facility_code, visit_key, card_key, kind, ok, made_on`,
			"$.numerator.matching.on[1]: column kind is text in one dataset and integer in the other",
			"$.numerator.matching.on[2]: column card_key stands for card in one dataset and insurance in the other; keys of different identifiers are never equal",
		}},
		{"matching rows", matching(func(m *indicator.MatchingDeclaration) { m.Where = "made_on" }), []string{
			"$.numerator.matching.where: the expression is date, a condition is true or false; compare it with something",
		}},
	}
	datasets, references := tables(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := declared()
			test.change(&d)
			i, err := indicator.Compile(d, datasets, references)
			if diff := cmp.Diff(test.want, told(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if (i == nil) != (len(test.want) > 0) {
				t.Errorf("indicator %v beside %d problems", i, len(test.want))
			}
		})
	}
}

func TestCompiledIndicator(t *testing.T) {
	datasets, references := tables(t)
	d := declared()
	d.SumOf = []string{"other"}
	i, err := indicator.Compile(d, datasets, references)
	if err != nil {
		t.Fatal(err)
	}
	if i.Name != "chip_visits" || i.Behaviour != indicator.Ratio || i.Direction != indicator.Up || i.Scale.String() != "100" || i.Decimals != 1 {
		t.Errorf("indicator %+v", i)
	}
	if diff := cmp.Diff([]string{"visit", "identification"}, i.Datasets()); diff != "" {
		t.Errorf("datasets (-want +got):\n%s", diff)
	}
	n := i.Numerator
	if n.Aggregate != indicator.CountRows || n.Counts != "events" || n.At != "arrived_at" || n.Existing || n.Reference || n.Person {
		t.Errorf("numerator %+v", n)
	}
	if n.Where == nil || n.Matching == nil || n.Matching.Where == nil || i.Denominator.Where != nil || i.Denominator.Matching != nil {
		t.Errorf("conditions of %+v", i)
	}
}

func TestWhatIsNotStated(t *testing.T) {
	datasets, references := tables(t)
	d := declared()
	d.Behaviour, d.Scale, d.Denominator = "cumulative", 0, nil
	i, err := indicator.Compile(d, datasets, references)
	if err != nil {
		t.Fatal(err)
	}
	if i.Scale.String() != "1" || i.Decimals != 0 {
		t.Errorf("scale %s, %d decimals; want 1 and none", i.Scale, i.Decimals)
	}
	d.Scale = 0.001
	three := 3
	d.Decimals = &three
	if i, err = indicator.Compile(d, datasets, references); err != nil {
		t.Fatal(err)
	}
	if i.Scale.String() != "0.001" || i.Decimals != 3 {
		t.Errorf("scale %s, %d decimals; want 0.001 and 3", i.Scale, i.Decimals)
	}
}
