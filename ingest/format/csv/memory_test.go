package csv_test

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/csv"
	"thidua/transform/record"
)

// repeated reads a text many times over.
type repeated struct {
	text  []byte
	times int
	rest  []byte
}

func (r *repeated) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.times == 0 {
			return 0, io.EOF
		}
		r.times--
		r.rest = r.text
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// gauge is a visitor that watches the heap.
type gauge struct {
	counter
	highest uint64
}

func (g *gauge) Record(r *record.Record) error {
	if g.records%100_000 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		g.highest = max(g.highest, m.HeapInuse)
	}
	return g.counter.Record(r)
}

// TestMemory reads 24 MB in each kind of encoding, in both passes.
func TestMemory(t *testing.T) {
	line := strings.Repeat("x", 40) + ",Nguy%n,3\n"
	for encoding, letters := range map[string]string{"utf-8": "ễ", "tcvn3": "\xd4"} {
		t.Run(encoding, func(t *testing.T) {
			block := bytes.Repeat([]byte(strings.ReplaceAll(line, "%", letters)), 20_000)
			open := func() io.Reader {
				return io.MultiReader(strings.NewReader("a,b,c\n"), &repeated{text: block, times: 24<<20/len(block) + 1})
			}
			runtime.GC()
			f, layout := newFormat(t, "{}"), layoutOf([]string{"a", "b"})
			frame, err := f.Inspect(context.Background(), open(), layout)
			if err != nil || frame.Envelope[csv.EncodingField] != encoding {
				t.Fatalf("%s: %v", frame.Envelope[csv.EncodingField], err)
			}
			var g gauge
			if err := f.Decode(context.Background(), open(), format.Frame{Envelope: frame.Envelope}, layout, &g); err != nil {
				t.Fatal(err)
			}
			if g.records != frame.Dossiers || g.highest == 0 || g.highest > 12<<20 {
				t.Errorf("%d records of %d, heap in use reached %d bytes", g.records, frame.Dossiers, g.highest)
			}
		})
	}
}
