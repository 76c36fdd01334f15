package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// The frames of a bundle, once it is opened and decompressed:
//
//	thidua-bundle-1\n
//	{"payload":7}\n
//	<length, 4 bytes, most significant first><bytes> … <length zero>
//	{"size":12,"sha256":"…"}\n     or {"void":true}\n
//	… further payloads …
//	{"end":true,"payloads":1}\n
//
// Size and hash follow the bytes because they are not known before. A reader can
// check every payload, and the end, with nothing but the file and the private key.
const (
	magic = "thidua-bundle-1\n"
	// maxChunkBytes bounds a chunk, and with it the memory of a reader.
	maxChunkBytes = 1 << 20
	// maxLineBytes bounds a line of JSON.
	maxLineBytes = 1 << 10
)

// header opens a payload, or ends the bundle.
type header struct {
	Payload  int64 `json:"payload,omitempty"`
	End      bool  `json:"end,omitempty"`
	Payloads int   `json:"payloads,omitempty"`
}

// trailer closes a payload. SHA256 is in hexadecimal digits.
type trailer struct {
	SizeBytes int64  `json:"size"`
	SHA256    string `json:"sha256,omitempty"`
	Void      bool   `json:"void,omitempty"`
}

// frameWriter writes frames to w.
type frameWriter struct{ w io.Writer }

func (f frameWriter) magic() error {
	_, err := io.WriteString(f.w, magic)
	return err
}

func (f frameWriter) header(payload int64) error { return f.line(header{Payload: payload}) }

func (f frameWriter) end(payloads int) error { return f.line(header{End: true, Payloads: payloads}) }

// write writes p as chunks. An empty p writes nothing, since a chunk of length
// zero ends the payload.
func (f frameWriter) write(p []byte) error {
	for len(p) > 0 {
		chunk := p[:min(len(p), maxChunkBytes)]
		p = p[len(chunk):]
		if err := f.length(len(chunk)); err != nil {
			return err
		}
		if _, err := f.w.Write(chunk); err != nil {
			return err
		}
	}
	return nil
}

func (f frameWriter) trailer(t trailer) error {
	if err := f.length(0); err != nil {
		return err
	}
	return f.line(t)
}

func (f frameWriter) length(n int) error {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(n))
	_, err := f.w.Write(b[:])
	return err
}

func (f frameWriter) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = f.w.Write(append(b, '\n'))
	return err
}

// errFrame says that bytes are not frames, errVoid that a payload was aborted, and
// errDone that a reader has what it came for. io.EOF would not do for the last: a
// layer below returns it where a file is cut.
var (
	errFrame = errors.New("frames are not well formed")
	errVoid  = errors.New("payload is void")
	errDone  = errors.New("done")
)

// frameReader reads frames. As an io.Reader it gives the open payload, whose
// io.EOF comes only after size and hash were found right.
type frameReader struct {
	r        *bufio.Reader
	payloads int

	open      bool
	left      int
	sizeBytes int64
	hash      hash.Hash
}

// newFrameReader reads the magic line.
func newFrameReader(r io.Reader) (*frameReader, error) {
	f := &frameReader{r: bufio.NewReaderSize(r, 64<<10), hash: sha256.New()}
	var got [len(magic)]byte
	if _, err := io.ReadFull(f.r, got[:]); err != nil {
		return nil, unexpected(err)
	}
	if string(got[:]) != magic {
		return nil, fmt.Errorf("%w: no magic line", errFrame)
	}
	return f, nil
}

// next passes over what is left of the open payload and opens the following one.
// It returns errDone after the last.
func (f *frameReader) next() (payload int64, err error) {
	if f.open {
		if _, err := io.Copy(io.Discard, f); err != nil && !errors.Is(err, errVoid) {
			return 0, err
		}
	}
	var h header
	if err := f.line(&h); err != nil {
		return 0, err
	}
	if h.End {
		return 0, f.atEnd(h)
	}
	if h.Payload <= 0 {
		return 0, fmt.Errorf("%w: payload without a number", errFrame)
	}
	f.open, f.left, f.sizeBytes = true, 0, 0
	f.hash.Reset()
	return h.Payload, nil
}

// atEnd checks that the bundle ends where it says, and returns errDone.
func (f *frameReader) atEnd(h header) error {
	if h.Payloads != f.payloads {
		return fmt.Errorf("%w: other number of payloads", errFrame)
	}
	if _, err := f.r.ReadByte(); !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("%w: bytes after the end", errFrame), err)
	}
	return errDone
}

// Read gives the bytes of the open payload. It returns errVoid at the end of one
// that was aborted.
func (f *frameReader) Read(p []byte) (int, error) {
	if !f.open {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if f.left == 0 {
		var b [4]byte
		if _, err := io.ReadFull(f.r, b[:]); err != nil {
			return 0, unexpected(err)
		}
		n := binary.BigEndian.Uint32(b[:])
		if n == 0 {
			return 0, f.close()
		}
		if n > maxChunkBytes {
			return 0, fmt.Errorf("%w: chunk too long", errFrame)
		}
		f.left = int(n)
	}
	n, err := f.r.Read(p[:min(len(p), f.left)])
	f.left -= n
	f.sizeBytes += int64(n)
	f.hash.Write(p[:n])
	return n, unexpected(err)
}

// close reads the trailer and judges the payload by it.
func (f *frameReader) close() error {
	var t trailer
	if err := f.line(&t); err != nil {
		return err
	}
	f.open = false
	if t.Void {
		return errVoid
	}
	if t.SizeBytes != f.sizeBytes || t.SHA256 != hex.EncodeToString(f.hash.Sum(nil)) {
		return fmt.Errorf("%w: size or hash of a payload differs", errFrame)
	}
	f.payloads++
	return io.EOF
}

// line reads a line of JSON, strictly.
func (f *frameReader) line(v any) error {
	b, err := f.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) || len(b) > maxLineBytes {
		return fmt.Errorf("%w: line too long", errFrame)
	}
	if err != nil {
		return unexpected(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: line is not the JSON expected", errFrame)
	}
	return nil
}

// unexpected turns the end of the file, where frames do not end, into an error.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
