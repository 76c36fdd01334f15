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

	"github.com/duckdb/duckdb-go/v2"
	"github.com/spf13/cobra"
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
	if err := p.admit(ctx, statement); err != nil {
		return explain(err)
	}
	r, err := p.ask(ctx, statement)
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
func (a *app) streamJSON(r *result) error {
	for r.Next() {
		row, err := r.row()
		if err != nil {
			return err
		}
		if err := printJSON(a.out, table{names: r.names, rows: [][]any{row}}); err != nil {
			return err
		}
	}
	return r.Err()
}

// streamCSV writes what printCSV writes, a row as soon as it is read.
func (a *app) streamCSV(r *result) error {
	if err := printCSV(a.out, table{names: r.names}); err != nil {
		return err
	}
	w := csv.NewWriter(a.out)
	w.Comma = ';'
	for r.Next() {
		row, err := r.row()
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

func (a *app) printResult(r *result) error {
	t := table{names: r.names, titles: r.names}
	for r.Next() {
		row, err := r.row()
		if err != nil {
			return err
		}
		t.rows = append(t.rows, row)
	}
	if err := r.Err(); err != nil {
		return err
	}
	if len(r.names) == 2 && r.names[1] == "explain_value" {
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

// explain says what the engine refused. What it says of a statement, and of names
// that it does not know, repeats only what the person has typed. What it says of
// values while it reads rows may repeat a row: that goes out redacted.
func explain(err error) error {
	var engine *duckdb.Error
	var s *said
	switch {
	case errors.Is(err, syscall.EPIPE):
		return nil
	case err == nil, errors.As(err, &s), errors.Is(err, context.Canceled):
		return err
	case !errors.As(err, &engine):
		return &said{"không đọc được bản chụp", "the snapshot cannot be read", err}
	}
	headline, _, _ := strings.Cut(engine.Msg, "\n")
	switch engine.Type {
	case duckdb.ErrorTypePermission:
		return liveFile()
	case duckdb.ErrorTypeCatalog:
		// A name with a slash is the path of a file that the engine may not look for.
		if strings.Contains(headline, "/") {
			return liveFile()
		}
	}
	switch engine.Type {
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeBinder:
		text := strings.TrimSpace(engine.Msg)
		return &said{"câu SQL không chạy được: " + text, "the statement cannot be run: " + text, nil}
	case duckdb.ErrorTypeOutOfMemory:
		return &said{
			"câu SQL cần nhiều bộ nhớ hơn mức dành cho một câu hỏi; hãy lọc hoặc gộp bớt",
			"the statement needs more memory than a question may take; filter or group more", nil,
		}
	}
	return &said{"câu SQL không chạy được", "the statement cannot be run", err}
}

// liveFile sends whoever asks for another file to the one that is for readers.
func liveFile() error {
	return &said{
		"đọc published/current/records.duckdb; tệp đang ghi không mở cho người đọc",
		"read published/current/records.duckdb; the live file is not for readers", nil,
	}
}
