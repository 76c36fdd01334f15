package normalise_test

import (
	"testing"

	"thidua/transform/normalise"
	"thidua/transform/value"
)

func TestCode(t *testing.T) {
	check(t, value.Type{}, normalise.Options{Reading: "code"}, []sample{
		{"23.0075.1494", "23.0075.1494", nil},
		{" k01 ", "K01", nil},
		{"K02.D35", "K02.D35", nil},
		{"79999_2026_10_000011", "79999_2026_10_000011", nil},
		{"000001/SYN-CCHN;0002/đna-cchn", "000001/SYN-CCHN;0002/ĐNA-CCHN", nil},
		{"05V 123", "05V123", normalise.SpacesRemoved},
		{"1.1", "1.1", nil},
		{"1.10", "1.10", nil},
		{"7.9085E+10", "", normalise.ExcelScientific},
		{"7,9085e+10", "", normalise.ExcelScientific},
		{"1E+05", "", normalise.ExcelScientific},
		{"1E05", "1E05", nil},
		{"A1E+05", "A1E+05", nil},
		{"a'b", "", normalise.CodeMalformed},
		{"A†", "", normalise.CodeMalformed},
		{"A\u0301", "Á", nil},
		{"A\x00B", "AB", normalise.ControlRemoved},
		{"K\xff", "", normalise.NotUTF8},
		{"Trần Văn Mẫu", "", normalise.CodeMalformed},
		{"TRAN MAU", "", normalise.CodeMalformed},
		{"Số 1 ngõ Mẫu", "", normalise.CodeMalformed},
		{"K NGOAI", "KNGOAI", normalise.SpacesRemoved},
		{"N04 .03", "N04.03", normalise.SpacesRemoved},
	})
}

func TestCodeLength(t *testing.T) {
	check(t, value.Type{}, normalise.Options{Reading: "code", Length: 3}, []sample{
		{"K01", "K01", nil},
		{"ĐNA", "ĐNA", nil},
		{"K 01", "K01", normalise.SpacesRemoved},
		{"K1", "", normalise.CodeLength},
		{"K0100", "", normalise.CodeLength},
	})
	check(t, value.Type{}, normalise.Options{Reading: "code", MaxLength: 4}, []sample{
		{"1.10", "1.10", nil},
		{"1.100", "", normalise.TooLong},
	})
}

func TestICD(t *testing.T) {
	check(t, value.Type{}, normalise.Options{Reading: "icd10"}, []sample{
		{"I10", "I10", nil},
		{"e11.9", "E11.9", nil},
		{"I10,9", "I10.9", normalise.ICDRepaired},
		{"E119", "E11.9", normalise.ICDRepaired},
		{"S5250", "S52.50", normalise.ICDRepaired},
		{"A17.0†", "A17.0", nil},
		{"G01*", "G01", nil},
		{"A17.0+", "A17.0", nil},
		{"U62.392.5", "U62.392.5", nil},
		{"I 10", "I10", normalise.SpacesRemoved},
		{"I10;E11", "", normalise.ICDMalformed},
		{"I1", "", normalise.ICDMalformed},
		{"I10.", "", normalise.ICDMalformed},
		{"I10.12345", "", normalise.ICDMalformed},
		{"I10.1.2.3", "", normalise.ICDMalformed},
		{"110", "", normalise.ICDMalformed},
		{"*", "", nil},
		{"\xff", "", normalise.NotUTF8},
	})
}

func TestICDList(t *testing.T) {
	check(t, value.Type{}, normalise.Options{Reading: "icd10_list"}, []sample{
		{"E78.5;E11.9", "E78.5;E11.9", nil},
		{"e78.5; e11.9;", "E78.5;E11.9", nil},
		{"E78.5,E11.9", "E78.5;E11.9", normalise.ICDRepaired},
		{"E78,5, E11,9", "E78.5;E11.9", normalise.ICDRepaired},
		{"I10", "I10", nil},
		{"A17.0†;G01*", "A17.0;G01", nil},
		{"I10 E11", "", normalise.ICDMalformed},
		{"I10;x", "", normalise.ICDMalformed},
		{";;", "", nil},
	})
}

func TestCodesOfDigits(t *testing.T) {
	check(t, value.Type{}, normalise.Options{Reading: "two_digits"}, []sample{
		{"01", "01", nil},
		{"1", "01", normalise.LeadingZeroRestored},
		{"11.0", "11", normalise.NumberZeroFraction},
		{"1.0", "01", normalise.LeadingZeroRestored},
		{"0 1", "01", normalise.SpacesRemoved},
		{"001", "", normalise.CodeLength},
		{"1.1", "", normalise.CodeMalformed},
		{"K1", "", normalise.CodeMalformed},
	})
	check(t, value.Type{}, normalise.Options{Reading: "zero_padded", Length: 10}, []sample{
		{"0302555856", "0302555856", nil},
		{"302555856.0", "0302555856", normalise.LeadingZeroRestored},
		{"1302555856.00", "1302555856", normalise.NumberZeroFraction},
		{"3.02556E+8", "", normalise.ExcelScientific},
		{"13025558561", "", normalise.CodeLength},
	})
	check(t, value.Type{}, normalise.Options{Reading: "zero_padded", Length: 5}, []sample{
		{"4", "00004", normalise.LeadingZeroRestored},
		{"26734", "26734", nil},
	})
}

func TestClassAndFacility(t *testing.T) {
	check(t, value.Type{}, normalise.Options{Reading: "class"}, []sample{
		{"1.1", "1", nil},
		{"1.10", "1", nil},
		{"9", "9", nil},
		{".1", "", normalise.CodeMalformed},
	})
	check(t, value.Type{}, normalise.Options{Reading: "facility"}, []sample{
		{"79999", "79999", nil},
		{"1001", "01001", normalise.LeadingZeroRestored},
		{"1001.0", "01001", normalise.LeadingZeroRestored},
		{"79999.0", "79999", normalise.NumberZeroFraction},
		{"79A99", "79A99", nil},
		{"79 999", "79999", normalise.SpacesRemoved},
		{"799990", "", normalise.CodeLength},
		{"999", "", normalise.CodeLength},
	})
}

func FuzzCode(f *testing.F) {
	for _, s := range []string{"K01", " k 01", "7.9E+10", "I10,9;e119", "A17.0†", "1.0", "302555856.0", "đ", "ŉ", "\xff"} {
		f.Add([]byte(s))
	}
	typ := value.Type{}
	options := []normalise.Options{
		{Reading: "code"},
		{Reading: "code", Length: 4},
		{Reading: "icd10"},
		{Reading: "icd10_list"},
		{Reading: "two_digits"},
		{Reading: "zero_padded", Length: 10},
		{Reading: "class"},
		{Reading: "facility"},
	}
	var reads, again []normalise.Func
	for _, o := range options {
		reads, again = append(reads, reader(f, typ, o)), append(again, reader(f, typ, o))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for i := range reads {
			idempotent(t, typ, reads[i], again[i], text)
		}
	})
}

func BenchmarkCode(b *testing.B) {
	for name, o := range map[string]normalise.Options{"code": {Reading: "code"}, "icd10": {Reading: "icd10"}} {
		text := map[string]string{"code": "23.0075.1494", "icd10": "E11.9"}[name]
		b.Run(name, func(b *testing.B) { benchmark(b, value.Type{}, o, text) })
	}
}
