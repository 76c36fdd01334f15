package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"thidua/cmd/hissim/province"
	"thidua/sinks/snapshot"
)

// endlessReader is a reader in a process of its own: it opens the newest snapshot
// below the folder it is given, asks it, and says how long that took, again and
// again until its input ends. A line is milliseconds, last commit, visits and the
// answers of wholeSnapshot, or an error.
func endlessReader() {
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	for {
		select {
		case <-ended:
			os.Exit(0)
		default:
		}
		started := time.Now()
		answers, err := readOnce(context.Background(), os.Args[1])
		if err != nil {
			fmt.Println("error", err)
			continue
		}
		fmt.Println(time.Since(started).Milliseconds(), strings.Join(answers, " "))
	}
}

// readOnce opens the newest snapshot as any reader would, and asks all questions.
func readOnce(ctx context.Context, root string) (answers []string, err error) {
	path, err := snapshot.RecordsPath(root)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("duckdb", path+"?access_mode=read_only")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	questions := append([]string{"SELECT max(n) FROM applied", "SELECT count(*) FROM visit"}, wholeSnapshot...)
	for _, question := range questions {
		var answer int64
		if err := db.QueryRowContext(ctx, question).Scan(&answer); err != nil {
			return nil, err
		}
		answers = append(answers, strconv.FormatInt(answer, 10))
	}
	return answers, nil
}

// rounds writes a province day by day and loads each of them.
func (w *workspace) rounds(t *testing.T, days, visits int) {
	t.Helper()
	from := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	s := province.Settings{
		Province: "19", Seed: 11, From: from, Days: days, Visits: visits, Lines: 3, Layout: province.LayoutAuto,
		Shares: province.Shares{Resend: 0.2, Late: 0.1},
		Shape:  province.Shape{FilesPer: "facility-day", Compress: "gz"},
	}
	for day := range days {
		s.Until = from.AddDate(0, 0, day)
		invent(t, w.claims(""), s)
		w.must(t, exitWell, "run", "claims")
		s.Since = s.Until
	}
}

// TestReader reads without a pause while rounds load and publish: every answer is
// whole, none is older than the one before, and nobody waits.
func TestReader(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	days, visits := size(4, 3, 30), size(800, 200, 60000)
	w.must(t, exitWell, "run")
	cmd := w.command(t.Context(), "endless-reader")
	cmd.Args = []string{"endless-reader", filepath.Join(w.dir, "published")}
	cmd.Stderr = os.Stderr
	stop, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	heard := make(chan []string, 1)
	go func() {
		var lines []string
		for scan := bufio.NewScanner(said); scan.Scan(); {
			lines = append(lines, scan.Text())
		}
		heard <- lines
	}()
	w.rounds(t, days, visits)
	last := w.ask(t, "SELECT max(n), (SELECT count(*) FROM visit) FROM applied")[0]
	time.Sleep(time.Second)
	if err := stop.Close(); err != nil {
		t.Fatal(err)
	}
	lines := <-heard
	if err := cmd.Wait(); err != nil {
		t.Errorf("the reader: %v", err)
	}
	checkReadings(t, lines, days, strings.ReplaceAll(last, "|", " "))
}

func checkReadings(t *testing.T, lines []string, rounds int, last string) {
	t.Helper()
	longest := size(1000, 5000, 1000) // milliseconds
	var waits []int
	commits, before := map[int]bool{}, -1
	for _, line := range lines {
		fields := strings.Fields(line)
		if fields[0] == "error" {
			t.Errorf("a reader met an %s", line)
			continue
		}
		numbers := make([]int, len(fields))
		for i, f := range fields {
			n, err := strconv.Atoi(f)
			if err != nil {
				t.Fatalf("the reader said %q", line)
			}
			numbers[i] = n
		}
		if numbers[1] < before {
			t.Errorf("commit %d was read after commit %d", numbers[1], before)
		}
		for i, answer := range numbers[3:] {
			if answer != 0 {
				t.Errorf("a snapshot that is not whole: %s gave %d", wholeSnapshot[i], answer)
			}
		}
		before = numbers[1]
		commits[before] = true
		waits = append(waits, numbers[0])
	}
	if len(commits) < rounds/2 || !strings.Contains(lines[len(lines)-1], " "+last+" ") {
		t.Fatalf("%d answers over %d commits, the last is %q: the reader did not see the rounds", len(lines), len(commits), lines[len(lines)-1])
	}
	slices.Sort(waits)
	t.Logf("%d answers over %d commits: median %d ms, longest %d ms", len(waits), len(commits), waits[len(waits)/2], waits[len(waits)-1])
	if waits[len(waits)-1] > longest {
		t.Errorf("an answer took %d ms", waits[len(waits)-1])
	}
}

// TestLiveFile asks for the file that is being written, and is sent to the one for
// readers.
func TestLiveFile(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, w.claims("1.xml"), sample(t, "three_visits.xml"))
	w.must(t, exitWell, "run", "claims")
	live := filepath.Join(w.dir, "state", "records.duckdb")
	const sentence = "error: read published/current/records.duckdb; the live file is not for readers\n"
	for _, question := range []string{
		"ATTACH '" + live + "' AS live (READ_ONLY)",
		"FROM '" + live + "'",
		"COPY visit TO '" + filepath.Join(w.dir, "visit.csv") + "'",
		"SELECT * FROM read_csv('" + filepath.Join(w.dir, "thidua.yaml") + "')",
	} {
		o := w.must(t, exitAttention, "query", question)
		if o.stdout != "" || o.stderr != sentence {
			t.Errorf("%s: said %q and %q, want %q", question, o.stdout, o.stderr, sentence)
		}
	}
	if o := w.must(t, exitWell, "query", "--csv", "SELECT count(*) AS visits FROM visit"); o.stdout != "\ufeffvisits\n3\n" {
		t.Errorf("the snapshot said %q", o.stdout)
	}
}
