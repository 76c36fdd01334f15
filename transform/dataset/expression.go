package dataset

import (
	"errors"
	"fmt"

	"thidua/transform/declaration"
	"thidua/transform/expr"
	"thidua/transform/value"
)

// Expression compiles an expression over the columns, nil where it is wrong. A problem
// points into the text by the number of a character, counted from 1.
func (d *Dataset) Expression(problems *declaration.Problems, path, source string) *expr.Expr {
	columns := make([]expr.Column, len(d.Columns))
	for i, c := range d.Columns {
		columns[i] = expr.Column{Name: c.Name, Type: c.Type, Values: c.Enum}
	}
	compiled, err := expr.Compile(source, columns)
	var wrong *expr.Error
	switch {
	case errors.As(err, &wrong):
		problems.Add(path, fmt.Sprintf("%s (at character %d)", wrong.Message, wrong.Offset+1), wrong.Hint)
		return nil
	case err != nil:
		problems.Add(path, err.Error(), "")
		return nil
	}
	return compiled
}

// Condition compiles an expression that is true or false, nil where it is wrong or
// something else.
func (d *Dataset) Condition(problems *declaration.Problems, path, source string) *expr.Expr {
	compiled := d.Expression(problems, path, source)
	if compiled != nil && compiled.Type().Kind != value.Boolean {
		problems.Add(path, fmt.Sprintf("the expression is %s, a condition is true or false", compiled.Type()), "compare it with something")
		return nil
	}
	return compiled
}
