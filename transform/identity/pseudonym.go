// Package identity stands between persons and the analytics: it checks the
// identifiers of people, turns them into keyed pseudonyms, and takes out of
// texts and errors what could name someone.
//
// A plain hash of an identifier is no pseudonym: all twelve-digit citizen IDs can
// be enumerated in minutes. What leaves this package is an HMAC under keys that
// lie outside the workspace.
package identity

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// ErrNoKey says that there is no key to make pseudonyms with.
var ErrNoKey = errors.New("no pseudonym key")

// ErrShortKey says that a key has fewer than KeyBytes bytes.
var ErrShortKey = errors.New("pseudonym key is too short")

// KeyBytes is the least length of a key.
const KeyBytes = 32

// digestBytes is the length of a pseudonym before it is written as text. The
// chance that two among a thousand million persons collide is below 10⁻²⁰.
const digestBytes = 16

// What follows the kind in the message of the first key, so that no identifier
// and no list of parts have a message in common. Kinds hold no such byte.
const (
	oneIdentifier = 0x00
	listOfParts   = 0x01
)

// Pseudonyms turns identifiers into keys that stay the same for a person and
// tell nothing about them: HMAC-SHA256(kₙ, … HMAC-SHA256(k₁, kind ‖ 0 ‖
// identifier)), cut to sixteen bytes at each step. A key that is added to the
// end of the chain turns every stored pseudonym into its successor without the
// identifier: see Advance.
//
// Pseudonyms owns the state of its hashes and serves one goroutine; Clone gives
// another one to the next.
type Pseudonyms struct {
	chain   [][]byte
	steps   []hash.Hash
	message []byte
	sum     [sha256.Size]byte
}

// NewPseudonyms returns the pseudonyms under a chain of keys, the oldest first.
// It returns ErrNoKey for an empty chain and ErrShortKey for a key below
// KeyBytes.
func NewPseudonyms(chain [][]byte) (*Pseudonyms, error) {
	if len(chain) == 0 {
		return nil, ErrNoKey
	}
	keys := make([][]byte, len(chain))
	for i, key := range chain {
		if len(key) < KeyBytes {
			return nil, fmt.Errorf("generation %d: %w: %d of %d bytes", i+1, ErrShortKey, len(key), KeyBytes)
		}
		keys[i] = bytes.Clone(key)
	}
	return pseudonymsOf(keys), nil
}

func pseudonymsOf(chain [][]byte) *Pseudonyms {
	p := &Pseudonyms{chain: chain, steps: make([]hash.Hash, len(chain))}
	for i, key := range chain {
		p.steps[i] = hmac.New(sha256.New, key)
	}
	return p
}

// Clone returns the same pseudonyms for another goroutine.
func (p *Pseudonyms) Clone() *Pseudonyms { return pseudonymsOf(p.chain) }

// Generation is the number of keys in the chain.
func (p *Pseudonyms) Generation() int { return len(p.steps) }

// Key appends the pseudonym of an identifier to dst, 26 characters of lower-case
// base32. The kind (citizen, card, patient …) keeps equal texts of different
// kinds apart; it is a name of letters. Key allocates nothing where dst has room.
func (p *Pseudonyms) Key(dst []byte, kind string, identifier []byte) []byte {
	p.message = append(p.message[:0], kind...)
	p.message = append(p.message, oneIdentifier)
	p.message = append(p.message, identifier...)
	return appendBase32(dst, p.digest())
}

// Digest returns the digest of several parts in their order, such as the key
// columns of a dossier. Each part is preceded by its length, so that parts do not
// run into each other.
func (p *Pseudonyms) Digest(kind string, parts ...[]byte) [16]byte {
	p.message = append(p.message[:0], kind...)
	p.message = append(p.message, listOfParts)
	for _, part := range parts {
		p.message = binary.BigEndian.AppendUint32(p.message, uint32(len(part)))
		p.message = append(p.message, part...)
	}
	return p.digest()
}

// digest passes the message through the chain and forgets it.
func (p *Pseudonyms) digest() [digestBytes]byte {
	message := p.message
	for _, step := range p.steps {
		step.Reset()
		step.Write(message)
		message = step.Sum(p.sum[:0])[:digestBytes]
	}
	clear(p.message)
	return [digestBytes]byte(message)
}

// Fingerprint returns eight hexadecimal characters that recognise the key of a
// generation, counted from 1, without telling anything of it. A workspace keeps
// them, so that a lost or exchanged key is noticed before rows are written. It is
// empty for a generation that is not in the chain.
func (p *Pseudonyms) Fingerprint(generation int) string {
	if generation < 1 || generation > len(p.chain) {
		return ""
	}
	mac := hmac.New(sha256.New, p.chain[generation-1])
	io.WriteString(mac, "fingerprint")
	return hex.EncodeToString(mac.Sum(nil)[:4])
}

// Advance returns the pseudonym of the next generation: what Key returns for the
// same identifier once key stands at the end of the chain. It returns nil for a
// text that is no pseudonym.
func Advance(key, pseudonym []byte) []byte {
	digest, ok := parseBase32(pseudonym)
	if !ok {
		return nil
	}
	return appendBase32(nil, AdvanceDigest(key, digest))
}

// AdvanceDigest is Advance for what Digest returns.
func AdvanceDigest(key []byte, digest [16]byte) [16]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(digest[:])
	return [digestBytes]byte(mac.Sum(nil)[:digestBytes])
}

// alphabet is that of base32 (RFC 4648) in lower case.
const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

// pseudonymLength is the number of characters of sixteen bytes in base32.
const pseudonymLength = 26

// appendBase32 appends the digest without padding. The last character carries
// the three bits that remain, followed by two zeros.
func appendBase32(dst []byte, digest [digestBytes]byte) []byte {
	var bits, count uint
	for _, b := range digest {
		bits, count = bits<<8|uint(b), count+8
		for count >= 5 {
			count -= 5
			dst = append(dst, alphabet[bits>>count&31])
		}
	}
	return append(dst, alphabet[bits<<(5-count)&31])
}

// parseBase32 is the inverse of appendBase32.
func parseBase32(text []byte) (digest [digestBytes]byte, ok bool) {
	if len(text) != pseudonymLength {
		return digest, false
	}
	var bits, count uint
	n := 0
	for _, c := range text {
		at := strings.IndexByte(alphabet, c)
		if at < 0 {
			return digest, false
		}
		bits, count = bits<<5|uint(at), count+5
		if count >= 8 {
			count -= 8
			digest[n] = byte(bits >> count)
			n++
		}
	}
	return digest, bits&(1<<count-1) == 0
}
