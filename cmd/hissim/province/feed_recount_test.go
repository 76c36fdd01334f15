package province_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// The recount of feeds reads what was written with encoding/csv, encoding/json,
// encoding/xml and excelize, and counts it again as a clerk would.

// record is one row or document by the names of its columns or members.
type record map[string]string

// delivered is one file that was accepted.
type delivered struct {
	changedAt time.Time
	records   []record
}

// deliveries are the files of a folder in the order they were made.
type deliveries struct {
	files          []delivered
	count, refused int
	// unread are tables in letters that no decoder of ours reads.
	unread int
}

// readFeed reads all files below dir.
func readFeed(t *testing.T, dir string) deliveries {
	t.Helper()
	var all deliveries
	for path, info := range walk(t, dir) {
		content, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		all.count++
		var records []record
		switch name := strings.TrimSuffix(path, ".gz"); filepath.Ext(name) {
		case ".xlsx":
			records, err = readBook(content)
		case ".csv", ".txt":
			if content, err = inflated(path, content); err == nil {
				if !bytes.HasPrefix(content, []byte{0xFF, 0xFE}) && !utf8.Valid(content) {
					all.unread++
					continue
				}
				records, err = readTable(content)
			}
		case ".xml":
			records, err = readDocument(content)
		default:
			records, err = readObjects(content)
		}
		if err != nil {
			all.refused++
			continue
		}
		all.files = append(all.files, delivered{info.ModTime(), records})
	}
	slices.SortFunc(all.files, func(a, b delivered) int { return a.changedAt.Compare(b.changedAt) })
	return all
}

func inflated(path string, content []byte) ([]byte, error) {
	if !strings.HasSuffix(path, ".gz") {
		return content, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func readTable(content []byte) ([]record, error) {
	text := string(content)
	if strings.HasPrefix(text, "\xFF\xFE") {
		var units []uint16
		for i := 2; i+1 < len(content); i += 2 {
			units = append(units, uint16(content[i])|uint16(content[i+1])<<8)
		}
		text = string(utf16.Decode(units))
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord = -1
	first, _, _ := strings.Cut(text, "\n")
	for _, delimiter := range ",;\t" {
		if strings.ContainsRune(first, delimiter) {
			r.Comma = delimiter
		}
	}
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	return named(lines), nil
}

func readBook(content []byte) ([]record, error) {
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	defer book.Close()
	lines, err := book.GetRows("Danh sách", excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, err
	}
	all := named(lines)
	for _, r := range all {
		for _, name := range []string{"Ngày tiêm", "Ngày sinh"} {
			if serial, err := strconv.ParseFloat(r[name], 64); err == nil {
				day, err := excelize.ExcelDateToTime(serial, false)
				if err != nil {
					return nil, err
				}
				r[name] = day.Format("02/01/2006")
			}
		}
	}
	return all, nil
}

// named gives the cells the names of the header, which is the first long row, and
// passes over totals.
func named(lines [][]string) (all []record) {
	var header []string
	for _, cells := range lines {
		switch {
		case header == nil && len(cells) < 3:
		case header == nil:
			header = cells
		case cells[0] == "Tổng cộng":
		default:
			r := record{}
			for i, cell := range cells {
				r[header[i]] = cell
			}
			all = append(all, r)
		}
	}
	return all
}

func readObjects(content []byte) (all []record, err error) {
	if bytes.HasPrefix(content, []byte("[")) {
		var list []json.RawMessage
		if err := json.Unmarshal(content, &list); err != nil {
			return nil, err
		}
		content = nil
		for _, one := range list {
			content = append(append(content, one...), '\n')
		}
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	for {
		var members map[string]any
		if err := d.Decode(&members); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		r := record{}
		for name, value := range members {
			switch value := value.(type) {
			case string:
				r[name] = value
			case json.Number:
				r[name] = value.String()
			case []any:
				r[name] = strings.Repeat("|", len(value))
			case map[string]any:
				r[name] = "|"
			}
		}
		all = append(all, r)
	}
}

func readDocument(content []byte) ([]record, error) {
	var root struct {
		Members []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(content, &root); err != nil {
		return nil, err
	}
	r := record{}
	for _, m := range root.Members {
		r[m.XMLName.Local] = m.Text
	}
	return []record{r}, nil
}

// standing keeps the newest version of each record with a key: by order, and then
// the one that came last. A blank key means that the record is set aside.
func (d deliveries) standing(key, order func(record) string) []record {
	kept := map[string]record{}
	for _, f := range d.files {
		for _, r := range f.records {
			k := key(r)
			if k == "" {
				continue
			}
			if old, known := kept[k]; !known || cmp.Compare(order(r), order(old)) >= 0 {
				kept[k] = r
			}
		}
	}
	all := make([]record, 0, len(kept))
	for _, k := range slices.Sorted(maps.Keys(kept)) {
		all = append(all, kept[k])
	}
	return all
}

func lastCome(record) string { return "" }

// tally counts records by a name; those without one are left out.
func tally(all []record, name func(record) string) map[string]int {
	n := map[string]int{}
	for _, r := range all {
		if key := name(r); key != "" {
			n[key]++
		}
	}
	return n
}

// day reads a day in one of the ways that feeds write it; the zero time where it
// is none.
func day(text string) time.Time {
	for _, layout := range []string{"02/01/2006", "2006-01-02", "2006-01-02 15:04:05", "200601021504", "20060102"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

func month(text string) string { return day(text).Format("2006-01") }

// number is a text of digits, and nothing else.
func number(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789") == ""
}
