// Package job runs a job: it pulls payloads from a source, takes them apart,
// turns their records into rows, and hands them to a loader in bounded chunks.
//
// Three goroutines work at a time, and one more where payloads are archived: one
// reads ahead, one decodes and transforms, one loads what is ready, one seals the
// bytes. All of them end before Run returns.
package job

import (
	"context"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"thidua/ingest/format"
	"thidua/ingest/source"
	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/record"
)

// Job is one job, ready to run.
type Job struct {
	Name   string
	Source source.Source
	Format format.Format
	Plan   *record.Plan
	// Revision is raised when the decoder reads the same bytes differently than it
	// did: what is read anew then outranks what was read before.
	Revision int32
	// MostRemoved is the greatest share in per cent of what stands that one complete
	// extract may remove.
	MostRemoved int
}

// Loader takes what a run brings. It is the warehouse's side of one run.
type Loader interface {
	NextDelivery() int64
	Known(d delivery.Delivery) bool
	// Reported says that the payload was set aside unread, and looks as it did then.
	Reported(d delivery.Delivery) bool
	KnownBytes(d delivery.Delivery) bool
	// CurrentExtract reports whether a complete extract with these bytes was the
	// latest of what it speaks for when the run began.
	CurrentExtract(sha256 [32]byte) bool
	Resume(sha256 [32]byte) (delivery.Progress, bool)
	Load(ctx context.Context, c *delivery.Chunk) error
}

// Archive keeps the bytes of payloads, sealed.
type Archive interface {
	Create(name string) (Bundle, error)
}

// Bundle is a sealed file in the making. Seal returns when its bytes are durable.
type Bundle interface {
	Begin(payload int64) error
	io.Writer
	End() error
	Abort()
	Seal() error
	Discard() error
}

// Runtime is what a run works with.
type Runtime struct {
	Loader Loader
	// Archive is nil where payloads are not archived.
	Archive Archive
	// ArchivePrefix begins the names of the bundles of this run.
	ArchivePrefix string
	// SpillDir takes what does not fit into memory, encrypted with a key that is
	// never written.
	SpillDir string
	// ChunkBytes bounds the rows of a chunk, 32 MB where zero.
	ChunkBytes int
	// VerifyKnown reads the bytes of known payloads too.
	VerifyKnown bool
	Progress    *Progress
	Now         func() time.Time
	// Rehearsal leaves the source as it is: nothing is loaded, so nothing is done
	// with.
	Rehearsal bool
	// Warn tells of a payload that could not be read or put away, by its sequence.
	Warn func(payload int64, err error)
}

const (
	defaultChunkBytes = 32 << 20
	// memoryPayloadBytes is the size up to which a payload is read once and kept
	// in memory for both passes.
	memoryPayloadBytes = 8 << 20
	// chunkDeliveries bounds the deliveries of a chunk.
	chunkDeliveries = 20000
	// chunkDossiers bounds the dossiers of a chunk, a quarter of the engine's row group:
	// what has to be known of each takes more memory than a narrow row. Measured with a
	// million doses that are all sent again: 480 MB, and 600 MB with twice as many.
	chunkDossiers = 30_720
)

// Result is what a run saw beside what the loader accounts for.
type Result struct {
	Report source.Report
	// Unread counts payloads, folders and windows that the world kept back and that
	// the next run asks for again; what was wrong is among the rejections.
	Unread int
	// Refused counts payloads that were refused whole, Failed those that could
	// not be read and are tried again by the next run.
	Refused int
	Failed  int
	// Unmoved counts payloads that were dealt with and that the source could not put
	// away.
	Unmoved int
	// KnownBytes counts payloads that were new by name and known by content.
	KnownBytes int
	// Broken counts parts of dossiers that could not be read. A part that breaks
	// before its first record is in no count of rows.
	Broken int
	Notes  []format.Note
}

// Run executes the job once. Its error is one that kept the run from going on; a
// payload that is bad is in the result. A panic in one of its goroutines is such an
// error, a *Panic.
func (j *Job) Run(ctx context.Context, rt Runtime) (Result, error) {
	if rt.ChunkBytes == 0 {
		rt.ChunkBytes = defaultChunkBytes
	}
	group, ctx := errgroup.WithContext(ctx)
	ready := make(chan *builder)
	free := make(chan *builder, 2)
	for range cap(free) {
		free <- newBuilder(j.Plan.Members())
	}
	p := &producer{job: j, runtime: rt, ready: ready, free: free, notes: make(map[noteKey]*format.Note), unfinished: make(map[string]bool), accepted: make(map[[32]byte]bool)}
	if rt.Archive != nil {
		p.vault = newVault(rt.Archive, rt.ArchivePrefix)
		group.Go(func() error { return Guard(func() error { return p.vault.run(ctx) }) })
	}
	arrivals := make(chan arrival)
	reader := newReader(p, arrivals)
	group.Go(func() error { return Guard(func() error { return reader.run(ctx) }) })
	group.Go(func() error {
		defer close(ready)
		err := Guard(func() error { return p.run(ctx, arrivals, reader) })
		if p.vault != nil {
			p.vault.close()
		}
		return err
	})
	var committed []dealt
	group.Go(func() error {
		return Guard(func() (err error) {
			committed, err = load(ctx, rt.Loader, ready, free)
			return err
		})
	})
	err := group.Wait()
	if err == nil {
		err = p.pullError
	}
	p.acknowledge(append(committed, p.met...))
	p.result.Notes = p.collectNotes()
	return p.result, err
}

// load commits chunks in the order they were made. It returns the payloads that
// were dealt with by then.
func load(ctx context.Context, loader Loader, ready <-chan *builder, free chan<- *builder) (committed []dealt, err error) {
	for b := range ready {
		chunk := b.batched()
		err := b.awaitDurable(ctx)
		if err == nil {
			err = loader.Load(ctx, chunk)
		}
		for _, r := range chunk.Records {
			r.Release()
		}
		if err != nil {
			return committed, err
		}
		committed = append(committed, b.dealt...)
		b.reset()
		free <- b
	}
	return committed, nil
}

// acknowledge tells the source which payloads were dealt with. It comes after the
// commits and after the pull: nothing else is at work. What the source cannot put
// away stays, and is known.
func (p *producer) acknowledge(payloads []dealt) {
	if p.runtime.Rehearsal {
		return
	}
	for _, d := range payloads {
		if err := d.payload.Done(d.ok); err != nil {
			p.result.Unmoved++
			p.warn(d.id, err)
		}
	}
}

// Members returns the datasets that the job feeds, the head first.
func (j *Job) Members() []*dataset.Dataset { return j.Plan.Members() }
