package job_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"thidua/transform/delivery"
)

// expectation is what a random payload holds, counted while it is written.
type expectation struct{ dossiers, heads, lines int64 }

// chance writes a random payload of good, broken, repeated and huge dossiers.
func chance(r *rand.Rand, s *script) expectation {
	var e expectation
	for range r.IntN(30) {
		e.dossiers++
		s.line("begin")
		count := r.IntN(6)
		if r.IntN(15) == 0 {
			count = 4000 + r.IntN(3000)
		}
		at, heads := r.IntN(count+1), []int{1, 1, 1, 1, 0, 2}[r.IntN(6)]
		for i := range count {
			if i == at {
				e.heads += writeHeads(r, s, heads)
			}
			s.line("L", fmt.Sprintf("id=%s|number=%d|name=%s", pick(r, "A", "A", "A", "Z", ""), r.IntN(count), pick(r, "x", "y", "")))
			if r.IntN(200) == 0 {
				s.line("fault", pick(r, "H", "L", "other"))
			}
			e.lines++
		}
		if at == count {
			e.heads += writeHeads(r, s, heads)
		}
		s.line("end")
	}
	return e
}

func writeHeads(r *rand.Rand, s *script, n int) int64 {
	for range n {
		s.line("H", fmt.Sprintf("place=%s|id=%s|paper=p|count=%s", pick(r, "15001", "15001", ""), pick(r, "A", "A", "A", ""), pick(r, "1", "x")))
	}
	return int64(n)
}

func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

// Whatever is read, refused, failed and taken back: the account of every commit
// closes (the fake warehouse sees to that), and what was read is what was written.
func TestAccountClosesForWhateverIsRead(t *testing.T) {
	rounds := 8
	if os.Getenv("THIDUA_SOAK") == "1" {
		rounds = 300
	}
	ended := 0
	for seed := range rounds {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		var want expectation
		var payloads []*payload
		for i := range 1 + r.IntN(6) {
			var s script
			e := chance(r, &s)
			p := &payload{name: fmt.Sprint(i)}
			if broken := r.IntN(8); broken == 0 && e.lines < 100 {
				s.line(pick(r, "fail", "broken"))
			} else {
				want.dossiers, want.heads, want.lines = want.dossiers+e.dossiers, want.heads+e.heads, want.lines+e.lines
			}
			if r.IntN(20) == 0 {
				s.pad(large)
			}
			p.text = s.String()
			payloads = append(payloads, p)
		}
		w := newWorld(t, payloads...)
		w.runtime.ChunkBytes = 1 << (17 + r.IntN(6))
		if r.IntN(2) == 0 {
			w.runtime.Archive, w.runtime.ArchivePrefix = &vault{journal: w.journal}, "run"
		}
		// A payload that fails after a part of it was passed on ends the run.
		if _, err := w.run(context.Background()); errors.Is(err, errFormat) {
			ended++
			continue
		} else if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if w.loader.counts == nil {
			w.loader.counts = make([]delivery.Counts, 3)
		}
		got := expectation{dossiers: w.loader.heads.Read, heads: w.loader.counts[visits].Read, lines: w.loader.counts[linesOf].Read}
		if got != want {
			t.Errorf("seed %d: read %+v of %+v", seed, got, want)
		}
		if len(w.loader.staged) > 0 || len(w.loader.waiting) > 0 {
			t.Errorf("seed %d: %d rows are staged and never committed", seed, len(w.loader.staged))
		}
	}
	if ended > rounds/8 {
		t.Errorf("%d of %d runs ended before their time", ended, rounds)
	}
}
