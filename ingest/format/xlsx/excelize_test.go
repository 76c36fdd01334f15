package xlsx_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"thidua/ingest/format/tabular"
	"thidua/ingest/format/xlsx"
)

// must ends a test where a workbook cannot be written.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written returns the bytes of a workbook, and the workbook as excelize reads it.
func written(t *testing.T, file *excelize.File) ([]byte, *excelize.File) {
	t.Helper()
	var out bytes.Buffer
	must(t, file.Write(&out))
	again, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	must(t, err)
	t.Cleanup(func() { must(t, again.Close()) })
	return out.Bytes(), again
}

// The columns of the workbooks that are compared, and whether excelize is asked for
// what a cell shows, or for what is stored in it.
var compared = []struct {
	name string
	raw  bool
}{
	{"shared", false},
	{"rich", false},
	{"number", true},
	{"number as text", true},
	{"text as number", true},
	{"boolean", true},
	{"day", false},
	{"moment", false},
	{"clock", false},
}

// style makes a cell format with a number format of its own.
func style(t *testing.T, file *excelize.File, code string) int {
	t.Helper()
	id, err := file.NewStyle(&excelize.Style{CustomNumFmt: &code})
	must(t, err)
	return id
}

// fillSheet writes the compared columns with so many rows, some cells of which are
// missing. Date formats are those that this package writes, so that what excelize
// shows can be compared.
func fillSheet(t *testing.T, file *excelize.File, name string, rows int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(7, uint64(rows)))
	day, moment, clock := style(t, file, "yyyy-mm-dd"), style(t, file, `yyyy-mm-dd"T"hh:mm:ss`), style(t, file, "hh:mm:ss")
	words := []string{"Đã tiêm", "Chưa tiêm", "a & b <c>", "  cách  ", "hai\ndòng", "_x000D_", "e\u0302", "😀", "Sởi - Rubella"}
	for i, c := range compared {
		must(t, file.SetCellStr(name, fmt.Sprintf("%c1", 'A'+i), c.name))
	}
	for n := 2; n < rows+2; n++ {
		at := func(column byte) string { return fmt.Sprintf("%c%d", column, n) }
		if dice.IntN(10) == 0 {
			continue
		}
		must(t, file.SetCellStr(name, at('A'), words[dice.IntN(len(words))]))
		if dice.IntN(3) > 0 {
			must(t, file.SetCellRichText(name, at('B'), []excelize.RichTextRun{{Text: "Mũi "}, {Font: &excelize.Font{Bold: true}, Text: fmt.Sprint(n)}}))
		}
		numbers := []any{7926734260000017, dice.IntN(1000), -dice.IntN(1000), float64(dice.IntN(1_000_000)) / 128, 302555856.0}
		must(t, file.SetCellValue(name, at('C'), numbers[dice.IntN(len(numbers))]))
		must(t, file.SetCellStr(name, at('D'), fmt.Sprintf("0%d", 79_325_000_018+n)))
		must(t, file.SetCellDefault(name, at('E'), fmt.Sprint(79_325_000_018+n)))
		if dice.IntN(3) > 0 {
			must(t, file.SetCellBool(name, at('F'), n%2 == 0))
		}
		serial := float64(dice.IntN(80_000) + 62)
		must(t, file.SetCellFloat(name, at('G'), serial, -1, 64))
		must(t, file.SetCellFloat(name, at('H'), serial+float64(dice.IntN(86_399)+1)/86_400, -1, 64))
		must(t, file.SetCellFloat(name, at('I'), float64(dice.IntN(86_400))/86_400, -1, 64))
		for column, id := range map[byte]int{'G': day, 'H': moment, 'I': clock} {
			must(t, file.SetCellStyle(name, at(column), at(column), id))
		}
	}
}

// TestAgainstExcelize reads workbooks that excelize wrote cell by cell as excelize
// reads them.
func TestAgainstExcelize(t *testing.T) {
	const rows = 120
	yes := true
	var names []string
	for _, c := range compared {
		names = append(names, c.name)
	}
	for name, options := range map[string]*excelize.WorkbookPropsOptions{"1900": {}, "1904": {Date1904: &yes}} {
		t.Run(name, func(t *testing.T) {
			file := excelize.NewFile()
			must(t, file.SetWorkbookProps(options))
			_, err := file.NewSheet("Dữ liệu")
			must(t, err)
			must(t, file.SetSheetRow("Sheet1", "A1", &[]string{"Hướng dẫn", "điền mẫu"}))
			fillSheet(t, file, "Dữ liệu", rows)
			content, again := written(t, file)
			v := read(t, newFormat(t, xlsx.Config{}), fields(append(names, tabular.RowField)...), content)
			if len(v.rows) < rows/2 {
				t.Fatalf("%d rows", len(v.rows))
			}
			for _, row := range v.rows {
				want := make([]string, len(compared)+1)
				want[len(compared)] = row[len(compared)]
				for i, c := range compared {
					text, err := again.GetCellValue("Dữ liệu", fmt.Sprintf("%c%s", 'A'+i, row[len(compared)]), excelize.Options{RawCellValue: c.raw})
					must(t, err)
					if want[i] = text; strings.TrimSpace(text) == "" {
						want[i] = "-"
					}
				}
				if diff := cmp.Diff(want, row); diff != "" {
					t.Errorf("row %s (-excelize +ours):\n%s", row[len(compared)], diff)
				}
			}
		})
	}
}

// TestStreamed reads what the stream writer of excelize wrote, which keeps texts in
// their cells.
func TestStreamed(t *testing.T) {
	file := excelize.NewFile()
	w, err := file.NewStreamWriter("Sheet1")
	must(t, err)
	must(t, w.SetRow("A1", []any{"tên", "số", "ngày", "đúng"}))
	day := style(t, file, "dd/mm/yyyy")
	must(t, w.SetRow("A2", []any{"An & Bình", 7926734260000017, excelize.Cell{StyleID: day, Value: 46239}, true}))
	must(t, w.SetRow("A4", []any{nil, 2.5, excelize.Cell{StyleID: day, Value: time.Date(2026, 8, 5, 13, 30, 0, 0, time.UTC)}, false}))
	must(t, w.Flush())
	content, _ := written(t, file)
	v := read(t, newFormat(t, xlsx.Config{}), fields("tên", "số", "ngày", "đúng", "@row"), content)
	want := [][]string{{"An & Bình", "7926734260000017", "2026-08-05", "1", "2"}, {"-", "2.5", "2026-08-05T13:30:00", "0", "4"}}
	if diff := cmp.Diff(want, v.rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMergedHeader reads a header of two storeys under a title, whose upper cells
// are merged.
func TestMergedHeader(t *testing.T) {
	file := excelize.NewFile()
	for at, cells := range map[string][]any{
		"A1": {"DANH SÁCH TIÊM CHỦNG"},
		"A3": {"Họ tên", "Mũi 1", nil, "Mũi 2"},
		"A4": {nil, "Ngày", "Lô", "Ngày", "Lô"},
		"A5": {"An", "01/02/2026", "L1", nil, "L2"},
		"A6": {"Tổng cộng", 1},
	} {
		must(t, file.SetSheetRow("Sheet1", at, &cells))
	}
	for _, block := range [][2]string{{"A1", "E1"}, {"A3", "A4"}, {"B3", "C3"}, {"D3", "E3"}} {
		must(t, file.MergeCell("Sheet1", block[0], block[1]))
	}
	content, _ := written(t, file)
	f := newFormat(t, xlsx.Config{Config: tabular.Config{HeaderRows: 2}, Merged: "fill"})
	v := read(t, f, fields("Họ tên", "Mũi 1 / Ngày", "Mũi 1 / Lô", "Mũi 2 / Ngày", "Mũi 2 / Lô"), content)
	if diff := cmp.Diff([][]string{{"An", "01/02/2026", "L1", "-", "L2"}}, v.rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"total_row ×1"}, v.notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
