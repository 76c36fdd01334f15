package snapshot

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/sqltext"
)

// Reader is a published file in the engine, open for reading. It is never written again,
// so that reading it holds nobody up; temporary tables are made in memory and spill into
// a folder of its own. It is used by one goroutine.
type Reader struct {
	Conn *sql.Conn

	db    *sql.DB
	spill string
}

// OpenReader opens a published file by its own name, not by a pointer's: the engine keeps
// files by their names. The engine takes no more than the memory that is given, as it
// writes sizes; it reads no other file, loads no extension, and lets none of that be
// changed. What the engine says is the cause of the error as it is.
func OpenReader(ctx context.Context, path, memory string) (*Reader, error) {
	spill, err := os.MkdirTemp("", "thidua-read-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for spilled data: %w", err)
	}
	r := &Reader{spill: spill}
	connector, err := duckdb.NewConnector(path+"?access_mode=read_only", func(e driver.ExecerContext) error { return shutIn(ctx, e, memory, spill) })
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.db = sql.OpenDB(connector)
	if r.Conn, err = r.db.Conn(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// shutIn makes the settings of a connection and locks them. Access to files goes late,
// since a setting before it names a folder.
func shutIn(ctx context.Context, e driver.ExecerContext, memory, spill string) error {
	for _, setting := range []string{
		"memory_limit = " + sqltext.Text(memory),
		"temp_directory = " + sqltext.Text(spill),
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
func (r *Reader) Close() error {
	var errs []error
	if r.Conn != nil {
		errs = append(errs, r.Conn.Close())
	}
	if r.db != nil {
		errs = append(errs, r.db.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(r.spill))...)
}
