// Package value holds the typed values that rows are made of between a
// normalised field and an Arrow column. A value is small and carries no type of
// its own: the column it belongs to knows its Type.
package value

import "fmt"

// Kind is what a column holds.
type Kind uint8

// The kinds of column. Key is a pseudonym: text that stands for an identifier
// which never leaves the transform.
const (
	Text Kind = iota
	Key
	Integer
	Decimal
	Boolean
	Date
	Timestamp
)

var kindNames = [...]string{"text", "key", "integer", "decimal", "boolean", "date", "timestamp"}

// String returns the name used in declarations.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// KindNames lists the names a declaration may use, in the order of the kinds.
func KindNames() []string { return kindNames[:] }

// ParseKind finds a kind by the name used in declarations.
func ParseKind(name string) (Kind, bool) {
	for i, n := range kindNames {
		if n == name {
			return Kind(i), true
		}
	}
	return 0, false
}

// Type is a kind and, for decimals, the digits it holds: at most 18, so that a
// scaled value fits an int64.
type Type struct {
	Kind      Kind
	Precision uint8
	Scale     uint8
}

// String returns the type as a declaration writes it.
func (t Type) String() string {
	if t.Kind == Decimal {
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	}
	return t.Kind.String()
}

// SQL returns the DuckDB type of a column of this type. Timestamps are local
// wall clock (Asia/Ho_Chi_Minh), hence without a zone.
func (t Type) SQL() string {
	switch t.Kind {
	case Integer:
		return "BIGINT"
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case Boolean:
		return "BOOLEAN"
	case Date:
		return "DATE"
	case Timestamp:
		return "TIMESTAMP"
	default:
		return "VARCHAR"
	}
}

// Value is one cell. The zero Value is NULL.
//
// Int holds integers; decimals scaled by their type (12.34 at scale 2 is 1234);
// booleans as 0 and 1; dates as days, timestamps as microseconds, both since
// 1970-01-01 of the local wall clock. Text holds text and keys, and is owned by
// whoever made it: it stays valid until the next value is made.
type Value struct {
	Text  []byte
	Int   int64
	Valid bool
}

// OfInt returns a valid value that holds n.
func OfInt(n int64) Value { return Value{Int: n, Valid: true} }

// OfBool returns a valid boolean.
func OfBool(b bool) Value {
	if b {
		return Value{Int: 1, Valid: true}
	}
	return Value{Valid: true}
}

// OfText returns a valid value that aliases text.
func OfText(text []byte) Value { return Value{Text: text, Valid: true} }
