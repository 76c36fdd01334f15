package xmlscan

import "fmt"

// Fault is the class of a syntax error.
type Fault uint8

// A document ends too early, breaks the grammar, declares a document type,
// holds a token or a kept record above the limit, nests too deep, or holds no
// element at all.
const (
	Malformed Fault = iota
	Truncated
	DoctypeRefused
	TooLarge
	TooDeep
	Empty
)

var faultNames = [...]string{"malformed", "truncated", "document type refused", "too large", "nested too deep", "empty"}

// Error is a document that is not what the scanner accepts. Line and Column
// count from 1; Column counts bytes. It never holds text of the document.
type Error struct {
	Fault  Fault
	Line   int
	Column int
	// Problem says which rule of the grammar is broken.
	Problem string
}

// Error returns the class, the place and the rule.
func (e *Error) Error() string {
	return fmt.Sprintf("xml %s at %d:%d: %s", faultNames[e.Fault], e.Line, e.Column, e.Problem)
}
