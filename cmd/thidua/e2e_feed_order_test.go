package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
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
func filesPerFeed() int { return size(4, 4, 7) }

// versionsOf are files of a feed, each as it was first sent, amended an hour later
// and amended again after another one; and the first bytes of the last of them under
// another name. Claims are the files of a hospital, which hold visits that were sent
// again.
func versionsOf(t *testing.T, corpus string, f guardedFeed) []feedFile {
	t.Helper()
	all := filesOf(t, corpus, f)
	if f.amend[0] == "" {
		return mostOfOneFolder(all)
	}
	var versions []feedFile
	for _, file := range all {
		if !bytes.Contains(unwrapped(t, file), []byte(f.amend[0])) {
			continue
		}
		ext := file.path[strings.IndexByte(file.path, '.'):]
		for n, text := range f.amend {
			again := feedFile{path: fmt.Sprintf("%s_v%d%s", strings.TrimSuffix(file.path, ext), n, ext), at: file.at.Add(time.Duration(n) * time.Hour), text: file.text}
			if n > 0 {
				again.text = amended(t, file, f.amend[0], text)
			}
			versions = append(versions, again)
		}
		if len(versions) == filesPerFeed()-1 {
			return append(versions, feedFile{path: strings.TrimSuffix(file.path, ext) + "_copy" + ext, at: file.at.Add(time.Minute), text: file.text})
		}
	}
	t.Fatalf("too few files of %s can be amended", f.job)
	return nil
}

// mostOfOneFolder returns files of the folder that has most of them.
func mostOfOneFolder(all []feedFile) []feedFile {
	folders := map[string][]feedFile{}
	most := ""
	for _, f := range all {
		folder := filepath.Dir(f.path)
		if folders[folder] = append(folders[folder], f); len(folders[folder]) > len(folders[most]) {
			most = folder
		}
	}
	return folders[most][:min(filesPerFeed(), len(folders[most]))]
}

// unwrapped is the text of a file, taken out of what compresses it. Of a workbook it
// is that of all its parts.
func unwrapped(t *testing.T, f feedFile) []byte {
	t.Helper()
	var text []byte
	rewrap(t, f, func(part []byte) []byte {
		text = append(text, part...)
		return part
	})
	return text
}

// amended is the file with another text in the place of one.
func amended(t *testing.T, f feedFile, old, text string) []byte {
	t.Helper()
	return rewrap(t, f, func(part []byte) []byte { return bytes.ReplaceAll(part, []byte(old), []byte(text)) })
}

// rewrap changes the text of a file inside what compresses it.
func rewrap(t *testing.T, f feedFile, change func(part []byte) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	switch filepath.Ext(f.path) {
	case ".gz":
		in, err := gzip.NewReader(bytes.NewReader(f.text))
		worldMust(t, err)
		part, err := io.ReadAll(in)
		worldMust(t, err)
		to := gzip.NewWriter(&out)
		_, err = to.Write(change(part))
		worldMust(t, err, to.Close())
	case ".xlsx":
		in, err := zip.NewReader(bytes.NewReader(f.text), int64(len(f.text)))
		worldMust(t, err)
		to := zip.NewWriter(&out)
		for _, member := range in.File {
			from, err := member.Open()
			worldMust(t, err)
			part, err := io.ReadAll(from)
			worldMust(t, err)
			into, err := to.Create(member.Name)
			worldMust(t, err)
			_, err = into.Write(change(part))
			worldMust(t, err)
		}
		worldMust(t, to.Close())
	default:
		return change(f.text)
	}
	return out.Bytes()
}

// arrival is an order that the files of all feeds come in, by place in the list of
// each feed.
type arrival struct {
	name  string
	order func(files []feedFile) []feedFile
}

const oldestFirst = "oldest first"

// arrivals are oldest first, newest first, and as thrown.
func arrivals(thrown int) []arrival {
	byTime := func(files []feedFile) []feedFile {
		files = slices.Clone(files)
		slices.SortStableFunc(files, func(a, b feedFile) int { return a.at.Compare(b.at) })
		return files
	}
	all := []arrival{{oldestFirst, byTime}, {"newest first", func(files []feedFile) []feedFile {
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
	inventFeeds(t, corpus, 0.002, province.Shares{Resend: 0.5}, nil)
	var feeds [][]feedFile
	for _, f := range guardedFeeds() {
		feeds = append(feeds, versionsOf(t, corpus, f))
	}
	atOnce := func(name string, chunkBytes int) map[string]string {
		w := newWorkspaceIn(t, filepath.Join(root, name), keys)
		for _, files := range feeds {
			for _, f := range files {
				w.bring(t, f)
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
	for _, a := range arrivals(size(1, 1, 30)) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspaceIn(t, filepath.Join(root, a.name), keys)
			for n := range filesPerFeed() {
				for _, files := range feeds {
					if ordered := a.order(files); n < len(ordered) {
						w.bring(t, ordered[n])
					}
				}
				w.runs(t, 0)
			}
			if diff := cmp.Diff(want, w.closes(t)); diff != "" {
				t.Errorf("tables (-all at once +one by one):\n%s", diff)
			}
			if a.name == oldestFirst {
				w.remembers(t)
			}
		})
	}
}

// remembers checks that amended files did what the order is about: each table that
// a job reads into has what the earlier versions said in its history.
func (w *workspace) remembers(t *testing.T) {
	t.Helper()
	r := w.published(t)
	defer r.close()
	for _, name := range []string{
		"visit", "insurance_link", "visit_identification", "issued_prescription", "prescription", "prescription_item",
		"prescription_dispense_item", "vaccination", "health_record", "health_record_transfer",
	} {
		if r.count("SELECT count(*) FROM history."+name) == 0 {
			t.Errorf("no row of %s was replaced", name)
		}
	}
	r.wants("certificates replaced", `SELECT kind, count(*) > 0 FROM history.certificate GROUP BY ALL ORDER BY ALL`, "birth|true", "death|true", "driver|true")
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

// TestFeedTies gives versions of a file the same time. Only the order of receipt
// tells them apart then: the tables differ in the dossiers that are in both, and
// each of these is counted as a tie.
func TestFeedTies(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	corpus, keys := filepath.Join(root, "corpus"), filepath.Join(root, "keys")
	inventFeeds(t, corpus, 0.001, province.Shares{}, nil, province.FeedLinks)
	f := guardedFeeds()[1]
	all := filesOf(t, corpus, f)
	files := []feedFile{all[0], {path: filepath.Join(filepath.Dir(all[0].path), "again.csv"), at: all[0].at, text: amended(t, all[0], f.amend[0], f.amend[1])}}
	const links = `SELECT COLUMNS(* EXCLUDE (dossier, delivery, place_dossier, place_line, content, known_from)) FROM insurance_link ORDER BY ALL`
	var stands [2][]string
	for i, name := range []string{"amended last", "amended first"} {
		w := newWorkspaceIn(t, filepath.Join(root, name), keys)
		for _, f := range files {
			w.bring(t, f)
			w.runs(t, 0, "insurance_links")
		}
		slices.Reverse(files)
		r := w.published(t)
		stands[i] = r.rows(links)
		slices.Sort(stands[i])
		ties := r.count(`SELECT sum(ties)::BIGINT FROM run`)
		r.close()
		if i == 0 {
			continue
		}
		differ := slices.DeleteFunc(slices.Clone(stands[1]), func(row string) bool {
			_, found := slices.BinarySearch(stands[0], row)
			return found
		})
		if len(differ) == 0 || len(differ) != ties || len(stands[0]) != len(stands[1]) {
			t.Errorf("%d of %d and %d rows differ, %d ties were counted", len(differ), len(stands[0]), len(stands[1]), ties)
		}
	}
}
