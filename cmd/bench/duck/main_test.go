package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestLoad(t *testing.T) {
	tests := []struct{ name, file, text, count string }{
		{"a line is a row", "a.ndjson", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2}\n", "SELECT count(*) FROM feed WHERE a IN (1, 2)"},
		{"the header is none", "it's.csv", "\ufeffa,b\n1,\"x\ny\"\n2,\n", "SELECT count(*) FROM feed WHERE a IN (1, 2)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			file, database := filepath.Join(dir, tt.file), filepath.Join(dir, "a.duckdb")
			if err := os.WriteFile(file, []byte(tt.text), 0o640); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := load(context.Background(), []string{file, database}, &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != "{\"rows\":2}\n" {
				t.Errorf("printed %q", out.String())
			}
			if _, err := os.Stat(database + ".wal"); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the database is not closed: %v", err)
			}
			if got := ask(t, database, tt.count); got != 2 {
				t.Errorf("the database holds %d of the two rows", got)
			}
			if err := load(context.Background(), []string{file, database}, &out); err == nil {
				t.Error("a database that is there is taken for new")
			}
		})
	}
}

// ask returns the number that a database answers with.
func ask(t *testing.T, database, question string) (got int) {
	t.Helper()
	db, err := sql.Open("duckdb", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(question).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"a.csv"}, {"a.xlsx", "a.duckdb"}, {"a.csv", "b.csv", "a.duckdb"}} {
		if err := load(context.Background(), args, &bytes.Buffer{}); !errors.Is(err, errUsage) {
			t.Errorf("%v: error %v, want %v", args, err, errUsage)
		}
	}
	for _, args := range [][]string{nil, {"7"}, {"0", "a.duckdb"}, {"many", "a.duckdb"}} {
		if err := grow(context.Background(), args, &bytes.Buffer{}); !errors.Is(err, errUsage) {
			t.Errorf("%s %v: error %v, want %v", growCommand, args, err, errUsage)
		}
	}
	missing := filepath.Join(t.TempDir(), "a.csv")
	if err := load(context.Background(), []string{missing, missing + ".duckdb"}, &bytes.Buffer{}); err == nil {
		t.Error("a file that is not there is read")
	}
	if err := grow(context.Background(), []string{"7", missing + ".records"}, &bytes.Buffer{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v for a workspace that is not there, want %v", err, os.ErrNotExist)
	}
}
