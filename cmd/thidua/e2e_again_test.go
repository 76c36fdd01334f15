package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thidua/cmd/hissim/province"
)

// sizes returns the sizes of both files of the warehouse: of the rows, and of the
// ledger.
func (w *workspace) sizes(t *testing.T) (records, ledger int64) {
	t.Helper()
	for name, size := range map[string]*int64{"records.duckdb": &records, "internal.duckdb": &ledger} {
		stat, err := os.Stat(filepath.Join(w.dir, "state", name))
		if err != nil {
			t.Fatal(err)
		}
		*size = stat.Size()
		if _, err := os.Stat(filepath.Join(w.dir, "state", name+".wal")); err == nil {
			t.Errorf("a log is left beside %s", name)
		}
	}
	return records, ledger
}

// known is a workspace whose files are all known, and how it was then.
type known struct {
	*workspace
	files           int
	commit          string
	records, ledger int64
}

// slackBytes is what the engine's file breathes by: it writes each block anew
// before it gives the old one back, and a round adds a row to the ledger.
const slackBytes = 3 * 256 << 10

// idle runs and expects that nothing is loaded and nothing has grown.
func (k *known) idle(t *testing.T, what string) time.Duration {
	t.Helper()
	o := k.must(t, exitWell, "run", "claims")
	want := fmt.Sprintf("succeeded — 0 new payloads, %d known", k.files)
	if !strings.Contains(o.stdout, want) || !strings.Contains(o.stdout, "Nothing new to publish") {
		t.Errorf("%s: the run says\n%swant %s", what, o.stdout, want)
	}
	if commit := k.ask(t, `SELECT max(n) FROM applied`)[0]; commit != k.commit {
		t.Errorf("%s: commit %s was published after commit %s", what, commit, k.commit)
	}
	records, ledger := k.sizes(t)
	if records > k.records || ledger > k.ledger+slackBytes {
		t.Errorf("%s: the files have %d and %d bytes, and had %d and %d", what, records, ledger, k.records, k.ledger)
	}
	return o.took
}

// TestAgain meets the same files again: as they were, under other names and times,
// and as they were once more.
func TestAgain(t *testing.T) {
	t.Parallel()
	w, files := newWorkspace(t), size(2000, 500, 100_000)
	invent(t, w.claims(""), province.Settings{
		Province: "15", Seed: 3, From: time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC), Days: 5, Visits: files, Lines: 1, Layout: province.Layout4750,
		Shape: province.Shape{FilesPer: "visit", Compress: "none", Plain: true},
	})
	w.must(t, exitWell, "run", "claims")
	k := &known{workspace: w, files: files, commit: w.ask(t, `SELECT max(n) FROM applied`)[0]}
	k.records, k.ledger = w.sizes(t)
	took := min(k.idle(t, "again"), k.idle(t, "once more"), k.idle(t, "and once more"))
	t.Logf("%d known files take %v", files, took)
	if soak() && took > time.Second {
		t.Errorf("a run over %d known files took %v", files, took)
	}

	// The ledger writes all names anew, into a file of up to twice the size, and
	// lives in that from then on: a second renaming finds the room of the first.
	ledger := k.ledger
	k.ledger *= 2
	w.renameAll(t, "renamed")
	k.idle(t, "all files renamed and touched")
	_, k.ledger = w.sizes(t)
	k.ledger = max(ledger, k.ledger)
	w.renameAll(t, "moved")
	k.idle(t, "all files renamed and touched once more")
	spoilt := w.spoilOne(t)
	for range 2 {
		k.idle(t, "after the renaming")
	}

	// That nothing was read is certain: one of the files is no claim file by now,
	// and only a run that looks at bytes finds it.
	if o := w.must(t, exitAttention, "run", "claims", "--verify"); !strings.Contains(o.stdout, "1 new payloads") {
		t.Errorf("a verifying run passed over %s:\n%s", filepath.Base(spoilt), o.stdout)
	}
}

// renameAll gives all files other names, in other folders, and other times.
func (w *workspace) renameAll(t *testing.T, folder string) {
	t.Helper()
	var names []string
	err := filepath.WalkDir(w.claims(""), func(name string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".xml" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		moved := w.claims(fmt.Sprintf("%s/%d/%06d.xml", folder, i%7, i))
		if err := os.MkdirAll(filepath.Dir(moved), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name, moved); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-time.Duration(i+60) * time.Second)
		if err := os.Chtimes(moved, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// spoilOne overwrites a file with as many other bytes, and gives it its time back.
func (w *workspace) spoilOne(t *testing.T) string {
	t.Helper()
	name := w.claims("moved/3/000003.xml")
	stat, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Repeat("x", int(stat.Size()))), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, stat.ModTime(), stat.ModTime()); err != nil {
		t.Fatal(err)
	}
	return name
}
