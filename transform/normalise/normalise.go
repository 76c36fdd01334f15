// Package normalise turns the texts that arrive in fields into values, or says
// why a text cannot be trusted. It knows the shapes that Vietnamese health
// systems write: claim dates of 8 and 12 digits, decimal commas, codes that lost
// a zero in a spreadsheet, names in decomposed Unicode.
//
// A text is never guessed at. What can be read in one way only is read; what was
// put right on the way comes with a Reason beside the value; everything else is
// a Reason alone. No Reason holds anything of the text it is about.
package normalise

import (
	"thidua/transform/delivery"
	"thidua/transform/value"
)

// Reason says why a text cannot be trusted, or how it was put right. Reasons are
// the constants of this package and of identity: they are compared by pointer.
type Reason struct {
	// ID is the stable name under which a finding is stored and counted.
	ID string
	// Text is the sentence a person reads. It holds no value of any record.
	Text delivery.Text
}

// Func reads the text of a field as a value of one type.
//
//   - A blank text is the zero Value and no reason.
//   - A valid value without a reason is clean.
//   - A valid value with a reason was repaired: its row stands, and the caller
//     counts a warning.
//   - An invalid value with a reason is a text that cannot be trusted.
//
// A Func owns scratch memory, so it serves one goroutine. The Text of a value
// aliases the input or that memory and is valid until the next call.
type Func func(text []byte) (value.Value, *Reason)

// DefaultMaxLength is the greatest length of a text or code, in characters,
// where the column does not state one.
const DefaultMaxLength = 64

// Options say how the texts of one column in one source are to be read. The
// zero Options read plain texts of a source that writes a decimal point.
type Options struct {
	// Locale is how the source writes numbers.
	Locale Locale
	// Length is the exact number of characters of a code, zero where any will do.
	Length int
	// MaxLength is the greatest number of characters of a text or code.
	MaxLength int
	// Reading is the name of one of Readings, empty for the type's own.
	Reading string
}

// maxLength returns the greatest length that holds.
func (o Options) maxLength() int {
	if o.MaxLength > 0 {
		return o.MaxLength
	}
	return max(o.Length, DefaultMaxLength)
}

// Locale is how a source writes numbers. It is declared for a source and never
// guessed from a cell: 1.251 is one and a quarter in one and 1251 in the other.
type Locale uint8

// Point is the way of the claim files (QĐ 4750/QĐ-BYT): a decimal point and no
// sign between thousands. Comma is the Vietnamese way: 1.234.567,8.
const (
	Point Locale = iota
	Comma
)

// ParseLocale finds a locale by the name used in declarations, "point" or "vi".
func ParseLocale(name string) (Locale, bool) {
	switch name {
	case "point":
		return Point, true
	case "vi":
		return Comma, true
	}
	return Point, false
}

// String returns the name used in declarations.
func (l Locale) String() string {
	if l == Comma {
		return "vi"
	}
	return "point"
}
