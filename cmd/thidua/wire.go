package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"filippo.io/age"

	"thidua/configs"
	"thidua/ingest/format"
	"thidua/ingest/format/claimxml"
	"thidua/ingest/format/csv"
	"thidua/ingest/format/json"
	"thidua/ingest/format/xlsx"
	"thidua/ingest/format/xml"
	"thidua/ingest/job"
	"thidua/ingest/source"
	"thidua/ingest/source/files"
	"thidua/ingest/source/rest"
	"thidua/sinks/archive"
	"thidua/sinks/snapshot"
	"thidua/sinks/warehouse"
	"thidua/transform/dataset"
	"thidua/transform/identity"
	"thidua/transform/normalise"
	"thidua/transform/record"
)

// This file introduces the rooms to each other: it alone knows all of them.

// newSource makes the source that a job declares.
func (a *app) newSource(node configs.Node) (source.Source, error) {
	switch node.Kind() {
	case "files":
		return made(node, func(c files.Config) (*files.Source, error) { return files.New(a.dir, c, a.now) })
	case "rest":
		return made(node, func(c rest.Config) (*rest.Source, error) { return rest.New(c, a.outside()) })
	default:
		return nil, node.Unknown([]string{"files", "rest"})
	}
}

// outside is what a source over the network needs of the machine.
func (a *app) outside() rest.Environment {
	return rest.Environment{
		Getenv: os.LookupEnv, ReadFile: func(name string) ([]byte, error) { return os.ReadFile(a.path(name)) },
		Now: a.now, SpoolDir: a.spillDir(), UserAgent: "thidua/" + version,
	}
}

// reader is a format together with what it knows of its fields.
type reader interface {
	format.Format
	record.Reader
}

// newFormat makes the format that a job declares.
func (a *app) newFormat(node configs.Node) (reader, error) {
	switch node.Kind() {
	case "claimxml":
		return made(node, func(struct{}) (*claimxml.Format, error) { return claimxml.New(), nil })
	case "csv":
		return made(node, csv.New)
	case "json":
		return made(node, json.New)
	case "xlsx":
		return made(node, func(c xlsx.Config) (*xlsx.Format, error) { return xlsx.New(c, a.spillDir()) })
	case "xml":
		return made(node, xml.New)
	default:
		return nil, node.Unknown([]string{"claimxml", "csv", "json", "xlsx", "xml"})
	}
}

// made decodes the block of a kind and makes what it declares. What is wrong is
// told with its place in the file.
func made[C, T any](node configs.Node, make func(C) (T, error)) (thing T, err error) {
	var c C
	if err := node.Decode(&c); err != nil {
		return thing, err
	}
	if thing, err = make(c); err != nil {
		err = node.Locate(err)
	}
	return thing, err
}

// newJob compiles a declared job.
func (a *app) newJob(declared configs.Job, pseudonyms *identity.Pseudonyms) (*job.Job, error) {
	src, err := a.newSource(declared.Source)
	if err != nil {
		return nil, err
	}
	return a.newJobFrom(declared, src, pseudonyms)
}

func (a *app) newJobFrom(declared configs.Job, src source.Source, pseudonyms *identity.Pseudonyms) (*job.Job, error) {
	f, err := a.newFormat(declared.Format)
	if err != nil {
		return nil, err
	}
	if err := declared.Locate(record.CheckFields(declared.Into, declared.Heads(), f)); err != nil {
		return nil, err
	}
	locale, _ := normalise.ParseLocale(declared.Locale)
	plan, err := record.Compile(record.Config{
		Into: declared.Into, Head: declared.Dossier.Head, Keys: declared.Dossier.Keys, NewestBy: declared.Dossier.NewestBy, Also: declared.Heads()[1:], Complete: declared.CompleteFor(),
		Datasets: a.set.Datasets, Tables: a.set.Tables(), Locale: locale, Pseudonyms: pseudonyms.Clone(),
	})
	if err != nil {
		return nil, err
	}
	return &job.Job{Name: declared.Job, Source: src, Format: f, Plan: plan, Revision: 1, MostRemoved: declared.Extract.MostRemoved()}, nil
}

// datasets lists all declared datasets by name.
func (a *app) datasets() []*dataset.Dataset {
	var list []*dataset.Dataset
	for _, d := range a.set.Datasets {
		list = append(list, d)
	}
	slices.SortFunc(list, func(x, y *dataset.Dataset) int {
		switch {
		case x.Name < y.Name:
			return -1
		case x.Name > y.Name:
			return 1
		}
		return 0
	})
	return list
}

// openWarehouse opens the warehouse under the workspace's lock, which the caller
// holds.
func (a *app) openWarehouse(ctx context.Context, keys []identity.Secret) (*warehouse.Warehouse, error) {
	if err := os.MkdirAll(a.stateDir(), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the warehouse: %w", err)
	}
	pseudonyms, err := identity.NewPseudonyms(identity.Chain(keys))
	if err != nil {
		return nil, err
	}
	fingerprints := make([]string, len(keys))
	for i := range keys {
		fingerprints[i] = pseudonyms.Fingerprint(i + 1)
	}
	return warehouse.Open(ctx, warehouse.Config{
		Dir: a.stateDir(), Datasets: a.datasets(), Keys: fingerprints, Now: a.now,
		MemoryBytes: engineMemory(int64(a.set.Workspace.MemoryLimit)), References: a.references(), Heads: a.heads(),
		Fault: a.fault,
	})
}

// heads names the columns that identify the dossiers of each head dataset.
func (a *app) heads() map[string][]string {
	heads := make(map[string][]string)
	for _, j := range a.set.Jobs {
		for _, h := range j.Heads() {
			heads[h.Dataset] = h.Keys
		}
	}
	return heads
}

// references hands the reference tables over to the warehouse.
func (a *app) references() []warehouse.Reference {
	var list []warehouse.Reference
	for _, r := range a.set.References {
		list = append(list, warehouse.Reference{Dataset: r.Dataset, Rows: r.Rows})
	}
	return list
}

// openArchive opens the store of sealed payloads, nil where it is switched off.
func (a *app) openArchive() (*archive.Store, error) {
	w := a.set.Workspace
	if !w.Archive.Enabled {
		return nil, nil
	}
	file := a.path(w.Keys.Recipient)
	text, err := os.ReadFile(file)
	if w.Keys.Recipient == "" || err != nil {
		return nil, &said{
			"không đọc được khóa công khai của kho lưu; ghi đường dẫn vào keys.recipient trong thidua.yaml, hoặc đặt archive.enabled: false",
			"the public key of the archive cannot be read; write its path as keys.recipient in thidua.yaml, or set archive.enabled: false", err,
		}
	}
	recipient, err := archive.ParseRecipient(string(text))
	if err != nil {
		return nil, err
	}
	return archive.Open(a.path(w.Archive.Path), []age.Recipient{recipient})
}

// vault adapts the store of sealed payloads to what a job asks of it.
type vault struct{ store *archive.Store }

func (v vault) Create(name string) (job.Bundle, error) {
	b, err := v.store.Create(name)
	if err != nil {
		return nil, err
	}
	return bundle{b}, nil
}

type bundle struct{ *archive.Bundle }

func (b bundle) End() error {
	_, _, err := b.Bundle.End()
	return err
}

func (b bundle) Seal() error {
	_, err := b.Bundle.Seal()
	return err
}

// snapshots says where and how long snapshots are kept.
func (a *app) snapshots() (snapshot.Config, error) {
	return a.snapshotsIn(a.publishedDir(), "publish.records_mode", a.set.Workspace.Publish.RecordsMode)
}

// figureSnapshots says where figures are published without rows. The root is empty
// where they are not.
func (a *app) figureSnapshots() (snapshot.Config, error) {
	f := a.set.Workspace.Publish.Figures
	if f.Path == "" {
		return snapshot.Config{}, nil
	}
	return a.snapshotsIn(a.path(f.Path), "publish.figures.mode", f.Mode)
}

func (a *app) snapshotsIn(root, key, octal string) (snapshot.Config, error) {
	mode, err := strconv.ParseUint(octal, 8, 9)
	if err != nil {
		return snapshot.Config{}, fmt.Errorf("read %s: %w", key, err)
	}
	p := a.set.Workspace.Publish
	return snapshot.Config{
		Root: root, Keep: p.KeepRounds, KeepFor: time.Duration(p.KeepHours) * time.Hour,
		Mode: os.FileMode(mode), Now: a.now,
	}, nil
}

// readKeys reads the keys of the pseudonyms.
func (a *app) readKeys() ([]identity.Secret, error) {
	name := a.set.Workspace.Keys.File
	if name == "" {
		return nil, &said{
			"thidua.yaml không chỉ ra tệp khóa; ghi đường dẫn vào keys.file (thidua init tạo tệp này)",
			"thidua.yaml names no key file; write its path as keys.file (thidua init makes one)", nil,
		}
	}
	text, err := os.ReadFile(filepath.Clean(a.path(name)))
	if err != nil {
		return nil, &said{
			"không đọc được tệp khóa của mã thay thế; đưa tệp về đúng chỗ ghi ở keys.file. Không có khóa này thì không thể tạo mã khớp với dữ liệu đã có",
			"the key file of the pseudonyms cannot be read; bring it back to where keys.file says. Without it no pseudonyms can be made that fit the rows that stand", err,
		}
	}
	keys, err := identity.ParseKeys(text)
	if err == nil && len(keys) == 0 {
		err = errors.New("the key file holds no key")
	}
	return keys, err
}
