package rest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// patience is what a window may still spend on waiting and on attempts that fail,
// over all of its requests.
type patience struct {
	attempts int
	left     time.Duration
}

func (s *Source) patience() *patience {
	return &patience{s.config.Retry.Attempts, s.config.Retry.Budget.Std()}
}

// do sends the request of a call until it is answered, as often and as long as
// patience allows.
func (e *session) do(ctx context.Context, c call, p *patience) error {
	retry := e.source.config.Retry
	waits := &backoff.ExponentialBackOff{
		InitialInterval: retry.First.Std(), MaxInterval: retry.Most.Std(),
		Multiplier: 2, RandomizationFactor: backoff.DefaultRandomizationFactor,
	}
	waits.Reset()
	for attempt := 1; ; attempt++ {
		began := e.source.env.Now()
		err := e.try(ctx, c, p)
		var f *failure
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, &f):
			return err
		}
		f.attempts = max(f.attempts, attempt)
		now := e.source.env.Now()
		p.left -= max(0, now.Sub(began))
		wait := max(waits.NextBackOff(), f.wait)
		if !f.again || attempt >= p.attempts || wait > p.left {
			if f.wait > 0 {
				f.returnAt = now.Add(f.wait)
			}
			return f
		}
		p.left -= wait
		if err := e.source.env.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// try sends the request with credentials that are fresh, once more where the server
// does not take them.
func (e *session) try(ctx context.Context, c call, p *patience) error {
	if c.login || !e.credentials.renewable() {
		return e.once(ctx, c)
	}
	if err := e.renew(ctx, p, false); err != nil {
		return err
	}
	err := e.once(ctx, c)
	var f *failure
	if !errors.As(err, &f) || !f.renew {
		return err
	}
	if err := e.renew(ctx, p, true); err != nil {
		return err
	}
	return e.once(ctx, c)
}

// longestWait bounds what a server can ask for, against numbers out of all reason.
const longestWait = 366 * 24 * time.Hour

// retryAfter returns how long the server asks to be left alone, zero where it does
// not say. A date is held against the server's own clock.
func (e *session) retryAfter(r *http.Response) time.Duration {
	text := r.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return min(max(0, time.Duration(seconds)*time.Second), longestWait)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		now = e.source.env.Now()
	}
	return min(max(0, at.Sub(now)), longestWait)
}
