// Package source is the contract of the sources: where payloads come from. Each
// kind of source has a folder of its own below this one, and calls sourcetest.
package source

import (
	"context"
	"errors"
	"io"
	"time"

	"thidua/transform/delivery"
)

// ErrChanged says that a payload changed while it was being read. It is not
// settled yet: it is left for a later run.
var ErrChanged = errors.New("payload changed while it was read")

// Item names one payload on offer without reading it.
type Item struct {
	// Name is stable over pulls: a path relative to the source, for a member of
	// an archive followed by "!/" and the member's path.
	Name string
	// SizeBytes is UnknownSize where the item has to be pulled before its size is
	// known: such an item is asked for by its name alone.
	SizeBytes  int64
	ModifiedAt time.Time
	// Inode is zero where the source has none.
	Inode uint64
	// Container names the archive that the item is a member of, and is empty where
	// the item stands for itself.
	Container string
}

// UnknownSize is the size of an item that is not pulled yet.
const UnknownSize = delivery.UnknownSize

// Payload is an item that can be read, as often as need be. It is of no more use
// once the yield that it was offered to has returned, but for Done.
type Payload interface {
	Item() Item
	// Open returns the bytes, decompressed. The error of a read that meets a
	// hostile or broken container is a *Unreadable.
	Open() (io.ReadCloser, error)
	// Verify returns ErrChanged where the payload is no longer what Item says.
	Verify() error
	// Done tells the source that the payload was dealt with: well, or refused.
	Done(ok bool) error
}

// Source is a place that payloads come from.
type Source interface {
	// Pull offers the settled payloads in a stable order. It asks known for each
	// item and does not yield those that are; it stops at the first error of
	// yield, while nil says that the payload was dealt with, well or refused, or
	// has changed. An archive is asked for as an item of its own before its members
	// are, and is not opened where it is known. What a pull met and left alone is
	// in the report.
	Pull(ctx context.Context, known func(Item) bool, yield func(Payload) error) (Report, error)
	// Check says whether the source can be reached, without reading payloads.
	Check(ctx context.Context) error
}

// Report accounts for what a pull saw: Seen is the sum of Known, Unsettled,
// Unreadable and the payloads yielded. An archive that was opened is seen as its
// members.
type Report struct {
	Seen      int
	Known     int
	Unsettled int
	// Ignored counts what matched no pattern.
	Ignored int
	// Unreadable are containers, members and folders that could not be opened.
	Unreadable []Unreadable
	// Notes are findings about the place itself that stop nothing.
	Notes []Note
	// Containers are the archives that were read to their end, each member known,
	// ignored or dealt with. Whoever remembers them as known is spared opening them
	// again. One with an unreadable member is not among them.
	Containers []Item
}

// Note is a finding about a source: Rule is its stable name, Count how often it
// was met. It never holds a value.
type Note struct {
	Rule   string
	Reason delivery.Text
	Count  int
}

// Unreadable is a payload or container that cannot be read for a reason a person
// must act on. Rule is the stable name of the reason, such as archive_bomb.
type Unreadable struct {
	Item   Item
	Rule   string
	Reason delivery.Text
	// World says that not the payload is at fault but what is around it, such as a
	// right to read that is missing: it is tried again by every pull.
	World bool
}

// Error returns the reason in English, without the name of the payload.
func (u *Unreadable) Error() string { return u.Reason.En }
