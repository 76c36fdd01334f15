package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gone stands where something was taken out of a text.
const gone = "…"

// redactedDigits is the length from which a run of digits is taken out.
const redactedDigits = 6

// Redact returns err as it may be shown and logged. Errors of drivers, parsers
// and the operating system quote what they met: names, numbers, paths that hold
// patient numbers. Their text passes through RedactText; an error of the file
// system keeps its operation and cause but not its path.
//
// Unchanged pass nil, the errors of a context, and errors with a method
// Safe() bool that returns true: it promises that the text holds no value.
//
// errors.Is finds in the result what it finds in err. Unwrap and errors.As do
// not, for they would hand out the text that was taken away.
func Redact(err error) error {
	switch {
	case err == nil, err == context.Canceled, err == context.DeadlineExceeded:
		return err
	case isSafe(err):
		return err
	}
	return &redacted{text: RedactText(hidePaths(err, err.Error())), cause: err}
}

// isSafe reports whether err itself is safe. That something it wraps is safe
// says nothing of the text around it.
func isSafe(err error) bool {
	s, ok := err.(interface{ Safe() bool })
	return ok && s.Safe()
}

// hidePaths takes the paths out of text that err and its causes carry. Each error
// of the tree is looked at by itself.
func hidePaths(err error, text string) string {
	if e, ok := err.(*fs.PathError); ok {
		text = hide(text, e.Path)
	} else {
		text = hide(text, linkPaths(err))
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			text = hidePaths(cause, text)
		}
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			if cause != nil {
				text = hidePaths(cause, text)
			}
		}
	}
	return text
}

// linkError is the name of the type of errors about two paths. It is defined in
// os, which this room does not import.
const linkError = "*os.LinkError"

// linkPaths returns what such an error prints between its operation and its cause:
// both paths with a blank between. It is empty for all other errors.
func linkPaths(err error) string {
	if fmt.Sprintf("%T", err) != linkError {
		return ""
	}
	_, paths, _ := strings.Cut(err.Error(), " ")
	if cause := errors.Unwrap(err); cause != nil {
		paths = strings.TrimSuffix(paths, ": "+cause.Error())
	}
	return paths
}

func hide(text, path string) string {
	if path == "" {
		return text
	}
	return strings.ReplaceAll(text, path, gone)
}

// redacted is an error whose text was cleared of values.
type redacted struct {
	text  string
	cause error
}

// Error returns the cleared text.
func (r *redacted) Error() string { return r.text }

// Is looks into the cause without handing it out.
func (r *redacted) Is(target error) bool { return errors.Is(r.cause, target) }

// Safe says that the text holds no value.
func (r *redacted) Safe() bool { return true }

// Format prints the cleared text whatever the verb, so that none reaches the
// cause.
func (r *redacted) Format(f fmt.State, _ rune) { io.WriteString(f, r.text) }

// RedactText takes out of the text of a foreign error what may be a value:
// everything between its first and its last quotation mark, since values hold
// quotation marks themselves; what follows the first folder of a path; runs of
// six digits and more.
func RedactText(s string) string {
	return redactDigits(redactPaths(redactQuotes(strings.ToValidUTF8(s, gone))))
}

// quotes are the marks that errors put around what they quote.
const quotes = "'\"`‘’“”„«»‹›"

// redactQuotes keeps what stands before the first and after the last mark. Where
// the last one opens a quotation that does not end, the rest of the text goes
// with it.
func redactQuotes(s string) string {
	first := openingQuote(s)
	if first < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[first:])
	head := s[:first+size] + gone
	last := strings.LastIndexAny(s, quotes)
	if last == first || !closes(s[last:]) {
		return head
	}
	return head + s[last:]
}

// closes reports whether the mark at the beginning of s can end a quotation.
func closes(s string) bool {
	mark, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("‘“„«‹", mark) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[size:])
	return size == len(s) || !unicode.IsLetter(next) && !unicode.IsDigit(next)
}

// openingQuote finds the first mark that is not the apostrophe of can't and
// don't.
func openingQuote(s string) int {
	for at := 0; ; {
		i := strings.IndexAny(s[at:], quotes)
		if i < 0 {
			return -1
		}
		i += at
		if i == 0 || s[i-1] != 'n' || !strings.HasPrefix(s[i:], "'t ") {
			return i
		}
		at = i + 1
	}
}

// redactPaths keeps the first folder of each path and what follows the path's
// end. Paths hold blanks, so a path ends at a colon with a blank, or with the
// line.
func redactPaths(s string) string {
	var out strings.Builder
	for {
		at := separator(s)
		if at < 0 {
			out.WriteString(s)
			return out.String()
		}
		base := baseEnd(s, at)
		out.WriteString(s[:base])
		out.WriteString(gone)
		s = s[base:]
		s = s[pathEnd(s):]
	}
}

// wordPairs are written with a slash and are no paths.
var wordPairs = [...]struct{ head, tail string }{{"input", "output"}, {"read", "write"}, {"i", "o"}, {"I", "O"}}

// separator finds the first separator of a path in s, -1 where there is none.
func separator(s string) int {
	for from := 0; ; {
		at := strings.IndexAny(s[from:], `/\`)
		if at < 0 {
			return -1
		}
		at += from
		if !inWordPair(s[:at], s[at+1:]) {
			return at
		}
		from = at + 1
	}
}

func inWordPair(before, after string) bool {
	for _, p := range wordPairs {
		head, isHead := strings.CutSuffix(before, p.head)
		tail, isTail := strings.CutPrefix(after, p.tail)
		if isHead && isTail && (head == "" || strings.HasSuffix(head, " ")) && (tail == "" || strings.HasPrefix(tail, " ")) {
			return true
		}
	}
	return false
}

// baseEnd returns where the first folder of a path ends whose first separator is
// at. A relative path has its first folder before the separator, an absolute one
// behind it; for an address the host is what stays, without a user's name.
func baseEnd(s string, at int) int {
	start := at
	for start < len(s) && (s[start] == '/' || s[start] == '\\') {
		start++
	}
	if at > 0 && !strings.ContainsRune(" \t\n:([{=,<>", rune(s[at-1])) {
		return start
	}
	end := strings.IndexAny(s[start:], "/\\ \n")
	if end < 0 || s[start+end] == ' ' || s[start+end] == '\n' {
		// A file in the root has no folder.
		return start
	}
	if strings.Contains(s[start:start+end], "@") {
		return start
	}
	return start + end + 1
}

// pathEnd returns where the path at the beginning of s ends.
func pathEnd(s string) int {
	end := len(s)
	for _, stop := range []string{": ", "\n"} {
		if i := strings.Index(s, stop); i >= 0 {
			end = min(end, i)
		}
	}
	return end
}

// redactDigits takes out long runs of digits, of any script.
func redactDigits(s string) string {
	var out strings.Builder
	for len(s) > 0 {
		end, count := 0, 0
		for i, r := range s {
			if !unicode.IsDigit(r) {
				break
			}
			count++
			end = i + utf8.RuneLen(r)
		}
		if count >= redactedDigits {
			out.WriteString(gone)
			s = s[end:]
			continue
		}
		if end == 0 {
			_, end = utf8.DecodeRuneInString(s)
		}
		out.WriteString(s[:end])
		s = s[end:]
	}
	return out.String()
}
