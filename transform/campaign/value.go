package campaign

import (
	"math/big"

	"thidua/transform/delivery"
	"thidua/transform/indicator"
)

// hundred is where a share ends.
const hundred = 100

// value returns numerator / denominator × scale, or nil and why there is none.
func (e *Entry) value(n Count) (*big.Rat, delivery.Text) {
	numerator, denominator := counted(n.Numerator), counted(n.Denominator)
	switch {
	case numerator == nil:
		return nil, delivery.Text{Vi: "chưa đếm được gì", En: "nothing could be counted"}
	case denominator == nil && e.divides():
		return nil, delivery.Text{Vi: "không có mẫu số", En: "there is no denominator"}
	case denominator == nil:
		return numerator.Mul(numerator, e.scale()), delivery.Text{}
	case denominator.Sign() == 0:
		return nil, delivery.Text{Vi: "mẫu số bằng 0", En: "the denominator is zero"}
	}
	value := numerator.Quo(numerator, denominator)
	return value.Mul(value, e.scale()), delivery.Text{}
}

// counted returns a counted number exactly, nil where there is none.
func counted(f *float64) *big.Rat {
	if f == nil {
		return nil
	}
	return exact(*f)
}

// divides reports whether the figure has a denominator.
func (e *Entry) divides() bool { return e.Definition != nil && e.Definition.Denominator != nil }

// scale returns what values are multiplied by, one where nothing states it.
func (e *Entry) scale() *big.Rat {
	if s := e.Scale.Rat(); s.Sign() != 0 {
		return s
	}
	return big.NewRat(1, 1)
}

// grows reports whether more rows can only raise the figure: counts that are never
// taken back, by themselves or over a denominator that does not depend on reports. A
// least value falls, and a register whose rows end may shrink.
func (e *Entry) grows() bool {
	switch e.Behaviour {
	case indicator.Cumulative, indicator.CumulativeDistinct, indicator.RunningTotal, indicator.Milestone:
	default:
		return false
	}
	if e.Definition == nil {
		return true
	}
	n, d := e.Definition.Numerator, e.Definition.Denominator
	if n != nil && (n.Aggregate == indicator.Min || n.Existing && n.Until != "") {
		return false
	}
	return d == nil || d.Existing || d.Reference
}

// start returns where a figure stood when expectation began to grow.
func (e *Entry) start() *big.Rat {
	b := e.Baseline
	switch {
	case b == nil:
		return new(big.Rat)
	case b.Numerator != nil && b.Denominator != nil && *b.Denominator != 0:
		r := big.NewRat(*b.Numerator, *b.Denominator)
		return r.Mul(r, e.scale())
	case b.Value != nil:
		return b.Value.Rat()
	case b.Numerator != nil:
		return new(big.Rat).SetInt64(*b.Numerator)
	}
	return new(big.Rat)
}

// satisfied reports whether a value meets the target, strictly where it is strict.
func (t *Target) satisfied(value *big.Rat) bool {
	order := value.Cmp(t.Value.Rat())
	switch t.Comparison {
	case AtLeast:
		return order >= 0
	case MoreThan:
		return order > 0
	case AtMost:
		return order <= 0
	case LessThan:
		return order < 0
	}
	return order == 0
}

// exceeded reports whether a value is better than a target that includes its own
// number. Nothing exceeds the others: they are met or not.
func (t *Target) exceeded(value *big.Rat) bool {
	order := value.Cmp(t.Value.Rat())
	return t.Comparison == AtLeast && order > 0 || t.Comparison == AtMost && order < 0
}

// below reports whether the target sets an upper bound.
func (t *Target) below() bool { return t.Comparison == AtMost || t.Comparison == LessThan }

// attainment returns the value by the target, the target by the value where less is
// better, nil where nothing can be divided.
func (t *Target) attainment(value *big.Rat) *big.Rat {
	above, under := value, t.Value.Rat()
	if t.below() {
		above, under = under, above
	}
	if under.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(above, under)
}

// pace returns how much of what is expected has been reached: value / expected, and
// expected / value where less is better. A target of exactly a number is left on
// either side, so that the smaller is divided by the greater. Where the divisor is
// not positive there is no share: all is reached (1) or nothing (0), as the value is
// on the right side of what is expected or not.
func (t *Target) pace(value, expected *big.Rat) *big.Rat {
	above, under := value, expected
	order := value.Cmp(expected)
	if t.below() || t.Comparison == EqualTo && order > 0 {
		above, under = expected, value
	}
	if under.Sign() > 0 {
		return new(big.Rat).Quo(above, under)
	}
	reached := order >= 0
	switch {
	case t.below():
		reached = order <= 0
	case t.Comparison == EqualTo:
		reached = order == 0
	}
	if reached {
		return big.NewRat(1, 1)
	}
	return new(big.Rat)
}
