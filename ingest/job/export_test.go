package job

import (
	"thidua/ingest/spool"
	"thidua/transform/record"
)

// Pending opens the lines that wait for a head to tests, with a small bound on
// memory.
type Pending struct{ pending }

// NewPending returns lines that spill into dir beyond bound bytes.
func NewPending(dir string, bound int) *Pending { return &Pending{pending{dir: dir, bound: bound}} }

// Add appends a line.
func (p *Pending) Add(r *record.Record) error { return p.add(r) }

// Replay hands the lines over and forgets them.
func (p *Pending) Replay(visit func(*record.Record) error) error { return p.replay(visit) }

// Spill returns the spill file with all that was written to it, nil where nothing
// was spilled.
func (p *Pending) Spill() (*spool.Spool, error) {
	if p.spill == nil {
		return nil, nil
	}
	return p.spill, p.spill.Flush()
}
