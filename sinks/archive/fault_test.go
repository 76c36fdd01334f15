package archive_test

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"thidua/sinks/archive"
)

var errFault = errors.New("injected")

// before fails and does not take place; after takes place and fails all the same.
func before(func() error) error   { return errFault }
func after(do func() error) error { return errors.Join(do(), errFault) }

// TestSealFaults puts a fault before and after each step. Whatever happens, Seal
// returns an error, nothing partial stays, and Sweep makes the name free again.
func TestSealFaults(t *testing.T) {
	tests := []struct {
		name   string
		faults archive.Faults
		// left is how many bundles Sweep finds that nobody refers to.
		left int
	}{
		{"sync fails", archive.Faults{Sync: before}, 0},
		{"sync takes place and fails", archive.Faults{Sync: after}, 0},
		{"close fails", archive.Faults{Close: before}, 0},
		{"close takes place and fails", archive.Faults{Close: after}, 0},
		{"rename fails", archive.Faults{Rename: before}, 0},
		{"rename takes place and fails", archive.Faults{Rename: after}, 1},
		{"sync of folder fails", archive.Faults{SyncDir: before}, 1},
		{"sync of folder takes place and fails", archive.Faults{SyncDir: after}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			recipient, id := keys(t)
			dir := t.TempDir()
			s := open(t, dir, recipient)
			s.Inject(tt.faults)
			b := create(t, s, name)
			put(t, b, 1, []byte("content"), 7)
			if _, err := b.Seal(); !errors.Is(err, errFault) {
				t.Fatalf("seal: error = %v", err)
			}
			for _, f := range files(t, dir) {
				if strings.HasSuffix(f, ".partial") {
					t.Errorf("%s stays", f)
				}
			}
			removed, err := s.Sweep(func(string) bool { return false })
			if err != nil || removed != tt.left {
				t.Errorf("sweep removed %d, want %d, %v", removed, tt.left, err)
			}

			s.Inject(archive.Faults{})
			b = create(t, s, name)
			put(t, b, 1, []byte("content"), 7)
			seal(t, b)
			if err := s.Extract(name, 1, id, io.Discard); err != nil {
				t.Errorf("after the repair: %v", err)
			}
		})
	}
}

// TestDiskFull lets the disk fill up at each write in turn, the last within Seal.
func TestDiskFull(t *testing.T) {
	recipient, _ := keys(t)
	for _, fault := range []struct {
		name string
		fn   archive.Fault
	}{
		{"nothing written", func(func() error) error { return syscall.ENOSPC }},
		{"written all the same", func(do func() error) error { return errors.Join(do(), syscall.ENOSPC) }},
	} {
		t.Run(fault.name, func(t *testing.T) {
			failed := 0
			for allowed := 0; ; allowed++ {
				dir := t.TempDir()
				s := open(t, dir, recipient)
				left := allowed
				s.Inject(archive.Faults{Write: func(do func() error) error {
					if left--; left < 0 {
						return fault.fn(do)
					}
					return do()
				}})
				err := write(s, text(1<<20))
				if err == nil {
					break
				}
				failed++
				if !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("after %d writes: error = %v", allowed, err)
				}
				if got := files(t, dir); len(got) != 0 {
					t.Errorf("after %d writes: %v stay", allowed, got)
				}
			}
			if failed < 5 {
				t.Errorf("the disk was full %d times only", failed)
			}
		})
	}
}

// write makes a bundle of one payload, and discards it at the first error.
func write(s *archive.Store, content []byte) error {
	b, err := s.Create(name)
	if err != nil {
		return err
	}
	if err := b.Begin(1); err != nil {
		return errors.Join(err, b.Discard())
	}
	for len(content) > 0 {
		n, err := b.Write(content[:min(len(content), 100_000)])
		if err != nil {
			// The error stays: no later step may make the bundle look whole.
			_, _, again := b.End()
			if again == nil {
				return errors.New("End succeeded after a failed Write")
			}
			return errors.Join(err, b.Discard())
		}
		content = content[n:]
	}
	if _, _, err := b.End(); err != nil {
		return errors.Join(err, b.Discard())
	}
	_, err = b.Seal()
	return err
}

func TestDiscard(t *testing.T) {
	recipient, _ := keys(t)
	dir := t.TempDir()
	b := create(t, open(t, dir, recipient), name)
	put(t, b, 1, []byte("content"), 7)
	for range 2 {
		if err := b.Discard(); err != nil {
			t.Fatal(err)
		}
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("%v stay", got)
	}
	if err := b.Begin(2); !errors.Is(err, archive.ErrOutOfTurn) {
		t.Errorf("begin after discard: %v", err)
	}
}
