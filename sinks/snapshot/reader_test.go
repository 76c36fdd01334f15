package snapshot_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thidua/sinks/snapshot"
)

// stopFile, once it is there, tells the reader to stop.
const stopFile = "stop"

// TestReadersNeverMeetHalfASnapshot publishes while another process resolves the
// pointer and reads what it finds, over and over.
func TestReadersNeverMeetHalfASnapshot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.config.Keep, h.config.KeepFor = 50, time.Hour
	h.publish(t, strings.Repeat("0", 100_000), 0)
	reader := exec.Command(os.Args[0])
	reader.Env = append(os.Environ(), readerVariable+"="+h.config.Root)
	var out strings.Builder
	reader.Stdout, reader.Stderr = &out, os.Stderr
	must(t, reader.Start())
	rounds := 60
	if os.Getenv("THIDUA_SOAK") == "1" {
		rounds = 1000
	}
	for n := range rounds {
		h.at = h.at.Add(time.Minute)
		if n%3 == 0 {
			_, err := snapshot.Repeat(h.config, snapshot.Manifest{Commit: int64(n)})
			must(t, err)
			continue
		}
		h.publish(t, strings.Repeat(fmt.Sprint(n%10), 100_000+n), int64(n))
	}
	must(t, os.WriteFile(filepath.Join(filepath.Dir(h.config.Root), stopFile), nil, 0o600))
	must(t, reader.Wait())
	var snapshots, reads int
	if _, err := fmt.Sscan(out.String(), &snapshots, &reads); err != nil || snapshots < 2 {
		t.Errorf("the reader met %d snapshots in %d reads, %v", snapshots, reads, err)
	}
}

// readAgainAndAgain is the reader: every snapshot it meets is whole.
func readAgainAndAgain(root string) error {
	met, reads := make(map[string]bool), 0
	for {
		if _, err := os.Stat(filepath.Join(filepath.Dir(root), stopFile)); !errors.Is(err, fs.ErrNotExist) {
			fmt.Println(len(met), reads)
			return err
		}
		name, err := readOnce(root)
		if err != nil {
			return err
		}
		met[name], reads = true, reads+1
	}
}

func readOnce(root string) (string, error) {
	path, err := snapshot.RecordsPath(root)
	if err != nil {
		return "", err
	}
	records, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(path), snapshot.ManifestFile))
	if err != nil {
		return "", err
	}
	var m snapshot.Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return "", err
	}
	sum := sha256.Sum256(records)
	switch name := filepath.Base(filepath.Dir(path)); {
	case m.Snapshot != name:
		return "", fmt.Errorf("snapshot %s says it is %s", name, m.Snapshot)
	case hex.EncodeToString(sum[:]) != m.Files[0].SHA256:
		return "", fmt.Errorf("the records of snapshot %s are not those of its manifest", name)
	}
	if text, err = os.ReadFile(filepath.Join(root, snapshot.CurrentFile)); err != nil {
		return "", err
	}
	return m.Snapshot, json.Unmarshal(text, &m)
}
