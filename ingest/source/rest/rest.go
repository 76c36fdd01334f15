package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"thidua/ingest/source"
)

// Environment is what a source takes from the process it runs in. The process must
// keep the standard library's global logger quiet: its HTTP client writes there
// what a server sends beyond the declared length, and that may be a person.
type Environment struct {
	Getenv   func(name string) (string, bool)
	ReadFile func(name string) ([]byte, error)
	Now      func() time.Time
	// Sleep waits, or returns the error of the context. It is a timer where nil.
	Sleep func(ctx context.Context, d time.Duration) error
	// SpoolDir takes windows that do not fit into memory, encrypted.
	SpoolDir  string
	UserAgent string
	// Transport carries the requests. Where it is nil, each pull has one of its own.
	Transport http.RoundTripper
}

// Source asks one endpoint. It starts no goroutines beside those of its
// connections. Between pulls it keeps a token and the pace of its requests.
type Source struct {
	config Config
	env    Environment
	// from is where the first window begins.
	from time.Time
	// template is the body of a POST, as JSON.
	template    []byte
	pagePlaces  [places]place
	loginPlaces [places]place
	limiter     *rate.Limiter

	tokenLock sync.Mutex
	token     token
}

// New returns the source that c declares. Secrets and addresses in the environment
// are not looked at before the first pull. Its error is a declaration.Problems.
func New(c Config, env Environment) (*Source, error) {
	s := &Source{config: c.withDefaults(), env: env}
	if s.env.Sleep == nil {
		s.env.Sleep = sleep
	}
	if err := s.compile(); err != nil {
		return nil, err
	}
	if r := s.config.Rate; r.Requests > 0 {
		every := r.Per.Std() / time.Duration(r.Requests)
		s.limiter = rate.NewLimiter(rate.Every(every), 1)
	}
	return s, nil
}

// Check asks the endpoint once: for one record of the newest window where the size
// of a page can be asked for, else for the header of an answer alone.
func (s *Source) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e, err := s.open()
	if err != nil {
		return err
	}
	defer e.close()
	p := s.patience()
	p.attempts = 1
	err = e.do(ctx, e.probe(), p)
	var f *failure
	switch {
	case !errors.As(err, &f):
		return err
	case f.ends != nil:
		return f.asError(f.ends)
	case f.status == http.StatusMethodNotAllowed, f.status == http.StatusNotImplemented:
		// The server is there and knows no HEAD.
		return nil
	}
	return f.asError(ErrFailing)
}

// probe is the call of a check. What it answers is passed over.
func (e *session) probe() call {
	s := e.source
	c := call{limit: s.config.Limits.ResponseBytes.Bytes(), tooLarge: responseTooLarge}
	c.take = func(_ *http.Response, body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}
	c.make = func(ctx context.Context) (*http.Request, error) {
		parameters := s.parameters(s.newest())
		pages := newPager(s.config.Pages, s.pagePlaces).parameters()
		if name := s.config.Pages.SizeParameter; name != "" {
			pages[len(pages)-1] = parameter{name, int64(1)}
		}
		r, err := e.request(ctx, append(parameters, pages...))
		if err == nil && s.config.Pages.SizeParameter == "" && r.Method == methodGet {
			r.Method = http.MethodHead
		}
		return r, err
	}
	return c
}

// newest returns the last thing that a pull would ask for.
func (s *Source) newest() ask {
	var last ask
	if w := s.config.Window; w.Every != everyWhole {
		now := s.env.Now().In(vietnam())
		day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
		last.span = span{day, w.next(day)}
	}
	if values := s.config.Each.Values; len(values) > 0 {
		last.value = values[0]
	}
	return last
}

// Pull asks for the windows, the oldest first. A window that is final and known is
// not asked for. One that cannot be had whole is in the report. Three of them one
// after the other, credentials that are not accepted and a server that cannot be
// reached end the pull with an *Error; windows that the server refuses for good, as
// those of days that it no longer holds, do not count among the three.
func (s *Source) Pull(ctx context.Context, known func(source.Item) bool, yield func(source.Payload) error) (source.Report, error) {
	if err := ctx.Err(); err != nil {
		return source.Report{}, err
	}
	e, err := s.open()
	if err != nil {
		return source.Report{}, err
	}
	defer e.close()
	p := &pull{session: e, known: known, yield: yield}
	for a := range s.asks(s.env.Now()) {
		if err = ctx.Err(); err == nil {
			err = p.offer(ctx, a)
		}
		if err != nil {
			break
		}
	}
	p.report.Notes = e.notes()
	return p.report, err
}

// pull is one pull under way.
type pull struct {
	session *session
	known   func(source.Item) bool
	yield   func(source.Payload) error
	report  source.Report
	// failed counts the windows that failed since one was good or known.
	failed int
	// refused counts windows that the server refused for good, nothing had between.
	refused int
}

// failuresInRow ends a pull: what fails so often is not the window.
const failuresInRow = 3

// refusalsInRow ends a pull that is refused window after window and has brought
// nothing between: the path is wrong, or the rights are gone.
const refusalsInRow = 30

// offer asks for one window and yields it.
func (p *pull) offer(ctx context.Context, a ask) error {
	s := p.session.source
	began := s.env.Now().UTC().Truncate(time.Microsecond)
	final := s.config.Window.final(a.span, began)
	if final && p.known(source.Item{Name: a.name(), SizeBytes: source.UnknownSize}) {
		p.failed = 0
		p.report.Seen++
		p.report.Known++
		return nil
	}
	t := &tape{dir: s.env.SpoolDir}
	err := p.session.fetch(ctx, a, t)
	if err == nil {
		item := source.Item{Name: a.name(), SizeBytes: t.sizeBytes, ModifiedAt: began}
		if !final || !s.config.Window.final(a.span, p.session.skew.earlier(began)) {
			item.Name = a.asOf(began)
		}
		p.failed, p.refused = 0, 0
		p.report.Seen++
		err = p.yield(&payload{item, t})
	} else {
		err = p.miss(a, err)
	}
	if closed := t.close(); err == nil {
		return closed
	}
	return err
}

// miss reports a window that could not be had, and returns what ends the pull.
func (p *pull) miss(a ask, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	p.report.Seen++
	p.report.Unreadable = append(p.report.Unreadable, f.unreadable(a))
	if f.ends != nil {
		return f.asError(f.ends)
	}
	// The next window may be another matter for a server that refuses this one.
	if f.permanent() {
		if p.refused++; p.refused == refusalsInRow {
			return f.asError(ErrFailing)
		}
		return nil
	}
	if p.failed++; p.failed == failuresInRow {
		return f.asError(ErrFailing)
	}
	return nil
}

// payload is a window with all its pages.
type payload struct {
	item source.Item
	tape *tape
}

// Item names the window.
func (p *payload) Item() source.Item { return p.item }

// Open returns what was asked for, and the pages as they were answered.
func (p *payload) Open() (io.ReadCloser, error) { return p.tape.open() }

// Verify returns nil: the bytes are the source's own.
func (p *payload) Verify() error { return nil }

// Done does nothing: there is nothing to put away.
func (p *payload) Done(bool) error { return nil }
