package job_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"thidua/ingest/job"
	"thidua/transform/delivery"
)

// thrown stands for what a panic can hold.
const thrown = "Nguyễn Thị Mẫu"

func throw() { panic(thrown) }

// TestPanic has each goroutine of a run meet a panic: the run ends, with an error that
// tells where and not what.
func TestPanic(t *testing.T) {
	const text = "begin\nH place=a|id=1\nend\n"
	tests := []struct {
		name string
		set  func(w *world)
	}{
		{"the source", func(w *world) {
			w.source.payloads[0].reading = func(int) (io.Reader, error) { throw(); return nil, nil }
		}},
		{"the format", func(w *world) { w.format = lines{decoding: func(string) { throw() }} }},
		{"the loader", func(w *world) { w.loader.fault = func(int, *delivery.Chunk) error { throw(); return nil } }},
		{"the archive", func(w *world) {
			w.runtime.Archive = &vault{journal: w.journal, fault: func(step string) error {
				if strings.HasPrefix(step, "end") {
					throw()
				}
				return nil
			}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, &payload{name: "1", text: text}, &payload{name: "2", text: text}, &payload{name: "3", text: text})
			tt.set(w)
			_, err := w.run(context.Background())
			var p *job.Panic
			if !errors.As(err, &p) {
				t.Fatalf("the run ended with %v", err)
			}
			if said := p.Error(); strings.Contains(said, thrown) || !strings.Contains(said, "kind string") || !strings.Contains(said, "throw, guard_test.go line ") {
				t.Errorf("the error says %q", said)
			}
		})
	}
}

// TestGuard looks at what is told of panics of the language itself, and at errors that
// are none.
func TestGuard(t *testing.T) {
	var none map[string]int
	err := job.Guard(func() error { none["x"] = 1; return nil })
	if want := "in job_test.TestGuard.func1, guard_test.go line "; !strings.Contains(err.Error(), want) {
		t.Errorf("the error says %q, want something like %q", err, want)
	}
	if err := job.Guard(func() error { return io.ErrUnexpectedEOF }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an error becomes %v", err)
	}
	if err := job.Guard(func() error { return nil }); err != nil {
		t.Errorf("nothing becomes %v", err)
	}
}
