package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/ingest/source/files"
	"thidua/sinks/archive"
	"thidua/sinks/warehouse"
)

func (a *app) archiveReplayCommand() *cobra.Command {
	var key, into string
	c := &cobra.Command{
		Use:   "replay",
		Short: "đưa mọi tệp đã lưu vào một thư mục làm việc mới / lay all kept payloads into a new workspace",
		Long: `Ghi lại nguyên văn mọi tệp đã lưu, theo thứ tự tiếp nhận, vào các thư mục nguồn của thư mục làm việc DIR
(tạo trước bằng thidua init DIR). Sau đó chạy: thidua -C DIR run.
Writes the bytes of all kept payloads, in order of receipt, into the source folders of the workspace DIR
(make it first: thidua init DIR). Then: thidua -C DIR run.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.archiveReplay(c.Context(), key, into) },
	}
	c.Flags().StringVar(&key, "key", "", "tệp khóa bí mật / file of the private key")
	c.Flags().StringVar(&into, "into", "", "thư mục làm việc mới / the new workspace")
	return c
}

func (a *app) archiveReplay(ctx context.Context, key, into string) error {
	if err := a.load(); err != nil {
		return err
	}
	if err := a.checkReplay(into); err != nil {
		return err
	}
	id, err := readIdentity(key)
	if err != nil {
		return err
	}
	list, err := a.archived(ctx, 0)
	if err != nil {
		return err
	}
	store, err := archive.Open(a.path(a.set.Workspace.Archive.Path), nil)
	if err != nil {
		return err
	}
	r := replay{into: into, places: a.replayPlaces()}
	for _, b := range bundles(list) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := store.Each(b.name, id, func(payload int64, text io.Reader) error { return r.lay(b.payloads[payload], text) })
		if err != nil {
			return sealed(err)
		}
	}
	a.say("Đã ghi %d tệp vào %s. Tiếp theo: thidua -C %s run", "Wrote %d payloads into %s. Next: thidua -C %s run", r.written, into, into)
	for _, name := range a.jobNames() {
		if p := r.places[name]; p.apart && p.written > 0 {
			a.say("%d tệp của %s không đến từ một thư mục nguồn; nạp bằng: thidua -C %s run %s --from %s", "%d payloads of %s do not come from a source folder; load them with: thidua -C %s run %s --from %s",
				p.written, name, into, name, filepath.Join(into, p.folder))
		}
	}
	if r.left > 0 {
		a.say("%d tệp thuộc công việc không còn được khai báo, được bỏ lại.", "%d payloads of jobs that are no longer declared were left.", r.left)
		return errAttention
	}
	return nil
}

// checkReplay wants another workspace than this one: what is laid there is
// received anew.
func (a *app) checkReplay(into string) error {
	if into == "" {
		return usage("chỉ ra thư mục làm việc mới bằng --into", "name the new workspace with --into")
	}
	there, err := os.Stat(filepath.Join(into, "thidua.yaml"))
	if err != nil {
		return usage(
			"thư mục nêu ở --into chưa phải thư mục làm việc; tạo trước: thidua init DIR",
			"the folder named by --into is no workspace; make it first: thidua init DIR")
	}
	here, err := os.Stat(filepath.Join(a.dir, "thidua.yaml"))
	if err == nil && os.SameFile(here, there) {
		return usage("--into phải là một thư mục làm việc khác", "--into has to be another workspace")
	}
	return nil
}

// place is where the payloads of a job are laid: into the folder it reads, or, where
// that is none of the workspace, into one apart that a run has to be told of.
type place struct {
	folder, ending string
	apart          bool
	written        int
}

// endings are those of the names of payloads, by format.
var endings = map[string]string{"claimxml": ".xml", "csv": ".csv", "json": ".json", "xlsx": ".xlsx", "xml": ".xml"}

// replayPlaces returns the place of each job.
func (a *app) replayPlaces() map[string]*place {
	places := make(map[string]*place, len(a.set.Jobs))
	for _, j := range a.set.Jobs {
		p := &place{folder: filepath.Join("replay", j.Job), ending: endings[j.Format.Kind()], apart: true}
		if c, ok := filesConfig(j); ok && filepath.IsLocal(c.Path) {
			p.folder, p.apart = filepath.FromSlash(c.Path), false
		}
		places[j.Job] = p
	}
	return places
}

// filesConfig returns the source block of a job that reads a folder.
func filesConfig(j configs.Job) (c files.Config, ok bool) {
	if j.Source.Kind() != "files" {
		return c, false
	}
	return c, j.Source.Decode(&c) == nil
}

// bundleList is a bundle with the payloads that the ledger knows in it.
type bundleList struct {
	name     string
	payloads map[int64]warehouse.Archived
}

// bundles groups payloads by the bundle that holds them, in order of receipt.
func bundles(list []warehouse.Archived) []bundleList {
	var groups []bundleList
	at := map[string]int{}
	for _, p := range list {
		i, ok := at[p.Bundle]
		if !ok {
			i = len(groups)
			at[p.Bundle] = i
			groups = append(groups, bundleList{name: p.Bundle, payloads: map[int64]warehouse.Archived{}})
		}
		groups[i].payloads[p.Delivery] = p
	}
	return groups
}

// replay lays payloads into the source folders of a workspace.
type replay struct {
	into          string
	places        map[string]*place
	written, left int
}

// lay writes one payload. Its name and time give the order of receipt, which is
// the order the new workspace reads it in. A payload that the ledger does not
// know, which p is empty for, was never committed.
func (r *replay) lay(p warehouse.Archived, text io.Reader) error {
	if p.Delivery == 0 {
		return nil
	}
	at, ok := r.places[p.Job]
	if !ok {
		r.left++
		return nil
	}
	name := filepath.Join(r.into, at.folder, fmt.Sprintf("%08d%s", p.Delivery, at.ending))
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return &said{"không ghi được vào thư mục làm việc mới", "the new workspace cannot be written to", err}
	}
	err := writeFresh(name, func(w io.Writer) error {
		_, err := io.Copy(w, text)
		return err
	})
	if err != nil {
		return err
	}
	r.written++
	at.written++
	return os.Chtimes(name, time.Time{}, p.ModifiedAt)
}
