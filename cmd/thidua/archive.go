package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"thidua/sinks/archive"
	"thidua/sinks/warehouse"
)

func (a *app) archiveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "archive",
		Short: "kho lưu đã niêm phong / the sealed archive",
		Long: `Các tệp đã nhận được giữ nguyên văn và niêm phong; chỉ khóa bí mật mới mở được.
Payloads are kept as they were received, and sealed; only the private key opens them.`,
		Args: needSubcommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.archiveListCommand(), a.archiveOpenCommand(), a.archiveReplayCommand())
	return c
}

func (a *app) archiveListCommand() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "list",
		Short: "liệt kê các tệp đã lưu / list the payloads that are kept",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.archiveList(c.Context(), l) },
	}
	l.flags(c)
	return c
}

func (a *app) archiveOpenCommand() *cobra.Command {
	var key, out string
	c := &cobra.Command{
		Use:   "open PAYLOAD",
		Short: "lấy lại nguyên văn một tệp / give back the bytes of a payload",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			payload, err := number(args[0])
			if err != nil {
				return err
			}
			return a.archiveOpen(c.Context(), payload, key, out)
		},
	}
	c.Flags().StringVar(&key, "key", "", "tệp khóa bí mật / file of the private key")
	c.Flags().StringVarP(&out, "output", "o", "", "ghi ra tệp này thay vì đầu ra chuẩn / write this file instead of standard output")
	return c
}

// archived returns the payloads whose bytes are kept, in order of receipt; the
// one where id is not zero.
func (a *app) archived(ctx context.Context, id int64) (list []warehouse.Archived, err error) {
	err = a.readLedger(ctx, func(w *warehouse.Warehouse) error {
		list, err = w.Archive(ctx, id)
		return err
	})
	return list, err
}

func (a *app) archiveList(ctx context.Context, l listing) error {
	if err := a.load(); err != nil {
		return err
	}
	list, err := a.archived(ctx, 0)
	if err != nil {
		return err
	}
	t := table{
		names: []string{"payload", "job", "bytes", "received_at", "state", "bundle"},
		titles: []string{
			a.pick("tệp", "payload"), a.pick("công việc", "job"), "byte", a.pick("nhận lúc", "received"),
			a.pick("tình trạng", "state"), a.pick("gói", "bundle"),
		},
	}
	people := !l.json && !l.csv
	if people && len(list) == 0 {
		a.say("Kho lưu chưa có gì.", "The archive holds nothing yet.")
		return nil
	}
	for _, p := range list {
		row := []any{p.Delivery, p.Job, p.SizeBytes, p.ReceivedAt, p.State, p.Bundle}
		if people {
			row[4] = a.payloadState(p.State)
		}
		t.rows = append(t.rows, row)
	}
	return a.printLocal(l, t)
}

func (a *app) payloadState(state string) string {
	switch state {
	case "loaded":
		return a.pick("đã nạp", state)
	case "refused":
		return a.pick("bị từ chối", state)
	case "open":
		return a.pick("nạp dở", state)
	}
	return state
}

// readIdentity reads the private key that a person has brought.
func readIdentity(name string) (age.Identity, error) {
	if name == "" {
		return nil, usage("không có khóa bí mật thì không lấy lại được gì; chỉ ra tệp khóa bằng --key", "without the private key nothing is given back; name its file with --key")
	}
	text, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		return nil, &said{"không đọc được tệp khóa bí mật", "the file of the private key cannot be read", err}
	}
	id, err := archive.ParseIdentity(string(text))
	if err != nil {
		return nil, &said{
			"tệp nêu ở --key không phải khóa bí mật; đó là tệp archive.private do thidua init tạo ra",
			"the file named by --key is no private key; that is the file archive.private which thidua init made", nil,
		}
	}
	return id, nil
}

func (a *app) archiveOpen(ctx context.Context, payload int64, key, out string) error {
	if err := a.load(); err != nil {
		return err
	}
	id, err := readIdentity(key)
	if err != nil {
		return err
	}
	list, err := a.archived(ctx, payload)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return &said{
			fmt.Sprintf("kho lưu không có tệp số %d; xem: thidua archive list", payload),
			fmt.Sprintf("the archive has no payload %d; see: thidua archive list", payload), nil,
		}
	}
	store, err := archive.Open(a.path(a.set.Workspace.Archive.Path), nil)
	if err != nil {
		return err
	}
	extract := func(w io.Writer) error { return sealed(store.Extract(list[0].Bundle, payload, id, w)) }
	if out != "" {
		return writeFresh(out, extract)
	}
	if isTerminal(a.out) {
		a.note("Tệp chứa dữ liệu người bệnh và sắp hiện ra màn hình; dùng -o để ghi ra tệp.", "The payload holds data of patients and goes to the screen; -o writes it to a file.")
	}
	return extract(a.out)
}

// writeFresh writes a file that does not exist yet, for the owner alone. Nothing
// is left where it cannot be written whole.
func writeFresh(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(filepath.Clean(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return &said{"tệp đích đã có; không ghi đè", "the file to write exists already; it is not overwritten", nil}
	}
	if err != nil {
		return &said{"không ghi được tệp đích", "the file cannot be written", err}
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// sealed says in both languages why a bundle does not open.
func sealed(err error) error {
	switch {
	case errors.Is(err, archive.ErrWrongKey):
		return &said{
			"khóa này không mở được gói; gói được niêm phong cho một khóa khác, có thể là khóa cũ đã thay",
			"this key does not open the bundle; it was sealed for another, perhaps one that has been replaced since", nil,
		}
	case errors.Is(err, archive.ErrDamaged):
		return &said{"gói bị hỏng; khôi phục tệp của nó từ bản sao lưu", "the bundle is damaged; restore its file from a copy", err}
	case errors.Is(err, os.ErrNotExist):
		return &said{"thiếu tệp của gói trong kho lưu; khôi phục từ bản sao lưu", "the file of the bundle is missing from the archive; restore it from a copy", err}
	}
	return err
}
