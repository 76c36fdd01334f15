package exprtest_test

import (
	"testing"

	"thidua/transform/expr"
	"thidua/transform/expr/exprtest"
)

// TestCases holds the generator to its promise: what it writes is well typed,
// so that the differential test does not pass by testing little.
func TestCases(t *testing.T) {
	for _, c := range exprtest.Cases() {
		refused := 0
		for _, source := range c.Sources {
			compiled, err := expr.Compile(source, c.Columns)
			if err != nil {
				t.Logf("%s: %v", source, err)
				refused++
				continue
			}
			for _, row := range c.Rows {
				compiled.Eval(row)
			}
		}
		if refused*20 > len(c.Sources) {
			t.Errorf("%s: %d of %d sources are refused", c.Name, refused, len(c.Sources))
		}
	}
}
