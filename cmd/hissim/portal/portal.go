// Package portal is the outside world of the stand-in province over HTTP: the
// national e-prescription system as public client programs call it, and a
// provincial gateway that lists prescriptions and transfers of health records.
// No real gateway is like it: its interface is invented and says so in each
// answer. All that it serves is invented; it can be told to fail in the ways that
// real systems do, and remembers what it served, so that a test can tell that a
// fault has happened.
package portal

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"thidua/cmd/hissim/province"
)

// Records is what the portal serves. Times are local wall clock, kept as UTC. It
// is asked by one request at a time.
type Records interface {
	// PrescriptionsAsOf yields the prescriptions as they stand at now whose last
	// update lies between from and to, both included, ordered by that update and
	// then by code.
	PrescriptionsAsOf(from, to, now time.Time) iter.Seq[province.Prescription]
	// Prescription returns the prescription of a code as it stands at now, false
	// where there is none or it was not sent yet.
	Prescription(code string, now time.Time) (province.Prescription, bool)
	// Transfers returns at most limit transfers behind the first after ones.
	Transfers(after, limit int) []province.Transfer
}

// Config is what a portal is made of. The zero value of each field but Records,
// Now and Password stands for what is usual.
type Config struct {
	Records Records
	// Now is the portal's clock: it decides which state of a prescription is shown
	// and when tokens end, and stands in the Date of each answer.
	Now func() time.Time
	// Password is that of every account, and the app-key of the look-up.
	Password string
	// TokenLifetime is how long a token is good for; 0 stands for seven days.
	TokenLifetime time.Duration
	// Rate bounds the requests in a second; 0 sets no bound.
	Rate   float64
	Faults []Fault
	// Sleep waits; nil stands for a real timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

const (
	usualLifetime = 7 * 24 * time.Hour
	// mostSeen bounds what a portal remembers of the requests that it served.
	mostSeen = 1 << 16
)

// Seen is a request that was served.
type Seen struct {
	// Endpoint is one of the names beginning with Endpoint.
	Endpoint string
	// Path and Query are those of the request; the query as it was written.
	Path, Query string
	// Status is what was answered, 0 where the connection was reset.
	Status int
	// Fault names the faults that struck, with "+" between them; mostly empty.
	Fault string
}

// Portal serves the outside world. It is an http.Handler and safe for concurrent
// use.
type Portal struct {
	config  Config
	tokens  *tokens
	limiter *rate.Limiter
	mux     *http.ServeMux
	// reading is held while records are asked for.
	reading sync.Mutex

	mu     sync.Mutex
	script []*scripted
	seen   []Seen
}

// New makes a portal. The error is that of a fault that cannot be played.
func New(c Config) (*Portal, error) {
	if c.TokenLifetime == 0 {
		c.TokenLifetime = usualLifetime
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	p := &Portal{config: c, tokens: &tokens{lifetime: c.TokenLifetime, ends: map[string]time.Time{}}, mux: http.NewServeMux()}
	if c.Rate > 0 {
		p.limiter = rate.NewLimiter(rate.Limit(c.Rate), max(1, int(c.Rate)))
	}
	for _, f := range c.Faults {
		f, err := f.withDefaults()
		if err != nil {
			return nil, err
		}
		t, err := f.trouble()
		if err != nil {
			return nil, err
		}
		p.script = append(p.script, &scripted{Fault: f, trouble: t})
	}
	for _, e := range endpoints() {
		p.mux.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) { p.serve(e, w, r) })
	}
	return p, nil
}

// ServeHTTP answers one request.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// Requests returns what was served, oldest first; of very many the last ones.
func (p *Portal) Requests() []Seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Seen(nil), p.seen...)
}

// serve answers a request to an endpoint: first as it should be, then changed by
// the faults that are due.
func (p *Portal) serve(e endpoint, w http.ResponseWriter, r *http.Request) {
	c := call{portal: p, endpoint: e, request: r, at: p.config.Now()}
	a := p.answer(c)
	struck := p.due(c, a)
	var names []string
	for _, s := range struck {
		a = s.trouble.change(c, s.Fault, a).behind(a)
		names = append(names, s.Name)
	}
	if e.invented {
		a = a.with("X-Hissim", "invented endpoint")
	}
	// It is remembered before it is sent: who has the answer finds it remembered.
	p.remember(Seen{e.name, r.URL.Path, r.URL.RawQuery, a.shown(), strings.Join(names, "+")})
	a.send(w, p.config.Now())
}

func (p *Portal) answer(c call) answer {
	if p.limiter != nil && !p.limiter.Allow() {
		return tooMany(c, Fault{}, answer{}).with("Retry-After", "1")
	}
	return c.endpoint.serve(c)
}

// due returns the faults that strike a request.
func (p *Portal) due(c call, a answer) []*scripted {
	p.mu.Lock()
	defer p.mu.Unlock()
	var struck []*scripted
	for _, s := range p.script {
		if s.due(c, a) {
			struck = append(struck, s)
		}
	}
	return struck
}

func (p *Portal) remember(s Seen) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seen) == mostSeen {
		p.seen = append(p.seen[:0], p.seen[mostSeen/2:]...)
	}
	p.seen = append(p.seen, s)
}

// sleep waits by a real timer.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}
