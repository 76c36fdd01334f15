package indicator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/expr"
)

// facilityTable is the reference table of the units that owe.
const facilityTable = "facility"

// CompileExpectation checks what units owe to the named job. Its error is
// declaration.Problems, with paths relative to the declaration.
func CompileExpectation(job string, d ExpectationDeclaration, datasets, references map[string]*dataset.Dataset) (*Expectation, error) {
	c := &checker{datasets: datasets, references: references}
	if ds := c.dataset("$.of", d.Of); ds != nil {
		c.day("$.at", ds, d.At)
		c.codes("$.facility", ds, d.Facility)
	}
	c.oneOf("$.every", "window", d.Every, []string{string(Daily), string(Weekly), string(Monthly)})
	e := &Expectation{
		Job: job, Of: d.Of, At: d.At, Facility: d.Facility,
		Among: c.among(d.Among), Every: Every(d.Every), Except: c.except(d),
		DueDays: c.dueDays(d.Due), UnitShare: c.unitShare(d.UnitShare),
	}
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	return e, nil
}

// among compiles the choice of who owes, over the columns of the table facility.
func (c *checker) among(source string) *expr.Expr {
	facilities := c.references[facilityTable]
	if facilities == nil {
		c.problems.Add("$.among", "there is no reference table "+facilityTable+", which says who owes", "")
		return nil
	}
	return c.condition("$.among", source, facilities)
}

// except reads the days of the week on which nothing is owed.
func (c *checker) except(d ExpectationDeclaration) []time.Weekday {
	if len(d.Except) > 0 && Every(d.Every) != Daily {
		c.problems.Add("$.except", "only windows of a day leave out days of the week", "use every: day, or leave except out")
	}
	names := make([]string, 0, 7)
	for day := time.Sunday; day <= time.Saturday; day++ {
		names = append(names, strings.ToLower(day.String()))
	}
	var days []time.Weekday
	for n, name := range d.Except {
		at := fmt.Sprintf("$.except[%d]", n)
		c.oneOf(at, "day of the week", name, names)
		if slices.Contains(d.Except[:n], name) {
			c.problems.Add(at, fmt.Sprintf("%s is named twice", name), "")
		}
		if i := slices.Index(names, name); i >= 0 {
			days = append(days, time.Weekday(i))
		}
	}
	if len(days) == len(names) {
		c.problems.Add("$.except", "every day of the week is left out", "")
	}
	return days
}

// dueDays reads how many days a window may still come.
func (c *checker) dueDays(due *declaration.Duration) int {
	const day = 24 * time.Hour
	if due == nil {
		return 0
	}
	if due.Std()%day != 0 {
		c.problems.Add("$.due", "what is owed is due after whole days", "write 5d, or 24h")
	}
	return int(due.Std() / day)
}

// unitShare reads the share of its windows from which a unit counts as reporting.
func (c *checker) unitShare(stated *float64) float64 {
	if stated == nil {
		return 1
	}
	if *stated <= 0 || *stated > 1 {
		c.problems.Add("$.unit_share", "a share is more than 0 and at most 1", "write 0.8 for four of five windows")
	}
	return *stated
}
