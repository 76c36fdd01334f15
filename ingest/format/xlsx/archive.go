package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
)

const (
	// headBytes is how much of a payload tells what it is.
	headBytes = 8
	// encryptedFlag is bit 0 of the general purpose flags (APPNOTE.TXT 4.4.4).
	encryptedFlag = 0x1
	// directoryBytes bounds the directory of the archive, which is read whole. A
	// workbook has some dozens of parts.
	directoryBytes = 8 << 20
	// freeBytes is how far a part may be decompressed before its ratio is judged.
	freeBytes = 16 << 20
	// readBytes is what is read ahead of a part.
	readBytes = 64 << 10
)

// archive is a workbook as a container of parts.
type archive struct {
	ctx    context.Context
	limits Limits
	disk   *disk
	// parts are the members by name, in lower case and with slashes: their names
	// are compared so (ECMA-376-2, 6.3.5). A name that occurs twice leads to nil.
	parts map[string]*zip.File
	// scanners lends out scanners that have served before.
	scanners *sync.Pool
	// reading is the part that was opened last, as a reason names it.
	reading string
}

// openArchive reads the directory of a payload.
func openArchive(ctx context.Context, c *content, limits Limits, scanners *sync.Pool) (*archive, error) {
	switch {
	case c.size == 0:
		return nil, &flaw{rule: ruleEmpty}
	case bytes.Equal(c.head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return nil, &flaw{rule: ruleEncrypted}
	case !bytes.HasPrefix(c.head, []byte("PK")):
		return nil, &flaw{rule: ruleNoWorkbook}
	}
	d := &disk{r: c.reader, left: directoryBytes}
	z, err := zip.NewReader(d, c.size)
	switch {
	case d.err != nil:
		return nil, d.err
	case d.left < 0:
		return nil, &flaw{rule: ruleBomb}
	case err != nil:
		return nil, &flaw{rule: ruleTruncated}
	}
	d.unlimited = true
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		return flate.NewReader(bufio.NewReaderSize(r, readBytes))
	})
	a := &archive{ctx: ctx, limits: limits, disk: d, scanners: scanners, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		name := partName(f.Name)
		if _, twice := a.parts[name]; twice {
			f = nil
		}
		a.parts[name] = f
	}
	return a, nil
}

// partName returns the name that a part is found by.
func partName(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// has reports whether the archive holds a part.
func (a *archive) has(name string) bool {
	_, ok := a.parts[partName(name)]
	return ok
}

// open returns the decompressed bytes of a part. The caller closes it.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f, found := a.parts[partName(name)]
	switch {
	case !found, f == nil, f.Method != zip.Store && f.Method != zip.Deflate:
		return nil, &flaw{rule: ruleBroken}
	case f.Flags&encryptedFlag != 0:
		return nil, &flaw{rule: ruleEncrypted}
	case f.UncompressedSize64 > uint64(a.limits.MemberBytes):
		return nil, &flaw{rule: ruleBomb}
	}
	r, err := f.Open()
	if err != nil {
		return nil, a.judge(err)
	}
	return &partReader{ReadCloser: r, archive: a, compressed: int64(min(f.CompressedSize64, 1<<62))}, nil
}

// judge tells what an error of unpacking means: the spill file fails, or the
// archive is broken.
func (a *archive) judge(error) error {
	if a.disk.err != nil {
		return a.disk.err
	}
	return &flaw{rule: ruleBroken}
}

// partReader reads a part and counts its bytes against the limits. What an
// archive declares is not trusted.
type partReader struct {
	io.ReadCloser
	archive    *archive
	compressed int64
	size       int64
}

// Read implements io.Reader.
func (p *partReader) Read(b []byte) (int, error) {
	if err := p.archive.ctx.Err(); err != nil {
		return 0, fmt.Errorf("read workbook: %w", err)
	}
	n, err := p.ReadCloser.Read(b)
	p.size += int64(n)
	limits := p.archive.limits
	if p.size > limits.MemberBytes.Bytes() || p.size > freeBytes && p.size/int64(limits.Ratio) > p.compressed {
		return 0, &flaw{rule: ruleBomb}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, p.archive.judge(err)
	}
	return n, err
}

// disk reads the payload at any place. It bounds what the directory takes, and
// keeps the errors of the place that the payload lies in, which are not the
// payload's own.
type disk struct {
	r         io.ReaderAt
	left      int64
	unlimited bool
	err       error
}

// What the directory of an archive may do wrong to whoever reads it: it is too
// large, or leads to a place before the first byte. The archive is judged by it;
// nobody sees these errors.
var (
	errDirectory = errors.New("the directory of the archive is too large")
	errPlace     = errors.New("the directory of the archive leads astray")
)

// ReadAt implements io.ReaderAt.
func (d *disk) ReadAt(b []byte, at int64) (int, error) {
	if at < 0 {
		return 0, errPlace
	}
	if !d.unlimited {
		if d.left -= int64(len(b)); d.left < 0 {
			return 0, errDirectory
		}
	}
	n, err := d.r.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) && d.err == nil {
		d.err = err
	}
	return n, err
}
