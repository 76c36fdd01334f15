package warehouse

import (
	"context"
	"maps"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// rehearsal is the account of a run that writes nothing. What it has decided
// stands for the rest of the run only.
type rehearsal struct {
	rows     []delivery.Counts
	heads    delivery.Counts
	payloads int64
	bytes    int64
	stands   map[int64]standing
}

func newRehearsal(members int) *rehearsal {
	return &rehearsal{rows: make([]delivery.Counts, members), stands: make(map[int64]standing)}
}

func (r *rehearsal) load(ctx context.Context, w *Warehouse, members []*dataset.Dataset, c *delivery.Chunk, arriving []delivery.Dossier, stored map[int64]standing) error {
	for _, d := range arriving {
		if s, ok := r.stands[d.Key.ID]; ok {
			s.arrived = -1
			stored[d.Key.ID] = s
		}
	}
	v := decide(arriving, stored, nil)
	rows, heads := account(c, arriving, &v)
	if err := closed(members, rows, heads); err != nil {
		return err
	}
	if err := r.countReplaced(ctx, w, members, v.replaced, rows); err != nil {
		return err
	}
	maps.Copy(r.stands, v.touched)
	for m := range rows {
		r.rows[m].Add(rows[m])
	}
	r.heads.Add(heads)
	r.bytes += c.Bytes
	for _, p := range c.Progress {
		if p.State.Ended() {
			r.payloads++
		}
	}
	return nil
}

// countReplaced counts the rows that would leave: those of versions that arrived
// in this run are known, the others stand in the warehouse.
func (r *rehearsal) countReplaced(ctx context.Context, w *Warehouse, members []*dataset.Dataset, replaced []int64, rows []delivery.Counts) error {
	var stored []int64
	for _, id := range replaced {
		s := r.stands[id]
		if s.rows == nil {
			stored = append(stored, id)
		}
		for m, n := range s.rows {
			rows[m].Replaced += int64(n)
		}
	}
	if len(stored) == 0 {
		return nil
	}
	if err := w.fillIDs(ctx, "replaced_dossier", stored); err != nil {
		return err
	}
	return w.countReplaced(ctx, members, rows)
}

func (r *rehearsal) tallies(members []*dataset.Dataset) []delivery.Tally {
	list := []delivery.Tally{{Dataset: delivery.Dossiers, Payloads: r.payloads, Counts: r.heads, Bytes: r.bytes}}
	for m, d := range members {
		list = append(list, delivery.Tally{Dataset: d.Name, Payloads: r.payloads, Counts: r.rows[m], Bytes: r.bytes})
	}
	return list
}
