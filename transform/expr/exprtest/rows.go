package exprtest

import (
	"math"
	"math/rand/v2"
	"time"

	"thidua/transform/expr"
	"thidua/transform/value"
)

// randomRow draws a value for every column: one in six is NULL, half are from
// the values at which back ends are known to part.
func randomRow(random *rand.Rand, columns []expr.Column) []value.Value {
	row := make([]value.Value, len(columns))
	for i, column := range columns {
		if random.IntN(6) > 0 {
			row[i] = randomValue(random, column.Type)
		}
	}
	return row
}

func randomValue(random *rand.Rand, valueType value.Type) value.Value {
	switch valueType.Kind {
	case value.Integer:
		return value.OfInt(pick(random, integers[:], random.Int64N(200)-50))
	case value.Decimal:
		most := int64(math.Pow10(int(valueType.Precision))) - 1
		edges := []int64{0, 1, -1, most, -most, most / 2, int64(math.Pow10(int(valueType.Scale))) % (most + 1)}
		return value.OfInt(pick(random, edges, random.Int64N(2*min(most, 100_000)+1)-min(most, 100_000)))
	case value.Boolean:
		return value.OfBool(random.IntN(2) == 0)
	case value.Date:
		return value.OfInt(pick(random, days[:], 18_000+random.Int64N(2_000)))
	case value.Timestamp:
		return value.OfInt(pick(random, instants[:], (18_000+random.Int64N(2_000))*24*time.Hour.Microseconds()+random.Int64N(4)*1_800_000_000))
	default:
		return value.OfText([]byte(texts[random.IntN(len(texts))]))
	}
}

// pick returns one of the edges or, as often, the other number.
func pick(random *rand.Rand, edges []int64, other int64) int64 {
	if random.IntN(2) == 0 {
		return edges[random.IntN(len(edges))]
	}
	return other
}

var integers = [...]int64{0, 1, -1, 2, 3, 7, 90, 100, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, 1_000_000_007}

// days lie at the ends of years 1 and 9999, around 1970 and leap days; the last
// two are the last with a timestamp and the first without.
var days = [...]int64{-719_162, -719_161, 2_932_896, -1, 0, 1, 11_016, 19_782, 19_783, 18_992, 19_157, -25_567, 106_751_991, 106_751_992}

var instants = [...]int64{
	-62_135_596_800_000_000, 253_402_300_799_999_999, -1, 0, 1, -86_400_000_000, 86_399_999_999,
	1_640_995_200_000_000, 1_655_164_800_000_000, 1_709_164_800_000_000, 1_709_251_199_000_000, -1_000_001,
}

// texts are invented. They hold Vietnamese in both normal forms, characters
// outside the first plane, blanks of several sorts, and what SQL might mistake
// for its own.
var texts = [...]string{
	"", "1", "2", "0", "x", "a", "ab", "abc", "abcd", "Z", "]", "it's; -- /* $$ \\", "--", "' or 1=1", "Hà Nội", "Ha\u0300 Nội", "Đống Đa", "đ",
	"xã Tân Lập", "Ê", "ê", "e\u0302", "a\u00a0b", " ", "a b", "\ttab", "line\nfeed", "\n", "😀", "a😀b", "DN4010000000000", "HT1", "01.5", "12.", "_", "\u200b", "ﬁ", "İ", "ß",
}
