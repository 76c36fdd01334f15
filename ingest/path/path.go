// Package path is how a job names a place in a document of nested objects, be it
// JSON or XML: names joined by points, from the record downwards.
//
//	ma_don_thuoc            a member of the record
//	dot_dung_thuoc.tu_ngay  a member of a member; where a list stands on the way,
//	                        its first item is taken
//	chan_doan[*].ma         the same member of every item of a list, joined by ";"
//	^ho_ten                 a member of the object that holds the record or its
//	                        list; one ^ for each object further out
//	@                       the record itself, where it is a plain text or number
//
// A name that holds a point, a bracket or a caret is put in double quotes.
package path

import (
	"errors"
	"fmt"
	"strings"
)

// ErrPath says that a text is no path.
var ErrPath = errors.New("not a path")

// Path is a parsed path. The zero Path is the record itself.
type Path struct {
	// Up is how many objects further out the path begins.
	Up    int
	Steps []Step
}

// Step is a member on the way. All says that every item of the list is meant that
// stands there, not its first one alone.
type Step struct {
	Name string
	All  bool
}

// Parse reads a path. Its error is an ErrPath that says what is wrong.
func Parse(text string) (Path, error) {
	var p Path
	rest := text
	for strings.HasPrefix(rest, "^") {
		p.Up, rest = p.Up+1, rest[1:]
	}
	if rest == "@" {
		return p, nil
	}
	for {
		step, after, err := parseStep(rest)
		if err != nil {
			return Path{}, fmt.Errorf("%w: %q: %s", ErrPath, text, err.Error())
		}
		p.Steps = append(p.Steps, step)
		if after == "" {
			return p, nil
		}
		rest = after[1:]
	}
}

// parseStep cuts the first step off. What follows it is empty or begins with a
// point.
func parseStep(text string) (Step, string, error) {
	var s Step
	var rest string
	if strings.HasPrefix(text, `"`) {
		end := strings.IndexByte(text[1:], '"')
		if end < 0 {
			return s, "", errors.New("a quotation mark is not closed")
		}
		s.Name, rest = text[1:end+1], text[end+2:]
	} else {
		end := strings.IndexAny(text, `.[]^"`)
		if end < 0 {
			end = len(text)
		}
		s.Name, rest = text[:end], text[end:]
	}
	if s.Name == "" {
		return s, "", errors.New("a name is missing")
	}
	if after, ok := strings.CutPrefix(rest, "[*]"); ok {
		s.All, rest = true, after
	}
	if rest != "" && rest[0] != '.' {
		return s, "", errors.New("after a name there is a point, [*] or the end")
	}
	return s, rest, nil
}
