package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// invent writes a province and returns what is true of it.
func invent(t *testing.T, dir string, s province.Settings) province.Truth {
	t.Helper()
	table, err := reference.Files.Open("facility.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	facilities, err := province.ReadFacilities(table)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := province.Write(t.Context(), s, facilities, province.Places{Claims: dir, CheckIns: filepath.Join(filepath.Dir(dir), "checkins")})
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

// killing is a corpus, and what a run over it gives that nobody disturbs.
type killing struct {
	root, corpus string
	// program is the command that runs: with commits of a few visits, or, where
	// there are enough visits, with those of the usual size.
	program string
	tables  map[string]string
	totals  []string
	took    time.Duration
}

// totals are the counts of all runs together, by dataset. Of two versions the older
// one is superseded where both come in one commit, and loaded, then replaced, where
// they come in two: only their sums are told.
const totals = `SELECT dataset, sum(read), sum(loaded + superseded), sum(loaded - replaced), sum(unchanged), sum(skipped), sum(quarantined)
	FROM tally GROUP BY ALL ORDER BY dataset`

func newKilling(t *testing.T, visits int) *killing {
	t.Helper()
	root := t.TempDir()
	k := &killing{root: root, corpus: filepath.Join(root, "corpus"), program: "small-chunks"}
	if visits > 10000 {
		k.program = "thidua"
	}
	invent(t, k.corpus, province.Settings{
		Province: "15", Seed: 5, From: time.Date(2024, 12, 30, 0, 0, 0, 0, time.UTC), Days: 3, Visits: visits, Lines: 2, Layout: province.LayoutAuto,
		// Without copies: those that the run meets itself are read, those that an
		// earlier one has met are known. All else is counted alike.
		Shares: province.Shares{Resend: 0.1, Late: 0.1, Dirt: 0.03},
		Shape:  province.Shape{FilesPer: "facility-day", Compress: "none"},
	})
	w := k.workspace(t, "undisturbed")
	started := time.Now()
	if out, err := w.command(t.Context(), k.program, "run", "claims").CombinedOutput(); w.code(err) != exitAttention {
		t.Fatalf("undisturbed run: %v\n%s", err, out)
	}
	k.took = time.Since(started)
	k.tables = w.fingerprints(t)
	k.totals = w.totals(t)
	if commits := w.ask(t, "SELECT count(*) > 5 FROM applied"); commits[0] != "true" {
		t.Fatal("the run has too few commits for kills to fall between them")
	}
	return k
}

// workspace makes one whose inbox is the corpus. All have the same keys, and so the
// same pseudonyms.
func (k *killing) workspace(t *testing.T, name string) *workspace {
	t.Helper()
	w := newWorkspaceIn(t, filepath.Join(k.root, name), filepath.Join(k.root, "keys"))
	if err := os.RemoveAll(w.claims("")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(k.corpus, filepath.Join(w.dir, "inbox", "claims")); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *workspace) totals(t *testing.T) []string {
	t.Helper()
	r := w.internal(t)
	defer r.close()
	if open := r.rows(openAccounts); len(open) > 0 {
		t.Errorf("accounts that do not close: %q", open)
	}
	return r.rows(totals)
}

// killAfter runs the program and ends it with SIGKILL. It reports false where the
// run was over before.
func (w *workspace) killAfter(t *testing.T, program string, delay time.Duration) bool {
	t.Helper()
	var out bytes.Buffer
	cmd := w.command(t.Context(), program, "run", "claims")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if code := w.code(err); code != exitAttention && code != exitWell {
			t.Fatalf("run ended by itself: %v\n%s", err, out.String())
		}
		return false
	case <-time.After(delay):
		if err := cmd.Process.Kill(); err != nil && !strings.Contains(err.Error(), "already finished") {
			t.Fatal(err)
		}
		<-ended
		return true
	}
}

// TestKill ends runs at random moments. What follows goes on where they were, and
// at the end everything is as if nobody had disturbed.
func TestKill(t *testing.T) {
	t.Parallel()
	visits, workspaces, kills := size(3000, 600, 60000), size(3, 2, 25), size(2, 3, 2)
	k := newKilling(t, visits)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, an undisturbed run takes %v", seed, k.took)
	dice := rand.New(rand.NewPCG(seed, 0))
	killed := 0
	for n := range workspaces {
		w := k.workspace(t, fmt.Sprint(n))
		for range kills {
			if w.killAfter(t, k.program, time.Duration(dice.Float64()*float64(k.took))) {
				killed++
			}
			w.checkSnapshot(t)
		}
		k.recovers(t, w)
	}
	// The undisturbed run may have been slowed by what ran beside it: moments are
	// drawn from an ever shorter span until one falls inside a run.
	for n, span := 0, k.took/2; killed == 0 && n < 8; n, span = n+1, span/2 {
		w := k.workspace(t, fmt.Sprint("shorter", n))
		if w.killAfter(t, k.program, time.Duration(dice.Float64()*float64(span))) {
			killed++
		}
		w.checkSnapshot(t)
		k.recovers(t, w)
	}
	if killed == 0 {
		t.Error("all runs were over before they could be killed")
	}
}

// recovers runs to the end, and compares with what nobody disturbed.
func (k *killing) recovers(t *testing.T, w *workspace) {
	t.Helper()
	w.finish(t)
	if diff := cmp.Diff(k.tables, w.fingerprints(t)); diff != "" {
		t.Errorf("tables (-undisturbed +killed):\n%s", diff)
	}
	if diff := cmp.Diff(k.totals, w.totals(t)); diff != "" {
		t.Errorf("accounts (-undisturbed +killed):\n%s", diff)
	}
	w.checkSnapshot(t)
	w.checkArchive(t)
}

// TestKillInCommit ends runs inside a commit, where a random moment seldom falls:
// one after the other in the same workspace, then lets a run go to the end.
func TestKillInCommit(t *testing.T) {
	t.Parallel()
	k := newKilling(t, size(1200, 600, 3000))
	w := k.workspace(t, "points")
	for _, point := range []string{
		"internal commit", "between the halves", "records retire", "records forget", "records rows", "records applied", "records commit", "after the commit",
	} {
		cmd := w.command(t.Context(), "small-chunks", "run", "claims")
		cmd.Env = append(cmd.Env, killPoint+"="+point)
		out, err := cmd.CombinedOutput()
		if w.code(err) != killedBySignal {
			t.Errorf("the run was not killed at %q: %v\n%s", point, err, out)
		}
		w.checkSnapshot(t)
	}
	k.recovers(t, w)
}

// killedBySignal is the exit code of a process that did not end by itself.
const killedBySignal = -1

// finish runs to the end, under the usual bound of a commit.
func (w *workspace) finish(t *testing.T) {
	t.Helper()
	if o := w.try(t, "run", "claims"); o.code != exitWell && o.code != exitAttention || strings.Contains(o.stdout, "failed") {
		t.Fatalf("the run after a kill ended with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
}

// wholeSnapshot are questions whose answer is zero in every snapshot: nothing of a
// dossier stands without the rest.
var wholeSnapshot = []string{
	`SELECT (SELECT count(*) FROM visit) - (SELECT count(*) FROM dossier WHERE head = 'visit')`,
	`SELECT count(*) FROM visit ANTI JOIN dossier USING (dossier)`,
	`SELECT count(*) FROM (SELECT dossier FROM visit_drug UNION ALL SELECT dossier FROM visit_service UNION ALL SELECT dossier FROM visit_result) ANTI JOIN dossier USING (dossier)`,
	`SELECT (SELECT count(*) FROM visit) - (SELECT coalesce(sum(loaded - replaced), 0) FROM run WHERE dataset = 'visit')`,
	`SELECT (SELECT count(*) FROM visit_drug) - (SELECT coalesce(sum(loaded - replaced), 0) FROM run WHERE dataset = 'visit_drug')`,
}

// checkSnapshot opens what is published, if anything is: it is whole, and it is
// what its manifest says.
func (w *workspace) checkSnapshot(t *testing.T) {
	t.Helper()
	path, err := filepath.EvalSymlinks(filepath.Join(w.dir, "published", "current", "records.duckdb"))
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	r := openTables(t, path)
	defer r.close()
	for _, question := range wholeSnapshot {
		r.wants("a whole snapshot", question, "0")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(filepath.Dir(path), "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	if !bytes.Contains(manifest, []byte(hex.EncodeToString(sum[:]))) {
		t.Error("the snapshot is not what its manifest says")
	}
}

// checkArchive compares the bundles with what the ledger says of them, and opens
// a payload that two runs have worked on. Of two bundles that hold a payload the one
// with the last name is kept.
func (w *workspace) checkArchive(t *testing.T) {
	t.Helper()
	r := w.internal(t)
	referenced := r.rows(`SELECT DISTINCT max(bundle) AS kept FROM delivery WHERE bundle <> '' GROUP BY delivery ORDER BY kept`)
	twice := r.rows(`SELECT delivery, any_value(sha256) FROM delivery WHERE bundle <> '' GROUP BY delivery HAVING count(DISTINCT bundle) > 1 LIMIT 1`)
	r.close()
	var found []string
	err := filepath.WalkDir(filepath.Join(w.dir, "archive"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			found = append(found, strings.TrimSuffix(e.Name(), ".zst.age"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if diff := cmp.Diff(referenced, found); diff != "" {
		t.Errorf("bundles (-ledger +disk):\n%s", diff)
	}
	for _, row := range twice {
		id, want, _ := strings.Cut(row, "|")
		var out bytes.Buffer
		cmd := w.command(t.Context(), "thidua", "archive", "open", id, "--key", filepath.Join(w.keys, "archive.private"))
		cmd.Stdout, cmd.Stderr = &out, os.Stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("open a payload that two runs have worked on: %v", err)
			continue
		}
		if sum := sha256.Sum256(out.Bytes()); hex.EncodeToString(sum[:]) != want {
			t.Error("a payload that two runs have worked on is not what was received")
		}
	}
}
