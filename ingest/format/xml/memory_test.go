package xml_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/xml"
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

// TestMemory reads 200 MB of 100,000 dossiers, each with two lines and something
// that nobody reads, in both passes.
func TestMemory(t *testing.T) {
	const dossiers = 100_000
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
	g.measure()
	second := document()
	if err := f.Decode(context.Background(), second, frame, layout, &g); err != nil {
		t.Fatal(err)
	}
	if second.bytes < 200e6 {
		t.Errorf("the document has %d bytes, fewer than the test is for", second.bytes)
	}
	if frame.Dossiers != dossiers || g.dossiers != dossiers || g.records != 3*dossiers || g.faults != 0 {
		t.Errorf("%d dossiers in the frame, %d read, %d records, %d faults", frame.Dossiers, g.dossiers, g.records, g.faults)
	}
	if g.highest == 0 || g.highest > 50*megabyte {
		t.Errorf("heap in use reached %d bytes", g.highest)
	}
}

// TestVastDossier reads a document whose first dossier weighs four times what may
// be held of one, and is wanted whole: it is set aside, and the heap stays near
// record_bytes.
func TestVastDossier(t *testing.T) {
	text := strings.Repeat("0123456789abcdef", 1<<12)
	for name, piece := range map[string]string{"in one text": text, "in elements": strings.Repeat("<L>1</L>", 1<<13)} {
		t.Run(name, func(t *testing.T) {
			f := made(t, xml.Config{Records: "R", Lines: map[string][]string{"line": {"A.L"}}, RecordBytes: 8 * megabyte})
			layout := layoutOf([]string{"A"}, "line", []string{"@"})
			document := &stream{
				head: "<D><R><A>", tail: "</A></R><R><A>1</A></R></D>", dossiers: 32 * megabyte / len(piece),
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
			if g.highest == 0 || g.highest > 50*megabyte {
				t.Errorf("heap in use reached %d bytes", g.highest)
			}
		})
	}
}
