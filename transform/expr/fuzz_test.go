package expr_test

import (
	"regexp"
	"strings"
	"testing"

	"thidua/transform/expr"
	"thidua/transform/expr/exprtest"
)

// quoted is a literal or an identifier of SQL; what remains without them is
// written by this package alone.
var quoted = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"`)

// FuzzCompile feeds Compile what an attacker could write. What compiles
// evaluates, and its SQL holds nothing that could end or comment out a
// statement.
func FuzzCompile(f *testing.F) {
	for _, source := range exprtest.Cases()[0].Sources[:80] {
		f.Add(source)
	}
	f.Add("sex = 'it''s; --' and age-- 1>0")
	f.Add(nested(70, "age"))
	f.Fuzz(func(t *testing.T, source string) {
		compiled, err := expr.Compile(source, columns)
		if err != nil {
			return
		}
		compiled.Eval(cells{"age": text("")}.row())
		compiled.Eval(cells{"sex": text("\xff\xfe"), "card_key": text("é"), "insured": yes, "born_on": day("1969-12-31")}.row())
		rest := quoted.ReplaceAllString(compiled.SQL(), " ")
		if strings.ContainsAny(rest, `'";\$`) || strings.Contains(rest, "--") || strings.Contains(rest, "/*") {
			t.Errorf("%q: SQL %s has something outside of quotes", source, compiled.SQL())
		}
		if strings.Count(rest, "(") != strings.Count(rest, ")") {
			t.Errorf("%q: SQL %s has brackets left open", source, compiled.SQL())
		}
	})
}
