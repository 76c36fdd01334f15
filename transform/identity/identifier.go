package identity

import (
	"bytes"
	"fmt"

	"thidua/transform/normalise"
)

// IDKind is the shape of an identifier.
type IDKind uint8

// The kinds: none, citizen ID of twelve digits (CCCD, số định danh cá nhân), the
// identity card of nine digits it replaced (CMND), a passport, an insurance card
// of fifteen characters, and the number of social insurance (BHXH) which is the
// last ten of a card and all that new cards print.
const (
	NoID IDKind = iota
	Citizen12
	OldID9
	Passport8
	Card15
	BHXH10
)

var kindNames = [...]string{"none", "citizen", "old_id", "passport", "card", "bhxh"}

// String returns the name of the kind.
func (k IDKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("id(%d)", uint8(k))
}

// CitizenID reads the number that identifies a person: a citizen ID, an old
// identity card or a passport. A blank text is NoID without a reason; NoID with a
// reason cannot be trusted; any other kind with a reason was put right.
//
// The id aliases text, or dst, whose bytes are used as memory and may be nil.
func CitizenID(text, dst []byte) (id []byte, kind IDKind, reason *normalise.Reason) {
	text, reason = tidy(text, dst)
	if len(text) == 0 {
		return nil, NoID, reason
	}
	if whole, ok := bytes.CutSuffix(text, []byte(".0")); ok && allDigits(whole) {
		text, reason = whole, normalise.NumberZeroFraction
	}
	if !allDigits(text) {
		return passport(text, reason)
	}
	if len(text) > 1 && len(bytes.TrimLeft(text, string(text[:1]))) == 0 {
		return nil, NoID, CitizenPlaceholder
	}
	switch len(text) {
	case 12:
		return text, Citizen12, reason
	case 11:
		return restoreZero(text, dst)
	case 9:
		return text, OldID9, reason
	}
	return nil, NoID, CitizenMalformed
}

// passport reads a letter and seven digits, and tells spreadsheets' scientific
// notation from other nonsense.
func passport(text []byte, reason *normalise.Reason) ([]byte, IDKind, *normalise.Reason) {
	switch {
	case len(text) == 8 && isUpper(text[0]) && allDigits(text[1:]):
		return text, Passport8, reason
	case isScientific(text):
		return nil, NoID, normalise.ExcelScientific
	}
	return nil, NoID, CitizenMalformed
}

// restoreZero puts back the zero that spreadsheets take off a citizen ID. Only a
// number that then begins with the code of a province is one.
func restoreZero(digits, dst []byte) ([]byte, IDKind, *normalise.Reason) {
	dst = append(dst[:0], digits...)
	dst = append(dst, 0)
	copy(dst[1:], dst)
	dst[0] = '0'
	if !KnownBirthPlace(dst) {
		return nil, NoID, CitizenMalformed
	}
	return dst, Citizen12, normalise.LeadingZeroRestored
}

// CitizenBirthYear returns the year of birth in a citizen ID: its fourth digit
// counts half centuries of persons by sex from 1900 on, the next two are the
// year.
func CitizenBirthYear(id []byte) (year int, ok bool) {
	if len(id) != 12 || !allDigits(id) {
		return 0, false
	}
	century := int(id[3]-'0') / 2
	return 1900 + 100*century + int(id[4]-'0')*10 + int(id[5]-'0'), true
}

// CitizenSex returns the sex in a citizen ID as claims write it, 1 male and 2
// female: its fourth digit is even for men.
func CitizenSex(id []byte) (sex int, ok bool) {
	if len(id) != 12 || !allDigits(id) {
		return 0, false
	}
	return int(id[3]-'0')%2 + 1, true
}

// birthPlaces are the codes of the 63 provinces that births were registered in,
// in ascending order. The list did not change with the provinces in July 2025.
const birthPlaces = "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 " +
	"040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 " +
	"080 082 083 084 086 087 089 091 092 093 094 095 096"

// KnownBirthPlace reports whether a citizen ID begins with the code of a
// province. Others are legal: persons born abroad have the code of the country.
// It is the place where the birth was registered, never that of residence.
func KnownBirthPlace(id []byte) bool {
	if len(id) != 12 || !allDigits(id) {
		return false
	}
	for list := birthPlaces; len(list) >= 3; list = list[min(4, len(list)):] {
		if list[:3] == string(id[:3]) {
			return true
		}
	}
	return false
}
