package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// computedState is everything that computing writes.
type computedState struct {
	Values, Statuses, Restatements, Definitions, Settings, Applied []string
}

func (p *province) computedState() computedState {
	p.t.Helper()
	return computedState{
		p.rows("*", "records.indicator_value"), p.rows("*", "records.indicator_status"), p.rows("*", "records.restatement"), p.rows("*", "records.definition"),
		p.rows("*", "records.setting WHERE name LIKE 'computed%'"), p.rows("*", "records.applied"),
	}
}

// pending is a closed warehouse in which figures stand that changes wait for: rows, a
// definition less and another text of one.
func pending(t *testing.T) *province {
	t.Helper()
	p := published(t, visitsOfKind("b"))
	p.send("checkup", p.checkup(checkup{id: 50, facility: "F1", kind: "b", on: "2024-01-12"}), document{3, nil})
	p.agenda.Definitions[1].Version = "2"
	p.agenda.Definitions = p.agenda.Definitions[1:]
	p.close()
	return p
}

// undisturbedComputing tells what stands before and after, and the points at which a
// fault can be injected.
func undisturbedComputing(t *testing.T, closed *province) (before, after computedState, points []string) {
	t.Helper()
	p := closed.from(t, func(point string) error {
		points = append(points, point)
		return nil
	})
	before, points = p.computedState(), nil
	if _, err := p.w.Compute(t.Context(), p.agenda); err != nil {
		t.Fatal(err)
	}
	after = p.computedState()
	if cmp.Equal(before.Restatements, after.Restatements) || cmp.Equal(before.Definitions, after.Definitions) || len(points) < 6 {
		t.Fatalf("the computing passes %d points and must change what stands", len(points))
	}
	return before, after, points
}

// checkEitherState holds what stands against before and after, and tells whether it was
// committed. What was computed through is the computing's own commit, or the one before:
// never one that it has not counted.
func (p *province) checkEitherState(before, after computedState) bool {
	p.t.Helper()
	got := p.computedState()
	committed := len(got.Applied) == len(after.Applied)
	want := before
	if committed {
		want = after
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Errorf("committed is %v, and there stands (-want +got):\n%s", committed, diff)
	}
	if p.w.Applied() != int64(len(got.Applied)) {
		p.t.Errorf("the warehouse says %d commits, there are %d", p.w.Applied(), len(got.Applied))
	}
	if diff := cmp.Diff(p.settings, p.engineSettings()); diff != "" {
		p.t.Errorf("settings of the engine (-before +after):\n%s", diff)
	}
	return committed
}

// engineSettings are those that computing changes for itself.
func (p *province) engineSettings() []string {
	p.t.Helper()
	return texts(p.t, p.w, "SELECT current_setting('threads') || ' threads, ' || current_setting('memory_limit')")
}

// again computes as the next round does, and holds what stands against what an
// undisturbed computing leaves: to the instant, since the clock has not moved.
func (p *province) again(committed bool, after computedState) {
	p.t.Helper()
	done, err := p.w.Compute(p.t.Context(), p.agenda)
	if err != nil {
		p.t.Fatal(err)
	}
	if done.Fresh == committed {
		p.t.Errorf("committed is %v, and the next computing wrote: %v", committed, done.Fresh)
	}
	if diff := cmp.Diff(after, p.computedState()); diff != "" {
		p.t.Errorf("the next computing leaves something else (-want +got):\n%s", diff)
	}
}

func TestComputeFaultAtEveryPoint(t *testing.T) {
	t.Parallel()
	closed := pending(t)
	before, after, points := undisturbedComputing(t, closed)
	for n, point := range points {
		t.Run(fmt.Sprintf("%d %s", n, point), func(t *testing.T) {
			t.Parallel()
			p := closed.from(t, faultAt(n, func() error { return errFault }))
			if _, err := p.w.Compute(t.Context(), p.agenda); !errors.Is(err, errFault) {
				t.Fatalf("the fault must be told, got %v", err)
			}
			committed := p.checkEitherState(before, after)
			if committed != (point == "after the figures") {
				t.Errorf("committed is %v", committed)
			}
			if n%2 == 0 {
				p.config.Fault = nil
				p.reopen()
				p.checkEitherState(before, after)
			}
			p.again(committed, after)
		})
	}
}

// dying is a context that ends when it has been asked for its end so many times: at
// another statement for each number.
type dying struct {
	context.Context
	left *atomic.Int64
	end  context.CancelFunc
}

func (d dying) Done() <-chan struct{} {
	if d.left.Add(-1) == 0 {
		d.end()
	}
	return d.Context.Done()
}

// A computing that is told to stop leaves what stood, or all that it would have left, and
// knows which.
func TestComputeThatIsInterrupted(t *testing.T) {
	t.Parallel()
	closed := pending(t)
	before, after, points := undisturbedComputing(t, closed)
	stopAt := func(t *testing.T, p *province, ctx context.Context) {
		_, err := p.w.Compute(ctx, p.agenda)
		committed := p.checkEitherState(before, after)
		if err == nil && !committed {
			t.Error("no error, and no commit")
		}
		p.again(committed, after)
	}
	for n, point := range points {
		t.Run(fmt.Sprintf("at %d %s", n, point), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stopAt(t, closed.from(t, faultAt(n, func() error {
				cancel()
				return nil
			})), ctx)
		})
	}
	// The last times are those around the commit.
	whole := dying{t.Context(), new(atomic.Int64), func() {}}
	if _, err := closed.from(t, nil).w.Compute(whole, closed.agenda); err != nil {
		t.Fatal(err)
	}
	asks := -whole.left.Load()
	times := []int64{1, asks / 3, asks * 2 / 3, asks - 2, asks - 1, asks}
	if soak() {
		for n := range asks {
			times = append(times, n+1)
		}
	}
	for _, asked := range times {
		t.Run(fmt.Sprint("when asked ", asked, " times"), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			d := dying{ctx, new(atomic.Int64), cancel}
			d.left.Store(asked)
			stopAt(t, closed.from(t, nil), d)
		})
	}
}
