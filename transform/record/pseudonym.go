package record

import (
	"thidua/transform/identity"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// pseudonym turns the identifiers of one column into keys. It remembers the last
// identifier until the next record is read: the key of a dossier is made from it,
// and what it says of a person is held against the rest of the row.
type pseudonym struct {
	// of is what the key stands for, as the column declares it.
	of         string
	pseudonyms *identity.Pseudonyms

	// identifier is the last one, empty where there was none, and shape tells what
	// it is. It may alias the text it was read from: it is never written to.
	identifier []byte
	shape      identity.IDKind

	memory []byte
	key    []byte
}

// read returns the key of the identifier in text.
func (p *pseudonym) read(text []byte) (value.Value, *normalise.Reason) {
	p.identifier, p.shape = nil, identity.NoID
	if len(text) == 0 {
		return value.Value{}, nil
	}
	p.memory = room(p.memory, text)
	var reason *normalise.Reason
	switch p.of {
	case "citizen":
		p.identifier, p.shape, reason = identity.CitizenID(text, p.memory)
	case "card":
		p.identifier, p.shape, _, reason = identity.Cards(text, p.memory)
	case "insurance":
		p.identifier, reason = identity.InsuranceNumber(text, p.memory)
	case "person":
		p.identifier, reason = identity.Person(text, p.memory)
	case "visit", "patient":
		// These are joined from what facilities write, each character of which counts.
		p.identifier = text
	default:
		p.identifier, reason = identity.Number(text, p.memory)
	}
	if len(p.identifier) == 0 {
		return value.Value{}, reason
	}
	p.key = p.pseudonyms.Key(p.key[:0], p.of, p.identifier)
	return value.OfText(p.key), reason
}

// room returns empty memory that holds what is made of text: tidied, it is at most
// a restored zero longer.
func room(memory, text []byte) []byte {
	if cap(memory) <= len(text) {
		return make([]byte, 0, 2*len(text)+1)
	}
	return memory[:0]
}
