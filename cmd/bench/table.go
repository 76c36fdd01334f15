package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// row is one line of the table. A row that could not be measured has a problem and
// no figures; one that is told for comparison has no budget.
type row struct {
	work      string
	measured  string
	reference string
	ratio     string
	budget    string
	met       bool
	// free says that there is no budget.
	free    bool
	problem error
}

// unmeasured returns the row of a work that could not be measured.
func unmeasured(work string, err error) row { return row{work: work, problem: err} }

// atMost returns the row of a work that may take no more than budget times the
// seconds of its reference.
func atMost(work string, measured, reference, budget float64) row {
	ratio := measured / reference
	return row{
		work:      work,
		measured:  seconds(measured),
		reference: seconds(reference),
		ratio:     fmt.Sprintf("%.2f", ratio),
		budget:    fmt.Sprintf("≤ %.1f ×", budget),
		met:       ratio <= budget,
	}
}

// atLeast returns the row of a work that must be budget times as fast as its
// reference. Both are nanoseconds for the same input.
func atLeast(work string, measured, reference, budget float64) row {
	ratio := reference / measured
	return row{
		work:      work,
		measured:  fmt.Sprintf("%.2f ms", measured/1e6),
		reference: fmt.Sprintf("%.2f ms", reference/1e6),
		ratio:     fmt.Sprintf("%.1f", ratio),
		budget:    fmt.Sprintf("≥ %.0f ×", budget),
		met:       ratio >= budget,
	}
}

// beside returns the row of a work that has no budget, with the seconds of what it
// is compared with.
func beside(work string, measured, reference float64) row {
	return row{
		work: work, measured: seconds(measured), reference: seconds(reference),
		ratio: fmt.Sprintf("%.2f", measured/reference), free: true,
	}
}

// within returns the row of a work whose budget is an amount of its own.
func within(work string, measured, budget float64, show func(float64) string) row {
	return row{work: work, measured: show(measured), budget: "≤ " + show(budget), met: measured <= budget}
}

func seconds(s float64) string { return fmt.Sprintf("%.2f s", s) }

func megabytes(bytes float64) string { return fmt.Sprintf("%.0f MB", bytes/1e6) }

// printTable writes the rows under a heading, in columns.
func printTable(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "work\tmeasured\treference\tratio\tbudget")
	for _, r := range rows {
		if r.problem != nil {
			fmt.Fprintf(t, "%s\tnot measured: %v\n", r.work, r.problem)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.work, r.measured, r.reference, r.ratio, r.allowed(), r.judgement())
	}
	return t.Flush()
}

// allowed is the budget, where there is one.
func (r row) allowed() string {
	if r.free {
		return "–"
	}
	return r.budget
}

// judgement says how the row stands to its budget.
func (r row) judgement() string {
	switch {
	case r.free:
		return "–"
	case r.met:
		return "met"
	}
	return "missed"
}

// verdict returns errUnmeasured unless every row was measured.
func verdict(rows []row) error {
	if slices.ContainsFunc(rows, func(r row) bool { return r.problem != nil }) {
		return errUnmeasured
	}
	return nil
}

// median returns the middle one, the mean of the two where their number is even,
// and zero for none.
func median(figures []float64) float64 {
	if len(figures) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(figures))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
