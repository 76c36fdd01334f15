package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"thidua/sinks/snapshot"
)

// world is a workspace of its own, and the program beside it as a process of its
// own.
type world struct {
	t         *testing.T
	dir, keys string
	// ulimit, where it is not empty, bounds the files that the program may write.
	ulimit string
	// said is all that the program has printed.
	said bytes.Buffer
	put  int
}

// worldAnswer is how a call of the program ended.
type worldAnswer struct {
	code     int
	out, err string
}

// newWorld makes a workspace with the keys that lie in a folder, or new ones
// where it has none. The same keys give the same pseudonyms.
func newWorld(t *testing.T, keys string) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "workspace"), keys: keys}
	w.make()
	return w
}

// newJudgedWorld makes a workspace like newWorld's that judges campaigns, so that
// what is computed of its persons is among what it writes.
func newJudgedWorld(t *testing.T, campaigns ...string) *world {
	t.Helper()
	w := newWorld(t, t.TempDir())
	(&workspace{dir: w.dir}).judge(t, campaigns...)
	return w
}

func (w *world) make() {
	w.t.Helper()
	if a := w.ran(w.process("init", w.dir, "--keys", w.keys)); a.code != exitWell {
		w.t.Fatalf("init ended with %d: %s", a.code, a.err)
	}
	(&workspace{dir: w.dir}).judge(w.t)
}

// copy returns a workspace like this one, with the same keys in a folder of its
// own.
func (w *world) copy(t *testing.T) *world {
	t.Helper()
	root := t.TempDir()
	c := &world{t: t, dir: filepath.Join(root, "workspace"), keys: filepath.Join(root, "keys"), put: w.put}
	worldMust(t, os.CopyFS(c.dir, os.DirFS(w.dir)), os.CopyFS(c.keys, os.DirFS(w.keys)))
	settings, err := os.ReadFile(c.path("thidua.yaml"))
	worldMust(t, err)
	settings = bytes.ReplaceAll(settings, []byte(w.keys), []byte(c.keys))
	worldMust(t, os.WriteFile(c.path("thidua.yaml"), settings, 0o640))
	for name := range worldFiles(t, c.path("inbox")) {
		at := time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)
		worldMust(t, os.Chtimes(name, at, at))
	}
	return c
}

// worldProgram returns a call of the program: this test binary, under its name.
func worldProgram(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	// The race detector lets a process linger for a second before it ends.
	return &exec.Cmd{Path: self, Args: append([]string{"thidua"}, args...), Env: append(os.Environ(), "GORACE=atexit_sleep_ms=0")}
}

func (w *world) process(args ...string) *exec.Cmd {
	if w.ulimit == "" {
		return worldProgram(args...)
	}
	// A shell cannot give the program another name, a link can.
	link := filepath.Join(w.t.TempDir(), "thidua")
	worldMust(w.t, os.Symlink(worldProgram().Path, link))
	return exec.Command("sh", append([]string{"-c", `ulimit -f ` + w.ulimit + ` && exec "$0" "$@"`, link}, args...)...)
}

// command returns a call of the program on the workspace.
func (w *world) command(args ...string) *exec.Cmd {
	return w.process(append([]string{"-C", w.dir}, args...)...)
}

// call runs the program on the workspace.
func (w *world) call(args ...string) worldAnswer {
	w.t.Helper()
	return w.ran(w.command(args...))
}

func (w *world) ran(c *exec.Cmd) worldAnswer {
	w.t.Helper()
	var out, errOut bytes.Buffer
	c.Stdout, c.Stderr = &out, &errOut
	err := c.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		w.t.Fatal(err)
	}
	w.said.Write(out.Bytes())
	w.said.Write(errOut.Bytes())
	return worldAnswer{c.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// must runs the program and wants this exit code.
func (w *world) must(code int, args ...string) worldAnswer {
	w.t.Helper()
	a := w.call(args...)
	if a.code != code {
		w.t.Fatalf("thidua %s ended with %d, want %d\n%s%s", strings.Join(args, " "), a.code, code, a.out, a.err)
	}
	return a
}

func (w *world) path(names ...string) string {
	return filepath.Join(append([]string{w.dir}, names...)...)
}

// receive lays a file into the folder of a job, settled, and a minute younger than
// the one before.
func (w *world) receive(job, name string, text []byte) {
	w.t.Helper()
	file := w.path("inbox", job, filepath.FromSlash(name))
	worldMust(w.t, os.MkdirAll(filepath.Dir(file), 0o750), os.WriteFile(file, text, 0o640))
	w.put++
	at := time.Date(2024, 3, 1, 8, w.put, 0, 0, time.UTC)
	worldMust(w.t, os.Chtimes(file, at, at))
}

// receiveClaims lays sample files of testdata/claims into the inbox.
func (w *world) receiveClaims(names ...string) {
	w.t.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("testdata", "claims", name))
		worldMust(w.t, err)
		w.receive("claims", name, text)
	}
}

// published returns the path of the newest published records.
func (w *world) published() string {
	w.t.Helper()
	name, err := snapshot.RecordsPath(w.path("published"))
	worldMust(w.t, err)
	return name
}

// tables returns a digest of each dataset of the newest snapshot, over its own
// columns and in no order, and what stands in history beside it.
func (w *world) tables() map[string]string {
	w.t.Helper()
	db := worldDatabase(w.t, w.published(), true)
	digests := make(map[string]string)
	for _, d := range worldRows(w.t, db, `SELECT dataset, string_agg('"' || column_name || '"', ', ' ORDER BY position) FROM data_dictionary GROUP BY ALL`) {
		for _, schema := range []string{"main", "history"} {
			query := fmt.Sprintf(`SELECT count(*), coalesce(md5(string_agg(r, '' ORDER BY r)), '') FROM (SELECT md5((row(%s))::VARCHAR) AS r FROM %s.%q)`, d[1], schema, d[0])
			if rows := worldQuery(w.t, db, query); rows != nil {
				digests[schema+"."+d[0]] = strings.Join(rows[0], " ")
			}
		}
	}
	if digests["main.visit"] == "" {
		w.t.Fatal("nothing was compared")
	}
	return digests
}

// worldDatabase opens a database file, which nobody may hold.
func worldDatabase(t *testing.T, name string, readOnly bool) *sql.DB {
	t.Helper()
	if readOnly {
		name += "?access_mode=read_only"
	}
	db, err := sql.Open("duckdb", name)
	worldMust(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// worldRows returns what a query gives, as text.
func worldRows(t *testing.T, db *sql.DB, query string, args ...any) [][]string {
	t.Helper()
	rows := worldQuery(t, db, query, args...)
	if rows == nil {
		t.Fatalf("no answer to: %s", query)
	}
	return rows
}

// worldQuery is worldRows, and nil for a table that is not there.
func worldQuery(t *testing.T, db *sql.DB, query string, args ...any) [][]string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil && strings.Contains(err.Error(), "does not exist") {
		return nil
	}
	worldMust(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	worldMust(t, err)
	answer := [][]string{}
	for rows.Next() {
		cells, ends := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			ends[i] = &cells[i]
		}
		worldMust(t, rows.Scan(ends...))
		row := make([]string, len(names))
		for i, c := range cells {
			row[i] = c.String
		}
		answer = append(answer, row)
	}
	worldMust(t, rows.Err())
	return answer
}

// worldFiles returns the contents of all regular files below a folder by path.
func worldFiles(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		files[name], err = os.ReadFile(name)
		return err
	})
	worldMust(t, err)
	return files
}

func worldMust(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// worldOutput collects what a process prints while it still runs.
type worldOutput struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *worldOutput) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *worldOutput) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// worldAwait waits until a condition holds, and fails where it never does.
func worldAwait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
