package expr

import (
	"strings"
	"unicode/utf8"
)

// sort is the sort of a token.
type sort uint8

const (
	atEnd sort = iota
	aName
	aNumber
	aText
	aSymbol
)

// token is a word of the source. The text of a text literal is its content,
// with doubled quotes made single.
type token struct {
	sort sort
	at   int
	text string
}

// is reports whether the token is the keyword, in any case of letters.
func (t token) is(keyword string) bool {
	return t.sort == aName && strings.EqualFold(t.text, keyword)
}

// symbol reports whether the token is the operator or bracket.
func (t token) symbol(text string) bool { return t.sort == aSymbol && t.text == text }

// shown names the token in an error; a literal is named by its sort only.
func (t token) shown() string {
	switch t.sort {
	case atEnd:
		return "end of the expression"
	case aNumber:
		return "number"
	case aText:
		return "text in quotes"
	default:
		return t.text
	}
}

// lex cuts the source into tokens, the last of which is the end.
func lex(source string) ([]token, *Error) {
	var tokens []token
	for at := skipBlank(source, 0); at < len(source); {
		read := lexSymbol
		switch c := source[at]; {
		case c == '\'':
			read = lexText
		case isDigit(c):
			read = lexNumber
		case isLetter(c):
			read = lexName
		}
		next, end, err := read(source, at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, next)
		at = skipBlank(source, end)
	}
	return append(tokens, token{sort: atEnd, at: len(source)}), nil
}

// skipBlank returns the offset of the next byte that is not blank.
func skipBlank(source string, at int) int {
	for at < len(source) && strings.IndexByte(" \t\r\n", source[at]) >= 0 {
		at++
	}
	return at
}

// lexName reads a column, function or keyword.
func lexName(source string, at int) (token, int, *Error) {
	end := at
	for end < len(source) && (isLetter(source[end]) || isDigit(source[end])) {
		end++
	}
	return token{aName, at, source[at:end]}, end, nil
}

// lexNumber reads digits with at most one point between them. A letter right
// after them is an error, so that 1e5 is not read as 1 and a column.
func lexNumber(source string, at int) (token, int, *Error) {
	end := skipDigits(source, at)
	if end < len(source) && source[end] == '.' {
		point := end
		if end = skipDigits(source, point+1); end == point+1 {
			return token{}, 0, problem(point, "number ends in a point")
		}
	}
	if end < len(source) && isLetter(source[end]) {
		return token{}, 0, problem(end, "letter inside a number")
	}
	return token{aNumber, at, source[at:end]}, end, nil
}

func skipDigits(source string, at int) int {
	for at < len(source) && isDigit(source[at]) {
		at++
	}
	return at
}

// lexText reads a text literal. Control characters are refused: they cannot be
// seen in a declaration, and a NUL would end the statement for a C parser.
func lexText(source string, at int) (token, int, *Error) {
	var content strings.Builder
	for i := at + 1; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\'' && i+1 < len(source) && source[i+1] == '\'':
			content.WriteByte(c)
			i++
		case c == '\'':
			return token{aText, at, content.String()}, i + 1, nil
		case c < ' ' || c == 0x7f:
			return token{}, 0, problem(i, "control character in text")
		default:
			content.WriteByte(c)
		}
	}
	return token{}, 0, problem(at, "text without closing quote").hinted("a quote inside text is written twice")
}

// lexSymbol reads an operator, a bracket or a comma, the longest that fits.
func lexSymbol(source string, at int) (token, int, *Error) {
	for _, symbol := range symbols {
		if strings.HasPrefix(source[at:], symbol) {
			return token{aSymbol, at, symbol}, at + len(symbol), nil
		}
	}
	found, _ := utf8.DecodeRuneInString(source[at:])
	err := problem(at, "unexpected character %q", found)
	if found == '"' || found == '’' || found == '‘' {
		return token{}, 0, err.hinted("text stands in single quotes")
	}
	return token{}, 0, err
}

// symbols holds longer ones before their beginnings.
var symbols = [...]string{"!=", "<>", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", ","}

func isLetter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
