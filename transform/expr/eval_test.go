package expr_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/expr"
	"thidua/transform/value"
)

var (
	yes  = value.OfBool(true)
	no   = value.OfBool(false)
	null = value.Value{}
)

func TestEval(t *testing.T) {
	tests := []struct {
		name, source string
		row          cells
		want         value.Value
	}{
		{"null or met", "age is null or age <= days", cells{"days": value.OfInt(1)}, yes},
		{"comparison", "age is null or age <= days", cells{"age": value.OfInt(2), "days": value.OfInt(1)}, no},
		{"unknown comparison", "age <= days", cells{"age": value.OfInt(2)}, null},
		{"unknown and false", "age = days and false", nil, no},
		{"unknown and true", "age = days and true", nil, null},
		{"unknown or true", "age = days or true", nil, yes},
		{"unknown or false", "age = days or false", nil, null},
		{"not unknown", "not insured", nil, null},
		{"not binds looser than comparison", "not age = 1", cells{"age": value.OfInt(2)}, yes},
		{"and binds tighter than or", "true or true and false", nil, yes},
		{"capitals", "TRUE AND NOT (FALSE OR insured IS NULL)", cells{"insured": no}, yes},
		{"found beside null", "age in (1, null)", cells{"age": value.OfInt(1)}, yes},
		{"not found beside null", "age in (1, null)", cells{"age": value.OfInt(2)}, null},
		{"not in beside null", "age not in (1, null)", cells{"age": value.OfInt(2)}, null},
		{"null in list", "age in (1, 2)", nil, null},
		{"long list of text", "sex in ('a','b','c','d','e','f','g','h','i','j')", cells{"sex": text("j")}, yes},
		{"integer among decimals", "age in (2.0, 2.5)", cells{"age": value.OfInt(2)}, yes},
		{"between holds its bounds", "age between 1 and 2", cells{"age": value.OfInt(2)}, yes},
		{"between decides on one bound", "age between days and 2", cells{"age": value.OfInt(3)}, no},
		{"not between", "age not between 1 and 2", cells{"age": value.OfInt(3)}, yes},
		{"quote inside text", "sex = 'it''s'", cells{"sex": text("it's")}, yes},
		{"text by bytes", "sex < 'đ'", cells{"sex": text("z")}, yes},
		{"key is text", "card_key = sex", cells{"sex": text("a"), "card_key": text("a")}, yes},
		{"tenths are exact", "0.1 * 3 = 0.3", nil, yes},
		{"integer with decimal", "age * rate = 0.5", cells{"age": value.OfInt(2), "rate": value.OfInt(2500)}, yes},
		{"beyond 64 bits", "age * days > 9223372036854775807", cells{"age": value.OfInt(math.MaxInt64), "days": value.OfInt(2)}, yes},
		{"least integer", "-age > 9223372036854775807", cells{"age": value.OfInt(math.MinInt64)}, yes},
		{"abs of the least integer", "abs(age) > 9223372036854775807", cells{"age": value.OfInt(math.MinInt64)}, yes},
		{"result beyond 64 bits", "age + 1", cells{"age": value.OfInt(math.MaxInt64)}, null},
		{"result beyond 18 digits", "total * 10", cells{"total": value.OfInt(999_999_999_999_999_999)}, null},
		{"precedence", "1 + 2 * 3 - 4", nil, value.OfInt(3)},
		{"two signs", "3 - -2", nil, value.OfInt(5)},
		{"quotient of eight places", "1 / 3", nil, value.OfInt(33_333_333)},
		{"quotient cut toward zero", "-2 / 3", nil, value.OfInt(-66_666_666)},
		{"quotient below its bound", "age / days >= 0.9", cells{"age": value.OfInt(899_999_999_999), "days": value.OfInt(1_000_000_000_000)}, no},
		{"division by zero", "age / days", cells{"age": value.OfInt(1), "days": value.OfInt(0)}, null},
		{"date as midnight", "born_on = admitted_at", cells{"born_on": day("2024-02-29"), "admitted_at": instant("2024-02-29 00:00:00")}, yes},
		{"date before an instant of its day", "born_on < admitted_at", cells{"born_on": day("2024-02-29"), "admitted_at": instant("2024-02-29 00:00:01")}, yes},
		{"day without midnight", "born_on < admitted_at", cells{"born_on": value.OfInt(106_751_992), "admitted_at": value.OfInt(0)}, null},
		{"dates and instants in a list", "born_on in (date '2024-01-02', timestamp '2024-01-01 00:00')", cells{"born_on": day("2024-01-02")}, yes},
		{"day of an instant before 1970", "date_of(admitted_at)", cells{"admitted_at": value.OfInt(-1)}, value.OfInt(-1)},
		{"parts of a date", "year(born_on) * 10000 + month(born_on) * 100 + day(born_on)", cells{"born_on": day("1969-12-31")}, value.OfInt(19_691_231)},
		{"days over a leap day", "days_between(date '2024-02-28', born_on)", cells{"born_on": day("2024-03-01")}, value.OfInt(2)},
		{"length in characters", "length(sex)", cells{"sex": text("Đặng")}, value.OfInt(4)},
		{"substring in characters", "substring(sex, 2, 2)", cells{"sex": text("Đặng")}, text("ặn")},
		{"substring past the end", "substring(sex, 9, 2)", cells{"sex": text("Đặng")}, text("")},
		{"substring of null", "substring(sex, 1, 2)", nil, null},
		{"prefix", "starts_with(sex, 'Đ')", cells{"sex": text("Đặng")}, yes},
		{"whole match", "matches(sex, '[A-Z]{2}\\d+')", cells{"sex": text("DN401")}, yes},
		{"part of a match", "matches(sex, '[A-Z]{2}\\d')", cells{"sex": text("DN401")}, no},
		{"alternatives within the whole", "matches(sex, 'a|ab')", cells{"sex": text("ab")}, yes},
		{"first known", "coalesce(age, days, 7)", nil, value.OfInt(7)},
		{"first known of two scales", "coalesce(age, rate)", cells{"age": value.OfInt(2)}, value.OfInt(20_000)},
		{"first known condition", "coalesce(insured, true)", nil, yes},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := compile(t, test.source).Eval(test.row.row())
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.source, diff)
			}
		})
	}
}

func TestTypeAndColumns(t *testing.T) {
	tests := []struct {
		source, want string
		columns      []int
	}{
		{"insured or age > days and age > 1", "boolean", []int{1, 2, 5}},
		{"age", "integer", []int{1}},
		{"total", "decimal(18,2)", []int{3}},
		{"-rate", "decimal(5,4)", []int{4}},
		{"age / days", "decimal(18,8)", []int{1, 2}},
		{"12.50", "decimal(4,2)", nil},
		{"coalesce(card_key, card_key)", "key", []int{8}},
		{"coalesce(card_key, sex)", "text", []int{0, 8}},
		{"date_of(admitted_at)", "date", []int{7}},
		{"coalesce(admitted_at, null)", "timestamp", []int{7}},
	}
	for _, test := range tests {
		compiled := compile(t, test.source)
		if got := compiled.Type().String(); got != test.want {
			t.Errorf("%s: type %s, want %s", test.source, got, test.want)
		}
		if diff := cmp.Diff(test.columns, compiled.Columns()); diff != "" {
			t.Errorf("%s: columns (-want +got):\n%s", test.source, diff)
		}
	}
}

// TestWideArithmetic holds 128 bits against math/big, divisors beyond 64 bits
// included.
func TestWideArithmetic(t *testing.T) {
	widths := []expr.Column{
		{Name: "a", Type: value.Type{Kind: value.Integer}},
		{Name: "b", Type: value.Type{Kind: value.Decimal, Precision: 13}},
		{Name: "c", Type: value.Type{Kind: value.Decimal, Precision: 13}},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, source := range []string{"(a * b + a * c) / (b * c)", "(a * b - a * c) / b"} {
		compiled, err := expr.Compile(source+" = a", widths)
		if err == nil {
			t.Fatalf("%s compiles, which needs more than 38 digits", compiled.SQL())
		}
	}
	quotient, err := expr.Compile("(a * 100 / (b * c)) * 1", widths)
	if err != nil {
		t.Fatal(err)
	}
	scale := big.NewInt(100_000_000)
	for range 20_000 {
		a := random.Int64() >> random.IntN(63)
		b := (random.Int64N(2e13) - 1e13) >> random.IntN(40)
		c := (random.Int64N(2e13) - 1e13) >> random.IntN(40)
		got := quotient.Eval([]value.Value{value.OfInt(a), value.OfInt(b), value.OfInt(c)})
		divisor := new(big.Int).Mul(big.NewInt(b), big.NewInt(c))
		want := value.Value{}
		if divisor.Sign() != 0 {
			dividend := new(big.Int).Mul(big.NewInt(a), new(big.Int).Mul(scale, big.NewInt(100)))
			if exact := dividend.Quo(dividend, divisor); len(new(big.Int).Abs(exact).String()) <= 18 {
				want = value.OfInt(exact.Int64())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d * 100 / (%d * %d) (-want +got):\n%s", a, b, c, diff)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	row := cells{
		"age": value.OfInt(2), "days": value.OfInt(3), "sex": text("2"), "total": value.OfInt(12_345),
		"rate": value.OfInt(9_000), "born_on": day("2000-01-01"), "admitted_at": instant("2024-01-01 10:00:00"),
	}.row()
	for _, source := range []string{
		"age is null or age <= days", "sex in ('1', '2', '3')", "total * rate <= total", "born_on <= admitted_at",
		"matches(sex, '[1-3]')", "year(born_on) between 1900 and 2100", "age / days >= 0.5",
	} {
		compiled := compile(b, source)
		b.Run(source, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compiled.Eval(row)
			}
		})
	}
}
