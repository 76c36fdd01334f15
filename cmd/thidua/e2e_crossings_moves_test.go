package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The crossings of TestCrossings where files are moved when they are dealt with.

// movesFiles has the workspace move what was dealt with.
func (w *workspace) movesFiles(t *testing.T) {
	t.Helper()
	w.replace(t, "configs/jobs/claims.yaml", builtInClaims, "  path: inbox/claims\n", "  path: inbox/claims\n  after: {done: dealt/done, failed: dealt/failed}\n")
}

// files lists the files of the inbox and of those folders that files are moved to.
func (w *workspace) files(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, folder := range []string{"inbox/claims", "dealt"} {
		for name := range worldFiles(t, w.existing(t, folder)) {
			if name, err := filepath.Rel(w.dir, name); err == nil && !strings.HasPrefix(filepath.Base(name), ".") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// existing returns the path of a folder, which is made where it is missing.
func (w *workspace) existing(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(w.dir, folder)
	if err := os.MkdirAll(path, 0o750); err != nil {
		t.Fatal(err)
	}
	return path
}

// lie wants these files in the inbox and where files are moved to.
func (w *workspace) lie(t *testing.T, when string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.files(t)); diff != "" {
		t.Errorf("files %s (-want +got):\n%s", when, diff)
	}
}

// rehearsedThenMoved rehearses runs where files are moved: nothing is moved and
// nothing is loaded. Copies of what is known are moved with the rest.
func (c *crossings) rehearsedThenMoved(t *testing.T, w *workspace) {
	w.movesFiles(t)
	w.put(t, w.claims("delivery.xml"), c.delivery.bytes())
	w.put(t, w.claims("day/copy.xml"), c.delivery.bytes())
	w.put(t, w.claims("short.xml"), sample(t, "truncated.xml"))
	w.says(t, exitAttention, []string{"run", "--dry-run"}, "1 payloads were refused whole")
	w.lie(t, "after a rehearsal", "inbox/claims/day/copy.xml", "inbox/claims/delivery.xml", "inbox/claims/short.xml")
	r := w.internal(t)
	r.wants("what a rehearsal loaded", "SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM delivery) + (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM tally)", "0")
	r.close()
	if _, err := os.Lstat(filepath.Join(w.dir, "published", "current")); !os.IsNotExist(err) {
		t.Errorf("a rehearsal published something: %v", err)
	}

	w.must(t, exitAttention, "run")
	c.same(t, w)
	first := []string{"dealt/done/day/copy.xml", "dealt/done/delivery.xml", "dealt/failed/short.xml"}
	w.lie(t, "after the run", first...)

	w.put(t, w.claims("delivery.xml"), c.delivery.bytes())
	w.put(t, w.claims("other.xml"), c.delivery.bytes())
	w.says(t, exitWell, []string{"run", "--dry-run"}, "0 new payloads, 2 known")
	w.lie(t, "after a rehearsal of what is known", append(slices.Clone(first), "inbox/claims/delivery.xml", "inbox/claims/other.xml")...)
	w.says(t, exitWell, []string{"run"}, "0 new payloads, 2 known", "Nothing new to publish")
	w.lie(t, "after what is known", "dealt/done/day/copy.xml", "dealt/done/delivery-1.xml", "dealt/done/delivery.xml", "dealt/done/other.xml", "dealt/failed/short.xml")
	c.same(t, w)
}

// zipOf packs the delivery as an archive of some members.
func (c *crossings) zipOf(t *testing.T, members int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	each := len(c.delivery.dossiers) / members
	for i := range members {
		f, err := z.Create(fmt.Sprintf("%02d.xml", i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(c.part(i*each, (i+1)*each)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const zipMembers = 40

// zipMoved moves an archive whose members are dealt with in many commits.
func (c *crossings) zipMoved(t *testing.T, w *workspace) {
	w.movesFiles(t)
	w.put(t, w.claims("month.zip"), c.zipOf(t, zipMembers))
	if out, err := w.command(t.Context(), "small-chunks", "run").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.lie(t, "after the run", "dealt/done/month.zip")
	c.same(t, w)
	w.says(t, exitWell, []string{"run", "claims"}, "0 new payloads, 0 known")
	w.lie(t, "after another run", "dealt/done/month.zip")
}

// zipKilled ends a run in the middle of an archive, which stays until the next run
// has dealt with its other members.
func (c *crossings) zipKilled(t *testing.T, w *workspace) {
	w.movesFiles(t)
	w.put(t, w.claims("month.zip"), c.zipOf(t, zipMembers))
	w.endAt(t, killPoint, killedBySignal)
	w.lie(t, "after the kill", "inbox/claims/month.zip")
	w.must(t, exitWell, "run")
	w.lie(t, "after the next run", "dealt/done/month.zip")
	c.same(t, w)
	w.checkArchive(t)
	r := w.internal(t)
	defer r.close()
	r.wants("members", "SELECT count(DISTINCT delivery) FROM delivery WHERE state = 'loaded'", fmt.Sprint(zipMembers))
}

// cannotMove has a file where files should be moved to.
func (c *crossings) cannotMove(t *testing.T, w *workspace) {
	w.movesFiles(t)
	w.put(t, w.claims("delivery.xml"), c.delivery.bytes())
	blocked := filepath.Join(w.dir, "dealt")
	w.put(t, blocked, nil)
	w.says(t, exitAttention, []string{"run"}, "1 files or archives were dealt with and could not be moved; they stay in the source folder")
	c.same(t, w)
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	w.says(t, exitWell, []string{"run", "claims"}, "0 new payloads, 1 known", "Nothing new to publish")
	w.lie(t, "when it is put right", "inbox/claims/delivery.xml")
	w.put(t, w.claims("next.xml"), c.part(0, 1))
	w.must(t, exitWell, "run")
	w.lie(t, "after the next file", "dealt/done/next.xml", "inbox/claims/delivery.xml")
	c.same(t, w)
}
