package warehouse

import (
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

func (r *rehearsal) load(members []*dataset.Dataset, c *delivery.Chunk, arriving []delivery.Dossier, stored map[int64]standing) error {
	for _, d := range arriving {
		if s, ok := r.stands[d.Key.ID]; ok {
			s.arrived = -1
			stored[d.Key.ID] = s
		}
	}
	v := decide(arriving, stored)
	maps.Copy(r.stands, v.touched)
	rows, heads := account(c, arriving, &v)
	if err := closed(members, rows, heads); err != nil {
		return err
	}
	for m := range rows {
		r.rows[m].Add(rows[m])
	}
	r.heads.Add(heads)
	r.bytes += c.Bytes
	for _, p := range c.Progress {
		if p.State == delivery.StateLoaded || p.State == delivery.StateRefused {
			r.payloads++
		}
	}
	return nil
}

func (r *rehearsal) tallies(members []*dataset.Dataset) []delivery.Tally {
	list := []delivery.Tally{{Dataset: delivery.Dossiers, Payloads: r.payloads, Counts: r.heads, Bytes: r.bytes}}
	for m, d := range members {
		list = append(list, delivery.Tally{Dataset: d.Name, Payloads: r.payloads, Counts: r.rows[m], Bytes: r.bytes})
	}
	return list
}
