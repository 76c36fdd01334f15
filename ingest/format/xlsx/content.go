package xlsx

import (
	"bytes"
	"context"
	"errors"
	"io"

	"thidua/ingest/format"
	"thidua/ingest/spool"
)

// memoryBytes is the size up to which a payload is kept in memory; a larger one
// goes to a spill file.
const memoryBytes = 8 << 20

// content is a payload that can be read at any place, as the directory of an
// archive demands. It is closed by whoever kept it.
type content struct {
	reader io.ReaderAt
	size   int64
	// head is what the payload begins with.
	head  []byte
	spool *spool.Spool
}

// keep reads r to its end.
func keep(ctx context.Context, r io.Reader, spoolDir string) (*content, error) {
	source := format.NewReader(ctx, r, "workbook")
	var start bytes.Buffer
	n, err := start.ReadFrom(io.LimitReader(source, memoryBytes+1))
	if err != nil {
		return nil, err
	}
	c := &content{reader: bytes.NewReader(start.Bytes()), size: n, head: start.Bytes()[:min(n, headBytes)]}
	if n <= memoryBytes {
		return c, nil
	}
	if c.spool, err = spool.New(spoolDir); err != nil {
		return nil, err
	}
	c.head = bytes.Clone(c.head)
	if err := c.fill(io.MultiReader(&start, source)); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// fill moves the payload to the spill file.
func (c *content) fill(r io.Reader) error {
	size, err := io.Copy(c.spool, r)
	if err != nil {
		return err
	}
	c.reader, c.size = c.spool, size
	return c.spool.Flush()
}

// close forgets the payload.
func (c *content) close() error {
	if c.spool == nil {
		return nil
	}
	return c.spool.Close()
}
