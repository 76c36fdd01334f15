// Package sourcetest holds what every source must satisfy. The test of each kind
// of source calls Run with a fixture of its own.
package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
)

// Fixture is a source over a place that the suite can fill and break. Each check
// gets a fresh one, with nothing in its place.
type Fixture struct {
	Source source.Source
	// Put makes a payload of this name that is settled at once, or replaces the one
	// of this name so that the source can tell the two apart. The source may offer
	// it under another name.
	Put func(name string, content []byte) error
	// Remove takes a payload away.
	Remove func(name string) error
	// Break makes the place unreachable: it removes the folder, stops the server.
	Break func() error
	// Held says that payloads are copies that the source holds: what becomes of the
	// place does not change them.
	Held bool
}

// check returns what a source does wrong.
type check struct {
	name string
	fn   func(Fixture) error
}

// checks lists the demands of the contract.
func checks() []check {
	return []check{
		{"offers every payload once, with its bytes", offersAll},
		{"keeps its order over pulls", keepsOrder},
		{"does not offer what is known", skipsKnown},
		{"gives equal bytes at each opening", opensAgain},
		{"forgets what is gone", forgets},
		{"offers nothing of an empty place", offersNothing},
		{"stops when cancelled", stopsCancelled},
		{"stops at the error of yield", stopsAtError},
		{"verifies what has not changed, and notices what has", verifies},
		{"can be told that a payload is done", takesDone},
		{"says whether it can be reached", checksPlace},
	}
}

// Run calls the suite for the fixtures that fixture makes.
func Run(t *testing.T, fixture func(t *testing.T) Fixture) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			if err := c.fn(fixture(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// contents are the payloads that most checks put in place, one of them larger than
// any buffer on its way and one empty.
func contents() map[string][]byte {
	return map[string][]byte{
		"b.txt": []byte("second letter"),
		"a.txt": []byte("first letter"),
		"d.txt": bytes.Repeat([]byte("0123456789abcdef"), 20_000),
		"c.txt": {},
	}
}

func fill(f Fixture) error {
	for name, content := range contents() {
		if err := f.Put(name, content); err != nil {
			return fmt.Errorf("put: %w", err)
		}
	}
	return nil
}

func nothingKnown(source.Item) bool { return false }

// pull collects what a pull offers, and checks that the report accounts for it.
func pull(f Fixture, known func(source.Item) bool) ([]source.Payload, error) {
	var got []source.Payload
	report, err := f.Source.Pull(context.Background(), known, func(p source.Payload) error {
		got = append(got, p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	if sum := report.Known + report.Unsettled + len(report.Unreadable) + len(got); report.Seen != sum {
		return nil, fmt.Errorf("report: %d seen, %d accounted for", report.Seen, sum)
	}
	return got, nil
}

func items(payloads []source.Payload) []source.Item {
	out := make([]source.Item, len(payloads))
	for i, p := range payloads {
		out[i] = p.Item()
	}
	return out
}

func read(p source.Payload) ([]byte, error) {
	r, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("close: %w", err)
	}
	return content, nil
}

func offersAll(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	if _, err := pull(f, nothingKnown); err != nil {
		return err
	}
	missing := map[string]int{}
	for _, content := range contents() {
		missing[string(content)]++
	}
	names := map[string]bool{}
	_, err := f.Source.Pull(context.Background(), nothingKnown, func(p source.Payload) error {
		content, err := read(p)
		if err != nil {
			return err
		}
		missing[string(content)]--
		if p.Item().Name == "" || names[p.Item().Name] {
			return errors.New("an item has no name of its own")
		}
		names[p.Item().Name] = true
		return nil
	})
	if err != nil {
		return err
	}
	for content, n := range missing {
		if n != 0 {
			return fmt.Errorf("a payload of %d bytes was offered %d times too few", len(content), n)
		}
	}
	return nil
}

func keepsOrder(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	first, err := pull(f, nothingKnown)
	if err != nil {
		return err
	}
	for range 3 {
		again, err := pull(f, nothingKnown)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(items(first), items(again)); diff != "" {
			return fmt.Errorf("items of a second pull differ (-first +second):\n%s", diff)
		}
	}
	return nil
}

func skipsKnown(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	all, err := pull(f, nothingKnown)
	if err != nil {
		return err
	}
	if len(all) < 3 {
		return fmt.Errorf("%d payloads offered", len(all))
	}
	knownItem := all[1].Item()
	rest, err := pull(f, func(i source.Item) bool {
		return i == knownItem || i.SizeBytes == source.UnknownSize && i.Name == knownItem.Name
	})
	if err != nil {
		return err
	}
	want := append(items(all[:1]), items(all[2:])...)
	if diff := cmp.Diff(want, items(rest)); diff != "" {
		return fmt.Errorf("with one item known, others are offered (-want +got):\n%s", diff)
	}
	none, err := pull(f, func(source.Item) bool { return true })
	if err != nil {
		return err
	}
	if len(none) != 0 {
		return fmt.Errorf("with all items known, %d are offered", len(none))
	}
	return nil
}

func opensAgain(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	_, err := f.Source.Pull(context.Background(), nothingKnown, func(p source.Payload) error {
		first, err := read(p)
		if err != nil {
			return err
		}
		// A reader that is left half-way must not disturb the next one.
		half, err := p.Open()
		if err != nil {
			return fmt.Errorf("open: %w", err)
		}
		if _, err := io.CopyN(io.Discard, half, int64(len(first)/2)); err != nil {
			return fmt.Errorf("read half: %w", err)
		}
		if err := half.Close(); err != nil {
			return fmt.Errorf("close half-way: %w", err)
		}
		second, err := read(p)
		if err != nil {
			return err
		}
		if !bytes.Equal(first, second) {
			return errors.New("a second opening gives other bytes")
		}
		return nil
	})
	return err
}

func forgets(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	before, err := pull(f, nothingKnown)
	if err != nil {
		return err
	}
	if err := f.Remove("b.txt"); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	after, err := pull(f, nothingKnown)
	if err != nil {
		return err
	}
	if len(after) != len(before)-1 {
		return fmt.Errorf("%d payloads before one was removed, %d after", len(before), len(after))
	}
	return nil
}

func offersNothing(f Fixture) error {
	got, err := pull(f, nothingKnown)
	if err != nil {
		return err
	}
	if len(got) != 0 {
		return fmt.Errorf("%d payloads offered", len(got))
	}
	return nil
}

func stopsCancelled(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	offered := 0
	_, err := f.Source.Pull(ctx, nothingKnown, func(source.Payload) error {
		offered++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || offered != 1 {
		return fmt.Errorf("cancelled at the first payload: %d offered, error %v", offered, err)
	}
	offered = 0
	_, err = f.Source.Pull(ctx, nothingKnown, func(source.Payload) error { offered++; return nil })
	if !errors.Is(err, context.Canceled) || offered != 0 {
		return fmt.Errorf("cancelled before: %d offered, error %v", offered, err)
	}
	if err := f.Source.Check(ctx); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("check when cancelled: error %v", err)
	}
	return nil
}

func stopsAtError(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	errStop := errors.New("stop")
	offered := 0
	_, err := f.Source.Pull(context.Background(), nothingKnown, func(source.Payload) error {
		offered++
		return errStop
	})
	if !errors.Is(err, errStop) || offered != 1 {
		return fmt.Errorf("error at the first payload: %d offered, error %v", offered, err)
	}
	return nil
}

func verifies(f Fixture) error {
	if err := f.Put("a.txt", []byte("first edition")); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	got, err := pull(f, nothingKnown)
	if err != nil {
		return err
	}
	if len(got) != 1 {
		return fmt.Errorf("%d payloads offered", len(got))
	}
	if err := got[0].Verify(); err != nil {
		return fmt.Errorf("verify what has not changed: %w", err)
	}
	if err := f.Put("a.txt", []byte("second, longer edition")); err != nil {
		return fmt.Errorf("put again: %w", err)
	}
	if f.Held {
		if err := got[0].Verify(); err != nil {
			return fmt.Errorf("verify a copy: %w", err)
		}
		return nil
	}
	if err := got[0].Verify(); !errors.Is(err, source.ErrChanged) {
		return fmt.Errorf("verify what has changed: error %v", err)
	}
	if err := f.Remove("a.txt"); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	if err := got[0].Verify(); !errors.Is(err, source.ErrChanged) {
		return fmt.Errorf("verify what is gone: error %v", err)
	}
	return nil
}

func takesDone(f Fixture) error {
	if err := fill(f); err != nil {
		return err
	}
	ok := true
	_, err := f.Source.Pull(context.Background(), nothingKnown, func(p source.Payload) error {
		ok = !ok
		return p.Done(ok)
	})
	if err != nil {
		return fmt.Errorf("done: %w", err)
	}
	return nil
}

func checksPlace(f Fixture) error {
	if err := f.Source.Check(context.Background()); err != nil {
		return fmt.Errorf("check of a place that is there: %w", err)
	}
	if err := f.Break(); err != nil {
		return fmt.Errorf("break: %w", err)
	}
	if err := f.Source.Check(context.Background()); err == nil {
		return errors.New("check of a place that is gone gives no error")
	}
	_, err := f.Source.Pull(context.Background(), nothingKnown, func(source.Payload) error { return nil })
	if err == nil {
		return errors.New("pull from a place that is gone gives no error")
	}
	return nil
}
