package expr

import (
	"fmt"
	"math/big"

	"thidua/transform/value"
)

// calculate is + - * / on numbers.
func calculate(at int, operator string, left, right *term) (*term, *Error) {
	for _, t := range []*term{left, right} {
		if err := t.want(number, operator); err != nil {
			return nil, err
		}
	}
	switch operator {
	case "*":
		return multiply(at, left, right)
	case "/":
		return divide(at, left, right)
	default:
		return add(at, operator, left, right)
	}
}

// add is + and -, on the places of the operand that has more.
func add(at int, operator string, left, right *term) (*term, *Error) {
	f, err := align(at, left, right)
	if err != nil {
		return nil, err
	}
	l, r := left.span.at(f.scale), right.span.at(f.scale)
	result := span{new(big.Int).Add(l.low, r.low), new(big.Int).Add(l.high, r.high), f.scale}
	narrow := func(a, b int64) int64 { return a + b }
	broad := wide.add
	if operator == "-" {
		result.low.Sub(l.low, r.high)
		result.high.Sub(l.high, r.low)
		narrow = func(a, b int64) int64 { return a - b }
		broad = wide.subtract
	}
	f.wide = f.wide || !result.narrow()
	made := &term{kind: number, span: result}
	made.sql = fmt.Sprintf("(%s %s %s)", f.scaledSQL(left), operator, f.scaledSQL(right))
	if f.wide {
		made.wide = both(left.wideAt(f.scale), right.wideAt(f.scale), broad)
	} else {
		made.whole = both(left.wholeAt(f.scale), right.wholeAt(f.scale), narrow)
	}
	return made, result.check(at)
}

// multiply keeps the places of both factors.
func multiply(at int, left, right *term) (*term, *Error) {
	result := span{scale: left.span.scale + right.span.scale}
	for _, l := range []*big.Int{left.span.low, left.span.high} {
		for _, r := range []*big.Int{right.span.low, right.span.high} {
			product := new(big.Int).Mul(l, r)
			if result.low == nil {
				result.low, result.high = product, product
			}
			result = result.join(span{low: product, high: product})
		}
	}
	broad := left.wide != nil || right.wide != nil || !result.narrow()
	made := &term{kind: number, span: result}
	made.sql = fmt.Sprintf("(%s * %s)",
		fit{left.span.scale, broad}.scaledSQL(left), fit{right.span.scale, broad}.scaledSQL(right))
	if broad {
		made.wide = both(left.wideAt(left.span.scale), right.wideAt(right.span.scale), wide.multiply)
	} else {
		made.whole = both(left.whole, right.whole, func(a, b int64) int64 { return a * b })
	}
	return made, result.check(at)
}

// divide yields a quotient of at least eight places, cut toward zero: so a
// quotient of positive numbers that is below a bound of eight places never
// reaches it by rounding. What is divided by zero is unknown.
func divide(at int, left, right *term) (*term, *Error) {
	if right.literal != nil && right.literal.Int == 0 {
		return nil, problem(at, "division by zero")
	}
	scale := max(quotientScale, left.span.scale)
	dividend := left.span.at(scale + right.span.scale)
	if err := dividend.check(at); err != nil {
		return nil, err
	}
	most := new(big.Int).Quo(dividend.most(), right.span.least())
	result := span{new(big.Int).Neg(most), most, scale}
	broad := left.wide != nil || right.wide != nil || !dividend.narrow() || !result.narrow()
	made := &term{kind: number, span: result}
	divisor := fit{right.span.scale, broad}.scaledSQL(right)
	if right.literal == nil {
		divisor = "NULLIF(" + divisor + ", 0)"
	}
	made.sql = fmt.Sprintf("(%s // %s)", fit{dividend.scale, broad}.scaledSQL(left), divisor)
	if broad {
		made.wide = quotientWide(left.wideAt(dividend.scale), right.wideAt(right.span.scale))
	} else {
		made.whole = quotientWhole(left.wholeAt(dividend.scale), right.whole)
	}
	return made, nil
}

func quotientWhole(dividend, divisor asWhole) asWhole {
	return func(row []value.Value) (int64, bool) {
		d, known := divisor(row)
		if !known || d == 0 {
			return 0, false
		}
		n, known := dividend(row)
		return n / d, known
	}
}

func quotientWide(dividend, divisor asWide) asWide {
	return func(row []value.Value) (wide, bool) {
		d, known := divisor(row)
		if !known || d == (wide{}) {
			return wide{}, false
		}
		n, known := dividend(row)
		if !known {
			return wide{}, false
		}
		return n.divide(d), true
	}
}

// both applies an operation to two operands that are known.
func both[N int64 | wide](left, right func([]value.Value) (N, bool), operation func(a, b N) N) func([]value.Value) (N, bool) {
	return func(row []value.Value) (result N, known bool) {
		l, known := left(row)
		if !known {
			return result, false
		}
		r, known := right(row)
		if !known {
			return result, false
		}
		return operation(l, r), true
	}
}

// negate is the minus before a term.
func negate(at int, inner *term) (*term, *Error) {
	if err := inner.want(number, "-"); err != nil {
		return nil, err
	}
	result := span{new(big.Int).Neg(inner.span.high), new(big.Int).Neg(inner.span.low), inner.span.scale}
	return signed(inner, result, "(-%s)", wide.negate, func(n int64) int64 { return -n }), result.check(at)
}

// absolute is the function abs.
func absolute(at int, arguments []*term) (*term, *Error) {
	inner := arguments[0]
	result := span{new(big.Int), inner.span.most(), inner.span.scale}
	return signed(inner, result, "abs(%s)", wide.abs, func(n int64) int64 { return max(n, -n) }), result.check(at)
}

// signed changes nothing but the sign. The least of 64 bits has no opposite
// there, so a full integer column becomes wide.
func signed(inner *term, result span, sql string, broad func(wide) wide, narrow func(int64) int64) *term {
	f := fit{inner.span.scale, inner.wide != nil || !result.narrow()}
	made := &term{kind: number, span: result, sql: fmt.Sprintf(sql, "("+f.scaledSQL(inner)+")")}
	if f.wide {
		operand := inner.wideAt(f.scale)
		made.wide = func(row []value.Value) (wide, bool) {
			n, known := operand(row)
			return broad(n), known
		}
		return made
	}
	operand := inner.whole
	made.whole = func(row []value.Value) (int64, bool) {
		n, known := operand(row)
		return narrow(n), known
	}
	return made
}
