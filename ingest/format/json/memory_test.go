package json_test

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"thidua/ingest/format/json"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

// repeated reads as a text, over and over.
type repeated struct {
	text  string
	times int
	at    int
}

func (r *repeated) Read(b []byte) (int, error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at, r.times = 0, r.times-1
	}
	return n, nil
}

// gauge is a visitor that watches what is live on the heap.
type gauge struct {
	counter
	highest uint64
}

func (g *gauge) Record(r *record.Record) error {
	if g.records%5000 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		g.highest = max(g.highest, m.HeapInuse)
	}
	return g.counter.Record(r)
}

const megabyte = 1 << 20

// soak asks for the long form of a test.
func soak() bool { return os.Getenv("THIDUA_SOAK") == "1" }

// TestMemory reads much in each form, and a member of the same size that is not
// wanted, in less memory than a quarter of it.
func TestMemory(t *testing.T) {
	row := `{"a":"` + strings.Repeat("TRẦN VĂN MẪU ", 40) + `","b":[1,2,{"c":null}]},`
	size, limit := 12*megabyte, 3*megabyte
	if soak() {
		size, limit = 256*megabyte, 32*megabyte
	}
	times := size/len(row) + 1
	for name, c := range map[string]struct {
		config     json.Config
		begin, end string
		records    int
	}{
		"list":     {json.Config{}, "[", "{}]", times + 1},
		"document": {json.Config{Records: "data"}, `{"code":1,"data":[`, `{}],"total":1}`, times + 1},
		"beside":   {json.Config{Records: "data"}, `{"other":{"more":[`, `{}]},"data":[{"a":1}]}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f, layout := made(t, c.config), head("a", "b[*].c", "^code")
			open := func() io.Reader {
				return io.MultiReader(strings.NewReader(c.begin), &repeated{text: row, times: times}, strings.NewReader(c.end))
			}
			runtime.GC()
			frame, err := f.Inspect(context.Background(), open(), layout)
			if err != nil {
				t.Fatal(err)
			}
			var g gauge
			if err := f.Decode(context.Background(), open(), frame, layout, &g); err != nil {
				t.Fatal(err)
			}
			if frame.Dossiers != c.records || g.records != c.records {
				t.Errorf("%d dossiers and %d records, want %d", frame.Dossiers, g.records, c.records)
			}
			if g.highest == 0 || g.highest > uint64(limit) {
				t.Errorf("heap in use reached %d bytes", g.highest)
			}
		})
	}
}

// meter watches the heap while a payload is read.
type meter struct {
	r       io.Reader
	highest *uint64
	// unseen counts the bytes that were read since the heap was looked at.
	unseen int
}

func (m *meter) Read(b []byte) (int, error) {
	if m.unseen > megabyte/4 {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		*m.highest, m.unseen = max(*m.highest, s.HeapInuse), 0
	}
	n, err := m.r.Read(b)
	m.unseen += n
	return n, err
}

// TestVastText reads a text that is nearly as large as a record may be, and holds
// that it takes three to four times its size. The long form reads one of the
// default size.
func TestVastText(t *testing.T) {
	size, c := 4_000_000, json.Config{RecordBytes: declaration.Size(4_000_000)}
	if soak() {
		size, c = 32_000_000, json.Config{}
	}
	for name, text := range map[string]string{"as it is": "TRẦN VĂN MẪU ", "escaped": `TR\u1ea6N V\u0102N M\u1eaaU `} {
		t.Run(name, func(t *testing.T) {
			f, layout := made(t, c), head("a", "b")
			var highest uint64
			open := func() io.Reader {
				piece := strings.Repeat(text, 1000)
				rest := &repeated{text: piece, times: (size - 1000) / len(piece)}
				payload := io.MultiReader(strings.NewReader(`[{"b":1,"a":"`), rest, strings.NewReader(`"},{"a":1}]`))
				return &meter{r: payload, highest: &highest}
			}
			runtime.GC()
			frame, err := f.Inspect(context.Background(), open(), layout)
			if err != nil {
				t.Fatal(err)
			}
			var g gauge
			if err := f.Decode(context.Background(), open(), frame, layout, &g); err != nil {
				t.Fatal(err)
			}
			if g.records != 2 || g.values != 3 {
				t.Errorf("%d records with %d values", g.records, g.values)
			}
			if highest = max(highest, g.highest); highest == 0 || highest > uint64(7*size/2)+4*megabyte {
				t.Errorf("heap in use reached %d bytes", highest)
			}
		})
	}
}
