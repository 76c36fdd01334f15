package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// crossings are the visits of one delivery, and the tables of a load of it that
// nobody disturbs. All workspaces have the same keys, and so the same pseudonyms.
type crossings struct {
	root     string
	delivery *claimFile
	tables   map[string]string
}

// TestCrossings lets two things happen at once that other tests let happen by
// themselves. In the end everything is as if nothing had happened.
func TestCrossings(t *testing.T) {
	t.Parallel()
	c := newCrossings(t, size(360, 160, 3000))
	for _, tt := range []struct {
		name  string
		cross func(t *testing.T, w *workspace)
	}{
		{"killed, then a copy lies beside", c.killedThenCopied},
		{"killed, then a copy comes before", c.killedThenCopiedBefore},
		{"killed without archive, then a copy lies beside", c.killedThenCopiedUnarchived},
		{"killed in a large delivery, then a copy lies beside", c.killedLargeThenCopied},
		{"killed, then another job and a stop, nothing published before", c.killedThenStopped},
		{"killed, then another job and a stop, a snapshot before", c.killedThenStoppedAfterSnapshot},
		{"killed, then the file goes and comes back", c.killedThenTaken},
		{"rehearsed where files are moved", c.rehearsedThenMoved},
		{"an archive is moved", c.zipMoved},
		{"killed in an archive that is moved", c.zipKilled},
		{"files cannot be moved", c.cannotMove},
		{"other keys of dossiers", c.otherKeys},
		{"dirty files three times", c.threeTimesDirty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspaceIn(t, filepath.Join(t.TempDir(), "work"), filepath.Join(c.root, "keys"))
			tt.cross(t, w)
			w.checkAccounts(t)
			w.checkSnapshot(t)
		})
	}
}

// newCrossings makes a delivery of many visits out of the three of a sample.
func newCrossings(t *testing.T, visits int) *crossings {
	t.Helper()
	f := readClaims(t, sample(t, "three_visits.xml"))
	seeds := f.dossiers
	f.dossiers = nil
	for i := range visits {
		seed := seeds[i%len(seeds)]
		old := between(string(seed.part("XML1").text), "<MA_LK>", "</MA_LK>")
		f.dossiers = append(f.dossiers, seed.clone(old, fmt.Sprintf("79999_2026_11_%06d", i)))
	}
	c := &crossings{root: t.TempDir(), delivery: f}
	w := newWorkspaceIn(t, filepath.Join(c.root, "undisturbed"), filepath.Join(c.root, "keys"))
	w.put(t, w.claims("delivery.xml"), f.bytes())
	w.must(t, exitWell, "run")
	if got := w.visits(t); got != visits {
		t.Fatalf("the undisturbed load has %d visits, want %d", got, visits)
	}
	c.tables = w.fingerprints(t)
	return c
}

// part is the file of some of the visits.
func (c *crossings) part(from, to int) []byte {
	f := *c.delivery
	f.dossiers = f.dossiers[from:to]
	return f.bytes()
}

// same compares the newest snapshot with that of the undisturbed load.
func (c *crossings) same(t *testing.T, w *workspace) {
	t.Helper()
	if diff := cmp.Diff(c.tables, w.fingerprints(t)); diff != "" {
		t.Errorf("tables (-undisturbed +got):\n%s", diff)
	}
}

func (w *workspace) visits(t *testing.T) int {
	t.Helper()
	r := w.published(t)
	defer r.close()
	return r.count("SELECT count(*) FROM visit")
}

func (w *workspace) checkAccounts(t *testing.T) {
	t.Helper()
	r := w.internal(t)
	defer r.close()
	if open := r.rows(openAccounts); len(open) > 0 {
		t.Errorf("accounts that do not close: %q", open)
	}
}

// openDeliveries counts those that are committed in part.
const openDeliveries = `SELECT count(*) FROM (SELECT delivery FROM delivery GROUP BY delivery HAVING bool_and(state = 'open'))`

// kill ends a run after its second commit, in the middle of a delivery.
func (w *workspace) kill(t *testing.T) {
	t.Helper()
	w.endAt(t, killPoint, killedBySignal)
	r := w.internal(t)
	defer r.close()
	r.wants("open deliveries after the kill", openDeliveries, "1")
}

// endAt runs all jobs in small commits and ends after the second one, in the way
// that the variable tells, with the code.
func (w *workspace) endAt(t *testing.T, variable string, code int) {
	t.Helper()
	cmd := w.command(t.Context(), "small-chunks", "run")
	cmd.Env = append(cmd.Env, variable+"=after the commit")
	if out, err := cmd.CombinedOutput(); w.code(err) != code {
		t.Fatalf("the run to be ended ended with %v, want code %d:\n%s", err, code, out)
	}
}

// says runs and wants sentences among what is printed.
func (w *workspace) says(t *testing.T, code int, args []string, sentences ...string) {
	t.Helper()
	o := w.must(t, code, args...)
	for _, s := range sentences {
		if !strings.Contains(o.stdout+o.stderr, s) {
			t.Errorf("thidua %s says\n%s%swant %q", strings.Join(args, " "), o.stdout, o.stderr, s)
		}
	}
}

// replace changes a text in a file of the workspace; a file that is not there
// begins as the built-in one.
func (w *workspace) replace(t *testing.T, name, builtIn, old, fresh string) {
	t.Helper()
	file := filepath.Join(w.dir, filepath.FromSlash(name))
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		text, err = os.ReadFile(builtIn)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	w.put(t, file, bytes.Replace(text, []byte(old), []byte(fresh), 1))
}

const builtInClaims = "../../configs/jobs/claims.yaml"

func (c *crossings) killedThenCopied(t *testing.T, w *workspace) {
	c.copied(t, w, c.delivery.bytes(), "delivery.xml", "the same.xml")
	w.checkArchive(t)
}

func (c *crossings) killedThenCopiedBefore(t *testing.T, w *workspace) {
	c.copied(t, w, c.delivery.bytes(), "delivery.xml", "a copy.xml")
	w.checkArchive(t)
}

func (c *crossings) killedThenCopiedUnarchived(t *testing.T, w *workspace) {
	w.replace(t, "thidua.yaml", "", "  enabled: true\n  path: archive", "  enabled: false\n  path: archive")
	c.copied(t, w, c.delivery.bytes(), "delivery.xml", "the same.xml")
	if _, err := os.Stat(filepath.Join(w.dir, "archive")); !os.IsNotExist(err) {
		t.Errorf("an archive that is switched off: %v", err)
	}
}

// killedLargeThenCopied has a delivery that is not held in memory.
func (c *crossings) killedLargeThenCopied(t *testing.T, w *workspace) {
	padding := bytes.Repeat([]byte(" "), 8<<20)
	large := bytes.Replace(c.delivery.bytes(), []byte("<DANHSACHHOSO>"), append(padding, "<DANHSACHHOSO>"...), 1)
	c.copied(t, w, large, "delivery.xml", "a copy.xml")
	w.checkArchive(t)
}

// copied kills a run and lays the same bytes beside the file: rows stand once, and
// one of both files is known.
func (c *crossings) copied(t *testing.T, w *workspace, text []byte, name, other string) {
	t.Helper()
	w.put(t, w.claims(name), text)
	w.kill(t)
	w.put(t, w.claims(other), text)
	w.says(t, exitWell, []string{"run", "claims"}, "succeeded — 1 new payloads, 1 known")
	c.same(t, w)
	w.says(t, exitWell, []string{"run", "claims"}, "succeeded — 0 new payloads, 2 known", "Nothing new to publish")
	r := w.internal(t)
	defer r.close()
	visits := len(c.delivery.dossiers)
	r.wants("the account of all runs", `SELECT sum(read), sum(loaded), sum(unchanged) FROM tally WHERE dataset = 'visit'`, fmt.Sprintf("%d|%d|0", visits, visits))
}

func (c *crossings) killedThenStopped(t *testing.T, w *workspace) {
	c.stopped(t, w, func() {
		if _, err := os.Lstat(filepath.Join(w.dir, "published", "current")); !os.IsNotExist(err) {
			t.Errorf("a delivery that is loaded in part is published: %v", err)
		}
	})
}

func (c *crossings) killedThenStoppedAfterSnapshot(t *testing.T, w *workspace) {
	const before = 3
	w.put(t, w.claims("before.xml"), c.part(0, before))
	w.must(t, exitWell, "run")
	c.stopped(t, w, func() {
		if got := w.visits(t); got != before {
			t.Errorf("%d visits are published while a delivery is loaded in part, want %d", got, before)
		}
		if notes := w.manifestNotes(t); !slices.Contains(notes, "1 payloads are loaded in part and not shown yet") {
			t.Errorf("the manifest notes %q", notes)
		}
		w.checkSnapshot(t)
	})
}

// stopped kills a run, then lets another job run and stops a third run: readers see
// nothing of the open delivery until a run has come to its end.
func (c *crossings) stopped(t *testing.T, w *workspace, unseen func()) {
	t.Helper()
	w.put(t, w.claims("delivery.xml"), c.delivery.bytes())
	w.kill(t)
	w.put(t, filepath.Join(w.dir, "inbox", "checkins", "1.xml"), sample(t, "check_ins.xml"))
	w.must(t, exitWell, "run", "check_ins")
	unseen()
	w.endAt(t, stopPoint, exitAttention)
	unseen()
	w.must(t, exitWell, "run")
	c.same(t, w)
	if notes := w.manifestNotes(t); len(notes) > 0 {
		t.Errorf("the manifest notes %q when all is loaded", notes)
	}
	r := w.published(t)
	defer r.close()
	if r.count("SELECT count(*) FROM check_in") == 0 {
		t.Error("what the other job brought is not published")
	}
}

// manifestNotes are those of the newest snapshot.
func (w *workspace) manifestNotes(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "published", "current", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Notes []string `json:"notes"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	return manifest.Notes
}

// killedThenTaken takes the file away: what stands of it is published as it is, and
// stays as it is when the file comes back with the rest.
func (c *crossings) killedThenTaken(t *testing.T, w *workspace) {
	const standing = `SELECT count(*), max(known_from)::VARCHAR FROM visit WHERE known_from <= '%s'`
	w.put(t, w.claims("delivery.xml"), c.delivery.bytes())
	w.kill(t)
	away := filepath.Join(w.dir, "away.xml")
	if err := os.Rename(w.claims("delivery.xml"), away); err != nil {
		t.Fatal(err)
	}
	w.says(t, exitWell, []string{"run", "claims"}, "succeeded — 0 new payloads", "Published")
	w.checkSnapshot(t)
	visits := w.visits(t)
	if visits == 0 || visits >= len(c.delivery.dossiers) {
		t.Fatalf("%d visits of a part are published, of %d", visits, len(c.delivery.dossiers))
	}
	query := fmt.Sprintf(standing, w.ask(t, `SELECT max(known_from)::VARCHAR FROM visit`)[0])
	before := w.ask(t, query)
	if err := os.Rename(away, w.claims("delivery.xml")); err != nil {
		t.Fatal(err)
	}
	w.says(t, exitWell, []string{"run"}, "succeeded — 1 new payloads, 0 known")
	c.same(t, w)
	if diff := cmp.Diff(before, w.ask(t, query)); diff != "" {
		t.Errorf("what stood before the file came back (-before +after):\n%s", diff)
	}
	r := w.internal(t)
	defer r.close()
	r.wants("the account of the run that brought the rest", `SELECT sum(read), sum(unchanged), sum(loaded), sum(replaced) FROM tally
		WHERE dataset = 'visit' AND run = (SELECT max(run) FROM tally)`,
		fmt.Sprintf("%d|%d|%d|0", len(c.delivery.dossiers), visits, len(c.delivery.dossiers)-visits))
}

// otherKeys declares other keys for the dossiers that stand.
func (c *crossings) otherKeys(t *testing.T, w *workspace) {
	w.put(t, w.claims("delivery.xml"), c.delivery.bytes())
	w.must(t, exitWell, "run")
	commit := w.ask(t, "SELECT max(n) FROM applied")[0]
	w.put(t, w.claims("next.xml"), c.part(0, 1))
	w.replace(t, "configs/jobs/claims.yaml", builtInClaims, "  keys: [facility_code, visit_key]", "  keys: [visit_key]")
	for lang, sentence := range map[string]string{
		"vi": "Lỗi: khai báo bộ dữ liệu mâu thuẫn với kho dữ liệu\n",
		"en": "error: the declaration of a dataset contradicts the warehouse\n",
	} {
		w.says(t, exitAttention, []string{"run", "--lang", lang}, sentence, "dossiers of visit are identified by (facility_code, visit_key) there and by (visit_key) in configs/jobs")
	}
	if now := w.ask(t, "SELECT max(n) FROM applied")[0]; now != commit {
		t.Errorf("commit %s is published after commit %s", now, commit)
	}
	r := w.internal(t)
	r.wants("runs", "SELECT count(*) FROM run WHERE job = 'claims'", "1")
	r.close()
	if err := os.Remove(filepath.Join(w.dir, "configs", "jobs", "claims.yaml")); err != nil {
		t.Fatal(err)
	}
	w.says(t, exitWell, []string{"run"}, "1 new payloads, 1 known")
	c.same(t, w)
}

// threeTimesDirty receives dirty files under new names: as they were, and with an
// end of line behind them, which makes other bytes of them. What was found is told
// once.
func (c *crossings) threeTimesDirty(t *testing.T, w *workspace) {
	values := bytes.Replace(sample(t, "dirty_values.xml"), []byte("<SOLUONGHOSO>3<"), []byte("<SOLUONGHOSO>1<"), 1)
	broken := sample(t, "corrupt_base64.xml")
	receive := func(folder, end string) {
		for name, text := range map[string][]byte{"values.xml": values, "broken.xml": broken} {
			w.put(t, w.claims(filepath.Join(folder, name)), append(slices.Clone(text), end...))
		}
		// Bytes that are refused whole are another finding when they are others.
		w.put(t, w.claims(filepath.Join(folder, "short.xml")), sample(t, "truncated.xml"))
	}
	found := func() []string {
		return slices.Concat(
			w.ask(t, "SELECT * EXCLUDE (first_seen_at, last_seen_at) FROM quarantine_summary ORDER BY ALL"),
			w.ask(t, "SELECT job, dataset, column_name, rule, unit, rows FROM warning ORDER BY ALL"),
		)
	}
	w.put(t, w.claims("0/values.xml"), values)
	w.must(t, exitAttention, "run")
	receive("1", "")
	w.must(t, exitAttention, "run")
	first, tables := found(), w.fingerprints(t)
	for folder, end := range map[string]string{"2": "", "3": "\n"} {
		receive(folder, end)
		w.try(t, "run")
		if diff := cmp.Diff(first, found()); diff != "" {
			t.Errorf("what was found, with %q behind the files (-first +again):\n%s", end, diff)
		}
		if diff := cmp.Diff(tables, w.fingerprints(t)); diff != "" {
			t.Errorf("tables, with %q behind the files (-first +again):\n%s", end, diff)
		}
	}
}
