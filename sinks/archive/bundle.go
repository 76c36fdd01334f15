package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// ErrOutOfTurn says that the steps of a bundle were called in a wrong order: a
// payload begun inside another, written outside one, or given twice.
var ErrOutOfTurn = errors.New("step of a bundle is out of turn")

// Ref is what the ledger keeps of a sealed bundle.
type Ref struct {
	// Name finds the bundle again.
	Name string
	// SizeBytes is its size on disk.
	SizeBytes int64
	// Payloads counts those that are whole.
	Payloads int
}

// Bundle is a file of payloads that is being written. Bytes go through it as they
// come: it holds one chunk, and the window of the compressor, whatever the size of
// a payload. After an error of writing every further step returns that error, and
// the bundle can only be discarded.
type Bundle struct {
	store *Store
	name  string
	file  *countedFile
	seal  io.WriteCloser
	zip   *zstd.Encoder

	frames   frameWriter
	seen     map[int64]struct{}
	payloads int

	payload   int64
	sizeBytes int64
	hash      hash.Hash

	err  error
	done bool
}

// Create begins the bundle of this name in a partial file that nobody refers to.
// A crash before Seal leaves that file to Sweep.
func (s *Store) Create(name string) (*Bundle, error) {
	if !s.name.MatchString(name) {
		return nil, ErrName
	}
	if len(s.recipients) == 0 {
		return nil, ErrNoRecipient
	}
	if _, err := os.Lstat(s.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(ErrExists, err)
	}
	if err := os.MkdirAll(filepath.Dir(s.partial(name)), 0o700); err != nil {
		return nil, fmt.Errorf("bundle %s: %w", name, err)
	}
	f, err := s.disk.create(s.partial(name))
	if errors.Is(err, fs.ErrExist) {
		return nil, ErrExists
	}
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", name, err)
	}
	b := &Bundle{store: s, name: name, file: &countedFile{file: f}, seen: map[int64]struct{}{}, hash: sha256.New()}
	if err := b.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("bundle %s: %w", name, err), b.Discard())
	}
	return b, nil
}

// begin stacks the layers of the file and writes the magic line.
func (b *Bundle) begin() error {
	var err error
	if b.seal, err = age.Encrypt(b.file, b.store.recipients...); err != nil {
		return err
	}
	b.zip, err = zstd.NewWriter(b.seal, zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return err
	}
	b.frames = frameWriter{w: b.zip}
	return b.frames.magic()
}

// Begin opens the payload of this number, which is greater than zero and new to
// the bundle.
func (b *Bundle) Begin(payload int64) error {
	if b.err != nil {
		return b.err
	}
	_, twice := b.seen[payload]
	if b.done || b.payload != 0 || payload <= 0 || twice {
		return fmt.Errorf("begin payload %d: %w", payload, ErrOutOfTurn)
	}
	if err := b.frames.header(payload); err != nil {
		return b.fail(err)
	}
	b.seen[payload] = struct{}{}
	b.payload, b.sizeBytes = payload, 0
	b.hash.Reset()
	return nil
}

// Write adds bytes to the open payload.
func (b *Bundle) Write(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.payload == 0 {
		return 0, fmt.Errorf("write payload: %w", ErrOutOfTurn)
	}
	b.hash.Write(p)
	b.sizeBytes += int64(len(p))
	if err := b.frames.write(p); err != nil {
		return 0, b.fail(err)
	}
	return len(p), nil
}

// End closes the open payload and returns its size and SHA-256 as written.
func (b *Bundle) End() (sizeBytes int64, sum [32]byte, err error) {
	if b.err != nil {
		return 0, sum, b.err
	}
	if b.payload == 0 {
		return 0, sum, fmt.Errorf("end payload: %w", ErrOutOfTurn)
	}
	b.hash.Sum(sum[:0])
	err = b.frames.trailer(trailer{SizeBytes: b.sizeBytes, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return 0, sum, b.fail(err)
	}
	b.payload = 0
	b.payloads++
	return b.sizeBytes, sum, nil
}

// Abort drops the open payload, if there is one: it is marked void, and readers
// pass over it. Its bytes stay in the file; where no payload is left that is
// whole, Discard is better than Seal.
func (b *Bundle) Abort() {
	if b.err != nil || b.payload == 0 {
		return
	}
	if err := b.frames.trailer(trailer{Void: true}); err != nil {
		_ = b.fail(err)
	}
	b.payload = 0
}

// Payloads counts the payloads that are whole so far.
func (b *Bundle) Payloads() int { return b.payloads }

// Seal finishes the bundle and puts it in its place. When it returns a Ref, the
// bundle outlives a loss of power, and a commit may refer to it. When it returns an
// error, the bundle is discarded.
func (b *Bundle) Seal() (Ref, error) {
	if b.done || b.payload != 0 {
		return Ref{}, fmt.Errorf("seal bundle: %w", ErrOutOfTurn)
	}
	if b.err == nil {
		if err := b.finish(); err != nil {
			_ = b.fail(err)
		}
	}
	if err := b.err; err != nil {
		return Ref{}, errors.Join(err, b.Discard())
	}
	b.done = true
	return Ref{Name: b.name, SizeBytes: b.file.sizeBytes, Payloads: b.payloads}, nil
}

// finish takes the steps of Seal.
func (b *Bundle) finish() error {
	// A crash up to the rename leaves a partial file, cut anywhere. Sweep removes
	// it, and the round is repeated from its payloads.
	if err := errors.Join(b.frames.end(b.payloads), b.zip.Close(), b.seal.Close()); err != nil {
		return err
	}
	// The bytes before the name: otherwise a loss of power could leave the final
	// name on a file without its end.
	if err := b.file.Sync(); err != nil {
		return err
	}
	if err := b.file.Close(); err != nil {
		return err
	}
	path := b.store.path(b.name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// A crash after the rename leaves a whole bundle that no commit refers to.
	// Sweep removes it. The same holds where the rename reports an error although
	// it took place.
	if err := b.store.disk.rename(b.store.partial(b.name), path); err != nil {
		return err
	}
	// Names are durable once their folders are, the folders above included, which
	// may be new. Until then a loss of power may take the bundle back, and that is
	// why the commit waits for this.
	for _, dir := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path)), b.store.dir} {
		if err := b.store.disk.syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// Discard removes the partial file. It does nothing to a sealed bundle and may be
// called twice. A crash before the removal leaves the file to Sweep.
func (b *Bundle) Discard() error {
	if b.done {
		return nil
	}
	b.done = true
	b.err = fmt.Errorf("discarded bundle: %w", ErrOutOfTurn)
	_ = b.file.Close()
	err := os.Remove(b.store.partial(b.name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("discard bundle %s: %w", b.name, err)
	}
	return nil
}

// fail remembers the first error of writing. What the file holds after it is
// unknown, so nothing more is written.
func (b *Bundle) fail(err error) error {
	b.err = fmt.Errorf("bundle %s: %w", b.name, err)
	return b.err
}

// countedFile counts what reaches the file.
type countedFile struct {
	file
	sizeBytes int64
}

func (c *countedFile) Write(p []byte) (int, error) {
	n, err := c.file.Write(p)
	c.sizeBytes += int64(n)
	return n, err
}
