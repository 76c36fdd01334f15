package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// heavyFeed is a feed of which one file is very large.
type heavyFeed struct {
	job, file, table string
	// rowBytes is about what a row takes on disk.
	rowBytes int
	write    func(to io.Writer, rows, version int) error
	// usualMB and soakMB are the sizes of the file in short and in a soak.
	usualMB, soakMB int
}

// rowsOf is how many rows make a file of a size.
func (f heavyFeed) rowsOf(sizeBytes int) int { return sizeBytes / f.rowBytes }

func heavyFeeds() []heavyFeed {
	return []heavyFeed{
		{"health_records", "health_records/all.ndjson", "health_record", 310, writeHeavyRecords, 60, 2 << 10},
		{"vaccinations", "vaccinations/all.csv", "vaccination", 187, writeHeavyTable, 40, 1 << 10},
		{"vaccination_sheets", "vaccinations/all.xlsx", "vaccination", 258, writeHeavyBook, 6, 200},
	}
}

// The values of a row's person.
const heavyName = "TRẦN THỊ NẶNG"

func heavyCitizen(n int) string { return fmt.Sprintf("019185%06d", n%1_000_000) }

// writeHeavy writes a file as one that came an hour ago; a later version is younger.
func writeHeavy(t *testing.T, name string, f heavyFeed, rows, version int) {
	t.Helper()
	worldMust(t, os.MkdirAll(filepath.Dir(name), 0o750))
	disk, err := os.Create(name)
	worldMust(t, err)
	to := bufio.NewWriterSize(disk, 1<<20)
	at := time.Now().Add(time.Duration(version)*time.Minute - time.Hour)
	worldMust(t, f.write(to, rows, version), to.Flush(), disk.Close(), os.Chtimes(name, at, at))
}

// writeHeavyRecords writes residents in households of four.
func writeHeavyRecords(to io.Writer, rows, version int) error {
	for n := range rows {
		if _, err := fmt.Fprintf(to, `{"MA_NHANKHAU":"NK05431%09d","MAHO_GIADINH":"HGD05431%09d","MADINHDANH":"","MATHE":"","HOTEN":"%s","GIOITINH":%d,"NGAYSINH":"1985%02d15",`+
			`"QUANHE_CHUHO":"Thành viên","MADANTOC":"%02d","MATINH_THUONGTRU":"19","MAHUYEN_THUONGTRU":"164","MAXA_THUONGTRU":"05431","NGAY_KHOITAO":"2022-01-%02d"}`+"\n",
			n, n/4, heavyName, 1+n%2, 1+n%12, 1+version, 1+n%28); err != nil {
			return err
		}
	}
	return nil
}

// heavyHeader is that of doses.
const heavyHeader = "Mã đối tượng,Số định danh,Họ và tên,Ngày sinh,Giới tính,Vắc xin,Kháng nguyên,Mũi thứ,Ngày tiêm,Số lô,Cơ sở tiêm,Trạng thái,Loại hình,Phản ứng sau tiêm,Xác thực,Ký số,Họ tên mẹ"

// heavyDose are the cells of a dose.
func heavyDose(n, version int) []string {
	return []string{
		fmt.Sprintf("1905431%09d", n), "", heavyName, "15/03/1985", "Nữ", "COVID-19 Vaccine Mẫu A", "COVID-19", strconv.Itoa(1 + n%4),
		fmt.Sprintf("%02d/03/2022", 1+n%28), fmt.Sprintf("LO%d", version), "TYT Phường Mẫu", "Đã tiêm", "Chống dịch", "Không", "Chưa xác thực", "Chưa ký", "",
	}
}

func writeHeavyTable(to io.Writer, rows, version int) error {
	if _, err := io.WriteString(to, heavyHeader+"\n"); err != nil {
		return err
	}
	for n := range rows {
		if _, err := io.WriteString(to, strings.Join(heavyDose(n, version), ",")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// writeHeavyBook writes a workbook of one sheet: codes and names as shared strings,
// as spreadsheets save them, and in a column that nobody reads what does not
// compress.
func writeHeavyBook(to io.Writer, rows, version int) error {
	book := zip.NewWriter(to)
	book.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, p := range heavyParts {
		if err := heavyPart(book, p[0], func(w *bufio.Writer) { _, _ = w.WriteString(p[1]) }); err != nil { // told by Flush
			return err
		}
	}
	if err := heavyPart(book, "xl/sharedStrings.xml", func(w *bufio.Writer) { heavyStrings(w, rows, version) }); err != nil {
		return err
	}
	if err := heavyPart(book, "xl/worksheets/sheet1.xml", func(w *bufio.Writer) { heavySheet(w, rows, version) }); err != nil {
		return err
	}
	return book.Close()
}

// heavyPart writes a part of a workbook.
func heavyPart(book *zip.Writer, name string, write func(w *bufio.Writer)) error {
	part, err := book.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(part)
	write(w)
	return w.Flush()
}

const (
	heavyXML   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	heavySpace = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	heavyRel   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// heavyParts are the small parts of the workbook.
var heavyParts = [...][2]string{
	{"[Content_Types].xml", heavyXML + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`},
	{"_rels/.rels", heavyXML + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + heavyRel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", heavyXML + `<workbook` + heavySpace + ` xmlns:r="` + heavyRel + `"><sheets><sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", heavyXML + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + heavyRel + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + heavyRel + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
}

// heavyStrings writes the shared strings: those of the header, of the first dose,
// then the code of each person and what does not compress.
func heavyStrings(w *bufio.Writer, rows, version int) {
	text := func(s string) { fmt.Fprintf(w, "<si><t>%s</t></si>", s) }
	fmt.Fprintf(w, "%s<sst%s>", heavyXML, heavySpace)
	for _, name := range strings.Split(heavyHeader, ",") {
		text(name)
	}
	for _, cell := range heavyDose(0, version) {
		text(cell)
	}
	state := uint64(0x9e3779b97f4a7c15)
	for n := range rows {
		text(heavyDose(n, version)[0])
		text(heavyCitizen(n))
		var noise [24]uint64
		for i := range noise {
			state ^= state << 13
			state ^= state >> 7
			state ^= state << 17
			noise[i] = state
		}
		text(fmt.Sprintf("%x", noise))
	}
	_, _ = w.WriteString("</sst>") // told by Flush
}

// heavySheet writes the cells, each as the number of its string, dates and doses as
// numbers.
func heavySheet(w *bufio.Writer, rows, version int) {
	columns := len(heavyDose(0, version))
	fmt.Fprintf(w, "%s<worksheet%s><sheetData><row>", heavyXML, heavySpace)
	for c := range columns {
		fmt.Fprintf(w, `<c t="s"><v>%d</v></c>`, c)
	}
	_, _ = w.WriteString("</row>") // told by Flush
	for n := range rows {
		_, _ = w.WriteString("<row>") // likewise
		for c := range columns {
			switch c {
			case 0:
				fmt.Fprintf(w, `<c t="s"><v>%d</v></c>`, 2*columns+3*n)
			case 1:
				fmt.Fprintf(w, `<c t="s"><v>%d</v></c>`, 2*columns+3*n+1)
			case 7:
				fmt.Fprintf(w, `<c><v>%d</v></c>`, 1+n%4)
			case 8:
				fmt.Fprintf(w, `<c><v>%d</v></c>`, 44621+n%28)
			case columns - 1:
				fmt.Fprintf(w, `<c t="s"><v>%d</v></c>`, 2*columns+3*n+2)
			default:
				fmt.Fprintf(w, `<c t="s"><v>%d</v></c>`, columns+c)
			}
		}
		_, _ = w.WriteString("</row>") // likewise
	}
	_, _ = w.WriteString("</sheetData></worksheet>") // likewise
}

// peak runs the program and returns the most memory that it held, in MB: read while
// it runs, since what the system tells afterwards begins with that of this process.
func (w *workspace) peak(t *testing.T, args ...string) int {
	t.Helper()
	var out bytes.Buffer
	cmd := w.command(t.Context(), "thidua", args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	worldMust(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	most := 0
	for {
		select {
		case err := <-ended:
			if w.code(err) != exitWell {
				t.Fatalf("run %v: %v\n%s", args, err, out.String())
			}
			return most
		case <-time.After(10 * time.Millisecond):
			most = max(most, highWater(cmd.Process.Pid))
		}
	}
}

// highWater is the most memory that a process has held so far, in MB; 0 where it is
// gone.
func highWater(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.Atoi(fields[0])
	if err != nil {
		return 0
	}
	return kilobytes >> 10
}

// mostMemoryMB is the limit that the process promises to stay under. In short it is
// one that leaves no room for the records of the file beside what a load takes.
func mostMemoryMB() int { return size(450, 600, 600) }

// TestFeedMemory loads one very large file of a feed, and in a soak the same with
// every record changed. The process stays under its limit.
func TestFeedMemory(t *testing.T) {
	if !soak() {
		t.Parallel()
	}
	for _, f := range heavyFeeds() {
		t.Run(f.job, func(t *testing.T) {
			w := newWorkspace(t)
			rows := f.rowsOf(size(f.usualMB, 1, f.soakMB) << 20)
			for version := range size(1, 1, 2) {
				name := w.inbox("", f.file)
				worldMust(t, os.RemoveAll(filepath.Dir(name)))
				name = strings.Replace(name, "all.", fmt.Sprintf("version%d.", version), 1)
				writeHeavy(t, name, f, rows, version)
				stat, err := os.Stat(name)
				worldMust(t, err)
				started := time.Now()
				most := w.peak(t, "run", f.job)
				t.Logf("version %d: %d MB, %d rows, %.1f s, at most %d MB", version, stat.Size()>>20, rows, time.Since(started).Seconds(), most)
				if most == 0 || most > mostMemoryMB() {
					t.Errorf("version %d: the process held %d MB", version, most)
				}
				want := fmt.Sprintf("%d|%d", rows, rows*version)
				if got := w.ask(t, fmt.Sprintf("SELECT (SELECT count(*) FROM %[1]s), (SELECT count(*) FROM history.%[1]s)", f.table))[0]; got != want {
					t.Errorf("version %d: %s rows stand and are history, want %s", version, got, want)
				}
			}
		})
	}
}
