package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"thidua/ingest/source"
)

// maxWindowBytes bounds the memory that a .zst file can ask for.
const maxWindowBytes = 64 << 20

// payload is a file that stands for itself.
type payload struct {
	source *Source
	item   source.Item
	path   string
}

// Item returns the file as it was listed.
func (p *payload) Item() source.Item { return p.item }

// Open opens the file and undoes its compression. A file that is gone has changed.
func (p *payload) Open() (io.ReadCloser, error) {
	f, err := p.open()
	if err != nil {
		return nil, err
	}
	d := &disk{f: f}
	ending := codec(p.path)
	if ending == "" {
		return d, nil
	}
	g := &guard{
		item: p.item, disk: d, close: d.Close,
		maxBytes:   p.source.config.Limits.MemberBytes.Bytes(),
		ratio:      int64(p.source.config.Limits.Ratio),
		compressed: p.item.SizeBytes,
	}
	if err := g.decompress(ending); err != nil {
		_ = f.Close()
		return nil, err
	}
	return g, nil
}

// decompress puts the decompressor that ending stands for over the file.
func (g *guard) decompress(ending string) error {
	if ending == ".gz" {
		z, err := gzip.NewReader(g.disk)
		if err != nil {
			return g.judgeOpen(err)
		}
		g.r = z
		return nil
	}
	z, err := zstd.NewReader(g.disk, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindowBytes))
	if err != nil {
		return g.judgeOpen(err)
	}
	closeFile := g.close
	g.r = z
	g.close = func() error { z.Close(); return closeFile() }
	return nil
}

// open opens the file itself, and nothing that has taken its place.
func (p *payload) open() (*os.File, error) {
	f, err := os.OpenFile(p.path, os.O_RDONLY|openFlags, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, source.ErrChanged
	case errors.Is(err, fs.ErrPermission):
		return nil, fileUnreadable.of(p.item)
	case err != nil:
		return nil, fmt.Errorf("open file: %w", cause(err))
	}
	stat, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open file: %w", cause(err)), f.Close())
	}
	if !stat.Mode().IsRegular() {
		return nil, errors.Join(source.ErrChanged, f.Close())
	}
	return f, nil
}

// Verify looks at the file again: size, time and inode have to be those listed.
func (p *payload) Verify() error {
	stat, err := os.Lstat(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return source.ErrChanged
	}
	if err != nil {
		return fmt.Errorf("verify file: %w", cause(err))
	}
	number, _ := inode(stat)
	if !stat.Mode().IsRegular() || stat.Size() != p.item.SizeBytes || number != p.item.Inode ||
		!stat.ModTime().Equal(p.item.ModifiedAt) {
		return source.ErrChanged
	}
	return nil
}

// Done moves the file where the configuration says so.
func (p *payload) Done(ok bool) error { return p.move(ok) }
