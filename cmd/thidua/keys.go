package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"thidua/sinks/warehouse"
	"thidua/transform/identity"
)

func (a *app) keysCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "khóa của mã thay thế / the keys of the pseudonyms",
		Args:  needSubcommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.keysStatusCommand(), a.keysRotateCommand())
	return c
}

func (a *app) keysStatusCommand() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "status",
		Short: "các thế hệ khóa và nơi cất / generations of keys and where they lie",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.keysStatus(c.Context(), l) },
	}
	l.flags(c)
	return c
}

func (a *app) keysRotateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "thêm một khóa và viết lại mọi mã thay thế / add a key and rewrite all pseudonyms",
		Long: `Thêm một khóa mới vào tệp khóa và viết lại mọi mã thay thế trong kho dữ liệu, rồi công bố.
Bị ngắt giữa chừng thì chạy lại lệnh này: nó làm tiếp, không thêm khóa nữa.
Adds a key to the key file, rewrites all pseudonyms of the warehouse, and publishes.
Where it was interrupted, call it again: it goes on and adds no other key.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.keysRotate(c.Context()) },
	}
}

// fingerprints returns what tells the keys apart without telling them.
func fingerprints(keys []identity.Secret) ([]string, error) {
	pseudonyms, err := identity.NewPseudonyms(identity.Chain(keys))
	if err != nil {
		return nil, err
	}
	list := make([]string, len(keys))
	for i := range list {
		list[i] = pseudonyms.Fingerprint(i + 1)
	}
	return list, nil
}

func (a *app) keysStatus(ctx context.Context, l listing) error {
	if err := a.load(); err != nil {
		return err
	}
	keys, err := a.readKeys()
	if err != nil {
		return err
	}
	prints, err := fingerprints(keys)
	if err != nil {
		return err
	}
	generation := len(keys)
	err = a.readLedger(ctx, func(w *warehouse.Warehouse) error {
		generation, err = w.Generation(ctx)
		return err
	})
	if err != nil {
		return err
	}
	file := a.path(a.set.Workspace.Keys.File)
	t := table{
		names:  []string{"generation", "fingerprint", "state", "file"},
		titles: []string{a.pick("thế hệ", "generation"), a.pick("dấu nhận", "fingerprint"), a.pick("tình trạng", "state"), a.pick("tệp", "file")},
	}
	for i, p := range prints {
		state := "used"
		if i >= generation {
			state = "unfinished"
		}
		if !l.json && !l.csv {
			state = a.keyState(state)
		}
		t.rows = append(t.rows, []any{i + 1, p, state, file})
	}
	if err := a.print(l, t); err != nil || l.json || l.csv {
		return err
	}
	if recipient := a.set.Workspace.Keys.Recipient; recipient != "" {
		a.say("\nKhóa công khai của kho lưu: %s", "\nPublic key of the archive: %s", a.path(recipient))
	}
	return nil
}

func (a *app) keyState(state string) string {
	if state == "used" {
		return a.pick("đang dùng", "in use")
	}
	return a.pick("thay khóa dở dang: thidua keys rotate", "rotation unfinished: thidua keys rotate")
}

func (a *app) keysRotate(ctx context.Context) (err error) {
	if err := a.load(); err != nil {
		return err
	}
	unlock, err := a.lockWorkspace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	a.boundMemory()
	r := &round{app: a}
	closeLog, err := r.openLog()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	if err := r.rotate(ctx); err != nil {
		r.log.Error().Str("error", identity.Redact(err).Error()).Msg("keys not rotated")
		return err
	}
	p := a.set.Workspace.Publish
	a.say("Các bản chụp công bố trước đó vẫn mang mã cũ cho đến khi hết hạn (sau %d lần công bố và %d giờ).",
		"Snapshots published before still hold the old pseudonyms until they expire (after %d rounds and %d hours).", p.KeepRounds, p.KeepHours)
	return nil
}

// rotate takes the warehouse one key further and publishes. The key file goes
// first: a crash after it leaves one key too many, which the next call uses; the
// other way round the rows would be under a key that nobody has.
func (r *round) rotate(ctx context.Context) error {
	var err error
	if r.keys, err = r.app.readKeys(); err != nil {
		return err
	}
	var used int
	if r.warehouse, used, err = r.app.openWhileRotating(ctx, r.keys); err != nil {
		return err
	}
	if used < len(r.keys) {
		r.app.say("Làm tiếp lần thay khóa bị ngắt.", "Finishing a rotation that was interrupted.")
	} else if err := r.addKey(); err != nil {
		return errors.Join(err, r.warehouse.Close())
	}
	prints, err := fingerprints(r.keys)
	if err == nil {
		err = r.warehouse.Rotate(ctx, identity.Chain(r.keys)[len(r.keys)-1], prints)
	}
	if err != nil {
		return errors.Join(&said{
			"chưa viết lại được mã thay thế; dữ liệu còn nguyên với khóa cũ, chạy lại: thidua keys rotate",
			"the pseudonyms were not rewritten; the rows stand under the old keys, call again: thidua keys rotate", err,
		}, r.warehouse.Close())
	}
	r.log.Info().Int("generation", len(r.keys)).Msg("keys rotated")
	r.app.say("Đã viết lại mọi mã thay thế bằng khóa thế hệ %d.", "All pseudonyms are rewritten under key generation %d.", len(r.keys))
	return r.publish(context.WithoutCancel(ctx))
}

// addKey makes a key and adds it to the key file.
func (r *round) addKey() error {
	secret, err := identity.NewSecret(rand.Reader)
	if err != nil {
		return err
	}
	// Where the name is a link, it is the file behind it that is replaced.
	name := realName(r.app.path(r.app.set.Workspace.Keys.File))
	keys := append(r.keys, secret)
	if err := replaceKeys(name, keys, r.app.now()); err != nil {
		return &said{"không ghi được tệp khóa; chưa có gì thay đổi", "the key file cannot be written; nothing has changed", err}
	}
	r.keys = keys
	r.app.say("Đã thêm khóa thế hệ %d vào %s; hãy sao lưu lại tệp này.", "Added key generation %d to %s; back this file up again.", len(keys), name)
	return nil
}

// replaceKeys adds the last of the keys to the file that holds the others, and
// keeps the file as it was beside it. Whoever reads the file meets it whole,
// before or after.
func replaceKeys(name string, keys []identity.Secret, now time.Time) error {
	old, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		return err
	}
	if err := writeSynced(name+".bak-"+now.UTC().Format("20060102T150405"), old); err != nil {
		return err
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(identity.FormatKeys(keys), []byte("\n")), []byte("\n"))
	text := append(bytes.TrimRight(bytes.Clone(old), "\r\n"), '\n')
	text = append(append(text, lines[len(lines)-1]...), '\n')
	if read, err := identity.ParseKeys(text); err != nil || len(read) != len(keys) {
		return errors.Join(errors.New("the new key file would not be read back"), err)
	}
	fresh := name + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := writeSynced(fresh, text); err != nil {
		return err
	}
	if err := os.Rename(fresh, name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// writeSynced writes a file that does not exist yet, for the owner alone, down to
// the disk.
func writeSynced(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write a key file: %w", err)
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

func syncFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
