// Package question answers questions in SQL from a published file of records.
//
// Whoever asks need not be trusted with more than the file: the engine opens it
// for reading, reads nothing else, loads no extension, keeps to its memory, and
// lets none of that be changed.
package question

import (
	"context"
	"database/sql"
	"errors"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/sinks/snapshot"
)

// Snapshot is a published file of which questions are asked. It is used by one
// goroutine.
type Snapshot struct{ reader *snapshot.Reader }

// memory is what the engine may take to answer. A run beside it has its own limit.
const memory = "200MB"

// Open opens a published file by its own name, not by a pointer's.
func Open(ctx context.Context, path string) (*Snapshot, error) {
	reader, err := snapshot.OpenReader(ctx, path, memory)
	if err != nil {
		return nil, refused(err)
	}
	return &Snapshot{reader}, nil
}

// Close gives back the file.
func (s *Snapshot) Close() error { return s.reader.Close() }

// Ask asks one statement that reads. Its error is one of the sentinels, Wrong, or
// another whose text holds no value of a row.
func (s *Snapshot) Ask(ctx context.Context, statement string, args ...any) (*Answer, error) {
	if err := s.admit(statement); err != nil {
		return nil, err
	}
	rows, err := s.reader.Conn.QueryContext(ctx, statement, args...)
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
	return s.reader.Conn.Raw(func(conn any) error {
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
