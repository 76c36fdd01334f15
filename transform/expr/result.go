package expr

import (
	"math/big"

	"thidua/transform/value"
)

// result is a term as the outside sees it: with a type that a column could
// have, whose decimals are of 18 digits at most. A number outside of it is
// NULL in both back ends.
type result struct {
	valueType value.Type
	sql       string
	eval      func(row []value.Value) value.Value
}

func (t *term) result() (result, *Error) {
	switch t.kind {
	case nothing:
		return result{}, problem(t.at, "null alone has no type")
	case boolean:
		return result{value.Type{Kind: value.Boolean}, t.sql, yieldTruth(t.truth)}, nil
	case text:
		found := value.Type{Kind: value.Text}
		if t.key {
			found.Kind = value.Key
		}
		return result{found, t.sql, yieldText(t.text)}, nil
	case date:
		return result{value.Type{Kind: value.Date}, t.sql, yieldWhole(t.whole)}, nil
	case timestamp:
		return result{value.Type{Kind: value.Timestamp}, t.sql, yieldWhole(t.whole)}, nil
	default:
		return t.numberResult()
	}
}

func (t *term) numberResult() (result, *Error) {
	if t.native != nil {
		return result{*t.native, t.sql, yieldWhole(t.whole)}, nil
	}
	if t.span.scale > maxScale {
		return result{}, problem(t.at, "result has more than %d decimal places", maxScale)
	}
	r := result{valueType: value.Type{Kind: value.Integer}, sql: t.integerSQL()}
	if t.wide != nil {
		r.sql = "TRY_" + castSQL(r.sql, "BIGINT")
		r.eval = yieldWide(t.wide)
	} else {
		r.eval = yieldWhole(t.whole)
	}
	if t.span.scale == 0 {
		return r, nil
	}
	r.valueType = value.Type{
		Kind:      value.Decimal,
		Precision: uint8(min(maxScale, t.span.digits())),
		Scale:     uint8(t.span.scale),
	}
	if t.literal != nil {
		r.sql = castSQL(formatNumber(t.span.low, t.span.scale), r.valueType.SQL())
		return r, nil
	}
	// A unit of the last place makes the scaled integer a decimal again.
	unit := castSQL(formatNumber(big.NewInt(1), t.span.scale), decimalType(t.span.scale+1, t.span.scale))
	r.sql = castSQL("TRY_"+castSQL(t.integerSQL(), decimalType(maxScale, 0))+" * "+unit, r.valueType.SQL())
	r.eval = within18(r.eval)
	return r, nil
}

func yieldTruth(read asTruth) func([]value.Value) value.Value {
	return func(row []value.Value) value.Value {
		if found := read(row); found != unknown {
			return value.Value{Int: int64(found), Valid: true}
		}
		return value.Value{}
	}
}

func yieldText(read asText) func([]value.Value) value.Value {
	return func(row []value.Value) value.Value {
		if content, known := read(row); known {
			return value.OfText(content)
		}
		return value.Value{}
	}
}

func yieldWhole(read asWhole) func([]value.Value) value.Value {
	return func(row []value.Value) value.Value {
		if n, known := read(row); known {
			return value.OfInt(n)
		}
		return value.Value{}
	}
}

func yieldWide(read asWide) func([]value.Value) value.Value {
	return func(row []value.Value) value.Value {
		if w, known := read(row); known {
			if n, fits := w.narrow(); fits {
				return value.OfInt(n)
			}
		}
		return value.Value{}
	}
}

// within18 lets only numbers of 18 digits through.
func within18(read func([]value.Value) value.Value) func([]value.Value) value.Value {
	most := powerOfTen(maxScale).Int64()
	return func(row []value.Value) value.Value {
		if found := read(row); found.Int < most && found.Int > -most {
			return found
		}
		return value.Value{}
	}
}
