package campaign_test

import (
	"testing"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Days that many tests count through.
const (
	midYear = "2024-06-14"
	yearEnd = "2024-12-31"
)

func titled(text string) declaration.Title { return declaration.Title{Vi: text, En: text} }

func titledAt(text string) *declaration.Title {
	t := titled(text)
	return &t
}

func number(t *testing.T, text string) *declaration.Number {
	t.Helper()
	n, err := declaration.ParseNumber(text)
	if err != nil {
		t.Fatalf("number %q: %v", text, err)
	}
	return &n
}

func day(t *testing.T, text string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(text)
	if err != nil {
		t.Fatalf("day %q: %v", text, err)
	}
	return d
}

// definitions are one indicator of each kind that is judged differently.
func definitions(t *testing.T) map[string]*indicator.Indicator {
	t.Helper()
	all := make(map[string]*indicator.Indicator)
	add := func(name string, b indicator.Behaviour, d indicator.Direction, denominator *indicator.Measure) {
		i := &indicator.Indicator{
			Name: name, Title: titled(name), MeasuredIn: titled("things"), Behaviour: b, Direction: d,
			Scale: *number(t, "1"), Numerator: &indicator.Measure{Of: "row", Aggregate: indicator.CountRows}, Denominator: denominator,
		}
		if denominator != nil {
			i.MeasuredIn, i.Scale, i.Decimals = titled("%"), *number(t, "100"), 1
		}
		all[name] = i
	}
	rows := &indicator.Measure{Of: "row", Aggregate: indicator.CountRows}
	register := &indicator.Measure{Of: "area", Reference: true, Existing: true, Aggregate: indicator.CountRows}
	add("satisfaction", indicator.Ratio, indicator.Up, rows)
	add("stock_out", indicator.Ratio, indicator.Down, rows)
	add("samples", indicator.Cumulative, indicator.Up, nil)
	add("deaths", indicator.Cumulative, indicator.Down, nil)
	add("inspected", indicator.CumulativeDistinct, indicator.Up, register)
	add("uploaded", indicator.Cumulative, indicator.Up, rows)
	add("records", indicator.RunningTotal, indicator.Up, nil)
	add("communes", indicator.Stock, indicator.Up, register)
	add("plan", indicator.Milestone, indicator.Equal, nil)
	add("life", indicator.Official, indicator.Up, nil)
	return all
}

// declared is a campaign of the year 2024 with the entries in one task.
func declared(entries ...campaign.EntryDeclaration) campaign.Declaration {
	return campaign.Declaration{
		Campaign: "yb-2024", Title: titled("campaign"), Owner: titled("department"),
		Province: campaign.ProvinceDeclaration{Code: "15", List: "dvhc_2024"},
		Period:   campaign.SpanDeclaration{From: "2024-01-01", To: yearEnd}, Calendar: "civil",
		Tasks: []campaign.TaskDeclaration{{Task: "1", Title: titled("task"), Indicators: entries}},
	}
}

func compiled(t *testing.T, d campaign.Declaration) *campaign.Campaign {
	t.Helper()
	c, err := campaign.Compile(d, definitions(t))
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return c
}

// window is what is counted to a cut-off in a calendar.
func window(t *testing.T, c *campaign.Campaign, cal calendar.Calendar, cutOff string) campaign.Window {
	t.Helper()
	windows := c.Windows(campaign.Moment{CutOffOn: day(t, cutOff), Calendar: cal})
	if len(windows) == 0 {
		t.Fatalf("no windows at %s", cutOff)
	}
	return windows[0]
}

// counted is a count of which nothing is missing; a denominator of none stands for
// a count without one.
func counted(numerator, denominator float64) campaign.Count {
	n := campaign.Count{Numerator: &numerator}
	if denominator != none {
		n.Denominator = &denominator
	}
	return n
}

const none = -1
