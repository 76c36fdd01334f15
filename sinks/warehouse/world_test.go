package warehouse_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
)

// TestClock sets the clock back between two openings.
func TestClock(t *testing.T) {
	t.Parallel()
	dir := base(t)
	cases := []struct {
		name string
		back time.Duration
		want error
	}{
		{"not at all", 0, nil},
		{"by seconds", 30 * time.Second, nil},
		{"by five minutes", 5 * time.Minute, nil},
		{"by more", 5*time.Minute + time.Second, warehouse.ErrClock},
		{"by years", 10 * 365 * 24 * time.Hour, warehouse.ErrClock},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			settings, now := config(t, copied(t, dir)), newClock()
			settings.Now = now.now
			now.pass(-c.back)
			w, err := warehouse.Open(t.Context(), settings)
			if !errors.Is(err, c.want) {
				t.Fatalf("want %v, got %v", c.want, err)
			}
			if err != nil {
				if !strings.Contains(err.Error(), "2026-06-14T01:00:00Z") {
					t.Errorf("the sentence should name the last commit: %v", err)
				}
				return
			}
			t.Cleanup(func() { _ = w.Close() })
			_, before := w.LastCommit()
			r := begin(t, w, settings)
			for range 3 {
				load(t, r, newShipment(t, 1).chunk())
				_, after := w.LastCommit()
				if !after.After(before) {
					t.Errorf("a commit at %s follows one at %s", after, before)
				}
				before = after
			}
			if n := number(t, w, "SELECT count(DISTINCT committed_at) FROM records.applied"); n != 4 {
				t.Errorf("4 commits have %d instants", n)
			}
		})
	}
}

// digests returns the digests of the files of a warehouse.
func digests(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	found := make(map[string][32]byte)
	for _, name := range []string{warehouse.RecordsFile, warehouse.InternalFile} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		found[name] = sha256.Sum256(text)
	}
	return found
}

// TestDamage spoils a file. The opening says so and writes nothing over it.
func TestDamage(t *testing.T) {
	t.Parallel()
	dir := base(t)
	overwrite := func(at int64, text string) func(*os.File) error {
		return func(f *os.File) error {
			_, err := f.WriteAt([]byte(text), at)
			return err
		}
	}
	cases := []struct {
		name  string
		spoil func(*os.File) error
	}{
		{"another file", overwrite(0, strings.Repeat("this is no database ", 500))},
		{"a header", overwrite(8, strings.Repeat("x", 4000))},
		{"both heads", overwrite(4096, strings.Repeat("x", 8192))},
		{"cut short", func(f *os.File) error { return f.Truncate(10_000) }},
		{"cut to the first block", func(f *os.File) error { return f.Truncate(12_288) }},
	}
	for _, c := range cases {
		for _, name := range []string{warehouse.RecordsFile, warehouse.InternalFile} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				settings := config(t, copied(t, dir))
				file, err := os.OpenFile(filepath.Join(settings.Dir, name), os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(c.spoil(file), file.Close()); err != nil {
					t.Fatal(err)
				}
				before := digests(t, settings.Dir)
				w, err := warehouse.Open(t.Context(), settings)
				if err == nil {
					err = errors.Join(errors.New("opened"), w.Close())
				}
				if !errors.Is(err, warehouse.ErrCorrupt) || !strings.Contains(err.Error(), name) {
					t.Errorf("the file should be told as damaged: %v", err)
				}
				if strings.Contains(err.Error(), settings.Dir) {
					t.Error("the sentence holds a path")
				}
				if diff := cmp.Diff(before, digests(t, settings.Dir)); diff != "" {
					t.Error("a damaged file, or the one beside it, was written")
				}
			})
		}
	}
}

// TestHalfOfThePairIsMissing takes one of the files away: the other one is not
// continued with an empty half.
func TestHalfOfThePairIsMissing(t *testing.T) {
	t.Parallel()
	dir := base(t)
	for _, name := range []string{warehouse.RecordsFile, warehouse.InternalFile} {
		t.Run(name, func(t *testing.T) {
			c := config(t, copied(t, dir))
			away := filepath.Join(t.TempDir(), name)
			if err := os.Rename(filepath.Join(c.Dir, name), away); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := warehouse.Open(t.Context(), c); !errors.Is(err, warehouse.ErrCorrupt) || !strings.Contains(err.Error(), name) {
					t.Errorf("the missing file should be told: %v", err)
				}
			}
			if err := os.Rename(away, filepath.Join(c.Dir, name)); err != nil {
				t.Fatal(err)
			}
			if n := number(t, open(t, c), "SELECT count(*) FROM records.main.visit"); n != 3 {
				t.Errorf("brought back: %d visits of 3 stand", n)
			}
		})
	}
}

// TestFirstOpeningThatWasInterrupted leaves one file of a pair that never held
// anything.
func TestFirstOpeningThatWasInterrupted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{warehouse.RecordsFile, warehouse.InternalFile} {
		t.Run(name, func(t *testing.T) {
			c := config(t, t.TempDir())
			if err := open(t, c).Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(filepath.Join(c.Dir, name)); err != nil {
				t.Fatal(err)
			}
			w := open(t, c)
			r := begin(t, w, c)
			load(t, r, firstChunk(newShipment(t, 1)))
			end(t, r)
			checkAccounts(t, w)
		})
	}
}

// TestHeldByAnotherProcess opens a warehouse that another process holds.
func TestHeldByAnotherProcess(t *testing.T) {
	t.Parallel()
	c := config(t, base(t))
	holder := helper(t, "hold", c.Dir)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the holder says %q, %v", line, err)
	}
	_, err = warehouse.Open(t.Context(), c)
	if !errors.Is(err, warehouse.ErrLocked) || !strings.Contains(err.Error(), "wait for that process, or read published/current") {
		t.Errorf("the sentence should say what to do: %v", err)
	}
	if strings.Contains(err.Error(), c.Dir) {
		t.Error("the sentence holds a path")
	}
	if err := errors.Join(in.Close(), holder.Wait()); err != nil {
		t.Fatal(err)
	}
	if n := number(t, open(t, c), "SELECT count(*) FROM records.main.visit"); n != 3 {
		t.Errorf("%d visits of 3 stand", n)
	}
}

// hold is the helper that holds a warehouse until its input ends.
func hold(args []string) error {
	w, err := warehouse.Open(context.Background(), config(&bareTB{}, args[0]))
	if err != nil {
		return err
	}
	fmt.Println("held")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, w.Close())
}
