package xmlscan

import (
	"bytes"
	"errors"
	"io"
)

// longestReference is how far a ";" is looked for behind an "&". A reference
// written longer, with leading zeros, is taken for text.
const longestReference = 32

// declaration reads what begins with "<!": a comment, which is skipped, or the
// start of a CDATA section. All else is refused.
func (s *Scanner) declaration() error {
	const cdata = "<![CDATA["
	if err := s.need(3); err != nil {
		return err
	}
	switch s.buf[s.pos+2] {
	case '-':
		if err := s.need(4); err != nil {
			return err
		}
		if s.buf[s.pos+3] != '-' {
			return s.fault(Malformed, "a comment is not well formed")
		}
		return s.skipThrough("-->", 4)
	case '[':
		if err := s.need(len(cdata)); err != nil {
			return err
		}
		if string(s.buf[s.pos:s.pos+len(cdata)]) != cdata || len(s.starts) == 0 {
			return s.fault(Malformed, "a CDATA section is not well formed")
		}
		s.pos += len(cdata)
		s.cdata = true
		return nil
	}
	return s.fault(DoctypeRefused, "document types and entities are not accepted")
}

// skipThrough skips to the end of what mark closes and whose opening is head
// bytes long.
func (s *Scanner) skipThrough(mark string, head int) error {
	s.pos += head
	s.until = mark
	return s.skipping()
}

// skipping goes on with the comment or instruction that until closes.
func (s *Scanner) skipping() error {
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(s.until)); i >= 0 {
			s.pos += i + len(s.until)
			s.until = ""
			return nil
		}
		s.pos = max(s.pos, s.end-len(s.until)+1)
		if err := s.more(); err != nil {
			return s.cut(err)
		}
	}
}

// characters reads a piece of character data. The piece is empty where there is
// nothing for the caller: an empty section, or space outside the root.
func (s *Scanner) characters() (Token, error) {
	s.token = s.pos
	if s.cdata {
		return Literal, s.section()
	}
	for ended := false; ; {
		b := s.buf[s.pos:s.end]
		n := bytes.IndexByte(b, '<')
		if n < 0 {
			n = len(b)
			if !ended {
				n = settled(b)
			}
		}
		if n > 0 {
			s.text = b[:n]
			if len(s.starts) == 0 {
				return Text, s.outside()
			}
			s.pos += n
			return Text, nil
		}
		err := s.more()
		ended = errors.Is(err, io.EOF)
		if err != nil && !ended {
			return EOF, err
		}
	}
}

// outside refuses text outside the root and skips space.
func (s *Scanner) outside() error {
	for i, c := range s.text {
		if !isSpace(c) {
			s.pos += i
			return s.fault(Malformed, "text stands outside the root element")
		}
	}
	s.pos += len(s.text)
	s.text = nil
	return nil
}

// section reads a piece of a CDATA section.
func (s *Scanner) section() error {
	for {
		b := s.buf[s.pos:s.end]
		if n := bytes.Index(b, []byte("]]>")); n >= 0 {
			s.cdata = false
			s.text = b[:n]
			s.pos += n + len("]]>")
			return nil
		}
		n := len(b)
		for n > 0 && n > len(b)-2 && b[n-1] == ']' {
			n--
		}
		if n > 0 && b[n-1] == '\r' {
			n--
		}
		if n > 0 {
			s.text = b[:n]
			s.pos += n
			return nil
		}
		if err := s.more(); err != nil {
			return s.cut(err)
		}
	}
}

// settled returns how many bytes of b can be handed out while it is not known
// what follows: an unfinished reference and a last carriage return wait.
func settled(b []byte) int {
	n := len(b)
	tail := b[max(0, n-longestReference):]
	if i := bytes.LastIndexByte(tail, '&'); i >= 0 && bytes.IndexByte(tail[i:], ';') < 0 {
		return n - len(tail) + i
	}
	if n > 0 && b[n-1] == '\r' {
		return n - 1
	}
	return n
}
