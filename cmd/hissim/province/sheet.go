package province

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// tableHabit is how a system spells a table: the same rows, another file.
type tableHabit struct {
	// delimiter stands between cells; bom puts a byte order mark in front, crlf
	// ends lines with two characters.
	delimiter byte
	bom, crlf bool
	// framed puts a title and blank lines before the header and a total row behind.
	framed bool
	// encode writes other bytes for UTF-8; nil writes it as it is.
	encode func(to, text []byte) []byte
	// workbook makes an XLSX of it, with dates as serial numbers.
	workbook bool
}

// sheet is one file of rows in the making, as a table or as raw text. The first
// error stays and is returned by finish.
type sheet struct {
	habit  tableHabit
	header []string
	file   *file
	buf    []byte
	coded  []byte
	column int
	row    int
	book   *zip.Writer
	part   io.Writer
	failed error

	// amended asks for rows as they are sent again, counts for counting what
	// stands.
	amended, counts bool
	// every keeps one of so many rows, seen counts those offered.
	every, seen int
}

// take offers a row and reports whether this file has it.
func (s *sheet) take() bool {
	s.seen++
	return s.every <= 1 || (s.seen-1)%s.every == 0
}

// flushAt is how much of a sheet waits in memory.
const flushAt = 128 << 10

// begin writes what stands before the rows.
func (s *sheet) begin(f *file) {
	s.file = f
	if s.habit.workbook {
		s.beginBook()
	}
	if s.habit.bom {
		s.buf = append(s.buf, "\ufeff"...)
	}
	if s.header == nil {
		return
	}
	if s.habit.framed {
		s.text("BÁO CÁO DANH SÁCH CHI TIẾT")
		s.endRow()
		s.text("")
		s.endRow()
	}
	for _, name := range s.header {
		s.text(name)
	}
	s.endRow()
}

// finish writes what stands behind the rows and completes the file.
func (s *sheet) finish(rows int) error {
	if s.habit.framed && s.header != nil {
		s.text("Tổng cộng")
		s.number(rows)
		s.endRow()
	}
	if s.habit.workbook {
		s.endBook()
	}
	s.flush()
	if s.failed != nil && s.file.failedWrite == nil {
		s.file.failedWrite = s.failed
	}
	return s.file.finish()
}

func (s *sheet) flush() {
	text := s.buf
	if s.habit.encode != nil {
		s.coded = s.habit.encode(s.coded[:0], text)
		text = s.coded
	}
	if s.part == nil {
		s.file.write(text)
	} else if _, err := s.part.Write(text); err != nil && s.failed == nil {
		s.failed = fmt.Errorf("write workbook: %w", err)
	}
	s.buf = s.buf[:0]
}

// beginCell goes to the next cell.
func (s *sheet) beginCell() {
	if s.column > 0 && !s.habit.workbook {
		s.buf = append(s.buf, s.habit.delimiter)
	}
	if s.column == 0 && s.habit.workbook {
		s.row++
		s.buf = append(s.buf, `<row r="`...)
		s.buf = append(strconv.AppendInt(s.buf, int64(s.row), 10), `">`...)
	}
	s.column++
}

// text writes a cell.
func (s *sheet) text(text string) {
	s.beginCell()
	switch {
	case s.habit.workbook && text == "":
	case s.habit.workbook:
		s.bookText(text)
	default:
		s.buf = appendCell(s.buf, text, s.habit.delimiter)
	}
}

// texts writes several cells.
func (s *sheet) texts(all ...string) {
	for _, text := range all {
		s.text(text)
	}
}

// number writes a cell that spreadsheets count with.
func (s *sheet) number(n int) {
	s.beginCell()
	if s.habit.workbook {
		s.bookNumber(n, "")
		return
	}
	s.buf = strconv.AppendInt(s.buf, int64(n), 10)
}

// day writes a cell dd/MM/yyyy; a zero time is blank.
func (s *sheet) day(day time.Time) {
	s.beginCell()
	switch {
	case day.IsZero():
	case s.habit.workbook:
		s.bookNumber(serial(day), ` s="1"`)
	default:
		s.buf = appendDay(s.buf, day)
	}
}

// stamp writes a cell from a function that appends a time.
func (s *sheet) stamp(at time.Time, how func([]byte, time.Time) []byte) {
	s.beginCell()
	if !at.IsZero() {
		s.buf = how(s.buf, at)
	}
}

// endRow ends the row, and lets go of what has gathered.
func (s *sheet) endRow() {
	s.column = 0
	switch {
	case s.habit.workbook:
		s.buf = append(s.buf, "</row>"...)
	case s.habit.crlf:
		s.buf = append(s.buf, '\r', '\n')
	default:
		s.buf = append(s.buf, '\n')
	}
	s.let()
}

// let writes what has gathered if it is much; between rows alone.
func (s *sheet) let() {
	if len(s.buf) >= flushAt {
		s.flush()
	}
}

// appendCell quotes a cell that needs it.
func appendCell(to []byte, text string, delimiter byte) []byte {
	for i := range len(text) {
		if c := text[i]; c == delimiter || c == '"' || c == '\n' {
			to = append(to, '"')
			for j := range len(text) {
				if text[j] == '"' {
					to = append(to, '"')
				}
				to = append(to, text[j])
			}
			return append(to, '"')
		}
	}
	return append(to, text...)
}

func appendYear(to []byte, year int) []byte { return appendTwo(appendTwo(to, year/100), year%100) }

// appendDay writes dd/MM/yyyy.
func appendDay(to []byte, day time.Time) []byte {
	year, month, d := day.Date()
	to = append(appendTwo(to, d), '/')
	to = append(appendTwo(to, int(month)), '/')
	return appendYear(to, year)
}

// appendISO writes yyyy-MM-dd.
func appendISO(to []byte, day time.Time) []byte {
	year, month, d := day.Date()
	to = append(appendYear(to, year), '-')
	to = append(appendTwo(to, int(month)), '-')
	return appendTwo(to, d)
}

// appendCompact writes yyyyMMdd.
func appendCompact(to []byte, day time.Time) []byte {
	year, month, d := day.Date()
	return appendTwo(appendTwo(appendYear(to, year), int(month)), d)
}

// appendMinute writes yyyyMMddHHmm.
func appendMinute(to []byte, at time.Time) []byte {
	hour, minute, _ := at.Clock()
	return appendTwo(appendTwo(appendCompact(to, at), hour), minute)
}

// appendSecond writes yyyy-MM-dd HH:mm:ss.
func appendSecond(to []byte, at time.Time) []byte {
	hour, minute, second := at.Clock()
	to = append(appendISO(to, at), ' ')
	to = append(appendTwo(to, hour), ':')
	to = append(appendTwo(to, minute), ':')
	return appendTwo(to, second)
}

// appendUTF16 writes UTF-16, little end first.
func appendUTF16(to, text []byte) []byte {
	var units [2]uint16
	for len(text) > 0 {
		r, width := utf8.DecodeRune(text)
		text = text[width:]
		for _, unit := range utf16.AppendRune(units[:0], r) {
			to = append(to, byte(unit), byte(unit>>8))
		}
	}
	return to
}

// The letters of TCVN3 (ABC) and, in the same order, their bytes. Other capitals
// with a mark are written as the small letter, as its fonts do.
const (
	tcvn3Letters = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ"
	tcvn3Bytes   = "\xb5\xb6\xb7\xb8\xb9\xa8\xbb\xbc\xbd\xbe\xc6\xa9\xc7\xc8\xc9\xca\xcb\xae\xcc\xce\xcf\xd0\xd1\xaa\xd2\xd3\xd4\xd5\xd6" +
		"\xd7\xd8\xdc\xdd\xde\xdf\xe1\xe2\xe3\xe4\xab\xe5\xe6\xe7\xe8\xe9\xac\xea\xeb\xec\xed\xee\xef\xf1\xf2\xf3\xf4" +
		"\xad\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xa1\xa2\xa7\xa3\xa4\xa5\xa6"
)

// appendTCVN3 writes TCVN3, in which a letter is one byte.
func appendTCVN3(to, text []byte) []byte {
	for _, r := range string(text) {
		if r < utf8.RuneSelf {
			to = append(to, byte(r))
			continue
		}
		at := strings.IndexRune(tcvn3Letters, r)
		if at < 0 {
			at = strings.IndexRune(tcvn3Letters, unicode.ToLower(r))
		}
		if at < 0 {
			to = append(to, '?')
			continue
		}
		to = append(to, tcvn3Bytes[utf8.RuneCountInString(tcvn3Letters[:at])])
	}
	return to
}
