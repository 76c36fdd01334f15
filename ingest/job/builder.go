package job

import (
	"context"
	"maps"

	"github.com/apache/arrow-go/v18/arrow"

	"thidua/ingest/source"
	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// builder collects a chunk. There are two: one is filled while the other is
// loaded.
type builder struct {
	batches []*dataset.Batch
	chunk   delivery.Chunk
	// durable, where payloads are archived, tells when the bytes of the chunk's
	// deliveries are durable. The commit that refers to them comes after.
	durable <-chan error
	dealt   []dealt
	appends int
}

// dealt is a payload that is done with when the chunk is committed.
type dealt struct {
	payload source.Payload
	id      int64
	ok      bool
}

func newBuilder(members []*dataset.Dataset) *builder {
	b := &builder{}
	for _, d := range members {
		b.batches = append(b.batches, dataset.NewBatch(d))
	}
	b.reset()
	return b
}

func (b *builder) reset() {
	for _, batch := range b.batches {
		batch.Reset()
	}
	b.chunk = delivery.Chunk{
		Dossiers: b.chunk.Dossiers[:0], Warnings: make(map[delivery.Warning]int64),
		Rows: make([]delivery.Counts, len(b.batches)),
	}
	b.durable, b.dealt = nil, nil
}

// rejectionBytes is about what a rejection takes in memory.
const rejectionBytes = 256

func (b *builder) sizeBytes() int {
	size := rejectionBytes * len(b.chunk.Rejections)
	for _, batch := range b.batches {
		size += batch.SizeBytes()
	}
	return size
}

// empty reports whether there is nothing to commit.
func (b *builder) empty() bool {
	return len(b.chunk.Progress) == 0 && len(b.chunk.Dossiers) == 0 && len(b.chunk.Rejections) == 0 && b.chunk.Heads.Read == 0
}

// batched returns the chunk with its Arrow batches. The builder's memory belongs to them until they
// are released.
func (b *builder) batched() *delivery.Chunk {
	b.chunk.Records = make([]arrow.RecordBatch, len(b.batches))
	for i, batch := range b.batches {
		b.chunk.Records[i] = batch.Record()
	}
	return &b.chunk
}

func (b *builder) awaitDurable(ctx context.Context) error {
	if b.durable == nil {
		return nil
	}
	select {
	case err := <-b.durable:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mark is a place in a chunk to which it can be taken back.
type mark struct {
	rows       []int
	dossiers   int
	rejections int
	progress   int
	dealt      int
	bytes      int64
	counts     []delivery.Counts
	heads      delivery.Counts
}

func (b *builder) mark() mark {
	m := mark{
		dossiers: len(b.chunk.Dossiers), rejections: len(b.chunk.Rejections),
		progress: len(b.chunk.Progress), dealt: len(b.dealt), bytes: b.chunk.Bytes,
		counts: append([]delivery.Counts(nil), b.chunk.Rows...), heads: b.chunk.Heads,
	}
	for _, batch := range b.batches {
		m.rows = append(m.rows, batch.Rows())
	}
	return m
}

// rollback drops what a delivery added since the mark.
func (b *builder) rollback(m mark, id int64) {
	maps.DeleteFunc(b.chunk.Warnings, func(w delivery.Warning, _ int64) bool { return w.Delivery == id })
	for i, batch := range b.batches {
		batch.Truncate(m.rows[i])
	}
	b.chunk.Dossiers = b.chunk.Dossiers[:m.dossiers]
	b.chunk.Rejections = b.chunk.Rejections[:m.rejections]
	b.chunk.Progress, b.dealt = b.chunk.Progress[:m.progress], b.dealt[:m.dealt]
	b.chunk.Rows, b.chunk.Heads, b.chunk.Bytes = m.counts, m.heads, m.bytes
}
