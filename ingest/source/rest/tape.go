package rest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"thidua/ingest/spool"
)

// memoryBytes is what a window may hold in memory. What is larger goes to a spool.
const memoryBytes = 8 << 20

// tape takes the bytes of a window in order. It can be wound back to an earlier
// place, so that what came of an attempt that failed is not among them.
type tape struct {
	dir    string
	memory []byte
	spool  *spool.Spool
	// kept are the stretches of the spool that count, but for the last one, which
	// begins at from and reaches to the end of the spool.
	kept []stretch
	from int64
	// sizeBytes is the number of bytes that count.
	sizeBytes int64
	closed    bool
}

type stretch struct{ from, bytes int64 }

var errClosed = errors.New("payload is read after its time")

// Write appends b.
func (t *tape) Write(b []byte) (int, error) {
	if t.spool == nil && len(t.memory)+len(b) > memoryBytes {
		if err := t.spill(); err != nil {
			return 0, err
		}
	}
	if t.spool == nil {
		t.memory = append(t.memory, b...)
	} else if _, err := t.spool.Write(b); err != nil {
		return 0, err
	}
	t.sizeBytes += int64(len(b))
	return len(b), nil
}

// spill moves what is in memory to a spool.
func (t *tape) spill() error {
	s, err := spool.New(t.dir)
	if err != nil {
		return err
	}
	t.spool = s
	_, err = s.Write(t.memory)
	t.memory = nil
	return err
}

// rewind takes back what was written since the tape had this size.
func (t *tape) rewind(sizeBytes int64) {
	t.sizeBytes = sizeBytes
	if t.spool == nil {
		t.memory = t.memory[:sizeBytes]
		return
	}
	for i, k := range t.kept {
		if sizeBytes <= k.bytes {
			t.kept = append(t.kept[:i], stretch{k.from, sizeBytes})
			t.from = t.spool.Size()
			return
		}
		sizeBytes -= k.bytes
	}
	t.kept = append(t.kept, stretch{t.from, sizeBytes})
	t.from = t.spool.Size()
}

// open returns a reader over the bytes.
func (t *tape) open() (io.ReadCloser, error) {
	switch {
	case t.closed:
		return nil, errClosed
	case t.spool == nil:
		return io.NopCloser(bytes.NewReader(t.memory)), nil
	}
	if err := t.spool.Flush(); err != nil {
		return nil, err
	}
	var readers []io.Reader
	for _, k := range append(t.kept[:len(t.kept):len(t.kept)], stretch{t.from, t.spool.Size() - t.from}) {
		readers = append(readers, io.NewSectionReader(t.spool, k.from, k.bytes))
	}
	return io.NopCloser(bufio.NewReaderSize(io.MultiReader(readers...), 256<<10)), nil
}

// close forgets the bytes.
func (t *tape) close() error {
	t.closed, t.memory = true, nil
	if t.spool == nil {
		return nil
	}
	if err := t.spool.Close(); err != nil {
		return fmt.Errorf("forget a window: %w", err)
	}
	return nil
}
