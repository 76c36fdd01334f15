// Package delivery holds the plain values that cross the seam between ingest and
// sinks: what was delivered, the dossiers found in it, their rank, what was
// rejected and why, and the tally that accounts for all of it.
package delivery

import "time"

// Delivery is one file, or one completed window of pages, as it was received.
// Name is how the source calls it. Names often hold patient numbers: people are
// shown Job and ID instead.
type Delivery struct {
	ID   int64
	Job  string
	Name string
	// SizeBytes is UnknownSize where it is asked for before it was pulled.
	SizeBytes  int64
	ModifiedAt time.Time
	Inode      uint64
	ReceivedAt time.Time
	SHA256     [32]byte
}

// UnknownSize is the size of a delivery that is known, or not, by its name alone.
const UnknownSize = -1

// Place says where in a delivery something stands. Zero means not applicable.
type Place struct {
	// Dossier counts the dossiers of the delivery from 1 (HOSO number).
	Dossier int32
	// Part is the part of the dossier, such as XML2.
	Part string
	// Line counts the records of the part from 1.
	Line int32
}

// Text is a sentence in both languages of the program.
type Text struct {
	Vi string
	En string
}

// In returns the sentence in the language, Vietnamese unless it is "en".
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Vi
}

// Level is how much a rejection takes with it.
type Level string

// A delivery is refused whole, a dossier is set aside whole, a part of it could
// not be read, or a single row broke a rule.
const (
	LevelDelivery Level = "delivery"
	LevelDossier  Level = "dossier"
	LevelPart     Level = "part"
	LevelRow      Level = "row"
)

// Rejection is something that was read and not loaded, with the reason. It never
// holds a value of the record.
type Rejection struct {
	Delivery int64
	Level    Level
	Place    Place
	Dataset  string
	Column   string
	// Rule is the stable name of the reason, such as date_unreadable.
	Rule   string
	Reason Text
	// Dossier is the key of the dossier, if it could be keyed.
	Dossier Key
}

// Warning is a finding that did not stop its row.
type Warning struct {
	// Delivery and Number are those of the dossier that the row belongs to.
	Delivery int64
	Number   int32
	Dataset  string
	Column   string
	Rule     string
	// Unit is the facility the row belongs to, empty where it is not known.
	Unit string
}
