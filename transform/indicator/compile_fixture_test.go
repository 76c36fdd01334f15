package indicator_test

import (
	"errors"
	"strings"
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

func titled(text string) declaration.Title { return declaration.Title{Vi: text, En: text} }

// datasetOf makes a dataset of columns written as name:type, for a key followed by
// its identifier and for a code by its reference table.
func datasetOf(t *testing.T, name, counts string, columns ...string) *dataset.Dataset {
	t.Helper()
	d := dataset.Declaration{Dataset: name, Title: titled(name), Counts: counts}
	for _, c := range columns {
		parts := strings.Split(c, ":")
		column := dataset.ColumnDeclaration{Name: parts[0], Title: titled(parts[0]), Type: parts[1]}
		switch {
		case len(parts) < 3:
		case parts[1] == "key":
			column.Identifier = parts[2]
		default:
			column.Reference = parts[2]
		}
		d.Columns = append(d.Columns, column)
	}
	compiled, err := dataset.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// tables returns the datasets and reference tables that definitions are held against.
func tables(t *testing.T) (datasets, references map[string]*dataset.Dataset) {
	t.Helper()
	datasets = map[string]*dataset.Dataset{
		"visit": datasetOf(t, "visit", "events", "facility_code:code:facility", "commune_code:code:area", "visit_key:key:visit",
			"citizen_key:key:citizen", "card_key:key:card", "kind:code", "cost:decimal(18,2)", "stay_days:integer", "arrived_at:timestamp"),
		"identification": datasetOf(t, "identification", "events", "facility_code:code:facility", "visit_key:key:visit", "card_key:key:insurance",
			"kind:integer", "ok:boolean", "made_on:date"),
		"technique": datasetOf(t, "technique", "things", "facility_code:code:facility", "name:code", "from_on:date", "to_on:date"),
	}
	references = map[string]*dataset.Dataset{
		"facility": datasetOf(t, "facility", "things", "code:code", "kind:text", "valid_from:date", "valid_to:date"),
		"area":     datasetOf(t, "area", "things", "code:code", "level:code", "valid_from:date", "valid_to:date"),
	}
	return datasets, references
}

// declared is a definition with nothing wrong.
func declared() indicator.Declaration {
	return indicator.Declaration{
		Indicator: "chip_visits", Title: titled("chip"), MeasuredIn: titled("%"), Direction: "up", Behaviour: "ratio", Scale: 100,
		Numerator: indicator.MeasureDeclaration{
			Title: titled("chip"), Count: "rows", Of: "visit", Where: "kind = 'chip'", At: "arrived_at",
			Unit: indicator.UnitDeclaration{Facility: "facility_code"},
			Matching: &indicator.MatchingDeclaration{
				Of: "identification", On: []string{"facility_code", "visit_key"}, Where: "ok",
			},
		},
		Denominator: &indicator.MeasureDeclaration{
			Title: titled("all"), Count: "rows", Of: "visit", At: "arrived_at", Unit: indicator.UnitDeclaration{Facility: "facility_code"},
		},
	}
}

// told lists what an error says, one problem an entry. An error of another kind ends
// the test.
func told(t *testing.T, err error) []string {
	t.Helper()
	var problems declaration.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("error %v, want Problems", err)
	}
	var lines []string
	for _, p := range problems {
		lines = append(lines, declaration.Problems{p}.Error())
	}
	return lines
}
