package job_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// large is beyond the size that is read once and kept in memory.
const large = 8<<20 + 1

func one(id string) string {
	var s script
	return s.dossier(id, 2).String()
}

// What one payload meets concerns none of the others.
func TestPayloadsEndEachInTheirOwnWay(t *testing.T) {
	errDisk := errors.New("the disk is gone")
	unreadable := &source.Unreadable{Rule: "archive_bomb", Reason: delivery.Text{En: "bomb"}}
	fails := func(err error) func(int) (io.Reader, error) {
		return func(int) (io.Reader, error) { return nil, err }
	}
	breaks := func(err error) func(int) (io.Reader, error) {
		return func(int) (io.Reader, error) {
			return io.MultiReader(strings.NewReader("begin\nL name=waits\n"), errReader{err}), nil
		}
	}
	tests := []struct {
		name    string
		payload payload
		// What is expected: counts of the result, and done.
		refused, failed, unsettled, known int
		done                              string
	}{
		{"refused", payload{text: "begin\nrefuse\n"}, 1, 0, 0, 0, "done it false"},
		{"broken frame", payload{text: "broken\n"}, 0, 1, 0, 0, ""},
		{"fails in a dossier", payload{text: "begin\nL name=waits\nfail\n"}, 0, 1, 0, 0, ""},
		{"fails between dossiers", payload{text: one("X") + "fail\n"}, 0, 1, 0, 0, ""},
		{"changed", payload{text: one("X"), verify: source.ErrChanged}, 0, 0, 1, 0, ""},
		{"gone", payload{reading: fails(source.ErrChanged)}, 0, 0, 1, 0, ""},
		{"cannot be opened", payload{reading: fails(errDisk)}, 0, 1, 0, 0, ""},
		{"unreadable", payload{reading: fails(unreadable)}, 1, 0, 0, 0, "done it false"},
		{"breaks off", payload{reading: breaks(errDisk)}, 0, 1, 0, 0, ""},
		{"bomb", payload{reading: breaks(unreadable)}, 1, 0, 0, 0, "done it false"},
		{"known by its bytes", payload{text: one("known")}, 0, 0, 0, 1, "done it true"},
	}
	for _, test := range tests {
		for _, size := range []int64{0, large} {
			for _, archived := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%d/%v", test.name, size, archived), func(t *testing.T) {
					first, it, last := &payload{name: "first", text: one("A")}, test.payload, &payload{name: "last", text: one("B")}
					it.name, it.size = "it", size
					// The payload in question comes first once and between others once.
					for _, payloads := range [][]*payload{{&it, last}, {first, &it, last}} {
						it.opened = 0
						w := newWorld(t, payloads...)
						w.loader.bytes = map[[32]byte]bool{digest(one("known")): true}
						if archived {
							w.runtime.Archive, w.runtime.ArchivePrefix = &vault{journal: w.journal}, "run"
						}
						result := w.mustRun()
						got := []int{result.Refused, result.Failed, result.Report.Unsettled, result.KnownBytes, len(w.failed)}
						if diff := cmp.Diff([]int{test.refused, test.failed, test.unsettled, test.known, test.failed}, got); diff != "" {
							t.Errorf("refused, failed, unsettled, known, warned: %s", diff)
						}
						if n := len(payloads) - 1; len(w.loader.rows) != 4*n || int(w.loader.heads.Loaded) != n {
							t.Errorf("%d rows in %d dossiers of %d good payloads", len(w.loader.rows), w.loader.heads.Loaded, n)
						}
						if done := strings.Join(w.journal.all(), "\n"); strings.Contains(done, "done it") != (test.done != "") || !strings.Contains(done, test.done) {
							t.Errorf("want %q in\n%s", test.done, done)
						}
					}
				})
			}
		}
	}
}

type errReader struct{ error }

func (r errReader) Read([]byte) (int, error) { return 0, r.error }

// A large payload is read twice. Where both readings differ nothing of it stays.
func TestSecondReadingThatDiffersIsTakenBack(t *testing.T) {
	var s script
	text := s.dossier("A", 3).dossier("B", 3).pad(large).String()
	others := map[string]string{
		"another line":    strings.Replace(text, "line of B", "lane of B", 1),
		"another padding": strings.Replace(text, "xxx\n", "xxy\n", 1),
		"a longer end":    text + "pad\n",
		"a shorter end":   text[:len(text)-5],
		"a lost dossier":  text[strings.Index(text, "end\n")+4:],
	}
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			changing := &payload{name: "changing", text: text}
			changing.reading = func(i int) (io.Reader, error) {
				if i == 1 {
					return strings.NewReader(other), nil
				}
				return strings.NewReader(text), nil
			}
			w := newWorld(t, &payload{name: "first", text: one("F")}, changing, &payload{name: "last", text: one("L")})
			result := w.mustRun()
			if result.Report.Unsettled != 1 || len(w.failed) != 0 || len(w.loader.dossiers) != 2 || len(w.loader.progress) != 2 {
				t.Errorf("%d unsettled, %d dossiers, %d deliveries", result.Report.Unsettled, len(w.loader.dossiers), len(w.loader.progress))
			}
		})
	}
}

// Where a part of the payload was passed on before it failed, the run ends: its
// later parts must not be committed as if nothing had happened, however many
// chunks there were between.
func TestPayloadThatFailsAfterAChunkEndsTheRun(t *testing.T) {
	for _, dossiers := range []int{20, 100, 150, 200, 300, 500} {
		var s script
		for i := range dossiers {
			s.dossier(fmt.Sprintf("D%d", i), 3)
		}
		bad := &payload{name: "bad", text: s.line("fail").String()}
		w := newWorld(t, &payload{name: "first", text: one("F")}, bad, &payload{name: "last", text: one("L")})
		w.runtime.ChunkBytes = 4 << 10
		_, err := w.run(context.Background())
		parts := w.loader.chunks
		if !errors.Is(err, errFormat) || parts == 0 {
			t.Fatalf("%d dossiers: %v after %d chunks", dossiers, err, parts)
		}
		for _, p := range w.loader.progress {
			if p.State == delivery.StateLoaded && p.Delivery.Name != "first" {
				t.Errorf("%d dossiers: delivery %d is loaded", dossiers, p.Delivery.ID)
			}
		}
		for _, r := range w.loader.rejections {
			t.Errorf("%d dossiers: %+v", dossiers, r)
		}
	}
}

func TestInterruptedPayloadIsResumed(t *testing.T) {
	var s script
	for i := range 10 {
		s.dossier(fmt.Sprintf("D%d", i), 1)
	}
	for _, text := range []string{s.String(), s.pad(large).String()} {
		for _, position := range []int32{0, 4, 10} {
			w := newWorld(t, &payload{name: "it", text: text})
			w.loader.last = 7
			w.loader.open = map[[32]byte]delivery.Progress{
				digest(text): {Delivery: delivery.Delivery{ID: 3}, State: delivery.StateOpen, Position: position},
			}
			vault := &vault{journal: w.journal}
			w.runtime.Archive, w.runtime.ArchivePrefix = vault, "run"
			w.mustRun()
			if w.loader.heads.Loaded != int64(10-position) {
				t.Errorf("from position %d: %d dossiers", position, w.loader.heads.Loaded)
			}
			p := w.loader.progress[len(w.loader.progress)-1]
			if p.State != delivery.StateLoaded || p.Delivery.ID != 3 || p.Position != 10 || p.Dossiers != 10 {
				t.Errorf("from position %d: %+v", position, p)
			}
			if !bytes.Equal(vault.kept[p.Bundle][3], []byte(text)) {
				t.Errorf("from position %d: bundle %s does not hold the bytes of delivery 3", position, p.Bundle)
			}
		}
	}
}

// A payload may turn out to be large when it is decompressed: its size is that of
// the file.
func TestPayloadThatGrowsIsReadInPieces(t *testing.T) {
	var s script
	text := s.dossier("A", 2).pad(large).String()
	p := &payload{name: "it.gz", text: text, size: 100}
	w := newWorld(t, p)
	w.mustRun()
	if len(w.loader.dossiers) != 1 || p.opened != 3 {
		t.Errorf("%d dossiers after %d readings", len(w.loader.dossiers), p.opened)
	}
}

func TestKnownPayloadsAreNotRead(t *testing.T) {
	p := &payload{name: "it", text: one("A")}
	w := newWorld(t, p)
	w.loader.known = map[string]bool{"it": true}
	if result := w.mustRun(); result.Report.Known != 1 || p.opened != 0 || w.loader.chunks != 0 {
		t.Errorf("%d known, %d readings, %d chunks", result.Report.Known, p.opened, w.loader.chunks)
	}
	w = newWorld(t, p)
	w.loader.known, w.runtime.VerifyKnown = map[string]bool{"it": true}, true
	w.loader.bytes = map[[32]byte]bool{digest(p.text): true}
	if result := w.mustRun(); result.KnownBytes != 1 || p.opened != 1 || w.loader.chunks != 0 {
		t.Errorf("verified: %d known, %d readings, %d chunks", result.KnownBytes, p.opened, w.loader.chunks)
	}
}

func TestSourceThatFailsEndsTheRun(t *testing.T) {
	errShare := errors.New("the share is gone")
	w := newWorld(t, &payload{name: "it", text: one("A")})
	w.source.err = errShare
	if _, err := w.run(context.Background()); !errors.Is(err, errShare) {
		t.Errorf("error %v", err)
	}
}

// A source that fails half-way has brought what it brought: that is loaded, and what
// it noted is told.
func TestWhatWasPulledStandsWhereTheSourceFails(t *testing.T) {
	var s script
	s.dossier("A", 1)
	w := newWorld(t, &payload{name: "a", text: s.String()})
	errHost := errors.New("the host is gone")
	w.source.err = errHost
	w.source.report.Notes = []source.Note{{Rule: "clock_skew", Count: 1}}
	result, err := w.run(context.Background())
	if !errors.Is(err, errHost) || w.loader.heads.Loaded != 1 {
		t.Errorf("%v, %+v", err, w.loader.heads)
	}
	if len(result.Notes) != 1 || result.Notes[0].Rule != "clock_skew" {
		t.Errorf("notes %+v", result.Notes)
	}
}
