package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Unescape decodes the references of a piece of text and its line ends, in
// place. It returns the decoded text and how many ampersands begin no reference
// XML knows; those stay as they are.
func Unescape(text []byte) ([]byte, int) {
	return appendUnescaped(text[:0], text)
}

// Newlines decodes the line ends of a piece of a CDATA section, in place.
func Newlines(text []byte) []byte { return appendLines(text[:0], text) }

// Flatten reduces what stands between the tags of an element, as kept in the
// window, to its text: sections are opened, references decoded, and tags,
// comments and instructions left out. It works in place, and returns the bare
// ampersands like Unescape. The markup must be what Next accepted.
func Flatten(markup []byte) ([]byte, int) {
	const cdata = "<![CDATA["
	out, bare := markup[:0], 0
	for len(markup) > 0 {
		n := bytes.IndexByte(markup, '<')
		if n < 0 {
			n = len(markup)
		}
		var more int
		out, more = appendUnescaped(out, markup[:n])
		bare += more
		markup = markup[n:]
		switch {
		case bytes.HasPrefix(markup, []byte(cdata)):
			markup = markup[len(cdata):]
			n = max(bytes.Index(markup, []byte("]]>")), 0)
			out = appendLines(out, markup[:n])
			markup = markup[min(n+len("]]>"), len(markup)):]
		case len(markup) > 0:
			markup = markup[markupLength(markup):]
		}
	}
	return out, bare
}

// markupLength returns the length of the tag, comment or instruction that b
// begins with.
func markupLength(b []byte) int {
	closing, head := ">", 1
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		closing, head = "-->", 4
	case bytes.HasPrefix(b, []byte("<?")):
		closing, head = "?>", 2
	default:
		return tagLength(b)
	}
	if i := bytes.Index(b[head:], []byte(closing)); i >= 0 {
		return head + i + len(closing)
	}
	return len(b)
}

// tagLength returns the length of the tag that b begins with.
func tagLength(b []byte) int {
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return i + 1
		case c == '"' || c == '\'':
			quote = c
		}
	}
	return len(b)
}

// appendUnescaped appends text decoded. The two may overlap, out before text:
// nothing decoded is longer than what it is written as.
func appendUnescaped(out, text []byte) ([]byte, int) {
	bare := 0
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return appendLines(out, text), bare
		}
		out = appendLines(out, text[:i])
		text = text[i:]
		r, n := reference(text)
		if n == 0 {
			bare++
			out = append(out, '&')
			text = text[1:]
			continue
		}
		out = utf8.AppendRune(out, r)
		text = text[n:]
	}
}

// appendLines appends text with its line ends as line feeds.
func appendLines(out, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			return append(out, text...)
		}
		out = append(append(out, text[:i]...), '\n')
		text = text[i+1:]
		if len(text) > 0 && text[0] == '\n' {
			text = text[1:]
		}
	}
}

// reference returns the character that the reference at the start of b stands
// for, and its length; a length of zero where it is none.
func reference(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), longestReference)], ';')
	if end < 2 {
		return 0, 0
	}
	name := b[1:end]
	switch string(name) {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "apos":
		return '\'', end + 1
	case "quot":
		return '"', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if len(digits) > 0 && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || !allowed(rune(code)) {
		return 0, 0
	}
	return rune(code), end + 1
}

// allowed reports whether XML allows the character.
func allowed(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return utf8.ValidRune(r)
}
