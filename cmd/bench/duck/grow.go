package main

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// growCommand is the word that asks for rows in the tables of a workspace.
const growCommand = "grow"

// statements invent the rows. Each ends with a semicolon at the end of a line.
//
//go:embed grow.sql
var statements string

// grow invents rows for the given number of visits in the file, which must be there and
// be held by nobody, and prints how many rows came in all. The file is closed, and so
// wholly on the disk, before it returns.
func grow(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 {
		return errUsage
	}
	visits, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || visits < 1 {
		return errUsage
	}
	if _, err := os.Stat(args[1]); err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	db, err := sql.Open("duckdb", args[1])
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	rows, err := invent(ctx, db, visits)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]int64{"rows": rows})
}

// invent runs the statements on one connection and adds up what they insert.
func invent(ctx context.Context, db *sql.DB, visits int64) (rows int64, err error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return 0, fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	// Compressing is most of the work, and trying these two half of it.
	settings := fmt.Sprintf("SET disabled_compression_methods = 'fsst,zstd';\nSET VARIABLE visits = %d;\n", visits)
	for n, statement := range strings.Split(strings.TrimSpace(settings+statements), ";\n") {
		done, err := c.ExecContext(ctx, statement)
		if err != nil {
			return 0, fmt.Errorf("statement %d: %w", n+1, err)
		}
		if strings.Contains(statement, "INSERT INTO ") {
			added, err := done.RowsAffected()
			if err != nil {
				return 0, fmt.Errorf("statement %d: count its rows: %w", n+1, err)
			}
			rows += added
		}
	}
	return rows, nil
}
