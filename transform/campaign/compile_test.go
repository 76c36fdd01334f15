package campaign_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/campaign"
	"thidua/transform/declaration"
)

func TestCompileProblems(t *testing.T) {
	type (
		d = campaign.Declaration
		e = campaign.EntryDeclaration
	)
	entry := func(change func(*e)) func(*d) { return func(d *d) { change(&d.Tasks[0].Indicators[0]) } }
	path := func(p campaign.PathDeclaration) func(*d) { return entry(func(e *e) { e.Path = &p }) }
	of := func(name string, change func(*e)) func(*d) {
		return entry(func(e *e) { e.Indicator = name; change(e) })
	}
	const (
		at        = "$.tasks[0].indicators[0]"
		bothLangs = ": the title is missing in one language; give both vi and en"
		linear    = at + ".path.kind: a linear path does not suit this behaviour: "
		useOther  = "; use milestones, full, after_round or none"
		upOrDown  = "; up goes with at_least and more_than, down with at_most and less_than"
		letters   = "; use lower-case letters, digits, hyphens and underscores"
	)
	ten, five := number(t, "10"), number(t, "5")
	one := int64(1)
	tests := []struct {
		name   string
		change func(*d)
		want   []string
	}{
		{"good", func(*d) {}, nil},
		{"name", func(d *d) { d.Campaign = "YB 2024" }, []string{`$.campaign: "YB 2024" cannot name a campaign` + letters}},
		{"title", func(d *d) { d.Title.Vi = "" }, []string{"$.title" + bothLangs}},
		{"movement", func(d *d) { d.Movements = []declaration.Title{{Vi: "một"}} }, []string{"$.movements[0]" + bothLangs}},
		{"province", func(d *d) { d.Province.List = "" }, []string{"$.province.list: the list that the code is of is missing; codes were used again on 1 July 2025; name a list such as dvhc_2024"}},
		{"day", func(d *d) { d.Period.To = "31/12/2024" }, []string{`$.period.to: "31/12/2024" is not a day; write it as 2024-06-14`}},
		{"backwards", func(d *d) { d.Period.To = "2023-12-31" }, []string{"$.period: the last day 2023-12-31 lies before the first 2024-01-01"}},
		{"days of a period that is none", func(d *d) {
			d.Period.To = "2023-12-31"
			d.Reports = []campaign.ReportDeclaration{{CutOffOn: midYear, Calendar: "civil"}}
			d.Tasks[0].Indicators[0].Target.DueOn = yearEnd
			d.Tasks[0].Indicators[0].Path = &campaign.PathDeclaration{Kind: "milestones", Milestones: []campaign.MilestoneDeclaration{{On: midYear, Value: *five}}}
		}, []string{"$.period: the last day 2023-12-31 lies before the first 2024-01-01"}},
		{"calendar", func(d *d) { d.Calendar = "civl" }, []string{`$.calendar: unknown calendar "civl"; did you mean "civil"?`}},
		{"report before the campaign", func(d *d) {
			d.Reports = []campaign.ReportDeclaration{{CutOffOn: "2023-12-14", Calendar: "administrative"}}
		}, []string{"$.reports[0].cut_off_on: 2023-12-14 lies before the campaign, which begins on 2023-12-15 in this calendar"}},
		{"report twice", func(d *d) {
			r := campaign.ReportDeclaration{CutOffOn: midYear, Calendar: "administrative"}
			d.Reports = []campaign.ReportDeclaration{r, r}
		}, []string{"$.reports[1]: the same cut-off in the same calendar is declared twice"}},
		{"thresholds", func(d *d) { d.Thresholds = &campaign.ThresholdDeclaration{OnTrack: 0.9, Watch: 1} }, []string{
			"$.thresholds: the thresholds do not ascend; watch is greater than 0 and not above on_track, such as watch: 0.9, on_track: 1",
		}},
		{"completeness", func(d *d) { d.Completeness = &campaign.CompletenessDeclaration{Judge: 100, Show: 0.8} }, []string{
			"$.completeness.judge: a share lies between 0 and 1; write four fifths as 0.8",
		}},
		{"no tasks", func(d *d) { d.Tasks = nil }, []string{"$.tasks: a campaign needs tasks"}},
		{"task twice", func(d *d) { d.Tasks = append(d.Tasks, campaign.TaskDeclaration{Task: "1", Title: titled("again")}) }, []string{`$.tasks[1].task: task "1" is declared twice`}},
		{"id twice", func(d *d) { d.Awards = []campaign.AwardDeclaration{{ID: "YB.1", Title: titled("a"), Stage: "awarded"}} }, []string{`$.awards[0].id: id "YB.1" is declared twice`}},
		{"stage", func(d *d) { d.Awards = []campaign.AwardDeclaration{{ID: "YB.A", Title: titled("a"), Stage: "awardet"}} }, []string{`$.awards[0].stage: unknown stage "awardet"; did you mean "awarded"?`}},
		{"no id", entry(func(e *e) { e.ID = "" }), []string{at + ".id: the id in the inventory of the text is missing; such as TN.D.2"}},
		{"unknown indicator", entry(func(e *e) { e.Indicator = "sample" }), []string{at + `.indicator: unknown indicator "sample"; did you mean "samples"?`}},
		{"strange indicator", entry(func(e *e) { e.Indicator = "tree_planting" }), []string{
			at + `.indicator: unknown indicator "tree_planting"; define it, or leave indicator out and say what the figure waits for`,
		}},
		{"said twice", entry(func(e *e) { e.Direction = "up" }), []string{at + ".direction: the definition says this already; leave it out, or change the definition"}},
		{"nothing said", entry(func(e *e) { *e = campaign.EntryDeclaration{ID: "YB.1", Title: titledAt("a")} }), []string{
			at + ": an entry without an indicator says itself what it is; missing: measured_in, behaviour, direction, waits_for; add them, or name the indicator that counts it",
		}},
		{"unknown behaviour", entry(func(e *e) {
			*e = campaign.EntryDeclaration{ID: "YB.1", Title: titledAt("a"), MeasuredIn: titledAt("%"), Behaviour: "rato", Direction: "up", WaitsFor: titledAt("b")}
		}), []string{at + `.behaviour: unknown behaviour "rato"; did you mean "ratio"?`}},
		{"no comparison", entry(func(e *e) { e.Target.AtLeast = nil }), []string{
			at + ".target: a target states one comparison, not 0; use exactly one of at_least, more_than, at_most, less_than and equal",
		}},
		{"two comparisons", entry(func(e *e) { e.Target.MoreThan = ten }), []string{
			at + ".target: a target states one comparison, not 2; use exactly one of at_least, more_than, at_most, less_than and equal",
		}},
		{"wrong way", of("deaths", func(*e) {}), []string{at + ".target.at_least: the figure is to go down, this target asks for the contrary" + upOrDown}},
		{"due too late", entry(func(e *e) { e.Target.DueOn = "2025-01-31" }), []string{
			at + ".target.due_on: 2025-01-31 lies outside the campaign, which is from 2024-01-01 to 2024-12-31",
		}},
		{"unknown units", entry(func(e *e) { e.Target.EachUnit = "comune" }), []string{at + `.target.each_unit: unknown level of units "comune"; did you mean "commune"?`}},
		{"units of nothing", entry(func(e *e) {
			*e = campaign.EntryDeclaration{ID: "YB.1", Title: titledAt("a"), MeasuredIn: titledAt("%"), Behaviour: "ratio", Direction: "up", WaitsFor: titledAt("b"), Target: e.Target}
			e.Target.EachUnit = "facility"
		}), []string{at + ".target.each_unit: units are judged by what is counted for each, and nothing counts this figure; name an indicator, or leave each_unit out"}},
		{"linear ratio", of("satisfaction", func(e *e) { e.Path = &campaign.PathDeclaration{Kind: "linear"} }), []string{linear + "a ratio has to hold on every day" + useOther}},
		{"linear stock", of("communes", func(e *e) { e.Path = &campaign.PathDeclaration{Kind: "linear"} }), []string{linear + "a stock is assessed as it stands and does not grow by the day" + useOther}},
		{"linear official figure", of("life", func(e *e) { e.Path = &campaign.PathDeclaration{Kind: "linear"} }), []string{linear + "an official figure is published once a year" + useOther}},
		{"linear from nowhere", of("records", func(e *e) { e.Path = &campaign.PathDeclaration{Kind: "linear"} }), []string{
			at + ".path.kind: a running total does not start at zero, and nothing says where it stood; state the baseline, or use full",
		}},
		{"unknown path", path(campaign.PathDeclaration{Kind: "liner"}), []string{at + `.path.kind: unknown path "liner"; did you mean "linear"?`}},
		{"path to nowhere", entry(func(e *e) { e.Target, e.Path = nil, &campaign.PathDeclaration{Kind: "full"} }), []string{
			at + ".path: a path leads to a target, and there is none; add the target, or leave the path out",
		}},
		{"no milestones", path(campaign.PathDeclaration{Kind: "milestones"}), []string{
			at + ".path.milestones: the path of milestones, and only that, lists some; use kind: milestones with one or more days and values",
		}},
		{"milestones back in time", path(campaign.PathDeclaration{Kind: "milestones", Milestones: []campaign.MilestoneDeclaration{{On: "2024-06-30", Value: *five}, {On: "2024-06-30", Value: *ten}}}), []string{
			at + ".path.milestones[1].on: 2024-06-30 does not lie behind the milestone before it; list milestones in the order of their days",
		}},
		{"milestones downwards", path(campaign.PathDeclaration{Kind: "milestones", Milestones: []campaign.MilestoneDeclaration{{On: "2024-03-31", Value: *ten}, {On: "2024-06-30", Value: *five}}}), []string{
			at + ".path.milestones[1].value: the value turns away from the target; what is expected later is no less than what is expected before",
		}},
		{"milestone too late", entry(func(e *e) {
			e.Target.DueOn = "2024-09-30"
			e.Path = &campaign.PathDeclaration{Kind: "milestones", Milestones: []campaign.MilestoneDeclaration{{On: "2024-10-01", Value: *five}}}
		}), []string{at + ".path.milestones[0].on: 2024-10-01 lies behind the day the target is due"}},
		{"round of another path", path(campaign.PathDeclaration{Kind: "full", RoundOn: yearEnd}), []string{
			at + ".path.round_on: only the path after_round has a round; use kind: after_round, or leave round_on out",
		}},
		{"baseline without number", entry(func(e *e) { e.Baseline = &campaign.BaselineDeclaration{On: "2023-12-31"} }), []string{
			at + ".baseline: a baseline is a number; state value, or numerator and denominator",
		}},
		{"baseline over zero", entry(func(e *e) { e.Baseline = &campaign.BaselineDeclaration{Numerator: &one, Denominator: new(int64)} }), []string{
			at + ".baseline.denominator: nothing can be divided by this; leave the denominator out where the figure has none",
		}},
		{"nothing printed", entry(func(e *e) { e.Reported = []campaign.ReportedDeclaration{{On: midYear}} }), []string{
			at + ".reported[0]: nothing was printed; state numerator and denominator, value, or printed",
		}},
		{"printed of two times", entry(func(e *e) { e.Reported = []campaign.ReportedDeclaration{{On: midYear, Year: 2024, Value: five}} }), []string{
			at + ".reported[0]: a printed figure is of a cut-off or of a year, not of both; leave on or year out",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			declared := declared(campaign.EntryDeclaration{ID: "YB.1", Indicator: "samples", Target: &campaign.TargetDeclaration{AtLeast: number(t, "930")}})
			tt.change(&declared)
			_, err := campaign.Compile(declared, definitions(t))
			var problems declaration.Problems
			if err != nil && !errors.As(err, &problems) {
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

func TestUsualPaths(t *testing.T) {
	tests := []struct {
		indicator string
		baseline  *campaign.BaselineDeclaration
		want      campaign.PathKind
	}{
		{"samples", nil, campaign.Linear},
		{"inspected", nil, campaign.Linear},
		{"records", nil, campaign.Full},
		{"records", &campaign.BaselineDeclaration{Value: number(t, "10")}, campaign.Linear},
		{"satisfaction", nil, campaign.Full},
		{"communes", nil, campaign.AfterRound},
		{"life", nil, campaign.NoPath},
		{"plan", nil, campaign.NoPath},
	}
	for _, tt := range tests {
		t.Run(tt.indicator+" "+string(tt.want), func(t *testing.T) {
			c := compiled(t, declared(campaign.EntryDeclaration{ID: "YB.1", Indicator: tt.indicator, Baseline: tt.baseline}))
			if got := c.Entries()[0].Path.Kind; got != tt.want {
				t.Errorf("path %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCompileTakesFromTheDefinition(t *testing.T) {
	c := compiled(t, declared(
		campaign.EntryDeclaration{ID: "YB.4.2", Indicator: "satisfaction"},
		campaign.EntryDeclaration{ID: "YB.7.4", Indicator: "samples", Title: titledAt("another")},
		campaign.EntryDeclaration{
			ID: "TN.S.1", Title: titledAt("survey"), MeasuredIn: titledAt("%"), Behaviour: "survey_round", Direction: "up", WaitsFor: titledAt("a survey"),
			Reported: []campaign.ReportedDeclaration{{Year: 2021, Value: number(t, "91.47")}},
		},
	))
	type taken struct {
		Title, MeasuredIn, Scale string
		Decimals                 int
		Defined                  bool
	}
	var got []taken
	for _, e := range c.Entries() {
		got = append(got, taken{e.Title.Vi, e.MeasuredIn.Vi, e.Scale.String(), e.Decimals, e.Definition != nil})
	}
	want := []taken{{"satisfaction", "%", "100", 1, true}, {"another", "things", "1", 0, true}, {"survey", "%", "100", 2, false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if want := (campaign.Thresholds{OnTrack: 1, Watch: 0.9}); c.Entries()[0].Thresholds != want || !c.Enabled {
		t.Errorf("thresholds %v, enabled %v", c.Entries()[0].Thresholds, c.Enabled)
	}
	if want := (campaign.Completeness{Judge: 1, Show: 0.8}); c.Completeness != want {
		t.Errorf("completeness %v, want %v", c.Completeness, want)
	}
}
