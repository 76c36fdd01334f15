// Package expr is the closed, typed language of dataset rules and measures:
// columns, literals, comparison, and, or, not, in, between, is null, + - * /
// and a listed set of functions.
//
//	sex in ('1', '2') and (discharged_at is null or admitted_at <= discharged_at)
//
// An expression is checked against its columns when it is read. It then has
// two back ends that always agree, NULL included: Eval for a row in memory,
// and SQL for DuckDB. Nothing outside the grammar reaches the database.
//
// # Language
//
// Keywords and functions may be written in either case; columns may not. Text
// stands in single quotes, doubled inside; a day is date '2024-12-31', an instant
// timestamp '2024-12-31 23:59' or with seconds. From loose to tight bind or,
// and, not; then = != <> < <= > >=, in, between and is [not] null, of which one follows
// an operand; then + and -, * and /, and the minus of a number.
//
// Text, number, boolean, date and timestamp never mix, except that a date is
// compared with a timestamp as its midnight. Text is ordered by its bytes.
//
// Numbers are exact decimals of up to 38 digits: 0.1 * 3 = 0.3 is true. An
// expression that could need more is refused when it is read. A quotient is cut
// after eight places, or those of the dividend, and is null where the divisor is zero. A number that
// is the result of the whole expression is null where it has more than the 18
// digits (or 64 bits, for integers) of a column.
//
// A column whose values are listed is compared with = != <> and in with one of them
// alone.
//
// Null follows SQL: a comparison with it is unknown, and so is x in (1, null)
// unless x is 1.
//
// # Why not a library
//
// The common expression language of cel-go has neither three-valued logic nor decimals,
// and its meaning cannot be carried over to SQL exactly; this grammar is small
// enough that each construct states its typing, its Go and its SQL in one place.
package expr

import (
	"unicode/utf8"

	"thidua/transform/value"
)

// Column is a name that expressions may use, and its type.
type Column struct {
	Name string
	Type value.Type
	// Values are what a column of text is declared to hold, none where it holds any. It
	// is not compared with another: the condition would never hold, and nobody would see
	// that a word is misspelt. A value that old rows still have stays declared.
	Values []string
}

// Expr is a checked expression. It is immutable and safe for use by several
// goroutines.
type Expr struct {
	result  result
	columns []int
}

// Compile checks the source against the columns of a dataset. The error is an
// *Error.
func Compile(source string, columns []Column) (*Expr, error) {
	compiled, err := compile(source, columns)
	if err != nil {
		return nil, err
	}
	return compiled, nil
}

func compile(source string, columns []Column) (*Expr, *Error) {
	if len(source) > maxLength {
		return nil, problem(maxLength, "expression is longer than %d bytes", maxLength)
	}
	if !utf8.ValidString(source) {
		return nil, problem(0, "expression is not valid UTF-8")
	}
	tree, err := parse(source)
	if err != nil {
		return nil, err
	}
	c := checker{columns, make([]bool, len(columns))}
	root, err := c.check(tree)
	if err != nil {
		return nil, err
	}
	compiled := &Expr{}
	for i, used := range c.used {
		if used {
			compiled.columns = append(compiled.columns, i)
		}
	}
	if compiled.result, err = root.result(); err != nil {
		return nil, err
	}
	return compiled, nil
}

// Type is the type of the result.
func (e *Expr) Type() value.Type { return e.result.valueType }

// Eval yields the result for a row that has a value for every column given to
// Compile. Text aliases the row or the expression.
func (e *Expr) Eval(row []value.Value) value.Value { return e.result.eval(row) }

// SQL writes the expression for DuckDB, over columns of the same names and of
// the types that value.Type.SQL gives them. It is complete in itself and can
// stand wherever an expression can.
func (e *Expr) SQL() string { return e.result.sql }

// Columns lists the indexes of the columns used, in ascending order.
func (e *Expr) Columns() []int { return e.columns }
