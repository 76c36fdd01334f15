package calculation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"thidua/sinks/snapshot"
	"thidua/transform/calendar"
)

// Snapshot is a published file of records, open for counting: counting over it holds
// nobody up. It is used by one goroutine.
type Snapshot struct{ reader *snapshot.Reader }

// snapshotMemory is what the engine may take to count. A run beside it has its own
// limit.
const snapshotMemory = "300MB"

// OpenSnapshot opens a published file by its own name, not by a pointer's.
func OpenSnapshot(ctx context.Context, path string) (*Snapshot, error) {
	reader, err := snapshot.OpenReader(ctx, path, snapshotMemory)
	if err != nil {
		return nil, fmt.Errorf("calculation: open the snapshot: %w", err)
	}
	return &Snapshot{reader}, nil
}

// Close gives back the file.
func (s *Snapshot) Close() error { return s.reader.Close() }

// Basis is what is counted over: the rows of the snapshot as they were known at the
// instant, all of them where it is zero.
func (s *Snapshot) Basis(knownAt time.Time, today calendar.Day) Basis {
	return Basis{Conn: s.reader.Conn, KnownAt: knownAt, Today: today}
}

// Since returns the instant of the first commit, before which nothing is known. It is
// zero where there is none.
func (s *Snapshot) Since(ctx context.Context) (time.Time, error) {
	var first sql.NullTime
	if err := s.reader.Conn.QueryRowContext(ctx, "SELECT min(committed_at) FROM main.applied").Scan(&first); err != nil {
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
	rows, err := s.reader.Conn.QueryContext(ctx, "SELECT kind, name, version, declaration, known_from FROM main.definition WHERE "+query+" ORDER BY kind, name", args...)
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
