package archive_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"thidua/sinks/archive"
)

func TestParseKeys(t *testing.T) {
	private, public, err := archive.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := archive.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	recipient := func(text string) error { _, err := archive.ParseRecipient(text); return err }
	identity := func(text string) error { _, err := archive.ParseIdentity(text); return err }
	tests := []struct {
		name  string
		parse func(string) error
		text  string
		want  error
	}{
		{"public key", recipient, public + "\n", nil},
		{"public key, cut", recipient, public[:20], archive.ErrRecipient},
		{"no public key", recipient, "", archive.ErrRecipient},
		{"private for public key", recipient, private, archive.ErrRecipientPrivate},
		{"private for public key in small letters", recipient, strings.ToLower(private), archive.ErrRecipientPrivate},
		{"private key", identity, private, nil},
		{"private key in its file", identity, "# made for a test\n# public key: " + public + "\n\n" + private + "\r\n", nil},
		{"private key, mistyped", identity, private[:30] + "b" + private[31:], archive.ErrIdentity},
		{"two private keys", identity, private + "\n" + other, archive.ErrIdentity},
		{"public for private key", identity, public, archive.ErrIdentity},
		{"no private key", identity, "# empty\n", archive.ErrIdentity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.parse(tt.text)
			if !errors.Is(err, tt.want) {
				t.Fatalf("error = %v, want %v", err, tt.want)
			}
			for _, key := range []string{private, public} {
				if strings.Contains(strings.ToUpper(fmt.Sprint(err)), strings.ToUpper(key[20:28])) {
					t.Error("the error holds a part of the key")
				}
			}
		})
	}
}
