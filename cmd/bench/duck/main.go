// Command duck is DuckDB alone, and links nothing of thidua. It is the reference that
// loading a feed is held against: with the settings it has by default it reads a file of
// the benchmark into a table of a new database and closes it. And it invents the rows
// that computing is measured over: straight into the tables of an idle workspace, which
// would take an hour to load.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver that sql.Open finds by its name
)

// readers are the functions of DuckDB that read a file, by the ending of its name.
var readers = map[string]string{".ndjson": "read_json", ".csv": "read_csv"}

// errUsage says how the command is used.
var errUsage = errors.New("usage: duck FILE.ndjson|FILE.csv NEW-DATABASE, or duck grow VISITS records.duckdb")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	do, args := load, os.Args[1:]
	if len(args) > 0 && args[0] == growCommand {
		do, args = grow, args[1:]
	}
	err := do(ctx, args, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "duck:", err)
		os.Exit(1)
	}
}

// load reads the first file into the second, which must not be there yet, and
// prints how many rows it holds then. The database is closed, and so wholly on the
// disk, before it returns.
func load(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 || readers[filepath.Ext(args[0])] == "" {
		return errUsage
	}
	if _, err := os.Lstat(args[1]); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("the database %s is not new", args[1]), err)
	}
	db, err := sql.Open("duckdb", args[1])
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	rows, err := create(ctx, db, args[0])
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]int64{"rows": rows})
}

// create makes a table of all that DuckDB finds in the file and counts its rows.
func create(ctx context.Context, db *sql.DB, file string) (rows int64, err error) {
	from := readers[filepath.Ext(file)] + "('" + strings.ReplaceAll(file, "'", "''") + "')"
	if _, err := db.ExecContext(ctx, "CREATE TABLE feed AS SELECT * FROM "+from); err != nil {
		return 0, fmt.Errorf("read the file into a table: %w", err)
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM feed").Scan(&rows); err != nil {
		return 0, fmt.Errorf("count the rows: %w", err)
	}
	return rows, nil
}
