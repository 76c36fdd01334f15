package xlsx_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"thidua/ingest/format"
	"thidua/ingest/format/xlsx"
	"thidua/transform/record"
)

// counter is a visitor that only counts.
type counter struct{ records, values int }

func (c *counter) BeginDossier(int32) (bool, error) { return true, nil }
func (c *counter) Fault(format.Fault) error         { return nil }
func (c *counter) EndDossier() error                { return nil }
func (c *counter) Note(format.Note)                 {}

func (c *counter) Record(r *record.Record) error {
	c.records++
	for _, v := range r.Fields {
		if v != nil {
			c.values++
		}
	}
	return nil
}

// Of the twenty cells of a row in the benchmarks, ten are shared strings, six are
// numbers and four are dates, as excelize writes them.
const benchRows, benchCells = 20_000, 20

// benchBook returns the workbook of the benchmarks and its layout.
func benchBook(b *testing.B) ([]byte, record.Layout) {
	b.Helper()
	file := excelize.NewFile()
	day := "dd/mm/yyyy"
	date, err := file.NewStyle(&excelize.Style{CustomNumFmt: &day})
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	cells := make([]any, benchCells)
	for i := range cells {
		names = append(names, fmt.Sprintf("Cột %d", i+1))
		cells[i] = names[i]
	}
	born := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range benchRows + 1 {
		at, err := excelize.CoordinatesToCellName(1, n+1)
		if err == nil {
			err = file.SetSheetRow("Sheet1", at, &cells)
		}
		if err != nil {
			b.Fatal(err)
		}
		for i := range cells {
			switch {
			case i < 10:
				cells[i] = fmt.Sprintf("văn bản %d mẫu %d", i, (n*(i+1))%(50*(i+1)*(i+1)))
			case i < 16:
				cells[i] = 7926734260000017 + int64(n*i)
			default:
				cells[i] = born.AddDate(0, 0, n%2000).Add(time.Duration(i%2) * 10 * time.Hour)
			}
		}
	}
	if err := file.SetColStyle("Sheet1", "Q:T", date); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes(), fields(names...)
}

// perSecond reports rows per second of the benchmark's time.
func perSecond(b *testing.B) {
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkDecode reads all cells of a workbook, BenchmarkExcelize the same ones by
// the iterator over rows of excelize.
func BenchmarkDecode(b *testing.B) {
	content, layout := benchBook(b)
	f := newFormat(b, xlsx.Config{})
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		var c counter
		if err := f.Decode(context.Background(), bytes.NewReader(content), format.Frame{}, layout, &c); err != nil || c.values != benchRows*benchCells {
			b.Fatal(err, c)
		}
	}
	perSecond(b)
}

func BenchmarkExcelize(b *testing.B) {
	content, _ := benchBook(b)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		file, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			b.Fatal(err)
		}
		rows, err := file.Rows("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		values := 0
		for rows.Next() {
			cells, err := rows.Columns()
			if err != nil {
				b.Fatal(err)
			}
			values += len(cells)
		}
		if values != (benchRows+1)*benchCells {
			b.Fatal(values)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

// BenchmarkInspectSmall judges a workbook of a few rows.
func BenchmarkInspectSmall(b *testing.B) {
	f, layout := newFormat(b, xlsx.Config{}), fields("a")
	content := book(b, row("a")+row("1")+row("2"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Inspect(context.Background(), bytes.NewReader(content), layout); err != nil {
			b.Fatal(err)
		}
	}
}
