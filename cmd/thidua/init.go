package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/sinks/archive"
	"thidua/transform/identity"
)

// Names of the files that init makes in the folder of keys.
const (
	pseudonymKeyFile = "pseudonym.keys"
	recipientFile    = "archive.recipient"
	privateKeyFile   = "archive.private"
)

func (a *app) initCommand() *cobra.Command {
	var keys string
	c := &cobra.Command{
		Use:   "init DIR",
		Short: "tạo thư mục làm việc / make a workspace",
		Long:  "Tạo thư mục làm việc có chú thích, và các khóa ở ngoài thư mục đó.\nMakes a commented workspace, and its keys outside of it.",
		Args:  exactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.init(args[0], keys) },
	}
	c.Flags().StringVar(&keys, "keys", "", "thư mục chứa khóa, ngoài thư mục làm việc / folder for the keys, outside the workspace")
	return c
}

func (a *app) init(name, keys string) error {
	a.begun = true
	dir, err := filepath.Abs(name)
	if err != nil {
		return fmt.Errorf("find the workspace: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "thidua.yaml")); err == nil {
		return usage("thư mục này đã là thư mục làm việc; không ghi đè gì", "this is a workspace already; nothing is overwritten")
	}
	if keys, err = keyFolder(dir, keys); err != nil {
		return err
	}
	if err := makeKeys(keys); err != nil {
		return err
	}
	if err := writeTemplate(dir, keys); err != nil {
		return err
	}
	a.say("Đã tạo thư mục làm việc %s.", "Made the workspace %s.", name)
	a.say("Khóa nằm ngoài thư mục đó, ở %s:", "The keys lie outside of it, in %s:", keys)
	a.say("  %s  tạo mã thay thế; sao lưu riêng, mất nó thì dữ liệu mới không nối được với dữ liệu cũ", "  %s  makes the pseudonyms; back it up apart, without it new rows cannot be joined to old ones", pseudonymKeyFile)
	a.say("  %s  khóa công khai, niêm phong kho lưu", "  %s  public key, seals the archive", recipientFile)
	a.say("  %s  khóa bí mật: HÃY CHUYỂN ra khỏi máy này; chỉ cần khi mở kho lưu (thidua archive open)", "  %s  private key: MOVE IT off this machine; only opening the archive needs it (thidua archive open)", privateKeyFile)
	a.say("Đặt tệp vào %s rồi chạy: thidua -C %s run", "Put files into %s, then: thidua -C %s run", filepath.Join(name, "inbox", "claims"), name)
	return nil
}

// keyFolder returns the folder of the keys: the one that was named, or one of the
// user's own whose name tells the workspace.
func keyFolder(dir, named string) (string, error) {
	if named == "" {
		home, err := os.UserConfigDir()
		if err != nil {
			return "", &said{"không biết đặt khóa ở đâu; chỉ ra bằng --keys", "where to put the keys is not known; say so with --keys", err}
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(dir))
		named = filepath.Join(home, "thidua", fmt.Sprintf("%s-%08x", filepath.Base(dir), h.Sum32()))
	}
	keys, err := filepath.Abs(named)
	if err != nil {
		return "", fmt.Errorf("find the folder of the keys: %w", err)
	}
	if inside, err := filepath.Rel(dir, keys); err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return "", usage("khóa không được nằm trong thư mục làm việc; chỉ ra thư mục khác bằng --keys", "keys cannot lie inside the workspace; name another folder with --keys")
	}
	return keys, nil
}

// makeKeys makes what is missing. Keys that exist are kept: they may be those of
// rows that exist.
func makeKeys(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &said{"không tạo được thư mục khóa", "the folder of the keys cannot be made", err}
	}
	if err := makeFile(filepath.Join(dir, pseudonymKeyFile), func() ([]byte, error) {
		secret, err := identity.NewSecret(rand.Reader)
		return identity.FormatKeys([]identity.Secret{secret}), err
	}); err != nil {
		return err
	}
	var private string
	err := makeFile(filepath.Join(dir, recipientFile), func() ([]byte, error) {
		var public string
		var err error
		private, public, err = archive.NewIdentity()
		return []byte(public + "\n"), err
	})
	if err != nil || private == "" {
		return err
	}
	return makeFile(filepath.Join(dir, privateKeyFile), func() ([]byte, error) { return []byte(private + "\n"), nil })
}

// makeFile writes a file that does not exist yet, for the owner alone.
func makeFile(name string, content func() ([]byte, error)) error {
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := content()
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return &said{"không ghi được tệp khóa", "a key file cannot be written", err}
	}
	return nil
}

// writeTemplate writes the files of a new workspace, and where its keys lie.
func writeTemplate(dir, keys string) error {
	files, err := configs.Template()
	if err != nil {
		return err
	}
	for _, f := range files {
		text := string(f.Text)
		if f.Name == "thidua.yaml" {
			text += fmt.Sprintf("\nkeys:\n  file: %q\n  recipient: %q\n", filepath.Join(keys, pseudonymKeyFile), filepath.Join(keys, recipientFile))
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			return &said{"không tạo được thư mục làm việc", "the workspace cannot be made", err}
		}
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			return &said{"không ghi được vào thư mục làm việc", "the workspace cannot be written to", err}
		}
	}
	return nil
}
