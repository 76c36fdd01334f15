// Package declaration holds what the declared things of a workspace share:
// bilingual titles, and problems that point into the file they were found in.
package declaration

import (
	"strings"

	"thidua/transform/delivery"
)

// Title names a thing in both languages. Both are required.
type Title struct {
	Vi string `yaml:"vi" jsonschema:"required" jsonschema_description:"Vietnamese, shown first"`
	En string `yaml:"en" jsonschema:"required" jsonschema_description:"English"`
}

// Text returns the title as a sentence pair.
func (t Title) Text() delivery.Text { return delivery.Text{Vi: t.Vi, En: t.En} }

// Problem is one thing wrong in a declaration.
type Problem struct {
	// Path leads to the place, such as $.columns[3].type.
	Path string
	// Message says what is wrong, Hint what would be right.
	Message string
	Hint    string
}

// Problems are all things found wrong in one declaration.
type Problems []Problem

// Add appends a problem.
func (p *Problems) Add(path, message, hint string) {
	*p = append(*p, Problem{Path: path, Message: message, Hint: hint})
}

// Err returns p as an error, nil when there is none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Error lists the problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, q := range p {
		lines[i] = q.Path + ": " + q.Message
		if q.Hint != "" {
			lines[i] += "; " + q.Hint
		}
	}
	return strings.Join(lines, "\n")
}
