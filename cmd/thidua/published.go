package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/sinks/snapshot"
)

// published is the newest snapshot, open for reading. Its file is never written
// again, so that reading it holds nobody up.
type published struct {
	db    *sql.DB
	conn  *sql.Conn
	spill string
}

// questionMemory is what the engine may take to answer one question. A run beside
// it has its own limit.
const questionMemory = "200MB"

// openPublished opens the newest published records. The engine is shut in: it
// reads this one file, loads nothing, and takes no other settings.
func (a *app) openPublished(ctx context.Context) (*published, error) {
	path, err := snapshot.RecordsPath(a.publishedDir())
	if errors.Is(err, snapshot.ErrNone) {
		return nil, nothingPublished()
	}
	if err != nil {
		return nil, err
	}
	spill, err := os.MkdirTemp("", "thidua-query-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for spilled data: %w", err)
	}
	p := &published{spill: spill}
	connector, err := duckdb.NewConnector(path+"?access_mode=read_only", func(e driver.ExecerContext) error { return shutIn(ctx, e, spill) })
	if err != nil {
		return nil, errors.Join(&said{"không mở được bản chụp mới nhất", "the newest snapshot cannot be opened", err}, p.Close())
	}
	p.db = sql.OpenDB(connector)
	if p.conn, err = p.db.Conn(ctx); err != nil {
		return nil, errors.Join(&said{"không mở được bản chụp mới nhất", "the newest snapshot cannot be opened", err}, p.Close())
	}
	return p, nil
}

func nothingPublished() error {
	return &said{"chưa công bố gì; chạy trước: thidua run", "nothing has been published yet; first: thidua run", nil}
}

// shutIn makes the settings of a connection and locks them. Access to files goes
// last, since the setting before it names a folder.
func shutIn(ctx context.Context, e driver.ExecerContext, spill string) error {
	for _, setting := range []string{
		"memory_limit = '" + questionMemory + "'",
		"temp_directory = '" + strings.ReplaceAll(spill, "'", "''") + "'",
		"TimeZone = 'Asia/Ho_Chi_Minh'",
		"autoinstall_known_extensions = false",
		"autoload_known_extensions = false",
		"enable_external_access = false",
		"lock_configuration = true",
	} {
		if _, err := e.ExecContext(ctx, "SET "+setting, nil); err != nil {
			return err
		}
	}
	return nil
}

// Close gives back the file and removes what was spilled.
func (p *published) Close() error {
	var errs []error
	if p.conn != nil {
		errs = append(errs, p.conn.Close())
	}
	if p.db != nil {
		errs = append(errs, p.db.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(p.spill))...)
}

// admit lets through one statement that reads. The others would fail in the
// engine as well, in words that help nobody.
func (p *published) admit(ctx context.Context, statement string) error {
	return p.conn.Raw(func(conn any) error {
		c, ok := conn.(*duckdb.Conn)
		if !ok {
			return errors.New("the connection is not the engine's")
		}
		prepared, err := c.Prepare(statement)
		if err != nil {
			return unprepared(err)
		}
		stmt, ok := prepared.(*duckdb.Stmt)
		if !ok {
			return errors.Join(errors.New("the statement is not the engine's"), prepared.Close())
		}
		kind, err := stmt.StatementType()
		return errors.Join(err, stmt.Close(), admitKind(kind))
	})
}

// unprepared tells several statements in one apart from one that is wrong.
func unprepared(err error) error {
	var engine *duckdb.Error
	if errors.As(err, &engine) {
		return err
	}
	return &said{"mỗi lần chỉ hỏi một câu SQL", "ask one statement of SQL at a time", nil}
}

func admitKind(kind duckdb.StmtType) error {
	switch kind {
	case duckdb.STATEMENT_TYPE_SELECT, duckdb.STATEMENT_TYPE_EXPLAIN, duckdb.STATEMENT_TYPE_PRAGMA, duckdb.STATEMENT_TYPE_CALL:
		return nil
	case duckdb.STATEMENT_TYPE_ATTACH, duckdb.STATEMENT_TYPE_COPY, duckdb.STATEMENT_TYPE_EXPORT:
		return liveFile()
	}
	return &said{
		"bản chụp chỉ để đọc; dùng SELECT, SHOW, DESCRIBE hoặc EXPLAIN",
		"the snapshot is read only; use SELECT, SHOW, DESCRIBE or EXPLAIN", nil,
	}
}

// result is the answer to a question, read row by row.
type result struct {
	*sql.Rows
	names []string
	types []string
	cells []any
	ends  []any
}

// ask runs a statement.
func (p *published) ask(ctx context.Context, statement string, args ...any) (*result, error) {
	rows, err := p.conn.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	r := &result{Rows: rows, cells: make([]any, len(types)), ends: make([]any, len(types))}
	for i, t := range types {
		r.names = append(r.names, t.Name())
		r.types = append(r.types, t.DatabaseTypeName())
		r.ends[i] = &r.cells[i]
	}
	return r, nil
}

// row returns the row that Next has come to.
func (r *result) row() ([]any, error) {
	if err := r.Scan(r.ends...); err != nil {
		return nil, err
	}
	row := make([]any, len(r.cells))
	for i, v := range r.cells {
		if v != nil {
			row[i] = newCell(v, r.types[i])
		}
	}
	return row, nil
}
