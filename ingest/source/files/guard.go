package files

import (
	"archive/zip"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"thidua/ingest/source"
)

// freeBytes is how far a payload may be decompressed before its ratio is judged. A
// small table of zeros is no attack.
const freeBytes = 16 << 20

// guard reads decompressed bytes and counts them against the limits. Every error
// but io.EOF is a *source.Unreadable, or one of the disk, and stays.
type guard struct {
	item  source.Item
	r     io.Reader
	disk  *disk
	close func() error

	maxBytes int64
	ratio    int64
	// compressed is how many bytes the payload takes on disk.
	compressed int64

	sizeBytes int64
	err       error
}

// Read reads on, up to the first byte beyond a limit.
func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	g.sizeBytes += int64(n)
	if g.exceeds() {
		g.err = archiveBomb.of(g.item)
		return 0, g.err
	}
	if err != nil {
		g.err = g.judge(err)
	}
	return n, g.err
}

func (g *guard) exceeds() bool {
	return g.sizeBytes > g.maxBytes ||
		g.sizeBytes > freeBytes && g.sizeBytes/g.ratio > g.compressed
}

// judge tells what an error of decompressing means.
func (g *guard) judge(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	// The reader of archives says ErrFormat of a member with more bytes than its
	// entry declares.
	if g.disk.err == nil && (errors.Is(err, zip.ErrFormat) || errors.Is(err, zstd.ErrWindowSizeExceeded)) {
		return archiveBomb.of(g.item)
	}
	return g.judgeOpen(err)
}

// judgeOpen tells what an error before the first byte means. There the end of the
// file is as wrong as anything else.
func (g *guard) judgeOpen(error) error {
	if g.disk.err != nil {
		return g.disk.err
	}
	return archiveBroken.of(g.item)
}

// Close closes the payload and, where it was opened for it, the file.
func (g *guard) Close() error { return g.close() }
