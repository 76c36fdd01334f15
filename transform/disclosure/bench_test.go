package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"thidua/transform/disclosure"
)

// BenchmarkSuppress hides in eighty tables of a province with 223 facilities in 178
// communes and 9 districts, seven months and the span to date of both calendars. It
// is run by what a typical facility counts in a month, and reports the share of small
// numbers and of hidden ones.
func BenchmarkSuppress(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	units := province(r, 9, 178, 223)
	for _, typical := range []float64{3, 30, 100} {
		b.Run(fmt.Sprintf("typical=%.0f", typical), func(b *testing.B) {
			var tables []*disclosure.Table
			for range 80 {
				tables = append(tables, realistic(r, units, halfYear(7), typical))
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := disclosure.Suppress(tables, nil, disclosure.DefaultLeast); err != nil {
					b.Fatal(err)
				}
			}
			cells, small, hidden := 0, 0, 0
			for _, t := range tables {
				for _, c := range t.Cells {
					cells++
					if c.Value > 0 && c.Value < disclosure.DefaultLeast {
						small++
					}
					if c.Suppressed {
						hidden++
					}
				}
			}
			b.ReportMetric(float64(cells), "cells")
			b.ReportMetric(100*float64(small)/float64(cells), "%small")
			b.ReportMetric(100*float64(hidden)/float64(cells), "%hidden")
		})
	}
}
