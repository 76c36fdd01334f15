package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
)

// counts are the rows of every dataset, of its history, of dossiers and commits, of
// what was set aside and of bundles: all that a run over known files may not add to.
func (w *workspace) counts(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	r := w.published(t)
	for _, name := range append(r.datasets(), "dossier", "applied") {
		counts[name] = r.count(fmt.Sprintf("SELECT count(*) FROM %q", name))
	}
	for _, name := range r.rows(`SELECT table_name FROM duckdb_tables() WHERE schema_name = 'history'`) {
		counts["history "+name] = r.count(fmt.Sprintf("SELECT count(*) FROM history.%q", name))
	}
	r.close()
	inside := w.internal(t)
	defer inside.close()
	counts["set aside"] = inside.count(`SELECT count(*) FROM quarantine`)
	counts["bundles"] = inside.count(`SELECT count(DISTINCT bundle) FROM delivery`)
	return counts
}

// knownFeeds is a workspace whose files are all known, and how it was then.
type knownFeeds struct {
	*workspace
	counts          map[string]int
	tables          map[string]string
	records, ledger int64
}

// idle runs all jobs and expects that nothing is read or loaded and nothing grows.
func (k *knownFeeds) idle(t *testing.T, what string, grown int64) {
	t.Helper()
	said := k.runs(t, 0)
	if strings.Contains(said, "new payloads") && strings.Count(said, "new payloads") != strings.Count(said, "— 0 new payloads") || !strings.Contains(said, "Nothing new to publish") {
		t.Errorf("%s: the run says\n%s", what, said)
	}
	if diff := cmp.Diff(k.counts, k.workspace.counts(t)); diff != "" {
		t.Errorf("%s: counts (-before +after):\n%s", what, diff)
	}
	if diff := cmp.Diff(k.tables, k.contents(t)); diff != "" {
		t.Errorf("%s: tables (-before +after):\n%s", what, diff)
	}
	inside := k.internal(t)
	defer inside.close()
	inside.wants(what+": accounts of the last round", fmt.Sprintf(`SELECT coalesce(sum(read + loaded + unchanged + superseded + skipped + quarantined), 0)::BIGINT
		FROM tally WHERE run > (SELECT max(run) FROM run) - %d`, len(guardedFeeds())), "0")
	records, ledger := k.sizes(t)
	if records > k.records || ledger > k.ledger+grown {
		t.Errorf("%s: the files have %d and %d bytes, and had %d and %d", what, records, ledger, k.records, k.ledger)
	}
}

// inboxFiles are the files below the inbox.
func (w *workspace) inboxFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	worldMust(t, filepath.WalkDir(filepath.Join(w.dir, "inbox"), func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

// toldAgain touches the compressed files that break off. They have no bytes to be
// known by: under another name or time each of them is told again, and nothing is
// loaded. They are taken away then, and what follows is compared with that.
func (k *knownFeeds) toldAgain(t *testing.T) {
	t.Helper()
	var broken []string
	for _, name := range k.inboxFiles(t) {
		if filepath.Ext(name) != ".gz" {
			continue
		}
		if z, err := gzip.NewReader(bytes.NewReader(read(t, name))); err == nil {
			if _, err := io.Copy(io.Discard, z); err == nil {
				continue
			}
		}
		broken = append(broken, name)
		at := time.Now().Add(-time.Hour)
		worldMust(t, os.Chtimes(name, at, at))
	}
	k.runs(t, 0)
	want := maps.Clone(k.counts)
	want["set aside"] += len(broken)
	want["applied"]++
	if diff := cmp.Diff(want, k.workspace.counts(t)); diff != "" || len(broken) == 0 {
		t.Errorf("%d broken files touched: counts (-want +got):\n%s", len(broken), diff)
	}
	for _, name := range broken {
		worldMust(t, os.Remove(name))
	}
	k.counts = want
	k.records, k.ledger = k.sizes(t)
}

// TestFeedAgain meets the files of all feeds again: as they were, touched, under
// other names in other folders, and copied beside themselves.
func TestFeedAgain(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inventFeeds(t, filepath.Join(w.dir, "inbox"), 0.001, province.Shares{Resend: 0.2, Duplicate: 0.1, Late: 0.1, Dirt: 0.1}, nil)
	if !soak() {
		thin(t, filepath.Join(w.dir, "inbox"), 30)
	}
	w.runs(t, 0)
	k := &knownFeeds{workspace: w, counts: w.counts(t), tables: w.contents(t)}
	holds(t, k.tables, 12)
	k.records, k.ledger = w.sizes(t)
	k.idle(t, "again", slackBytes)
	k.toldAgain(t)

	// The ledger writes all names anew, into a file of up to twice the size.
	names := w.inboxFiles(t)
	for i, name := range names {
		at := time.Now().Add(-time.Duration(i+60) * time.Second)
		worldMust(t, os.Chtimes(name, at, at))
	}
	k.idle(t, "touched", k.ledger)
	for i, name := range names {
		folder := filepath.Join(filepath.Dir(filepath.Dir(name)), fmt.Sprint("moved", i%3))
		worldMust(t, os.MkdirAll(folder, 0o750), os.Rename(name, filepath.Join(folder, fmt.Sprintf("%05d_%s", i, filepath.Base(name)))))
	}
	k.idle(t, "renamed", k.ledger)
	for i, name := range w.inboxFiles(t) {
		w.putAt(t, filepath.Join(filepath.Dir(name), fmt.Sprintf("copy%d_%s", i, filepath.Base(name))), read(t, name), time.Now().Add(-time.Hour))
	}
	k.idle(t, "copied", 2*k.ledger)
	k.idle(t, "once more", 2*k.ledger)
}

// TestFeedAgainOverHTTP asks a gateway again. Windows that are final are not asked
// for; those that are not are asked for and change nothing.
func TestFeedAgainOverHTTP(t *testing.T) {
	t.Parallel()
	o := newOutside()
	w := newWorld(t, t.TempDir())
	portalJobs(w, o)
	days := func(seen []portal.Seen) []string {
		found := map[string]bool{}
		for _, s := range seen {
			query, err := url.ParseQuery(s.Query)
			worldMust(t, err)
			if s.Endpoint == portal.EndpointList {
				found[query.Get("tu")[:len(time.DateOnly)]] = true
			}
		}
		return slices.Sorted(maps.Keys(found))
	}
	day := func(n int) string { return o.today.AddDate(0, 0, n).Format(time.DateOnly) }
	a, seen := portalCall(w, o, "en", portalPassword, nil, jobPrescriptions)
	if diff := cmp.Diff([]string{day(-4), day(-3), day(-2), day(-1), day(0)}, days(seen)); a.code != exitWell || diff != "" {
		t.Fatalf("the first pull ended with %d\n%s%sdays (-want +asked):\n%s", a.code, a.out, a.err, diff)
	}
	before, tables := portalCounts(w), w.tables()
	for range 3 {
		a, seen = portalCall(w, o, "en", portalPassword, nil, jobPrescriptions)
		asked := days(seen)
		if a.code != exitWell || len(asked) == 0 || asked[0] < day(-2) {
			t.Errorf("a pull again ended with %d and asked for %q\n%s%s", a.code, asked, a.out, a.err)
		}
		if diff := cmp.Diff(before, portalCounts(w)); diff != "" {
			t.Errorf("counts (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(tables, w.tables()); diff != "" {
			t.Errorf("tables (-before +after):\n%s", diff)
		}
	}
}

// portalCounts are the rows of what pulls write.
func portalCounts(w *world) map[string]string {
	w.t.Helper()
	db := worldDatabase(w.t, w.published(), true)
	counts := map[string]string{}
	for _, name := range []string{"prescription", "prescription_item", "history.prescription", "history.prescription_item", "dossier", "applied"} {
		counts[name] = worldRows(w.t, db, "SELECT count(*) FROM "+name)[0][0]
	}
	worldMust(w.t, errors.Join(db.Close()))
	return counts
}

// TestFeedOrderOverHTTP pulls while prescriptions come into newer states, and pulls
// once when all have: the tables are the same. A gateway that falls back to what it
// told before changes nothing.
func TestFeedOrderOverHTTP(t *testing.T) {
	t.Parallel()
	late := newOutside()
	early := newOutside()
	early.prescriptions, late.prescriptions = early.prescriptions[:len(early.prescriptions)-4], slices.Clone(late.prescriptions)
	for i := range late.prescriptions {
		if p := &late.prescriptions[i]; i%3 == 0 {
			p.State.Status, p.State.UpdatedAt = province.StatusDispensed, late.today.Add(-time.Duration(60-i)*time.Minute)
			p.Drugs = slices.Clone(p.Drugs)
			p.Drugs[0].Quantity += 5
		}
	}
	seed := newWorld(t, t.TempDir())
	portalJobs(seed, late)
	pull := func(w *world, o *outside) {
		if a, _ := portalCall(w, o, "en", portalPassword, nil, jobPrescriptions); a.code != exitWell {
			t.Fatalf("a pull ended with %d\n%s%s", a.code, a.out, a.err)
		}
	}
	once, twice, back := seed.copy(t), seed.copy(t), seed.copy(t)
	pull(once, late)
	pull(twice, early)
	pull(twice, late)
	pull(back, late)
	pull(back, early)
	want := late.truth(jobPrescriptions)
	for name, w := range map[string]*world{"once": once, "as it came": twice, "falling back": back} {
		if diff := cmp.Diff(want, late.found(w, jobPrescriptions)); diff != "" {
			t.Errorf("%s (-truth +found):\n%s", name, diff)
		}
	}
	live := func(w *world) map[string]string {
		tables := w.tables()
		maps.DeleteFunc(tables, func(name string, _ string) bool { return strings.HasPrefix(name, "history.") })
		return tables
	}
	if diff := cmp.Diff(live(once), live(twice)); diff != "" {
		t.Errorf("tables (-once +as it came):\n%s", diff)
	}
	if diff := cmp.Diff(live(once), live(back)); diff != "" {
		t.Errorf("tables (-once +falling back):\n%s", diff)
	}
}
