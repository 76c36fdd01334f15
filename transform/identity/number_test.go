package identity_test

import (
	"testing"

	"thidua/transform/identity"
	"thidua/transform/normalise"
)

func TestNumbersOfSystems(t *testing.T) {
	type read func(text, dst []byte) ([]byte, *normalise.Reason)
	cases := []struct {
		name   string
		read   read
		text   string
		want   string
		reason *normalise.Reason
	}{
		{"a card's end", identity.InsuranceNumber, "HT3797900000011", "7900000011", nil},
		{"the number alone", identity.InsuranceNumber, "7900000011", "7900000011", nil},
		{"the number as a float", identity.InsuranceNumber, "7900000021.0", "7900000021", normalise.NumberZeroFraction},
		{"eleven digits of a system", identity.Person, "79267342601.0", "79267342601", normalise.NumberZeroFraction},
		{"ten zeros are none", identity.InsuranceNumber, "0000000000", "", nil},
		{"no card", identity.InsuranceNumber, "HT37979", "", identity.CardMalformed},
		{"a citizen", identity.Person, "79085000011", "079085000011", normalise.LeadingZeroRestored},
		{"a subject", identity.Person, "7926734260000017", "7926734260000017", nil},
		{"a subject as a float", identity.Person, "302555856.0", "302555856", normalise.NumberZeroFraction},
		{"lost digits", identity.Person, "7.92673E+15", "", normalise.ExcelScientific},
		{"nobody", identity.Person, " ", "", nil},
		{"blanks", identity.Number, " ab 12 ", "AB12", normalise.SpacesRemoved},
		{"a version is no float", identity.Number, "A1.0", "A1.0", nil},
	}
	for _, c := range cases {
		got, reason := c.read([]byte(c.text), nil)
		if string(got) != c.want || reason != c.reason {
			t.Errorf("%s: %q, %v", c.name, got, reason)
		}
	}
}
