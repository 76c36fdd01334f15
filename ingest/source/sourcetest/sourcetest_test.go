package sourcetest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/ingest/source/sourcetest"
)

// shelf is a source in memory that can be told to misbehave.
type shelf struct {
	editions map[string]edition
	broken   bool
	fault    string
	pulls    int
	inode    uint64
}

type edition struct {
	item    source.Item
	content []byte
}

func newFixture(fault string) sourcetest.Fixture {
	s := &shelf{editions: map[string]edition{}, fault: fault}
	return sourcetest.Fixture{
		Source: s,
		Put: func(name string, content []byte) error {
			s.inode++
			s.editions[name] = edition{source.Item{Name: name, SizeBytes: int64(len(content)), Inode: s.inode}, content}
			return nil
		},
		Remove: func(name string) error { delete(s.editions, name); return nil },
		Break:  func() error { s.broken = true; return nil },
		Held:   fault == "held",
	}
}

func (s *shelf) Check(ctx context.Context) error {
	if s.broken && s.fault != "check" {
		return errors.New("shelf is gone")
	}
	return ctx.Err()
}

func (s *shelf) Pull(ctx context.Context, known func(source.Item) bool, yield func(source.Payload) error) (source.Report, error) {
	var report source.Report
	if s.broken {
		return report, errors.New("shelf is gone")
	}
	names := slices.Sorted(maps.Keys(s.editions))
	if s.pulls++; s.fault == "order" && s.pulls%2 == 0 {
		slices.Reverse(names)
	}
	if s.fault == "ghost" {
		names = append(names, names...)
		names = append(names, "ghost")
	}
	for _, name := range names {
		if ctx.Err() != nil && s.fault != "cancel" {
			return report, ctx.Err()
		}
		item := s.editions[name].item
		report.Seen++
		if known(item) && s.fault != "known" {
			report.Known++
			continue
		}
		if s.fault == "account" {
			report.Seen++
		}
		if err := yield(&leaf{shelf: s, edition: s.editions[name]}); err != nil && s.fault != "error" {
			return report, err
		}
	}
	return report, nil
}

type leaf struct {
	shelf *shelf
	edition
	opened int
}

func (l *leaf) Item() source.Item { return l.item }

func (l *leaf) Open() (io.ReadCloser, error) {
	l.opened++
	content := l.content
	if l.shelf.fault == "open" && l.opened > 1 && len(content) > 0 {
		content = content[:len(content)-1]
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

func (l *leaf) Verify() error {
	if l.shelf.fault != "verify" && l.shelf.editions[l.item.Name].item != l.item {
		return source.ErrChanged
	}
	return nil
}

func (l *leaf) Done(bool) error {
	if l.shelf.fault == "done" {
		return errors.New("not done")
	}
	return nil
}

func TestRun(t *testing.T) {
	sourcetest.Run(t, func(*testing.T) sourcetest.Fixture { return newFixture("") })
}

// TestFaultsAreFound lets a source do one thing wrong at a time: each check of the
// suite has to be able to fail.
func TestFaultsAreFound(t *testing.T) {
	const (
		offers  = "offers every payload once, with its bytes"
		order   = "keeps its order over pulls"
		known   = "does not offer what is known"
		open    = "gives equal bytes at each opening"
		gone    = "forgets what is gone"
		empty   = "offers nothing of an empty place"
		cancel  = "stops when cancelled"
		atError = "stops at the error of yield"
		verify  = "verifies what has not changed, and notices what has"
		done    = "can be told that a payload is done"
		place   = "says whether it can be reached"
	)
	tests := []struct {
		fault string
		want  []string
	}{
		{"", nil},
		{"order", []string{order, known}},
		{"known", []string{known}},
		{"account", []string{offers, order, known, gone, verify}},
		{"open", []string{open}},
		{"cancel", []string{cancel}},
		{"error", []string{atError}},
		{"verify", []string{verify}},
		{"held", []string{verify}},
		{"done", []string{done}},
		{"check", []string{place}},
		{"ghost", []string{offers, known, gone, empty, verify}},
	}
	for _, tt := range tests {
		t.Run("fault "+tt.fault, func(t *testing.T) {
			got := sourcetest.Failures(func() sourcetest.Fixture { return newFixture(tt.fault) })
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
