package question_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"thidua/sinks/question"
)

// What the engine returns for a value of each type, as people and as programs
// read it.
func TestCells(t *testing.T) {
	p := open(t)
	tests := map[string]struct{ sql, text, json string }{
		"truth":             {"true", "true", "true"},
		"small number":      {"7::UTINYINT", "7", "7"},
		"huge number":       {"170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727"},
		"decimal":           {"1234.50::DECIMAL(10,2)", "1234.50", "1234.50"},
		"decimal below one": {"-0.05::DECIMAL(10,2)", "-0.05", "-0.05"},
		"decimal of zero":   {"0::DECIMAL(10,2)", "0.00", "0.00"},
		"decimal, whole":    {"12::DECIMAL(10,0)", "12", "12"},
		"real":              {"0.1::DOUBLE", "0.1", "0.1"},
		"real, short":       {"0.1::FLOAT", "0.1", "0.1"},
		"no number":         {"'nan'::DOUBLE", "NaN", `"NaN"`},
		"text":              {"'Tân Phú ; \"1\"'", `Tân Phú ; "1"`, `"Tân Phú ; \"1\""`},
		"day":               {"DATE '2026-03-04'", "2026-03-04", `"2026-03-04"`},
		"time of day":       {"TIME '07:05:00'", "07:05:00", `"07:05:00"`},
		"local time":        {"TIMESTAMP '2026-03-04 07:05:00'", "2026-03-04T07:05:00", `"2026-03-04T07:05:00"`},
		"instant":           {"'2026-03-04 20:05:00+00'::TIMESTAMPTZ", "2026-03-05T03:05:00+07:00", `"2026-03-05T03:05:00+07:00"`},
		"length of time":    {"INTERVAL '1 month 2 days 90 seconds'", "P1M2DT90S", `"P1M2DT90S"`},
		"identifier":        {"'0f8fad5b-d9cb-469f-a165-70867728950e'::UUID", "0f8fad5b-d9cb-469f-a165-70867728950e", `"0f8fad5b-d9cb-469f-a165-70867728950e"`},
		"bytes":             {`'\x00\xFF'::BLOB`, "00ff", `"00ff"`},
		"list":              {"[1.50::DECIMAL(3,2), NULL]", "[1.50,null]", "[1.50,null]"},
		"struct":            {"{'b': 'x', 'a': 1}", `{"a":1,"b":"x"}`, `{"a":1,"b":"x"}`},
		"map":               {"MAP {'b': 1, 'a': 2}", `{"b":1,"a":2}`, `{"b":1,"a":2}`},
		"empty map":         {"MAP {}", "{}", "{}"},
		"union":             {"union_value(n := 3)", "3", "3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := p.Ask(t.Context(), "SELECT "+test.sql)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if !r.Next() {
				t.Fatal("no row")
			}
			row, err := r.Row()
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(row[0])
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{test.text, test.json}, []string{fmt.Sprint(row[0]), string(encoded)}); diff != "" {
				t.Errorf("text and JSON (-want +got):\n%s", diff)
			}
		})
	}
}

// What is refused, and what of the engine's words is passed on.
func TestRefused(t *testing.T) {
	s := open(t)
	other := filepath.Join(t.TempDir(), "other.duckdb")
	makeFile(t, other)
	tests := map[string]struct {
		sql  string
		want error
	}{
		"nothing":              {"", question.ErrOneStatement},
		"two statements":       {"SELECT 1; SELECT 2", question.ErrOneStatement},
		"a second that writes": {"SELECT 1; DROP TABLE visit", question.ErrOneStatement},
		"rows":                 {"DELETE FROM visit", question.ErrReadOnly},
		"table":                {"CREATE TABLE mine (n INT)", question.ErrReadOnly},
		"setting":              {"SET memory_limit = '10GB'", question.ErrReadOnly},
		"setting as pragma":    {"PRAGMA memory_limit = '10GB'", question.ErrReadOnly},
		"extension":            {"LOAD httpfs", question.ErrReadOnly},
		"attach":               {"ATTACH '" + other + "' AS other", question.ErrOtherFile},
		"copy":                 {"COPY visit TO '" + other + ".csv'", question.ErrOtherFile},
		"copy inside a plan":   {"EXPLAIN ANALYZE COPY visit TO '" + other + ".csv'", question.ErrOtherFile},
		"export":               {"EXPORT DATABASE '" + other + ".d'", question.ErrOtherFile},
		"database as a table":  {"SELECT * FROM '" + other + "'", question.ErrOtherFile},
		"file by a function":   {"SELECT * FROM read_text('" + other + "')", question.ErrOtherFile},
		"file as a table":      {"SELECT * FROM '" + other + ".yaml'", question.ErrOtherFile},
		"names of files":       {"SELECT * FROM glob('" + other + "*')", question.ErrOtherFile},
		"more than memory":     {"SELECT list(a.range || repeat('x', 1000)) FROM range(1000000) a", question.ErrMemory},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := exhaust(t, s, test.sql); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// A wrong statement is told in the engine's words; a value of a row is not told.
func TestWrong(t *testing.T) {
	s := open(t)
	var wrong *question.Wrong
	if err := exhaust(t, s, "SELECT * FROM vist"); !errors.As(err, &wrong) || !strings.Contains(wrong.Text, `"visit"`) {
		t.Errorf("a mistyped table: %v", err)
	}
	err := exhaust(t, s, "SELECT visit_key::INT FROM visit")
	if err == nil || errors.As(err, &wrong) || strings.Contains(err.Error(), "canary") {
		t.Errorf("a value that cannot be read: %v", err)
	}
}

// exhaust asks and reads to the end.
func exhaust(t *testing.T, s *question.Snapshot, statement string) error {
	t.Helper()
	a, err := s.Ask(t.Context(), statement)
	if err != nil {
		return err
	}
	for a.Next() {
		if _, err := a.Row(); err != nil {
			return errors.Join(err, a.Close())
		}
	}
	return errors.Join(a.Err(), a.Close())
}

// open opens a file with one visit, as it is published.
func open(t *testing.T) *question.Snapshot {
	t.Helper()
	name := filepath.Join(t.TempDir(), "records.duckdb")
	makeFile(t, name)
	s, err := question.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func makeFile(t *testing.T, name string) {
	t.Helper()
	db, err := sql.Open("duckdb", name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "CREATE TABLE visit AS SELECT 'canary' AS visit_key")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
