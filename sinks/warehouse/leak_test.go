package warehouse_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"thidua/transform/delivery"
)

// TestLoadKeepsNoBatch loads batches whose memory is watched: what the caller
// releases after Load is free, whatever Load came to.
func TestLoadKeepsNoBatch(t *testing.T) {
	t.Parallel()
	dir := base(t)
	cases := []struct {
		name   string
		chunks func(*shipment) []*delivery.Chunk
		fault  string
	}{
		{"rows that stand", func(s *shipment) []*delivery.Chunk {
			return []*delivery.Chunk{s.chunk(version{dossier: 9, receipt: 9, number: 1})}
		}, ""},
		{"rows that are staged", func(s *shipment) []*delivery.Chunk { return []*delivery.Chunk{secondChunk(s)} }, ""},
		{"an open dossier", largeDossier, ""},
		{"a fault before the commit", func(s *shipment) []*delivery.Chunk {
			return []*delivery.Chunk{s.chunk(version{dossier: 9, receipt: 9, number: 1})}
		}, "records commit"},
		{"a fault before the rows", func(s *shipment) []*delivery.Chunk {
			return []*delivery.Chunk{s.chunk(version{dossier: 9, receipt: 9, number: 1})}
		}, "between the halves"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			settings := config(t, copied(t, dir))
			settings.Fault = func(point string) error {
				if point == c.fault {
					return errFault
				}
				return nil
			}
			watched := memory.NewCheckedAllocator(memory.DefaultAllocator)
			w := open(t, settings)
			r := begin(t, w, settings)
			for _, chunk := range c.chunks(newShipment(t, 1)) {
				for m := range chunk.Records {
					chunk.Records[m] = rebuilt(t, watched, chunk.Records[m])
				}
				err := r.Load(t.Context(), chunk)
				if (c.fault == "") != (err == nil) || err != nil && !errors.Is(err, errFault) {
					t.Fatal(err)
				}
				for _, record := range chunk.Records {
					record.Release()
				}
				watched.AssertSize(t, 0)
			}
		})
	}
}

// rebuilt copies a batch into watched memory.
func rebuilt(t *testing.T, watched memory.Allocator, record arrow.RecordBatch) arrow.RecordBatch {
	t.Helper()
	columns := make([]arrow.Array, record.NumCols())
	for i, column := range record.Columns() {
		var err error
		if columns[i], err = array.Concatenate([]arrow.Array{column, column}, watched); err != nil {
			t.Fatal(fmt.Errorf("copy column %d: %w", i, err))
		}
	}
	twice := array.NewRecordBatch(record.Schema(), columns, 2*record.NumRows())
	defer twice.Release()
	for _, column := range columns {
		column.Release()
	}
	return twice.NewSlice(0, record.NumRows())
}
