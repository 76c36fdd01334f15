package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
)

// filesPerFeed is how many files of each feed come in many orders.
const filesPerFeed = 6

// amendedFiles chooses files of a feed whose parcels came more than once, and fills
// up with others.
func amendedFiles(t *testing.T, corpus string, f guardedFeed) []feedFile {
	t.Helper()
	parcels := map[string][]feedFile{}
	var names []string
	for _, file := range filesOf(t, corpus, f) {
		if parcels[file.parcel] == nil {
			names = append(names, file.parcel)
		}
		parcels[file.parcel] = append(parcels[file.parcel], file)
	}
	slices.SortStableFunc(names, func(a, b string) int { return len(parcels[b]) - len(parcels[a]) })
	var chosen []feedFile
	for _, name := range names {
		chosen = append(chosen, parcels[name]...)
	}
	chosen = chosen[:min(filesPerFeed, len(chosen))]
	if !slices.ContainsFunc(chosen, func(f feedFile) bool { return f.version() == "3" }) {
		t.Fatalf("no file of %s is amended", f.job)
	}
	return chosen
}

// arrival is an order that the files of all feeds come in, by place in the list of
// each feed.
type arrival struct {
	name  string
	order func(files []feedFile) []feedFile
}

// arrivals are oldest first, newest first, and as thrown.
func arrivals(thrown int) []arrival {
	byTime := func(files []feedFile) []feedFile {
		files = slices.Clone(files)
		slices.SortStableFunc(files, func(a, b feedFile) int { return a.at.Compare(b.at) })
		return files
	}
	all := []arrival{{"oldest first", byTime}, {"newest first", func(files []feedFile) []feedFile {
		files = byTime(files)
		slices.Reverse(files)
		return files
	}}}
	for n := range thrown {
		all = append(all, arrival{fmt.Sprintf("thrown %d", n), func(files []feedFile) []feedFile {
			files = slices.Clone(files)
			rand.New(rand.NewPCG(uint64(n), uint64(len(files)))).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
			return files
		}})
	}
	return all
}

// TestFeedOrders brings the files of every feed in many orders: all at once, in
// commits of the usual size and of a few rows, and with a run for each file. The
// tables are the same.
func TestFeedOrders(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	corpus, keys := filepath.Join(root, "corpus"), filepath.Join(root, "keys")
	inventFeeds(t, corpus, 0.001, province.Shares{Resend: 0.5, Duplicate: 0.3, Late: 0.3}, nil)
	feeds := map[string][]feedFile{}
	for _, f := range guardedFeeds() {
		feeds[f.job] = amendedFiles(t, corpus, f)
	}
	atOnce := func(name string, chunkBytes int) map[string]string {
		w := newWorkspaceIn(t, filepath.Join(root, name), keys)
		for _, files := range feeds {
			for _, f := range files {
				w.bring(t, corpus, f)
			}
		}
		w.runs(t, chunkBytes)
		return w.closes(t)
	}
	want := atOnce("at once", 0)
	holds(t, want, 12)
	if diff := cmp.Diff(want, atOnce("in small commits", 1<<10)); diff != "" {
		t.Errorf("tables (-in one commit +in many):\n%s", diff)
	}
	for _, a := range arrivals(size(2, 1, 30)) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspaceIn(t, filepath.Join(root, a.name), keys)
			for n := range filesPerFeed {
				for _, files := range feeds {
					if ordered := a.order(files); n < len(ordered) {
						w.bring(t, corpus, ordered[n])
					}
				}
				w.runs(t, 0)
			}
			if diff := cmp.Diff(want, w.closes(t)); diff != "" {
				t.Errorf("tables (-all at once +one by one):\n%s", diff)
			}
		})
	}
}

// closes checks that the accounts close and that no ranks tied, and returns what
// stands.
func (w *workspace) closes(t *testing.T) map[string]string {
	t.Helper()
	r := w.published(t)
	defer r.close()
	r.wants("accounts and ties", `SELECT sum(read) - sum(loaded + unchanged + superseded + skipped + quarantined), sum(ties) FROM run`, "0|0")
	if wrong := r.wholeFeeds(); len(wrong) > 0 {
		t.Errorf("not whole: %q", wrong)
	}
	return r.contents()
}

// TestFeedTies gives a file and its amended one the same time. Only the order of
// receipt tells them apart then: the tables differ in the dossiers that are in both,
// and each of these is counted as a tie.
func TestFeedTies(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	corpus, keys := filepath.Join(root, "corpus"), filepath.Join(root, "keys")
	inventFeeds(t, corpus, 0.001, province.Shares{Resend: 0.5}, nil, province.FeedLinks)
	files := amendedFiles(t, corpus, guardedFeed{job: "insurance_links", folder: "insurance_links"})
	slices.SortFunc(files, func(a, b feedFile) int { return strings.Compare(a.parcel+a.version(), b.parcel+b.version()) })
	for i := range files {
		files[i].at = time.Date(2022, 6, 30, 18, 0, 0, 0, time.UTC)
	}
	const links = `SELECT COLUMNS(* EXCLUDE (dossier, delivery, place_dossier, place_line, content, known_from)) FROM insurance_link ORDER BY ALL`
	var stands [2][]string
	for i, order := range []string{"first amended last", "first amended first"} {
		w := newWorkspaceIn(t, filepath.Join(root, order), keys)
		for _, f := range files {
			w.bring(t, corpus, f)
			w.runs(t, 0, "insurance_links")
		}
		r := w.published(t)
		stands[i] = r.rows(links)
		ties := r.count(`SELECT sum(ties)::BIGINT FROM run WHERE dataset = '(dossiers)'`)
		r.close()
		slices.Reverse(files)
		if i == 0 {
			continue
		}
		differ := slices.DeleteFunc(slices.Clone(stands[1]), func(row string) bool {
			_, found := slices.BinarySearch(stands[0], row)
			return found
		})
		if len(differ) == 0 || len(differ) != ties || len(stands[0]) != len(stands[1]) {
			t.Errorf("%d of %d rows differ, %d ties were counted", len(differ), len(stands[0]), ties)
		}
	}
}
