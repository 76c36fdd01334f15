package campaign_test

import (
	"math"
	"testing"

	"thidua/transform/campaign"
	"thidua/transform/delivery"
)

func TestAmount(t *testing.T) {
	tests := []struct {
		name   string
		number float64
		places int
		vi, en string
	}{
		{"zero", 0, 1, "0,0", "0.0"},
		{"minus zero", math.Copysign(0, -1), 1, "0,0", "0.0"},
		{"rounds to minus zero", -0.04, 1, "0,0", "0.0"},
		{"three digits", 930, 0, "930", "930"},
		{"thousands", 1234.5, 1, "1.234,5", "1,234.5"},
		{"millions", 2806741, 0, "2.806.741", "2,806,741"},
		{"negative thousands", -1234567.25, 1, "-1.234.567,3", "-1,234,567.3"},
		{"negative hundreds", -123, 0, "-123", "-123"},
		{"half goes up", 0.25, 1, "0,3", "0.3"},
		{"half as it is written", 0.285, 2, "0,29", "0.29"},
		{"negative half goes away from zero", -0.25, 1, "-0,3", "-0.3"},
		{"less than a half", 86.0499999, 1, "86,0", "86.0"},
		{"carries over", 999.95, 1, "1.000,0", "1,000.0"},
		{"large", 123456789012345, 0, "123.456.789.012.345", "123,456,789,012,345"},
		{"very large", 1e20, 0, "100.000.000.000.000.000.000", "100,000,000,000,000,000,000"},
		{"no number", math.NaN(), 1, "–", "–"},
		{"endless", math.Inf(1), 1, "–", "–"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := campaign.Amount(tt.number, tt.places), (delivery.Text{Vi: tt.vi, En: tt.en}); got != want {
				t.Errorf("amount %q, want %q", got, want)
			}
		})
	}
}

func TestPercent(t *testing.T) {
	for name, tt := range map[string]struct {
		got, want delivery.Text
	}{
		"per cent":          {campaign.Percent(149.0/173*100, 1), delivery.Text{Vi: "86,1 %", En: "86.1%"}},
		"share":             {campaign.Share(0.861, 1), delivery.Text{Vi: "86,1 %", En: "86.1%"}},
		"share of a half":   {campaign.Share(0.0005, 1), delivery.Text{Vi: "0,1 %", En: "0.1%"}},
		"share over one":    {campaign.Share(1.119, 1), delivery.Text{Vi: "111,9 %", En: "111.9%"}},
		"no share":          {campaign.Share(math.NaN(), 1), delivery.Text{Vi: "–", En: "–"}},
		"no per cent":       {campaign.Percent(math.Inf(-1), 1), delivery.Text{Vi: "–", En: "–"}},
		"negative per cent": {campaign.Percent(-0.38, 2), delivery.Text{Vi: "-0,38 %", En: "-0.38%"}},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("%q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestShown(t *testing.T) {
	c := compiled(t, declared(
		campaign.EntryDeclaration{ID: "YB.4.2", Indicator: "satisfaction"},
		campaign.EntryDeclaration{ID: "YB.7.4", Indicator: "samples"},
	))
	if got, want := c.Entries()[0].Shown(90.05), (delivery.Text{Vi: "90,1 %", En: "90.1%"}); got != want {
		t.Errorf("share shown as %q, want %q", got, want)
	}
	if got, want := c.Entries()[1].Shown(1271409), (delivery.Text{Vi: "1.271.409", En: "1,271,409"}); got != want {
		t.Errorf("count shown as %q, want %q", got, want)
	}
}

func TestRounded(t *testing.T) {
	for name, tt := range map[string]struct {
		number float64
		places int
		want   float64
	}{
		"half goes up":          {86.15, 1, 86.2},
		"half as it is written": {1.005, 2, 1.01},
		"whole":                 {421.8, 0, 422},
		"endless stays":         {math.Inf(1), 1, math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := campaign.Rounded(tt.number, tt.places); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	if got := campaign.Rounded(-0.04, 1); math.Signbit(got) {
		t.Errorf("-0.04 is rounded to minus zero")
	}
}

func TestStatusWords(t *testing.T) {
	seen := make(map[delivery.Text]campaign.Status)
	for _, s := range campaign.Statuses() {
		words := s.Words()
		if other, twice := seen[words]; twice {
			t.Errorf("%s and %s are both called %q", s, other, words)
		}
		if words.Vi == string(s) || words.En == string(s) {
			t.Errorf("%s has no words", s)
		}
		seen[words] = s
	}
	if len(seen) != 9 {
		t.Errorf("%d statuses, want 9", len(seen))
	}
}
