// Package warehouse keeps the rows in DuckDB: the ones that stand, their history,
// what was set aside, and the ledger of runs.
//
// There are two files. internal.duckdb (quarantine, ledger, cursors) is written
// first under the number of a commit; records.duckdb (rows, history) is written
// second, together with that number, and is the commit. Whoever opens the pair
// deletes what internal holds above the last number that records has applied, so
// a crash at any point leaves either both halves of a commit or none.
package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/dataset"
	"thidua/transform/sqltext"
)

// Config says where a warehouse is and what it holds.
type Config struct {
	// Dir holds records.duckdb and internal.duckdb.
	Dir string
	// Datasets are all declared datasets.
	Datasets []*dataset.Dataset
	// References are the reference tables with their rows.
	References []Reference
	// Heads names, for each head dataset, the columns that identify its dossiers.
	Heads map[string][]string
	// MemoryBytes is the memory that DuckDB may take, 200 MB where zero.
	MemoryBytes int64
	// Keys describes the chain of keys that the pseudonyms were made with: one
	// fingerprint per generation.
	Keys []string
	// Now gives the time.
	Now func() time.Time
	// Fault is called between any two statements of a commit, to let tests fail
	// there. It is nil in production.
	Fault func(point string) error
}

// Warehouse is an open warehouse. It holds the lock of both files and is used by
// one goroutine.
type Warehouse struct {
	config  Config
	db      *sql.DB
	conn    *sql.Conn
	applied int64
	lastAt  time.Time
	views   int
	// interrupted counts the runs that the last holder left unfinished.
	interrupted int64
}

// Sentinels that callers act on.
var (
	// ErrLocked says that another process holds the warehouse.
	ErrLocked = errors.New("another process holds the warehouse")
	// ErrCorrupt says that a file of the warehouse cannot be read.
	ErrCorrupt = errors.New("the warehouse file cannot be read")
	// ErrClock says that the clock stands before the last commit.
	ErrClock = errors.New("the clock stands before the last commit")
	// ErrSchema says that a declaration contradicts the tables that exist.
	ErrSchema = errors.New("the declaration contradicts the warehouse")
	// ErrKeys says that the keys are not those the warehouse was written with.
	ErrKeys = errors.New("the keys are not those of the warehouse")
)

// defaultMemoryBytes is DuckDB's share of the process's memory.
const defaultMemoryBytes = 200 << 20

// RecordsFile and InternalFile are the names of the two files.
const (
	RecordsFile  = "records.duckdb"
	InternalFile = "internal.duckdb"
)

// Open opens the warehouse in the directory, makes what is missing, and repairs
// what a crash has left.
func Open(ctx context.Context, c Config) (*Warehouse, error) {
	if c.MemoryBytes == 0 {
		c.MemoryBytes = defaultMemoryBytes
	}
	if c.Fault == nil {
		c.Fault = func(string) error { return nil }
	}
	for _, r := range c.References {
		c.Datasets = append(c.Datasets, r.Dataset)
	}
	w := &Warehouse{config: c}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	for _, prepare := range []func(context.Context) error{w.createTables, w.checkKeys, w.migrate, w.checkHeads, w.recover, w.checkClock, w.syncReferences} {
		if err := prepare(ctx); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

func (w *Warehouse) connect(ctx context.Context) error {
	spill := filepath.Join(w.config.Dir, "spill")
	if err := os.MkdirAll(spill, 0o700); err != nil {
		return fmt.Errorf("warehouse: make the folder for spilled data: %w", err)
	}
	// The thread that waits for the engine's other threads spins; the cores that
	// decode are better left alone.
	settings := []string{
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET preserve_insertion_order = false",
		// Measured on claims: a fifth of the time that compression takes goes into
		// trying these two, which make the file one percent smaller.
		"SET disabled_compression_methods = 'fsst,zstd'",
		"SET TimeZone = 'UTC'",
		fmt.Sprintf("SET threads = %d", max(1, runtime.NumCPU()/2)),
		fmt.Sprintf("SET memory_limit = '%dB'", w.config.MemoryBytes),
		"SET temp_directory = " + sqltext.Text(spill),
		"SET checkpoint_threshold = '128MB'",
	}
	connector, err := duckdb.NewConnector("", func(e driver.ExecerContext) error {
		for _, s := range settings {
			if _, err := e.ExecContext(ctx, s, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return wrap("start the engine", err)
	}
	w.db = sql.OpenDB(connector)
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return errors.Join(wrap("start the engine", err), w.db.Close())
	}
	for file, name := range map[string]string{RecordsFile: "records", InternalFile: "internal"} {
		attach := "ATTACH " + sqltext.Text(filepath.Join(w.config.Dir, file)) + " AS " + name
		if _, err := w.conn.ExecContext(ctx, attach); err != nil {
			return errors.Join(openError(file, err), w.Close())
		}
	}
	return nil
}

// Close writes everything from the logs into the files and gives up the lock.
func (w *Warehouse) Close() error {
	var errs []error
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	errs = append(errs, w.db.Close())
	return errors.Join(errs...)
}

// Checkpoint brings both files up to date, so that no log stands beside them.
func (w *Warehouse) Checkpoint(ctx context.Context) error {
	for _, name := range []string{"internal", "records"} {
		if err := w.exec(ctx, "CHECKPOINT "+name); err != nil {
			return err
		}
	}
	return nil
}

// recover deletes the halves of commits that were not applied, and closes the
// runs that their holder did not.
func (w *Warehouse) recover(ctx context.Context) error {
	if err := w.reconcile(ctx); err != nil {
		return err
	}
	result, err := w.conn.ExecContext(ctx, `UPDATE internal.run SET state = 'interrupted', ended_at = ?,
		message = 'the process ended before the run did' WHERE state = 'running'`, w.config.Now().UTC())
	if err != nil {
		return wrap("close interrupted runs", err)
	}
	w.interrupted, err = result.RowsAffected()
	return wrap("count interrupted runs", err)
}

// reconcile reads which commit was the last, and makes internal agree with it. It
// runs at every opening, and after a commit that met an error: an engine that is
// interrupted while it commits may have done so all the same.
func (w *Warehouse) reconcile(ctx context.Context) error {
	var at sql.NullTime
	row := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(n), 0), max(committed_at) FROM records.applied")
	if err := row.Scan(&w.applied, &at); err != nil {
		return wrap("read the last commit", err)
	}
	w.lastAt = at.Time
	return w.dropUnapplied(ctx)
}

// dropUnapplied deletes what internal holds above the last commit.
func (w *Warehouse) dropUnapplied(ctx context.Context) error {
	for _, t := range []table{tallyLedger, deliveryLedger, quarantineLedger} {
		var stray bool
		if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(n), 0) > ? FROM "+t.name, w.applied).Scan(&stray); err != nil {
			return wrap("look for halves of commits", err)
		}
		if stray {
			if err := w.exec(ctx, "DELETE FROM "+t.name+" WHERE n > ?", w.applied); err != nil {
				return err
			}
		}
	}
	return nil
}

// clockSlack is how far the clock may stand before the last commit: clocks are
// corrected by seconds, not by hours.
const clockSlack = 5 * time.Minute

func (w *Warehouse) checkClock(context.Context) error {
	now := w.config.Now()
	if w.lastAt.Sub(now) > clockSlack {
		return fmt.Errorf("%w: it reads %s, the last commit was at %s; set the clock, known times would lie otherwise",
			ErrClock, now.UTC().Format(time.RFC3339), w.lastAt.UTC().Format(time.RFC3339))
	}
	return nil
}

// nextInstant returns the instant of the next commit, later than all before.
func (w *Warehouse) nextInstant() time.Time {
	now := w.config.Now().UTC().Truncate(time.Microsecond)
	if !now.After(w.lastAt) {
		now = w.lastAt.Add(time.Microsecond)
	}
	return now
}

// Interrupted returns how many runs the last holder left unfinished.
func (w *Warehouse) Interrupted() int64 { return w.interrupted }

// Applied returns the number of the last commit.
func (w *Warehouse) Applied() int64 { return w.applied }

// RecordsPath returns the path of the file that is published. It may be copied
// only after Close.
func (w *Warehouse) RecordsPath() string { return filepath.Join(w.config.Dir, RecordsFile) }

func (w *Warehouse) exec(ctx context.Context, statement string, args ...any) error {
	_, err := w.conn.ExecContext(ctx, statement, args...)
	return wrap(firstWords(statement), err)
}

// transaction runs do between BEGIN and COMMIT.
func (w *Warehouse) transaction(ctx context.Context, do func() error) error {
	err := w.exec(ctx, "BEGIN TRANSACTION")
	if err == nil {
		err = do()
	}
	if err == nil {
		err = w.exec(ctx, "COMMIT")
	}
	if err == nil {
		return nil
	}
	// A cancelled context must not keep the rollback from happening. One that ended while
	// the transaction began may have left it open.
	if _, undo := w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); undo != nil && !noTransaction(undo) {
		return errors.Join(err, wrap("roll back", undo))
	}
	return err
}

// Exists reports whether the directory holds a warehouse.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, RecordsFile))
	return !errors.Is(err, fs.ErrNotExist)
}
