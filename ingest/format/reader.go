package format

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Reader is a payload as a format reads it. It stops when the context ends, and
// says what was read where a read fails, so that these errors are told from what
// is wrong with the content.
type Reader struct {
	ctx  context.Context
	r    io.Reader
	what string
}

// NewReader reads r under ctx. What names the kind of payload in errors, such as
// "claim file".
func NewReader(ctx context.Context, r io.Reader, what string) *Reader {
	return &Reader{ctx: ctx, r: r, what: what}
}

// Read implements io.Reader.
func (r *Reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, fmt.Errorf("read %s: %w", r.what, err)
	}
	n, err := r.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read %s: %w", r.what, err)
	}
	return n, err
}

// Finish returns the error of an Inspect. Where that is a *Refusal the rest of the
// payload is read before, so that a caller that hashes has hashed all of it; an
// error of these reads takes its place.
func (r *Reader) Finish(err error) error {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if _, failed := io.Copy(io.Discard, r); failed != nil {
		return failed
	}
	return err
}
