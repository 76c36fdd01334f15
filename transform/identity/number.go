package identity

import (
	"bytes"

	"thidua/transform/normalise"
)

// InsuranceNumber reads the ten digits of social insurance that a person keeps for
// life (mã số BHXH), as they stand or as the end of an insurance card. Reasons and
// memory are as with CitizenID.
func InsuranceNumber(text, dst []byte) (number []byte, reason *normalise.Reason) {
	if whole, isFloat := withoutFraction(text); isFloat {
		number, _, _, _ = Cards(whole, dst)
		return number, normalise.NumberZeroFraction
	}
	number, _, _, reason = Cards(text, dst)
	if len(number) == cardLength {
		number = number[cardLength-bhxhLength:]
	}
	return number, reason
}

// Person reads what a system calls a person by: a citizen ID where it is one, or
// else a number of the system's own. A number that a program wrote as a float is its
// own: no zero is restored to it. Reasons and memory are as with CitizenID.
func Person(text, dst []byte) (id []byte, reason *normalise.Reason) {
	if _, isFloat := withoutFraction(text); isFloat {
		return Number(text, dst)
	}
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
	if whole, isFloat := withoutFraction(text); isFloat {
		return whole, normalise.NumberZeroFraction
	}
	if isScientific(text) {
		return nil, normalise.ExcelScientific
	}
	return text, reason
}

// withoutFraction returns the digits of a whole number that was written as a float.
func withoutFraction(text []byte) ([]byte, bool) {
	whole, ok := bytes.CutSuffix(bytes.TrimSpace(text), []byte(".0"))
	return whole, ok && allDigits(whole)
}
