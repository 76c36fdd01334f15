package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"thidua/sinks/question"
	"thidua/sinks/snapshot"
)

func (a *app) queryCommand() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "query SQL",
		Short: "hỏi bản chụp mới nhất bằng SQL / ask the newest snapshot in SQL",
		Long: `Hỏi bản chụp mới nhất bằng một câu SQL; "-" đọc câu lệnh từ đầu vào chuẩn. Bản chụp chỉ để đọc
và không khóa ai: có thể hỏi trong lúc một lần chạy đang ghi.
Asks the newest snapshot one statement of SQL; "-" reads it from standard input. The snapshot is
read only and locks nobody out: ask while a run is writing.`,
		Example: `  thidua query "SHOW TABLES"
  thidua query "SELECT facility_code, count(*) AS visits FROM visit GROUP BY ALL ORDER BY visits DESC"
  thidua query --csv - < report.sql > report.csv`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.query(c.Context(), args[0], c.InOrStdin(), l) },
	}
	l.flags(c)
	return c
}

// longestStatement bounds what is read from standard input as one statement.
const longestStatement = 1 << 20

func (a *app) query(ctx context.Context, statement string, in io.Reader, l listing) (err error) {
	if err := a.load(); err != nil {
		return err
	}
	if statement == "-" {
		text, err := io.ReadAll(io.LimitReader(in, longestStatement))
		if err != nil {
			return fmt.Errorf("read the statement: %w", err)
		}
		statement = string(text)
	}
	// Whoever reads may stop reading, as head does: that is an error of writing
	// then, and what was spilled is removed.
	signal.Ignore(syscall.SIGPIPE)
	p, err := a.openPublished(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	r, err := p.Ask(ctx, statement)
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	switch {
	case l.json:
		err = a.streamJSON(r)
	case l.csv:
		err = a.streamCSV(r)
	default:
		err = a.printResult(r)
	}
	return explain(err)
}

// streamJSON writes a row as soon as it is read: results can be larger than memory.
func (a *app) streamJSON(r *question.Answer) error {
	for r.Next() {
		row, err := r.Row()
		if err != nil {
			return err
		}
		if err := printJSON(a.out, table{names: r.Names, rows: [][]any{row}}); err != nil {
			return err
		}
	}
	return r.Err()
}

// streamCSV writes what printCSV writes, a row as soon as it is read.
func (a *app) streamCSV(r *question.Answer) error {
	if err := printCSV(a.out, table{names: r.Names}); err != nil {
		return err
	}
	w := csv.NewWriter(a.out)
	w.Comma = ';'
	for r.Next() {
		row, err := r.Row()
		if err != nil {
			return err
		}
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = show(v)
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(r.Err(), w.Error())
}

func (a *app) printResult(r *question.Answer) error {
	t := table{names: r.Names, titles: r.Names}
	for r.Next() {
		row, err := r.Row()
		if err != nil {
			return err
		}
		t.rows = append(t.rows, row)
	}
	if err := r.Err(); err != nil {
		return err
	}
	if len(r.Names) == 2 && r.Names[1] == "explain_value" {
		return a.printPlan(t)
	}
	alignFigures(t)
	if err := printAligned(a.out, t); err != nil {
		return err
	}
	if len(t.rows) != 1 {
		a.note("(%d dòng)", "(%d rows)", len(t.rows))
	}
	return nil
}

// printPlan prints what EXPLAIN answers, which is drawn over many lines.
func (a *app) printPlan(t table) error {
	for _, row := range t.rows {
		if _, err := fmt.Fprintln(a.out, show(row[1])); err != nil {
			return err
		}
	}
	return nil
}

// openPublished opens the newest published records for questions.
func (a *app) openPublished(ctx context.Context) (*question.Snapshot, error) {
	path, err := snapshot.RecordsPath(a.publishedDir())
	if errors.Is(err, snapshot.ErrNone) {
		return nil, nothingPublished()
	}
	if err != nil {
		return nil, err
	}
	s, err := question.Open(ctx, path)
	if err != nil {
		return nil, &said{"không mở được bản chụp mới nhất", "the newest snapshot cannot be opened", err}
	}
	return s, nil
}

func nothingPublished() error {
	return &said{"chưa công bố gì; chạy trước: thidua run", "nothing has been published yet; first: thidua run", nil}
}

// explain says in both languages why a question has no answer.
func explain(err error) error {
	var wrong *question.Wrong
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &wrong):
		return &said{"câu SQL không chạy được: " + wrong.Text, "the statement cannot be run: " + wrong.Text, nil}
	case errors.Is(err, question.ErrOneStatement):
		return &said{"mỗi lần chỉ hỏi một câu SQL", "ask one statement of SQL at a time", nil}
	case errors.Is(err, question.ErrReadOnly):
		return &said{
			"bản chụp chỉ để đọc; dùng SELECT, SHOW, DESCRIBE hoặc EXPLAIN",
			"the snapshot is read only; use SELECT, SHOW, DESCRIBE or EXPLAIN", nil,
		}
	case errors.Is(err, question.ErrOtherFile):
		return &said{
			"đọc published/current/records.duckdb; tệp đang ghi không mở cho người đọc",
			"read published/current/records.duckdb; the live file is not for readers", nil,
		}
	case errors.Is(err, question.ErrMemory):
		return &said{
			"câu SQL cần nhiều bộ nhớ hơn mức dành cho một câu hỏi; hãy lọc hoặc gộp bớt",
			"the statement needs more memory than a question may take; filter or group more", nil,
		}
	}
	return &said{"câu SQL không chạy được", "the statement cannot be run", err}
}

// alignFigures makes an answer fit for a terminal: numbers stand at the right of
// their column, and nothing that a record holds can move the cursor.
func alignFigures(t table) {
	for i, title := range t.titles {
		width := utf8.RuneCountInString(title)
		for _, row := range t.rows {
			width = max(width, utf8.RuneCountInString(show(row[i])))
		}
		for _, row := range t.rows {
			c, ok := row[i].(question.Cell)
			if !ok {
				continue
			}
			text := strings.Map(printable, c.String())
			if c.Figure() {
				text = strings.Repeat(" ", width-len(text)) + text
			}
			row[i] = text
		}
	}
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return '·'
}
