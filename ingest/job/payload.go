package job

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/cespare/xxhash/v2"

	"thidua/ingest/format"
	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// receive takes one payload through both passes: the first hashes it and judges
// its frame, the second takes it apart.
func (p *producer) receive(ctx context.Context, a arrival) error {
	payload, d := a.payload, a.delivery
	d.ID = p.runtime.Loader.NextDelivery()
	err := a.err
	switch {
	case err != nil:
	case a.text != nil:
		err = p.receiveSmall(ctx, payload, d, a.text)
	default:
		err = p.receiveLarge(ctx, payload, d)
	}
	p.runtime.Progress.done(d.SizeBytes)
	var unreadable *source.Unreadable
	switch {
	case err == nil:
	case stops(ctx, err), errors.As(err, new(fatal)):
		return err
	case errors.As(err, &unreadable):
		p.unreadable(payload, d, unreadable)
	case errors.Is(err, source.ErrChanged):
		p.changed++
		p.unfinished[payload.Item().Container] = true
	default:
		p.failed(d.ID, err)
		p.unfinished[payload.Item().Container] = true
	}
	if len(p.current.chunk.Progress) >= chunkDeliveries {
		return p.flush(ctx, false)
	}
	return nil
}

// fatal is an error of the run, not of the payload at hand.
type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

// receiveSmall takes a payload that was read whole; both passes go over the same
// bytes.
func (p *producer) receiveSmall(ctx context.Context, payload source.Payload, d delivery.Delivery, text []byte) error {
	if p.knownBytes(payload, d) {
		return nil
	}
	d.ID, _ = p.resumed(d)
	if err := p.keepBytes(ctx, d.ID, text); err != nil {
		return fatal{err}
	}
	frame, err := p.job.Format.Inspect(ctx, bytes.NewReader(text), p.visitor.layout)
	if err != nil {
		return p.inspected(payload, d, err)
	}
	begun, err := p.decode(ctx, payload, d, frame, p.bundleName(), bytes.NewReader(text))
	if err != nil {
		return p.takeBack(begun, err)
	}
	return p.concludeExtract(ctx, payload)
}

// knownBytes reports whether these bytes were dealt with, by an earlier run or by
// this one under another name. A complete extract that comes again after another one
// is news: its source is back where it was.
func (p *producer) knownBytes(payload source.Payload, d delivery.Delivery) bool {
	if p.job.Plan.Complete() && (p.concluded > 0 || !p.runtime.Loader.CurrentExtract(d.SHA256)) {
		return false
	}
	if !p.accepted[d.SHA256] && !p.runtime.Loader.KnownBytes(d) {
		p.accepted[d.SHA256] = true
		return false
	}
	p.result.KnownBytes++
	p.met = append(p.met, dealt{payload, d.ID, true})
	return true
}

// unreadable records a payload whose bytes cannot be had, once. Where the world is
// at fault it is met again by every run, until they can be or it is taken away.
func (p *producer) unreadable(payload source.Payload, d delivery.Delivery, why *source.Unreadable) {
	if p.runtime.Loader.Reported(d) {
		p.unfinished[payload.Item().Container] = true
		p.result.Report.Unreadable = append(p.result.Report.Unreadable, *why)
		return
	}
	p.refuseUnread(d, *why)
	if why.World {
		p.unfinished[payload.Item().Container] = true
		return
	}
	p.dealt(payload, d.ID, false)
}

// keepBytes hands a copy of a small payload to the vault.
func (p *producer) keepBytes(ctx context.Context, id int64, text []byte) error {
	if p.vault == nil {
		return nil
	}
	orders := []order{{kind: orderBegin, payload: id}, {kind: orderWrite, bytes: bytes.Clone(text)}, {kind: orderEnd}}
	for _, o := range orders {
		if err := p.vault.send(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// receiveLarge reads the payload twice and makes sure that both readings gave
// the same bytes.
func (p *producer) receiveLarge(ctx context.Context, payload source.Payload, d delivery.Delivery) error {
	bundle := p.bundleName()
	frame, digest, err := p.firstPass(ctx, payload, &d)
	if id, _ := p.resumed(d); err == nil && id != d.ID && p.vault != nil && !p.accepted[d.SHA256] {
		// The bytes belong under the number that the rows carry, and it is known only
		// now: they are read once more.
		if err := p.dropBytes(ctx); err != nil {
			return err
		}
		d.ID = id
		frame, digest, err = p.firstPass(ctx, payload, &d)
	}
	if err == nil {
		if verify := payload.Verify(); verify != nil {
			return errors.Join(verify, p.dropBytes(ctx))
		}
		if p.knownBytes(payload, d) {
			return p.dropBytes(ctx)
		}
	}
	if err != nil && !errors.As(err, new(*format.Refusal)) {
		return errors.Join(err, p.dropBytes(ctx))
	}
	if end := p.endBytes(ctx); end != nil {
		return fatal{end}
	}
	if err != nil {
		return p.inspected(payload, d, err)
	}
	r, err := payload.Open()
	if err != nil {
		return fmt.Errorf("open the payload: %w", err)
	}
	again := xxhash.New()
	begun, err := p.decode(ctx, payload, d, frame, bundle, io.TeeReader(r, again))
	if err == nil {
		if _, err = io.Copy(again, r); err != nil {
			err = fmt.Errorf("read the payload again: %w", err)
		}
	}
	err = errors.Join(err, r.Close())
	if err == nil && again.Sum64() != digest {
		err = source.ErrChanged
	}
	if err != nil {
		return p.takeBack(begun, err)
	}
	return p.concludeExtract(ctx, payload)
}

// firstPass hashes the payload, hands its bytes to the vault and judges its frame.
// The second digest is a quick one, to compare the second reading with.
func (p *producer) firstPass(ctx context.Context, payload source.Payload, d *delivery.Delivery) (format.Frame, uint64, error) {
	r, err := payload.Open()
	if err != nil {
		return format.Frame{}, 0, fmt.Errorf("open the payload: %w", err)
	}
	if err := p.beginBytes(ctx, d.ID); err != nil {
		return format.Frame{}, 0, errors.Join(err, r.Close())
	}
	sum, quick := sha256.New(), xxhash.New()
	tees := io.TeeReader(r, io.MultiWriter(p.tees(ctx, sum, quick)...))
	frame, err := p.job.Format.Inspect(ctx, tees, p.visitor.layout)
	// A payload that is refused is hashed and kept to its end all the same: it is
	// known from now on, and a person may want to look at it.
	if err == nil || errors.As(err, new(*format.Refusal)) {
		if _, rest := io.Copy(io.Discard, tees); rest != nil {
			err = rest
		}
	}
	if closed := r.Close(); closed != nil && err == nil {
		err = fmt.Errorf("close the payload: %w", closed)
	}
	sum.Sum(d.SHA256[:0])
	return frame, quick.Sum64(), err
}

func (p *producer) tees(ctx context.Context, sum, quick hash.Hash) []io.Writer {
	writers := []io.Writer{sum, quick}
	if p.vault != nil {
		writers = append(writers, &vaultWriter{ctx, p.vault})
	}
	return writers
}

// vaultWriter hands what is read to the vault, in copies.
type vaultWriter struct {
	ctx   context.Context
	vault *vault
}

func (w *vaultWriter) Write(b []byte) (int, error) {
	return len(b), w.vault.send(w.ctx, order{kind: orderWrite, bytes: bytes.Clone(b)})
}

func (p *producer) beginBytes(ctx context.Context, id int64) error {
	if p.vault == nil {
		return nil
	}
	return p.vault.send(ctx, order{kind: orderBegin, payload: id})
}

func (p *producer) endBytes(ctx context.Context) error {
	if p.vault == nil {
		return nil
	}
	return p.vault.send(ctx, order{kind: orderEnd})
}

func (p *producer) dropBytes(ctx context.Context) error {
	if p.vault == nil {
		return nil
	}
	return p.vault.send(ctx, order{kind: orderAbort})
}

// inspected deals with a frame that could not be accepted.
func (p *producer) inspected(payload source.Payload, d delivery.Delivery, err error) error {
	var refusal *format.Refusal
	if !errors.As(err, &refusal) {
		return fmt.Errorf("inspect the payload: %w", err)
	}
	p.refuse(d, refusal, p.bundleName())
	p.dealt(payload, d.ID, false)
	return nil
}

// begun says where the rows of a payload begin: in which chunk of the run, and
// where in it.
type begun struct {
	passed int
	mark   mark
}

// resumed returns the number of a payload and its last committed dossier: those of
// the run that was interrupted in it, if there was one.
func (p *producer) resumed(d delivery.Delivery) (id int64, position int32) {
	if progress, ok := p.runtime.Loader.Resume(d.SHA256); ok {
		return progress.Delivery.ID, progress.Position
	}
	return d.ID, 0
}

// decode takes the payload apart. What it added is taken back where it fails.
func (p *producer) decode(ctx context.Context, payload source.Payload, d delivery.Delivery, frame format.Frame, bundle string, r io.Reader) (begun, error) {
	from := begun{p.passed, p.current.mark()}
	for _, n := range frame.Notes {
		p.note(n)
	}
	p.job.Plan.SetEnvelope(frame.Envelope)
	a := p.visitor
	a.delivery, a.dossiers, a.bundle = d, int32(frame.Dossiers), bundle
	a.delivery.ID, a.resume = p.resumed(d)
	if a.plan.Complete() {
		// What it lacks is known only to who has read all of it.
		a.resume = 0
		a.extract.begin()
	}
	a.dossier = delivery.Dossier{Number: a.resume}
	if err := p.job.Format.Decode(ctx, r, frame, a.layout, a); err != nil {
		// Lines that waited for a head must not meet the one of the next payload.
		return from, errors.Join(fmt.Errorf("decode the payload: %w", err), a.lines.forget())
	}
	c := &p.current.chunk
	c.Bytes += d.SizeBytes
	if a.plan.Complete() {
		c.Progress = append(c.Progress, a.progress(delivery.StateOpen))
		return from, nil
	}
	c.Progress = append(c.Progress, a.progress(delivery.StateLoaded))
	p.dealt(payload, a.delivery.ID, true)
	return from, nil
}

// takeBack drops what a payload added to the chunk. Where a part of it was passed
// on already, the run ends: the payload is open, and the next run goes on with it
// or, if it changed, meets it as a new one.
func (p *producer) takeBack(b begun, err error) error {
	if b.passed != p.passed {
		return fatal{err}
	}
	p.current.rollback(b.mark, p.visitor.delivery.ID)
	delete(p.accepted, p.visitor.delivery.SHA256)
	return err
}

func (p *producer) dealt(payload source.Payload, id int64, ok bool) {
	p.current.dealt = append(p.current.dealt, dealt{payload, id, ok})
}
