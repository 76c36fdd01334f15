package archive

import (
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
)

// Sentinels of the keys. None of them holds any part of a key: a mistyped private
// key is still nearly the private key.
var (
	// ErrNoIdentity says that a bundle was to be read without a private key.
	ErrNoIdentity = errors.New("archive is sealed; give the file of the private key that was kept when the pair was made")
	// ErrWrongKey says that the bundle was sealed for other keys.
	ErrWrongKey = errors.New("private key does not open this bundle; it was sealed for another key, perhaps one that has been replaced since")
	// ErrRecipient says that a text is not a public key.
	ErrRecipient = errors.New("not a public key; it is one line that begins with age1")
	// ErrRecipientPrivate says that a private key stands where a public one
	// belongs. It has been in a file it should not be in: make a new pair.
	ErrRecipientPrivate = errors.New("a private key stands where the public one belongs; make a new pair, and keep its private key out of the workspace")
	// ErrIdentity says that a text is not a private key.
	ErrIdentity = errors.New("not a private key; it is one line that begins with AGE-SECRET-KEY-1, beside comments")
)

const privatePrefix = "AGE-SECRET-KEY-"

// NewIdentity makes a pair of keys in the text form of age: the private key, which
// is kept outside the workspace, and the public one, which payloads are sealed for.
func NewIdentity() (private, public string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("make pair of keys: %w", err)
	}
	return id.String(), id.Recipient().String(), nil
}

// ParseRecipient reads a public key.
func ParseRecipient(text string) (age.Recipient, error) {
	text = strings.TrimSpace(text)
	if strings.Contains(strings.ToUpper(text), privatePrefix) {
		return nil, ErrRecipientPrivate
	}
	r, err := age.ParseX25519Recipient(text)
	if err != nil {
		return nil, ErrRecipient
	}
	return r, nil
}

// ParseIdentity reads a private key as a key file holds it: one line, beside blank
// lines and comments that begin with #.
func ParseIdentity(text string) (age.Identity, error) {
	key := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if key != "" {
			return nil, ErrIdentity
		}
		key = line
	}
	id, err := age.ParseX25519Identity(key)
	if err != nil {
		return nil, ErrIdentity
	}
	return id, nil
}
