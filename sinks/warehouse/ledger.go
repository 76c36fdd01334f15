package warehouse

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"thidua/transform/delivery"
)

// ledger is what a run knows of the deliveries of its job. It is held in memory:
// some hundred bytes for each payload ever received.
type ledger struct {
	byName   map[int64]*sighting
	byDigest map[[32]byte]int64
	open     map[[32]byte]delivery.Progress
	moved    []moved
	last     int64
}

// sighting is how a known payload looked when it was last met.
type sighting struct {
	size, modifiedAt, inode int64
	id                      int64
	// unread says that the payload was set aside without its bytes: it is no
	// obstacle to reading it when it can be read.
	unread bool
	// seen says that this run has met the payload under this very name.
	seen bool
}

// moved is a known payload that was met under another name or time.
type moved struct {
	delivery delivery.Delivery
	name     int64
}

func (w *Warehouse) loadLedger(ctx context.Context, job string) (*ledger, error) {
	l := &ledger{byName: make(map[int64]*sighting), byDigest: make(map[[32]byte]int64), open: make(map[[32]byte]delivery.Progress)}
	if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(delivery), 0) FROM internal.delivery").Scan(&l.last); err != nil {
		return nil, wrap("read the ledger", err)
	}
	err := w.eachBatch(ctx, `SELECT delivery, name, size_bytes, modified_at, inode, position, dossiers, epoch_us(received_at), sha256, state, bundle
		FROM internal.delivery WHERE job = ? ORDER BY n`, l.addBatch, job)
	return l, err
}

// addBatch takes rows of the ledger in Arrow's layout: there can be a hundred
// thousand, and nothing new to do. Texts are cloned, the batch's memory goes with
// it.
func (l *ledger) addBatch(batch arrow.RecordBatch) error {
	numbers := make([]*array.Int64, 8)
	for i := range numbers {
		numbers[i] = batch.Column(i).(*array.Int64)
	}
	digests, states, bundles := batch.Column(8).(*array.String), batch.Column(9).(*array.String), batch.Column(10).(*array.String)
	for i := range int(batch.NumRows()) {
		at := func(column int) int64 { return numbers[column].Value(i) }
		s := sighting{id: at(0), size: at(2), modifiedAt: at(3), inode: at(4)}
		var sum [32]byte
		if _, err := hex.Decode(sum[:], []byte(digests.Value(i))); err != nil {
			return fmt.Errorf("warehouse: delivery %d has no digest: %w", s.id, err)
		}
		p := delivery.Progress{
			State: delivery.State(strings.Clone(states.Value(i))), Position: int32(at(5)), Dossiers: int32(at(6)), Bundle: strings.Clone(bundles.Value(i)),
		}
		p.Delivery.ReceivedAt = time.UnixMicro(at(7)).UTC()
		l.add(sum, at(1), s, p)
	}
	return nil
}

func (l *ledger) add(sum [32]byte, name int64, s sighting, p delivery.Progress) {
	if p.State == stateAbandoned {
		return
	}
	if p.State == delivery.StateOpen {
		p.Delivery.ID, p.Delivery.SHA256 = s.id, sum
		l.open[sum] = p
		return
	}
	delete(l.open, sum)
	s.unread = p.State == delivery.StateUnread
	if name != noName {
		l.byName[name] = &s
	}
	if sum != [32]byte{} {
		l.byDigest[sum] = s.id
	}
}

// First reports whether nothing was ever received by the job.
func (r *Run) First() bool { return len(r.known.byName)+len(r.known.byDigest)+len(r.known.open) == 0 }

// MeetAgain forgets the payloads of the job that were refused, or of which something
// was quarantined: they are read again, as after their job was mended.
func (r *Run) MeetAgain(ctx context.Context) error {
	again := make(map[int64]bool)
	rows, err := r.warehouse.conn.QueryContext(ctx, `SELECT delivery FROM internal.quarantine WHERE job = ?
		UNION SELECT delivery FROM internal.delivery WHERE job = ? AND state = 'refused'`, r.job, r.job)
	if err != nil {
		return wrap("find what was set aside", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return wrap("find what was set aside", err)
		}
		again[id] = true
	}
	maps.DeleteFunc(r.known.byName, func(_ int64, s *sighting) bool { return again[s.id] })
	maps.DeleteFunc(r.known.byDigest, func(_ [32]byte, id int64) bool { return again[id] })
	return wrap("find what was set aside", rows.Err())
}

// Known reports whether a payload was dealt with, judged by its name, size, time
// and inode: its bytes are not read.
func (r *Run) Known(d delivery.Delivery) bool {
	name := r.warehouse.nameDigest(r.job, d.Name)
	s, ok := r.known.byName[name]
	if !ok || s.unread || d.SizeBytes != delivery.UnknownSize && !s.looks(d) {
		return false
	}
	s.seen = true
	return true
}

// Reported reports whether a payload was set aside without its bytes, and looks as
// it did then.
func (r *Run) Reported(d delivery.Delivery) bool {
	s, ok := r.known.byName[r.warehouse.nameDigest(r.job, d.Name)]
	return ok && s.unread && s.looks(d)
}

func (s *sighting) looks(d delivery.Delivery) bool {
	return s.size == d.SizeBytes && s.modifiedAt == d.ModifiedAt.UnixNano() && s.inode == int64(d.Inode)
}

// KnownBytes reports whether a payload with these bytes was dealt with. Its new
// name and time are noted, so that the next run does not read it again.
func (r *Run) KnownBytes(d delivery.Delivery) bool {
	id, ok := r.known.byDigest[d.SHA256]
	if !ok {
		return false
	}
	d.ID = id
	r.known.moved = append(r.known.moved, moved{delivery: d, name: r.warehouse.nameDigest(r.job, d.Name)})
	return true
}

// Resume returns how far an interrupted run came with a payload of these bytes.
func (r *Run) Resume(sha256 [32]byte) (delivery.Progress, bool) {
	p, ok := r.known.open[sha256]
	return p, ok
}

// AbandonOpen gives up the deliveries that an earlier run of the job left open and
// that the source no longer has: their dossiers stand as far as they came. It is
// called after a pull that met everything there is.
func (r *Run) AbandonOpen(ctx context.Context) error {
	if len(r.known.open) == 0 || r.rehearsal != nil {
		return nil
	}
	return r.warehouse.exec(ctx, `UPDATE internal.delivery SET state = 'abandoned' WHERE job = ? AND delivery IN
		(SELECT delivery FROM internal.delivery WHERE job = ? GROUP BY delivery HAVING bool_and(state = 'open'))`, r.job, r.job)
}

// SaveMoves writes the new names and times of known payloads: over the old ones
// where the payload was moved, beside them where it is a copy. A crash before it
// costs the next run a second look at their bytes.
func (r *Run) SaveMoves(ctx context.Context) error {
	if len(r.known.moved) == 0 || r.rehearsal != nil {
		return nil
	}
	w := r.warehouse
	here := make(map[int64]bool, len(r.known.byName))
	for _, s := range r.known.byName {
		here[s.id] = here[s.id] || s.seen
	}
	if err := w.exec(ctx, "CREATE OR REPLACE TEMP TABLE moved (delivery BIGINT, name BIGINT, modified_at BIGINT, inode BIGINT)"); err != nil {
		return err
	}
	moves := newSheet(table{"temp.moved", "", []column{{"delivery", number, ""}, {"name", number, ""}, {"modified_at", number, ""}, {"inode", number, ""}}})
	copies := newSheet(deliveryLedger)
	names := make([]int64, 0, len(r.known.moved))
	for _, m := range r.known.moved {
		d := m.delivery
		names = append(names, m.name)
		if !here[d.ID] {
			here[d.ID] = true
			moves.add(d.ID, m.name, d.ModifiedAt.UnixNano(), int64(d.Inode))
			continue
		}
		copies.add(w.applied, d.ID, r.job, m.name, d.SizeBytes, d.ModifiedAt.UnixNano(), int64(d.Inode), hexDigest(d.SHA256), d.ReceivedAt, stateCopy, int64(0), int64(0), "")
	}
	r.known.moved = nil
	if err := errors.Join(w.save(ctx, moves), w.fillIDs(ctx, "taken_name", names)); err != nil {
		return err
	}
	record := copies.record()
	defer record.Release()
	a, err := w.arrive(deliveryLedger.name, record)
	if err != nil {
		return err
	}
	defer a.release()
	return w.transaction(ctx, func() error {
		// A name belongs to the bytes that were met under it last.
		for _, free := range []string{
			"DELETE FROM internal.delivery WHERE job = ? AND state = 'copy' AND name IN (SELECT id FROM temp.taken_name)",
			"UPDATE internal.delivery SET name = 0 WHERE job = ? AND name IN (SELECT id FROM temp.taken_name)",
		} {
			if err := w.exec(ctx, free, r.job); err != nil {
				return err
			}
		}
		if err := w.take(ctx, a); err != nil {
			return err
		}
		return w.exec(ctx, `UPDATE internal.delivery d SET name = m.name, modified_at = m.modified_at, inode = m.inode
			FROM temp.moved m WHERE d.delivery = m.delivery AND d.state IN ('loaded', 'refused')`)
	})
}

// stateCopy marks a ledger row that only says under which other name the bytes of
// a delivery were met.
const stateCopy = "copy"

// stateAbandoned marks the rows of a delivery that was never finished.
const stateAbandoned = "abandoned"

// noName stands in the ledger where other bytes have taken the name of a delivery.
const noName = 0
