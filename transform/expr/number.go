package expr

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Numbers are exact: an integer is a decimal without places, + - * keep every
// digit, and a quotient is cut toward zero after at least eight places.
// Both back ends hold a number scaled to an integer: narrow in 64 bits, or
// wide in 128 (HUGEINT). Which one is decided here, from the range of what the
// operands can be, so that neither back end can overflow when it runs.

// span is the range of a number that is known before any row is read. Low and
// high are scaled: 12.34 at scale 2 is 1234.
type span struct {
	low, high *big.Int
	scale     int
}

// maxDigits is what a wide number may have, maxScale what a column may.
const (
	maxDigits     = 38
	maxScale      = 18
	quotientScale = 8
)

func spanOf(low, high int64, scale int) span {
	return span{big.NewInt(low), big.NewInt(high), scale}
}

// integerSpan is the range of an integer column.
func integerSpan() span { return spanOf(math.MinInt64, math.MaxInt64, 0) }

// decimalSpan is the range of a decimal column, whose precision is at most 18.
func decimalSpan(precision, scale uint8) span {
	most := powerOfTen(int(precision))
	most.Sub(most, big.NewInt(1))
	return span{new(big.Int).Neg(most), most, int(scale)}
}

func powerOfTen(exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
}

// at returns the same range written with more places.
func (s span) at(scale int) span {
	factor := powerOfTen(scale - s.scale)
	return span{new(big.Int).Mul(s.low, factor), new(big.Int).Mul(s.high, factor), scale}
}

// narrow reports whether every number of the range fits 64 bits.
func (s span) narrow() bool { return s.low.IsInt64() && s.high.IsInt64() }

// most is the greatest magnitude in the range.
func (s span) most() *big.Int {
	low, high := new(big.Int).Abs(s.low), new(big.Int).Abs(s.high)
	if low.Cmp(high) > 0 {
		return low
	}
	return high
}

// least is the smallest magnitude in the range, zero left out.
func (s span) least() *big.Int {
	low, high := new(big.Int).Abs(s.low), new(big.Int).Abs(s.high)
	switch {
	case s.low.Sign()*s.high.Sign() <= 0:
		return big.NewInt(1)
	case low.Cmp(high) < 0:
		return low
	default:
		return high
	}
}

// digits is the width of a DECIMAL of the range.
func (s span) digits() int { return max(len(s.most().String()), s.scale, 1) }

// join is the range that holds both, which have the same scale.
func (s span) join(other span) span {
	joined := s
	if other.low.Cmp(s.low) < 0 {
		joined.low = other.low
	}
	if other.high.Cmp(s.high) > 0 {
		joined.high = other.high
	}
	return joined
}

// check refuses a range that neither back end can hold.
func (s span) check(at int) *Error {
	if s.digits() <= maxDigits && s.scale < maxDigits {
		return nil
	}
	return problem(at, "numbers here may need more than %d digits", maxDigits).
		hinted("compare smaller terms, or declare narrower columns")
}

// parseNumber reads a literal of at most 18 places that fits 64 bits without
// its point.
func parseNumber(at int, text string) (scaled int64, scale int, err *Error) {
	whole, fraction, _ := strings.Cut(text, ".")
	scaled, failure := strconv.ParseInt(whole+fraction, 10, 64)
	if failure != nil || len(fraction) > maxScale || fraction != "" && len(strings.TrimLeft(whole, "-0")+fraction) > maxScale {
		return 0, 0, problem(at, "number has too many digits")
	}
	return scaled, len(fraction), nil
}

// formatNumber writes a scaled integer with its point, as SQL reads it.
func formatNumber(scaled *big.Int, scale int) string {
	if scale == 0 {
		return scaled.String()
	}
	digits, sign := new(big.Int).Abs(scaled).String(), ""
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if scaled.Sign() < 0 {
		sign = "-"
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
