package job

import "sync/atomic"

// Progress tells how far a run is, for whoever watches it. It is safe for
// concurrent use; a nil Progress is told nothing.
type Progress struct {
	offeredBytes atomic.Int64
	doneBytes    atomic.Int64
	payloads     atomic.Int64
	rows         atomic.Int64
}

// Snapshot is a Progress at one moment.
type Snapshot struct {
	// OfferedBytes is the size of all payloads that were not known by name.
	OfferedBytes int64
	DoneBytes    int64
	Payloads     int64
	Rows         int64
}

// Snapshot returns the progress so far.
func (p *Progress) Snapshot() Snapshot {
	return Snapshot{p.offeredBytes.Load(), p.doneBytes.Load(), p.payloads.Load(), p.rows.Load()}
}

func (p *Progress) offer(bytes int64) {
	if p != nil {
		p.offeredBytes.Add(bytes)
	}
}

func (p *Progress) done(bytes int64) {
	if p != nil {
		p.doneBytes.Add(bytes)
		p.payloads.Add(1)
	}
}

func (p *Progress) load(rows int64) {
	if p != nil {
		p.rows.Add(rows)
	}
}
