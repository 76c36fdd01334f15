package csv

import (
	"bytes"
	"io"

	"thidua/ingest/format/tabular"
)

// detectDelimiter returns the delimiter under which the header is found, or most of
// it; of several the one that makes most columns. The first window of s is filled.
func (f *Format) detectDelimiter(s *splitter, newTable func() *tabular.Table) byte {
	region := s.buf[s.pos:s.end]
	if d, ok := declaredInside(region); ok {
		return d
	}
	best, bestRank := byte(delimiters[0]), [3]int{-1}
	for _, d := range []byte(delimiters) {
		if bytes.IndexByte(region, d) < 0 {
			// It makes one column of everything, as all that do not occur.
			continue
		}
		if rank := f.tryDelimiter(region, d, newTable()); outranks(rank, bestRank) {
			best, bestRank = d, rank
		}
	}
	return best
}

// declaredInside finds the line with which some programs tell Excel the delimiter.
func declaredInside(region []byte) (byte, bool) {
	if len(region) < 6 || !bytes.EqualFold(region[:4], []byte("sep=")) || region[5] != '\r' && region[5] != '\n' {
		return 0, false
	}
	return delimiterOf(nameOf(region[4]))
}

// tryDelimiter ranks a delimiter: whether the header is found, how many fields are,
// and the number of columns.
func (f *Format) tryDelimiter(region []byte, delimiter byte, table *tabular.Table) [3]int {
	s := splitter{buf: region, end: len(region), err: io.EOF, delimiter: delimiter, quote: f.quote}
	s.forget()
	widest := 0
	for table.Seeking() {
		cells, err := s.next()
		if err != nil {
			break
		}
		if table.Header(cells) {
			return [3]int{1, table.Found(), table.Width()}
		}
		widest = max(widest, len(cells))
	}
	return [3]int{0, table.Found(), widest}
}

func outranks(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}

// disguised returns the rule that the first bytes of a payload break, which is
// something else under the name of separated text.
func disguised(head []byte) (rule string, ok bool) {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")) {
		return ruleSpreadsheet, true
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"))
	if !bytes.HasPrefix(text, []byte("<")) {
		return "", false
	}
	switch {
	case bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("<workbook")):
		return ruleSpreadsheet, true
	case bytes.Contains(text, []byte("<html")), bytes.Contains(text, []byte("<!doctype html")), bytes.Contains(text, []byte("<table")):
		return ruleHTML, true
	}
	return "", false
}
