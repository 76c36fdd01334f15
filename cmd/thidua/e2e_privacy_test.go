package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// Everything that the program writes is searched, decoded, for every value of
// every person that came in; harmless codes are found by the same search. Only the
// archive, opened with the private key, gives the persons back.
func TestNoPersonIsWritten(t *testing.T) {
	t.Parallel()
	w := newJudgedWorld(t, "yen-bai-2024")
	sieve := newSieve()
	plantStranger(t, sieve)
	canaries := receiveProvince(w, sieve)
	receiveStranger(w)
	control := worldFiles(t, w.path("inbox"))
	privateKey := filepath.Join(t.TempDir(), "carried away")
	worldMust(t, os.Rename(filepath.Join(w.keys, privateKeyFile), privateKey))
	callEverything(w)
	searchWritten(w, sieve)
	searchRightThings(w)
	findCanaries(w, canaries)
	searchArchive(w, sieve, control, privateKey)
}

// receiveProvince fills the inbox with a small province and all its dirt. It
// returns the canaries by kind.
func receiveProvince(w *world, sieve *worldSieve) map[string][]string {
	t := w.t
	var plant bytes.Buffer
	writeProvince(t, province.Settings{
		Province: "15", Seed: 8, From: time.Date(2024, 12, 28, 0, 0, 0, 0, time.UTC), Days: 8, Visits: 240, Lines: 4, Layout: province.LayoutAuto,
		Shares: province.Shares{Resend: 0.1, Duplicate: 0.1, Late: 0.1, Dirt: 0.3, CheckIns: 0.3},
		Shape:  province.Shape{FilesPer: "facility-day", Compress: "none"},
	}, province.Places{Claims: w.path("inbox", "claims"), CheckIns: w.path("inbox", "checkins"), Plant: &plant})
	canaries := map[string][]string{}
	for lines := bufio.NewScanner(&plant); lines.Scan(); {
		kind, value, _ := strings.Cut(lines.Text(), "\t")
		if strings.HasPrefix(kind, "canary_") {
			canaries[kind] = append(canaries[kind], value)
			continue
		}
		sieve.plant(t, kind, value)
	}
	if len(sieve.planted) < 500 {
		t.Fatalf("only %d values are planted", len(sieve.planted))
	}
	return canaries
}

func writeProvince(t *testing.T, s province.Settings, to province.Places) {
	t.Helper()
	table, err := reference.Files.Open("facility.csv")
	worldMust(t, err)
	defer table.Close()
	facilities, err := province.ReadFacilities(table)
	worldMust(t, err)
	_, err = province.Write(t.Context(), s, facilities, to)
	worldMust(t, err)
}

// callEverything runs every command that prints or writes, and provokes what can
// be provoked from the command line.
func callEverything(w *world) {
	for _, call := range []struct {
		code int
		args []string
	}{
		{exitAttention, []string{"run", "--dry-run"}},
		{exitAttention, []string{"run"}},
		{exitAttention, []string{"run"}},
		{exitAttention, []string{"run", "--verify", "--json"}},
		{exitWell, []string{"check"}},
		{exitWell, []string{"jobs", "--json"}},
		{exitWell, []string{"runs"}},
		{exitWell, []string{"runs", "--csv"}},
		{exitWell, []string{"quarantine", "list", "--limit", "5000"}},
		{exitWell, []string{"quarantine", "list", "--limit", "5000", "--json", "--lang", "en"}},
		{exitWell, []string{"quarantine", "list", "--limit", "5000", "--csv"}},
		{exitWell, []string{"quarantine", "show", "2", "--json"}},
		{exitWell, []string{"archive", "list"}},
		{exitWell, []string{"keys", "status"}},
		{exitWell, []string{"indicators", "--by", "facility", "--cut-off", "2024-12-31", "--json"}},
		{exitWell, []string{"explain", "YB.5.2", "--cut-off", "2024-12-31"}},
		{exitAttention, []string{"query", "SELECT visit_key::INTEGER FROM visit"}},
		{exitAttention, []string{"query", "SELECT strptime(drug_name, '%Y') FROM visit_drug"}},
		{exitWell, []string{"query", "SELECT * FROM visit"}},
		{exitUsage, []string{"run", "claims", "--file", w.path("inbox", "claims", stranger.name, "not there.xml")}},
	} {
		a := w.call(call.args...)
		if a.code == call.code {
			continue
		}
		// What was called may hold a value, so that only the command is told.
		w.t.Errorf("thidua %s ended with %d, want %d", call.args[0], a.code, call.code)
	}
}

// searchWritten looks through the workspace without its inbox, and through all that
// was printed: databases table by table, everything byte by byte.
func searchWritten(w *world, sieve *worldSieve) {
	t := w.t
	seen := map[string]bool{}
	for name, text := range worldFiles(t, w.dir) {
		place, err := filepath.Rel(w.dir, name)
		worldMust(t, err)
		// Snapshots without news are links to the file of the one before.
		if strings.HasPrefix(place, "inbox") || seen[string(text)] {
			continue
		}
		seen[string(text)] = true
		place = regexp.MustCompile(`\d{8}T[^/]+`).ReplaceAllString(place, "SNAPSHOT")
		switch filepath.Ext(name) {
		case ".duckdb":
			sieve.cleanRaw(t, "the file "+place, text)
			searchDatabase(t, sieve, place, name)
		case ".age":
			sieve.cleanRaw(t, "the file "+place, text)
		default:
			sieve.clean(t, "the file "+place, text)
		}
	}
	sieve.clean(t, "what was printed", w.said.Bytes())
}

// searchRightThings makes sure that the log and the output that were searched are
// those of the program.
func searchRightThings(w *world) {
	t := w.t
	log, err := os.ReadFile(w.path("logs", "thidua.log"))
	worldMust(t, err)
	if !bytes.Contains(log, []byte(`"job":"claims"`)) || !bytes.Contains(w.said.Bytes(), []byte("not_a_claim_file")) {
		t.Error("the log or the output that was searched is not the right one")
	}
}

// searchDatabase reads every column of every table of all schemas as text.
func searchDatabase(t *testing.T, sieve *worldSieve, place, name string) {
	t.Helper()
	db := worldDatabase(t, name, true)
	defer db.Close()
	searched := 0
	for _, c := range worldRows(t, db, `SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal AND database_name = current_database()`) {
		query := fmt.Sprintf(`SELECT coalesce(string_agg(DISTINCT %q::VARCHAR, ' ſ '), '') FROM %q.%q`, c[2], c[0], c[1])
		text := worldRows(t, db, query)[0][0]
		searched += len(text)
		sieve.clean(t, fmt.Sprintf("%s, column %s.%s.%s", place, c[0], c[1], c[2]), []byte(text))
	}
	comments := fmt.Sprint(worldRows(t, db, `SELECT comment FROM duckdb_tables() UNION ALL SELECT comment FROM duckdb_columns() UNION ALL SELECT sql FROM duckdb_tables()`))
	sieve.clean(t, place+", comments", []byte(comments))
	if searched == 0 {
		t.Errorf("%s: nothing was searched", place)
	}
}

// findCanaries wants the harmless codes where they belong.
func findCanaries(w *world, canaries map[string][]string) {
	t := w.t
	db := worldDatabase(t, w.published(), true)
	for kind, query := range map[string]string{
		"canary_facility": "SELECT DISTINCT facility_code FROM visit",
		"canary_icd10":    "SELECT DISTINCT main_disease FROM visit",
		"canary_drug":     "SELECT DISTINCT drug_code FROM visit_drug",
	} {
		there := map[string]bool{}
		for _, row := range worldRows(t, db, query) {
			there[row[0]] = true
		}
		if len(canaries[kind]) < 3 {
			t.Errorf("%s: too few are planted", kind)
		}
		for _, code := range canaries[kind] {
			if !there[code] {
				t.Errorf("%s: %s is not found", kind, code)
			}
		}
	}
}

// searchArchive is the other half of the proof: the bundles as they lie hold no
// person, which searchWritten has seen, and opened with the private key they hold
// every one that the inbox holds in a payload.
func searchArchive(w *world, sieve *worldSieve, inbox map[string][]byte, privateKey string) {
	t := w.t
	again := newWorld(t, w.keys)
	w.must(exitWell, "archive", "replay", "--key", privateKey, "--into", again.dir)
	kept := sieve.findRaw(unpacked(worldFiles(t, again.path("inbox"))))
	came := sieve.findRaw(unpacked(inbox))
	missing := map[string]int{}
	for value := range came {
		if !kept[value] {
			missing[sieve.planted[value]]++
		}
	}
	for kind, n := range missing {
		t.Errorf("the opened archive lacks %d planted values of kind %s", n, kind)
	}
	if len(came) < len(sieve.planted)*9/10 {
		t.Errorf("only %d of %d planted values came in", len(came), len(sieve.planted))
	}
}

// unpacked returns the bytes of files, and beside them what their parts hold.
func unpacked(files map[string][]byte) []byte {
	var all bytes.Buffer
	for _, text := range files {
		all.Write(text)
		for found := true; found; {
			var part []byte
			_, text, _ = bytes.Cut(text, []byte("<NOIDUNGFILE>"))
			part, text, found = bytes.Cut(text, []byte("</NOIDUNGFILE>"))
			plain := make([]byte, base64.StdEncoding.DecodedLen(len(part)))
			// What is no base64 is XML as it is, which stands there already.
			n, _ := base64.StdEncoding.Decode(plain, part)
			all.Write(plain[:n])
			all.WriteByte('\n')
		}
	}
	return all.Bytes()
}

// A crash of the program while it loads prints stacks, and stacks hold addresses:
// no person is in them. The system writes no core of it, which would hold all of
// them.
func TestCrashShowsNoPerson(t *testing.T) {
	t.Parallel()
	sieve := newSieve()
	var plant bytes.Buffer
	w := newWorld(t, t.TempDir())
	writeProvince(t, province.Settings{
		Province: "15", Seed: 9, From: time.Date(2025, 1, 5, 0, 0, 0, 0, time.UTC), Days: 5, Visits: 1000, Lines: 12, Layout: province.LayoutAuto,
		Shape: province.Shape{FilesPer: "facility-day", Compress: "none", Plain: true},
	}, province.Places{Claims: w.path("inbox", "claims"), CheckIns: w.path("inbox", "checkins"), Plant: &plant})
	for lines := bufio.NewScanner(&plant); lines.Scan(); {
		if kind, value, _ := strings.Cut(lines.Text(), "\t"); !strings.HasPrefix(kind, "canary_") {
			sieve.plant(t, kind, value)
		}
	}
	for _, crash := range []struct {
		signal    syscall.Signal
		traceback string
	}{{syscall.SIGQUIT, "all"}, {syscall.SIGABRT, "crash"}} {
		dump := crashWhileLoading(w, crash.signal, crash.traceback)
		if !strings.Contains(dump, "goroutine ") || !strings.Contains(dump, crash.signal.String()) && !strings.Contains(dump, "SIG") {
			t.Errorf("%s printed no stacks", crash.signal)
		}
		sieve.clean(t, "the dump of "+crash.signal.String(), []byte(dump))
	}
	cores, err := filepath.Glob(w.path("core*"))
	worldMust(t, err)
	if len(cores) > 0 {
		t.Error("a core was written")
	}
}

// crashWhileLoading ends a run while payloads go through it, and returns what it
// prints then.
func crashWhileLoading(w *world, signal syscall.Signal, traceback string) string {
	t := w.t
	t.Helper()
	begun := w.path("archive", "tmp", "*.partial")
	left, err := filepath.Glob(begun)
	worldMust(t, err)
	for _, name := range left {
		worldMust(t, os.Remove(name))
	}
	var said worldOutput
	c := w.command("run")
	c.Dir = w.dir
	c.Stdout, c.Stderr = &said, &said
	c.Env = append(c.Env, "GOTRACEBACK="+traceback)
	worldMust(t, c.Start())
	worldAwait(t, "the first payload", func() bool {
		now, err := filepath.Glob(begun)
		return err != nil || len(now) > 0
	})
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", c.Process.Pid))
	if err == nil && !regexp.MustCompile(`(?m)^Max core file size +0 +0 `).Match(limits) {
		t.Error("the system may write a core of the process")
	}
	worldMust(t, c.Process.Signal(signal))
	if err := c.Wait(); err == nil {
		t.Fatal("the run ended before it could be made to crash")
	}
	return said.String()
}

// The lines of a huge dossier that come before its head wait in a spill file. It
// is read while it is there: through the process, since it has no name.
func TestSpillHoldsNoPerson(t *testing.T) {
	t.Parallel()
	sieve := newSieve()
	plantStranger(t, sieve)
	w := newJudgedWorld(t, "yen-bai-2024")
	w.receive("claims", "huge.xml", hugeDossier(sampleParts(t), 11_000))
	c := w.command("run", "claims")
	worldMust(t, c.Start())
	spilled := map[string][]byte{}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for running := true; running; {
		select {
		case err := <-ended:
			worldMust(t, err)
			running = false
		default:
			readSpill(t, c.Process.Pid, spilled)
		}
	}
	if len(spilled) == 0 {
		t.Fatal("no spill file was met")
	}
	for _, text := range spilled {
		sieve.cleanRaw(t, "the spill file", text)
	}
	searchWritten(w, sieve)
}

// readSpill reads the nameless spill files that a process has open.
func readSpill(t *testing.T, pid int, into map[string][]byte) {
	t.Helper()
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	worldMust(t, err)
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !strings.Contains(target, "spill/spool-") {
			continue
		}
		text, err := os.ReadFile(link)
		if err == nil && len(text) > len(into[target]) {
			into[target] = text
		}
	}
}
