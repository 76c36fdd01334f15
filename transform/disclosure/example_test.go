package disclosure_test

import (
	"fmt"

	"thidua/transform/disclosure"
)

// A commune with three facilities, of which one saw three patients in January. Their
// number would be the commune's less the others', and the year's less February's, so
// that three more numbers are hidden with it.
func Example() {
	commune := disclosure.Unit{Parent: -1, Complete: true}
	facility := disclosure.Unit{Parent: 0}
	visits := &disclosure.Table{
		Units:         []disclosure.Unit{commune, facility, facility, facility},
		AdditiveUnits: true, AdditiveTime: true,
	}
	for unit, counts := range [][]float64{{63, 180}, {3, 40}, {20, 60}, {40, 80}} {
		visits.Cells = append(
			visits.Cells,
			disclosure.Cell{Unit: unit, From: 1, To: 31, Value: counts[0]},
			disclosure.Cell{Unit: unit, From: 32, To: 59, Value: counts[1]},
			disclosure.Cell{Unit: unit, From: 1, To: 59, Value: counts[0] + counts[1]},
		)
	}
	if err := disclosure.Suppress([]*disclosure.Table{visits}, nil, disclosure.DefaultLeast); err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range visits.Cells {
		if c.Suppressed {
			fmt.Printf("%5s", "–")
		} else {
			fmt.Printf("%5v", c.Value)
		}
		if i%3 == 2 {
			fmt.Println()
		}
	}
	// Output:
	//    63  180  243
	//     –    –   43
	//     –    –   80
	//    40   80  120
}
