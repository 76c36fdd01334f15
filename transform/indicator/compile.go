package indicator

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/expr"
	"thidua/transform/value"
)

// mostDecimals bounds the decimal places that a figure is shown with.
const mostDecimals = 6

// nameShape is that of the names of definitions: they are names of files too.
var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// Compile checks a definition against the datasets and reference tables that there
// are, each by its name. Its error is declaration.Problems, with paths relative to
// the declaration. What SumOf names is not looked up: other definitions are not at
// hand here.
func Compile(d Declaration, datasets, references map[string]*dataset.Dataset) (*Indicator, error) {
	c := &checker{datasets: datasets, references: references}
	c.head(d)
	i := &Indicator{
		Name: d.Indicator, Title: d.Title, MeasuredIn: d.MeasuredIn,
		Direction: Direction(d.Direction), Behaviour: Behaviour(d.Behaviour),
		Scale: c.scale(d.Scale), Decimals: c.decimals(d),
		LegalBasis: d.LegalBasis, Note: d.Note, SumOf: d.SumOf,
		Numerator: c.measure("$.numerator", d.Numerator),
	}
	if d.Denominator != nil {
		i.Denominator = c.measure("$.denominator", *d.Denominator)
	}
	c.behaviour(d)
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	return i, nil
}

// checker collects everything wrong in one declaration.
type checker struct {
	problems             declaration.Problems
	datasets, references map[string]*dataset.Dataset
}

// head checks what a definition says about itself.
func (c *checker) head(d Declaration) {
	if !nameShape.MatchString(d.Indicator) {
		c.problems.Add("$.indicator", fmt.Sprintf("%q cannot name an indicator", d.Indicator), "use lower-case letters, digits and underscores")
	}
	c.title("$.title", d.Title)
	c.title("$.measured_in", d.MeasuredIn)
	if d.Note != nil {
		c.title("$.note", *d.Note)
	}
	c.oneOf("$.direction", "direction", d.Direction, []string{string(Up), string(Down), string(Equal)})
	c.oneOf("$.behaviour", "behaviour", d.Behaviour, countable())
	for n, name := range d.SumOf {
		at := fmt.Sprintf("$.sum_of[%d]", n)
		switch {
		case name == d.Indicator:
			c.problems.Add(at, "an indicator is no part of itself", "")
		case slices.Contains(d.SumOf[:n], name):
			c.problems.Add(at, fmt.Sprintf("indicator %q is named twice", name), "")
		}
	}
}

// countable lists the behaviours of what can be counted. A judgement is said by a
// person and never counted.
func countable() []string {
	var names []string
	for _, b := range []Behaviour{Ratio, Cumulative, CumulativeDistinct, RunningTotal, Stock, SurveyRound, Official, Milestone} {
		names = append(names, string(b))
	}
	return names
}

// behaviour holds the measures against what the behaviour needs of them.
func (c *checker) behaviour(d Declaration) {
	switch Behaviour(d.Behaviour) {
	case Ratio:
		if d.Denominator == nil {
			c.problems.Add("$.behaviour", "a ratio needs a denominator", "state what the numerator is divided by, or another behaviour")
		}
	case CumulativeDistinct:
		if d.Numerator.Count != "" && len(d.Numerator.Distinct) == 0 {
			c.problems.Add("$.numerator", "cumulative_distinct counts each thing once", "say in distinct what a thing is, or use cumulative")
		}
	}
}

// scale reads what values are multiplied by, 1 where nothing is stated.
func (c *checker) scale(stated float64) declaration.Number {
	if stated == 0 {
		stated = 1
	}
	if stated < 0 || math.IsNaN(stated) || math.IsInf(stated, 0) {
		c.problems.Add("$.scale", "the scale is not more than 0", "use 100 for per cent")
		return declaration.Number{}
	}
	scale, err := declaration.ParseNumber(strconv.FormatFloat(stated, 'f', -1, 64))
	if err != nil {
		c.problems.Add("$.scale", err.Error(), "")
	}
	return scale
}

// decimals reads how many places are shown.
func (c *checker) decimals(d Declaration) int {
	switch {
	case d.Decimals == nil && d.Denominator != nil:
		return 1
	case d.Decimals == nil:
		return 0
	case *d.Decimals < 0 || *d.Decimals > mostDecimals:
		c.problems.Add("$.decimals", fmt.Sprintf("a figure is shown with 0 to %d decimal places", mostDecimals), "")
	}
	return *d.Decimals
}

func (c *checker) title(path string, t declaration.Title) {
	if strings.TrimSpace(t.Vi) == "" || strings.TrimSpace(t.En) == "" {
		c.problems.Add(path, "the title is missing in one language", "give both vi and en")
	}
}

func (c *checker) oneOf(path, what, stated string, known []string) {
	if !slices.Contains(known, stated) {
		c.problems.Add(path, fmt.Sprintf("unknown %s %q", what, stated), declaration.Hint(stated, known))
	}
}

// dataset finds the named dataset; where it is none that is a problem.
func (c *checker) dataset(path, name string) *dataset.Dataset {
	ds := c.datasets[name]
	if ds == nil {
		c.problems.Add(path, fmt.Sprintf("unknown dataset %q", name), declaration.Hint(name, sortedNames(c.datasets)))
	}
	return ds
}

// column finds the named column; where it is none that is a problem.
func (c *checker) column(path string, ds *dataset.Dataset, name string) (dataset.Column, bool) {
	i, ok := ds.Index(name)
	if !ok {
		c.problems.Add(path, fmt.Sprintf("dataset %s has no column %q", ds.Name, name), declaration.Hint(name, ds.ColumnNames()))
		return dataset.Column{}, false
	}
	return ds.Columns[i], true
}

// day checks that the named column is a day or an instant.
func (c *checker) day(path string, ds *dataset.Dataset, name string) {
	column, ok := c.column(path, ds, name)
	if ok && !isDay(column) {
		c.problems.Add(path, fmt.Sprintf("column %s is %s", name, column.Type), "name a column of type date or timestamp")
	}
}

func isDay(c dataset.Column) bool {
	return c.Type.Kind == value.Date || c.Type.Kind == value.Timestamp
}

// codes checks that the named column can hold codes of units.
func (c *checker) codes(path string, ds *dataset.Dataset, name string) {
	column, ok := c.column(path, ds, name)
	if ok && column.Type.Kind != value.Text {
		c.problems.Add(path, fmt.Sprintf("column %s is %s", name, column.Type), "name a column of type code or text")
	}
}

// condition compiles what a row has to satisfy, nil where nothing is stated.
func (c *checker) condition(path, source string, ds *dataset.Dataset) *expr.Expr {
	if source == "" {
		return nil
	}
	return ds.Condition(&c.problems, path, source)
}

// amount compiles an expression that is a number.
func (c *checker) amount(path, source string, ds *dataset.Dataset) *expr.Expr {
	compiled := ds.Expression(&c.problems, path, source)
	if compiled != nil && compiled.Type().Kind != value.Integer && compiled.Type().Kind != value.Decimal {
		c.problems.Add(path, fmt.Sprintf("the expression is %s, an amount is a number", compiled.Type()), "name a column of type integer or decimal, or reckon with some")
		return nil
	}
	return compiled
}
