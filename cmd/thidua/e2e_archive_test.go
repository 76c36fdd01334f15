package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/archive"
)

func (w *world) privateKey() string { return filepath.Join(w.keys, privateKeyFile) }

// kept is a payload of the archive as the program lists it.
type kept struct {
	Payload int64
	Bytes   int64
	State   string
	Bundle  string
}

func (w *world) archived() []kept {
	w.t.Helper()
	var list []kept
	for line := range strings.Lines(w.must(exitWell, "archive", "list", "--json").out) {
		var k kept
		worldMust(w.t, json.Unmarshal([]byte(line), &k))
		list = append(list, k)
	}
	return list
}

// opened returns the bytes of a payload as the archive gives them back.
func (w *world) opened(payload int64) []byte {
	w.t.Helper()
	to := filepath.Join(w.t.TempDir(), "payload")
	w.must(exitWell, "archive", "open", strconv.FormatInt(payload, 10), "--key", w.privateKey(), "-o", to)
	text, err := os.ReadFile(to)
	worldMust(w.t, err)
	return text
}

// Every payload comes back byte by byte: loaded, refused, compressed, out of an
// archive, and larger than what is held in memory.
func TestArchiveGivesBackTheBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir())
	want := map[[32]byte]string{}
	receive := func(name string, onDisk, text []byte) {
		w.receive("claims", name, onDisk)
		want[sha256.Sum256(text)] = name
	}
	for _, name := range []string{"three_visits.xml", "layout_4210.xml", "dirty_values.xml", "corrupt_base64.xml", "truncated.xml"} {
		receive(name, sample(t, name), sample(t, name))
	}
	huge := hugeDossier(sampleParts(t), 5_500)
	if len(huge) < 9<<20 {
		t.Fatal("the huge payload is not streamed")
	}
	cut := huge[:len(huge)/2+1]
	receive("huge.xml", huge, huge)
	receive("huge and cut.xml", cut, cut)
	receive("resent.xml.gz", gzipped(t, sample(t, "resent_visit.xml")), sample(t, "resent_visit.xml"))
	foreign := []byte("%PDF-1.7\nnothing\n")
	receive("bundle.zip", worldZip(t, "scan.pdf", foreign), foreign)
	w.must(exitAttention, "run")
	got, states := map[[32]byte]string{}, map[string]int{}
	for _, k := range w.archived() {
		text := w.opened(k.Payload)
		got[sha256.Sum256(text)] = want[sha256.Sum256(text)]
		states[k.State]++
		if int64(len(text)) < k.Bytes {
			t.Errorf("payload %d is listed with %d bytes and has %d", k.Payload, k.Bytes, len(text))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the payloads differ (-received +given back):\n%s", diff)
	}
	if states["loaded"] == 0 || states["refused"] == 0 {
		t.Errorf("states are %v", states)
	}
	if out := w.must(exitWell, "archive", "open", "1", "--key", w.privateKey()).out; sha256.Sum256([]byte(out)) != sha256.Sum256(w.opened(1)) {
		t.Error("standard output has other bytes than the file")
	}
}

func gzipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	worldMust(t, err, z.Close())
	return b.Bytes()
}

// Nothing comes out without the one key, or of a bundle that is damaged, and no
// file is left behind.
func TestArchiveStaysShut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir())
	w.receiveClaims("three_visits.xml")
	w.must(exitWell, "run")
	another := filepath.Join(t.TempDir(), "another key")
	private, _, err := archive.NewIdentity()
	worldMust(t, err, os.WriteFile(another, []byte(private), 0o600))
	public := filepath.Join(w.keys, recipientFile)
	bundles, err := filepath.Glob(w.path("archive", "*", "*", "*.age"))
	worldMust(t, err)
	if len(bundles) != 1 {
		t.Fatalf("there are %d bundles, want one", len(bundles))
	}
	whole, err := os.ReadFile(bundles[0])
	worldMust(t, err)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)*2/3] ^= 0x10
	for _, c := range []struct {
		name   string
		bundle []byte
		key    []string
		code   int
		vi, en string
	}{
		{"another key", whole, []string{"--key", another}, exitAttention, "khóa này không mở được gói", "this key does not open the bundle"},
		{"no key", whole, nil, exitUsage, "chỉ ra tệp khóa bằng --key", "name its file with --key"},
		{"the public key", whole, []string{"--key", public}, exitAttention, "không phải khóa bí mật", "is no private key"},
		{"a key that is not there", whole, []string{"--key", another + "?"}, exitAttention, "không đọc được tệp khóa", "cannot be read"},
		{"flipped", flipped, []string{"--key", w.privateKey()}, exitAttention, "gói bị hỏng", "the bundle is damaged"},
		{"cut", whole[:len(whole)-40], []string{"--key", w.privateKey()}, exitAttention, "gói bị hỏng", "the bundle is damaged"},
		{"empty", nil, []string{"--key", w.privateKey()}, exitAttention, "gói bị hỏng", "the bundle is damaged"},
	} {
		worldMust(t, os.WriteFile(bundles[0], c.bundle, 0o600))
		to := filepath.Join(t.TempDir(), "payload")
		for lang, sentence := range map[string]string{"vi": c.vi, "en": c.en} {
			a := w.must(c.code, append([]string{"archive", "open", "1", "-o", to, "--lang", lang}, c.key...)...)
			if a.out != "" || worldIsThere(to) {
				t.Errorf("%s: something was given back", c.name)
			}
			if !strings.Contains(a.err, sentence) {
				t.Errorf("%s: it says %q and not %q", c.name, a.err, sentence)
			}
		}
	}
	worldMust(t, os.Remove(bundles[0]))
	if a := w.must(exitAttention, "archive", "open", "1", "--key", w.privateKey(), "--lang", "en"); !strings.Contains(a.err, "is missing from the archive") {
		t.Errorf("a bundle that is gone: it says %q", a.err)
	}
	worldMust(t, os.WriteFile(bundles[0], whole, 0o600))
	if !bytes.Equal(w.opened(1), sample(t, "three_visits.xml")) {
		t.Error("the bundle put right does not give its payload back")
	}
}

// A payload that changed nothing is known from then on, and its bytes are not
// kept.
func TestArchiveKeepsWhatChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir())
	w.receiveClaims("three_visits.xml")
	w.must(exitWell, "run")
	before := w.archived()
	same := bytes.Replace(sample(t, "three_visits.xml"), []byte("<HOSO>"), []byte("<HOSO>\n\n"), -1)
	w.receive("claims", "same in other bytes.xml", same)
	if out := w.must(exitWell, "run", "claims", "--lang", "en").out; !strings.Contains(out, "1 new payloads, 1 known") {
		t.Fatalf("the payload was not taken for a new one:\n%s", out)
	}
	if out := w.must(exitWell, "run", "claims", "--lang", "en").out; !strings.Contains(out, "0 new payloads, 2 known") {
		t.Errorf("the payload is not known:\n%s", out)
	}
	if diff := cmp.Diff(before, w.archived()); diff != "" {
		t.Errorf("the archive changed (-before +after):\n%s", diff)
	}
	bundles, err := filepath.Glob(w.path("archive", "*", "*", "*"))
	worldMust(t, err)
	if len(bundles) != 1 {
		t.Errorf("%d bundles lie in the archive, want the one that is referred to", len(bundles))
	}
	db := worldDatabase(t, w.path("state", "internal.duckdb"), true)
	if rows := worldRows(t, db, "SELECT delivery, state FROM delivery WHERE bundle = ''"); len(rows) != 1 || rows[0][1] != "loaded" {
		t.Errorf("the ledger says %v of the payload that changed nothing", rows)
	}
}

// What was archived gives the same tables in a new workspace: also where the order
// of receipt was not that of the versions, and versions differ in time only.
func TestReplayGivesTheSameTables(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir())
	newer := bytes.Replace(sample(t, "resent_visit.xml"), []byte("<HOSO>"), []byte("<HOSO> "), -1)
	rounds := []map[string][]byte{
		{"1.xml": sample(t, "resent_visit.xml"), "2.xml": sample(t, "dirty_values.xml")},
		{"3.xml": sample(t, "three_visits.xml"), "4.xml": sample(t, "layout_4210.xml"), "5.xml": sample(t, "corrupt_base64.xml")},
		{"6.xml": newer, "7.xml": sample(t, "inner_ampersand.xml"), "8.xml.gz": gzipped(t, sample(t, "cdata.xml"))},
	}
	for i, files := range rounds {
		for name, text := range files {
			w.receive("claims", name, text)
		}
		if a := w.call("run"); a.code == exitUsage {
			t.Fatalf("round %d: %s", i, a.err)
		}
	}
	// A version made before the others of its dossier that comes last: it is late,
	// and only its own time tells.
	late := otherWeight(t, sample(t, "resent_visit.xml"))
	w.receive("claims", "late.xml", late)
	at := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	worldMust(t, os.Chtimes(w.path("inbox", "claims", "late.xml"), at, at))
	if out := w.must(exitWell, "run", "claims", "--json").out; !strings.Contains(out, `"superseded":1`) {
		t.Fatalf("the late version does not lose:\n%s", out)
	}
	again := newWorld(t, w.keys)
	w.must(exitWell, "archive", "replay", "--key", w.privateKey(), "--into", again.dir)
	again.call("run")
	want, got := w.tables(), again.tables()
	for name := range want {
		// History tells of the way, and the way of a replay is straighter.
		if strings.HasPrefix(name, "history.") {
			delete(want, name)
			delete(got, name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the tables differ (-original +replayed):\n%s", diff)
	}
	if a := w.must(exitUsage, "archive", "replay", "--key", w.privateKey(), "--into", w.dir); a.out != "" {
		t.Error("a workspace was replayed into itself")
	}
}

// otherWeight returns a claim file whose first visit weighs another number of
// kilograms.
func otherWeight(t *testing.T, text []byte) []byte {
	t.Helper()
	for _, m := range worldPart.FindAllSubmatch(text, -1) {
		if string(m[1]) != "XML1" {
			continue
		}
		head := withField(decodedPart(t, m[2]), "CAN_NANG", "66.50")
		return bytes.Replace(text, m[2], encodedPart(head), 1)
	}
	t.Fatal("the sample has no head")
	return nil
}
