package job_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"thidua/transform/delivery"
	"thidua/transform/record"
)

// A record that the job has no use for is counted; a head takes its lines with it.
func TestSkippedRecords(t *testing.T) {
	var s script
	s.dossier("A", 2)
	s.line("begin").line("L", "id=B|number=1|name=before the head").line("H", "place=15001|id=B|count=5").line("L", "id=B|number=2|name=x").line("end")
	// What is skipped needs nothing that rules ask for.
	s.line("begin").line("H", "count=5").line("end")
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.plan = planWith(t, "count = 5", nil)
	w.mustRun()
	want := []delivery.Counts{{Read: 3, Loaded: 1, Skipped: 2}, {Read: 4, Loaded: 2, Skipped: 2}, {Read: 3, Loaded: 1, Skipped: 2}}
	if !slices.Equal(w.loader.counts, want) {
		t.Errorf("%+v, want %+v", w.loader.counts, want)
	}
	if w.loader.heads != (delivery.Counts{Read: 3, Loaded: 1, Skipped: 2}) || len(w.loader.rejections) > 0 {
		t.Errorf("dossiers %+v, rejections %v", w.loader.heads, w.rules())
	}
	// What can be keyed is known to have gone; it has no rows.
	if len(w.loader.gone) != 1 || w.loader.gone[0].Key == (delivery.Key{}) || w.loader.gone[0].Content != 0 || slices.Max(w.loader.gone[0].Rows) > 0 {
		t.Errorf("gone: %+v", w.loader.gone)
	}
}

// A complete extract ends in a chunk of its own, and counts as open until then.
func TestCompleteExtract(t *testing.T) {
	for _, large := range []bool{false, true} {
		var s script
		s.dossier("A", 1)
		s.line("begin").line("H", "place=15001|id=B|count=5000").line("end")
		s.dossier("C", 1)
		if large {
			s.pad(9 << 20)
		}
		w := newWorld(t, &payload{name: "a", text: s.String()})
		w.plan = planWith(t, "", &record.Complete{Job: "fake", Per: []string{"place"}})
		w.mustRun()
		if len(w.loader.extracts) != 1 || w.loader.chunks != 2 {
			t.Fatalf("large %v: %d extracts in %d chunks", large, len(w.loader.extracts), w.loader.chunks)
		}
		e := w.loader.extracts[0]
		if len(e.Scopes) != 1 || e.Scopes[0] != w.loader.dossiers[0].Scope || e.Scopes[0] == 0 || e.MostPercent != 10 || e.Delivery != 1 || e.SourceAt != startOfTime.UnixMicro() {
			t.Errorf("large %v: %+v", large, e)
		}
		if !slices.Equal(e.Present, []int64{w.loader.rejections[0].Dossier.ID}) {
			t.Errorf("large %v: the rejected visit is not among those present: %+v", large, e)
		}
		var states []delivery.State
		for _, p := range w.loader.progress {
			states = append(states, p.State)
		}
		if !slices.Equal(states, []delivery.State{delivery.StateOpen, delivery.StateLoaded}) {
			t.Errorf("large %v: %v", large, states)
		}
		if events := w.journal.all(); events[len(events)-1] != "done a true" {
			t.Errorf("large %v: %v", large, events)
		}
	}
}

func TestExtractsSpeakForTheirScopes(t *testing.T) {
	var s script
	s.line("begin").line("H", "place=15001|id=A").line("end")
	s.line("begin").line("H", "place=15002|id=A").line("end")
	cases := map[string]struct {
		text   string
		per    []string
		scopes int
	}{
		"by place":           {s.String(), []string{"place"}, 2},
		"everything":         {s.String(), nil, 1},
		"everything, empty":  {"envelope x=1\n", nil, 1},
		"by place, but none": {"envelope x=1\n", []string{"place"}, 0},
	}
	for name, c := range cases {
		w := newWorld(t, &payload{name: "a", text: c.text})
		w.plan = planWith(t, "", &record.Complete{Job: "fake", Per: c.per})
		w.mustRun()
		if len(w.loader.extracts) != 1 || len(w.loader.extracts[0].Scopes) != c.scopes {
			t.Errorf("%s: %+v", name, w.loader.extracts)
		}
	}
}

// An extract with records that nobody can tell apart from others removes nothing.
func TestExtractThatIsNotWhole(t *testing.T) {
	var s script
	s.dossier("A", 1)
	s.line("begin").line("L", "id=B|name=no head").line("end")
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.plan = planWith(t, "", &record.Complete{Job: "fake"})
	w.mustRun()
	if len(w.loader.extracts) != 0 || !slices.Contains(w.rules(), "delivery extract_not_whole") {
		t.Errorf("%+v, %v", w.loader.extracts, w.rules())
	}
	if last := w.loader.progress[len(w.loader.progress)-1]; last.State != delivery.StateLoaded {
		t.Errorf("the extract is %s", last.State)
	}
}

// An extract that an interrupted run has left open is read from its beginning: what
// it lacks is known only to who has read all of it.
func TestExtractIsReadAgainWhole(t *testing.T) {
	var s script
	s.dossier("A", 1)
	s.dossier("B", 1)
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.plan = planWith(t, "", &record.Complete{Job: "fake"})
	w.loader.last = 7
	w.loader.open = map[[32]byte]delivery.Progress{digest(s.String()): {Delivery: delivery.Delivery{ID: 3}, Position: 1}}
	w.mustRun()
	if w.loader.heads.Read != 2 || len(w.loader.extracts) != 1 || w.loader.extracts[0].Delivery != 3 {
		t.Errorf("%+v, %+v", w.loader.heads, w.loader.extracts)
	}
}

// An extract whose bytes were others in the second pass is not concluded.
func TestExtractThatChangesIsNotConcluded(t *testing.T) {
	var s script
	s.dossier("A", 1)
	s.pad(9 << 20)
	p := &payload{name: "a", text: s.String()}
	p.reading = func(i int) (io.Reader, error) {
		text := []byte(s.String())
		if i > 0 {
			text = append(text, "pad y\n"...)
		}
		return bytes.NewReader(text), nil
	}
	w := newWorld(t, p)
	w.plan = planWith(t, "", &record.Complete{Job: "fake"})
	result, err := w.run(context.Background())
	if err != nil && !errors.Is(err, context.Canceled) || len(w.loader.extracts) > 0 || result.Report.Unsettled != 1 {
		t.Errorf("%v, %+v, %+v", err, w.loader.extracts, result)
	}
}

// The bytes of an extract are known while it is the latest. Once another one has
// come, they are news: the source is back where it was.
func TestExtractThatComesBackIsNews(t *testing.T) {
	var a, b script
	a.dossier("A", 1)
	b.dossier("B", 1)
	known := map[[32]byte]bool{digest(a.String()): true}
	cases := map[string]struct {
		current  bool
		payloads []*payload
		want     int
	}{
		"the latest":                  {true, []*payload{{name: "a2", text: a.String()}}, 0},
		"overtaken by an earlier run": {false, []*payload{{name: "a2", text: a.String()}}, 1},
		"overtaken by this run":       {true, []*payload{{name: "b", text: b.String()}, {name: "a2", text: a.String()}}, 2},
	}
	for name, c := range cases {
		w := newWorld(t, c.payloads...)
		w.plan = planWith(t, "", &record.Complete{Job: "fake"})
		w.loader.bytes, w.loader.current = known, map[[32]byte]bool{digest(a.String()): c.current}
		w.mustRun()
		if len(w.loader.extracts) != c.want {
			t.Errorf("%s: %d extracts, want %d", name, len(w.loader.extracts), c.want)
		}
	}
}

// A chunk holds no more dossiers than can be remembered.
func TestChunksAreBoundedByDossiers(t *testing.T) {
	var s script
	const dossiers = 31_000
	for range dossiers {
		s.line("begin").line("H", "place=15001|id=A").line("end")
	}
	w := newWorld(t, &payload{name: "a", text: s.String()})
	w.runtime.ChunkBytes = 1 << 30
	w.mustRun()
	if w.loader.chunks != 2 || len(w.loader.dossiers) != dossiers {
		t.Errorf("%d dossiers in %d chunks", len(w.loader.dossiers), w.loader.chunks)
	}
}
