package xmlscan

import "bytes"

// Attributes are the attributes of a start tag as they are written. The scanner
// has seen that they are well formed.
type Attributes []byte

// Attributes returns the attributes of the element that Next has just opened,
// valid until the next token is read. It is called behind an Open only.
func (s *Scanner) Attributes() Attributes {
	if len(s.starts) == 0 {
		return nil
	}
	from := s.token + 1 + len(s.open) - s.starts[len(s.starts)-1]
	to := s.pos - 1
	if s.empty {
		to--
	}
	return Attributes(s.buf[from:max(from, to)])
}

// Next cuts the first attribute off. Its name keeps its prefix, because that is
// what tells r:id from id; its value holds references as they are written, for
// Unescape. It returns false where there is none left.
func (a *Attributes) Next() (name, value []byte, ok bool) {
	b := *a
	i := 0
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	n := bytes.IndexByte(b[i:], '=')
	if n < 0 {
		*a = nil
		return nil, nil, false
	}
	name = b[i : i+n]
	for len(name) > 0 && isSpace(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	for i += n + 1; i < len(b) && isSpace(b[i]); i++ {
		continue
	}
	if i == len(b) {
		*a = nil
		return nil, nil, false
	}
	value = b[i+1:]
	if n = bytes.IndexByte(value, b[i]); n < 0 {
		*a = nil
		return nil, nil, false
	}
	*a = Attributes(value[n+1:])
	return name, value[:n], true
}

// wellFormed reports whether b, the rest of a start tag, is space and
// attributes with quoted values. Their values are not looked at.
func wellFormed(b []byte) bool {
	for i := 0; ; {
		start := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return true
		}
		n := nameLength(b[i:])
		if i == start || n == 0 {
			return false
		}
		for i += n; i < len(b) && isSpace(b[i]); i++ {
			continue
		}
		if i == len(b) || b[i] != '=' {
			return false
		}
		for i++; i < len(b) && isSpace(b[i]); i++ {
			continue
		}
		if i == len(b) || b[i] != '"' && b[i] != '\'' {
			return false
		}
		if n = bytes.IndexByte(b[i+1:], b[i]); n < 0 {
			return false
		}
		i += n + 2
	}
}
