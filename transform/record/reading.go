package record

import (
	"bytes"
	"fmt"
	"slices"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/identity"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// readingFor returns the reading of a column: those that need to know
// identifiers are here, all others are those of package normalise.
func readingFor(t value.Type, o normalise.Options) (normalise.Func, error) {
	special, ok := specialReadings[o.Reading]
	if !ok {
		return normalise.For(t, o)
	}
	if !slices.Contains(special.kinds, t.Kind) {
		return nil, fmt.Errorf("reading %q of type %s: %w", o.Reading, t, normalise.ErrReading)
	}
	o.Reading = ""
	base, err := normalise.For(t, o)
	if err != nil {
		return nil, err
	}
	return special.wrap(base), nil
}

// special is a reading that wraps the plain one of the column's type, for columns
// of certain kinds.
type special struct {
	kinds []value.Kind
	wrap  func(normalise.Func) normalise.Func
}

var specialReadings = map[string]special{
	"citizen_id_kind": {[]value.Kind{value.Text}, citizenIDKind},
	"card_group":      {[]value.Kind{value.Text}, cardGroup},
	"code_text":       {[]value.Kind{value.Text}, codeText},
	"number_if_plain": {[]value.Kind{value.Integer, value.Decimal}, numberIfPlain},
}

// Readings lists the readings that this package adds to those of normalise.
func Readings() []string {
	return []string{"card_group", "citizen_id_kind", "code_text", "number_if_plain"}
}

// idKinds names what an identifier is.
var idKinds = map[identity.IDKind][]byte{
	identity.Citizen12: []byte("citizen12"), identity.OldID9: []byte("old9"), identity.Passport8: []byte("passport"),
}

var invalidID = []byte("invalid")

// citizenIDKind tells what an identifier is without keeping it.
func citizenIDKind(normalise.Func) normalise.Func {
	var memory []byte
	return func(text []byte) (value.Value, *normalise.Reason) {
		memory = room(memory, text)
		_, kind, _ := identity.CitizenID(text, memory)
		if name, ok := idKinds[kind]; ok {
			return value.OfText(name), nil
		}
		return value.OfText(invalidID), nil
	}
}

// cardGroup keeps the two letters of an insurance card that name the group of
// the insured.
func cardGroup(normalise.Func) normalise.Func {
	var memory []byte
	return func(text []byte) (value.Value, *normalise.Reason) {
		memory = room(memory, text)
		card, kind, _, _ := identity.Cards(text, memory)
		if kind != identity.Card15 {
			return value.Value{}, nil
		}
		return value.OfText(card[:2]), nil
	}
}

// codeText lower-cases a short text, so that a map can translate it; what the map
// does not know stays NULL without a reason.
func codeText(plain normalise.Func) normalise.Func {
	return func(text []byte) (value.Value, *normalise.Reason) {
		v, _ := plain(bytes.ToLower(text))
		return v, nil
	}
}

// numberIfPlain reads a number and says nothing of texts that are none.
func numberIfPlain(plain normalise.Func) normalise.Func {
	return func(text []byte) (value.Value, *normalise.Reason) {
		v, _ := plain(text)
		return v, nil
	}
}

var withheld = &normalise.Reason{
	ID: "person_in_open_column",
	Text: delivery.Text{
		Vi: "nội dung có số định danh, số điện thoại, số thẻ hoặc địa chỉ thư của một người; không được lưu",
		En: "the text holds the identifier, telephone or card number, or the mail address of a person; it is not stored",
	},
}

// guardOf keeps what belongs to a person out of an open column: somebody may have
// typed it into the wrong field.
func guardOf(column dataset.Column) func(text []byte) bool {
	if column.Type.Kind == value.Text && !column.Code {
		return identity.Guard
	}
	return identity.GuardCode
}

// readsIdentifiers says that a reading takes identifiers apart and keeps none.
func readsIdentifiers(reading string) bool {
	return reading == "citizen_id_kind" || reading == "card_group"
}

// asDeclared takes a code from a map or a reference table as it stands there.
func asDeclared(text []byte) (value.Value, *normalise.Reason) { return value.OfText(text), nil }
