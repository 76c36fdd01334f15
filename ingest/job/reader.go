package job

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// reader pulls payloads and reads the small ones ahead, so that one is hashed while
// the one before is decoded. Large ones it leaves to the producer, and waits.
type reader struct {
	producer *producer
	arrivals chan<- arrival
	buffers  chan []byte
	// report and err are the pull's, once arrivals is closed.
	report source.Report
	err    error
}

// arrival is a payload on its way to the producer.
type arrival struct {
	payload  source.Payload
	delivery delivery.Delivery
	// text holds a small payload whole; a large one has none and dealt, which the
	// producer closes when it is done with it.
	text  []byte
	dealt chan struct{}
	err   error
}

// aheadPayloads is how many small payloads wait for the decoder.
const aheadPayloads = 3

func newReader(p *producer, arrivals chan<- arrival) *reader {
	r := &reader{producer: p, arrivals: arrivals, buffers: make(chan []byte, aheadPayloads)}
	for range aheadPayloads {
		r.buffers <- nil
	}
	return r
}

// run pulls to the end of the source. An error of the pull is kept: what was pulled
// before it is still to be loaded.
func (r *reader) run(ctx context.Context) error {
	defer close(r.arrivals)
	r.report, r.err = r.producer.job.Source.Pull(ctx, r.producer.known, func(payload source.Payload) error {
		return r.offer(ctx, payload)
	})
	return ctx.Err()
}

// offer passes one payload on. It returns when the source may let go of it: when its
// bytes are in memory, or when it was dealt with.
func (r *reader) offer(ctx context.Context, payload source.Payload) error {
	a := arrival{payload: payload, delivery: r.producer.deliveryOf(payload.Item())}
	if a.delivery.SizeBytes <= memoryPayloadBytes {
		select {
		case buffer := <-r.buffers:
			a.text, a.err = readAll(payload, buffer[:0], a.delivery.SizeBytes)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch {
	case a.err != nil:
	case a.text == nil || len(a.text) > memoryPayloadBytes:
		// Large, or found to be so when it was decompressed.
		r.giveBack(a.text)
		a.text, a.dealt = nil, make(chan struct{})
	default:
		a.err = payload.Verify()
		a.delivery.SHA256 = sha256.Sum256(a.text)
	}
	select {
	case r.arrivals <- a:
	case <-ctx.Done():
		return ctx.Err()
	}
	if a.dealt == nil {
		return nil
	}
	select {
	case <-a.dealt:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// giveBack returns the memory of a small payload.
func (r *reader) giveBack(buffer []byte) {
	if buffer != nil {
		r.buffers <- buffer
	}
}

// readAll reads a payload into the buffer, and no more than a byte too many of one
// that is large. It never returns a nil text without an error.
func readAll(payload source.Payload, buffer []byte, sizeBytes int64) ([]byte, error) {
	if buffer == nil {
		buffer = make([]byte, 0, sizeBytes+bytes.MinRead)
	}
	r, err := payload.Open()
	if err != nil {
		return buffer, fmt.Errorf("open the payload: %w", err)
	}
	into := bytes.NewBuffer(buffer)
	into.Grow(int(sizeBytes) + bytes.MinRead)
	_, err = into.ReadFrom(io.LimitReader(r, memoryPayloadBytes+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return into.Bytes(), fmt.Errorf("read the payload: %w", err)
	}
	return into.Bytes(), nil
}
