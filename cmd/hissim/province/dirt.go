package province

import (
	"time"

	"golang.org/x/text/unicode/norm"
)

// faultKind is one way in which a visit, or a whole file, is dirty.
type faultKind uint8

// Faults of a visit, then faults of a file. A visit has at most one.
const (
	faultNone faultKind = iota
	faultPartBase64
	faultPartBase64Resent
	faultBareAmpersand
	faultDecimalComma
	faultLostZero
	faultLeftBeforeArrived
	faultNoKey
	faultSexContradicts
	faultUnknownPart
	faultUnknownFacility
	faultNFD
	faultYearOnly
	faultLabel
	faultTruncated
	faultShort
	faultNotXML
	faultKinds
)

// outcome says what a reader has to make of a fault.
type faultOutcome struct {
	kind  string
	level string
	end   string
	// stands is false where the visit must not be loaded.
	stands bool
}

var faults = [faultKinds]faultOutcome{
	faultPartBase64:        {"part_base64", "part", "visit stands without its drugs and is marked partial", true},
	faultPartBase64Resent:  {"part_base64_resent", "part", "the whole older version stands, the re-send is set aside", true},
	faultBareAmpersand:     {"bare_ampersand", "note", "visit loads, the ampersand is noted", true},
	faultDecimalComma:      {"decimal_comma", "row", "one drug line is quarantined, all else loads", true},
	faultLostZero:          {"lost_zero", "warning", "visit loads, the citizen ID is repaired to twelve digits", true},
	faultLeftBeforeArrived: {"left_before_arrived", "dossier", "the visit is quarantined whole", false},
	faultNoKey:             {"no_key", "dossier", "the visit is quarantined whole", false},
	faultSexContradicts:    {"sex_contradicts", "warning", "visit loads, the contradiction is a warning", true},
	faultUnknownPart:       {"unknown_part", "note", "visit loads, the part is noted and ignored", true},
	faultUnknownFacility:   {"unknown_facility", "warning", "visit loads under the unknown code, which is a warning", true},
	faultNFD:               {"nfd_text", "clean", "visit loads, its text is composed", true},
	faultYearOnly:          {"year_only_birth", "clean", "visit loads with the year of birth", true},
	faultLabel:             {"label_variant", "clean", "visit loads with its drugs", true},
	faultTruncated:         {"file_truncated", "delivery", "the file is refused whole", false},
	faultShort:             {"file_fewer_dossiers", "delivery", "the file is refused whole", false},
	faultNotXML:            {"file_not_xml", "delivery", "the file is refused whole", false},
}

// strayCode is the code of no facility: who sends under it is not in the table.
const strayCode = "99X01"

// possible reports whether the fault can befall the visit: two of them spoil a
// citizen ID, which not every visit has.
func (v *visit) possible(k faultKind) bool {
	if k == faultLostZero || k == faultSexContradicts {
		return v.hasCitizenID()
	}
	return true
}

// hasCitizenID is true where the visit tells a citizen ID of twelve digits.
func (v *visit) hasCitizenID() bool {
	return v.layout != Layout4210 && len(v.person.idNumber) == 12
}

// throwFault chooses one of the faults of a visit that can befall this one.
func (v *visit) throwFault(d dice) faultKind {
	k := faultKind(d.between(int(faultPartBase64), int(faultLabel)))
	for !v.possible(k) {
		if k++; k > faultLabel {
			k = faultPartBase64
		}
	}
	return k
}

// befall makes the visit dirty where the fault lies in its values; the others
// show when it is written.
func (v *visit) befall(k faultKind) {
	v.fault = k
	switch k {
	case faultNoKey:
		v.key = ""
	case faultUnknownFacility:
		v.facility.Code = strayCode
	case faultNFD:
		v.person.name = norm.NFD.String(v.person.name)
		v.person.address = norm.NFD.String(v.person.address)
		for i := range v.drugs {
			v.drugs[i].name = norm.NFD.String(v.drugs[i].name)
		}
	}
}

// writtenID is the number of the citizen as the hospital sends it.
func (v *visit) writtenID() string {
	if v.fault == faultLostZero {
		return v.person.idNumber[1:]
	}
	return v.person.idNumber
}

// writtenBirth is the birth date in the width of the layout; of a year alone
// layout 130 fills the rest with zeros.
func (v *visit) writtenBirth() string {
	year, rest := v.person.born.Format("2006"), v.person.born.Format("0102")
	switch {
	case v.fault == faultYearOnly && v.layout == Layout4210:
		return year
	case v.fault == faultYearOnly:
		return year + "00000000"
	case v.layout == Layout4210:
		return year + rest
	}
	return year + rest + "0000"
}

func (v *visit) writtenSex() int {
	if v.fault == faultSexContradicts {
		return male + female - v.person.sex
	}
	return v.person.sex
}

func (v *visit) writtenLeft() time.Time {
	if v.fault == faultLeftBeforeArrived {
		return v.arrived.Add(-2 * time.Hour)
	}
	return v.left
}

// writeAddress writes DIA_CHI; the fault leaves an ampersand that is no entity.
func (v *visit) writeAddress(d *document) {
	if v.fault == faultBareAmpersand {
		d.code("DIA_CHI", v.person.address+" & lân cận")
		return
	}
	d.text("DIA_CHI", v.person.address)
}

// writeQuantity writes SO_LUONG of drug line i; the fault spoils the first.
func (v *visit) writeQuantity(d *document, i int, q thousandth) {
	if v.fault == faultDecimalComma && i == 0 {
		whole := appendFixed(nil, int64(q), 3)
		whole[len(whole)-4] = ','
		d.code("SO_LUONG", string(whole))
		return
	}
	d.quantity("SO_LUONG", q)
}
