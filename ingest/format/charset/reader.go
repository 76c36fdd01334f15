package charset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// ErrUnknown says that a text is in none of the encodings, or in one that cannot be
// told from another.
var ErrUnknown = errors.New("the encoding cannot be told")

// Sniffer reads a text as UTF-8 whose encoding it finds out on the way.
type Sniffer struct {
	source io.Reader
	// text is nil as long as the encoding is open.
	text    io.Reader
	charset Charset
	// stretch is the last stretch of ASCII that was read while it was.
	stretch bytes.Buffer
	// started says that the first stretch was judged.
	started bool
}

// Sniff returns the text of r as UTF-8. It is in the declared encoding, unless a
// byte order mark says otherwise; where none is declared it is detected. As long as
// a text is ASCII nothing has to be decided, so that letters that come late decide
// as well as those of the first lines. A Read returns ErrUnknown where the encoding
// cannot be told.
func Sniff(r io.Reader, declared Charset) *Sniffer {
	return &Sniffer{source: r, charset: declared}
}

// Charset returns the encoding, as far as the text has been read.
func (s *Sniffer) Charset() Charset {
	if s.charset == "" {
		return UTF8
	}
	return s.charset
}

// Read implements io.Reader.
func (s *Sniffer) Read(b []byte) (int, error) {
	for s.text == nil {
		if s.stretch.Len() > 0 {
			n, _ := s.stretch.Read(b)
			return n, nil
		}
		if err := s.decide(); err != nil {
			return 0, err
		}
	}
	return s.text.Read(b)
}

// decide reads the next stretch of the text and judges it. It leaves the encoding
// open, and the stretch to Read, where that is ASCII and may not be the last.
func (s *Sniffer) decide() error {
	s.stretch.Reset()
	if _, err := s.stretch.ReadFrom(io.LimitReader(s.source, HeadBytes)); err != nil {
		return fmt.Errorf("read the text: %w", err)
	}
	head := s.stretch.Bytes()
	if s.charset != "" {
		s.heed(head)
	} else {
		s.charset = s.detect(head)
		s.started = true
	}
	switch s.charset {
	case "":
		return nil
	case Unknown:
		return ErrUnknown
	}
	s.text = s.charset.Reader(io.MultiReader(bytes.NewReader(head), s.source))
	return nil
}

// heed gives up the declared encoding for that of a byte order mark. Text that was
// saved twice may have one as well.
func (s *Sniffer) heed(head []byte) {
	if c, ok := marked(head); ok && (c != UTF8 || s.charset != Mojibake) {
		s.charset = c
	}
}

// detect judges a stretch. It returns none for ASCII that may go on.
func (s *Sniffer) detect(head []byte) Charset {
	open := len(head) == HeadBytes && isASCII(head)
	if open && s.started {
		return ""
	}
	c, sure := Detect(head)
	switch {
	case s.started && (c == UTF16LE || c == UTF16BE):
		// Zeros in the midst of a text are no encoding.
		return UTF8
	case open && c == UTF8 && !sure:
		return ""
	}
	return c
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unmarked reads UTF-8 as it is, without the byte order mark.
type unmarked struct {
	r    io.Reader
	head []byte
	// err is what the reader said while the head was read.
	err     error
	started bool
}

// Read implements io.Reader.
func (u *unmarked) Read(b []byte) (int, error) {
	if !u.started {
		u.started = true
		var start [3]byte
		n, err := io.ReadFull(u.r, start[:])
		u.head = bytes.TrimPrefix(bytes.Clone(start[:n]), []byte("\xEF\xBB\xBF"))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		u.err = err
	}
	if len(u.head) > 0 {
		n := copy(b, u.head)
		u.head = u.head[n:]
		return n, nil
	}
	if u.err != nil {
		return 0, u.err
	}
	return u.r.Read(b)
}

// chunkBytes is how much is decoded at once.
const chunkBytes = 64 << 10

// wordReader decodes a text in pieces that end between two words: a letter with its
// marks is never cut, and a word is whole for whoever has to judge it.
type wordReader struct {
	r io.Reader
	// decode appends the text of src to dst.
	decode func(dst, src []byte) []byte
	in     []byte
	n      int
	out    []byte
	at     int
	err    error
}

func newWordReader(r io.Reader, decode func(dst, src []byte) []byte) *wordReader {
	return &wordReader{r: r, decode: decode, in: make([]byte, chunkBytes)}
}

// Read implements io.Reader.
func (w *wordReader) Read(b []byte) (int, error) {
	for w.at == len(w.out) {
		if w.err != nil && w.n == 0 {
			return 0, w.err
		}
		w.fill()
		w.decodeWords()
	}
	n := copy(b, w.out[w.at:])
	w.at += n
	return n, nil
}

// fill reads until the buffer is full or the text ends.
func (w *wordReader) fill() {
	if w.err != nil {
		return
	}
	n, err := io.ReadFull(w.r, w.in[w.n:])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	w.n, w.err = w.n+n, err
}

// decodeWords decodes what is whole of the bytes that were read.
func (w *wordReader) decodeWords() {
	cut := w.n
	if w.err == nil {
		if cut = lastBoundary(w.in[:w.n]); cut == 0 {
			cut = w.n - cutOff(w.in[:w.n])
		}
	}
	w.out, w.at = w.decode(w.out[:0], w.in[:cut]), 0
	w.n = copy(w.in, w.in[cut:w.n])
}

// lastBoundary returns the index behind the last byte that ends a word in every
// encoding: one of ASCII that is no letter.
func lastBoundary(b []byte) int {
	for i := len(b) - 1; i >= 0; i-- {
		if isBoundary(b[i]) {
			return i + 1
		}
	}
	return 0
}

// isBoundary reports whether b stands between words.
func isBoundary(b byte) bool {
	lower := b | 0x20
	return b < utf8.RuneSelf && (lower < 'a' || lower > 'z')
}

// cutOff returns how many bytes at the end begin a character of UTF-8 and do not
// end it.
func cutOff(b []byte) int {
	for n := 1; n < utf8.UTFMax && n < len(b); n++ {
		if start := b[len(b)-n:]; utf8.RuneStart(start[0]) {
			if utf8.FullRune(start) {
				return 0
			}
			return n
		}
	}
	return 0
}
