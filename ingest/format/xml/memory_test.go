package xml_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/xml"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

const megabyte = 1 << 20

// stream makes a document of so many dossiers while it is read.
type stream struct {
	head, tail string
	dossier    func(n int) string
	dossiers   int
	n          int
	rest       string
	ended      bool
	// bytes counts what was read.
	bytes int
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if s.rest == "" {
			switch {
			case s.n == 0 && s.head != "":
				s.rest, s.head = s.head, ""
			case s.n < s.dossiers:
				s.n++
				s.rest = s.dossier(s.n)
			case !s.ended:
				s.rest, s.ended = s.tail, true
			default:
				if n == 0 {
					return 0, io.EOF
				}
				return n, nil
			}
		}
		k := copy(p[n:], s.rest)
		n, s.rest = n+k, s.rest[k:]
		s.bytes += k
	}
	return n, nil
}

// gauge is a visitor that counts and watches the heap.
type gauge struct {
	dossiers, records, faults int
	highest                   uint64
}

func (g *gauge) BeginDossier(int32) (bool, error) {
	if g.dossiers++; g.dossiers%1000 == 1 {
		runtime.GC()
		g.measure()
	}
	return true, nil
}

func (g *gauge) measure() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	g.highest = max(g.highest, m.HeapInuse)
}

func (g *gauge) Record(*record.Record) error { g.records++; return nil }

func (g *gauge) Fault(format.Fault) error {
	g.faults++
	g.measure()
	return nil
}

func (g *gauge) EndDossier() error { return nil }
func (g *gauge) Note(format.Note)  {}

// soak asks for the long form of a test.
func soak() bool { return os.Getenv("THIDUA_SOAK") == "1" }

// TestMemory reads many dossiers, each of 2 kB with two lines and something that
// nobody reads, in both passes: in less memory than a quarter of the document.
func TestMemory(t *testing.T) {
	dossiers, limit := 20_000, 9*megabyte
	if soak() {
		dossiers, limit = 100_000, 48*megabyte
	}
	ballast := "<GHICHU>" + strings.Repeat("kham suc khoe dinh ky, ", 73) + "</GHICHU>"
	line := "<THONGTINMUITIEM><TENVACXIN>Vắc xin Mẫu</TENVACXIN><NGAYTIEM>20210920</NGAYTIEM></THONGTINMUITIEM>"
	document := func() *stream {
		return &stream{
			head: "<DATA><HEADER><SENDER_CODE>79999</SENDER_CODE></HEADER><BODY>", tail: "</BODY></DATA>", dossiers: dossiers,
			dossier: func(n int) string {
				return fmt.Sprintf("<HOSOSUCKHOE><THONGTINCHUNG><MA_NHANKHAU>%d</MA_NHANKHAU><HOTEN>Người Mẫu &amp; %d</HOTEN>", n, n) + ballast +
					"</THONGTINCHUNG><TIEMCHUNG>" + line + line + "</TIEMCHUNG></HOSOSUCKHOE>\n"
			},
		}
	}
	f := made(t, xml.Config{Root: xml.Names{"DATA"}, Records: "BODY.HOSOSUCKHOE", Lines: map[string][]string{"vaccination": {"TIEMCHUNG.THONGTINMUITIEM"}}})
	layout := layoutOf([]string{"THONGTINCHUNG.MA_NHANKHAU", "THONGTINCHUNG.HOTEN", "^^HEADER.SENDER_CODE"}, "vaccination", []string{"TENVACXIN", "NGAYTIEM", "@line"})
	runtime.GC()
	frame, err := f.Inspect(context.Background(), document(), layout)
	if err != nil {
		t.Fatal(err)
	}
	var g gauge
	second := document()
	if err := f.Decode(context.Background(), second, frame, layout, &g); err != nil {
		t.Fatal(err)
	}
	if second.bytes < 4*limit {
		t.Errorf("the document has %d bytes, fewer than the test is for", second.bytes)
	}
	if frame.Dossiers != dossiers || g.dossiers != dossiers || g.records != 3*dossiers || g.faults != 0 {
		t.Errorf("%d dossiers in the frame, %d read, %d records, %d faults", frame.Dossiers, g.dossiers, g.records, g.faults)
	}
	if g.highest == 0 || g.highest > uint64(limit) {
		t.Errorf("heap in use reached %d bytes", g.highest)
	}
}

// TestVastDossier reads a document whose first dossier weighs four times what may
// be held of one, and is wanted whole: it is set aside, and the heap stays near
// record_bytes.
func TestVastDossier(t *testing.T) {
	held := 2 * megabyte
	if soak() {
		held = 8 * megabyte
	}
	text := strings.Repeat("0123456789abcdef", 1<<12)
	for name, piece := range map[string]string{"in one text": text, "in elements": strings.Repeat("<L>1</L>", 1<<13)} {
		t.Run(name, func(t *testing.T) {
			f := made(t, xml.Config{Records: "R", Lines: map[string][]string{"line": {"A.L"}}, RecordBytes: declaration.Size(held)})
			layout := layoutOf([]string{"A"}, "line", []string{"@"})
			document := &stream{
				head: "<D><R><A>", tail: "</A></R><R><A>1</A></R></D>", dossiers: 4 * held / len(piece),
				dossier: func(int) string { return piece },
			}
			runtime.GC()
			var g gauge
			if err := f.Decode(context.Background(), document, format.Frame{}, layout, &g); err != nil {
				t.Fatal(err)
			}
			if g.dossiers != 2 || g.faults != 1 || g.records != 1 {
				t.Errorf("%d dossiers, %d faults, %d records: want the first set aside and the second read", g.dossiers, g.faults, g.records)
			}
			if g.highest == 0 || g.highest > uint64(8*held) {
				t.Errorf("heap in use reached %d bytes", g.highest)
			}
		})
	}
}

// TestVastText reads a text that is nearly as large as what may be held of a
// dossier, and holds that it takes three to four times its size. The long form
// reads one of the default size.
func TestVastText(t *testing.T) {
	size, c := 4_000_000, xml.Config{Records: "R", RecordBytes: declaration.Size(4_000_000)}
	if soak() {
		size, c = 32_000_000, xml.Config{Records: "R"}
	}
	for name, text := range map[string]string{"as it is": "TRẦN VĂN MẪU ", "escaped": "TR&#x1ea6;N &amp; "} {
		t.Run(name, func(t *testing.T) {
			piece := strings.Repeat(text, 1000)
			var g gauge
			document := &stream{head: "<D><R><A>", tail: "</A></R><R><A>1</A></R></D>", dossiers: (size - 1000) / len(piece)}
			document.dossier = func(n int) string {
				if n%8 == 0 {
					g.measure()
				}
				return piece
			}
			runtime.GC()
			if err := made(t, c).Decode(context.Background(), document, format.Frame{}, layoutOf([]string{"A"}, "", nil), &g); err != nil {
				t.Fatal(err)
			}
			if g.dossiers != 2 || g.records != 2 || g.faults != 0 {
				t.Errorf("%d dossiers, %d records, %d faults", g.dossiers, g.records, g.faults)
			}
			if g.highest > uint64(7*size/2)+4*megabyte {
				t.Errorf("heap in use reached %d bytes", g.highest)
			}
		})
	}
}
