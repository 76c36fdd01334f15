package campaign_test

import (
	"errors"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

const trials = `
indicator: satisfaction
tests:
- test: 27 of 30 is not more than 90 per cent
  calendar: civil
  asked_in: administrative
  cut_off_on: 2024-06-14
  target: {more_than: 90}
  rows:
    row: |
      facility_code, satisfied
      15101, true
  expect:
  - {numerator: 27, denominator: 30, value: 90.0, expected: 90, attainment: 100.0, status: watch, units_reported: 8, units_expected: 9, provisional: false, over_hundred: false}
  - {period: 2024-06, value: none}
  - {unit: "15101", value: 86.1}
`

// readTrial returns the first test of the trials, with its declaration changed.
func readTrial(t *testing.T, change func(*campaign.TrialDeclaration)) (*campaign.Trial, error) {
	t.Helper()
	var d campaign.TrialsDeclaration
	if err := yaml.UnmarshalWithOptions([]byte(trials), &d, yaml.Strict()); err != nil {
		t.Fatalf("read: %v", err)
	}
	change(&d.Tests[0])
	return d.Tests[0].Compile(definitions(t)[d.Indicator])
}

func TestTrialCompiles(t *testing.T) {
	trial, err := readTrial(t, func(*campaign.TrialDeclaration) {})
	if err != nil {
		t.Fatal(err)
	}
	entries := trial.Campaign.Entries()
	if len(entries) != 1 || entries[0].ID != "satisfaction" || entries[0].Target.Comparison != campaign.MoreThan {
		t.Errorf("entries %v", entries)
	}
	if want := (campaign.Moment{CutOffOn: day(t, midYear), Calendar: calendar.Administrative}); trial.Moment != want {
		t.Errorf("moment %v, want %v", trial.Moment, want)
	}
	if want := (campaign.Area{Code: "15", List: "dvhc_2024"}); trial.Campaign.Province != want {
		t.Errorf("province %v, want %v", trial.Campaign.Province, want)
	}
	if got := calendar.Civil.Name(trial.Campaign.Period); got != "2024" {
		t.Errorf("period %s, want the year of the cut-off", got)
	}
}

func TestTrialProblems(t *testing.T) {
	type d = campaign.TrialDeclaration
	tests := []struct {
		name   string
		change func(*d)
		want   []string
	}{
		{"target", func(d *d) { d.Target.MoreThan = nil }, []string{
			"$.target: a target states one comparison, not 0; use exactly one of at_least, more_than, at_most, less_than and equal",
		}},
		{"period", func(d *d) { d.Period = &campaign.SpanDeclaration{From: "2024-01-01", To: "2024"} }, []string{`$.period.to: "2024" is not a day; write it as 2024-06-14`}},
		{"cut-off", func(d *d) { d.CutOffOn = "14/6/2024" }, []string{`$.cut_off_on: "14/6/2024" is not a day; write it as 2024-06-14`}},
		{"cut-off before the period", func(d *d) { d.Period = &campaign.SpanDeclaration{From: "2024-07-01", To: yearEnd} }, []string{
			"$.cut_off_on: the cut-off lies before the campaign; let the period begin earlier",
			`$.expect[0].period: "" is no month between the beginning and the cut-off; write a month as 2024-06, or leave period out for the figure to date`,
			`$.expect[1].period: "2024-06" is no month between the beginning and the cut-off; write a month as 2024-06, or leave period out for the figure to date`,
			`$.expect[2].period: "" is no month between the beginning and the cut-off; write a month as 2024-06, or leave period out for the figure to date`,
		}},
		{"calendar", func(d *d) { d.AskedIn = "administrativ" }, []string{`$.asked_in: unknown calendar "administrativ"; did you mean "administrative"?`}},
		{"nothing expected", func(d *d) { d.Expect = nil }, []string{"$.expect: a test that expects nothing shows nothing; state at least one figure"}},
		{"status", func(d *d) { d.Expect[0].Status = "wach" }, []string{`$.expect[0].status: unknown status "wach"; did you mean "watch"?`}},
		{"month to come", func(d *d) { d.Expect[1].Period = "2024-07" }, []string{
			`$.expect[1].period: "2024-07" is no month between the beginning and the cut-off; write a month as 2024-06, or leave period out for the figure to date`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readTrial(t, tt.change)
			var problems declaration.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, declaration.Problems{p}.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTrialCompares(t *testing.T) {
	trial, err := readTrial(t, func(*campaign.TrialDeclaration) {})
	if err != nil {
		t.Fatal(err)
	}
	c, windows := trial.Campaign, trial.Campaign.Windows(trial.Moment)
	toDate, may, june := windows[0], windows[5], windows[6]
	province := campaign.Unit{Level: indicator.Province, Code: "15", List: "dvhc_2024"}
	figure := func(u campaign.Unit, w campaign.Window, n campaign.Count) campaign.Figure {
		return campaign.Figure{Entry: c.Entries()[0], Unit: u, Window: w, Count: n, Verdict: c.Judge(c.Entries()[0], w, n)}
	}
	reported := func(n campaign.Count) campaign.Count {
		n.UnitsReported, n.UnitsExpected = 8, 9
		return n
	}
	tests := []struct {
		name   string
		figure campaign.Figure
		want   []string
	}{
		{"all but the status", figure(province, toDate, reported(counted(27, 30))), []string{
			"unit 15, to 2024-06-14: status is not_enough_data (Not enough data for a verdict: 8 of 9 units have reported in full (88.9%), 100.0% are needed.), want watch",
		}},
		{"all is different", figure(province, toDate, counted(31, 29.5)), []string{
			"unit 15, to 2024-06-14: numerator is 31, want 27",
			"unit 15, to 2024-06-14: denominator is 29.5, want 30",
			"unit 15, to 2024-06-14: value is 105.1, want 90.0",
			"unit 15, to 2024-06-14: attainment is 116.8, want 100.0",
			"unit 15, to 2024-06-14: status is met (Met: 105.1%, target more than 90%.), want watch",
			"unit 15, to 2024-06-14: units_reported is 0, want 8",
			"unit 15, to 2024-06-14: units_expected is 0, want 9",
			"unit 15, to 2024-06-14: over_hundred is true, want false",
		}},
		{"no value, as expected", figure(province, june, counted(1, 0)), nil},
		{"a value that must not be", figure(province, june, counted(1, 2)), []string{"unit 15, 2024-06: value is 50.0, want none"}},
		{"a value as it is shown", figure(campaign.Unit{Level: indicator.Facility, Code: "15101"}, toDate, counted(149, 173)), nil},
		{"no value where one is due", figure(campaign.Unit{Level: indicator.Facility, Code: "15101"}, toDate, counted(0, 0)), []string{
			"unit 15101, to 2024-06-14: value is none, want 86.1",
		}},
		{"another month", figure(province, may, counted(1, 2)), nil},
		{"another unit of the province's code", figure(campaign.Unit{Level: indicator.Facility, Code: "15"}, toDate, counted(1, 2)), nil},
	}
	var all []campaign.Figure
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, trial.Compare(tt.figure)); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
		all = append(all, tt.figure)
	}
	want := []string{"unit 15, 2024-06: there is no such figure", "unit 15101, to 2024-06-14: there is no such figure"}
	if diff := cmp.Diff(append(tests[0].want, want...), trial.Check(all[:1])); diff != "" {
		t.Errorf("differences of a run (-want +got):\n%s", diff)
	}
}

func TestExpectedRefuses(t *testing.T) {
	for name, text := range map[string]string{"a word": "value: nothing", "vi-VN": "value: 86,1", "a list": "value: [1]"} {
		t.Run(name, func(t *testing.T) {
			var x campaign.ExpectedFigure
			var wrong *yaml.SyntaxError
			if err := yaml.Unmarshal([]byte(text), &x); !errors.As(err, &wrong) || wrong.Token.Position.Line != 1 {
				t.Errorf("error %v, want one with its line", err)
			}
		})
	}
}
