package xlsx

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"thidua/ingest/format/xmlscan"
)

// maxText bounds the text of a cell. Excel allows 32,767 characters.
const maxText = 256 << 10

// appendContent appends the text of the open element and reads it to its end.
// Elements inside it are left out.
func (p *part) appendContent(to []byte) ([]byte, error) {
	depth, from := p.Depth(), len(to)
	for {
		token, err := p.Next()
		if err != nil {
			return to, err
		}
		switch token {
		case xmlscan.Text:
			text, _ := xmlscan.Unescape(p.Text())
			to = append(to, text...)
		case xmlscan.Literal:
			to = append(to, xmlscan.Newlines(p.Text())...)
		case xmlscan.Open:
			err = p.Skip(p.Depth())
		case xmlscan.Close:
			if p.Depth() < depth {
				return to, nil
			}
		}
		if err == nil && len(to)-from > maxText {
			err = &flaw{rule: ruleTooLarge}
		}
		if err != nil {
			return to, err
		}
	}
}

// leaf returns the text of the element of that name where it is next and simple,
// decoded, valid until the next token. Otherwise it reads nothing.
func (p *part) leaf(name string) ([]byte, bool) {
	from, to, ok := p.Leaf(name)
	if !ok || from == to {
		return nil, ok
	}
	text := p.Kept(from, to)
	if !p.Plain() || text[0] == '<' {
		text, _ = xmlscan.Flatten(text)
	}
	return text, true
}

// appendRich appends the text of the open element, a shared string or that of a
// cell: one text, or runs that differ in looks. What is said of the pronunciation
// is left out.
func (p *part) appendRich(to []byte) ([]byte, error) {
	depth, from := p.Depth(), len(to)
	for {
		if text, ok := p.leaf("t"); ok {
			if len(to)+len(text)-from > maxText {
				return to, &flaw{rule: ruleTooLarge}
			}
			to = append(to, text...)
			continue
		}
		token, err := p.Next()
		switch {
		case err != nil:
			return to, err
		case token == xmlscan.Close && p.Depth() < depth:
			return to, nil
		case token != xmlscan.Open:
			continue
		}
		switch string(p.Name()) {
		case "t":
			to, err = p.appendContent(to)
		case "r":
		default:
			err = p.Skip(p.Depth())
		}
		if err == nil && len(to)-from > maxText {
			err = &flaw{rule: ruleTooLarge}
		}
		if err != nil {
			return to, err
		}
	}
}

// unescapeText decodes in place, from an index on, the characters that XML cannot
// hold and workbooks write as _xHHHH_ (ECMA-376 part 1, 22.9.2.19).
func unescapeText(b []byte, from int) []byte {
	at := bytes.Index(b[from:], []byte("_x"))
	if at < 0 {
		return b
	}
	out, rest := b[:from+at], b[from+at:]
	for len(rest) > 0 {
		unit, ok := escaped(rest)
		switch low, two := escaped(rest[min(escapedBytes, len(rest)):]); {
		case !ok:
			out, rest = append(out, rest[0]), rest[1:]
		case two && utf16.IsSurrogate(unit) && utf16.DecodeRune(unit, low) != utf8.RuneError:
			out = utf8.AppendRune(out, utf16.DecodeRune(unit, low))
			rest = rest[2*escapedBytes:]
		default:
			out = utf8.AppendRune(out, unit)
			rest = rest[escapedBytes:]
		}
	}
	return out
}

// escapedBytes is the length of an escaped character.
const escapedBytes = len("_xHHHH_")

// escaped returns the character that the beginning of b stands for.
func escaped(b []byte) (rune, bool) {
	if len(b) < escapedBytes || b[0] != '_' || b[1] != 'x' || b[escapedBytes-1] != '_' {
		return 0, false
	}
	var unit rune
	for _, c := range b[2 : escapedBytes-1] {
		switch {
		case c >= '0' && c <= '9':
			unit = unit<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}
