package province_test

import (
	"math/big"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
)

func TestSettle(t *testing.T) {
	tests := []struct {
		name                              string
		quantity, hospital, insurance     int64
		serviceRatio, insuranceRatio, lvl int
		other                             int64
		want                              province.Share
	}{
		{"ten tablets at 80 per cent", 10_000, 500_000, 500_000, 100, 100, 80, 0, province.Share{Hospital: 500_000, Covered: 500_000, Shared: 100_000, Fund: 400_000}},
		{"thousandths round half up", 1_000, 49_830_335, 49_830_335, 100, 100, 100, 0, province.Share{Hospital: 4_983_034, Covered: 4_983_034, Fund: 4_983_034}},
		{"half a unit", 2_500, 1_000_000, 1_000_000, 100, 100, 100, 0, province.Share{Hospital: 250_000, Covered: 250_000, Fund: 250_000}},
		{"not insured", 1_000, 1_000_000, 1_000_000, 100, 0, 0, 0, province.Share{Hospital: 100_000, SelfPaid: 100_000}},
		{"hospital asks more", 1_000, 1_100_000, 1_000_000, 100, 100, 80, 0, province.Share{Hospital: 110_000, Covered: 100_000, SelfPaid: 10_000, Shared: 20_000, Fund: 80_000}},
		{"both ratios", 1_000, 1_000_000, 1_000_000, 80, 50, 95, 0, province.Share{Hospital: 80_000, Covered: 40_000, SelfPaid: 40_000, Shared: 2_000, Fund: 38_000}},
		{"other money eats what is paid alone", 1_000, 1_100_000, 1_000_000, 100, 100, 80, 4_000, province.Share{Hospital: 110_000, Covered: 100_000, SelfPaid: 6_000, Shared: 20_000, Fund: 80_000, Other: 4_000}},
		{"then the shared part", 1_000, 1_100_000, 1_000_000, 100, 100, 80, 15_000, province.Share{Hospital: 110_000, Covered: 100_000, Shared: 15_000, Fund: 80_000, Other: 15_000}},
		{"then the fund's", 1_000, 1_100_000, 1_000_000, 100, 100, 80, 40_000, province.Share{Hospital: 110_000, Covered: 100_000, Fund: 70_000, Other: 40_000}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := province.Settle(test.quantity, test.hospital, test.insurance, test.serviceRatio, test.insuranceRatio, test.lvl, test.other)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFixed(t *testing.T) {
	tests := []struct {
		n      int64
		digits int
		want   string
	}{
		{0, 2, "0.00"}, {5, 2, "0.05"}, {123456, 2, "1234.56"}, {-105, 2, "-1.05"}, {500_000, 3, "500.000"}, {999, 3, "0.999"},
	}
	for _, test := range tests {
		if got := province.Fixed(test.n, test.digits); got != test.want {
			t.Errorf("Fixed(%d, %d) = %s, want %s", test.n, test.digits, got, test.want)
		}
	}
}

// TestMoney holds each clean line and head against the rules of the annex.
func TestMoney(t *testing.T) {
	for _, layout := range []string{province.Layout4210, province.Layout4750, province.Layout3176} {
		t.Run(layout, func(t *testing.T) {
			s := small()
			s.Layout = layout
			dir := t.TempDir()
			write(t, dir, s)
			claims, _ := readClaims(t, filepath.Join(dir, "claims"))
			for _, c := range claims {
				checkMoney(t, c)
			}
		})
	}
}

func checkMoney(t *testing.T, c claim) {
	t.Helper()
	sums := map[string]*big.Rat{}
	for _, name := range []string{"T_BNTT", "T_BNCCT", "T_BHTT", "T_NGUONKHAC", "BV", "BH", "supplies"} {
		sums[name] = new(big.Rat)
	}
	for _, r := range append(slices.Clone(c.parts["XML2"]), c.parts["XML3"]...) {
		if _, modern := r["THANH_TIEN_BV"]; modern {
			checkLine(t, r)
		}
		for _, name := range []string{"T_BNTT", "T_BNCCT", "T_BHTT", "T_NGUONKHAC"} {
			addTo(t, sums[name], r[name])
		}
		addTo(t, sums["BV"], r["THANH_TIEN_BV"])
		addTo(t, sums["BH"], r["THANH_TIEN_BH"]+r["THANH_TIEN"])
		if r["MA_VAT_TU"] != "" {
			addTo(t, sums["supplies"], r["THANH_TIEN_BV"])
		}
	}
	heads := map[string]string{
		"T_BNTT": c.head("T_BNTT"), "T_BNCCT": c.head("T_BNCCT"), "T_BHTT": c.head("T_BHTT"), "T_NGUONKHAC": c.head("T_NGUONKHAC"),
		"BH": c.head("T_TONGCHI_BH", "T_TONGCHI"),
	}
	if c.head("T_TONGCHI_BV") != "" {
		heads["BV"], heads["supplies"] = c.head("T_TONGCHI_BV"), c.head("T_VTYT")
	}
	for name, told := range heads {
		if got := sums[name].FloatString(2); got != told {
			t.Errorf("lines sum to %s %s, the head tells %s", name, got, told)
		}
	}
	sums["BH"].Sub(sums["BH"], sums["T_BNCCT"])
	if got := sums["BH"].FloatString(2); got != c.head("T_BHTT") {
		t.Errorf("covered less shared is %s, T_BHTT is %s", got, c.head("T_BHTT"))
	}
}

// checkLine recalculates one line in exact fractions; half a hundredth is
// allowed for each rounding.
func checkLine(t *testing.T, r map[string]string) {
	t.Helper()
	n := func(name string) *big.Rat {
		sum := new(big.Rat)
		addTo(t, sum, r[name])
		return sum
	}
	times := func(of ...*big.Rat) *big.Rat {
		product := big.NewRat(1, 1)
		for _, f := range of {
			product.Mul(product, f)
		}
		return product
	}
	priceBV, priceBH, ratio := n("DON_GIA"), n("DON_GIA"), big.NewRat(1, 1)
	if r["DON_GIA_BV"] != "" {
		priceBV, priceBH = n("DON_GIA_BV"), n("DON_GIA_BH")
		ratio = times(n("TYLE_TT_DV"), big.NewRat(1, 100))
	}
	near(t, "THANH_TIEN_BV", n("THANH_TIEN_BV"), times(n("SO_LUONG"), priceBV, ratio))
	near(t, "THANH_TIEN_BH", n("THANH_TIEN_BH"), times(n("SO_LUONG"), priceBH, ratio, n("TYLE_TT_BH"), big.NewRat(1, 100)))
	near(t, "T_BHTT", n("T_BHTT"), times(n("THANH_TIEN_BH"), n("MUC_HUONG"), big.NewRat(1, 100)))
	paid := new(big.Rat)
	for _, name := range []string{"T_BNTT", "T_BNCCT", "T_BHTT", "T_NGUONKHAC"} {
		paid.Add(paid, n(name))
	}
	if paid.Cmp(n("THANH_TIEN_BV")) != 0 {
		t.Errorf("the payers pay %s of %s", paid.FloatString(2), r["THANH_TIEN_BV"])
	}
}

func near(t *testing.T, name string, got, want *big.Rat) {
	t.Helper()
	off := new(big.Rat).Sub(got, want)
	if off.Abs(off).Cmp(big.NewRat(1, 200)) > 0 {
		t.Errorf("%s is %s, want %s", name, got.FloatString(2), want.FloatString(4))
	}
}
