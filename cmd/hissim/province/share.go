package province

import (
	"math/bits"
	"slices"
)

// apportion divides a total among places by their weights: each gets the whole
// part of its share, and those with the largest remainders one more, the first of
// equals first. A place of positive weight gets at least least, as long as the
// total reaches that far.
func apportion(total, least int, weights []int) []int {
	shares := make([]int, len(weights))
	sum := 0
	for i, weight := range weights {
		if sum += weight; weight > 0 && total >= least {
			shares[i] = least
			total -= least
		}
	}
	if sum == 0 || total == 0 {
		return shares
	}
	type remainder struct{ place, rest int }
	var rests []remainder
	given := 0
	for i, weight := range weights {
		share, rest := total*weight/sum, total*weight%sum
		shares[i] += share
		given += share
		rests = append(rests, remainder{i, rest})
	}
	slices.SortStableFunc(rests, func(a, b remainder) int { return b.rest - a.rest })
	for _, r := range rests[:total-given] {
		shares[r.place]++
	}
	return shares
}

// fill divides a total like apportion, but gives no place more than it has room
// for. What does not fit goes to the places that have room, in order.
func fill(total, least int, weights, room []int) []int {
	shares := apportion(total, least, weights)
	over := 0
	for i := range shares {
		if excess := shares[i] - room[i]; excess > 0 {
			shares[i] -= excess
			over += excess
		}
	}
	for i := 0; i < len(shares) && over > 0; i++ {
		if weights[i] > 0 {
			more := min(over, room[i]-shares[i])
			shares[i] += more
			over -= more
		}
	}
	return shares
}

// permutation maps the numbers below n onto themselves, one to one, spread evenly.
// That at(i) < k chooses exactly k of n, without a table.
type permutation struct {
	n, factor, offset, inverse uint64
}

// newPermutation makes one that differs by key. Of nothing there is none: at must
// not be asked.
func newPermutation(n int, key uint64) permutation {
	p := permutation{n: max(uint64(n), 1)}
	p.offset = key * 0x9E3779B97F4A7C15 >> 20 % p.n
	p.factor = (p.n*618/1000 + key*0xD1342543DE82EF95>>44%97) % p.n
	for p.factor == 0 || gcd(p.factor, p.n) != 1 {
		p.factor++
	}
	p.factor %= p.n
	if p.n == 1 {
		p.factor = 1
	}
	p.inverse = invert(p.factor, p.n)
	return p
}

func (p permutation) at(i int) int { return int((uint64(i)*p.factor + p.offset) % p.n) }

// whence is the number that at maps to x.
func (p permutation) whence(x int) int {
	hi, lo := bits.Mul64((uint64(x)+p.n-p.offset)%p.n, p.inverse)
	_, rest := bits.Div64(hi, lo, p.n)
	return int(rest)
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// invert returns the x with a·x = 1 modulo n, by Euclid's algorithm.
func invert(a, n uint64) uint64 {
	r0, r1 := int64(n), int64(a%n)
	t0, t1 := int64(0), int64(1)
	for r1 != 0 {
		q := r0 / r1
		r0, r1 = r1, r0-q*r1
		t0, t1 = t1, t0-q*t1
	}
	if t0 < 0 {
		t0 += int64(n)
	}
	return uint64(t0)
}
