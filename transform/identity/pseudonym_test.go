package identity_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/identity"
)

// keys returns n different keys.
func keys(n int) [][]byte {
	chain := make([][]byte, n)
	for i := range chain {
		chain[i] = bytes.Repeat([]byte{byte(i + 1)}, identity.KeyBytes+i)
	}
	return chain
}

func pseudonyms(tb testing.TB, n int) *identity.Pseudonyms {
	tb.Helper()
	p, err := identity.NewPseudonyms(keys(n))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// mac is HMAC-SHA256 as RFC 2104 writes it, for keys up to a block.
func mac(key, message []byte) []byte {
	inner, outer := make([]byte, 64), make([]byte, 64)
	copy(inner, key)
	copy(outer, key)
	for i := range inner {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	first := sha256.Sum256(append(inner, message...))
	second := sha256.Sum256(append(outer, first[:]...))
	return second[:]
}

// chained passes a message through the keys.
func chained(chain [][]byte, message []byte) []byte {
	for _, key := range chain {
		message = mac(key, message)[:16]
	}
	return message
}

func TestKeyIsTheChainOfHMACs(t *testing.T) {
	for n := 1; n <= 3; n++ {
		digest := chained(keys(n), []byte("citizen\x00079085000011"))
		want := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(digest))
		p := pseudonyms(t, n)
		// Twice, since the state of the hashes is used again.
		for range 2 {
			got := p.Key([]byte("x"), "citizen", []byte("079085000011"))
			if diff := cmp.Diff("x"+want, string(got)); diff != "" {
				t.Errorf("%d keys: %s", n, diff)
			}
		}
	}
}

func TestDigestIsTheChainOfHMACs(t *testing.T) {
	var message []byte
	message = append(message, "dossier\x01"...)
	for _, part := range []string{"79999", "", "79999_2026_10_000011"} {
		message = binary.BigEndian.AppendUint32(message, uint32(len(part)))
		message = append(message, part...)
	}
	got := pseudonyms(t, 2).Digest("dossier", []byte("79999"), nil, []byte("79999_2026_10_000011"))
	if diff := cmp.Diff(chained(keys(2), message), got[:]); diff != "" {
		t.Error(diff)
	}
}

func TestWhatMustDiffer(t *testing.T) {
	p := pseudonyms(t, 1)
	seen := map[string]string{}
	add := func(name, key string) {
		if other, ok := seen[key]; ok {
			t.Errorf("%s equals %s", name, other)
		}
		seen[key] = name
	}
	add("identifier", string(p.Key(nil, "citizen", []byte("079085000011"))))
	add("other identifier", string(p.Key(nil, "citizen", []byte("079085000012"))))
	add("other kind", string(p.Key(nil, "card", []byte("079085000011"))))
	add("other keys", string(pseudonyms(t, 2).Key(nil, "citizen", []byte("079085000011"))))
	for name, parts := range map[string][][]byte{
		"one part":        {[]byte("ab")},
		"two parts":       {[]byte("a"), []byte("b")},
		"two parts, ab":   {[]byte("ab"), nil},
		"two parts, none": {nil, []byte("ab")},
		"no part":         nil,
	} {
		digest := p.Digest("citizen", parts...)
		add(name, string(digest[:]))
	}
}

func TestAdvanceIsTheNextGeneration(t *testing.T) {
	for n := 1; n <= 3; n++ {
		now, next := pseudonyms(t, n), pseudonyms(t, n+1)
		key := keys(n + 1)[n]
		for _, id := range []string{"", "079085000011", "HT3797900000011", "Ðặc biệt"} {
			got := identity.Advance(key, now.Key(nil, "citizen", []byte(id)))
			if want := next.Key(nil, "citizen", []byte(id)); !bytes.Equal(got, want) {
				t.Errorf("generation %d: the key of %d bytes advances to another one", n, len(id))
			}
			digest := identity.AdvanceDigest(key, now.Digest("dossier", []byte(id)))
			if digest != next.Digest("dossier", []byte(id)) {
				t.Errorf("generation %d: the digest of %d bytes advances to another one", n, len(id))
			}
		}
	}
}

func TestAdvanceRefusesOtherTexts(t *testing.T) {
	good := string(pseudonyms(t, 1).Key(nil, "citizen", []byte("1")))
	for name, text := range map[string]string{
		"empty":       "",
		"short":       good[1:],
		"long":        good + "a",
		"upper case":  strings.ToUpper(good),
		"other signs": "1" + good[1:],
		"loose bits":  good[:25] + "b",
	} {
		if got := identity.Advance(keys(1)[0], []byte(text)); got != nil {
			t.Errorf("%s: advances", name)
		}
	}
}

func TestFingerprint(t *testing.T) {
	p := pseudonyms(t, 2)
	if got, want := p.Generation(), 2; got != want {
		t.Errorf("generation %d, want %d", got, want)
	}
	for generation := 1; generation <= 2; generation++ {
		want := hex.EncodeToString(mac(keys(2)[generation-1], []byte("fingerprint"))[:4])
		if got := p.Fingerprint(generation); got != want {
			t.Errorf("generation %d: got %s, want %s", generation, got, want)
		}
	}
	if p.Fingerprint(0) != "" || p.Fingerprint(3) != "" {
		t.Error("a generation outside the chain has a fingerprint")
	}
}

func TestNewPseudonymsRefusesBadKeys(t *testing.T) {
	if _, err := identity.NewPseudonyms(nil); !errors.Is(err, identity.ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
	chain := append(keys(1), make([]byte, identity.KeyBytes-1))
	if _, err := identity.NewPseudonyms(chain); !errors.Is(err, identity.ErrShortKey) {
		t.Errorf("short key: %v", err)
	}
}

func TestTheChainIsCopied(t *testing.T) {
	chain := keys(1)
	p, err := identity.NewPseudonyms(chain)
	if err != nil {
		t.Fatal(err)
	}
	clear(chain[0])
	if !bytes.Equal(p.Clone().Key(nil, "citizen", nil), pseudonyms(t, 1).Key(nil, "citizen", nil)) {
		t.Error("a key that was wiped by the caller changes the clone")
	}
}

func TestClonesRunSideBySide(t *testing.T) {
	p := pseudonyms(t, 2)
	want := string(p.Key(nil, "citizen", []byte("079085000011")))
	var wait sync.WaitGroup
	for range 4 {
		clone := p.Clone()
		wait.Go(func() {
			for range 1000 {
				clone.Key(nil, "card", []byte("HT3797900000011"))
				if got := string(clone.Key(nil, "citizen", []byte("079085000011"))); got != want {
					t.Error("a clone gives another key")
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestKeyAllocatesNothing(t *testing.T) {
	p, dst, id := pseudonyms(t, 2), make([]byte, 0, 64), []byte("079085000011")
	p.Key(dst, "citizen", id)
	if n := testing.AllocsPerRun(100, func() { p.Key(dst, "citizen", id) }); n != 0 {
		t.Errorf("Key makes %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { p.Digest("dossier", id, id) }); n != 0 {
		t.Errorf("Digest makes %v allocations", n)
	}
}

func BenchmarkKey(b *testing.B) {
	p, dst, id := pseudonyms(b, 1), make([]byte, 0, 64), []byte("079085000011")
	b.ReportAllocs()
	for b.Loop() {
		p.Key(dst, "citizen", id)
	}
}
