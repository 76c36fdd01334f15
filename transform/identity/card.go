package identity

import (
	"bytes"

	"thidua/transform/normalise"
)

// The lengths of an insurance card and of the number of social insurance.
const (
	cardLength = 15
	bhxhLength = 10
)

// Card reads the code of an insurance card: two letters for the group, a digit
// for the benefit level, two for the province of issue and the ten digits of
// social insurance. Where only these ten stand, the kind is BHXH10; ten zeros
// mean that there is no number. A temporary card of a newborn, TE1, a province
// and ten digits, is a card like others.
//
// Reasons and memory are as with CitizenID.
func Card(text, dst []byte) (card []byte, kind IDKind, reason *normalise.Reason) {
	text, reason = tidy(text, dst)
	switch {
	case len(text) == 0:
		return nil, NoID, reason
	case len(text) == bhxhLength && allDigits(text):
		if bytes.Count(text, []byte("0")) == bhxhLength {
			return nil, NoID, nil
		}
		return text, BHXH10, reason
	case isScientific(text):
		return nil, NoID, normalise.ExcelScientific
	case len(text) != cardLength || !isUpper(text[0]) || !isUpper(text[1]) || !allDigits(text[2:]):
		return nil, NoID, CardMalformed
	}
	if level := text[2]; level < '1' || level > '5' {
		reason = CardLevel
	}
	return text, Card15, reason
}

// Cards reads the codes of several cards separated by semicolons, as a visit has
// that saw a card exchanged. It returns the first that can be trusted with its
// finding, and the number n of codes in the list. Where none can be trusted the
// reason is that of the first.
func Cards(text, dst []byte) (first []byte, kind IDKind, n int, reason *normalise.Reason) {
	for len(text) > 0 {
		var part []byte
		part, text, _ = bytes.Cut(text, []byte(";"))
		if len(bytes.TrimFunc(part, isBlank)) == 0 {
			continue
		}
		n++
		if kind != NoID {
			continue
		}
		card, k, found := Card(part, dst)
		switch {
		case k != NoID:
			first, kind, reason = card, k, found
		case reason == nil:
			reason = found
		}
	}
	return first, kind, n, reason
}
