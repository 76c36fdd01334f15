package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"thidua/ingest/job"
)

// progressBar shows on a terminal how far a run is. Elsewhere it is silent: the
// tally at the end says it all.
type progressBar struct {
	app      *app
	job      string
	out      io.Writer
	progress *job.Progress
	shown    bool
}

func (a *app) newProgressBar(name string, l listing) *progressBar {
	return &progressBar{app: a, job: name, out: a.errOut, progress: &job.Progress{}, shown: isTerminal(a.errOut) && !l.json && !l.csv}
}

// start draws until the returned function is called, which waits for the last
// line to be wiped.
func (b *progressBar) start(ctx context.Context) (stop func()) {
	if !b.shown {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.draw(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

func (b *progressBar) draw(ctx context.Context) {
	const every = 200 * time.Millisecond
	ticker, started := time.NewTicker(every), time.Now()
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			fmt.Fprintf(b.out, "\r%-79s", b.line(b.progress.Snapshot(), time.Since(started)))
		case <-ctx.Done():
			fmt.Fprintf(b.out, "\r%s\r", strings.Repeat(" ", 79))
			return
		}
	}
}

func (b *progressBar) line(s job.Snapshot, elapsed time.Duration) string {
	seconds := max(elapsed.Seconds(), 0.001)
	left := "–"
	if s.DoneBytes > 0 && s.OfferedBytes >= s.DoneBytes {
		rest := float64(s.OfferedBytes-s.DoneBytes) / (float64(s.DoneBytes) / seconds)
		left = time.Duration(rest * float64(time.Second)).Round(time.Second).String()
	}
	return fmt.Sprintf(b.app.pick("%s: %.0f/%.0f MB, %d tệp, %d dòng, %.0f MB/s, còn %s", "%s: %.0f/%.0f MB, %d payloads, %d rows, %.0f MB/s, %s left"),
		b.job, float64(s.DoneBytes)/1e6, float64(s.OfferedBytes)/1e6, s.Payloads, s.Rows, float64(s.DoneBytes)/1e6/seconds, left)
}
