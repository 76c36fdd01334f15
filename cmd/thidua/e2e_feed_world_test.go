package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// guardedFeed is a job that reads files, and where they come in. The suites beside
// this file judge each of them by the same code, claims among them.
type guardedFeed struct {
	job, folder string
	// ext ends the names of the files that the job reads; empty where all of the
	// folder are its own.
	ext string
	// amend is a piece of text that each file has and what stands in its place where
	// the file is sent again, and once more. Claims have none: of them the province
	// sends visits again.
	amend [3]string
}

// guardedFeeds are the jobs that the stand-in province writes files for, a row for
// each job and so for each format.
func guardedFeeds() []guardedFeed {
	const vaccinations = "vaccinations"
	return []guardedFeed{
		{job: "claims", folder: "claims"},
		{job: "insurance_links", folder: "insurance_links", amend: [3]string{"Chưa đồng bộ", "Sai thông tin", "Đã đồng bộ"}},
		{job: "visit_identifications", folder: "visit_identifications", amend: [3]string{",THE_BHYT,", ",KHAC,", ",VNEID,"}},
		{job: "issued_prescriptions", folder: "issued_prescriptions", amend: [3]string{"-c,c,", "-c,y,", "-c,n,"}},
		{job: "prescription_lookups", folder: "prescription_lookups", amend: [3]string{`"ten_thuoc":"`, `"ten_thuoc":"Khác `, `"ten_thuoc":"Mới `}},
		{job: "prescription_dispenses", folder: "prescription_dispenses", amend: [3]string{`"ten_thuoc":"`, `"ten_thuoc":"Khác `, `"ten_thuoc":"Mới `}},
		{job: vaccinations, folder: vaccinations, ext: ".csv", amend: [3]string{"LO0", "LX0", "LY0"}},
		{job: "vaccination_sheets", folder: vaccinations, ext: ".xlsx", amend: [3]string{"LO0", "LX0", "LY0"}},
		{job: "health_records", folder: "health_records", amend: [3]string{`"MADANTOC":"01"`, `"MADANTOC":"03"`, `"MADANTOC":"04"`}},
		{job: "health_record_transfers", folder: "health_record_transfers", amend: [3]string{",1,", ",0,", ",0,E9"}},
		{job: "birth_certificates", folder: "certificates/birth", amend: [3]string{"<MATINH_CU_TRU>19", "<MATINH_CU_TRU>15", "<MATINH_CU_TRU>01"}},
		{job: "death_certificates", folder: "certificates/death", amend: [3]string{"<MATINH_THUONGTRU>19", "<MATINH_THUONGTRU>15", "<MATINH_THUONGTRU>01"}},
		{job: "driver_certificates", folder: "certificates/driver", amend: [3]string{`"MATINH_THUONGTRU":"19"`, `"MATINH_THUONGTRU":"15"`, `"MATINH_THUONGTRU":"01"`}},
	}
}

// guardedJobs are the names of the jobs.
func guardedJobs() []string {
	var names []string
	for _, f := range guardedFeeds() {
		names = append(names, f.job)
	}
	return names
}

// guardedProfile is the province that the feeds are written for.
const guardedProfile = "thai-nguyen-2022h1"

// inventFeeds writes the feeds of a province below dir, a folder each, and returns
// what is true of them. Plant may be nil.
func inventFeeds(t *testing.T, dir string, scale float64, shares province.Shares, plant io.Writer, feeds ...string) province.Truth {
	t.Helper()
	table, err := reference.Files.Open("facility.csv")
	worldMust(t, err)
	defer table.Close()
	facilities, err := province.ReadFacilities(table)
	worldMust(t, err)
	areas, err := reference.Files.Open("area.csv")
	worldMust(t, err)
	defer areas.Close()
	districts, err := province.ReadDistricts(areas)
	worldMust(t, err)
	truth, err := province.WriteFeeds(t.Context(), province.FeedSettings{
		Profile: guardedProfile, Scale: scale, Feeds: feeds,
		Claims: province.Settings{Seed: 4, Lines: 4, Shares: shares, Shape: province.Shape{FilesPer: "facility-day", Compress: "none"}},
	}, facilities, districts, dir, plant)
	worldMust(t, err)
	return truth
}

// feedFile is a file on its way into the inbox: its path below that and its time.
type feedFile struct {
	path string
	at   time.Time
	text []byte
}

// filesOf reads the files of a feed in a corpus, by path.
func filesOf(t *testing.T, corpus string, f guardedFeed) []feedFile {
	t.Helper()
	var all []feedFile
	root := filepath.Join(corpus, filepath.FromSlash(f.folder))
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || f.ext != "" && filepath.Ext(name) != f.ext {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		path, err := filepath.Rel(corpus, name)
		all = append(all, feedFile{path: path, at: info.ModTime(), text: read(t, name)})
		return err
	})
	worldMust(t, err)
	return all
}

// thin keeps only the first senders of each folder of a corpus: it has one file for
// each of them and each month, and tests of seconds need few.
func thin(t *testing.T, corpus string, senders int) {
	t.Helper()
	for _, f := range guardedFeeds() {
		folders, err := os.ReadDir(filepath.Join(corpus, filepath.FromSlash(f.folder)))
		if os.IsNotExist(err) {
			continue
		}
		worldMust(t, err)
		for _, folder := range folders[min(senders, len(folders)):] {
			worldMust(t, os.RemoveAll(filepath.Join(corpus, filepath.FromSlash(f.folder), folder.Name())))
		}
	}
}

// bring puts a file into the inbox, with its time.
func (w *workspace) bring(t *testing.T, f feedFile) {
	t.Helper()
	w.putAt(t, filepath.Join(w.dir, "inbox", f.path), f.text, f.at)
}

// share makes a corpus the inbox of the workspace.
func (w *workspace) share(t *testing.T, corpus string) {
	t.Helper()
	inbox := filepath.Join(w.dir, "inbox")
	worldMust(t, os.RemoveAll(inbox), os.Symlink(corpus, inbox))
}

// runs calls run in this process: much cheaper than a process, for tests of many
// runs. It must end well or with attention.
func (w *workspace) runs(t *testing.T, chunkBytes int, jobs ...string) string {
	t.Helper()
	var out bytes.Buffer
	a := &app{out: &out, errOut: &out, chunkBytes: chunkBytes}
	code := a.execute(t.Context(), append([]string{"-C", w.dir, "--lang", "en", "run"}, jobs...))
	if code != exitWell && code != exitAttention || strings.Contains(out.String(), "failed") {
		t.Fatalf("run %v ended with %d:\n%s", jobs, code, out.String())
	}
	return out.String()
}

// datasets are the names of all datasets of a snapshot that jobs read into.
func (r *tables) datasets() []string {
	r.t.Helper()
	return r.rows(`SELECT DISTINCT dataset FROM data_dictionary WHERE dataset NOT IN ('area', 'facility') ORDER BY dataset`)
}

// contents digests all datasets by the columns of their own: equal for equal rows,
// whatever their order and their way. Datasets without rows are left out.
func (r *tables) contents() map[string]string {
	r.t.Helper()
	prints := map[string]string{}
	for _, name := range r.datasets() {
		query := fmt.Sprintf(`SELECT count(*), md5(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM
			(SELECT to_json(t)::VARCHAR AS line FROM (SELECT * EXCLUDE (%s) FROM %q) t)`, lineageColumns, name)
		if print := r.rows(query)[0]; !strings.HasPrefix(print, "0|") {
			prints[name] = print
		}
	}
	return prints
}

// contents digests the newest snapshot.
func (w *workspace) contents(t *testing.T) map[string]string {
	t.Helper()
	r := w.published(t)
	defer r.close()
	return r.contents()
}

// holds checks that the feeds have rows in as many datasets, so that equal tables
// are not equal by being empty.
func holds(t *testing.T, contents map[string]string, datasets int) {
	t.Helper()
	if len(contents) < datasets {
		t.Fatalf("only %d datasets have rows", len(contents))
	}
}

// wholeFeeds finds what is not whole in a snapshot: rows without their dossier, and
// accounts of datasets that do not tell their rows.
func (r *tables) wholeFeeds() []string {
	r.t.Helper()
	var wrong []string
	for _, name := range r.datasets() {
		wrong = append(wrong, r.rows(fmt.Sprintf(`SELECT '%[1]s', rows, told, orphans FROM
			(SELECT count(*) AS rows, count(*) FILTER (d.dossier IS NULL) AS orphans FROM %[1]q LEFT JOIN dossier d USING (dossier)),
			(SELECT coalesce(sum(loaded - replaced - removed), 0) AS told FROM run WHERE dataset = '%[1]s') WHERE rows <> told OR orphans > 0`, name))...)
	}
	return wrong
}
