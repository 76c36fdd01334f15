package job

import (
	"context"
	"errors"
	"slices"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// producer reads payloads and fills chunks.
type producer struct {
	job     *Job
	runtime Runtime
	vault   *vault
	ready   chan<- *builder
	free    <-chan *builder
	current *builder
	// passed counts the chunks that were passed on. The builders take turns: only
	// this tells whether the chunk at hand is still the same one.
	passed int
	// changed counts the payloads that changed while they were read.
	changed int
	visitor *assembler
	// unfinished names the containers with a member that has to be met again.
	unfinished map[string]bool
	// accepted holds the digests of the payloads that this run has dealt with:
	// bytes that come twice are taken once.
	accepted map[[32]byte]bool
	// met are payloads with known bytes, which no commit has to be waited for.
	met []dealt
	// concluded counts the complete extracts that this run has ended.
	concluded int
	result    Result
	// pullError is why the source stopped before its end.
	pullError error
	notes     map[noteKey]*format.Note
}

type noteKey struct{ rule, name string }

// run deals with what arrives until the source has no more.
func (p *producer) run(ctx context.Context, arrivals <-chan arrival, r *reader) error {
	if err := p.takeBuilder(ctx); err != nil {
		return err
	}
	p.visitor = &assembler{
		ctx: ctx, producer: p, plan: p.job.Plan, layout: p.job.Plan.Layout(), alone: p.job.Plan.Alone(),
		seen: make(map[uint64]struct{}), lines: pending{dir: p.runtime.SpillDir},
	}
	for a := range arrivals {
		err := p.receive(ctx, a)
		r.giveBack(a.text)
		if a.dealt != nil {
			close(a.dealt)
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p.conclude(r.report)
	p.pullError = r.err
	return p.flush(ctx, false)
}

// conclude records what a pull found out at its end.
func (p *producer) conclude(report source.Report) {
	report.Unsettled += p.changed
	again := p.result.Report.Unreadable
	p.result.Report = report
	p.result.Report.Unreadable = append(again, report.Unreadable...)
	for _, u := range report.Unreadable {
		p.refuseUnreadable(u)
	}
	for _, n := range report.Notes {
		p.note(format.Note{Rule: n.Rule, Reason: n.Reason, Count: n.Count})
	}
	for _, item := range report.Containers {
		if p.unfinished[item.Name] {
			continue
		}
		d := p.deliveryOf(item)
		d.ID = p.runtime.Loader.NextDelivery()
		p.current.chunk.Progress = append(p.current.chunk.Progress, delivery.Progress{Delivery: d, State: delivery.StateContainer})
	}
}

func (p *producer) takeBuilder(ctx context.Context) error {
	select {
	case p.current = <-p.free:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// known answers the source's question for an item, by its name and looks.
func (p *producer) known(item source.Item) bool {
	if !p.runtime.VerifyKnown && p.runtime.Loader.Known(p.deliveryOf(item)) {
		return true
	}
	p.runtime.Progress.offer(max(item.SizeBytes, 0))
	return false
}

func (p *producer) deliveryOf(item source.Item) delivery.Delivery {
	return delivery.Delivery{
		Job: p.job.Name, Name: item.Name, SizeBytes: item.SizeBytes, ModifiedAt: item.ModifiedAt, Inode: item.Inode,
		ReceivedAt: p.runtime.Now().UTC(),
	}
}

// refuseUnreadable records a container or folder that could not be opened, once.
func (p *producer) refuseUnreadable(u source.Unreadable) {
	d := p.deliveryOf(u.Item)
	if u.Item.Name == "" || p.runtime.Loader.Known(d) || p.runtime.Loader.Reported(d) {
		return
	}
	d.ID = p.runtime.Loader.NextDelivery()
	p.refuseUnread(d, u)
}

// refuseUnread records a payload whose bytes cannot be had. Where the world is at
// fault, the payload is not known for it.
func (p *producer) refuseUnread(d delivery.Delivery, u source.Unreadable) {
	p.refuse(d, &format.Refusal{Rule: u.Rule, Reason: u.Reason}, "")
	if u.World {
		p.result.Refused--
		p.result.Unread++
		last := len(p.current.chunk.Progress) - 1
		p.current.chunk.Progress[last].State = delivery.StateUnread
	}
}

// refuse records a payload that is set aside whole. The bundle holds its bytes; it
// is empty where they could not be read.
func (p *producer) refuse(d delivery.Delivery, why *format.Refusal, bundle string) {
	c := &p.current.chunk
	p.result.Refused++
	c.Rejections = append(c.Rejections, delivery.Rejection{Delivery: d.ID, Level: delivery.LevelDelivery, Rule: why.Rule, Reason: why.Reason})
	c.Heads.Read += int64(why.Dossiers)
	c.Heads.Quarantined += int64(why.Dossiers)
	c.Bytes += d.SizeBytes
	c.Progress = append(c.Progress, delivery.Progress{Delivery: d, State: delivery.StateRefused, Dossiers: int32(why.Dossiers), Bundle: bundle})
}

// relieve passes rows on in the middle of a dossier that is too large for a chunk.
func (p *producer) relieve(a *assembler) error {
	const look = 4096
	p.current.appends++
	if p.current.appends%look != 0 || p.current.sizeBytes() < 2*p.runtime.ChunkBytes {
		return nil
	}
	return p.flush(a.ctx, true)
}

// flushIfFull commits the chunk when it is large enough. The delivery is open
// then, and has come as far as progress says.
func (p *producer) flushIfFull(progress delivery.Progress) error {
	b := p.current
	full := len(b.chunk.Dossiers) >= chunkDossiers
	if !full && (b.chunk.Heads.Read%16 != 0 || b.sizeBytes() < p.runtime.ChunkBytes) {
		return nil
	}
	b.chunk.Progress = append(b.chunk.Progress, progress)
	return p.flush(p.visitor.ctx, false)
}

// flush passes the chunk on to the loader and takes a free one. Of an open chunk
// only the rows are passed on: what has to be known of them comes with the chunk
// that closes it, and so do the payloads that are done with when it is committed.
func (p *producer) flush(ctx context.Context, open bool) error {
	b := p.current
	if b.empty() && !open {
		return nil
	}
	for _, batch := range b.batches {
		p.runtime.Progress.load(int64(batch.Rows()))
	}
	chunk, dealt := b.chunk, b.dealt
	if open {
		b.chunk, b.dealt = delivery.Chunk{Open: true, Rows: make([]delivery.Counts, len(b.batches))}, nil
	} else if p.vault != nil {
		var err error
		if b.durable, err = p.vault.seal(ctx); err != nil {
			return err
		}
	}
	select {
	case p.ready <- b:
		p.passed++
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := p.takeBuilder(ctx); err != nil || !open {
		return err
	}
	p.current.chunk, p.current.dealt = chunk, dealt
	return nil
}

// bundleName is the bundle that takes the bytes of the payload at hand.
func (p *producer) bundleName() string {
	if p.vault == nil {
		return ""
	}
	return p.vault.name
}

// maxNotes bounds the findings about payloads that a run remembers.
const maxNotes = 1000

func (p *producer) note(n format.Note) {
	key := noteKey{n.Rule, n.Name}
	if known, ok := p.notes[key]; ok {
		known.Count += n.Count
		return
	}
	if len(p.notes) < maxNotes {
		p.notes[key] = &n
	}
}

func (p *producer) collectNotes() []format.Note {
	notes := make([]format.Note, 0, len(p.notes))
	for _, n := range p.notes {
		notes = append(notes, *n)
	}
	slices.SortFunc(notes, func(a, b format.Note) int {
		return strings.Compare(a.Rule+" "+a.Name, b.Rule+" "+b.Name)
	})
	return notes
}

// failed counts a payload that the world kept from being read. The next run
// tries again.
func (p *producer) failed(id int64, err error) {
	p.result.Failed++
	p.warn(id, err)
}

func (p *producer) warn(id int64, err error) {
	if p.runtime.Warn != nil {
		p.runtime.Warn(id, err)
	}
}

// stops reports whether an error ends the run, not only the payload.
func stops(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.Canceled)
}
