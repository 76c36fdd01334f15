package dataset

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/cespare/xxhash/v2"

	"thidua/transform/value"
)

// lineageTypes are the types of the lineage columns, in their order.
var lineageTypes = []value.Kind{value.Integer, value.Integer, value.Integer, value.Integer, value.Integer}

// Lineage says where a row comes from and what it holds.
type Lineage struct {
	Dossier      int64
	Delivery     int64
	PlaceDossier int32
	PlaceLine    int32
	Content      uint64
}

// Batch collects the rows of one dataset in Arrow's layout. It is filled by one
// goroutine, read through Record by another, and used again after Reset.
type Batch struct {
	Dataset *Dataset

	columns []buffer
	schema  *arrow.Schema
	rows    int
}

// NewBatch returns an empty batch for rows of d.
func NewBatch(d *Dataset) *Batch {
	b := &Batch{Dataset: d, schema: d.Schema()}
	for _, c := range d.Columns {
		b.columns = append(b.columns, newBuffer(c.Type))
	}
	for _, kind := range lineageTypes {
		b.columns = append(b.columns, newBuffer(value.Type{Kind: kind}))
	}
	b.Reset()
	return b
}

// Schema returns the Arrow schema of a batch: the columns of the dataset, then
// the lineage without the instant of the commit.
func (d *Dataset) Schema() *arrow.Schema {
	fields := make([]arrow.Field, 0, len(d.Columns)+len(lineageTypes))
	for _, c := range d.Columns {
		fields = append(fields, arrow.Field{Name: c.Name, Type: arrowType(c.Type), Nullable: true})
	}
	for i, kind := range lineageTypes {
		fields = append(fields, arrow.Field{Name: Reserved()[i], Type: arrowType(value.Type{Kind: kind})})
	}
	return arrow.NewSchema(fields, nil)
}

// Append adds a row, one value per column of the dataset.
func (b *Batch) Append(row []value.Value, l Lineage) {
	n := len(row)
	for i := range row {
		b.columns[i].set(b.rows, &row[i])
	}
	lineage := [...]int64{l.Dossier, l.Delivery, int64(l.PlaceDossier), int64(l.PlaceLine), int64(l.Content)}
	for i, number := range lineage {
		b.columns[n+i].number(b.rows, number)
	}
	b.rows++
}

// Rows returns the number of rows.
func (b *Batch) Rows() int { return b.rows }

// SizeBytes returns the memory that the rows take.
func (b *Batch) SizeBytes() int {
	size := 0
	for i := range b.columns {
		size += b.columns[i].sizeBytes()
	}
	return size
}

// Truncate drops all rows from row n on.
func (b *Batch) Truncate(n int) {
	if n >= b.rows {
		return
	}
	for i := range b.columns {
		b.columns[i].truncate(n, b.rows)
	}
	b.rows = n
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	for i := range b.columns {
		b.columns[i].reset()
	}
	b.rows = 0
}

// Record returns the rows as an Arrow batch over the batch's own memory. It must
// be released, and no longer used, before the batch is written again.
func (b *Batch) Record() arrow.RecordBatch {
	arrays := make([]arrow.Array, len(b.columns))
	for i := range b.columns {
		arrays[i] = b.columns[i].array(b.rows)
	}
	record := array.NewRecordBatch(b.schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	return record
}

// Hasher digests rows. It is used by one goroutine.
type Hasher struct{ scratch []byte }

// Content digests the values of a row of d, whatever it was written as: two rows
// have one content when all their columns are equal.
func (h *Hasher) Content(d *Dataset, row []value.Value) uint64 {
	h.scratch = append(h.scratch[:0], d.Name...)
	for i, v := range row {
		if !v.Valid {
			h.scratch = append(h.scratch, 0)
			continue
		}
		kind := d.Columns[i].Type.Kind
		h.scratch = append(h.scratch, 1)
		if kind == value.Text || kind == value.Key {
			h.scratch = binary.AppendUvarint(h.scratch, uint64(len(v.Text)))
			h.scratch = append(h.scratch, v.Text...)
			continue
		}
		h.scratch = binary.LittleEndian.AppendUint64(h.scratch, uint64(v.Int))
	}
	return xxhash.Sum64(h.scratch)
}
