package record_test

import (
	"encoding/binary"
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/identity"
	"thidua/transform/record"
)

// keyed compiles a plan whose key has a column of each kind, and returns the key
// of a record under n keys.
func keyed(t *testing.T, n int, texts map[string]string) (delivery.Key, bool, string) {
	t.Helper()
	d := made(t, "visit", columns("place code", "visit key:visit", "on date", "n integer", "citizen key:citizen"))
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{"visit": {From: "V", Columns: map[string]record.Field{
			"place": {Field: "P"}, "visit": {Join: []string{"P", "V"}}, "on": {Field: "D"}, "n": {Field: "N"}, "citizen": {Field: "C"},
		}}},
		Head: "visit", Keys: []string{"place", "visit", "on", "n", "citizen"},
		Datasets: map[string]*dataset.Dataset{"visit": d}, Pseudonyms: chain(t, n),
	})
	if err != nil {
		t.Fatal(err)
	}
	m := plan.Mappings(0)[0]
	row, _ := m.Row(fill(t, plan, 0, texts), nil, nil)
	key, ok := plan.Key(m, row)
	return key, ok, string(row[1].Text)
}

func parts(change ...string) map[string]string {
	texts := map[string]string{"P": "15001", "V": "LK1", "D": "20250102", "N": "7", "C": "001099012345"}
	for i := 0; i < len(change); i += 2 {
		if texts[change[i]] = change[i+1]; change[i+1] == "" {
			delete(texts, change[i])
		}
	}
	return texts
}

func TestKeyTellsItsPartsApart(t *testing.T) {
	seen := map[delivery.Key]bool{}
	for _, change := range [][]string{
		nil, {"P", "15002"}, {"V", "LK2"}, {"D", "20250103"}, {"N", "8"}, {"C", "001099012346"}, {"P", "1500", "V", "1LK1"},
	} {
		key, ok, _ := keyed(t, 1, parts(change...))
		if !ok || seen[key] || key == (delivery.Key{}) {
			t.Errorf("change %q: key %v, %v", change, key, ok)
		}
		seen[key] = true
	}
	// What is written otherwise and means the same is the same.
	plain, _, _ := keyed(t, 1, parts())
	for _, change := range [][]string{{"D", "2025-01-02"}, {"N", "7.0"}, {"C", "0010 9901 2345"}} {
		if key, _, _ := keyed(t, 1, parts(change...)); key != plain {
			t.Errorf("change %q: another key", change)
		}
	}
	for _, part := range []string{"P", "V", "D", "N", "C"} {
		if key, ok, _ := keyed(t, 1, parts(part, "")); ok || key != (delivery.Key{}) {
			t.Errorf("without %s: key %v, %v", part, key, ok)
		}
	}
}

// The key of a dossier is a digest of the identifiers themselves. It can follow a
// key that is added to the chain, as the pseudonyms do.
func TestKeyFollowsTheChain(t *testing.T) {
	key, _, pseudonym := keyed(t, 1, parts())
	for n := 2; n <= 4; n++ {
		added := keys(n)[n-1]
		var digest [16]byte
		binary.BigEndian.PutUint64(digest[:8], uint64(key.ID))
		binary.BigEndian.PutUint64(digest[8:], uint64(key.Check))
		digest = identity.AdvanceDigest(added, digest)
		want := delivery.Key{ID: int64(binary.BigEndian.Uint64(digest[:8])), Check: int64(binary.BigEndian.Uint64(digest[8:]))}
		wanted := string(identity.Advance(added, []byte(pseudonym)))
		if key, _, pseudonym = keyed(t, n, parts()); key != want || pseudonym != wanted {
			t.Fatalf("%d keys: dossier %v, want %v; pseudonym %s, want %s", n, key, want, pseudonym, wanted)
		}
	}
}
