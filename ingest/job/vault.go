package job

import (
	"context"
	"errors"
	"fmt"
)

// vault seals the bytes of payloads beside the decoding. Its goroutine writes
// what the producer hands over; the producer never waits for it longer than the
// queue is deep.
type vault struct {
	archive Archive
	prefix  string
	orders  chan order
	bundle  Bundle
	serial  int
	name    string
}

// order is one thing for the vault to do: begin, write, end or drop a payload, or
// seal the bundle.
type order struct {
	kind    orderKind
	payload int64
	name    string
	bytes   []byte
	sealed  chan<- error
}

type orderKind uint8

const (
	orderBegin orderKind = iota
	orderWrite
	orderEnd
	orderAbort
	orderSeal
)

// vaultQueue bounds the blocks on their way to the vault.
const vaultQueue = 16

func newVault(a Archive, prefix string) *vault {
	v := &vault{archive: a, prefix: prefix, orders: make(chan order, vaultQueue)}
	v.nextName()
	return v
}

func (v *vault) nextName() {
	v.serial++
	v.name = fmt.Sprintf("%s-%d", v.prefix, v.serial)
}

// send queues an order. The bytes of a write belong to the vault from then on.
func (v *vault) send(ctx context.Context, o order) error {
	o.name = v.name
	select {
	case v.orders <- o:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// seal asks for the bundle to be made durable; the next payload begins another.
func (v *vault) seal(ctx context.Context) (<-chan error, error) {
	sealed := make(chan error, 1)
	err := v.send(ctx, order{kind: orderSeal, sealed: sealed})
	v.nextName()
	return sealed, err
}

// close ends the vault's goroutine when its queue is worked off.
func (v *vault) close() { close(v.orders) }

func (v *vault) run(ctx context.Context) error {
	for {
		select {
		case o, open := <-v.orders:
			if !open {
				return v.abandon()
			}
			if err := v.obey(o); err != nil {
				return errors.Join(fmt.Errorf("archive: %w", err), v.abandon())
			}
		case <-ctx.Done():
			return errors.Join(ctx.Err(), v.abandon())
		}
	}
}

// abandon drops a bundle that no commit will refer to.
func (v *vault) abandon() error {
	if v.bundle == nil {
		return nil
	}
	err := v.bundle.Discard()
	v.bundle = nil
	return err
}

func (v *vault) obey(o order) error {
	switch o.kind {
	case orderBegin:
		if v.bundle == nil {
			bundle, err := v.archive.Create(o.name)
			if err != nil {
				return err
			}
			v.bundle = bundle
		}
		return v.bundle.Begin(o.payload)
	case orderWrite:
		_, err := v.bundle.Write(o.bytes)
		return err
	case orderEnd:
		return v.bundle.End()
	case orderAbort:
		// A payload that could not be opened is dropped before it has begun.
		if v.bundle != nil {
			v.bundle.Abort()
		}
		return nil
	default:
		var err error
		if v.bundle != nil {
			err = v.bundle.Seal()
		}
		v.bundle = nil
		o.sealed <- err
		return err
	}
}
