package main

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/identity"
)

// badWorld is a way in which the world keeps the program from its work. Its name
// is that of its golden files in testdata/worlds: testdata/worlds/<name>.<lang>.txt
// holds what a person sees and the exit code.
type badWorld struct {
	name string
	// spoil makes the world bad before a call in one of the languages.
	spoil func(w *world)
	// mend puts it right.
	mend func(w *world)
	// firstLine compares only the first line of what is said: the rest is up to
	// the system.
	firstLine bool
}

// What every world receives: before it is spoilt, and after.
var (
	worldBefore = []string{"three_visits.xml"}
	worldAfter  = []string{"resent_visit.xml", "layout_4210.xml"}
)

// In each bad world the program says in both languages what is wrong and ends as
// documented; when the world is put right the next run brings everything, and the
// tables are those of a world that was never bad.
func TestBadWorlds(t *testing.T) {
	seed := newWorld(t, t.TempDir())
	seed.receiveClaims(worldBefore...)
	seed.must(exitWell, "run", "check_ins", "claims")
	calm := undisturbed(seed.copy(t))
	worlds := []badWorld{
		{name: "folder_gone", spoil: folderGone, mend: folderBack},
		{name: "disk_full", spoil: diskFull, mend: diskFree, firstLine: true},
		{name: "log_full", spoil: logFull, mend: logFree},
		{name: "key_missing", spoil: keyMissing, mend: keyBack},
		{name: "key_wrong", spoil: keyWrong, mend: keyBack},
		{name: "foreign_files", spoil: foreignFiles, mend: func(*world) {}},
		{name: "clock_back", spoil: clockBack, mend: clockRight},
		{name: "publish_read_only", spoil: publishBlocked, mend: publishFree},
		{name: "records_flipped", spoil: recordsFlipped, mend: recordsRestored},
		{name: "records_truncated", spoil: recordsTruncated, mend: recordsRestored},
		{name: "records_lost", spoil: recordsLost, mend: recordsRestored},
		{name: "internal_flipped", spoil: internalFlipped, mend: internalRestored},
		{name: "internal_lost", spoil: internalLost, mend: internalRestored},
		{name: "zip_bomb", spoil: zipBomb, mend: func(*world) {}},
	}
	for _, b := range worlds {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			b.live(seed.copy(t), calm)
		})
	}
	t.Run("rotation_unfinished", func(t *testing.T) {
		t.Parallel()
		liveThroughRotation(seed.copy(t))
	})
	t.Run("locked", func(t *testing.T) {
		t.Parallel()
		liveLocked(seed.copy(t), calm)
	})
}

// live takes a world through its trouble.
func (b badWorld) live(w *world, undisturbed map[string]string) {
	t := w.t
	worldBackup(w)
	w.receiveClaims(worldAfter...)
	for _, lang := range []string{"vi", "en"} {
		b.spoil(w)
		compareSeen(t, b.name+"."+lang, w.call("run", "check_ins", "claims", "--lang", lang), b.firstLine)
	}
	b.mend(w)
	w.must(exitWell, "run", "check_ins", "claims")
	if diff := cmp.Diff(undisturbed, w.tables()); diff != "" {
		t.Errorf("the tables differ from those of an undisturbed world (-want +got):\n%s", diff)
	}
}

// undisturbed returns the tables of a world that nothing happens to.
func undisturbed(w *world) map[string]string {
	w.t.Helper()
	w.receiveClaims(worldAfter...)
	w.must(exitWell, "run", "check_ins", "claims")
	return w.tables()
}

// What differs from call to call and is no part of what is meant.
var worldVarying = []struct{ pattern, stands string }{
	{`[\d.,]+ (giây|s|MB)\b`, "# $1"},
	{`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?`, "TIME"},
	{`\b(fingerprint|with) [0-9a-f]{8}\b`, "$1 FINGERPRINT"},
}

// compareSeen holds what a person sees against its golden file.
func compareSeen(t *testing.T, name string, a worldAnswer, firstLine bool) {
	t.Helper()
	seen := a.out + a.err
	if firstLine {
		seen, _, _ = strings.Cut(a.err, "\n")
		seen += "\n"
	}
	for _, v := range worldVarying {
		seen = regexp.MustCompile(v.pattern).ReplaceAllString(seen, v.stands)
	}
	got := fmt.Sprintf("%sexit %d\n", seen, a.code)
	golden := filepath.Join("testdata", "worlds", name+".txt")
	if os.Getenv("THIDUA_UPDATE") != "" {
		worldMust(t, os.MkdirAll(filepath.Dir(golden), 0o750), os.WriteFile(golden, []byte(got), 0o640))
	}
	want, err := os.ReadFile(golden)
	worldMust(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// worldBackup copies the two files of the warehouse, as a careful office does.
func worldBackup(w *world) {
	for _, name := range []string{"records.duckdb", "internal.duckdb"} {
		worldCopy(w.t, w.path("state", name), w.path(name+".copy"))
	}
}

func worldCopy(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	worldMust(t, err)
	worldMust(t, os.WriteFile(to, text, 0o600))
}

func folderGone(w *world) {
	worldAside(w.t, w.path("inbox", "claims"), w.path("elsewhere"))
}

// worldAside moves something out of the way, the first time it is called.
func worldAside(t *testing.T, from, to string) {
	t.Helper()
	if !worldIsThere(to) {
		worldMust(t, os.Rename(from, to))
	}
}

func folderBack(w *world) {
	worldMust(w.t, os.Rename(w.path("elsewhere"), w.path("inbox", "claims")))
}

// diskFull puts the warehouse on a disk of its own that has no room left. Where
// that needs rights that this process has not, the program is kept from growing
// its files, which fails in the same places.
func diskFull(w *world) {
	if w.ulimit != "" || worldFilled(w) {
		return
	}
	state := w.path("state")
	aside := w.path("state.aside")
	worldMust(w.t, os.Rename(state, aside), os.Mkdir(state, 0o700))
	if err := syscall.Mount("tmpfs", state, "tmpfs", 0, "size=64m"); err != nil {
		worldMust(w.t, os.Remove(state), os.Rename(aside, state))
		w.ulimit = "16"
		return
	}
	w.t.Cleanup(func() { _ = syscall.Unmount(state, syscall.MNT_DETACH) })
	for _, name := range []string{"records.duckdb", "internal.duckdb"} {
		worldCopy(w.t, filepath.Join(aside, name), filepath.Join(state, name))
	}
	f, err := os.Create(filepath.Join(state, "filler"))
	worldMust(w.t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	_ = f.Close()
}

func worldFilled(w *world) bool {
	_, err := os.Stat(w.path("state", "filler"))
	return err == nil
}

func diskFree(w *world) {
	if w.ulimit != "" {
		w.ulimit = ""
		return
	}
	worldMust(w.t, os.Remove(w.path("state", "filler")))
}

// logFull leads the log to a device that is always full.
func logFull(w *world) {
	worldAside(w.t, w.path("logs"), w.path("logs.aside"))
	worldMust(w.t, os.RemoveAll(w.path("logs")), os.Mkdir(w.path("logs"), 0o750), os.Symlink("/dev/full", w.path("logs", "thidua.log")))
}

func logFree(w *world) { worldMust(w.t, os.RemoveAll(w.path("logs"))) }

func (w *world) keyFile() string { return filepath.Join(w.keys, pseudonymKeyFile) }

// keyMissing takes the key file away; keyBack brings it back.
func keyMissing(w *world) {
	worldAside(w.t, w.keyFile(), w.keyFile()+".aside")
}

func keyBack(w *world) { worldMust(w.t, os.Rename(w.keyFile()+".aside", w.keyFile())) }

func keyWrong(w *world) {
	keyMissing(w)
	worldMust(w.t, os.WriteFile(w.keyFile(), identity.FormatKeys([]identity.Secret{newSecret(w.t)}), 0o600))
}

func newSecret(t *testing.T) identity.Secret {
	t.Helper()
	s, err := identity.NewSecret(rand.Reader)
	worldMust(t, err)
	return s
}

// foreignFiles lays a PDF and a document of a word processor into the inbox, other
// ones each time.
func foreignFiles(w *world) {
	w.receive("claims", fmt.Sprintf("scan-%d.pdf", w.put), fmt.Appendf(nil, "%%PDF-1.7\n%d 0 obj\n<< /Type /Catalog >>\n", w.put))
	w.receive("claims", fmt.Sprintf("letter-%d.docx", w.put), worldZip(w.t, "word/document.xml", fmt.Appendf(nil, "<document>%d</document>", w.put)))
}

// zipBomb lays an archive into the inbox whose member is a thousand times larger.
func zipBomb(w *world) {
	kept := w.path("bomb.zip")
	if !worldIsThere(kept) {
		worldMust(w.t, os.WriteFile(kept, worldZip(w.t, "claims.xml", make([]byte, 17<<20)), 0o600))
	}
	text, err := os.ReadFile(kept)
	worldMust(w.t, err)
	w.receive("claims", fmt.Sprintf("bundle-%d.zip", w.put), text)
}

func worldZip(t *testing.T, member string, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(member)
	worldMust(t, err)
	_, err = f.Write(text)
	worldMust(t, err, z.Close())
	return b.Bytes()
}

// clockBack makes the last commit one of the day after tomorrow: the clock has
// been set back since. clockRight is the other way round.
func clockBack(w *world)  { worldShiftCommits(w, "2 days") }
func clockRight(w *world) { worldShiftCommits(w, "-4 days") }

func worldShiftCommits(w *world, by string) {
	db := worldDatabase(w.t, w.path("state", "records.duckdb"), false)
	_, err := db.Exec("UPDATE applied SET committed_at = committed_at + ?::INTERVAL", by)
	worldMust(w.t, err, db.Close())
}

// publishBlocked puts a file where snapshots go, which binds every user.
func publishBlocked(w *world) {
	worldAside(w.t, w.path("published"), w.path("published.aside"))
	worldMust(w.t, os.WriteFile(w.path("published"), nil, 0o640))
}

func publishFree(w *world) {
	worldMust(w.t, os.Remove(w.path("published")), os.Rename(w.path("published.aside"), w.path("published")))
}

func recordsFlipped(w *world)  { worldFlip(w.t, w.path("state", "records.duckdb")) }
func internalFlipped(w *world) { worldFlip(w.t, w.path("state", "internal.duckdb")) }
func recordsTruncated(w *world) {
	worldMust(w.t, os.Truncate(w.path("state", "records.duckdb"), 100_000))
}
func recordsLost(w *world)  { worldMust(w.t, os.RemoveAll(w.path("state", "records.duckdb"))) }
func internalLost(w *world) { worldMust(w.t, os.RemoveAll(w.path("state", "internal.duckdb"))) }

// worldFlip changes bytes in the middle of a database file.
func worldFlip(t *testing.T, name string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	worldMust(t, err)
	stat, err := f.Stat()
	worldMust(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte{0x5a}, int(stat.Size()/2)), 8192)
	worldMust(t, err, f.Close())
}

// recordsRestored does what the program says: the published copy goes into place.
func recordsRestored(w *world) { worldCopy(w.t, w.published(), w.path("state", "records.duckdb")) }

func internalRestored(w *world) {
	worldCopy(w.t, w.path("internal.duckdb.copy"), w.path("state", "internal.duckdb"))
}

// liveThroughRotation interrupts a rotation after the key file was written: the
// key in it is one ahead of the warehouse.
func liveThroughRotation(w *world) {
	t := w.t
	w.receiveClaims(worldAfter...)
	text, err := os.ReadFile(w.keyFile())
	worldMust(t, err)
	chain, err := identity.ParseKeys(text)
	worldMust(t, err, os.WriteFile(w.keyFile(), identity.FormatKeys(append(chain, newSecret(t))), 0o600))
	for _, lang := range []string{"vi", "en"} {
		compareSeen(t, "rotation_unfinished."+lang, w.call("run", "check_ins", "claims", "--lang", lang), false)
	}
	w.must(exitWell, "keys", "rotate")
	w.must(exitWell, "run", "check_ins", "claims")
	calm := newWorld(t, w.keys)
	calm.receiveClaims(worldBefore...)
	calm.must(exitWell, "run", "check_ins", "claims")
	if diff := cmp.Diff(undisturbed(calm), w.tables()); diff != "" {
		t.Errorf("the tables differ from those that the longer chain gives at once (-want +got):\n%s", diff)
	}
}

// liveLocked holds the workspace as another process does. The program says that
// it waits, and goes on by itself when the lock is given up.
func liveLocked(w *world, undisturbed map[string]string) {
	t := w.t
	for i, lang := range []string{"vi", "en"} {
		w.receiveClaims(worldAfter[i])
		published := w.published()
		lock, err := os.OpenFile(w.path("state", "lock"), os.O_CREATE|os.O_RDWR, 0o600)
		worldMust(t, err, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
		var out, said worldOutput
		c := w.command("run", "check_ins", "claims", "--lang", lang)
		c.Stdout, c.Stderr = &out, &said
		worldMust(t, c.Start())
		worldAwait(t, "the word that it waits", func() bool { return strings.HasSuffix(said.String(), "\n") })
		if out.String() != "" || w.published() != published {
			t.Error("it works while another process holds the workspace")
		}
		worldMust(t, lock.Close(), c.Wait())
		compareSeen(t, "locked."+lang, worldAnswer{c.ProcessState.ExitCode(), "", said.String()}, false)
	}
	if diff := cmp.Diff(undisturbed, w.tables()); diff != "" {
		t.Errorf("the tables differ from those of an undisturbed world (-want +got):\n%s", diff)
	}
}

func worldIsThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
