package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// ErrAccount says that a chunk does not add up: rows read are not the rows that
// were loaded, unchanged, superseded, skipped and quarantined. It is a fault of
// the program; nothing of the chunk is committed.
var ErrAccount = errors.New("the account does not close")

// ErrRunFailed says that the run has met an error before: what it had staged is
// void. The next run goes on where the last commit stands.
var ErrRunFailed = errors.New("the run has failed; begin another one")

// Load commits a chunk, or, while its last dossier is open, stages its rows. The
// order is: internal under the number n, then records with n. A crash before the
// second commit leaves halves that the next opening deletes; a crash after it
// leaves nothing to repair. After an error the run takes no more chunks.
func (r *Run) Load(ctx context.Context, c *delivery.Chunk) error {
	if r.failed {
		return fmt.Errorf("warehouse: load a chunk: %w", ErrRunFailed)
	}
	err := r.load(ctx, c)
	r.failed = err != nil
	return err
}

func (r *Run) load(ctx context.Context, c *delivery.Chunk) error {
	w, arriving := r.warehouse, c.Dossiers
	if c.Open {
		return r.stageOpen(ctx, c)
	}
	stored, err := w.standing(ctx, arriving)
	if err != nil {
		return err
	}
	if r.rehearsal != nil {
		return r.rehearsal.load(ctx, w, r.members, c, arriving, stored)
	}
	extracts, err := r.latestExtracts(ctx)
	if err != nil {
		return err
	}
	v := decide(arriving, stored, extracts)
	r.notePresent(arriving, &v)
	if c.Extract != nil {
		if err := r.removeAbsent(ctx, c, &v); err != nil {
			return err
		}
	}
	n, at := w.applied+1, w.nextInstant()
	rows, heads := account(c, arriving, &v)
	if err := closed(r.members, rows, heads); err != nil {
		return err
	}
	staged := r.stagedRows || !v.uniform()
	if staged {
		if err := r.stage(ctx, c); err != nil {
			return err
		}
	}
	made := commit{run: r, n: n, at: at, chunk: c, arriving: arriving, stored: stored, verdict: &v, rows: rows, heads: heads, staged: staged, kept: kept(c, arriving, &v)}
	if err := made.execute(ctx); err != nil {
		return errors.Join(err, r.reconcile(ctx))
	}
	w.applied, w.lastAt = n, at
	r.noteExtract(c.Extract)
	r.commits++
	return r.clearStage(ctx)
}

// reconcile finds out what a commit that met an error has come to.
func (r *Run) reconcile(ctx context.Context) error {
	before := r.warehouse.applied
	err := r.warehouse.reconcile(context.WithoutCancel(ctx))
	r.commits += int(r.warehouse.applied - before)
	return err
}

// fillIDs makes a temporary table of numbers.
func (w *Warehouse) fillIDs(ctx context.Context, name string, ids []int64) error {
	if err := w.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+name+" (id BIGINT)"); err != nil {
		return err
	}
	data := array.NewData(arrow.PrimitiveTypes.Int64, len(ids), []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(ids))}, nil, 0, 0)
	defer data.Release()
	column := array.NewInt64Data(data)
	defer column.Release()
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}}, nil)
	record := array.NewRecordBatch(schema, []arrow.Array{column}, int64(len(ids)))
	defer record.Release()
	return w.insert(ctx, "temp."+name, record)
}

// account completes the counts of a chunk with what was decided.
func account(c *delivery.Chunk, arriving []delivery.Dossier, v *verdict) ([]delivery.Counts, delivery.Counts) {
	rows, heads := slices.Clone(c.Rows), c.Heads
	for i, d := range arriving {
		count(&heads, v.fates[i], 1)
		if v.ties[i] {
			heads.Ties++
		}
		for m, n := range d.Rows {
			count(&rows[m], v.fates[i], int64(n))
		}
	}
	if c.Extract != nil {
		heads.Removed += int64(len(v.replaced))
	} else {
		heads.Replaced += int64(len(v.replaced))
	}
	return rows, heads
}

func count(c *delivery.Counts, f fate, n int64) {
	switch f {
	case live:
		c.Loaded += n
	case past:
		c.Superseded += n
	case same:
		c.Unchanged += n
	case aside:
		c.Quarantined += n
	}
}

func closed(members []*dataset.Dataset, rows []delivery.Counts, heads delivery.Counts) error {
	for m, c := range rows {
		if !c.Closed() {
			return fmt.Errorf("warehouse: %w for rows of %s: %+v", ErrAccount, members[m].Name, c)
		}
	}
	if !heads.Closed() {
		return fmt.Errorf("warehouse: %w for dossiers: %+v", ErrAccount, heads)
	}
	return nil
}

// kept lists the deliveries whose bytes are worth keeping: they changed something,
// or hold what was set aside.
func kept(c *delivery.Chunk, arriving []delivery.Dossier, v *verdict) map[int64]bool {
	worth := make(map[int64]bool)
	for i, d := range arriving {
		if v.fates[i] != same && v.fates[i] != gone {
			worth[d.Delivery] = true
		}
	}
	for _, rejected := range [][]delivery.Rejection{c.Rejections, v.rejected} {
		for _, r := range rejected {
			worth[r.Delivery] = true
		}
	}
	return worth
}

// commit is one commit being made.
type commit struct {
	run      *Run
	n        int64
	at       time.Time
	chunk    *delivery.Chunk
	arriving []delivery.Dossier
	stored   map[int64]standing
	verdict  *verdict
	rows     []delivery.Counts
	heads    delivery.Counts
	staged   bool
	kept     map[int64]bool

	// What arrived for either half, and what has to be cleared first.
	internal []*arrival
	records  []*arrival
	renewed  bool
}
