package configs

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// Error is one thing wrong in one file, told so that an editor can jump to it.
type Error struct {
	// File is relative to the workspace. BuiltIn says that it is not there: it is
	// a file of the program that something in the workspace does not agree with.
	File    string
	BuiltIn bool
	// Line and Column count from 1, the column in letters. Zero means the file
	// as a whole.
	Line, Column int
	Message      string
	// Hint says what would be right, if that is known.
	Hint string
	// Excerpt is the line with a caret below the place, empty for a whole file.
	Excerpt string
}

// Error returns the place, the message and the hint on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	if e.BuiltIn {
		b.WriteString(" (built in)")
	}
	b.WriteString(": " + e.Message)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Errors is everything wrong in a workspace, by file and line.
type Errors []*Error

// Error lists the problems, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems one by one, for errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// Detail lists the problems with their excerpts, for a person at a terminal.
func (e Errors) Detail() string {
	var b strings.Builder
	for _, one := range e {
		b.WriteString(one.Error() + "\n")
		if one.Excerpt != "" {
			b.WriteString(one.Excerpt + "\n")
		}
	}
	return b.String()
}

// err returns e as an error in the order of files and lines, nil when there is
// none.
func (e Errors) err() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}

// add appends a problem at a token, or of the file as a whole where there is none.
func (e *Errors) add(d *document, at *token.Token, message, hint string) {
	found := &Error{File: d.file, BuiltIn: d.builtIn, Message: message, Hint: hint}
	if at != nil && at.Position != nil {
		found.Line, found.Column = at.Position.Line, at.Position.Column
		found.Excerpt = d.excerpt(found.Line, found.Column)
	}
	*e = append(*e, found)
}

// confidential matches a line that may hold a secret which has no place in it.
var confidential = regexp.MustCompile(`(?i)pass|secret|token|credential|api_?key|private|BEGIN|thidua-key`)

// excerpt returns a line of the file with a caret below the column. Of a line
// that may hold a secret only the key is shown.
func (d *document) excerpt(line, column int) string {
	if line > len(d.lines) {
		return ""
	}
	text := strings.TrimRight(d.lines[line-1], "\r")
	if confidential.MatchString(text) {
		key, _, keyed := strings.Cut(text, ":")
		text = "…"
		if keyed {
			text = key + ": …"
		}
	}
	indent := []rune(text)[:min(max(column-1, 0), len([]rune(text)))]
	for i, r := range indent {
		if r != '\t' {
			indent[i] = ' '
		}
	}
	return "    " + text + "\n    " + string(indent) + "^"
}
