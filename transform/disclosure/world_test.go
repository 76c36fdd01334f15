package disclosure_test

import (
	"math"
	"math/rand/v2"

	"thidua/transform/disclosure"
)

// days are the windows of a first half-year: the months of the civil calendar, those
// of the administrative one, and the spans to date of both.
func halfYear(months int) []window {
	var windows []window
	civil := []int32{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}
	for m := range months {
		windows = append(windows, window{civil[m], civil[m+1] - 1})
	}
	windows = append(windows, window{0, civil[months] - 1})
	admin := []int32{-17, 14, 45, 73, 104, 134, 165, 195, 226, 257, 287, 318, 348}
	for m := range months {
		windows = append(windows, window{admin[m], admin[m+1] - 1})
	}
	return append(windows, window{-17, admin[months] - 1})
}

type window struct{ from, to int32 }

// province is a province as large as a real one: its districts, communes, facilities.
func province(r *rand.Rand, districts, communes, facilities int) []disclosure.Unit {
	units := []disclosure.Unit{{Parent: -1, Complete: false}}
	for range districts {
		units = append(units, disclosure.Unit{Parent: 0, Complete: true})
	}
	for c := range communes {
		units = append(units, disclosure.Unit{Parent: 1 + c%districts, Complete: true})
	}
	for f := range facilities {
		commune := f
		if f >= communes {
			commune = r.IntN(communes)
		}
		units = append(units, disclosure.Unit{Parent: 1 + districts + commune, Complete: true})
	}
	return units
}

// realistic fills a table with counts of a few to some hundreds a month.
func realistic(r *rand.Rand, units []disclosure.Unit, windows []window, typical float64) *disclosure.Table {
	first, last := int32(math.MaxInt32), int32(math.MinInt32)
	for _, w := range windows {
		first, last = min(first, w.from), max(last, w.to)
	}
	length := int(last - first + 1)
	daily := make([][]int, len(units))
	inner := make([]bool, len(units))
	for i := range units {
		daily[i] = make([]int, length)
		if p := units[i].Parent; p >= 0 {
			inner[p] = true
		}
	}
	for i := len(units) - 1; i >= 0; i-- {
		rate := 0.0
		switch {
		case !inner[i]:
			rate = typical * math.Exp(r.NormFloat64()*1.2) / 30
		case !units[i].Complete:
			rate = typical / 10 / 30
		}
		for d := range length {
			for p := rate; p > 0; p-- {
				if r.Float64() < p {
					daily[i][d]++
				}
			}
			if p := units[i].Parent; p >= 0 {
				daily[p][d] += daily[i][d]
			}
		}
	}
	t := &disclosure.Table{Units: units, AdditiveUnits: true, AdditiveTime: true}
	for i := range units {
		for _, w := range windows {
			sum := 0
			for d := w.from; d <= w.to; d++ {
				sum += daily[i][d-first]
			}
			t.Cells = append(t.Cells, disclosure.Cell{Unit: i, From: w.from, To: w.to, Value: float64(sum)})
		}
	}
	return t
}
