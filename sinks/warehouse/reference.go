package warehouse

import (
	"context"
	"fmt"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"thidua/transform/dataset"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// Reference is a reference table: a dataset whose rows come with the configuration.
// Rows have one text per column, empty for NULL.
type Reference struct {
	Dataset *dataset.Dataset
	Rows    [][]string
}

// syncReferences brings the reference tables to what the configuration holds. Rows
// that are no longer there go to history, so that any table can be had as it was
// known at an instant.
func (w *Warehouse) syncReferences(ctx context.Context) error {
	for _, r := range w.config.References {
		digest := strconv.FormatUint(r.digest(), 16)
		stored, err := w.setting(ctx, "reference_"+r.Dataset.Name)
		if err != nil {
			return err
		}
		if stored == digest {
			continue
		}
		if err := w.syncReference(ctx, r, digest); err != nil {
			return fmt.Errorf("reference table %s: %w", r.Dataset.Name, err)
		}
	}
	return nil
}

func (r Reference) digest() uint64 {
	h := xxhash.New()
	for _, row := range r.Rows {
		for _, cell := range row {
			_, _ = h.WriteString(cell)
			_, _ = h.Write([]byte{0})
		}
	}
	return h.Sum64()
}

// batch reads the rows as the types of their columns.
func (r Reference) batch() (*dataset.Batch, error) {
	readers := make([]normalise.Func, len(r.Dataset.Columns))
	for i, c := range r.Dataset.Columns {
		options := normalise.Options{Locale: normalise.Point, Length: c.Length, MaxLength: c.MaxLength}
		if c.Code {
			options.Reading = "code"
		}
		var err error
		if readers[i], err = normalise.For(c.Type, options); err != nil {
			return nil, err
		}
	}
	batch, row := dataset.NewBatch(r.Dataset), make([]value.Value, len(readers))
	var hasher dataset.Hasher
	for n, cells := range r.Rows {
		for i, read := range readers {
			v, reason := read([]byte(cells[i]))
			if reason != nil && !v.Valid {
				return nil, fmt.Errorf("row %d, column %s: %s", n+1, r.Dataset.Columns[i].Name, reason.Text.En)
			}
			row[i] = v
		}
		content := hasher.Content(r.Dataset, row)
		batch.Append(row, dataset.Lineage{Dossier: int64(content), PlaceLine: int32(n + 1), Content: content})
	}
	return batch, nil
}

func (w *Warehouse) syncReference(ctx context.Context, r Reference, digest string) error {
	batch, err := r.batch()
	if err != nil {
		return err
	}
	name, at, n := r.Dataset.Name, w.nextInstant(), w.applied+1
	live, past, own := rowsTable("main", name), rowsTable("history", name), ownColumns(r.Dataset)
	if err := w.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE arriving_reference AS SELECT %s FROM %s LIMIT 0", own, live)); err != nil {
		return err
	}
	record := batch.Record()
	defer record.Release()
	if err := w.insert(ctx, "temp.arriving_reference", record); err != nil {
		return err
	}
	const gone = "FROM %s WHERE content NOT IN (SELECT content FROM temp.arriving_reference)"
	steps := []struct {
		statement string
		args      []any
	}{
		{fmt.Sprintf("INSERT INTO %s (%s, known_from, known_to) SELECT %s, known_from, ? "+gone, past, own, own, live), []any{at}},
		{fmt.Sprintf("DELETE "+gone, live), nil},
		{fmt.Sprintf("INSERT INTO %s (%s, known_from) SELECT %s, ? FROM temp.arriving_reference WHERE content NOT IN (SELECT content FROM %s)", live, own, own, live), []any{at}},
		{"DELETE FROM records.setting WHERE name = ?", []any{"reference_" + name}},
		{"INSERT INTO records.setting VALUES (?, ?)", []any{"reference_" + name, digest}},
		{"INSERT INTO records.applied VALUES (?, ?, 0)", []any{n, at}},
		{"DROP TABLE temp.arriving_reference", nil},
	}
	err = w.transaction(ctx, func() error {
		for _, s := range steps {
			if err := w.exec(ctx, s.statement, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		w.applied, w.lastAt = n, at
	}
	return err
}
