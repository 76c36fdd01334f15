package normalise_test

import (
	"testing"

	"thidua/transform/normalise"
	"thidua/transform/value"
)

var (
	integer = value.Type{Kind: value.Integer}
	money   = value.Type{Kind: value.Decimal, Precision: 12, Scale: 2}
)

func TestInteger(t *testing.T) {
	check(t, integer, normalise.Options{}, []sample{
		{"80", "80", nil},
		{"05", "5", nil},
		{"-3", "-3", nil},
		{"+3", "3", nil},
		{"\u00a04431 ", "4431", nil},
		{"50600.000", "50600", normalise.NumberZeroFraction},
		{"302555856.0", "302555856", normalise.NumberZeroFraction},
		{"0.5", "", normalise.NumberFraction},
		{"0,5", "", normalise.NumberComma},
		{"1.271.409", "", normalise.NumberThousands},
		{"1,234,567", "", normalise.NumberThousands},
		{"1E+05", "", normalise.ExcelScientific},
		{"1.5e5", "", normalise.ExcelScientific},
		{"9223372036854775807", "9223372036854775807", nil},
		{"9223372036854775808", "", normalise.NumberTooLarge},
		{"12 vé", "", normalise.NumberMalformed},
		{"-", "", normalise.NumberMalformed},
		{".", "", normalise.NumberMalformed},
		{"1-2", "", normalise.NumberMalformed},
		{"5\x00", "", normalise.NumberMalformed},
		{"5\xff", "", normalise.NotUTF8},
	})
}

func TestIntegerWithComma(t *testing.T) {
	check(t, integer, normalise.Options{Locale: normalise.Comma}, []sample{
		{"1.271.409", "1271409", nil},
		{"1271409", "1271409", nil},
		{"1.251", "1251", nil},
		{"12.518", "12518", nil},
		{"1\u00a0271\u00a0409", "1271409", nil},
		{"-1.251", "-1251", nil},
		{"5,0", "5", normalise.NumberZeroFraction},
		{"302555856.0", "302555856", normalise.NumberZeroFraction},
		{"1,5", "", normalise.NumberFraction},
		{"0.500", "", normalise.NumberPoint},
		{"1.2345", "", normalise.NumberPoint},
		{"1.234 567", "", normalise.NumberPoint},
		{"1,2,3", "", normalise.NumberMalformed},
		{"7,9E+10", "", normalise.ExcelScientific},
	})
}

func TestDecimal(t *testing.T) {
	check(t, money, normalise.Options{}, []sample{
		{"0.5", "0.50", nil},
		{"5000.00", "5000.00", nil},
		{"50600.000", "50600.00", nil},
		{".25", "0.25", nil},
		{"7.", "7.00", nil},
		{"-12.345", "-12.35", normalise.NumberRounded},
		{"12.344", "12.34", normalise.NumberRounded},
		{"12.3450", "12.35", normalise.NumberRounded},
		{"0,5", "", normalise.NumberComma},
		{"1.234,5", "", normalise.NumberThousands},
		{"1E+05", "", normalise.ExcelScientific},
		{"9999999999.99", "9999999999.99", nil},
		{"9999999999.995", "", normalise.NumberTooLarge},
		{"10000000000", "", normalise.NumberTooLarge},
		{"99999999999999999999999", "", normalise.NumberTooLarge},
		{"5 000", "", normalise.NumberMalformed},
	})
	check(t, value.Type{Kind: value.Decimal, Precision: 18}, normalise.Options{}, []sample{
		{"999999999999999999", "999999999999999999", nil},
		{"999999999999999999.5", "", normalise.NumberTooLarge},
		{"9223372036854775807.9", "", normalise.NumberTooLarge},
	})
}

func TestDecimalWithComma(t *testing.T) {
	check(t, money, normalise.Options{Locale: normalise.Comma}, []sample{
		{"0,5", "0.50", nil},
		{"1,5", "1.50", nil},
		{"1.234,5", "1234.50", nil},
		{"1.234.567,8", "1234567.80", nil},
		{"1.251", "1251.00", nil},
		{"−1.251", "-1251.00", nil},
		{"5000.00", "", normalise.NumberPoint},
		{"0.5", "", normalise.NumberPoint},
		{"1,234.5", "", normalise.NumberPoint},
	})
}

func TestBoolean(t *testing.T) {
	check(t, value.Type{Kind: value.Boolean}, normalise.Options{}, []sample{
		{"1", "1", nil},
		{"0", "0", nil},
		{"TRUE", "1", nil},
		{"false", "0", nil},
		{"Co\u0301", "1", nil},
		{"không", "0", nil},
		{" x ", "1", nil},
		{"2", "", normalise.BooleanMalformed},
		{"khong", "", normalise.BooleanMalformed},
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0.5", "0,5", "1.271.409", "1 234,50", "1E+05", "302555856.0", "-12.345", "999999999999999999.5", "\u00a05"} {
		f.Add([]byte(s))
	}
	types := []value.Type{integer, money, {Kind: value.Decimal, Precision: 18}, {Kind: value.Decimal, Precision: 18, Scale: 18}, {Kind: value.Boolean}}
	var point, comma, again []normalise.Func
	for _, typ := range types {
		point = append(point, reader(f, typ, normalise.Options{}))
		comma = append(comma, reader(f, typ, normalise.Options{Locale: normalise.Comma}))
		again = append(again, reader(f, typ, normalise.Options{}))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for i, typ := range types {
			idempotent(t, typ, point[i], again[i], text)
			if typ.Kind != value.Boolean {
				idempotent(t, typ, comma[i], again[i], text)
			}
		}
	})
}

func BenchmarkNumber(b *testing.B) {
	b.Run("decimal", func(b *testing.B) { benchmark(b, money, normalise.Options{}, "50600.00") })
	b.Run("thousands", func(b *testing.B) {
		benchmark(b, money, normalise.Options{Locale: normalise.Comma}, "1.234.567,8")
	})
	b.Run("integer", func(b *testing.B) { benchmark(b, integer, normalise.Options{}, "100") })
}
