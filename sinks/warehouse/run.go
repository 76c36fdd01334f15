package warehouse

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/cespare/xxhash/v2"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// Run is one execution of a job as the warehouse sees it.
type Run struct {
	warehouse *Warehouse
	id        int64
	job       string
	members   []*dataset.Dataset
	startedAt time.Time
	known     *ledger
	commits   int
	// extracts are the latest complete extracts by scope, nil before they are asked for.
	extracts map[int64]delivery.Rank
	// present are the dossiers of complete extracts that were set aside, by delivery:
	// they are not absent. refused counts extracts that would have removed too much.
	present map[int64][]int64
	refused int
	// current are the deliveries among them when the run began.
	current map[int64]bool
	// rehearsal, where it is not nil, keeps the account of a run that writes
	// nothing.
	rehearsal *rehearsal

	// Rows of dossiers that are not closed yet, and of chunks whose rows do not
	// all stand, wait in temporary tables.
	stageTables []bool
	stagedRows  bool
	// failed says that a chunk met an error: no further one is taken.
	failed bool
}

// Begin registers a run before any of its work is done. A rehearsed run decides
// everything and writes nothing.
func (w *Warehouse) Begin(ctx context.Context, job string, members []*dataset.Dataset, rehearsed bool) (*Run, error) {
	r := &Run{warehouse: w, job: job, members: members, startedAt: w.config.Now().UTC(), stageTables: make([]bool, len(members))}
	if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(run), 0) + 1 FROM internal.run").Scan(&r.id); err != nil {
		return nil, wrap("number the run", err)
	}
	var err error
	if rehearsed {
		r.rehearsal = newRehearsal(len(members))
	} else if err = w.exec(ctx, "INSERT INTO internal.run VALUES (?, ?, 'running', ?, NULL, NULL, NULL)", r.id, job, r.startedAt); err != nil {
		return nil, err
	}
	if r.known, err = w.loadLedger(ctx, job); err != nil {
		return r, err
	}
	return r, r.noteCurrent(ctx)
}

// ID returns the number of the run.
func (r *Run) ID() int64 { return r.id }

// NextDelivery returns the receipt sequence of the next new payload.
func (r *Run) NextDelivery() int64 {
	r.known.last++
	return r.known.last
}

// End closes the run with its state and returns its account: one tally for the
// dossiers and one for each dataset.
func (r *Run) End(ctx context.Context, state, message string) ([]delivery.Tally, error) {
	w, now := r.warehouse, r.warehouse.config.Now().UTC()
	seconds := now.Sub(r.startedAt).Seconds()
	if r.rehearsal == nil {
		err := w.exec(ctx, "UPDATE internal.run SET state = ?, ended_at = ?, seconds = ?, message = ? WHERE run = ?", state, now, seconds, message, r.id)
		if err != nil {
			return nil, err
		}
	}
	tallies, err := r.Account(ctx)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]delivery.Tally, len(tallies))
	for _, t := range tallies {
		byName[t.Dataset] = t
	}
	names := []string{delivery.Dossiers}
	for _, d := range r.members {
		names = append(names, d.Name)
	}
	account := make([]delivery.Tally, len(names))
	for i, name := range names {
		account[i] = byName[name]
		account[i].Run, account[i].Job, account[i].Dataset, account[i].Seconds = r.id, r.job, name, seconds
	}
	return account, nil
}

// Account returns what the run has counted so far, by dataset.
func (r *Run) Account(ctx context.Context) ([]delivery.Tally, error) {
	if r.rehearsal != nil {
		return r.rehearsal.tallies(r.members), nil
	}
	return r.warehouse.tallies(ctx, r.id)
}

// Changed reports whether the run has committed anything.
func (r *Run) Changed() bool { return r.commits > 0 }

func (w *Warehouse) tallies(ctx context.Context, run int64) ([]delivery.Tally, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT dataset, sum(payloads)::BIGINT, sum(read)::BIGINT, sum(loaded)::BIGINT, sum(unchanged)::BIGINT,
		sum(superseded)::BIGINT, sum(skipped)::BIGINT, sum(quarantined)::BIGINT, sum(replaced)::BIGINT, sum(removed)::BIGINT,
		sum(warned)::BIGINT, sum(ties)::BIGINT, sum(bytes)::BIGINT FROM internal.tally WHERE run = ? GROUP BY dataset`, run)
	if err != nil {
		return nil, wrap("add up the run", err)
	}
	defer rows.Close()
	var tallies []delivery.Tally
	for rows.Next() {
		var t delivery.Tally
		if err := rows.Scan(&t.Dataset, &t.Payloads, &t.Read, &t.Loaded, &t.Unchanged, &t.Superseded, &t.Skipped, &t.Quarantined,
			&t.Replaced, &t.Removed, &t.Warned, &t.Ties, &t.Bytes); err != nil {
			return nil, wrap("add up the run", err)
		}
		tallies = append(tallies, t)
	}
	return tallies, wrap("add up the run", rows.Err())
}

// nameDigest stands for the name of a payload: names often hold patient numbers
// and are not written anywhere. It recognises a name, it does not protect one
// that can be guessed, and the file it stands in never leaves the house.
func (w *Warehouse) nameDigest(job, name string) int64 {
	h := xxhash.New()
	for _, s := range []string{w.config.nameSalt(), job, name} {
		var length [8]byte
		binary.LittleEndian.PutUint64(length[:], uint64(len(s)))
		_, _ = h.Write(length[:])
		_, _ = h.WriteString(s)
	}
	return int64(h.Sum64())
}

// nameSalt makes the digests of names differ between workspaces.
func (c Config) nameSalt() string {
	if len(c.Keys) == 0 {
		return ""
	}
	return c.Keys[0]
}

func hexDigest(sum [32]byte) string { return hex.EncodeToString(sum[:]) }
