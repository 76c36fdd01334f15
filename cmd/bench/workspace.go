package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
)

// workspace is a workspace of thidua with its keys beside it.
type workspace struct {
	options
	dir string
	// job is the one that loads what waits.
	job string
}

// fresh makes a workspace in which the corpus waits to be loaded. It judges no campaign:
// what computing takes is measured by itself.
func fresh(ctx context.Context, o options, c corpus, archive bool) (workspace, error) {
	w := workspace{options: o, dir: filepath.Join(o.dir, "workspace"), job: c.job}
	if _, err := run(ctx, o.program("thidua"), "init", w.dir, "--keys", w.keys()); err != nil {
		return w, err
	}
	if err := w.configure(archive, false); err != nil {
		return w, fmt.Errorf("configure the workspace: %w", err)
	}
	if err := c.link(filepath.Join(w.dir, "inbox", c.inbox)); err != nil {
		return w, fmt.Errorf("put the files into the inbox: %w", err)
	}
	return w, nil
}

func (w workspace) keys() string { return w.dir + ".keys" }

// remove deletes the workspace and its keys.
func (w workspace) remove() error {
	return errors.Join(os.RemoveAll(w.dir), os.RemoveAll(w.keys()))
}

// builtInCampaigns are those that a new workspace judges.
var builtInCampaigns = []string{"thai-nguyen-2022h1", "yen-bai-2024"}

// configure says in the workspace's configuration whether payloads are archived and
// whether campaigns are judged.
func (w workspace) configure(archive, campaigns bool) error {
	file := filepath.Join(w.dir, "thidua.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	settings := make(map[string]any)
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return err
	}
	kept, ok := settings["archive"].(map[string]any)
	if !ok {
		kept = make(map[string]any)
	}
	kept["enabled"] = archive
	settings["archive"] = kept
	delete(settings, "campaigns")
	if !campaigns {
		settings["campaigns"] = map[string]any{"disable": builtInCampaigns}
	}
	text, err = yaml.Marshal(settings)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o640)
}

// load runs the job once and returns its account and its cost.
func (w workspace) load(ctx context.Context) (account, outcome, error) {
	w.settle()
	got, err := run(ctx, w.program("thidua"), "-C", w.dir, "run", w.job, "--json")
	if err != nil {
		return account{}, outcome{}, err
	}
	a, err := readAccount(got.stdout)
	if err == nil && a.publishSeconds < 0 {
		a.publishSeconds, err = w.publishSeconds()
	}
	return a, got, err
}

// publishSeconds returns how long publishing took, as the newest snapshot's manifest
// says, negative where nothing was published.
func (w workspace) publishSeconds() (float64, error) {
	text, err := os.ReadFile(filepath.Join(w.dir, "published", "current.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	var m struct {
		Seconds float64 `json:"publish_seconds"`
	}
	return m.Seconds, json.Unmarshal(text, &m)
}

// records returns the path of the database of rows, not that of a published copy.
func (w workspace) records() (string, error) {
	var found string
	err := filepath.WalkDir(w.dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "published":
			return fs.SkipDir
		case d.Type().IsRegular() && d.Name() == "records.duckdb":
			found = p
		}
		return nil
	})
	if err == nil && found == "" {
		err = errors.New("the workspace holds no records.duckdb")
	}
	return found, err
}

// account is what a run says of itself.
type account struct {
	// visits is the number of visits loaded, rows that of all rows.
	visits, rows int64
	// read is the number of rows that were read, skipped that of those among them
	// which the job has no use for.
	read, skipped int64
	// publishSeconds is what publishing took, negative where the run does not say.
	publishSeconds float64
}

// dossiers is what the account calls the line of the dossiers that the rows form.
const dossiers = "dossier"

// readAccount reads the lines of JSON that run prints, one a run and dataset.
func readAccount(output []byte) (account, error) {
	a := account{publishSeconds: -1}
	for line := range bytes.Lines(output) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var l struct {
			Dataset        string   `json:"dataset"`
			Read           int64    `json:"read"`
			Loaded         int64    `json:"loaded"`
			Skipped        int64    `json:"skipped"`
			PublishSeconds *float64 `json:"publish_seconds"`
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return account{}, fmt.Errorf("read the account of the run: %w", err)
		}
		if l.Dataset != "" && l.Dataset != dossiers {
			a.rows += l.Loaded
			a.read += l.Read
			a.skipped += l.Skipped
		}
		if l.Dataset == "visit" {
			a.visits += l.Loaded
		}
		if l.PublishSeconds != nil {
			a.publishSeconds = *l.PublishSeconds
		}
	}
	return a, nil
}
