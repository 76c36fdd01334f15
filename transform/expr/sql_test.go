package expr_test

import (
	"strings"
	"testing"

	"thidua/transform/expr"
	"thidua/transform/expr/exprtest"
	"thidua/transform/value"
)

func TestSQL(t *testing.T) {
	tests := []struct{ source, want string }{
		{"age is null or age <= days", `(("age" IS NULL) OR ("age" <= "days"))`},
		{"age >= 18 and not insured", `(("age" >= 18) AND (NOT "insured"))`},
		{"sex not in ('1', 'it''s', null)", `(NOT ("sex" IN ('1', 'it''s', NULL)))`},
		{"total >= 12.5", `("total" >= CAST(12.50 AS DECIMAL(18,2)))`},
		{"total < age", `(CAST("total" AS DECIMAL(21,2)) < CAST("age" AS DECIMAL(21,2)))`},
		{"born_on < timestamp '2024-01-01 12:30'", `(TRY_CAST("born_on" AS TIMESTAMP) < TIMESTAMP '2024-01-01 12:30:00')`},
		{"admitted_at >= date '2024-01-01'", `("admitted_at" >= TIMESTAMP '2024-01-01 00:00:00')`},
		{"age = - -1", `("age" = (-(CAST(-1 AS BIGINT))))`},
		{"year(born_on) / 4 = 506", `(((year("born_on") * CAST(100000000 AS BIGINT)) // CAST(4 AS BIGINT)) = 50600000000)`},
	}
	for _, test := range tests {
		if got := compile(t, test.source).SQL(); got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.source, got, test.want)
		}
	}
}

func TestSQLQuotesColumns(t *testing.T) {
	compiled, err := expr.Compile("select", []expr.Column{{Name: "select", Type: value.Type{Kind: value.Integer}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := compiled.SQL(), `"select"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFunctions holds the manual to the language, and the differential cases
// to the manual.
func TestFunctions(t *testing.T) {
	var sources []string
	for _, c := range exprtest.Cases() {
		sources = append(sources, c.Sources...)
	}
	all := strings.Join(sources, "\n")
	for _, function := range expr.Functions() {
		if !strings.HasPrefix(function.Signature, function.Name+"(") || !strings.HasSuffix(function.Doc, ".") {
			t.Errorf("%s is not documented: %+v", function.Name, function)
		}
		if !strings.Contains(all, function.Name+"(") {
			t.Errorf("%s has no differential case", function.Name)
		}
		if got := refusal(t, function.Name+"()"); strings.HasPrefix(got.Message, "unknown function") {
			t.Errorf("%s is listed but unknown", function.Name)
		}
	}
}
