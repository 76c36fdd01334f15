package calculation_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"thidua/sinks/calculation"
)

// published writes a small file of records as a round would publish it.
func published(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.duckdb")
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{
		"CREATE TABLE applied (n BIGINT, committed_at TIMESTAMPTZ, run BIGINT)",
		"CREATE TABLE definition (kind VARCHAR, name VARCHAR, version VARCHAR, declaration VARCHAR, known_from TIMESTAMPTZ, known_to TIMESTAMPTZ)",
	}, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func openSnapshot(t *testing.T, path string) *calculation.Snapshot {
	t.Helper()
	s, err := calculation.OpenSnapshot(t.Context(), path)
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

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Temporary tables are made beside a published file, which stays as it is, and nothing
// else is within reach.
func TestSnapshotShutIn(t *testing.T) {
	path := published(t)
	other := filepath.Join(t.TempDir(), "other.csv")
	if err := os.WriteFile(other, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := openSnapshot(t, path).Basis(time.Time{}, 0).Conn
	for _, statement := range []string{"CREATE OR REPLACE TEMP TABLE counting_window (w INTEGER)", "INSERT INTO temp.counting_window VALUES (1)"} {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	for statement, refused := range map[string]string{
		"INSERT INTO main.applied VALUES (1, now(), 1)":                  "read-only",
		"CREATE TABLE main.mine (a INTEGER)":                             "read-only",
		"SELECT * FROM read_csv('" + other + "')":                        "disabled by configuration",
		"COPY temp.counting_window TO '" + other + "'":                   "disabled by configuration",
		"ATTACH '" + filepath.Join(t.TempDir(), "new.duckdb") + "' AS n": "disabled by configuration",
		"SET memory_limit = '4GB'":                                       "locked",
	} {
		_, err := conn.ExecContext(t.Context(), statement)
		if err == nil || !strings.Contains(err.Error(), refused) {
			t.Errorf("%s: error %v, want one that says %q", statement, err, refused)
		}
	}
}

// The texts are those that were in force at the instant, and nothing is known before
// the first commit.
func TestDefinitions(t *testing.T) {
	s := openSnapshot(t, published(t,
		"INSERT INTO applied VALUES (1, '2024-07-01 02:00:00+00', 1), (2, '2024-08-01 02:00:00+00', 2)",
		`INSERT INTO definition VALUES ('indicator', 'a', 'v1', 'one', '2024-07-01 02:00:00+00', '2024-08-01 02:00:00+00'),
			('indicator', 'a', 'v2', 'two', '2024-08-01 02:00:00+00', NULL), ('campaign', 'c', 'v1', 'text', '2024-08-01 02:00:00+00', NULL)`))
	for name, test := range map[string]struct {
		at   time.Time
		want []string
	}{
		"now":                    {time.Time{}, []string{"campaign c v1 text", "indicator a v2 two"}},
		"at the change":          {instant(t, "2024-08-01T02:00:00Z"), []string{"campaign c v1 text", "indicator a v2 two"}},
		"a second before it":     {instant(t, "2024-08-01T01:59:59Z"), []string{"indicator a v1 one"}},
		"before everything":      {instant(t, "2024-06-01T00:00:00Z"), nil},
		"after the last version": {instant(t, "2025-01-01T00:00:00Z"), []string{"campaign c v1 text", "indicator a v2 two"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := s.Definitions(t.Context(), test.at)
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, d := range found {
				told = append(told, strings.Join([]string{d.Kind, d.Name, d.Version, d.Text}, " "))
			}
			if diff := cmp.Diff(test.want, told); diff != "" {
				t.Errorf("definitions (-want +got):\n%s", diff)
			}
		})
	}
	since, err := s.Since(t.Context())
	if want := instant(t, "2024-07-01T02:00:00Z"); err != nil || !since.Equal(want) {
		t.Errorf("records since %v, %v; want %v", since, err, want)
	}
}
