package xmlscan

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

const (
	// firstWindow suits a file of one visit, fullWindow a file of a month.
	firstWindow = 64 << 10
	fullWindow  = 512 << 10
	// maxWindow bounds a token and a kept record.
	maxWindow = 64 << 20
	// minRead is the least room a reader is given.
	minRead = 1 << 10
	// idleReads is how many empty reads in a row end the patience.
	idleReads = 100
)

// window is the part of a document that is in memory: buf[pos:end] is unread,
// buf[mark:pos] is kept for the record that is being read.
type window struct {
	r        io.Reader
	buf      []byte
	pos, end int
	// mark is -1 where nothing is kept.
	mark int
	// err is what the reader ended with, delivered when buf is used up.
	err error
	// newlines and column account for the bytes dropped so far.
	newlines, column int
	moved            bool
	// references and invalid are hints that hold for every byte seen so far: no
	// reference or carriage return, nothing but UTF-8.
	references, invalid bool
	// cutOff holds the start of a character that a block's end has cut.
	cutOff    [utf8.UTFMax]byte
	cutLength int
}

// reset starts the window over at the first byte of r.
func (w *window) reset(r io.Reader) {
	if len(w.buf) == 0 {
		w.buf = make([]byte, firstWindow)
	}
	*w = window{r: r, buf: w.buf, mark: -1}
}

// more appends at least one byte. It returns io.EOF at the end of the document,
// and an *Error where what must be kept fills the largest window; that error
// passes once the mark is released.
func (w *window) more() error {
	if w.err != nil {
		return w.err
	}
	if err := w.makeRoom(); err != nil {
		return err
	}
	for range idleReads {
		n, err := w.r.Read(w.buf[w.end:])
		w.err = err
		if n > 0 {
			w.look(w.buf[w.end : w.end+n])
			w.end += n
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.err = io.ErrNoProgress
	return w.err
}

// look keeps the hints true.
func (w *window) look(block []byte) {
	if !w.references {
		w.references = bytes.IndexByte(block, '&') >= 0 || bytes.IndexByte(block, '\r') >= 0
	}
	if !w.invalid {
		w.invalid = !w.utf8(block)
	}
}

// utf8 reports whether block continues the characters before it as UTF-8. A
// character that the block's end cuts is judged with the next block.
func (w *window) utf8(block []byte) bool {
	if w.cutLength > 0 {
		n := copy(w.cutOff[w.cutLength:], block)
		start := w.cutOff[:w.cutLength+n]
		if !utf8.FullRune(start) {
			w.cutLength += n
			return true
		}
		r, size := utf8.DecodeRune(start)
		if r == utf8.RuneError && size == 1 {
			return false
		}
		block = block[size-w.cutLength:]
		w.cutLength = 0
	}
	for i := len(block) - 1; i >= max(0, len(block)-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(block[i]) {
			if !utf8.FullRune(block[i:]) {
				w.cutLength = copy(w.cutOff[:], block[i:])
				block = block[:i]
			}
			break
		}
	}
	return utf8.Valid(block)
}

// makeRoom drops what is read and not kept, and grows the window where that is
// not enough or where the document proves long.
func (w *window) makeRoom() error {
	keep := w.pos
	if w.mark >= 0 {
		keep = min(keep, w.mark)
	}
	if keep < w.end && len(w.buf)-w.end >= minRead {
		return nil
	}
	w.drop(keep)
	room := len(w.buf) - w.end
	if room < minRead && len(w.buf) >= maxWindow {
		return w.fault(TooLarge, "a token or record is larger than the window")
	}
	if room < minRead || w.moved && len(w.buf) < fullWindow {
		grown := make([]byte, 2*len(w.buf))
		copy(grown, w.buf[:w.end])
		w.buf = grown
	}
	w.moved = true
	return nil
}

// drop forgets the first n bytes of the window and counts their lines.
func (w *window) drop(n int) {
	gone := w.buf[:n]
	if lines := bytes.Count(gone, []byte{'\n'}); lines > 0 {
		w.newlines += lines
		w.column = n - 1 - bytes.LastIndexByte(gone, '\n')
	} else {
		w.column += n
	}
	copy(w.buf, w.buf[n:w.end])
	w.pos -= n
	w.end -= n
	if w.mark >= 0 {
		w.mark -= n
	}
}

// fault returns an error at the next unread byte.
func (w *window) fault(f Fault, problem string) error {
	read := w.buf[:w.pos]
	e := &Error{Fault: f, Problem: problem, Line: 1 + w.newlines, Column: 1 + w.column + w.pos}
	if lines := bytes.Count(read, []byte{'\n'}); lines > 0 {
		e.Line += lines
		e.Column = w.pos - bytes.LastIndexByte(read, '\n')
	}
	return e
}

// need makes n bytes available after pos. Where the document ends before, it
// says that the document is cut.
func (w *window) need(n int) error {
	for w.end-w.pos < n {
		if err := w.more(); err != nil {
			return w.cut(err)
		}
	}
	return nil
}

// cut turns the end of the document inside a token into a fault.
func (w *window) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return w.fault(Truncated, "the document ends inside an element")
	}
	return err
}
