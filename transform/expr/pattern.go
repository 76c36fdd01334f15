package expr

import (
	"regexp"
	re "regexp/syntax"
	"strings"
)

// Both back ends speak RE2, in releases of different age. A pattern is held to
// the part whose meaning has no age: literals, classes of plain characters,
// alternatives, groups and counts. Classes of Unicode and folding of case come
// from tables that change, anchors would mean nothing in a full match.

const (
	// maxPattern bounds the bytes of a pattern, maxUnfolded the characters it
	// has once its counts are written out: the database refuses programs that
	// grow too large, long after this package accepted them.
	maxPattern  = 256
	maxUnfolded = 2000
	// escapable may stand after a backslash: classes of ASCII, and punctuation
	// that would else be an operator.
	escapable = `dDwWsS.\+*?()[]{}|^$-/`
)

// compilePattern checks a pattern at the place of its literal.
func compilePattern(at int, pattern string) (*regexp.Regexp, *Error) {
	if len(pattern) > maxPattern {
		return nil, problem(at, "pattern is longer than %d bytes", maxPattern)
	}
	if err := plainPattern(at, pattern); err != nil {
		return nil, err
	}
	parsed, err := re.Parse(pattern, re.Perl)
	if err != nil {
		return nil, problem(at, "pattern is not a regular expression")
	}
	if unfolded(parsed) > maxUnfolded {
		return nil, problem(at, "pattern repeats too much")
	}
	compiled, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil, problem(at, "pattern is not a regular expression")
	}
	return compiled, nil
}

// plainPattern refuses what lies outside the common part.
func plainPattern(at int, pattern string) *Error {
	class := false
	for i := 0; i < len(pattern); i++ {
		switch rest := pattern[i:]; {
		case rest[0] == '\\':
			if i++; i == len(pattern) || strings.IndexByte(escapable, pattern[i]) < 0 {
				return problem(at, "pattern has an escape that is not allowed").hinted(`allowed are \d \w \s, their capitals, and punctuation`)
			}
		case class && strings.HasPrefix(rest, "[:"), !class && strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:"):
			return problem(at, "pattern has flags or a named class, which are not allowed")
		case !class && (rest[0] == '^' || rest[0] == '$'):
			return problem(at, "pattern has an anchor").hinted("the whole text has to match anyway")
		case rest[0] == '[' && !class:
			class = true
			if strings.HasPrefix(rest[1:], "^") {
				i++
			}
			if strings.HasPrefix(pattern[i+1:], "]") {
				i++
			}
		case rest[0] == ']':
			class = false
		}
	}
	return nil
}

// unfolded counts the characters of a pattern with its counts written out. A
// class counts by its ranges, since each becomes alternatives of bytes.
func unfolded(expression *re.Regexp) int {
	size := 1 + len(expression.Rune)
	for _, part := range expression.Sub {
		size += unfolded(part)
	}
	if expression.Op == re.OpRepeat {
		size *= max(1, expression.Min, expression.Max)
	}
	return size
}
