package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/snapshot"
	"thidua/transform/dataset"
)

// soak says that the long variants of the tests are wanted.
func soak() bool { return os.Getenv("THIDUA_SOAK") == "1" }

// size chooses how much a test does: usually, where the race detector makes
// everything several times slower, and in a soak.
func size(usual, raced, soaked int) int {
	if soak() {
		return soaked
	}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return raced
	}
	return usual
}

// workspace is a workspace with its keys beside it, for one test.
type workspace struct {
	dir, keys string
	// environment is added to that of every command.
	environment []string
}

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	root := t.TempDir()
	return newWorkspaceIn(t, filepath.Join(root, "work"), filepath.Join(root, "keys"))
}

// newWorkspaceIn makes a workspace with keys that may exist already: two
// workspaces with the same keys have the same pseudonyms.
func newWorkspaceIn(t *testing.T, dir, keys string) *workspace {
	t.Helper()
	var out bytes.Buffer
	a := &app{out: &out, errOut: &out, lang: "en"}
	if err := a.init(dir, keys); err != nil {
		t.Fatalf("make a workspace: %v", err)
	}
	w := &workspace{dir: dir, keys: keys}
	w.judge(t)
	return w
}

// judge lets the workspace judge these campaigns alone: computing both in every run
// would take longer than what most tests are about.
func (w *workspace) judge(t *testing.T, campaigns ...string) {
	t.Helper()
	var others []string
	for _, name := range []string{"thai-nguyen-2022h1", "yen-bai-2024"} {
		if !slices.Contains(campaigns, name) {
			others = append(others, name)
		}
	}
	name := filepath.Join(w.dir, "thidua.yaml")
	text, _, _ := strings.Cut(string(read(t, name)), "\ncampaigns:\n")
	if len(others) > 0 {
		text += "\ncampaigns:\n  disable: [" + strings.Join(others, ", ") + "]\n"
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// outcome is how a command ended.
type outcome struct {
	code           int
	stdout, stderr string
	took           time.Duration
}

// command is the program in a process of its own, working in the workspace.
func (w *workspace) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	if self, err := os.Executable(); err == nil {
		cmd.Path = self
	}
	cmd.Args = append([]string{name, "-C", w.dir, "--lang", "en"}, args...)
	// The race detector lets a process linger for a second before it ends.
	cmd.Env = append(append(os.Environ(), "GORACE=atexit_sleep_ms=0"), w.environment...)
	return cmd
}

// try runs a command to its end.
func (w *workspace) try(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := w.command(t.Context(), "thidua", args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	started := time.Now()
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatalf("start thidua %s: %v", strings.Join(args, " "), err)
	}
	return outcome{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String(), took: time.Since(started)}
}

// code is the exit code that the end of a process tells.
func (w *workspace) code(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return exitWell
}

// must runs a command that has to end with the code.
func (w *workspace) must(t *testing.T, code int, args ...string) outcome {
	t.Helper()
	o := w.try(t, args...)
	if o.code != code {
		t.Fatalf("thidua %s ended with %d, want %d:\n%s%s", strings.Join(args, " "), o.code, code, o.stdout, o.stderr)
	}
	return o
}

// claims is the path of a file in the inbox of claims.
func (w *workspace) claims(name string) string { return filepath.Join(w.dir, "inbox", "claims", name) }

// put writes a file as one that came an hour ago.
func (w *workspace) put(t *testing.T, name string, text []byte) {
	t.Helper()
	w.putAt(t, name, text, time.Now().Add(-time.Hour))
}

func (w *workspace) putAt(t *testing.T, name string, text []byte, at time.Time) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(name, text, 0o600), os.Chtimes(name, at, at)); err != nil {
		t.Fatal(err)
	}
}

// sample returns a file of testdata/claims.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "claims", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// tables is an open snapshot or a file of the warehouse.
type tables struct {
	t  *testing.T
	db *sql.DB
}

// published opens the newest snapshot by its own name.
func (w *workspace) published(t *testing.T) *tables {
	t.Helper()
	path, err := snapshot.RecordsPath(filepath.Join(w.dir, "published"))
	if err != nil {
		t.Fatal(err)
	}
	return openTables(t, path)
}

// internal opens the file of the ledger, which no process may hold.
func (w *workspace) internal(t *testing.T) *tables {
	t.Helper()
	return openTables(t, filepath.Join(w.dir, "state", "internal.duckdb"))
}

func openTables(t *testing.T, path string) *tables {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	return &tables{t: t, db: db}
}

func (r *tables) close() {
	r.t.Helper()
	if err := r.db.Close(); err != nil {
		r.t.Error(err)
	}
}

// rows returns an answer as text, a line for each row and a bar between columns.
func (r *tables) rows(query string, args ...any) []string {
	r.t.Helper()
	rows, err := r.db.QueryContext(r.t.Context(), query, args...)
	if err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		r.t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		cells, ends := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			ends[i] = &cells[i]
		}
		if err := rows.Scan(ends...); err != nil {
			r.t.Fatal(err)
		}
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = fmt.Sprint(c)
		}
		lines = append(lines, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		r.t.Fatal(err)
	}
	return lines
}

// wants compares an answer.
func (r *tables) wants(what, query string, want ...string) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.rows(query)); diff != "" {
		r.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// ask answers one question to the newest snapshot.
func (w *workspace) ask(t *testing.T, query string) []string {
	t.Helper()
	r := w.published(t)
	defer r.close()
	return r.rows(query)
}

// lineageColumns are those columns of a row that tell of its way and not of its
// content.
var lineageColumns = strings.Join([]string{
	dataset.ColumnDossier, dataset.ColumnDelivery, dataset.ColumnPlaceDossier, dataset.ColumnPlaceLine,
	dataset.ColumnContent, dataset.ColumnKnownFrom,
}, ", ")

// claimTables are the datasets that the job of claims feeds.
var claimTables = []string{
	"visit", "birth_certificate", "discharge_paper", "referral", "revisit_letter",
	"visit_course", "visit_drug", "visit_result", "visit_service",
}

// fingerprints digests each table of claims by the columns of its own: equal for
// equal rows, whatever their order and their way.
func (r *tables) fingerprints() map[string]string {
	r.t.Helper()
	prints := make(map[string]string, len(claimTables))
	for _, name := range claimTables {
		query := fmt.Sprintf(`SELECT count(*), md5(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM
			(SELECT to_json(t)::VARCHAR AS line FROM (SELECT * EXCLUDE (%s) FROM %s) t)`, lineageColumns, name)
		prints[name] = r.rows(query)[0]
	}
	return prints
}

// fingerprints digests the newest snapshot.
func (w *workspace) fingerprints(t *testing.T) map[string]string {
	t.Helper()
	r := w.published(t)
	defer r.close()
	return r.fingerprints()
}

// openAccounts lists the accounts of runs that do not add up.
const openAccounts = `SELECT run, dataset, sum(read), sum(loaded + unchanged + superseded + skipped + quarantined)
	FROM tally GROUP BY ALL HAVING sum(read) <> sum(loaded + unchanged + superseded + skipped + quarantined)`

// count returns an answer that is one number.
func (r *tables) count(query string) int {
	r.t.Helper()
	n, err := strconv.Atoi(r.rows(query)[0])
	if err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	return n
}
