package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// rowBytes is more than a row of the vaccinations takes as text.
const rowBytes = 300

// rowsCommand is the word by which bench, started by itself, is asked to be the
// reference: to read a workbook with excelize.
const rowsCommand = "rows"

// byteOrderMark is what a table of a spreadsheet begins with.
const byteOrderMark = "\ufeff"

// sheets loads a workbook of vaccinations in turn with excelize, which only reads
// its rows. There is no budget for it.
func sheets(ctx context.Context, o options) ([]row, error) {
	e, err := vaccinations.join(ctx, o, "table", rowBytes*float64(o.sheetRows))
	if err != nil {
		return nil, err
	}
	book := extract{
		corpus: corpus{dir: filepath.Join(o.dir, "workbook"), job: "vaccination_sheets", inbox: vaccinations.job},
		file:   filepath.Join(o.dir, "workbook", "vaccinations.xlsx"),
	}
	rows, err := book.fill(e.file, o.sheetRows)
	if err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	l := &feedLoads{options: o, corpus: book.corpus, rows: rows}
	figures, err := inTurn(o.rounds,
		func() (float64, error) { return book.walk(ctx, o, rows) },
		func() (float64, error) { return l.once(ctx, false) },
	)
	if err != nil {
		return nil, err
	}
	reference, measured := median(figures[0]), median(figures[1])
	return []row{
		beside(fmt.Sprintf("a workbook into the database (%s, %d rows)", megabytes(float64(book.bytes)), rows), measured, reference),
		pace("rows of it a second", rows, measured, reference),
		within("memory of it", float64(l.peakBytes), memoryBudget, megabytes),
	}, nil
}

// fill writes the first rows of a table of vaccinations, at most limit, into the
// workbook as a spreadsheet keeps them, and returns how many there are besides the
// header.
func (e *extract) fill(table string, limit int) (rows int64, err error) {
	in, err := os.Open(table)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	if rows, err = stream(book, in, limit); err != nil {
		return 0, err
	}
	if err := os.MkdirAll(e.dir, 0o750); err != nil {
		return 0, err
	}
	if err := book.SaveAs(e.file); err != nil {
		return 0, err
	}
	from, err := in.Stat()
	if err != nil {
		return 0, err
	}
	at, err := os.Stat(e.file)
	if err != nil {
		return 0, err
	}
	e.bytes = at.Size()
	return rows, os.Chtimes(e.file, from.ModTime(), from.ModTime())
}

// stream writes a header and at most limit rows into the first sheet of a workbook,
// row by row. It returns how many rows were written.
func stream(book *excelize.File, table io.Reader, limit int) (int64, error) {
	day := "dd/mm/yyyy"
	style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &day})
	if err != nil {
		return 0, err
	}
	sheet, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return 0, err
	}
	lines := csv.NewReader(table)
	lines.ReuseRecord = true
	var cells []any
	for n := 0; n <= limit; n++ {
		texts, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return int64(n - 1), sheet.Flush()
		}
		if err != nil {
			return 0, err
		}
		cells = cells[:0]
		for _, text := range texts {
			cells = append(cells, cell(strings.TrimPrefix(text, byteOrderMark), style))
		}
		if err := sheet.SetRow("A"+strconv.Itoa(n+1), cells); err != nil {
			return 0, err
		}
	}
	return int64(limit), sheet.Flush()
}

// cell returns what a spreadsheet makes of a text: a day where it is one, a number
// where it is one of a single digit (of longer ones zeros would be lost), nothing
// where it is empty.
func cell(text string, day int) any {
	if at, err := time.Parse("02/01/2006", text); err == nil {
		return excelize.Cell{StyleID: day, Value: at}
	}
	switch {
	case text == "":
		return nil
	case len(text) == 1 && '0' <= text[0] && text[0] <= '9':
		return int(text[0] - '0')
	}
	return text
}

// walk has excelize read the workbook in a process of its own, sees that it read
// all of it, and returns the wall time.
func (e extract) walk(ctx context.Context, o options, rows int64) (float64, error) {
	o.settle()
	got, err := run(ctx, o.self, rowsCommand, e.file)
	if err != nil {
		return 0, err
	}
	read, err := readRows(got.stdout)
	if err == nil && read != rows+1 {
		err = fmt.Errorf("excelize read %d rows of %d and a header", read, rows)
	}
	return got.seconds, err
}

// printSheetRows reads the first sheet of a workbook with excelize, all cells of
// all rows, and prints how many rows there are.
func printSheetRows(file string, out io.Writer) (err error) {
	book, err := excelize.OpenFile(file)
	if err != nil {
		return fmt.Errorf("open the workbook: %w", err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	lines, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return fmt.Errorf("read the workbook: %w", err)
	}
	defer func() { err = errors.Join(err, lines.Close()) }()
	var rows int64
	for lines.Next() {
		if _, err := lines.Columns(); err != nil {
			return fmt.Errorf("read row %d: %w", rows+1, err)
		}
		rows++
	}
	if err := lines.Error(); err != nil {
		return fmt.Errorf("read the workbook: %w", err)
	}
	return json.NewEncoder(out).Encode(map[string]int64{"rows": rows})
}
