package province

import (
	"archive/zip"
	"fmt"
	"strconv"
	"time"
)

// The parts of a workbook of one sheet, as small as spreadsheets accept them. Style
// 1 shows a number as a day.
var bookParts = []struct{ name, content string }{
	{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`},
}

// beginBook writes the parts and opens the sheet.
func (s *sheet) beginBook() {
	s.book = zip.NewWriter(s.file.to)
	for _, p := range bookParts {
		if s.openPart(p.name); s.failed == nil {
			_, s.failed = s.part.Write([]byte(p.content))
		}
	}
	s.openPart("xl/worksheets/sheet1.xml")
	s.buf = append(s.buf, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`...)
}

func (s *sheet) openPart(name string) {
	if s.failed != nil {
		return
	}
	part, err := s.book.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.file.changedAt})
	if err != nil {
		s.failed = fmt.Errorf("write workbook: %w", err)
		return
	}
	s.part = part
}

// endBook closes the sheet and the workbook.
func (s *sheet) endBook() {
	s.buf = append(s.buf, "</sheetData></worksheet>"...)
	s.flush()
	if err := s.book.Close(); err != nil && s.failed == nil {
		s.failed = fmt.Errorf("write workbook: %w", err)
	}
	s.part = nil
}

// bookCell begins a cell and names its place.
func (s *sheet) bookCell() {
	s.buf = append(s.buf, `<c r="`...)
	if s.column > 26 {
		s.buf = append(s.buf, byte('A'+(s.column-1)/26-1))
	}
	s.buf = append(s.buf, byte('A'+(s.column-1)%26))
	s.buf = append(strconv.AppendInt(s.buf, int64(s.row), 10), '"')
}

func (s *sheet) bookText(text string) {
	s.bookCell()
	s.buf = append(s.buf, ` t="inlineStr"><is><t>`...)
	s.buf = appendEscaped(s.buf, text)
	s.buf = append(s.buf, "</t></is></c>"...)
}

func (s *sheet) bookNumber(n int, style string) {
	s.bookCell()
	s.buf = append(append(s.buf, style...), "><v>"...)
	s.buf = append(strconv.AppendInt(s.buf, int64(n), 10), "</v></c>"...)
}

// appendEscaped writes text of an XML document.
func appendEscaped(to []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; c {
		case '&':
			to = append(to, "&amp;"...)
		case '<':
			to = append(to, "&lt;"...)
		default:
			to = append(to, c)
		}
	}
	return to
}

// serial is the day as spreadsheets count: days since 30/12/1899.
func serial(day time.Time) int {
	return int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}
