package json

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	// blockBytes is what is read at once, and the size of a new window.
	blockBytes = 256 << 10
	// maxEmptyReads is how often in a row a reader may return nothing.
	maxEmptyReads = 100
)

// window is the part of a payload that is in memory. Only whole UTF-8 characters
// are visible in it: what lies between pos and end is still to be read.
type window struct {
	r   io.Reader
	buf []byte
	// pos and end bound what is visible; filled is the end of what was read.
	pos, end, filled int
	// base is the place of buf[0] in the payload.
	base int64
	// mark is the place from which bytes are kept, -1 where that is pos.
	mark int64
	// lines counts the line ends before buf[0].
	lines int
	// last says that nothing follows filled, broken that what follows end is not
	// UTF-8.
	last, broken bool
	// limit is how many bytes a dossier, or a member that is looked at, may have.
	limit int64
	// syntax judges what is skipped.
	syntax syntax
	// started says that the byte order mark was looked for.
	started bool
}

// reset opens the window over r.
func (w *window) reset(r io.Reader, limit int64) {
	*w = window{r: r, buf: w.buf, mark: -1, limit: limit}
}

// at is the place in the payload that is read next.
func (w *window) at() int64 { return w.base + int64(w.pos) }

// visible is the place in the payload behind what is visible.
func (w *window) visible() int64 { return w.base + int64(w.end) }

// line is the number of the line that is read next, from 1.
func (w *window) line() int {
	return 1 + w.lines + bytes.Count(w.buf[:w.pos], []byte{'\n'})
}

// final reports whether nothing follows what is visible.
func (w *window) final() bool { return w.last && !w.broken }

// fill makes more bytes visible: as many as are visible now, if there are so many,
// so that whoever begins again where pos is does not do so too often. It returns
// io.EOF at the end of the payload.
func (w *window) fill() error {
	if !w.started {
		if err := w.start(); err != nil || w.end > 0 {
			return err
		}
	}
	need := max(1, w.end-w.pos)
	for before := w.visible(); w.visible()-before < int64(need); {
		switch {
		case w.broken && w.visible() == before:
			w.pos = w.end
			return &flaw{ruleNotUTF8}
		case w.last && w.visible() == before:
			return io.EOF
		case w.broken || w.last:
			return nil
		}
		if err := w.room(); err != nil {
			return err
		}
		if err := w.read(); err != nil {
			return err
		}
		w.check()
	}
	return nil
}

// start reads the first bytes, and sees to UTF-16.
func (w *window) start() error {
	w.started = true
	for w.filled < 2 && !w.last {
		if err := w.read(); err != nil {
			return err
		}
	}
	head := w.buf[:w.filled]
	if bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		encoding := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
		w.r = transform.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(head)), w.r), encoding.NewDecoder())
		w.filled, w.last = 0, false
	}
	w.check()
	return nil
}

// room makes place for more bytes behind those that were read.
func (w *window) room() error {
	if w.filled < len(w.buf) {
		return nil
	}
	start := w.pos
	if w.mark >= 0 {
		start = int(w.mark - w.base)
	}
	if start == 0 {
		most := int(w.limit) + blockBytes
		if len(w.buf) >= most {
			return &flaw{ruleTooLarge}
		}
		w.buf = append(make([]byte, 0, min(2*len(w.buf), most)), w.buf...)
		w.buf = w.buf[:cap(w.buf)]
		return nil
	}
	w.lines += bytes.Count(w.buf[:start], []byte{'\n'})
	copy(w.buf, w.buf[start:w.filled])
	w.base += int64(start)
	w.pos, w.end, w.filled = w.pos-start, w.end-start, w.filled-start
	return nil
}

// read reads once more from the payload.
func (w *window) read() error {
	for range maxEmptyReads {
		n, err := w.r.Read(w.buf[w.filled:])
		w.filled += n
		switch {
		case errors.Is(err, io.EOF):
			w.last = true
			return nil
		case err != nil:
			return err
		case n > 0:
			return nil
		}
	}
	return fmt.Errorf("read JSON payload: %w", io.ErrNoProgress)
}

// check makes visible what was read and is UTF-8. A character that is cut off
// stays hidden unless nothing follows it.
func (w *window) check() {
	rest := w.buf[w.end:w.filled]
	if utf8.Valid(rest) {
		w.end = w.filled
		return
	}
	whole := len(rest)
	for back := 1; back < utf8.UTFMax && back <= len(rest); back++ {
		if tail := rest[len(rest)-back:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole = len(rest) - back
			}
			break
		}
	}
	if utf8.Valid(rest[:whole]) {
		w.end += whole
		if w.last {
			w.end = w.filled
		}
		return
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(rest[i:])
		if r == utf8.RuneError && size <= 1 {
			w.end += i
			w.broken = true
			return
		}
		i += size
	}
}

// next skips blanks and returns the next byte without taking it, or io.EOF.
func (w *window) next() (byte, error) {
	for {
		if w.pos = skipBlanks(w.buf[:w.end], w.pos); w.pos < w.end {
			return w.buf[w.pos], nil
		}
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
}

// inside is next where the payload must not end.
func (w *window) inside() (byte, error) {
	c, err := w.next()
	if errors.Is(err, io.EOF) {
		err = &flaw{ruleTruncated}
	}
	return c, err
}

// peek returns the next n bytes without taking them, fewer where the payload ends.
func (w *window) peek(n int) ([]byte, error) {
	for w.end-w.pos < n {
		err := w.fill()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return w.buf[w.pos:min(w.end, w.pos+n)], nil
}

// skip takes the value that stands next, which has to be well formed, inside depth
// lists and objects. It must not have more than most bytes, unless most is zero.
func (w *window) skip(depth int, most int64) error {
	start := w.at()
	w.syntax.begin(maxDepth - depth)
	for {
		final := w.final()
		i, verdict := w.syntax.run(w.buf[:w.end], w.pos, final)
		w.pos = i
		reached := w.at()
		if verdict == short {
			reached = w.visible()
		}
		if most > 0 && reached-start > most {
			return &flaw{ruleTooLarge}
		}
		switch verdict {
		case complete:
			return nil
		case malformed:
			return &flaw{ruleNotJSON}
		case tooDeep:
			return &flaw{ruleTooDeep}
		}
		if err := w.fill(); err != nil {
			if !errors.Is(err, io.EOF) {
				return err
			}
			if final {
				w.pos = w.end
				return &flaw{ruleTruncated}
			}
		}
	}
}

// hold is skip, and returns what was skipped, valid until more is read.
func (w *window) hold(depth int) ([]byte, error) {
	start, outer := w.at(), w.mark
	if outer < 0 {
		w.mark = start
	}
	err := w.skip(depth, w.limit)
	w.mark = outer
	if err != nil {
		return nil, err
	}
	return w.buf[start-w.base : w.pos], nil
}
