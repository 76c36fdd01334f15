package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"thidua/cmd/hissim/province"
)

// Everything that the program writes about the feeds is searched for every value
// of every person that came in by a file or over HTTP; harmless words are found by
// the same search. Only the archive, opened with the private key, gives the persons
// back.
func TestFeedNoPersonIsWritten(t *testing.T) {
	t.Parallel()
	w, o := newJudgedWorld(t, guardedProfile), newOutside()
	sieve := newSieve()
	plantStranger(t, sieve)
	short := newSieve()
	canaries := plantFeeds(w, sieve, short)
	plantPatients(t, sieve, o)
	control := map[string][]byte{}
	for name, text := range worldFiles(t, w.path("inbox")) {
		control[name] = plainText(text)
	}
	privateKey := filepath.Join(t.TempDir(), "carried away")
	worldMust(t, os.Rename(filepath.Join(w.keys, privateKeyFile), privateKey))
	portalJobs(w, o)
	for range 2 {
		portalCall(w, o, "vi", portalPassword, nil, jobPrescriptions, jobTransfers)
	}
	callFeeds(w)
	searchWritten(w, sieve)
	searchTexts(w, short)
	findCanaries(w, canaries)
	findWords(w)
	searchFeedArchive(w, sieve, control, privateKey)
}

// kindsThatCome are the kinds of planted values that files of feeds are full of.
var kindsThatCome = [...]string{"name", "citizen_id", "card", "social_number", "subject", "resident", "household", "transfer", "certificate", "visit_key"}

// ownWords are the declarations of the program, all of which it may say.
func ownWords(t *testing.T) []byte {
	t.Helper()
	var all []byte
	for _, folder := range []string{"campaigns", "datasets", "indicators", "jobs"} {
		for _, text := range worldFiles(t, filepath.Join("..", "..", "configs", folder)) {
			all = append(append(all, text...), '\n')
		}
	}
	return all
}

// plantFeeds fills the inbox with all feeds and all their dirt. Numbers of patients
// are so short that an instant holds one by chance, as seconds and what follows them:
// they are planted apart. It returns the canaries by kind.
func plantFeeds(w *world, sieve, short *worldSieve) map[string][]string {
	t := w.t
	var plant bytes.Buffer
	inventFeeds(t, w.path("inbox"), 0.001, province.Shares{Resend: 0.1, Duplicate: 0.05, Late: 0.1, Dirt: 0.3, CheckIns: 0.3}, &plant)
	canaries, kinds, values := map[string][]string{}, map[string]int{}, newSieve()
	for lines := bufio.NewScanner(&plant); lines.Scan(); {
		kind, value, _ := strings.Cut(lines.Text(), "\t")
		if strings.HasPrefix(kind, "canary_") {
			canaries[kind] = append(canaries[kind], value)
			continue
		}
		kinds[kind]++
		values.plant(t, kind, value)
	}
	// What the program itself says by chance, without its marks, cannot be looked for.
	said := values.find(ownWords(t))
	if len(said) > 3 {
		t.Fatalf("%d planted values stand in the declarations", len(said))
	}
	for value, kind := range values.planted {
		switch {
		case kind == "patient_number":
			short.plant(t, kind, value)
		case !said[value]:
			sieve.plant(t, kind, value)
		}
	}
	for _, kind := range kindsThatCome {
		if kinds[kind] == 0 {
			t.Fatalf("no value of kind %s is planted", kind)
		}
	}
	return canaries
}

// plantPatients plants those that the gateway tells of. Its keys of visits are so
// short that they cannot be told from the beginning of prescription codes.
func plantPatients(t *testing.T, sieve *worldSieve, o *outside) {
	t.Helper()
	for _, p := range o.prescriptions {
		sieve.plant(t, "name", p.Patient.Name)
		sieve.plant(t, "address", p.Patient.Address)
		sieve.plant(t, "phone", p.Patient.Phone)
		sieve.plant(t, "citizen_id", p.Patient.CitizenID)
		sieve.plant(t, "card", p.Patient.Card)
		sieve.plant(t, "staff_name", p.Facility.Doctor)
	}
	for _, transfer := range o.transfers {
		sieve.plant(t, "transfer", transfer.Code)
	}
}

// callFeeds runs the commands that print or write, and provokes errors of the
// engine about values.
func callFeeds(w *world) {
	for _, call := range []struct {
		code int
		args []string
	}{
		{exitAttention, []string{"run", "--dry-run"}},
		{exitAttention, []string{"run"}},
		{exitWell, []string{"run"}},
		{exitWell, []string{"check"}},
		{exitWell, []string{"runs", "--csv"}},
		{exitWell, []string{"quarantine", "list", "--limit", "5000"}},
		{exitWell, []string{"quarantine", "list", "--limit", "5000", "--json", "--lang", "en"}},
		{exitWell, []string{"archive", "list"}},
		{exitWell, []string{"indicators", "--by", "facility", "--cut-off", "2022-06-30", "--json"}},
		{exitWell, []string{"explain", "TN.D.4", "--cut-off", "2022-06-30"}},
		{exitAttention, []string{"query", "SELECT person_key::INTEGER FROM vaccination"}},
		{exitAttention, []string{"query", "SELECT strptime(lot, '%Y') FROM vaccination"}},
		{exitAttention, []string{"query", "SELECT citizen_key::INTEGER FROM insurance_link"}},
		{exitWell, []string{"query", "SELECT * FROM health_record"}},
		{exitWell, []string{"query", "--csv", "SELECT * FROM vaccination"}},
		{exitWell, []string{"query", "--json", "SELECT * FROM prescription"}},
	} {
		if a := w.call(call.args...); a.code != call.code {
			// What was called may hold a value, so that only the command is told.
			w.t.Errorf("thidua %s ended with %d, want %d", call.args[0], a.code, call.code)
		}
	}
}

// searchTexts searches the columns of text and bytes of all databases.
func searchTexts(w *world, sieve *worldSieve) {
	t := w.t
	t.Helper()
	searched := 0
	for _, name := range []string{w.published(), w.path("state", "records.duckdb"), w.path("state", "internal.duckdb"), w.path("published", "current", "indicators.duckdb")} {
		db := worldDatabase(t, name, true)
		for _, c := range worldRows(t, db, `SELECT schema_name, table_name, column_name FROM duckdb_columns()
			WHERE NOT internal AND database_name = current_database() AND data_type IN ('VARCHAR', 'BLOB', 'JSON')`) {
			text := worldRows(t, db, fmt.Sprintf(`SELECT coalesce(string_agg(DISTINCT %q::VARCHAR, ' ſ '), '') FROM %q.%q`, c[2], c[0], c[1]))[0][0]
			searched += len(text)
			sieve.clean(t, fmt.Sprintf("column %s.%s.%s", c[0], c[1], c[2]), []byte(text))
		}
		worldMust(t, db.Close())
	}
	if searched == 0 || len(sieve.planted) == 0 {
		t.Error("nothing was searched")
	}
	sieve.clean(t, "what was printed", w.said.Bytes())
}

// findWords searches the published tables of the feeds for harmless words, by the
// search that finds no person there.
func findWords(w *world) {
	t := w.t
	t.Helper()
	words := newSieve()
	for table, planted := range map[string][]string{
		"vaccination":                {"COVID-19 Vaccine Mẫu A", "COVID-19 Vaccine Mẫu B", "COVID-19 Vaccine Mẫu C", "Viêm não Nhật Bản"},
		"prescription_item":          {"Thuốc Mẫu 500mg"},
		"prescription_dispense_item": {"DQG000"},
	} {
		for _, word := range planted {
			words.plant(t, table, word)
		}
	}
	db := worldDatabase(t, w.published(), true)
	var text bytes.Buffer
	for _, table := range []string{"vaccination", "prescription_item", "prescription_dispense_item"} {
		for _, row := range worldRows(t, db, fmt.Sprintf(`SELECT DISTINCT to_json(t)::VARCHAR FROM %s t`, table)) {
			text.WriteString(row[0] + "\n")
		}
	}
	found := words.find(text.Bytes())
	for word, table := range words.planted {
		if !found[word] {
			t.Errorf("a harmless word of %s is not found: %s", table, word)
		}
	}
}

// searchFeedArchive opens the archive: it holds every planted value that came in a
// payload.
func searchFeedArchive(w *world, sieve *worldSieve, inbox map[string][]byte, privateKey string) {
	t := w.t
	t.Helper()
	again := newWorld(t, w.keys)
	w.must(exitWell, "archive", "replay", "--key", privateKey, "--into", again.dir)
	replayed := map[string][]byte{}
	for name, text := range worldFiles(t, again.dir) {
		replayed[name] = plainText(text)
	}
	kept, came := sieve.findRaw(unpacked(replayed)), sieve.findRaw(unpacked(inbox))
	missing := map[string]int{}
	for value := range came {
		if !kept[value] {
			missing[sieve.planted[value]]++
		}
	}
	for kind, n := range missing {
		t.Errorf("the opened archive lacks %d planted values of kind %s", n, kind)
	}
	found, planted := map[string]int{}, map[string]int{}
	for value, kind := range sieve.planted {
		planted[kind]++
		if came[value] {
			found[kind]++
		}
	}
	for _, kind := range kindsThatCome {
		if found[kind] < planted[kind]*9/10 {
			t.Errorf("only %d of %d planted values of kind %s came in", found[kind], planted[kind], kind)
		}
	}
}

// plainText is what a file says: out of its compression, and in UTF-8.
func plainText(raw []byte) []byte {
	switch {
	case bytes.HasPrefix(raw, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return raw
		}
		text, _ := io.ReadAll(z) // what a truncated file has is enough
		return text
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return raw
		}
		var all []byte
		for _, member := range z.File {
			if from, err := member.Open(); err == nil {
				text, _ := io.ReadAll(from) // likewise
				all = append(all, text...)
			}
		}
		return all
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		units := make([]uint16, 0, len(raw)/2)
		for pair := range slices.Chunk(raw[2:], 2) {
			if len(pair) == 2 {
				units = append(units, uint16(pair[0])|uint16(pair[1])<<8)
			}
		}
		return []byte(string(utf16.Decode(units)))
	}
	return raw
}

// A workbook beyond what fits in memory waits in a spill file, and so do its shared
// strings. They are read while they are there.
func TestFeedSpillHoldsNoPerson(t *testing.T) {
	t.Parallel()
	w, sieve := newJudgedWorld(t, guardedProfile), newSieve()
	name := w.path("inbox", "vaccinations", "book.xlsx")
	worldMust(t, os.MkdirAll(filepath.Dir(name), 0o750))
	rows := heavyFeeds()[2].rowsOf(10 << 20)
	writeHeavy(t, name, heavyFeeds()[2], rows, 0)
	sieve.plant(t, "name", heavyName)
	for n := 0; n < rows; n += 97 {
		sieve.plant(t, "citizen_id", heavyCitizen(n))
	}
	spilled := w.watchSpill("run", "vaccination_sheets")
	if len(spilled) == 0 {
		t.Fatal("no spill file was met")
	}
	for _, text := range spilled {
		sieve.cleanRaw(t, "the spill file", text)
	}
	if found := sieve.findRaw(plainText(read(t, name))); len(found) < rows/97 {
		t.Errorf("only %d planted values are in the workbook", len(found))
	}
	searchWritten(w, sieve)
}

// watchSpill runs the program, and returns the spill files that it had open.
func (w *world) watchSpill(args ...string) map[string][]byte {
	w.t.Helper()
	c := w.command(args...)
	worldMust(w.t, c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	spilled := map[string][]byte{}
	for {
		select {
		case err := <-ended:
			worldMust(w.t, err)
			return spilled
		case <-time.After(5 * time.Millisecond):
			readSpill(w.t, c.Process.Pid, spilled)
		}
	}
}
