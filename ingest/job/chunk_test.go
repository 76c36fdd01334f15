package job_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

func TestChunksAreBoundedAndHoldWholeDossiers(t *testing.T) {
	var s script
	const dossiers = 400
	for i := range dossiers {
		s.dossier(fmt.Sprintf("D%03d", i), 3)
	}
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.runtime.ChunkBytes = 8 << 10
	w.mustRun()
	if w.loader.chunks < 5 {
		t.Errorf("%d chunks, want several", w.loader.chunks)
	}
	for i, n := range w.loader.sizes {
		// Two rows of the head and three lines make a dossier.
		if n < 0 || n%5 != 0 || n > 400 {
			t.Errorf("chunk %d has %d rows", i+1, n)
		}
	}
	last := w.loader.progress[len(w.loader.progress)-1]
	if last.State != delivery.StateLoaded || last.Position != dossiers || last.Dossiers != dossiers {
		t.Errorf("the last progress is %+v", last)
	}
	position := int32(0)
	for _, p := range w.loader.progress[:len(w.loader.progress)-1] {
		if p.State != delivery.StateOpen || p.Position <= position || p.Delivery.ID != last.Delivery.ID {
			t.Errorf("after position %d: %+v", position, p)
		}
		position = p.Position
	}
}

// The rows of a chunk stand in the order of its dossiers, and chunks arrive in the
// order in which they were made.
func TestRowsKeepTheirOrder(t *testing.T) {
	var payloads []*payload
	for i := range 20 {
		var s script
		for n := range 10 {
			s.dossier(fmt.Sprintf("D%d-%d", i, n), 2)
		}
		payloads = append(payloads, &payload{name: fmt.Sprint(i), text: s.String()})
	}
	w := newWorld(t, payloads...)
	w.runtime.ChunkBytes = 4 << 10
	w.mustRun()
	for member := range 3 {
		var places []int64
		for _, r := range w.loader.rows {
			if r.member == member {
				places = append(places, r.delivery*1_000_000+r.placeDossier*1000+r.placeLine)
			}
		}
		if !slices.IsSorted(places) || len(places) < 200 {
			t.Errorf("member %d: %d rows out of order", member, len(places))
		}
	}
}

// A dossier that is too large for a chunk is passed on in pieces. Nothing is said
// of it, nor of what stood before it in its chunk, until it is closed.
func TestHugeDossierIsOpenUntilItEnds(t *testing.T) {
	var huge, small script
	small.dossier("S", 2)
	huge.dossier("before", 1).line("begin").line("H", "place=15001|id=huge")
	const many = 30_000
	for i := range many {
		huge.line("L", fmt.Sprintf("id=huge|number=%d|name=%s", i, strings.Repeat("x", 40)))
		if i%1000 == 0 {
			huge.line("L", "id=other|name=stray")
		}
	}
	huge.line("end").dossier("after", 1)
	w := newWorld(t, &payload{name: "small", text: small.String()}, &payload{name: "huge", text: huge.String()})
	w.runtime.ChunkBytes = 100 << 10
	w.mustRun()
	events := w.journal.all()
	done, commit, stage := slices.Index(events, "done small true"), slices.Index(events, "commit"), slices.Index(events, "stage")
	if stage < 0 || commit < stage || done < commit {
		t.Errorf("staged at %d, committed at %d, done at %d", stage, commit, done)
	}
	if n := w.loader.counts[linesOf]; n.Read != many+34 || n.Loaded != many+4 || n.Quarantined != 30 {
		t.Errorf("lines: %+v", n)
	}
	if len(w.loader.rejections) != 30 || w.loader.heads.Loaded != 4 {
		t.Errorf("%d rejections, dossiers %+v", len(w.loader.rejections), w.loader.heads)
	}
}

// Dossiers that cannot be loaded leave no rows; what is said of them is bounded
// all the same.
func TestRejectionsFillChunksToo(t *testing.T) {
	var s script
	for range 5 {
		s.dossier("good", 0)
	}
	for range 2000 {
		s.line("begin").line("end")
	}
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.runtime.ChunkBytes = 64 << 10
	w.mustRun()
	if w.loader.chunks < 5 || len(w.loader.rejections) != 2000 {
		t.Errorf("%d chunks for %d rejections", w.loader.chunks, len(w.loader.rejections))
	}
}

func TestDoneIsCalledAfterTheCommitOnly(t *testing.T) {
	errFull := errors.New("the disk is full")
	var s script
	s.dossier("A", 1)
	w := newWorld(t, &payload{name: "good", text: s.String()}, &payload{name: "bad", text: "refuse\n"})
	w.mustRun()
	want := []string{"commit", "done good true", "done bad false"}
	if diff := cmp.Diff(want, w.journal.all()); diff != "" {
		t.Error(diff)
	}

	w = newWorld(t, &payload{name: "good", text: s.String()})
	w.loader.fault = func(int, *delivery.Chunk) error { return errFull }
	if _, err := w.run(context.Background()); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
	if events := w.journal.all(); len(events) > 0 {
		t.Errorf("without a commit: %v", events)
	}

	errMove := errors.New("the file cannot be moved")
	w = newWorld(t, &payload{name: "good", text: s.String(), done: errMove})
	if result := w.mustRun(); result.Unmoved != 1 || len(w.loader.progress) != 1 {
		t.Errorf("what cannot be put away is loaded and told: %d unmoved, %d deliveries", result.Unmoved, len(w.loader.progress))
	}

	w = newWorld(t, &payload{name: "good", text: s.String()})
	w.runtime.Rehearsal = true
	w.mustRun()
	if diff := cmp.Diff([]string{"commit"}, w.journal.all()); diff != "" {
		t.Error("a rehearsal touches the source: " + diff)
	}
}

// Bytes that come twice in one run are taken once, also where an earlier run was
// interrupted in them.
func TestCopyInTheSameRunIsTakenOnce(t *testing.T) {
	var s script
	text := s.dossier("A", 2).dossier("B", 1).String()
	w := newWorld(t, &payload{name: "one", text: text}, &payload{name: "two", text: text})
	w.loader.open = map[[32]byte]delivery.Progress{
		sha256.Sum256([]byte(text)): {Delivery: delivery.Delivery{ID: 7}, Position: 1},
	}
	result := w.mustRun()
	if len(w.loader.dossiers) != 1 || len(w.loader.progress) != 1 || result.KnownBytes != 1 {
		t.Errorf("%d dossiers, %d deliveries, %d known", len(w.loader.dossiers), len(w.loader.progress), result.KnownBytes)
	}
	done := []string{"done one true", "done two true"}
	if diff := cmp.Diff(done, w.journal.all()[1:]); diff != "" {
		t.Error(diff)
	}
}

func TestContainersAndUnreadableOnesAreRecorded(t *testing.T) {
	w := newWorld(t)
	rule := func(name string) source.Unreadable {
		return source.Unreadable{Item: source.Item{Name: name, SizeBytes: 7}, Rule: "archive_bomb", Reason: delivery.Text{En: "bomb"}}
	}
	w.source.report = source.Report{
		Containers: []source.Item{{Name: "a.zip", SizeBytes: 5}},
		Unreadable: []source.Unreadable{rule("b.zip"), rule("known.zip"), rule("")},
	}
	w.loader.known = map[string]bool{"known.zip": true}
	vault := &vault{journal: w.journal}
	w.runtime.Archive, w.runtime.ArchivePrefix = vault, "run"
	result := w.mustRun()
	type seen struct {
		Name   string
		State  delivery.State
		Bundle string
	}
	var got []seen
	for _, p := range w.loader.progress {
		got = append(got, seen{p.Delivery.Name, p.State, p.Bundle})
	}
	want := []seen{{"b.zip", delivery.StateRefused, ""}, {"a.zip", delivery.StateContainer, ""}}
	if diff := cmp.Diff(want, got); diff != "" || result.Refused != 1 {
		t.Errorf("%d refused\n%s", result.Refused, diff)
	}
	if diff := cmp.Diff([]string{"delivery archive_bomb"}, w.rules()); diff != "" {
		t.Error(diff)
	}
}

// Whatever is under way when a run is cancelled, all of its goroutines end, and
// nothing is committed afterwards.
func TestCancelledRunLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for stop := range 12 {
		var s script
		for i := range 200 {
			s.dossier(fmt.Sprintf("D%d", i), 5)
		}
		s.line("begin").line("L", "name=waits").dossier("last", 1)
		w := newWorld(t, &payload{name: "a", text: s.String()}, &payload{name: "b", text: s.String()})
		w.runtime.ChunkBytes = 4 << 10
		w.runtime.Archive, w.runtime.ArchivePrefix = &vault{journal: w.journal}, "run"
		ctx, cancel := context.WithCancel(context.Background())
		count := 0
		w.format = lines{decoding: func(string) {
			if count++; count == 1+stop*97 {
				cancel()
			}
		}}
		if _, err := w.run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at line %d: %v", count, err)
		}
		cancel()
		if done := w.journal.all(); slices.Contains(done, "done b true") {
			t.Errorf("stopped at line %d: the second payload is done", count)
		}
	}
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// A chunk belongs to the loader from the moment it is passed on, also where the
// run is cancelled just then and the producer takes its payload back.
func TestChunkIsLeftAloneWhileItIsLoaded(t *testing.T) {
	var s script
	for i := range 600 {
		s.dossier(fmt.Sprintf("D%d", i), 3)
	}
	for n := 1; n < 5; n++ {
		w := newWorld(t, &payload{name: "a", text: s.String()})
		w.runtime.ChunkBytes = 4 << 10
		ctx, cancel := context.WithCancel(context.Background())
		w.loader.fault = func(i int, c *delivery.Chunk) error {
			if i != n {
				return nil
			}
			before := fmt.Sprint(c.Dossiers, c.Rows, c.Heads, c.Records)
			cancel()
			time.Sleep(10 * time.Millisecond)
			if after := fmt.Sprint(c.Dossiers, c.Rows, c.Heads, c.Records); after != before {
				t.Errorf("chunk %d was changed while it was loaded", i)
			}
			return nil
		}
		if _, err := w.run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("chunk %d: %v", n, err)
		}
		cancel()
	}
}

// The loader fails while the producer fills the next chunk.
func TestFailingLoaderEndsTheRun(t *testing.T) {
	var s script
	for i := range 600 {
		s.dossier(fmt.Sprintf("D%d", i), 3)
	}
	errLost := errors.New("the database is lost")
	for n := 1; n < 5; n++ {
		w := newWorld(t, &payload{name: "a", text: s.String()})
		w.runtime.ChunkBytes = 4 << 10
		w.loader.fault = func(i int, _ *delivery.Chunk) error {
			if i == n {
				return errLost
			}
			return nil
		}
		if _, err := w.run(context.Background()); !errors.Is(err, errLost) || w.loader.chunks != n {
			t.Errorf("chunk %d fails: %v after %d chunks", n, err, w.loader.chunks)
		}
	}
}
