package warehouse_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

// TestRehearsalTellsWhatARunWouldDo loads the same chunks in earnest and in rehearsal.
func TestRehearsalTellsWhatARunWouldDo(t *testing.T) {
	t.Parallel()
	dir := base(t)
	dice := rand.New(rand.NewPCG(1, 2))
	var drawn [][]version
	for n := range 6 {
		drawn = append(drawn, random(dice, int64(n+10)))
	}
	cases := []struct {
		name   string
		chunks func(*shipment) []*delivery.Chunk
	}{
		{"one of everything", func(s *shipment) []*delivery.Chunk { return []*delivery.Chunk{secondChunk(s)} }},
		{"twice the same", func(s *shipment) []*delivery.Chunk { return []*delivery.Chunk{secondChunk(s), secondChunk(s)} }},
		{"a dossier larger than a chunk", largeDossier},
		{"versions that replace each other", func(s *shipment) []*delivery.Chunk {
			var chunks []*delivery.Chunk
			for _, versions := range drawn {
				chunks = append(chunks, s.chunk(versions...))
			}
			return chunks
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			settings := config(t, copied(t, dir))
			w := open(t, settings)
			before := stateOf(t, w)
			rehearsed, err := w.Begin(t.Context(), jobName, settings.Datasets, true)
			if err != nil {
				t.Fatal(err)
			}
			for _, chunk := range c.chunks(newShipment(t, 1)) {
				load(t, rehearsed, chunk)
			}
			foretold := end(t, rehearsed)
			if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
				t.Errorf("a rehearsal writes nothing: %s", diff)
			}
			if n := number(t, w, "SELECT count(*) FROM internal.run"); n != 1 {
				t.Errorf("%d runs are registered", n)
			}
			r := begin(t, w, settings)
			for _, chunk := range c.chunks(newShipment(t, 1)) {
				load(t, r, chunk)
			}
			if diff := cmp.Diff(end(t, r), foretold, cmpopts.IgnoreFields(delivery.Tally{}, "Seconds")); diff != "" {
				t.Errorf("the rehearsal foretold another account: %s", diff)
			}
			checkAccounts(t, w)
		})
	}
}

// TestAccountThatDoesNotClose loads chunks that count wrongly.
func TestAccountThatDoesNotClose(t *testing.T) {
	t.Parallel()
	dir := base(t)
	cases := []struct {
		name  string
		spoil func(*delivery.Chunk)
	}{
		{"a row too many", func(c *delivery.Chunk) { c.Rows[1].Read++ }},
		{"a row too few", func(c *delivery.Chunk) { c.Rows[0].Read-- }},
		{"a dossier too many", func(c *delivery.Chunk) { c.Heads.Read++ }},
		{"a rejection that is not counted", func(c *delivery.Chunk) { c.Rows[1].Quarantined-- }},
	}
	for _, c := range cases {
		for _, rehearsed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, rehearsed %v", c.name, rehearsed), func(t *testing.T) {
				settings := config(t, copied(t, dir))
				w := open(t, settings)
				before := stateOf(t, w)
				r, err := w.Begin(t.Context(), jobName, settings.Datasets, rehearsed)
				if err != nil {
					t.Fatal(err)
				}
				chunk := secondChunk(newShipment(t, 1))
				c.spoil(chunk)
				if err := r.Load(t.Context(), chunk); !errors.Is(err, warehouse.ErrAccount) {
					t.Errorf("want %v, got %v", warehouse.ErrAccount, err)
				}
				if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
					t.Errorf("nothing of the chunk may be committed: %s", diff)
				}
			})
		}
	}
}
