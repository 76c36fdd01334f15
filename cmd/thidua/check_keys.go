package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"thidua/sinks/archive"
)

// keyFile checks the keys of the pseudonyms: there, readable, outside of the
// workspace, and for nobody else to read.
func (c *checker) keyFile() {
	const check = "key_file"
	a := c.app
	keys, err := a.readKeys()
	if err != nil {
		c.add(check, levelFail, fmt.Sprintf(a.pick("tệp khóa: %s", "key file: %s"), c.cause(err)),
			a.pick("khôi phục tệp khóa từ bản sao lưu, hoặc sửa keys.file trong thidua.yaml", "restore the key file from its copy, or correct keys.file in thidua.yaml"))
		return
	}
	name := a.path(a.set.Workspace.Keys.File)
	switch {
	case insideFolder(a.dir, name):
		c.add(check, levelFail, a.pick("tệp khóa nằm trong thư mục làm việc: ai sao chép thư mục cũng có khóa", "the key file lies inside the workspace: who copies it has the keys"),
			a.pick("chuyển tệp ra ngoài và sửa keys.file", "move the file out and correct keys.file"))
	case readableByAll(name):
		c.add(check, levelWarn, a.pick("mọi người dùng của máy đều đọc được tệp khóa", "everybody on this machine can read the key file"),
			fmt.Sprintf("chmod 600 %s", name))
	default:
		c.ok(check, "tệp khóa: %d thế hệ khóa", "key file: %d generations of keys", len(keys))
	}
}

// insideFolder reports whether a file lies below a folder, by their real names.
func insideFolder(dir, name string) bool {
	dir, name = realName(dir), realName(name)
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}

func realName(name string) string {
	if resolved, err := filepath.EvalSymlinks(name); err == nil {
		return resolved
	}
	return filepath.Clean(name)
}

func readableByAll(name string) bool {
	const others = 0o007
	stat, err := os.Stat(name)
	return err == nil && stat.Mode().Perm()&others != 0
}

// recipient checks the public key that the archive is sealed for.
func (c *checker) recipient() {
	const check = "recipient"
	a, w := c.app, c.app.set.Workspace
	if !w.Archive.Enabled {
		c.add(check, levelWarn, a.pick("kho lưu đang tắt: không thể nạp lại những gì đã nhận", "the archive is switched off: what was received cannot be replayed"),
			a.pick("đặt archive.enabled: true trong thidua.yaml", "set archive.enabled: true in thidua.yaml"))
		return
	}
	remedy := a.pick("khôi phục tệp archive.recipient, sửa keys.recipient, hoặc đặt archive.enabled: false", "restore archive.recipient, correct keys.recipient, or set archive.enabled: false")
	if w.Keys.Recipient == "" {
		c.add(check, levelFail, a.pick("thidua.yaml không chỉ ra khóa công khai của kho lưu", "thidua.yaml names no public key for the archive"), remedy)
		return
	}
	text, err := os.ReadFile(a.path(w.Keys.Recipient))
	if err == nil {
		_, err = archive.ParseRecipient(string(text))
	}
	if err != nil {
		c.add(check, levelFail, fmt.Sprintf(a.pick("khóa công khai của kho lưu: %s", "public key of the archive: %s"), c.cause(err)), remedy)
		return
	}
	c.ok(check, "khóa công khai của kho lưu đọc được", "the public key of the archive can be read")
}

// privateKeyMark is how the text of a private key begins.
const privateKeyMark = "AGE-SECRET-KEY-1"

// privateKey looks for the private key of the archive where it must not stay:
// inside the workspace, and beside the keys that the program reads.
func (c *checker) privateKey() {
	const check = "private_key"
	a, w := c.app, c.app.set.Workspace
	found := a.privateKeysInside()
	for _, name := range []string{w.Keys.File, w.Keys.Recipient} {
		if name != "" {
			found = append(found, privateKeysIn(filepath.Dir(a.path(name)))...)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) == 0 {
		c.ok(check, "khóa bí mật của kho lưu không nằm cạnh dữ liệu", "the private key of the archive does not lie beside the data")
		return
	}
	c.add(check, levelFail, fmt.Sprintf(a.pick("khóa bí mật của kho lưu nằm cạnh dữ liệu: %s", "the private key of the archive lies beside the data: %s"), strings.Join(found, ", ")),
		a.pick("chuyển tệp sang thiết bị khác (ví dụ USB), giữ hai bản ở hai nơi, rồi xóa ở đây; chỉ `thidua archive open` và `replay` cần đến nó",
			"move it to other media (a USB stick), keep two copies in two places, then delete it here; only `thidua archive open` and `replay` need it"))
}

// privateKeysInside returns the files of the workspace that hold a private key.
// Folders that fill with what others send, or that the program fills itself, are
// passed over: they are large, and nobody keeps keys there.
func (a *app) privateKeysInside() []string {
	passed := []string{filepath.Join(a.dir, "inbox"), filepath.Join(a.dir, ".git"), a.path(a.set.Workspace.Archive.Path), a.publishedDir()}
	for _, j := range a.set.Jobs {
		if s, ok := filesConfig(j); ok {
			passed = append(passed, a.path(s.Path), a.path(s.After.Done), a.path(s.After.Failed))
		}
	}
	var found []string
	// What cannot be read cannot be searched; the other checks tell of it.
	_ = filepath.WalkDir(a.dir, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case e.IsDir() && name != a.dir && slices.Contains(passed, name):
			return fs.SkipDir
		case holdsPrivateKey(name, e):
			found = append(found, name)
		}
		return nil
	})
	return found
}

// privateKeysIn returns the files of one folder that hold a private key.
func privateKeysIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var found []string
	for _, e := range entries {
		if name := filepath.Join(dir, e.Name()); holdsPrivateKey(name, e) {
			found = append(found, name)
		}
	}
	return found
}

// holdsPrivateKey reads small files only, and none of the engine's: another
// process may hold those.
func holdsPrivateKey(name string, e fs.DirEntry) bool {
	const largest = 64 << 10
	if !e.Type().IsRegular() || strings.Contains(e.Name(), ".duckdb") {
		return false
	}
	stat, err := e.Info()
	if err != nil || stat.Size() > largest {
		return false
	}
	text, err := os.ReadFile(name)
	return err == nil && bytes.Contains(bytes.ToUpper(text), []byte(privateKeyMark))
}
