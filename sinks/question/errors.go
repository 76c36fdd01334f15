package question

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/identity"
)

// Sentinels that callers explain to people.
var (
	// ErrOneStatement says that there is no statement, or more than one.
	ErrOneStatement = errors.New("one statement is asked at a time")
	// ErrReadOnly says that a statement would change something.
	ErrReadOnly = errors.New("the snapshot is read only")
	// ErrOtherFile says that a statement wants another file than the snapshot.
	ErrOtherFile = errors.New("no other file is read or written")
	// ErrMemory says that the answer takes more memory than a question may have.
	ErrMemory = errors.New("the question needs too much memory")
)

// Wrong is a statement that the engine does not understand. Text is the engine's
// own: it repeats what the statement says and the names of tables and columns,
// and no value of a row, since none has been read.
type Wrong struct{ Text string }

// Error returns what the engine said.
func (w *Wrong) Error() string { return w.Text }

// Safe says that the text holds no value of a row.
func (w *Wrong) Safe() bool { return true }

// unprepared tells several statements in one apart from one that is wrong.
func unprepared(err error) error {
	if !errors.As(err, new(*duckdb.Error)) {
		return ErrOneStatement
	}
	return refused(err)
}

// refused says what the engine refused. What it says while it reads rows may
// repeat a row, and goes out redacted.
func refused(err error) error {
	var engine *duckdb.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case !errors.As(err, &engine):
		return fmt.Errorf("read the snapshot: %w", identity.Redact(err))
	}
	headline, _, _ := strings.Cut(engine.Msg, "\n")
	switch engine.Type {
	case duckdb.ErrorTypePermission:
		return ErrOtherFile
	case duckdb.ErrorTypeOutOfMemory:
		return ErrMemory
	case duckdb.ErrorTypeCatalog:
		// A name with a slash is the path of a file that the engine may not look for.
		if strings.Contains(headline, "/") {
			return ErrOtherFile
		}
		return &Wrong{strings.TrimSpace(engine.Msg)}
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeBinder:
		return &Wrong{strings.TrimSpace(engine.Msg)}
	}
	return fmt.Errorf("answer the question: %w", identity.Redact(err))
}
