package archive

import (
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// maxWindowBytes bounds the memory that a bundle can ask of a reader. The
// compressor of this package uses eight times less.
const maxWindowBytes = 64 << 20

// Extract writes one payload to w. The bundle is read twice, first to check the
// payload, so that w receives bytes of a whole payload or none; only a file that
// changes meanwhile, or fails to be read, can leave w with a part and an error.
//
// It returns ErrNoIdentity, ErrWrongKey, ErrNoPayload, ErrDamaged, or what reading
// and writing returned.
func (s *Store) Extract(name string, payload int64, id age.Identity, w io.Writer) error {
	whole, err := s.scan(name, id, payload)
	if err != nil {
		return err
	}
	if !whole[payload] {
		return fmt.Errorf("bundle %s: payload %d: %w", name, payload, ErrNoPayload)
	}
	return s.read(name, id, func(f *frameReader) error {
		for {
			found, err := f.next()
			if err != nil {
				return err
			}
			if found != payload {
				continue
			}
			if err := copyPayload(w, f); err != nil {
				return err
			}
			return errDone
		}
	})
}

// Each calls fn for the payloads of a bundle in the order they were written, void
// ones left out. The whole bundle is checked before the first call. fn need not
// read to the end, and r ends when it returns; an error of fn stops and is
// returned as it is.
func (s *Store) Each(name string, id age.Identity, fn func(payload int64, r io.Reader) error) error {
	whole, err := s.scan(name, id, 0)
	if err != nil {
		return err
	}
	return s.read(name, id, func(f *frameReader) error {
		for {
			payload, err := f.next()
			if err != nil {
				return err
			}
			if !whole[payload] {
				continue
			}
			if err := fn(payload, f); err != nil {
				return &callerError{err}
			}
		}
	})
}

// scan reads the bundle to the end of the payload until, or to its own end where
// that is zero, and returns the payloads that are whole.
func (s *Store) scan(name string, id age.Identity, until int64) (map[int64]bool, error) {
	whole := map[int64]bool{}
	err := s.read(name, id, func(f *frameReader) error {
		for {
			payload, err := f.next()
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, f)
			if err != nil && !errors.Is(err, errVoid) {
				return err
			}
			whole[payload] = err == nil
			if payload == until {
				return errDone
			}
		}
	})
	return whole, err
}

// read opens the layers of a bundle for fn, which returns errDone where it is done,
// and tells a wrong key, a damaged bundle and a failing disk apart.
func (s *Store) read(name string, id age.Identity, fn func(*frameReader) error) error {
	if id == nil {
		return ErrNoIdentity
	}
	if !s.name.MatchString(name) {
		return ErrName
	}
	f, err := os.Open(s.path(name))
	if err != nil {
		return fmt.Errorf("bundle %s: %w", name, err)
	}
	defer f.Close()

	disk := &watchedReader{r: f}
	err = readLayers(disk, id, fn)
	var noMatch *age.NoIdentityMatchError
	var caller *callerError
	switch {
	case errors.Is(err, errDone):
		return nil
	case errors.As(err, &caller):
		return caller.err
	case errors.As(err, &noMatch):
		return fmt.Errorf("bundle %s: %w", name, ErrWrongKey)
	case disk.err != nil:
		return fmt.Errorf("bundle %s: %w", name, disk.err)
	default:
		return fmt.Errorf("bundle %s: %w: %w", name, ErrDamaged, err)
	}
}

func readLayers(r io.Reader, id age.Identity, fn func(*frameReader) error) error {
	opened, err := age.Decrypt(r, id)
	if err != nil {
		return err
	}
	zip, err := zstd.NewReader(opened, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindowBytes))
	if err != nil {
		return err
	}
	defer zip.Close()
	frames, err := newFrameReader(zip)
	if err != nil {
		return err
	}
	return fn(frames)
}

// copyPayload copies the open payload, and marks errors of w as the caller's.
func copyPayload(w io.Writer, f *frameReader) error {
	out := &watchedWriter{w: w}
	_, err := io.Copy(out, f)
	if out.err != nil {
		return &callerError{fmt.Errorf("write payload: %w", out.err)}
	}
	return err
}

// callerError carries an error of the caller's own function through the layers.
type callerError struct{ err error }

func (c *callerError) Error() string { return c.err.Error() }

// watchedReader remembers the error of the disk, which the layers above it may
// not pass on in a form that can be recognised.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// watchedWriter does the same for the writer of the caller.
type watchedWriter struct {
	w   io.Writer
	err error
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if err != nil {
		w.err = err
	}
	return n, err
}
