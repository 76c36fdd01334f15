package expr

import (
	"fmt"

	"thidua/transform/value"
)

// fit is the form in which several numbers stand side by side: the places they
// share, and whether one of them needs 128 bits.
type fit struct {
	scale int
	wide  bool
}

// align finds the smallest form that holds all the numbers.
func align(at int, terms ...*term) (fit, *Error) {
	var f fit
	for _, t := range terms {
		f.scale = max(f.scale, t.span.scale)
	}
	for _, t := range terms {
		s := t.span.at(f.scale)
		if err := s.check(at); err != nil {
			return fit{}, err
		}
		f.wide = f.wide || t.wide != nil || !s.narrow()
	}
	return f, nil
}

// wholeAt yields the number with more places; the caller knows that it stays
// narrow.
func (t *term) wholeAt(scale int) asWhole {
	if scale == t.span.scale {
		return t.whole
	}
	inner, factor := t.whole, powerOfTen(scale-t.span.scale).Int64()
	return func(row []value.Value) (int64, bool) {
		n, known := inner(row)
		return n * factor, known
	}
}

// wideAt yields the number in 128 bits with more places.
func (t *term) wideAt(scale int) asWide {
	inner := t.wide
	if inner == nil {
		narrow := t.whole
		inner = func(row []value.Value) (wide, bool) {
			n, known := narrow(row)
			return widen(n), known
		}
	}
	if scale == t.span.scale {
		return inner
	}
	factor := wideOf(powerOfTen(scale - t.span.scale))
	return func(row []value.Value) (wide, bool) {
		n, known := inner(row)
		return n.multiply(factor), known
	}
}

// integerType is the SQL type of a scaled integer.
func integerType(wide bool) string {
	if wide {
		return "HUGEINT"
	}
	return "BIGINT"
}

func decimalType(digits, scale int) string { return fmt.Sprintf("DECIMAL(%d,%d)", digits, scale) }

// scaledSQL writes the number as an integer that holds its places.
func (f fit) scaledSQL(t *term) string {
	sqlType := integerType(f.wide)
	if t.literal != nil {
		return castSQL(t.span.at(f.scale).low.String(), sqlType)
	}
	sql := t.sql
	if t.native != nil && t.span.scale > 0 {
		places := t.span.scale
		// The database keeps a product of decimals of up to 18 digits within 18,
		// and fails where it does not fit, unless a factor is wider.
		if digits := int(t.native.Precision) + places; digits > maxScale {
			sql = castSQL(sql, decimalType(digits, places))
		}
		sql += " * " + castSQL(powerOfTen(places).String(), decimalType(places+1, 0))
	}
	if t.native != nil || f.wide && t.wide == nil {
		sql = castSQL(sql, sqlType)
	}
	if more := f.scale - t.span.scale; more > 0 {
		sql = "(" + sql + " * " + castSQL(powerOfTen(more).String(), sqlType) + ")"
	}
	return sql
}

// comparable writes numbers so that the database compares them exactly.
// Columns and literals stay as they are or become DECIMAL, which lets it skip
// blocks by their least and greatest value; what has been calculated is
// compared as scaled integers.
func (f fit) comparable(terms ...*term) []string {
	plain, digits := true, 1
	for _, t := range terms {
		plain = plain && (t.native != nil || t.literal != nil || t.wide == nil && t.span.scale == 0)
		digits = max(digits, t.span.at(f.scale).digits())
	}
	sql := make([]string, len(terms))
	for i, t := range terms {
		switch {
		case plain && f.decimal(terms):
			sql[i] = t.decimalSQL(digits, f.scale)
		case t.literal != nil:
			sql[i] = t.span.at(f.scale).low.String()
		default:
			sql[i] = f.scaledSQL(t)
		}
	}
	return sql
}

// decimal reports whether one of the numbers is a DECIMAL to begin with.
func (f fit) decimal(terms []*term) bool {
	for _, t := range terms {
		if t.native != nil {
			return true
		}
	}
	return f.scale > 0
}

// decimalSQL writes a column or a literal as a DECIMAL.
func (t *term) decimalSQL(digits, scale int) string {
	sqlType := decimalType(digits, scale)
	switch {
	case t.literal != nil:
		return castSQL(formatNumber(t.span.at(scale).low, scale), sqlType)
	case t.native != nil && t.native.SQL() == sqlType:
		return t.sql
	default:
		return castSQL(t.sql, sqlType)
	}
}

// integerSQL writes the number as an integer of its own places.
func (t *term) integerSQL() string {
	return fit{scale: t.span.scale, wide: t.wide != nil}.scaledSQL(t)
}
