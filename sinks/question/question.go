// Package question answers questions in SQL from a published file of records.
//
// Whoever asks need not be trusted with more than the file: the engine opens it
// for reading, reads nothing else, loads no extension, keeps to its memory, and
// lets none of that be changed.
package question

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// Snapshot is a published file, open for reading. It is never written again, so
// that reading it holds nobody up. It is used by one goroutine.
type Snapshot struct {
	db    *sql.DB
	conn  *sql.Conn
	spill string
}

// memory is what the engine may take to answer. A run beside it has its own limit.
const memory = "200MB"

// Open opens a published file by its own name, not by a pointer's: the engine
// keeps files by their names.
func Open(ctx context.Context, path string) (*Snapshot, error) {
	spill, err := os.MkdirTemp("", "thidua-query-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for spilled data: %w", err)
	}
	s := &Snapshot{spill: spill}
	connector, err := duckdb.NewConnector(path+"?access_mode=read_only", func(e driver.ExecerContext) error { return shutIn(ctx, e, spill) })
	if err != nil {
		return nil, errors.Join(refused(err), s.Close())
	}
	s.db = sql.OpenDB(connector)
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, errors.Join(refused(err), s.Close())
	}
	return s, nil
}

// shutIn makes the settings of a connection and locks them. Access to files goes
// late, since a setting before it names a folder.
func shutIn(ctx context.Context, e driver.ExecerContext, spill string) error {
	for _, setting := range []string{
		"memory_limit = '" + memory + "'",
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
func (s *Snapshot) Close() error {
	var errs []error
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.spill))...)
}

// Ask asks one statement that reads. Its error is one of the sentinels, Wrong, or
// another whose text holds no value of a row.
func (s *Snapshot) Ask(ctx context.Context, statement string, args ...any) (*Answer, error) {
	if err := s.admit(statement); err != nil {
		return nil, err
	}
	rows, err := s.conn.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, refused(err)
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, errors.Join(refused(err), rows.Close())
	}
	a := &Answer{rows: rows, cells: make([]any, len(types)), ends: make([]any, len(types))}
	for i, t := range types {
		a.Names = append(a.Names, t.Name())
		a.types = append(a.types, t.DatabaseTypeName())
		a.ends[i] = &a.cells[i]
	}
	return a, nil
}

// admit lets through one statement that reads. The others would fail in the
// engine as well, in words that help nobody.
func (s *Snapshot) admit(statement string) error {
	return s.conn.Raw(func(conn any) error {
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

func admitKind(kind duckdb.StmtType) error {
	switch kind {
	case duckdb.STATEMENT_TYPE_SELECT, duckdb.STATEMENT_TYPE_EXPLAIN, duckdb.STATEMENT_TYPE_PRAGMA, duckdb.STATEMENT_TYPE_CALL:
		return nil
	case duckdb.STATEMENT_TYPE_ATTACH, duckdb.STATEMENT_TYPE_COPY, duckdb.STATEMENT_TYPE_EXPORT:
		return ErrOtherFile
	}
	return ErrReadOnly
}

// Answer is what a question returns, read row by row.
type Answer struct {
	// Names are those of the columns. They may repeat.
	Names []string

	rows  *sql.Rows
	types []string
	cells []any
	ends  []any
}

// Next goes to the next row. It returns false after the last, or where Err tells
// why there are no more.
func (a *Answer) Next() bool { return a.rows.Next() }

// Err says why reading stopped, nil at the end of the answer.
func (a *Answer) Err() error { return refused(a.rows.Err()) }

// Close ends the question.
func (a *Answer) Close() error { return a.rows.Close() }

// Row returns the row that Next has come to: a Cell for each column, nil for NULL.
func (a *Answer) Row() ([]any, error) {
	if err := a.rows.Scan(a.ends...); err != nil {
		return nil, refused(err)
	}
	row := make([]any, len(a.cells))
	for i, v := range a.cells {
		if v != nil {
			row[i] = newCell(v, a.types[i])
		}
	}
	return row, nil
}
