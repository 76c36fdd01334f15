package campaign

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"thidua/transform/calendar"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// TrialsDeclaration are the tests of an indicator, as the file beside its definition
// states them: rows in, figures out.
type TrialsDeclaration struct {
	Indicator string             `yaml:"indicator" jsonschema:"required" jsonschema_description:"name of the indicator that is tested"`
	Tests     []TrialDeclaration `yaml:"tests" jsonschema:"required"`
}

// TrialDeclaration is one test. What a campaign would state may be stated here, so
// that verdicts can be tested too.
type TrialDeclaration struct {
	Test     string               `yaml:"test" jsonschema:"required" jsonschema_description:"what is shown, in one sentence"`
	Province *ProvinceDeclaration `yaml:"province,omitempty" jsonschema_description:"unit that is judged; Yên Bái in the list dvhc_2024 where not stated"`
	Calendar string               `yaml:"calendar,omitempty" jsonschema:"enum=civil,enum=administrative" jsonschema_description:"calendar of the campaign; civil where not stated"`
	// Period is the campaign's, the year of the cut-off where not stated.
	Period   *SpanDeclaration `yaml:"period,omitempty"`
	CutOffOn string           `yaml:"cut_off_on" jsonschema:"required" jsonschema_description:"events are counted through this day"`
	// AskedIn is the calendar that the figure is asked for in, the campaign's where
	// not stated.
	AskedIn string `yaml:"asked_in,omitempty" jsonschema:"enum=civil,enum=administrative" jsonschema_description:"calendar of the question; the campaign's where not stated"`

	Target       *TargetDeclaration                 `yaml:"target,omitempty"`
	Baseline     *BaselineDeclaration               `yaml:"baseline,omitempty"`
	Path         *PathDeclaration                   `yaml:"path,omitempty"`
	Thresholds   *ThresholdDeclaration              `yaml:"thresholds,omitempty"`
	Completeness *CompletenessDeclaration           `yaml:"completeness,omitempty"`
	Expects      []indicator.ExpectationDeclaration `yaml:"expects,omitempty" jsonschema_description:"what units owe; nothing where not stated"`

	// Rows hold, by dataset or reference table, a header with names of columns and
	// one row a line, parted by commas. Columns that are left out, and empty cells,
	// are unknown. A reference table that is given replaces the built-in one.
	Rows   map[string]string `yaml:"rows" jsonschema:"required" jsonschema_description:"dataset to rows: a header and one row a line, parted by commas"`
	Expect []ExpectedFigure  `yaml:"expect" jsonschema:"required"`
}

// ExpectedFigure is what has to come out. Only what is stated is compared; the word
// none stands for a number that there must not be.
type ExpectedFigure struct {
	// Unit is a facility or area code; the province where not stated.
	Unit string `yaml:"unit,omitempty"`
	// Period is a month such as 2024-06; from the beginning to the cut-off where not
	// stated.
	Period        string    `yaml:"period,omitempty"`
	Numerator     *Expected `yaml:"numerator,omitempty"`
	Denominator   *Expected `yaml:"denominator,omitempty"`
	Value         *Expected `yaml:"value,omitempty" jsonschema_description:"as it is shown: rounded half up to the decimals of the definition"`
	Expected      *Expected `yaml:"expected,omitempty" jsonschema_description:"what the path expects, to one decimal place"`
	Attainment    *Expected `yaml:"attainment,omitempty" jsonschema_description:"in per cent, to one decimal place"`
	Status        Status    `yaml:"status,omitempty"`
	UnitsReported *int      `yaml:"units_reported,omitempty"`
	UnitsExpected *int      `yaml:"units_expected,omitempty"`
	Provisional   *bool     `yaml:"provisional,omitempty"`
	OverHundred   *bool     `yaml:"over_hundred,omitempty"`
}

// Expected is an exact number, or none.
type Expected struct {
	None   bool
	Number declaration.Number
}

// UnmarshalYAML reads a number or the word none. Its error carries the line and column
// of the scalar.
func (x *Expected) UnmarshalYAML(node ast.Node) error {
	if text, ok := node.(*ast.StringNode); ok && text.Value == "none" {
		*x = Expected{None: true}
		return nil
	}
	var n declaration.Number
	if err := n.UnmarshalYAML(node); err != nil {
		return err
	}
	*x = Expected{Number: n}
	return nil
}

// JSONSchema describes the number for editors.
func (Expected) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		OneOf:       []*jsonschema.Schema{{Type: "number"}, {Const: "none"}},
		Description: "an exact decimal number, such as 86.1, or none where there must not be any",
	}
}

// Trial is a test of an indicator that can be run: a campaign of one entry, whose id
// and name are those of the indicator, and the moment it is asked at.
type Trial struct {
	Name     string
	Campaign *Campaign
	Moment   Moment
	// Expects is what units owe, Rows what was delivered, by dataset.
	Expects []indicator.ExpectationDeclaration
	Rows    map[string]string
	Expect  []ExpectedFigure
	// windows holds the period of each expected figure.
	windows []calendar.Period
}

// Compile makes a test runnable for the indicator it tests. Its error is
// declaration.Problems, with paths relative to the test.
func (d TrialDeclaration) Compile(tested *indicator.Indicator) (*Trial, error) {
	b := trialBuilder{declared: d, tested: tested}
	t := b.trial()
	if err := b.problems.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// trialBuilder collects a trial and what is wrong with its declaration.
type trialBuilder struct {
	builder
	declared TrialDeclaration
	tested   *indicator.Indicator
}

func (b *trialBuilder) trial() *Trial {
	d := b.declared
	t := &Trial{Name: d.Test, Expects: d.Expects, Rows: d.Rows, Expect: d.Expect}
	b.stated("$.test", d.Test, "what the test shows", "say it in one sentence")
	if len(d.Expect) == 0 {
		b.problems.Add("$.expect", "a test that expects nothing shows nothing", "state at least one figure")
	}
	cutOff := b.day("$.cut_off_on", d.CutOffOn)
	cal := calendar.Civil
	if d.Calendar != "" {
		cal = b.calendar("$.calendar", d.Calendar)
	}
	asked := cal
	if d.AskedIn != "" {
		asked = b.calendar("$.asked_in", d.AskedIn)
	}
	if cutOff == nil || cal == "" || asked == "" {
		return nil
	}
	t.Moment = Moment{CutOffOn: *cutOff, Calendar: asked}
	if t.Campaign = b.around(cal, *cutOff); t.Campaign == nil {
		return nil
	}
	if len(t.Campaign.Windows(t.Moment)) == 0 {
		b.problems.Add("$.cut_off_on", "the cut-off lies before the campaign", "let the period begin earlier")
	}
	b.expected(t)
	return t
}

// around compiles the campaign of one entry. The problems of what the test states
// itself stand where the test states it; a campaign adds no others.
func (b *trialBuilder) around(cal calendar.Calendar, cutOff calendar.Day) *Campaign {
	d := b.declared
	name := declaration.Title{Vi: b.tested.Name, En: b.tested.Name}
	year := cal.Year(cutOff)
	whole := Declaration{
		Campaign: b.tested.Name, Title: name, Owner: name, Calendar: string(cal),
		Province:     ProvinceDeclaration{Code: "15", List: "dvhc_2024"},
		Period:       SpanDeclaration{From: year.From.String(), To: year.To.String()},
		Completeness: d.Completeness,
		Tasks: []TaskDeclaration{{Task: "1", Title: name, Indicators: []EntryDeclaration{{
			ID: b.tested.Name, Indicator: b.tested.Name,
			Target: d.Target, Baseline: d.Baseline, Path: d.Path, Thresholds: d.Thresholds,
		}}}},
	}
	if d.Province != nil {
		whole.Province = *d.Province
	}
	if d.Period != nil {
		whole.Period = *d.Period
	}
	c, err := Compile(whole, map[string]*indicator.Indicator{b.tested.Name: b.tested})
	var problems declaration.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			path := strings.Replace(p.Path, "$.tasks[0].indicators[0]", "$", 1)
			b.problems.Add(path, p.Message, p.Hint)
		}
		return nil
	}
	return c
}

// expected checks the figures that have to come out and finds their periods.
func (b *trialBuilder) expected(t *Trial) {
	for i, x := range t.Expect {
		path := fmt.Sprintf("$.expect[%d]", i)
		if x.Status != "" && !slices.Contains(Statuses(), x.Status) {
			var known []string
			for _, s := range Statuses() {
				known = append(known, string(s))
			}
			b.unknown(path+".status", "status", string(x.Status), known, "use one of "+strings.Join(known, ", "))
		}
		w, ok := t.window(x.Period)
		if !ok {
			b.problems.Add(path+".period", fmt.Sprintf("%q is no month between the beginning and the cut-off", x.Period), "write a month as 2024-06, or leave period out for the figure to date")
		}
		t.windows = append(t.windows, w)
	}
}

// window finds the period that an expected figure is of: to date where none is named.
func (t *Trial) window(name string) (calendar.Period, bool) {
	for _, w := range t.Campaign.Windows(t.Moment) {
		month := t.Moment.Calendar.Month(w.Period.To)
		if name == "" && w.Extent == ToDate || w.Extent == OfMonth && name == t.Moment.Calendar.Name(month) {
			return w.Period, true
		}
	}
	return calendar.Period{}, false
}
