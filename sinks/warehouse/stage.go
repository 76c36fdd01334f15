package warehouse

import (
	"context"
	"fmt"
	"slices"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// hold keeps what an open chunk says beside its rows: its counts, findings and
// progress are committed together with the rows, by the chunk that closes the last
// dossier.
func (r *Run) hold(c *delivery.Chunk) {
	r.held = r.joined(c)
}

// joined returns the chunk together with the open ones before it. Its rows are its
// own: those of the open chunks are staged.
func (r *Run) joined(c *delivery.Chunk) *delivery.Chunk {
	joined := *c
	joined.Rows = slices.Clone(c.Rows)
	if r.held == nil {
		return &joined
	}
	for m, counts := range r.held.Rows {
		joined.Rows[m].Add(counts)
	}
	joined.Heads.Add(r.held.Heads)
	joined.Warnings = make(map[delivery.Warning]int64)
	for _, warnings := range []map[delivery.Warning]int64{r.held.Warnings, c.Warnings} {
		for key, n := range warnings {
			joined.Warnings[key] += n
		}
	}
	joined.Rejections = slices.Concat(r.held.Rejections, c.Rejections)
	joined.Progress = slices.Concat(r.held.Progress, c.Progress)
	joined.Bytes += r.held.Bytes
	return &joined
}

// stage puts the rows of a chunk into temporary tables, from where they are
// distributed when the fate of their dossiers is known.
func (r *Run) stage(ctx context.Context, c *delivery.Chunk) error {
	if r.rehearsal != nil {
		return nil
	}
	w := r.warehouse
	if err := w.config.Fault("stage"); err != nil {
		return err
	}
	for m, record := range c.Records {
		if record == nil || record.NumRows() == 0 {
			continue
		}
		if !r.stageTables[m] {
			create := fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT * EXCLUDE (%s) FROM %s LIMIT 0",
				stageTable(r.members[m].Name), dataset.ColumnKnownFrom, rowsTable("main", r.members[m].Name))
			if err := w.exec(ctx, create); err != nil {
				return err
			}
			r.stageTables[m] = true
		}
		if err := w.insert(ctx, "temp."+stageTable(r.members[m].Name), record); err != nil {
			return err
		}
		r.stagedRows = true
	}
	return nil
}

func stageTable(name string) string { return "stage_" + name }

func (r *Run) clearStage(ctx context.Context) error {
	if !r.stagedRows {
		return nil
	}
	for m, made := range r.stageTables {
		if made {
			if err := r.warehouse.exec(ctx, "DELETE FROM temp."+stageTable(r.members[m].Name)); err != nil {
				return err
			}
		}
	}
	r.stagedRows = false
	return nil
}
