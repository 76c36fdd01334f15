package claimxml

import (
	"bytes"
	stdbase64 "encoding/base64"
	"errors"
	"io"

	"github.com/segmentio/asm/base64"

	"thidua/ingest/format/xmlscan"
)

// envelopeError is an error of the envelope that came up while a part was read
// out of it. It concerns the payload, not the part.
type envelopeError struct{ err error }

// Error returns the error of the envelope.
func (e *envelopeError) Error() string { return e.err.Error() }

// Unwrap returns the error of the envelope.
func (e *envelopeError) Unwrap() error { return e.err }

// textReader reads the text of one element of the envelope, references decoded
// and sections opened.
type textReader struct {
	env *xmlscan.Scanner
	// depth is that of the element; its end is the end of the text.
	depth   int
	pending []byte
	// bare counts ampersands that begin no reference.
	bare int
}

// piece returns the next piece of text, valid until the next call. An element in
// the text is a flaw of the part.
func (t *textReader) piece() ([]byte, error) {
	if p := t.pending; len(p) > 0 {
		t.pending = nil
		return p, nil
	}
	if t.env.Depth() < t.depth {
		return nil, io.EOF
	}
	token, err := t.env.Next()
	switch {
	case err != nil:
		return nil, &envelopeError{err}
	case token == xmlscan.Close:
		return nil, io.EOF
	case token == xmlscan.Open:
		return nil, &flaw{rulePartMalformed}
	}
	text, bare := plainText(t.env, token)
	t.bare += bare
	return text, nil
}

// plainText returns the piece of text that the scanner has found, decoded.
func plainText(s *xmlscan.Scanner, token xmlscan.Token) ([]byte, int) {
	switch {
	case s.Plain():
		return s.Text(), 0
	case token == xmlscan.Literal:
		return xmlscan.Newlines(s.Text()), 0
	}
	return xmlscan.Unescape(s.Text())
}

// Read implements io.Reader.
func (t *textReader) Read(p []byte) (int, error) {
	text, err := t.piece()
	if err != nil {
		return 0, err
	}
	n := copy(p, text)
	t.pending = text[n:]
	return n, nil
}

// base64Reader decodes the base64 text of an element. White space may stand
// anywhere. What comes before a broken group of four is delivered; the group is
// a flaw of the part.
type base64Reader struct {
	text *textReader
	// source is text without white space: a piece of the envelope, or scratch.
	source  []byte
	scratch []byte
	// padded is set once padding was read, behind which nothing may follow.
	padded bool
	err    error
}

// reset starts the reader over.
func (b *base64Reader) reset(text *textReader) {
	*b = base64Reader{text: text, scratch: b.scratch}
}

// Read implements io.Reader for a p of at least three bytes.
func (b *base64Reader) Read(p []byte) (int, error) {
	for len(b.source) < 4 && b.err == nil {
		b.fill()
	}
	if len(b.source) < 4 {
		return 0, b.err
	}
	if b.padded {
		b.fail()
		return 0, b.err
	}
	chunk := b.source[:min(len(b.source), len(p)/3*4)&^3]
	b.source = b.source[len(chunk):]
	n, err := base64.StdEncoding.Decode(p, chunk)
	if err != nil {
		n, _ = stdbase64.StdEncoding.Decode(p, chunk)
		b.fail()
		if n == 0 {
			return 0, b.err
		}
	}
	b.padded = chunk[len(chunk)-1] == '='
	return n, nil
}

// fail ends the part at broken base64.
func (b *base64Reader) fail() {
	b.source = nil
	b.err = &flaw{rulePartBase64}
}

// fill adds the next piece of text to the source, which holds less than a group.
func (b *base64Reader) fill() {
	// The window that the source lies in may move when more is read.
	var rest [3]byte
	n := copy(rest[:], b.source)
	piece, err := b.text.piece()
	if err != nil {
		b.err = err
		if errors.Is(err, io.EOF) && n > 0 {
			b.fail()
		}
		return
	}
	piece = bytes.TrimRight(piece, xmlscan.Spaces)
	if n == 0 && !spaced(piece) {
		b.source = piece
		return
	}
	b.scratch = appendUnspaced(append(b.scratch[:0], rest[:n]...), piece)
	b.source = b.scratch
}

// spaced reports whether white space stands in b.
func spaced(b []byte) bool {
	return bytes.IndexByte(b, '\n') >= 0 || bytes.IndexByte(b, ' ') >= 0 ||
		bytes.IndexByte(b, '\r') >= 0 || bytes.IndexByte(b, '\t') >= 0
}

// appendUnspaced appends b without white space, a line at a time.
func appendUnspaced(out, b []byte) []byte {
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte{'\n'})
		b = rest
		line = bytes.Trim(line, xmlscan.Spaces)
		if !spaced(line) {
			out = append(out, line...)
			continue
		}
		for _, c := range line {
			if c != ' ' && c != '\t' && c != '\r' {
				out = append(out, c)
			}
		}
	}
	return out
}
