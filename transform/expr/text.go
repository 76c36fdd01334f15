package expr

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"thidua/transform/value"
)

// Text is compared and cut without regard to language: by bytes, and by code
// points where characters are counted. There is no lower or upper: the two
// back ends fold letters beyond ASCII by tables of different age.

// lengthOf is the function length.
func lengthOf(_ int, arguments []*term) (*term, *Error) {
	subject := arguments[0].text
	return &term{
		kind: number,
		span: spanOf(0, 1<<32, 0),
		sql:  "length(" + arguments[0].sql + ")",
		whole: func(row []value.Value) (int64, bool) {
			content, known := subject(row)
			return int64(utf8.RuneCount(content)), known
		},
	}, nil
}

// startsWith is the function starts_with.
func startsWith(_ int, arguments []*term) (*term, *Error) {
	subject, prefix := arguments[0].text, arguments[1].text
	return &term{
		kind: boolean,
		sql:  "starts_with(" + arguments[0].sql + ", " + arguments[1].sql + ")",
		truth: func(row []value.Value) truth {
			content, known := subject(row)
			if !known {
				return unknown
			}
			start, known := prefix(row)
			if !known {
				return unknown
			}
			return truthOf(bytes.HasPrefix(content, start))
		},
	}, nil
}

// matches compiles its pattern once. The pattern has to match the whole text.
func matches(_ int, arguments []*term) (*term, *Error) {
	subject, pattern := arguments[0], arguments[1]
	if pattern.literal == nil {
		return nil, problem(pattern.at, "the pattern of matches is a literal")
	}
	expression, err := compilePattern(pattern.at, string(pattern.literal.Text))
	if err != nil {
		return nil, err
	}
	return &term{
		kind: boolean,
		sql:  "regexp_full_match(" + subject.sql + ", " + pattern.sql + ")",
		truth: func(row []value.Value) truth {
			content, known := subject.text(row)
			if !known {
				return unknown
			}
			return truthOf(expression.Match(content))
		},
	}, nil
}

// substring takes characters from a place that is counted from 1. Both numbers
// are literals, because databases disagree on places outside the text.
func substring(_ int, arguments []*term) (*term, *Error) {
	for _, count := range arguments[1:] {
		if count.literal == nil || count.span.scale != 0 || count.literal.Int < 1 || count.literal.Int > maxLength {
			return nil, problem(count.at, "start and length of substring are literals from 1 to %d", maxLength)
		}
	}
	subject, start, length := arguments[0], int(arguments[1].literal.Int), int(arguments[2].literal.Int)
	return &term{
		kind: text,
		sql:  "substring(" + subject.sql + ", " + strconv.Itoa(start) + ", " + strconv.Itoa(length) + ")",
		text: func(row []value.Value) ([]byte, bool) {
			content, known := subject.text(row)
			content = skipCharacters(content, start-1)
			return content[:len(content)-len(skipCharacters(content, length))], known
		},
	}, nil
}

// skipCharacters returns what follows the first characters.
func skipCharacters(content []byte, count int) []byte {
	for ; count > 0 && len(content) > 0; count-- {
		_, size := utf8.DecodeRune(content)
		content = content[size:]
	}
	return content
}
