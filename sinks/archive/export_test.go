package archive

import (
	"crypto/sha256"
	"errors"
	"io"
)

// Fault stands around a step: it decides whether do takes place, and what the
// caller is told.
type Fault func(do func() error) error

// Faults are put around the steps of sealing. A nil fault changes nothing.
type Faults struct {
	Write, Sync, Close, Rename, SyncDir Fault
}

// Inject puts faults around the steps of the store's bundles.
func (s *Store) Inject(f Faults) {
	real := osDisk()
	s.disk = disk{
		create: func(path string) (file, error) {
			opened, err := real.create(path)
			return &faultyFile{file: opened, faults: f}, err
		},
		rename:  func(from, to string) error { return f.Rename.around(func() error { return real.rename(from, to) }) },
		syncDir: func(path string) error { return f.SyncDir.around(func() error { return real.syncDir(path) }) },
	}
}

func (f Fault) around(do func() error) error {
	if f == nil {
		return do()
	}
	return f(do)
}

type faultyFile struct {
	file
	faults Faults
}

func (f *faultyFile) Write(p []byte) (n int, err error) {
	err = f.faults.Write.around(func() error {
		n, err = f.file.Write(p)
		return err
	})
	return n, err
}

func (f *faultyFile) Sync() error  { return f.faults.Sync.around(f.file.Sync) }
func (f *faultyFile) Close() error { return f.faults.Close.around(f.file.Close) }

// ReadFrames reads opened and decompressed bytes as frames, and returns the sizes
// of the payloads that are whole.
func ReadFrames(r io.Reader) (sizes []int64, err error) {
	f, err := newFrameReader(r)
	if err != nil {
		return nil, err
	}
	for {
		if _, err := f.next(); err != nil {
			if errors.Is(err, errDone) {
				return sizes, nil
			}
			return nil, err
		}
		n, err := io.Copy(io.Discard, f)
		if errors.Is(err, errVoid) {
			continue
		}
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, n)
	}
}

// WriteFrames writes payloads as frames, those that are nil as void.
func WriteFrames(w io.Writer, payloads ...[]byte) error {
	f := frameWriter{w: w}
	b := &Bundle{frames: f, seen: map[int64]struct{}{}, hash: sha256.New()}
	err := f.magic()
	for i, p := range payloads {
		err = errors.Join(err, b.Begin(int64(i)+1))
		_, werr := b.Write(p)
		err = errors.Join(err, werr)
		if p == nil {
			b.Abort()
			continue
		}
		_, _, eerr := b.End()
		err = errors.Join(err, eerr)
	}
	return errors.Join(err, f.end(b.payloads))
}
