// Package format is the contract of the formats: bytes in, records out. Each
// format has a folder of its own below this one.
package format

import (
	"context"
	"io"

	"thidua/transform/delivery"
	"thidua/transform/record"
)

// Format reads one kind of payload. A payload is read twice: Inspect judges its
// frame, Decode takes it apart. Implementations hold no state between payloads
// and start no goroutines.
type Format interface {
	// Inspect reads r to its end and judges the frame: well formed to the last
	// byte, no fewer dossiers than declared, and what the layout cannot do without
	// found in it. It returns a *Refusal where the payload must be refused whole:
	// the payload is then dealt with, and its bytes are not looked at again. Any other
	// error says that r or the world failed: the next run tries the payload again.
	Inspect(ctx context.Context, r io.Reader, layout record.Layout) (Frame, error)
	// Decode reads r, whose frame is what Inspect made of the same bytes, and hands
	// its dossiers to v in order. It returns the errors of v and r, and a *Refusal
	// where the bytes are not those that Inspect accepted.
	Decode(ctx context.Context, r io.Reader, frame Frame, layout record.Layout, v Visitor) error
}

// Frame is what Inspect learns of a payload.
type Frame struct {
	// Dossiers is the number found.
	Dossiers int
	// Envelope holds the fields that stand once for the payload, by name. Names
	// that begin with @ are of the format's own making.
	Envelope map[string]string
	// Notes are findings that do not stop the payload, such as more dossiers
	// than declared.
	Notes []Note
}

// Note is a finding about a payload or a part, told by stable names and never by
// value: Name is an element or part name.
type Note struct {
	Rule   string
	Name   string
	Reason delivery.Text
	// Count is how often it was seen.
	Count int
}

// Visitor receives what Decode finds: for each dossier BeginDossier, then records
// and faults as the payload has them, then EndDossier. The first error that it
// returns ends the decoding and is returned as it is.
type Visitor interface {
	// BeginDossier opens dossier number n, counted from 1 without gaps. It returns
	// false where the dossier is not wanted: Decode skips to the next, and neither
	// records nor EndDossier follow for this one.
	BeginDossier(n int32) (bool, error)
	// Record hands over a record of the open dossier, valid until Record returns.
	// Lines may come before the head: they wait for it. A dossier has one record of
	// the head kind; a second is set aside as head_twice and leaves the dossier
	// partial. The Line of a head that is its whole dossier is 1 in a document, and in
	// a table the number of its row as people see it.
	Record(r *record.Record) error
	// Fault says that a part of the open dossier could not be read to its end.
	// Records of the part that were handed over before stand as they are, and other
	// parts may follow.
	Fault(f Fault) error
	// EndDossier closes the open dossier. It follows whatever faults there were, and
	// whether or not there was a head.
	EndDossier() error
	// Note reports a finding about the payload, at any time. What stands in the frame
	// is not reported again.
	Note(n Note)
}

// Fault is a part that could not be read. A dossier that has a fault and no head is
// quarantined, and a fault in the head part then stands as the reason; one with a
// head is partial: what could be read of it is loaded unless a whole one stands.
type Fault struct {
	// Kind is the index of the part in the layout, -1 where it is not in it.
	Kind   int
	Part   string
	Line   int32
	Rule   string
	Reason delivery.Text
}

// Refusal is a payload that must be refused whole.
type Refusal struct {
	Rule   string
	Reason delivery.Text
	// Dossiers is how many had been seen when the payload was refused.
	Dossiers int
}

// Error returns the reason in English.
func (r *Refusal) Error() string { return r.Reason.En }
