package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"thidua/transform/identity"
)

func TestRedactText(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"nothing to hide":       {"database is locked", "database is locked"},
		"quoted value":          {`Could not convert string 'Trần Văn Mẫu' to INT64`, `Could not convert string '…' to INT64`},
		"quote in a value":      {`bad value 'O'Mẫu' in row`, `bad value '…' in row`},
		"other quote in value":  {`bad value 'a"b secret' in row`, `bad value '…' in row`},
		"two quoted values":     {"column \"x\" holds `y`", "column \"…`"},
		"open quote":            {"unterminated 'Trần Văn Mẫu", "unterminated '…"},
		"last quote is open":    {"'a' and 'Mẫu", "'…"},
		"apostrophe":            {"can't read 'Mẫu'", "can't read '…'"},
		"typographic quotes":    {"tên “Trần Văn Mẫu” sai", "tên “…” sai"},
		"six digits":            {"row 123456 of 12345", "row … of 12345"},
		"digits between":        {"a079085000011b", "a…b"},
		"other digits":          {"١٢٣٤٥٦ rows", "… rows"},
		"absolute path":         {"open /data/inbox/TRAN VAN MAU.xml: permission denied", "open /data/…: permission denied"},
		"relative path":         {"open inbox/mau/x.xml: permission denied", "open inbox/…: permission denied"},
		"path of another house": {`open D:\duoc\mau\x.xml: denied`, `open D:\duoc\…: denied`},
		"file in the root":      {"open /mau.xml: denied", "open /…: denied"},
		"address":               {"get https://example.com/api?id=1: timeout", "get https://example.com/…: timeout"},
		"address with a user":   {"get https://mau:mat@example.com/api: timeout", "get https://…: timeout"},
		"date of birth":         {"parse 07/03/1985", "parse 07/…"},
		"two paths":             {"rename /a/b: cross /c/d: no", "rename /a/…: cross /c/…: no"},
		"no path":               {"read: input/output error", "read: input/output error"},
		"timeout":               {"dial tcp: i/o timeout", "dial tcp: i/o timeout"},
		"pair in a path":        {"open input/output/mau.xml", "open input/…"},
		"broken bytes":          {"value Nguy\xd4n", "value Nguy…n"},
		"redacted before":       {"open /data/…: '…' …", "open /data/…: '…' …"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := identity.RedactText(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRedactHidesThePathOfAFile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "Mau: 07 'x' Van.xml")
	_, opened := os.Open(secret)
	renamed := os.Rename(secret, secret+".done")
	tests := map[string]struct {
		err  error
		want string
	}{
		"opened":   {opened, "open …: no such file or directory"},
		"renamed":  {renamed, "rename …: no such file or directory"},
		"wrapped":  {fmt.Errorf("delivery 7: %w", opened), "delivery 7: open …: no such file or directory"},
		"joined":   {errors.Join(errors.New("first"), opened), "first\nopen …: no such file or directory"},
		"relative": {&fs.PathError{Op: "open", Path: "MAU.xml", Err: syscall.EIO}, "open …: input/output error"},
		"no path":  {&fs.PathError{Op: "read", Err: syscall.EIO}, "read : input/output error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := identity.Redact(tt.err)
			if got.Error() != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRedactStillIs(t *testing.T) {
	cause := &fs.PathError{Op: "open", Path: "mau.xml", Err: fs.ErrNotExist}
	got := identity.Redact(fmt.Errorf("delivery 7: %w", cause))
	if !errors.Is(got, fs.ErrNotExist) {
		t.Error("the cause is not found")
	}
	if errors.Is(got, fs.ErrPermission) {
		t.Error("another cause is found")
	}
	var path *fs.PathError
	if errors.As(got, &path) || errors.Unwrap(got) != nil {
		t.Error("the cause is handed out")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if shown := fmt.Sprintf(verb, got); strings.Contains(shown, "mau") {
			t.Errorf("%s shows %s", verb, shown)
		}
	}
	if shown, err := json.Marshal(got); err != nil || strings.Contains(string(shown), "mau") {
		t.Errorf("JSON shows %s, %v", shown, err)
	}
}

// ours is an error that says of itself whether its text is safe.
type ours struct{ safe bool }

func (ours) Error() string { return "rule 'x' of 1234567" }
func (o ours) Safe() bool  { return o.safe }

func TestRedactPassesWhatIsSafe(t *testing.T) {
	redacted := identity.Redact(errors.New("row 1234567"))
	for name, err := range map[string]error{
		"no error": nil,
		"canceled": context.Canceled,
		"deadline": context.DeadlineExceeded,
		"safe":     ours{safe: true},
		"redacted": redacted,
	} {
		if got := identity.Redact(err); got != err {
			t.Errorf("%s: got %v", name, got)
		}
	}
	for name, err := range map[string]error{
		"unsafe":            ours{safe: false},
		"safe, but wrapped": fmt.Errorf("%w", ours{safe: true}),
	} {
		if got := identity.Redact(err).Error(); got != "rule '…' of …" {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := identity.Redact(fmt.Errorf("page 1234567: %w", context.Canceled)); !errors.Is(got, context.Canceled) || got.Error() != "page …: context canceled" {
		t.Errorf("wrapped cancellation: got %v", got)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("open /data/x: ", ": denied")
	f.Add("can't 'x ", "' at 123456")
	f.Add("https://a@b/", "\n…/…")
	f.Add("a\\", "i/o")
	digits := regexp.MustCompile(`\p{Nd}{6,}`)
	const canary = "KANARI"
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, canary) {
			return
		}
		texts := map[string]string{
			"quoted":        before + "'" + canary + "'" + after,
			"double quoted": before + `"` + canary + " x" + `"` + after,
			"backquoted":    before + "`" + canary + "`" + after,
			"open quote":    before + "“" + canary,
			"path":          before + "/data/" + canary + " x.xml",
			"windows path":  before + `\data\` + canary + `\x.xml` + after,
		}
		for name, text := range texts {
			got := identity.RedactText(text)
			if strings.Contains(got, canary) {
				t.Errorf("%s: the canary lives in %q", name, got)
			}
			if digits.MatchString(got) {
				t.Errorf("%s: digits live in %q", name, got)
			}
			if again := identity.RedactText(got); again != got {
				t.Errorf("%s: %q is redacted again to %q", name, got, again)
			}
		}
	})
}
