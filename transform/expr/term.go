package expr

import (
	"math/big"

	"thidua/transform/sqltext"
	"thidua/transform/value"
)

// kind is what a term yields, coarser than value.Kind: integers and decimals
// are numbers, keys are text. The kind of a bare null is nothing.
type kind uint8

const (
	nothing kind = iota
	boolean
	number
	text
	date
	timestamp
)

var kindNames = [...]string{"null", "boolean", "number", "text", "date", "timestamp"}

// String names the kind in an error.
func (k kind) String() string { return kindNames[k] }

// truth is the outcome of a condition in three-valued logic.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

// truthOf says whether a known outcome holds.
func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// The evaluators of a term over the cells of a row. The second result is false
// for NULL.
type (
	asTruth = func(row []value.Value) truth
	asWhole = func(row []value.Value) (int64, bool)
	asWide  = func(row []value.Value) (wide, bool)
	asText  = func(row []value.Value) ([]byte, bool)
)

// term is a checked part of an expression with both of its back ends, which
// each construct makes side by side. Only the evaluator of its kind may be
// used: truth for boolean, text for text, whole for dates and timestamps, and
// for numbers wide where it is set, else whole.
type term struct {
	at    int
	depth int
	kind  kind
	// key says that text is a pseudonym.
	key bool
	// span is the range of a number.
	span span
	// native is the type of a decimal column, whose SQL is a DECIMAL. The SQL of
	// any other number is the scaled integer.
	native *value.Type
	// literal is set for a literal.
	literal *value.Value
	// column is set for a column.
	column *Column

	sql   string
	truth asTruth
	whole asWhole
	wide  asWide
	text  asText
}

// columnTerm reads a cell.
func columnTerm(index int, column Column) *term {
	t := &term{sql: sqltext.Name(column.Name), column: &column}
	switch column.Type.Kind {
	case value.Integer:
		t.kind, t.span = number, integerSpan()
	case value.Decimal:
		t.kind, t.span, t.native = number, decimalSpan(column.Type.Precision, column.Type.Scale), &column.Type
	case value.Date:
		t.kind = date
	case value.Timestamp:
		t.kind = timestamp
	case value.Boolean:
		t.kind = boolean
		t.truth = func(row []value.Value) truth {
			if cell := &row[index]; cell.Valid {
				return truthOf(cell.Int != 0)
			}
			return unknown
		}
	default:
		t.kind, t.key = text, column.Type.Kind == value.Key
		t.text = func(row []value.Value) ([]byte, bool) { cell := &row[index]; return cell.Text, cell.Valid }
	}
	t.whole = func(row []value.Value) (int64, bool) { cell := &row[index]; return cell.Int, cell.Valid }
	return t
}

// literalTerm yields the same value for every row.
func literalTerm(kind kind, constant value.Value, sql string) *term {
	t := &term{kind: kind, literal: &constant, sql: sql}
	t.truth = func([]value.Value) truth { return truth(constant.Int) }
	t.whole = func([]value.Value) (int64, bool) { return constant.Int, true }
	t.text = func([]value.Value) ([]byte, bool) { return constant.Text, true }
	return t
}

// nullTerm is the bare null. It can stand where a boolean can, and in the
// lists of in and coalesce.
func nullTerm() *term {
	return &term{kind: nothing, sql: "NULL", truth: func([]value.Value) truth { return unknown }}
}

// numberTerm is a literal number.
func numberTerm(at int, written string) (*term, *Error) {
	scaled, scale, err := parseNumber(at, written)
	if err != nil {
		return nil, err
	}
	t := literalTerm(number, value.OfInt(scaled), "")
	t.span = spanOf(scaled, scaled, scale)
	t.sql = castSQL(big.NewInt(scaled).String(), integerType(false))
	return t, nil
}

// isNull tells NULL from the rest, whatever the kind.
func (t *term) isNull() func(row []value.Value) bool {
	switch {
	case t.truth != nil && t.kind == boolean:
		return func(row []value.Value) bool { return t.truth(row) == unknown }
	case t.kind == text:
		return func(row []value.Value) bool { _, known := t.text(row); return !known }
	case t.wide != nil:
		return func(row []value.Value) bool { _, known := t.wide(row); return !known }
	case t.whole != nil:
		return func(row []value.Value) bool { _, known := t.whole(row); return !known }
	default:
		return func([]value.Value) bool { return true }
	}
}

func castSQL(sql, sqlType string) string { return "CAST(" + sql + " AS " + sqlType + ")" }
