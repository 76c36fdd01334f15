// Package xmlscan reads XML as the feeds use it: elements, their attributes and
// text, in one pass, without allocating per token, in bounded memory however long
// the document is.
//
// It checks that elements nest and tags are whole, and refuses document types,
// so that nothing is ever expanded. It is lenient where hand-made files are
// wrong without being ambiguous: a bare ampersand is text, control characters
// and "]]>" may stand in text, attribute values may hold "<", comments may hold
// "--", processing instructions may hold anything, and every character above
// ASCII may stand in a name. References are decoded by Unescape and Flatten, not
// by the scanner. What encoding/xml reads beyond the XML rules is refused: text
// outside the root, a second root, directives.
package xmlscan

import (
	"bytes"
	"errors"
	"io"
)

// Token is what Next found.
type Token uint8

// Text is character data that may hold references, Literal the content of a
// CDATA section. Both may come in several pieces; no piece ends inside a
// reference or between a carriage return and its line feed.
const (
	EOF Token = iota
	Open
	Close
	Text
	Literal
)

// maxDepth bounds nesting; claim files nest eleven elements at most.
const maxDepth = 100

// Scanner reads one document after another. The zero value is ready for Reset.
// Slices it returns are valid until the next call of Next, Leaf or Skip.
type Scanner struct {
	window
	// open holds the qualified names of the open elements, one behind the
	// other, starts where each begins.
	open   []byte
	starts []int
	name   []byte
	text   []byte
	// token is where the last token began, pos where it ended.
	token int
	// until closes the comment or instruction that is being skipped.
	until string
	// cdata is set inside a CDATA section, empty behind a tag like <X/>, rooted
	// once the root was opened.
	cdata, empty, rooted bool
}

// Reset starts the scanner over at the first byte of r. It keeps its buffers.
func (s *Scanner) Reset(r io.Reader) {
	s.window.reset(r)
	s.open, s.starts = s.open[:0], s.starts[:0]
	s.name, s.text, s.token = nil, nil, 0
	s.until, s.cdata, s.empty, s.rooted = "", false, false, false
}

// Name returns the local name of the element that Next opened or closed.
func (s *Scanner) Name() []byte { return s.name }

// Text returns the piece of text that Next found. It may be changed in place.
func (s *Scanner) Text() []byte { return s.text }

// Depth returns the number of open elements.
func (s *Scanner) Depth() int { return len(s.starts) }

// Next returns the next token. It skips comments and processing instructions.
// Its errors are an *Error, or that of the reader. After an *Error of TooLarge
// it can be called again once the mark is released.
func (s *Scanner) Next() (Token, error) {
	if s.empty {
		s.empty = false
		s.token = s.pos
		s.pop()
		return Close, nil
	}
	for {
		if s.until != "" {
			if err := s.skipping(); err != nil {
				return EOF, err
			}
		}
		if s.pos == s.end {
			if err := s.more(); errors.Is(err, io.EOF) {
				return EOF, s.finish()
			} else if err != nil {
				return EOF, err
			}
		}
		if s.cdata || s.buf[s.pos] != '<' {
			token, err := s.characters()
			if err != nil || len(s.text) > 0 {
				return token, err
			}
			continue
		}
		if s.end-s.pos < 2 {
			if err := s.need(2); err != nil {
				return EOF, err
			}
		}
		token, err := s.markup(s.buf[s.pos+1])
		if err != nil || token != EOF {
			return token, err
		}
	}
}

// markup reads what begins with "<" and second. It returns EOF where it yields
// no token.
func (s *Scanner) markup(second byte) (Token, error) {
	switch second {
	case '/':
		return Close, s.closeTag()
	case '!':
		return EOF, s.declaration()
	case '?':
		return EOF, s.skipThrough("?>", 2)
	}
	return Open, s.openTag()
}

// finish judges the end of the document.
func (s *Scanner) finish() error {
	switch {
	case len(s.starts) > 0 || s.cdata:
		return s.fault(Truncated, "the document ends inside an element")
	case !s.rooted:
		return s.fault(Empty, "the document holds no element")
	}
	return nil
}

// Leaf reads the element of that name in one step where it is next, without
// attributes, with nothing but text or one CDATA section inside, and whole in
// the window. It returns where that stands, for Kept. Otherwise it reads nothing.
func (s *Scanner) Leaf(name string) (from, to int, ok bool) {
	if s.empty || s.cdata || s.until != "" {
		return 0, 0, false
	}
	b := s.buf[s.pos:s.end]
	i := 0
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	n := len(name)
	if len(b) < i+n+3 || b[i] != '<' || string(b[i+1:i+1+n]) != name {
		return 0, 0, false
	}
	start := i + n + 2
	if b[start-1] != '>' {
		if b[start-1] != '/' || b[start] != '>' {
			return 0, 0, false
		}
		s.pos += start + 1
		return 0, 0, true
	}
	length := contentLength(b[start:])
	stop := start + length
	end := stop + n + 3
	if length < 0 || len(b) < end || b[stop+1] != '/' || b[end-1] != '>' || string(b[stop+2:end-1]) != name {
		return 0, 0, false
	}
	from = s.pos + start - s.mark
	s.pos += end
	return from, from + length, true
}

// contentLength returns the length of the text or the CDATA section that b begins
// with, -1 where b does not hold it whole.
func contentLength(b []byte) int {
	const begin, end = "<![CDATA[", "]]>"
	n := bytes.IndexByte(b, '<')
	if n == 0 && len(b) > len(begin) && string(b[:len(begin)]) == begin {
		if n = bytes.Index(b, []byte(end)); n >= 0 {
			n += len(end)
		}
	}
	return n
}

// Skip reads on until the element at that depth is closed, the depth being what
// Depth returned when it was open.
func (s *Scanner) Skip(depth int) error {
	for s.Depth() >= depth {
		if _, err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}

// Mark keeps everything from the next unread byte on in memory until Release.
// Places in it are counted from the mark, for they outlast the window's moves.
func (s *Scanner) Mark() { s.mark = s.pos }

// Release ends what Mark began.
func (s *Scanner) Release() { s.mark = -1 }

// Here returns the place of the next unread byte, Before the place where the
// last token began. Both are counted from the mark.
func (s *Scanner) Here() int { return s.pos - s.mark }

// Before returns the place where the last token began, counted from the mark.
func (s *Scanner) Before() int { return s.token - s.mark }

// Kept returns the bytes between two places. They may be changed in place.
func (s *Scanner) Kept(from, to int) []byte { return s.buf[s.mark+from : s.mark+to] }

// Plain reports that no byte read so far belongs to a reference or is a carriage
// return, so that text need not be decoded.
func (s *Scanner) Plain() bool { return !s.references }

// Valid reports that the document is UTF-8 as far as it was read.
func (s *Scanner) Valid() bool { return !s.invalid }

// Peek returns the first unread bytes: n, or fewer where the document or its
// reader ends before. It is meant for the start of a document.
func (s *Scanner) Peek(n int) []byte {
	for s.end-s.pos < n && s.more() == nil {
		continue
	}
	return s.buf[s.pos:min(s.pos+n, s.end)]
}

// Unread returns all unread bytes in the window.
func (s *Scanner) Unread() []byte { return s.buf[s.pos:s.end] }

// Discard leaves n unread bytes out.
func (s *Scanner) Discard(n int) { s.pos += n }

// Shrink gives a window back that one large record has grown.
func (s *Scanner) Shrink() {
	s.window.r = nil
	if len(s.buf) > fullWindow {
		s.buf = nil
	}
}
