package expr

import (
	"fmt"
)

// Error says where an expression breaks the language and what would mend it.
// It quotes names and operators of the expression, never a literal.
type Error struct {
	// Offset counts bytes of the source from 0.
	Offset  int
	Message string
	// Hint is what the author can do; it may be empty.
	Hint string
}

// Error returns the message, the place and the hint on one line.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s at %d", e.Message, e.Offset)
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// problem is an Error without a hint.
func problem(offset int, format string, arguments ...any) *Error {
	return &Error{Offset: offset, Message: fmt.Sprintf(format, arguments...)}
}

// hinted adds what the author can do.
func (e *Error) hinted(format string, arguments ...any) *Error {
	e.Hint = fmt.Sprintf(format, arguments...)
	return e
}

// suggest adds the name nearest to the one written, where one is near enough
// to be a slip of the hand: one edit, or a third of its letters.
func (e *Error) suggest(written string, names []string) *Error {
	best, nearest := max(1, len(written)/3)+1, ""
	for _, name := range names {
		if d := distance(written, name); d < best {
			best, nearest = d, name
		}
	}
	if nearest == "" {
		return e
	}
	return e.hinted("did you mean %s?", nearest)
}

// distance counts the bytes to insert, delete, replace or swap with a
// neighbour that turn one name into the other.
func distance(from, to string) int {
	var older []int
	previous := make([]int, len(to)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range len(from) {
		current := make([]int, len(to)+1)
		current[0] = i + 1
		for j := range len(to) {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			current[j+1] = min(previous[j+1]+1, current[j]+1, previous[j]+cost)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				current[j+1] = min(current[j+1], older[j-1]+1)
			}
		}
		older, previous = previous, current
	}
	return previous[len(to)]
}
