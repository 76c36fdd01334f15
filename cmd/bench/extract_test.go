package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// The joined file has one header, the text of all files and the time of the last.
func TestConcatenate(t *testing.T) {
	at := time.Date(2022, 6, 13, 11, 1, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		feed feed
		want string
	}{
		{"with headers", vaccinations, "h\n1\n2\n"},
		{"without", feed{ext: ".csv"}, "h\n1\nh\n2\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, to := t.TempDir(), filepath.Join(t.TempDir(), "all.csv")
			for name, text := range map[string]string{"a/1.csv": "h\n1\n", "b/2.csv": "h\n2\n", "b/3.txt": "3\n"} {
				p := filepath.Join(dir, name)
				err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o750), os.WriteFile(p, []byte(text), 0o640), os.Chtimes(p, at, at))
				if err != nil {
					t.Fatal(err)
				}
			}
			size, err := tt.feed.concatenate(dir, to)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(to)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want || size != int64(len(tt.want)) {
				t.Errorf("got %q of %d bytes, want %q", got, size, tt.want)
			}
			if file, err := os.Stat(to); err != nil || !file.ModTime().Equal(at) {
				t.Errorf("error %v, or not the time of the files", err)
			}
			if _, err := tt.feed.concatenate(dir, to); !errors.Is(err, os.ErrExist) {
				t.Errorf("error %v where the file is there, want %v", err, os.ErrExist)
			}
		})
	}
}

// What is filled in is what the library reads again, rows beyond the limit left out.
func TestFill(t *testing.T) {
	dir := t.TempDir()
	table := filepath.Join(dir, "table.csv")
	if err := os.WriteFile(table, []byte("\ufeffa,b,c\n007,10/03/2022,3\nx,,31/02/2022\nleft,out,\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		limit int
		rows  int64
	}{{2, 2}, {9, 3}} {
		e := extract{corpus: corpus{dir: filepath.Join(dir, "book")}, file: filepath.Join(dir, "book", "a.xlsx")}
		rows, err := e.fill(table, tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		if rows != tt.rows || e.bytes == 0 {
			t.Errorf("limit %d: %d rows in %d bytes, want %d rows", tt.limit, rows, e.bytes, tt.rows)
		}
		want := [][]string{{"a", "b", "c"}, {"007", "44630", "3"}, {"x", "", "31/02/2022"}, {"left", "out"}}
		if diff := cmp.Diff(want[:tt.rows+1], cells(t, e.file)); diff != "" {
			t.Errorf("limit %d: cells (-want +got):\n%s", tt.limit, diff)
		}
		var out strings.Builder
		if err := printSheetRows(e.file, &out); err != nil {
			t.Fatal(err)
		}
		if got, err := readRows([]byte(out.String())); err != nil || got != rows+1 {
			t.Errorf("limit %d: the reference read %d rows, error %v", tt.limit, got, err)
		}
	}
	if err := printSheetRows(table, io.Discard); err == nil {
		t.Error("a table is read as a workbook")
	}
}

// cells returns the cells of the first sheet as they are stored.
func cells(t *testing.T, file string) [][]string {
	t.Helper()
	book, err := excelize.OpenFile(file, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	got, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestByteSize(t *testing.T) {
	for _, tt := range []struct {
		text string
		want byteSize
	}{{"300MB", 300e6}, {"1.5 kB", 1500}, {"2GB", 2e9}, {"12B", 12}, {"12", 12}} {
		var got byteSize
		if err := got.Set(tt.text); err != nil || got != tt.want {
			t.Errorf("%q: %d, error %v, want %d", tt.text, got, err, tt.want)
		}
	}
	for _, text := range []string{"", "MB", "-1MB", "0", "NaN", "1e40", "3 apples"} {
		got := byteSize(7)
		if err := got.Set(text); err == nil || got != 7 {
			t.Errorf("%q: %d, error %v, want an error", text, got, err)
		}
	}
}

func TestReadRows(t *testing.T) {
	for _, tt := range []struct {
		output string
		want   int64
		broken bool
	}{{"{\"rows\":7}\n", 7, false}, {"{\"rows\":0}", 0, true}, {"{}", 0, true}, {"7 rows", 0, true}} {
		got, err := readRows(bytes.TrimSpace([]byte(tt.output)))
		if got != tt.want || (err != nil) != tt.broken {
			t.Errorf("%q: %d, error %v", tt.output, got, err)
		}
	}
}
