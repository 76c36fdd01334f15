package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thidua/cmd/hissim/province"
	"thidua/sinks/snapshot"
)

// stageRounds deals the files of a corpus to rounds, each a folder that can become
// the inbox of a job by one rename; a plus in its name stands for a slash. Records of
// residents become one file a round, which takes several commits.
func stageRounds(t *testing.T, corpus, stage string, rounds int) {
	t.Helper()
	for _, f := range guardedFeeds() {
		residents := make([][]byte, rounds)
		all := filesOf(t, corpus, f)
		for i, file := range all {
			round := i * rounds / len(all)
			if f.job == "health_records" {
				residents[round] = append(residents[round], file.text...)
				continue
			}
			folder := filepath.Join(stage, fmt.Sprint(round), strings.ReplaceAll(f.folder, "/", "+"))
			name := filepath.Join(folder, strings.ReplaceAll(file.path, string(filepath.Separator), "_"))
			worldMust(t, os.MkdirAll(folder, 0o750), os.WriteFile(name, file.text, 0o600), os.Chtimes(name, file.at, file.at))
		}
		for round, text := range residents {
			if len(text) == 0 {
				continue
			}
			at := time.Now().Add(-time.Hour)
			folder := filepath.Join(stage, fmt.Sprint(round), f.folder)
			name := filepath.Join(folder, "all.ndjson")
			worldMust(t, os.MkdirAll(folder, 0o750), os.WriteFile(name, text, 0o600), os.Chtimes(name, at, at))
		}
	}
}

// loadRounds moves each round into the inbox and loads it in small commits.
func (w *workspace) loadRounds(t *testing.T, stage string, rounds int) error {
	for round := range rounds {
		folders, err := os.ReadDir(filepath.Join(stage, fmt.Sprint(round)))
		if err != nil {
			return err
		}
		for _, folder := range folders {
			into := filepath.Join(w.dir, "inbox", filepath.FromSlash(strings.ReplaceAll(folder.Name(), "+", "/")), fmt.Sprint("round", round))
			if err := errors.Join(os.MkdirAll(filepath.Dir(into), 0o750), os.Rename(filepath.Join(stage, fmt.Sprint(round), folder.Name()), into)); err != nil {
				return err
			}
		}
		var out bytes.Buffer
		cmd := w.command(t.Context(), "small-chunks", "run")
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("round %d: %w\n%s", round, err, out.String())
		}
	}
	return nil
}

// reading is what one look at the newest snapshot found: its last commit and the
// rows of each payload by dataset.
type reading struct {
	commit   int
	payloads map[string]string
}

// look opens the newest snapshot as any reader would and asks it.
func (w *workspace) look(t *testing.T) reading {
	t.Helper()
	path, err := snapshot.RecordsPath(filepath.Join(w.dir, "published"))
	worldMust(t, err)
	r := openTables(t, path)
	defer r.close()
	found := reading{commit: r.count(`SELECT coalesce(max(n), 0) FROM applied`), payloads: map[string]string{}}
	for _, dataset := range r.datasets() {
		for _, row := range r.rows(fmt.Sprintf(`SELECT delivery, count(*) FROM %q GROUP BY ALL`, dataset)) {
			delivery, rows, _ := strings.Cut(row, "|")
			found.payloads[dataset+" "+delivery] = rows
		}
	}
	if wrong := r.wholeFeeds(); len(wrong) > 0 {
		t.Errorf("a snapshot of commit %d that is not whole: %q", found.commit, wrong)
	}
	return found
}

// TestFeedReader reads without a pause while feeds load in small commits: no answer
// is an error or older than the one before, and of each payload a reader sees all
// rows or none.
func TestFeedReader(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	corpus, stage := filepath.Join(root, "corpus"), filepath.Join(root, "stage")
	inventFeeds(t, corpus, 0.001, province.Shares{}, nil)
	if !soak() {
		thin(t, corpus, 40)
	}
	rounds := size(3, 2, 12)
	stageRounds(t, corpus, stage, rounds)
	w := newWorkspace(t)
	w.must(t, exitWell, "run")
	ended := make(chan error, 1)
	go func() { ended <- w.loadRounds(t, stage, rounds) }()
	var readings []reading
	for running := true; running; {
		select {
		case err := <-ended:
			worldMust(t, err)
			running = false
		default:
		}
		readings = append(readings, w.look(t))
	}
	last := readings[len(readings)-1]
	if len(last.payloads) < 50 {
		t.Fatalf("only %d payloads are read at the end", len(last.payloads))
	}
	var commits []int
	for i, r := range readings {
		if !slices.Contains(commits, r.commit) {
			commits = append(commits, r.commit)
		}
		if i > 0 && r.commit < readings[i-1].commit {
			t.Errorf("commit %d was read after commit %d", r.commit, readings[i-1].commit)
		}
		for payload, rows := range r.payloads {
			if rows != last.payloads[payload] {
				t.Errorf("commit %d holds %s rows of payload %s, which has %s", r.commit, rows, payload, last.payloads[payload])
			}
		}
	}
	t.Logf("%d readings over %d snapshots, %d payloads", len(readings), len(commits), len(last.payloads))
	if len(commits) < rounds/2+1 {
		t.Errorf("only %d snapshots were read", len(commits))
	}
}
