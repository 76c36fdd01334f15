package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// versions are five files about one visit, oldest to newest by the day they were
// made. Whatever order they arrive in, the shorter re-send stands at the end: the
// only one that is newer cannot be read whole.
const (
	olderLate = iota
	original
	resent
	shorter
	broken
	versionCount
)

// sampleKey is the key of the sample's first visit.
const sampleKey = "79999_2026_10_000011"

// newVersions makes the versions of the sample's first visit.
func newVersions(t *testing.T) []*claimFile {
	t.Helper()
	f := readClaims(t, sample(t, "three_visits.xml"))
	versions := make([]*claimFile, versionCount)
	for v := range versions {
		d := f.dossiers[0].clone("", "")
		versions[v] = &claimFile{facility: f.facility, made: fmt.Sprintf("202610%02d", 10+v), dossiers: []*claimDossier{d}}
		amend(t, d, v)
	}
	return versions
}

// amend makes the dossier one of the versions.
func amend(t *testing.T, d *claimDossier, version int) {
	t.Helper()
	change := func(label, old, fresh string) {
		p := d.part(label)
		if !bytes.Contains(p.text, []byte(old)) {
			t.Fatalf("%s does not hold %s", label, old)
		}
		p.text = bytes.ReplaceAll(p.text, []byte(old), []byte(fresh))
	}
	switch version {
	case olderLate:
		change("XML1", "<KET_QUA_DTRI>2<", "<KET_QUA_DTRI>3<")
		change("XML3", "<SO_LUONG>1<", "<SO_LUONG>2<")
	case resent:
		change("XML1", "<KET_QUA_DTRI>2<", "<KET_QUA_DTRI>1<")
		change("XML2", "<SO_LUONG>10<", "<SO_LUONG>20<")
	case shorter:
		change("XML1", "<KET_QUA_DTRI>2<", "<KET_QUA_DTRI>4<")
		d.parts = slices.DeleteFunc(d.parts, func(p *claimPart) bool { return p.label == "XML4" || p.label == "XML14" })
		drugs := d.part("XML2")
		from := bytes.LastIndex(drugs.text, []byte("<CHI_TIET_THUOC>"))
		to := bytes.LastIndex(drugs.text, []byte("</DSACH_CHI_TIET_THUOC>"))
		drugs.text = slices.Concat(drugs.text[:from], drugs.text[to:])
	case broken:
		change("XML1", "<KET_QUA_DTRI>2<", "<KET_QUA_DTRI>5<")
		d.part("XML2").spoilt = true
	}
}

// under returns the bytes of a file whose one visit has another key.
func (f *claimFile) under(key string) []byte {
	c := *f
	c.dossiers = []*claimDossier{f.dossiers[0].clone(sampleKey, key)}
	return c.bytes()
}

// orders are all orders of the versions.
func orders() [][]int {
	var all [][]int
	var extend func(order []int)
	extend = func(order []int) {
		if len(order) == versionCount {
			all = append(all, slices.Clone(order))
			return
		}
		for v := range versionCount {
			if !slices.Contains(order, v) {
				extend(append(order, v))
			}
		}
	}
	extend(nil)
	return all
}

// withoutKey is a row as text, without the key of its visit and without its way.
const withoutKey = `json_merge_patch(to_json(t), '{"visit_key":null,"dossier":null,"delivery":null,"place_dossier":null,"place_line":null,"content":null,"known_from":null}')`

// standsAlike checks that the visits, which arrived in as many orders, are the
// shorter re-send in all their rows and equal in all columns but their keys.
func (w *workspace) standsAlike(t *testing.T, visits, brokenFirst int) {
	t.Helper()
	r := w.published(t)
	defer r.close()
	r.wants("visits", `SELECT count(*), count(DISTINCT visit_key), min(outcome), max(outcome) FROM visit`,
		fmt.Sprintf("%d|%d|4|4", visits, visits))
	r.wants("dossiers", `SELECT count(*), bool_and(whole) FROM dossier`, fmt.Sprintf("%d|true", visits))
	for name, lines := range map[string]int{"visit": 1, "visit_drug": 1, "visit_service": 2} {
		r.wants("rows of "+name, fmt.Sprintf(`SELECT count(*), count(DISTINCT text), min(lines), max(lines) FROM
			(SELECT visit_key, count(*) AS lines, string_agg(line, chr(10) ORDER BY line) AS text FROM
				(SELECT visit_key, %s::VARCHAR AS line FROM %s t) GROUP BY visit_key)`, withoutKey, name),
			fmt.Sprintf("%d|1|%d|%d", visits, lines, lines))
	}
	r.wants("what the shorter one lacks", `SELECT (SELECT count(*) FROM visit_result), (SELECT count(*) FROM revisit_letter)`, "0|0")
	history := []string{fmt.Sprintf("1|%d", visits), fmt.Sprintf("2|%d", visits), fmt.Sprintf("3|%d", visits)}
	if brokenFirst > 0 {
		history = append(history, fmt.Sprintf("5|%d", brokenFirst))
	}
	r.wants("all other whole versions are history", `SELECT outcome, count(*) FROM history.visit GROUP BY ALL ORDER BY ALL`, history...)
	r.wants("with their lines", `SELECT (SELECT count(*) FROM history.visit_drug), (SELECT count(*) FROM history.visit_result)`,
		fmt.Sprintf("%d|%d", 6*visits, 3*visits+brokenFirst))
	r.wants("accounts", `SELECT sum(read) - sum(loaded + unchanged + superseded + skipped + quarantined), sum(ties) FROM run`, "0|0")
}

// brokenFirst is the number of orders that begin with the broken version: only
// there does it stand for a while.
const brokenFirst = 24

// TestOrdersByRun brings the files of each order one by one: the first files of
// all orders with the first run, the second with the second.
func TestOrdersByRun(t *testing.T) {
	t.Parallel()
	w, all, versions := newWorkspace(t), orders(), newVersions(t)
	for round := range versionCount {
		for n, order := range all {
			name := w.claims(filepath.Join(fmt.Sprint(round), fmt.Sprintf("%03d.xml", n)))
			w.putAt(t, name, versions[order[round]].under(orderKey(n)), time.Now().Add(-time.Hour))
		}
		w.must(t, exitAttention, "run", "claims")
	}
	w.standsAlike(t, len(all), brokenFirst)
}

// TestOrdersInOneRun brings all files at once: in one commit, and in many. The
// files of each order are read in that order.
func TestOrdersInOneRun(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"thidua", "small-chunks"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			w, all, versions := newWorkspace(t), orders(), newVersions(t)
			for n, order := range all {
				for place, version := range order {
					at := time.Now().Add(time.Duration(place-60) * time.Minute)
					w.putAt(t, w.claims(fmt.Sprintf("%03d/%d.xml", n, place)), versions[version].under(orderKey(n)), at)
				}
			}
			if out, err := w.command(t.Context(), command, "run", "claims").CombinedOutput(); w.code(err) != exitAttention {
				t.Fatalf("%v\n%s", err, out)
			}
			w.standsAlike(t, len(all), brokenFirst)
		})
	}
}

func orderKey(n int) string { return fmt.Sprintf("79999_2026_10_1%05d", n) }

// TestOrdersAlone runs the orders in workspaces of their own, with a run for each
// file: all of them in a soak, else the one from newest to oldest.
func TestOrdersAlone(t *testing.T) {
	t.Parallel()
	all, versions := orders(), newVersions(t)
	if !soak() {
		all = all[len(all)-1:]
	}
	for n, order := range all {
		w := newWorkspace(t)
		for round, version := range order {
			w.put(t, w.claims(fmt.Sprintf("%d.xml", round)), versions[version].under(orderKey(n)))
			var out bytes.Buffer
			a := &app{out: &out, errOut: &out}
			want := exitWell
			if version == broken {
				want = exitAttention
			}
			if code := a.execute(t.Context(), []string{"-C", w.dir, "run", "claims"}); code != want {
				t.Fatalf("order %v, file %d ended with %d:\n%s", order, round, code, out.String())
			}
		}
		first := 0
		if order[0] == broken {
			first = 1
		}
		w.standsAlike(t, 1, first)
	}
}
