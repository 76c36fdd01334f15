package job_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"thidua/ingest/job"
	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// journal is what happened, in order, across the goroutines of a run.
type journal struct {
	mu     sync.Mutex
	events []string
}

func (j *journal) add(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, fmt.Sprintf(format, args...))
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.events...)
}

// payload is a fake payload. Reading number i, from 0, gives text, or what reading
// makes of it.
type payload struct {
	name    string
	text    string
	size    int64
	reading func(i int) (io.Reader, error)
	verify  error
	done    error

	journal *journal
	opened  int
}

var startOfTime = time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)

func (p *payload) Item() source.Item {
	size := p.size
	if size == 0 {
		size = int64(len(p.text))
	}
	return source.Item{Name: p.name, SizeBytes: size, ModifiedAt: startOfTime}
}

func (p *payload) Open() (io.ReadCloser, error) {
	defer func() { p.opened++ }()
	if p.reading == nil {
		return io.NopCloser(bytes.NewReader([]byte(p.text))), nil
	}
	r, err := p.reading(p.opened)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(r), nil
}

func (p *payload) Verify() error { return p.verify }

func (p *payload) Done(ok bool) error {
	p.journal.add("done %s %v", p.name, ok)
	return p.done
}

// offer is a fake source.
type offer struct {
	payloads []*payload
	report   source.Report
	err      error
}

func (o *offer) Pull(ctx context.Context, known func(source.Item) bool, yield func(source.Payload) error) (source.Report, error) {
	report := o.report
	for _, p := range o.payloads {
		report.Seen++
		if known(p.Item()) {
			report.Known++
			continue
		}
		if err := yield(p); err != nil {
			return report, err
		}
		if err := ctx.Err(); err != nil {
			return report, err
		}
	}
	return report, o.err
}

func (*offer) Check(context.Context) error { return nil }

// row is a loaded row as the loader finds it in the Arrow batch.
type row struct {
	member                  int
	dossier, delivery       int64
	placeDossier, placeLine int64
	text                    string
}

// loader is a fake warehouse: it stages open chunks, commits the others, and holds
// the account to it that the warehouse does.
type loader struct {
	t       testing.TB
	journal *journal
	known   map[string]bool
	bytes   map[[32]byte]bool
	current map[[32]byte]bool
	open    map[[32]byte]delivery.Progress
	// fault is asked before chunk n, from 1, is taken.
	fault func(n int, c *delivery.Chunk) error

	last       int64
	chunks     int
	staged     []row
	waiting    []delivery.Dossier
	rows       []row
	dossiers   []delivery.Dossier
	rejections []delivery.Rejection
	warnings   map[delivery.Warning]int64
	progress   []delivery.Progress
	counts     []delivery.Counts
	heads      delivery.Counts
	extracts   []delivery.Extract
	gone       []delivery.Dossier
	// sizes are the rows of each chunk that was taken, open ones marked by a minus.
	sizes []int
}

func newLoader(t testing.TB, j *journal) *loader {
	return &loader{t: t, journal: j, warnings: map[delivery.Warning]int64{}}
}

func (l *loader) NextDelivery() int64               { l.last++; return l.last }
func (l *loader) Known(d delivery.Delivery) bool    { return l.known[d.Name] }
func (l *loader) Reported(d delivery.Delivery) bool { return l.Known(d) }

func (l *loader) KnownBytes(d delivery.Delivery) bool         { return l.bytes[d.SHA256] }
func (l *loader) CurrentExtract(s [32]byte) bool              { return l.current[s] }
func (l *loader) Resume(s [32]byte) (delivery.Progress, bool) { p, ok := l.open[s]; return p, ok }

// Load takes a chunk as the warehouse does.
func (l *loader) Load(ctx context.Context, c *delivery.Chunk) error {
	l.chunks++
	if l.fault != nil {
		if err := l.fault(l.chunks, c); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	before := len(l.staged)
	for m, r := range c.Records {
		for i := range int(r.NumRows()) {
			n := int(r.NumCols()) - 5
			number := func(column int) int64 { return r.Column(n + column).(*array.Int64).Value(i) }
			text := ""
			for column := range n {
				text += r.Column(column).ValueStr(i) + "|"
			}
			l.staged = append(l.staged, row{m, number(0), number(1), number(2), number(3), text})
		}
	}
	l.waiting = append(l.waiting, c.Dossiers...)
	taken := len(l.staged) - before
	if c.Open {
		l.journal.add("stage")
		l.sizes = append(l.sizes, -taken)
		return nil
	}
	l.sizes = append(l.sizes, taken)
	l.commit(c)
	l.journal.add("commit")
	return nil
}

func (l *loader) commit(c *delivery.Chunk) {
	if c.Extract != nil {
		l.extracts = append(l.extracts, *c.Extract)
	}
	rows, heads := append([]delivery.Counts(nil), c.Rows...), c.Heads
	l.waiting = slices.DeleteFunc(l.waiting, func(d delivery.Dossier) bool {
		if d.Gone {
			l.gone = append(l.gone, d)
		}
		return d.Gone
	})
	for _, d := range l.waiting {
		heads.Loaded++
		for m, n := range d.Rows {
			rows[m].Loaded += int64(n)
		}
	}
	found := make([]int64, len(rows))
	for _, r := range l.staged {
		found[r.member]++
	}
	if l.counts == nil {
		l.counts = make([]delivery.Counts, len(rows))
	}
	for m, n := range rows {
		if !n.Closed() || n.Loaded != found[m] {
			l.t.Errorf("chunk %d, member %d: the account %+v does not close over %d rows", l.chunks, m, n, found[m])
		}
		l.counts[m].Add(n)
	}
	if !heads.Closed() {
		l.t.Errorf("chunk %d: the account of dossiers %+v does not close", l.chunks, heads)
	}
	l.heads.Add(heads)
	l.rows, l.dossiers = append(l.rows, l.staged...), append(l.dossiers, l.waiting...)
	l.staged, l.waiting = nil, nil
	l.rejections, l.progress = append(l.rejections, c.Rejections...), append(l.progress, c.Progress...)
	for w, n := range c.Warnings {
		l.warnings[w] += n
	}
}

// vault is a fake archive that insists on the order that a real one needs.
type vault struct {
	journal *journal
	// fault is asked before each step.
	fault   func(step string) error
	kept    map[string]map[int64][]byte
	discard int
}

func (v *vault) step(format string, args ...any) error {
	s := fmt.Sprintf(format, args...)
	v.journal.add("%s", s)
	if v.fault != nil {
		return v.fault(s)
	}
	return nil
}

func (v *vault) Create(name string) (job.Bundle, error) {
	if _, twice := v.kept[name]; twice {
		return nil, errors.New("the bundle exists")
	}
	return &bundle{vault: v, name: name, payloads: map[int64][]byte{}}, v.step("create %s", name)
}

type bundle struct {
	vault    *vault
	name     string
	payload  int64
	text     []byte
	payloads map[int64][]byte
}

var errTurn = errors.New("out of turn")

func (b *bundle) Begin(payload int64) error {
	if _, twice := b.payloads[payload]; b.payload != 0 || payload == 0 || twice {
		return errTurn
	}
	b.payload, b.text = payload, nil
	return b.vault.step("begin %d", payload)
}

func (b *bundle) Write(p []byte) (int, error) {
	if b.payload == 0 {
		return 0, errTurn
	}
	b.text = append(b.text, p...)
	return len(p), nil
}

func (b *bundle) End() error {
	if b.payload == 0 {
		return errTurn
	}
	b.payloads[b.payload] = b.text
	defer func() { b.payload = 0 }()
	return b.vault.step("end %d", b.payload)
}

func (b *bundle) Abort() {
	if b.payload != 0 {
		_ = b.vault.step("abort %d", b.payload)
	}
	b.payload = 0
}

func (b *bundle) Seal() error {
	if b.payload != 0 {
		return errTurn
	}
	if b.vault.kept == nil {
		b.vault.kept = map[string]map[int64][]byte{}
	}
	b.vault.kept[b.name] = b.payloads
	return b.vault.step("seal %s", b.name)
}

func (b *bundle) Discard() error {
	b.vault.discard++
	return b.vault.step("discard %s", b.name)
}

func digest(text string) [32]byte { return sha256.Sum256([]byte(text)) }
