package calculation

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/calendar"
	"thidua/transform/sqltext"
)

// Snapshot is a published file of records, open for counting. The file is never
// written again, so that counting over it holds nobody up; temporary tables are made
// in memory and spill into a folder of its own. It is used by one goroutine.
type Snapshot struct {
	db    *sql.DB
	conn  *sql.Conn
	spill string
}

// snapshotMemory is what the engine may take to count. A run beside it has its own
// limit.
const snapshotMemory = "300MB"

// OpenSnapshot opens a published file by its own name, not by a pointer's: the engine
// keeps files by their names. It reads no other file and loads no extension.
func OpenSnapshot(ctx context.Context, path string) (*Snapshot, error) {
	spill, err := os.MkdirTemp("", "thidua-count-")
	if err != nil {
		return nil, fmt.Errorf("calculation: make a folder for spilled data: %w", err)
	}
	s := &Snapshot{spill: spill}
	connector, err := duckdb.NewConnector(path+"?access_mode=read_only", func(e driver.ExecerContext) error { return shutIn(ctx, e, spill) })
	if err != nil {
		return nil, errors.Join(fmt.Errorf("calculation: open the snapshot: %w", err), s.Close())
	}
	s.db = sql.OpenDB(connector)
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("calculation: open the snapshot: %w", err), s.Close())
	}
	return s, nil
}

// shutIn makes the settings of a connection and locks them. Access to files goes late,
// since a setting before it names a folder.
func shutIn(ctx context.Context, e driver.ExecerContext, spill string) error {
	for _, setting := range []string{
		"memory_limit = '" + snapshotMemory + "'",
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

// Basis is what is counted over: the rows of the snapshot as they were known at the
// instant, all of them where it is zero.
func (s *Snapshot) Basis(knownAt time.Time, today calendar.Day) Basis {
	return Basis{Conn: s.conn, KnownAt: knownAt, Today: today}
}

// Since returns the instant of the first commit, before which nothing is known. It is
// zero where there is none.
func (s *Snapshot) Since(ctx context.Context) (time.Time, error) {
	var first sql.NullTime
	if err := s.conn.QueryRowContext(ctx, "SELECT min(committed_at) FROM main.applied").Scan(&first); err != nil {
		return time.Time{}, fmt.Errorf("calculation: look for the first commit: %w", err)
	}
	return first.Time, nil
}

// Definition is the text of an indicator or a campaign that a round computed with.
type Definition struct {
	// Kind is indicator or campaign.
	Kind, Name, Version, Text string
	// Since is the instant from which it was in force.
	Since time.Time
}

// Definitions lists the texts that were in force at the instant, those in force now
// where it is zero, by kind and name.
func (s *Snapshot) Definitions(ctx context.Context, at time.Time) (list []Definition, err error) {
	query, args := "known_to IS NULL", []any{}
	if !at.IsZero() {
		query, args = "known_from <= $1 AND (known_to IS NULL OR known_to > $1)", []any{at}
	}
	rows, err := s.conn.QueryContext(ctx, "SELECT kind, name, version, declaration, known_from FROM main.definition WHERE "+query+" ORDER BY kind, name", args...)
	if err != nil {
		return nil, fmt.Errorf("calculation: read the definitions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var d Definition
		if err := rows.Scan(&d.Kind, &d.Name, &d.Version, &d.Text, &d.Since); err != nil {
			return nil, fmt.Errorf("calculation: read the definitions: %w", err)
		}
		list = append(list, d)
	}
	return list, rows.Err()
}
