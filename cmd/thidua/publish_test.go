package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/snapshot"
)

// figuresIn lets the workspace publish figures in a folder of their own.
func (o *office) figuresIn(folder string) {
	o.t.Helper()
	settings := string(read(o.t, filepath.Join(o.dir, "thidua.yaml")))
	with := strings.Replace(settings, "  suppress_below: 5\n", "  suppress_below: 5\n  figures: {path: "+folder+"}\n", 1)
	if with == settings {
		o.t.Fatal("thidua.yaml says nothing of small numbers")
	}
	o.write("thidua.yaml", with)
}

// newest returns what a folder published last, by its names, and its commit.
func newest(t *testing.T, folder string) (names []string, commit int64) {
	t.Helper()
	m, err := snapshot.Newest(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Files {
		names = append(names, f.Name)
		info, err := os.Stat(filepath.Join(folder, m.Snapshot, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() != f.SizeBytes || info.Mode().Perm() != 0o444 {
			t.Errorf("%s has %d bytes and the mode %v, want %d bytes that all may read", f.Name, info.Size(), info.Mode(), f.SizeBytes)
		}
	}
	return names, m.Commit
}

// Where a folder of figures is named they are published there too, for all to read and
// without rows; a round that could not do it says so, publishes the rows all the same,
// and the next one makes good for it.
func TestFiguresFolder(t *testing.T) {
	t.Parallel()
	o, folder := newOffice(t), filepath.Join(t.TempDir(), "dashboards", "figures")
	o.figuresIn(folder)
	o.write("inbox/screenings/june.csv", screenings)
	o.well("run", "screenings")
	names, first := newest(t, folder)
	if diff := cmp.Diff([]string{"indicator_value.parquet", "indicator_status.parquet", "restatement.parquet", "definition.parquet", "indicators.duckdb"}, names); diff != "" {
		t.Errorf("published files (-want +got):\n%s", diff)
	}
	o.well("run", "screenings")

	if err := os.Rename(folder, folder+".away"); err != nil {
		t.Fatal(err)
	}
	o.put(t, folder, []byte("in the way"))
	o.write("inbox/screenings/july.csv", strings.Split(screenings, "\n")[0]+"\nS11,15519,01/07/2024,có\n")
	if s := o.call("--lang", "en", "run", "screenings"); s.code != exitAttention || !strings.Contains(s.errOut, "publish.figures.path") {
		t.Errorf("a folder that cannot be written to ended with %d:\n%s", s.code, s.errOut)
	}
	rows, err := snapshot.Newest(filepath.Join(o.dir, "published"))
	if err != nil || rows.Commit <= first {
		t.Errorf("the rows stand at commit %d after %d: %v", rows.Commit, first, err)
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	o.well("run", "screenings")
	if _, commit := newest(t, folder); commit != rows.Commit {
		t.Errorf("the figures stand at commit %d, the rows at %d", commit, rows.Commit)
	}
}

// hidden counts the hidden figures of a published folder.
func hidden(t *testing.T, folder string) string {
	t.Helper()
	db := worldDatabase(t, filepath.Join(folder, snapshot.Current, "indicators.duckdb"), true)
	defer db.Close()
	return worldRows(t, db, "SELECT count(*) FILTER (suppressed) FROM indicator_value")[0][0]
}

// Small numbers are hidden as the workspace says now, though no record has come.
func TestSuppressBelowIsFollowed(t *testing.T) {
	t.Parallel()
	o, folder := newOffice(t), filepath.Join(t.TempDir(), "figures")
	o.figuresIn(folder)
	o.write("inbox/screenings/june.csv", screenings)
	o.well("run", "screenings")
	if hidden(t, folder) == "0" {
		t.Fatal("no small number is hidden")
	}
	most := hidden(t, folder)
	say := func(least string) {
		settings := string(read(t, filepath.Join(o.dir, "thidua.yaml")))
		o.write("thidua.yaml", regexp.MustCompile(`suppress_below: \d`).ReplaceAllString(settings, "suppress_below: "+least))
	}
	say("0")
	o.well("run", "screenings")
	for _, published := range []string{filepath.Join(o.dir, "published"), folder} {
		if n := hidden(t, published); n != "0" {
			t.Errorf("%s hides %s figures still", published, n)
		}
	}
	// A folder that was emptied is filled with the same commit again.
	say("5")
	if err := os.RemoveAll(filepath.Join(o.dir, "published")); err != nil {
		t.Fatal(err)
	}
	o.well("run", "screenings")
	if n := hidden(t, folder); n != most {
		t.Errorf("%s figures are hidden, %s were", n, most)
	}
}
