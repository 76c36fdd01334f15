package expr_test

import (
	"fmt"

	"thidua/transform/expr"
	"thidua/transform/value"
)

func ExampleCompile() {
	visit := []expr.Column{
		{Name: "admitted_on", Type: value.Type{Kind: value.Date}},
		{Name: "discharged_on", Type: value.Type{Kind: value.Date}},
	}
	rule, err := expr.Compile("discharged_on is null or admitted_on <= discharged_on", visit)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule.SQL())
	fmt.Println(rule.Eval([]value.Value{value.OfInt(19_783), {}}).Int)
	fmt.Println(rule.Eval([]value.Value{value.OfInt(19_783), value.OfInt(19_782)}).Int)

	_, err = expr.Compile("discharge_on is null", visit)
	fmt.Println(err)
	// Output:
	// (("discharged_on" IS NULL) OR ("admitted_on" <= "discharged_on"))
	// 1
	// 0
	// unknown column discharge_on at 0; did you mean discharged_on?
}
