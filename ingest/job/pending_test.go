package job_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/job"
	"thidua/transform/record"
)

// waiting makes n lines with absent, empty and long fields among them.
func waiting(n int) []record.Record {
	lines := make([]record.Record, n)
	for i := range lines {
		lines[i] = record.Record{Kind: i % 3, Line: int32(i), Fields: [][]byte{
			nil, {}, fmt.Appendf(nil, "the secret of line %d", i), bytes.Repeat([]byte("long secret "), i%50),
		}[:i%5]}
	}
	return lines
}

func TestLinesWaitInMemoryAndOnDisk(t *testing.T) {
	for _, bound := range []int{1 << 30, 4096, 1} {
		dir := t.TempDir()
		p := job.NewPending(dir, bound)
		// The second time it works with what it used before.
		for range 2 {
			lines := waiting(100)
			for i := range lines {
				if err := p.Add(&lines[i]); err != nil {
					t.Fatal(err)
				}
			}
			file, err := p.Spill()
			if err != nil || (file != nil) != (bound < 1<<30) {
				t.Fatalf("bound %d: spilled is %v: %v", bound, file != nil, err)
			}
			var got []record.Record
			err = p.Replay(func(r *record.Record) error {
				kept := record.Record{Kind: r.Kind, Line: r.Line}
				for _, f := range r.Fields {
					kept.Fields = append(kept.Fields, bytes.Clone(f))
				}
				got = append(got, kept)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range lines {
				if len(lines[i].Fields) == 0 {
					lines[i].Fields = nil
				}
			}
			if diff := cmp.Diff(lines, got); diff != "" {
				t.Errorf("bound %d: %s", bound, diff)
			}
			if file != nil {
				if _, err := file.ReadAt(make([]byte, 1), 0); !errors.Is(err, os.ErrClosed) {
					t.Errorf("bound %d: the spill file is still open", bound)
				}
			}
		}
	}
}

func TestReplayStopsAtTheFirstError(t *testing.T) {
	errStop := errors.New("stop")
	for _, bound := range []int{1 << 30, 1} {
		p := job.NewPending(t.TempDir(), bound)
		lines := waiting(10)
		for i := range lines {
			if err := p.Add(&lines[i]); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		visit := func(*record.Record) error {
			if n++; n == 3 {
				return errStop
			}
			return nil
		}
		if err := p.Replay(visit); !errors.Is(err, errStop) || n != 3 {
			t.Errorf("%v after %d lines", err, n)
		}
		if err := p.Replay(visit); err != nil || n != 3 {
			t.Errorf("%d lines are left: %v", n-3, err)
		}
	}
}

func TestSpillNeedsItsFolder(t *testing.T) {
	p := job.NewPending(filepath.Join(t.TempDir(), "missing"), 1)
	if err := p.Add(&record.Record{Fields: [][]byte{[]byte("secret")}}); !errors.Is(err, os.ErrNotExist) || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}

// More lines than memory takes before their head, through a whole run.
func TestRunSpillsAndGoesOn(t *testing.T) {
	const many = 120_000
	var s script
	s.line("begin")
	for i := range many {
		s.line("L", fmt.Sprintf("id=A|number=%d|name=%s", i, strings.Repeat("x", 60)))
	}
	s.line("H", "place=15001|id=A").line("end").dossier("B", 1)
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.mustRun()
	if n := w.loader.counts[linesOf]; n.Loaded != many+1 {
		t.Errorf("lines %+v", n)
	}
	left, err := os.ReadDir(w.runtime.SpillDir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left: %v", len(left), err)
	}
}

// FuzzPending holds lines against what is replayed of them.
func FuzzPending(f *testing.F) {
	f.Add([]byte("one\x00two\x01\x00"), uint8(1))
	f.Add([]byte{0xff, 0, 0, 1}, uint8(200))
	f.Fuzz(func(t *testing.T, text []byte, bound uint8) {
		p := job.NewPending(t.TempDir(), int(bound)+1)
		var want [][]byte
		for part := range bytes.SplitSeq(text, []byte{0}) {
			want = append(want, part)
			if err := p.Add(&record.Record{Kind: len(part), Line: int32(len(want)), Fields: [][]byte{nil, part}}); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		err := p.Replay(func(r *record.Record) error {
			if r.Kind != len(want[n]) || r.Line != int32(n+1) || r.Fields[0] != nil || !bytes.Equal(r.Fields[1], want[n]) {
				t.Errorf("line %d came back otherwise", n+1)
			}
			n++
			return nil
		})
		if err != nil || n != len(want) {
			t.Errorf("%d of %d lines: %v", n, len(want), err)
		}
	})
}
