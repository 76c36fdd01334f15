package xmlscan

import "bytes"

// What may stand in a name: the ASCII characters XML allows, and every byte of a
// character above ASCII.
const (
	nameStart = 1 << iota
	namePart
	space
	colon
)

// classes says for each byte what it may be.
var classes = func() (c [256]uint8) {
	for b := range c {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_', b == ':', b >= 0x80:
			c[b] = nameStart | namePart
		case b >= '0' && b <= '9', b == '-', b == '.':
			c[b] = namePart
		case b == ' ', b == '\t', b == '\n', b == '\r':
			c[b] = space
		}
	}
	c[':'] |= colon
	return c
}()

func isSpace(b byte) bool { return classes[b]&space != 0 }

// openTag reads a start tag.
func (s *Scanner) openTag() error {
	tag := s.buf[s.pos+1 : s.end]
	n := nameLength(tag)
	if n == len(tag) || tag[n] != '>' {
		end, err := s.tagEnd()
		if err != nil {
			return err
		}
		tag = s.buf[s.pos+1 : s.pos+end]
		n = nameLength(tag)
		rest, empty := bytes.CutSuffix(tag[n:], []byte{'/'})
		if !wellFormed(rest) {
			return s.fault(Malformed, "a tag is not well formed")
		}
		s.empty = empty
	} else {
		tag = tag[:n]
	}
	if n == 0 {
		s.empty = false
		return s.fault(Malformed, "a tag has no name")
	}
	if err := s.push(tag[:n]); err != nil {
		s.empty = false
		return err
	}
	s.name = local(tag[:n])
	s.token = s.pos
	s.pos += len(tag) + 2
	return nil
}

// tagEnd returns the distance from pos to the ">" that ends the tag. It goes on
// where it stopped when the window had to be filled.
func (s *Scanner) tagEnd() (int, error) {
	var quote byte
	for i := 1; ; {
		b := s.buf[s.pos:s.end]
		for ; i < len(b); i++ {
			switch c := b[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return i, nil
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				return 0, s.fault(Malformed, "a tag holds another tag")
			}
		}
		if err := s.more(); err != nil {
			return 0, s.cut(err)
		}
	}
}

// nameLength returns how many bytes of b are a name, none where it has two
// prefixes.
func nameLength(b []byte) int {
	if len(b) == 0 || classes[b[0]]&nameStart == 0 {
		return 0
	}
	n := 1
	seen := classes[b[0]]
	for n < len(b) && classes[b[n]]&namePart != 0 {
		seen |= classes[b[n]]
		n++
	}
	if seen&colon != 0 && bytes.Count(b[:n], []byte{':'}) > 1 {
		return 0
	}
	return n
}

// push opens an element.
func (s *Scanner) push(name []byte) error {
	switch {
	case len(s.starts) == 0 && s.rooted:
		return s.fault(Malformed, "the document has a second root")
	case len(s.starts) == maxDepth:
		return s.fault(TooDeep, "elements nest too deep")
	}
	s.rooted = true
	s.starts = append(s.starts, len(s.open))
	s.open = append(s.open, name...)
	return nil
}

// pop closes the innermost element and leaves its name.
func (s *Scanner) pop() {
	last := len(s.starts) - 1
	top := s.open[s.starts[last]:]
	s.name = local(top)
	s.open = s.open[:s.starts[last]]
	s.starts = s.starts[:last]
}

// closeTag reads an end tag, which must be that of the innermost element.
func (s *Scanner) closeTag() error {
	if len(s.starts) == 0 {
		return s.fault(Malformed, "an end tag closes nothing")
	}
	top := s.open[s.starts[len(s.starts)-1]:]
	n := len(top) + 2
	if s.end-s.pos <= n {
		if err := s.need(n + 1); err != nil {
			return err
		}
	}
	if !bytes.Equal(s.buf[s.pos+2:s.pos+n], top) {
		return s.fault(Malformed, "an end tag closes another element")
	}
	for isSpace(s.buf[s.pos+n]) {
		n++
		if err := s.need(n + 1); err != nil {
			return err
		}
	}
	if s.buf[s.pos+n] != '>' {
		return s.fault(Malformed, "an end tag closes another element")
	}
	s.token = s.pos
	s.pos += n + 1
	s.pop()
	return nil
}

// local returns a qualified name without its prefix.
func local(name []byte) []byte {
	i := bytes.IndexByte(name, ':')
	if i <= 0 || i == len(name)-1 {
		return name
	}
	return name[i+1:]
}
