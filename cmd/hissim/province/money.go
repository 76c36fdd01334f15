package province

import "strconv"

// amount is money in hundredths of a đồng, thousandth a quantity or a unit price
// in thousandths: the digits the claim documents carry (QĐ 130/QĐ-BYT, amended).
type (
	amount     int64
	thousandth int64
)

// tariff is what is known of a line before it is divided among the payers.
// Ratios and the benefit level are whole per cents. A price of the hospital and
// one of the insurance differ for some services; for drugs they are equal.
type tariff struct {
	quantity       thousandth
	hospitalPrice  thousandth
	insurancePrice thousandth
	serviceRatio   int
	insuranceRatio int
	benefitLevel   int
	other          amount
}

// bill is a line after division. hospital (BV) is the price of the house,
// covered (BH) what the insurance looks at; selfPaid (BNTT), shared (BNCCT) and
// fund (BHTT) are the three payers, other (NGUONKHAC) the fourth.
type bill struct {
	hospital, covered      amount
	selfPaid, shared, fund amount
	other                  amount
	feeForService          amount
}

// settle divides a line as the annex of QĐ 130 tells: money of other sources
// first eats what the patient pays alone, then the shared part, then the fund's.
func (t tariff) settle() bill {
	b := bill{other: t.other}
	b.hospital = amount(rounded(int64(t.quantity)*int64(t.hospitalPrice)*int64(t.serviceRatio), 1_000_000))
	// Both ratios come before the only rounding: a line is never off by more
	// than half a hundredth. The dearest line of the tables stays below 2^62.
	covered := int64(t.quantity) * int64(t.insurancePrice) * int64(t.serviceRatio) * int64(t.insuranceRatio)
	b.covered = amount(rounded(covered, 100_000_000))
	selfPaid := b.hospital - b.covered
	fund := amount(rounded(int64(b.covered)*int64(t.benefitLevel), 100))
	shared := b.covered - fund
	b.selfPaid = max(0, selfPaid-t.other)
	left := max(0, t.other-selfPaid)
	b.shared = max(0, shared-left)
	left = max(0, left-shared)
	b.fund = fund - left
	return b
}

// add sums bills; the totals of a visit are the sums of its lines.
func (b *bill) add(c bill) {
	b.hospital += c.hospital
	b.covered += c.covered
	b.selfPaid += c.selfPaid
	b.shared += c.shared
	b.fund += c.fund
	b.other += c.other
	b.feeForService += c.feeForService
}

// rounded divides half up. Both are positive.
func rounded(n, by int64) int64 { return (n + by/2) / by }

// appendFixed appends n with the digits after the point that it is scaled by.
func appendFixed(to []byte, n int64, digits int) []byte {
	scale := int64(1)
	for range digits {
		scale *= 10
	}
	if n < 0 {
		to = append(to, '-')
		n = -n
	}
	to = strconv.AppendInt(to, n/scale, 10)
	to = append(to, '.')
	for rest := n % scale; digits > 0; digits-- {
		scale /= 10
		to = append(to, byte('0'+rest/scale))
		rest %= scale
	}
	return to
}

// MarshalText writes an amount as đồng with two decimals, exactly.
func (a amount) MarshalText() ([]byte, error) { return appendFixed(nil, int64(a), 2), nil }
