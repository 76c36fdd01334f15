package identity

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// ErrKeyFile says that the text of a key file cannot be used.
var ErrKeyFile = errors.New("key file")

// keyTag begins each line of a key file that holds a key.
const keyTag = "thidua-key-v1"

// Secret is one key for pseudonyms. It does not show itself: no verb of fmt and
// no encoder prints its bytes.
type Secret struct{ key []byte }

// NewSecret makes a key from a source of randomness, crypto/rand.Reader outside
// of tests.
func NewSecret(random io.Reader) (Secret, error) {
	key := make([]byte, KeyBytes)
	if _, err := io.ReadFull(random, key); err != nil {
		return Secret{}, fmt.Errorf("make pseudonym key: %w", err)
	}
	return Secret{key: key}, nil
}

// Chain returns the keys of secrets as NewPseudonyms takes them.
func Chain(secrets []Secret) [][]byte {
	chain := make([][]byte, len(secrets))
	for i, s := range secrets {
		chain[i] = bytes.Clone(s.key)
	}
	return chain
}

// Format prints a placeholder whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, "secret") }

// MarshalText writes the same placeholder wherever a secret is encoded.
func (s Secret) MarshalText() ([]byte, error) { return []byte("secret"), nil }

// ParseKeys reads the text of a key file. A line holds a key as "thidua-key-v1",
// its generation and its bytes in base64, separated by blanks; generations count
// from 1 in the order of the lines. Blank lines and lines that begin with # are
// comments. Every error is ErrKeyFile and names a line, never what is in it.
func ParseKeys(text []byte) ([]Secret, error) {
	var secrets []Secret
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		secret, reason := parseKey(line, len(secrets)+1)
		if reason != "" {
			return nil, fmt.Errorf("%w: line %d: %s", ErrKeyFile, number, reason)
		}
		for i, other := range secrets {
			if bytes.Equal(secret.key, other.key) {
				return nil, fmt.Errorf("%w: line %d: repeats the key of generation %d", ErrKeyFile, number, i+1)
			}
		}
		secrets = append(secrets, secret)
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, ErrNoKey)
	}
	return secrets, nil
}

// parseKey reads one line, and says what is wrong with it.
func parseKey(line []byte, generation int) (secret Secret, reason string) {
	fields := bytes.Fields(line)
	if len(fields) != 3 || string(fields[0]) != keyTag {
		return Secret{}, "is not a tag " + keyTag + ", a generation and a key"
	}
	if string(fields[1]) != strconv.Itoa(generation) {
		return Secret{}, fmt.Sprintf("generation %d is expected here", generation)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(string(fields[2]))
	switch {
	case err != nil:
		return Secret{}, "the key is not base64"
	case len(key) < KeyBytes:
		return Secret{}, fmt.Sprintf("the key has fewer than %d bytes", KeyBytes)
	}
	return Secret{key: key}, ""
}

// FormatKeys writes the text of a key file that ParseKeys reads.
func FormatKeys(secrets []Secret) []byte {
	text := []byte("# Keys of the pseudonyms. Keep this file outside the workspace, and a copy of it in a safe:\n" +
		"# without it new records cannot be joined to old ones. Never change or remove a line.\n")
	for i, s := range secrets {
		text = fmt.Appendf(text, "%s %d %s\n", keyTag, i+1, base64.StdEncoding.EncodeToString(s.key))
	}
	return text
}
