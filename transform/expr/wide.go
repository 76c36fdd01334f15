package expr

import (
	"math/big"
	"math/bits"
)

// wide is a signed integer of 128 bits in two's complement: what HUGEINT is in
// the database. Its operations wrap; the spans of number.go see to it that
// they never do.
type wide struct {
	high int64
	low  uint64
}

func widen(n int64) wide { return wide{n >> 63, uint64(n)} }

// wideOf takes a number that is known to fit.
func wideOf(n *big.Int) wide {
	magnitude := new(big.Int).Abs(n)
	w := wide{
		high: int64(new(big.Int).Rsh(magnitude, 64).Uint64()),
		low:  new(big.Int).And(magnitude, new(big.Int).SetUint64(^uint64(0))).Uint64(),
	}
	if n.Sign() < 0 {
		return w.negate()
	}
	return w
}

// narrow returns the number in 64 bits if it fits.
func (w wide) narrow() (int64, bool) { return int64(w.low), w.high == int64(w.low)>>63 }

func (w wide) add(other wide) wide {
	low, carry := bits.Add64(w.low, other.low, 0)
	high, _ := bits.Add64(uint64(w.high), uint64(other.high), carry)
	return wide{int64(high), low}
}

func (w wide) negate() wide {
	low, borrow := bits.Sub64(0, w.low, 0)
	high, _ := bits.Sub64(0, uint64(w.high), borrow)
	return wide{int64(high), low}
}

func (w wide) subtract(other wide) wide { return w.add(other.negate()) }

func (w wide) abs() wide {
	if w.high < 0 {
		return w.negate()
	}
	return w
}

// multiply needs no look at the signs: the low 128 bits of a product are the
// same for signed and unsigned factors.
func (w wide) multiply(other wide) wide {
	high, low := bits.Mul64(w.low, other.low)
	high += uint64(w.high)*other.low + w.low*uint64(other.high)
	return wide{int64(high), low}
}

func (w wide) compare(other wide) int {
	switch {
	case w == other:
		return 0
	case w.high < other.high || w.high == other.high && w.low < other.low:
		return -1
	default:
		return 1
	}
}

// divide cuts toward zero, as SQL does. The divisor is not zero.
func (w wide) divide(divisor wide) wide {
	quotient := divideMagnitudes(w.abs(), divisor.abs())
	if (w.high < 0) != (divisor.high < 0) {
		return quotient.negate()
	}
	return quotient
}

func divideMagnitudes(dividend, divisor wide) wide {
	if divisor.high == 0 {
		high, rest := uint64(dividend.high)/divisor.low, uint64(dividend.high)%divisor.low
		low, _ := bits.Div64(rest, dividend.low, divisor.low)
		return wide{int64(high), low}
	}
	// The quotient fits 64 bits. Dividing by the leading 64 bits of the divisor
	// gives an estimate that, made one less, is exact or one too small.
	shift := uint(bits.LeadingZeros64(uint64(divisor.high)))
	leading := uint64(divisor.high)<<shift | divisor.low>>(64-shift)
	half := wide{dividend.high >> 1, uint64(dividend.high)<<63 | dividend.low>>1}
	estimate, _ := bits.Div64(uint64(half.high), half.low, leading)
	if estimate >>= 63 - shift; estimate > 0 {
		estimate--
	}
	rest := dividend.subtract(divisor.multiply(wide{low: estimate}))
	if rest.compare(divisor) >= 0 {
		estimate++
	}
	return wide{low: estimate}
}
