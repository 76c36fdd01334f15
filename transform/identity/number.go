package identity

import (
	"bytes"

	"thidua/transform/normalise"
)

// InsuranceNumber reads the ten digits of social insurance that a person keeps for
// life (mã số BHXH), as they stand or as the end of an insurance card. Reasons and
// memory are as with CitizenID.
func InsuranceNumber(text, dst []byte) (number []byte, reason *normalise.Reason) {
	number, _, _, reason = Cards(text, dst)
	if len(number) == cardLength {
		number = number[cardLength-bhxhLength:]
	}
	return number, reason
}

// Person reads what a system calls a person by: a citizen ID where it is one, or
// else a number of the system's own. Reasons and memory are as with CitizenID.
func Person(text, dst []byte) (id []byte, reason *normalise.Reason) {
	id, kind, reason := CitizenID(text, dst)
	if kind == Citizen12 {
		return id, reason
	}
	return Number(text, dst)
}

// Number reads the number that a system gives a person, a household or a paper:
// blanks are dropped, letters raised, and the point and zero that a spreadsheet or
// a program adds to whole numbers is taken off. One in scientific notation has lost
// its digits. Reasons and memory are as with CitizenID.
func Number(text, dst []byte) (id []byte, reason *normalise.Reason) {
	text, reason = tidy(text, dst)
	if len(text) == 0 {
		return nil, reason
	}
	if whole, ok := bytes.CutSuffix(text, []byte(".0")); ok && allDigits(whole) {
		return whole, normalise.NumberZeroFraction
	}
	if isScientific(text) {
		return nil, normalise.ExcelScientific
	}
	return text, reason
}
