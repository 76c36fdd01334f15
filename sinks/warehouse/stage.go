package warehouse

import (
	"context"
	"fmt"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// stageOpen stages the rows of a dossier that goes on in the next chunk. What is
// known about them has to come with the chunk that closes it: it would be lost here.
func (r *Run) stageOpen(ctx context.Context, c *delivery.Chunk) error {
	switch {
	case len(c.Dossiers)+len(c.Rejections)+len(c.Warnings)+len(c.Progress) > 0, c.Heads.Read > 0, c.Bytes > 0:
		return fmt.Errorf("warehouse: %w: an open chunk brings more than rows", ErrAccount)
	case r.rehearsal != nil:
		return nil
	}
	return r.stage(ctx, c)
}

// stage puts the rows of a chunk into temporary tables, from where they are
// distributed when the fate of their dossiers is known.
func (r *Run) stage(ctx context.Context, c *delivery.Chunk) error {
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
