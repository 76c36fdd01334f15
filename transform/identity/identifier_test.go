package identity_test

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"testing"

	"thidua/transform/identity"
	"thidua/transform/normalise"
)

func TestCitizenID(t *testing.T) {
	tests := map[string]struct {
		text, want string
		kind       identity.IDKind
		reason     *normalise.Reason
	}{
		"citizen ID":                {"079085000011", "079085000011", identity.Citizen12, nil},
		"blanks around":             {" 079085000011\r\n", "079085000011", identity.Citizen12, nil},
		"unbreakable blanks around": {"\u00a0079085000011\u200b", "079085000011", identity.Citizen12, nil},
		"blanks inside":             {"079 085\u00a0000011", "079085000011", identity.Citizen12, normalise.SpacesRemoved},
		"lost zero":                 {"79085000011", "079085000011", identity.Citizen12, normalise.LeadingZeroRestored},
		"lost zero and blanks":      {"79 085 000 011", "079085000011", identity.Citizen12, normalise.LeadingZeroRestored},
		"lost zero as a float":      {"79085000011.0", "079085000011", identity.Citizen12, normalise.LeadingZeroRestored},
		"twelve digits as a float":  {"124085000011.0", "124085000011", identity.Citizen12, normalise.NumberZeroFraction},
		"born abroad":               {"124085000011", "124085000011", identity.Citizen12, nil},
		"old identity card":         {"020000011", "020000011", identity.OldID9, nil},
		"passport":                  {"B1234567", "B1234567", identity.Passport8, nil},
		"passport in lower case":    {"b1234567", "B1234567", identity.Passport8, identity.CaseRaised},
		"blank":                     {" \u00a0", "", identity.NoID, nil},
		"absent":                    {"", "", identity.NoID, nil},
		"no province":               {"03085000011", "", identity.NoID, identity.CitizenMalformed},
		"ten digits":                {"1085000011", "", identity.NoID, identity.CitizenMalformed},
		"thirteen digits":           {"0790850000111", "", identity.NoID, identity.CitizenMalformed},
		"letters":                   {"KHONG CO", "", identity.NoID, identity.CitizenMalformed},
		"hyphens":                   {"079-085-000011", "", identity.NoID, identity.CitizenMalformed},
		"passport of two letters":   {"BA123456", "", identity.NoID, identity.CitizenMalformed},
		"one digit repeated":        {"000000000000", "", identity.NoID, identity.CitizenPlaceholder},
		"nine nines":                {"999999999", "", identity.NoID, identity.CitizenPlaceholder},
		"scientific notation":       {"7.9085E+10", "", identity.NoID, normalise.ExcelScientific},
		"with a comma":              {"7,9085e+10", "", identity.NoID, normalise.ExcelScientific},
		"broken bytes":              {"079085\xff", "", identity.NoID, normalise.NotUTF8},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			input := []byte(tt.text)
			got, kind, reason := identity.CitizenID(input, make([]byte, 3, 20))
			if string(got) != tt.want || kind != tt.kind || reason != tt.reason {
				t.Errorf("got %q, %s, %v", got, kind, reason)
			}
			if string(input) != tt.text {
				t.Error("the input was changed")
			}
		})
	}
}

func TestKindNames(t *testing.T) {
	for kind, want := range map[identity.IDKind]string{
		identity.NoID: "none", identity.Citizen12: "citizen", identity.OldID9: "old_id", identity.Passport8: "passport",
		identity.Card15: "card", identity.BHXH10: "bhxh", identity.BHXH10 + 1: "id(6)",
	} {
		if got := kind.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestWhatACitizenIDTells(t *testing.T) {
	tests := map[string]struct {
		id        string
		year, sex int
		ok, known bool
	}{
		"man of 1985":      {"079085000011", 1985, 1, true, true},
		"woman of 1990":    {"079190000017", 1990, 2, true, true},
		"boy of 2015":      {"001215000001", 2015, 1, true, true},
		"girl of 2126":     {"096526000001", 2126, 2, true, true},
		"born abroad":      {"124085000011", 1985, 1, true, false},
		"between codes":    {"003085000011", 1985, 1, true, false},
		"beyond the codes": {"097085000011", 1985, 1, true, false},
		"old card":         {"020000011", 0, 0, false, false},
		"passport":         {"B1234567", 0, 0, false, false},
		"letters":          {"07908500001X", 0, 0, false, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			id := []byte(tt.id)
			if year, ok := identity.CitizenBirthYear(id); year != tt.year || ok != tt.ok {
				t.Errorf("year %d %v", year, ok)
			}
			if sex, ok := identity.CitizenSex(id); sex != tt.sex || ok != tt.ok {
				t.Errorf("sex %d %v", sex, ok)
			}
			if known := identity.KnownBirthPlace(id); known != tt.known {
				t.Errorf("known birth place %v", known)
			}
		})
	}
}

// The list of codes is that of the reference table.
func TestKnownBirthPlaces(t *testing.T) {
	f, err := os.Open("testdata/cccd_province_63.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	listed := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if code, _, ok := strings.Cut(lines.Text(), ","); ok && len(code) == 3 {
			listed[code] = true
		}
	}
	if len(listed) != 63 {
		t.Fatalf("the table has %d codes", len(listed))
	}
	for n := range 1000 {
		code := string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
		if got := identity.KnownBirthPlace([]byte(code + "085000011")); got != listed[code] {
			t.Errorf("code %s: known %v", code, got)
		}
	}
}

func TestCards(t *testing.T) {
	tests := map[string]struct {
		text, want string
		kind       identity.IDKind
		n          int
		reason     *normalise.Reason
	}{
		"card":                  {"GD4797900000017", "GD4797900000017", identity.Card15, 1, nil},
		"newborn":               {"TE1790000000001", "TE1790000000001", identity.Card15, 1, nil},
		"blank inside":          {"HT3 797900000011", "HT3797900000011", identity.Card15, 1, normalise.SpacesRemoved},
		"lower case":            {"ht3797900000011", "HT3797900000011", identity.Card15, 1, identity.CaseRaised},
		"level beyond the list": {"HT9797900000011", "HT9797900000011", identity.Card15, 1, identity.CardLevel},
		"number only":           {"7900000011", "7900000011", identity.BHXH10, 1, nil},
		"no number":             {"0000000000", "", identity.NoID, 1, nil},
		"two cards":             {"GD4797900000017;HT3797900000011", "GD4797900000017", identity.Card15, 2, nil},
		"second is good":        {"GD4;ht3797900000011;", "HT3797900000011", identity.Card15, 2, identity.CaseRaised},
		"first is a number":     {"; 7900000011;GD4797900000017", "7900000011", identity.BHXH10, 2, nil},
		"none is good":          {"GD4;7.9E+9", "", identity.NoID, 2, identity.CardMalformed},
		"blank":                 {" ; ", "", identity.NoID, 0, nil},
		"absent":                {"", "", identity.NoID, 0, nil},
		"digits only":           {"797900000011", "", identity.NoID, 1, identity.CardMalformed},
		"letters too far":       {"GDX797900000017", "", identity.NoID, 1, identity.CardMalformed},
		"letters with marks":    {"ĐN4797900000017", "", identity.NoID, 1, identity.CardMalformed},
		"scientific notation":   {"7.9E+09", "", identity.NoID, 1, normalise.ExcelScientific},
		"broken bytes":          {"GD\xff", "", identity.NoID, 1, normalise.NotUTF8},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, kind, n, reason := identity.Cards([]byte(tt.text), nil)
			if string(got) != tt.want || kind != tt.kind || n != tt.n || reason != tt.reason {
				t.Errorf("got %q, %s, %d cards, %v", got, kind, n, reason)
			}
		})
	}
}

func TestGuardCode(t *testing.T) {
	for text, want := range map[string]bool{
		"079085000011":       true,
		" 079 085 000 011 ":  true,
		"0900000011":         true,
		"HT3797900000011":    true,
		"ht 3 79 7900000011": true,
		"893100000026":       false,
		"03.1703.0075":       false,
		"0.123456789":        false,
		"15000000000":        false,
		"202403010800":       false,
		"VD-00000-26":        false,
		"K01":                false,
		"":                   false,
	} {
		if got := identity.GuardCode([]byte(text)); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

func TestGuard(t *testing.T) {
	tests := map[string]bool{
		"Paracetamol 500mg":                  false,
		"VD-12345678-20":                     false,
		"893110123424 (số đăng ký)":          true,
		"Khám Nội 23.0075.1494":              false,
		"Bàn khám 01 - 02 - 03":              false,
		"gọi 0901234567":                     true,
		"gọi 0901 234 567 2 lần":             true,
		"gọi 090.123.4567":                   true,
		"gọi +84 901 234 567":                true,
		"079 085 000 011":                    true,
		"Thuốc của HT3797900000011":          true,
		"liên hệ duoc.mau@example.com":       true,
		"Dung dịch 5mg @ 10ml":               false,
		"khoa@duoc":                          false,
		"Tiêm 10.000.000 IU":                 false,
		"12345678":                           false,
		"":                                   false,
		"Vắc xin 6 trong 1, 01/02/2026 10ml": false,
	}
	for text, want := range tests {
		if got := identity.Guard([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestReasonsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range append(normalise.Reasons(), identity.Reasons()...) {
		if seen[r.ID] || r.ID == "" || r.Text.Vi == "" || r.Text.En == "" {
			t.Errorf("reason %q is not whole, or listed twice", r.ID)
		}
		seen[r.ID] = true
	}
}

func FuzzCitizenID(f *testing.F) {
	for _, s := range []string{"079085000011", "79085000011.0", "b 123 4567", "7.9E+10", "\u00a0", "0000"} {
		f.Add([]byte(s))
	}
	shapes := map[identity.IDKind]int{identity.Citizen12: 12, identity.OldID9: 9, identity.Passport8: 8}
	f.Fuzz(func(t *testing.T, text []byte) {
		id, kind, _ := identity.CitizenID(text, make([]byte, 0, 4))
		if len(id) != shapes[kind] {
			t.Fatalf("%s has %d characters", kind, len(id))
		}
		again, kind2, reason := identity.CitizenID(bytes.Clone(id), nil)
		if !bytes.Equal(id, again) || kind != kind2 || reason != nil {
			t.Errorf("%q reads as %q, and that as %q", text, id, again)
		}
	})
}

func FuzzCards(f *testing.F) {
	for _, s := range []string{"GD4797900000017", "ht3 797900000011;7900000011", ";;", "0000000000", "7.9E+10"} {
		f.Add([]byte(s))
	}
	shapes := map[identity.IDKind]int{identity.Card15: 15, identity.BHXH10: 10}
	f.Fuzz(func(t *testing.T, text []byte) {
		card, kind, n, _ := identity.Cards(text, nil)
		if len(card) != shapes[kind] || kind != identity.NoID && n == 0 {
			t.Fatalf("%s has %d characters, %d cards", kind, len(card), n)
		}
		again, kind2, reason := identity.Card(bytes.Clone(card), nil)
		if !bytes.Equal(card, again) || kind != kind2 || reason != nil && reason != identity.CardLevel {
			t.Errorf("%q reads as %q, and that as %q", text, card, again)
		}
	})
}

func BenchmarkCitizenID(b *testing.B) {
	text := []byte("079085000011")
	b.ReportAllocs()
	for b.Loop() {
		identity.CitizenID(text, nil)
	}
}
