package xlsx_test

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"thidua/ingest/format/xlsx"
	"thidua/transform/record"
)

const megabyte = 1 << 20

// gauge is a visitor that watches what is live on the heap.
type gauge struct {
	counter
	highest uint64
}

func (g *gauge) Record(r *record.Record) error {
	if g.records%10_000 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		g.highest = max(g.highest, m.HeapInuse)
	}
	return g.counter.Record(r)
}

// writeVast writes a workbook of so many rows of ten cells, half of them shared
// strings of which each row has one of its own.
func writeVast(t *testing.T, name string, rows int) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z := zip.NewWriter(file)
	part := func(name string, write func(w io.Writer)) {
		p, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriterSize(p, megabyte)
		write(w)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []member{{"_rels/.rels", packageRels}, {"xl/workbook.xml", mainPart}, {"xl/_rels/workbook.xml.rels", workbookRels}, {"xl/styles.xml", stylesPart}} {
		part(m.name, func(w io.Writer) { _, _ = io.WriteString(w, m.text) })
	}
	part("xl/sharedStrings.xml", func(w io.Writer) {
		_, _ = io.WriteString(w, `<sst>`)
		for n := range rows {
			fmt.Fprintf(w, `<si><t>NGƯỜI MẪU thứ %d, Phường Mẫu</t></si>`, n)
		}
		_, _ = io.WriteString(w, `</sst>`)
	})
	part("xl/worksheets/sheet1.xml", func(w io.Writer) {
		_, _ = io.WriteString(w, `<worksheet><sheetData>`+row("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"))
		for n := range rows {
			fmt.Fprintf(w, `<row><c t="s"><v>%d</v></c><c t="s"><v>1</v></c><c t="s"><v>%d</v></c><c t="s"><v>7</v></c><c t="s"><v>%d</v></c>`, n, n/100, rows-n-1)
			fmt.Fprintf(w, `<c><v>%d</v></c><c s="1"><v>%d</v></c><c s="2"><v>%d.5</v></c><c><v>1</v></c><c><v>2.5</v></c></row>`, 7_926_734_260_000_017+n, 40_000+n%5000, 40_000+n%3000)
		}
		_, _ = io.WriteString(w, `</sheetData></worksheet>`)
	})
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// soak asks for the long form of a test.
func soak() bool { return os.Getenv("THIDUA_SOAK") == "1" }

// TestMemory reads a workbook of many rows of ten cells, whose shared strings do
// not fit their memory, with bounded memory. The long form has 400,000 rows.
func TestMemory(t *testing.T) {
	rows, limit, c := 40_000, 8*megabyte, xlsx.Limits{StringsMemory: 1e6}
	if soak() {
		rows, limit, c = 400_000, 24*megabyte, xlsx.Limits{StringsMemory: 8e6}
	}
	name := filepath.Join(t.TempDir(), "vast.xlsx")
	writeVast(t, name, rows)
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	f := newFormat(t, xlsx.Config{Limits: c})
	layout := fields("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	frame, err := f.Inspect(context.Background(), file, layout)
	if err != nil || frame.Dossiers != rows {
		t.Fatalf("%d dossiers, %v", frame.Dossiers, err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var g gauge
	if err := f.Decode(context.Background(), file, frame, layout, &g); err != nil {
		t.Fatal(err)
	}
	if g.records != rows || g.values != 10*rows {
		t.Errorf("%d records with %d values", g.records, g.values)
	}
	if g.highest == 0 || g.highest > uint64(limit) {
		t.Errorf("heap in use reached %d bytes", g.highest)
	}
	t.Logf("heap in use reached %d MB", g.highest/megabyte)
}
