// Command bench measures the budgets of the program: each piece of work as whole
// processes, in turn with a reference that does the least such work can cost, as a
// ratio within the run. A ratio holds on a slow or busy machine where seconds do
// not. It prints a table and ends with 1 where a budget could not be
// measured.
//
// It knows thidua from outside only, as a user does: the commands, their output and
// the files they leave. `make bench` builds what it needs and runs it in the
// module's root.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

// options are what a run measures and where.
type options struct {
	// bin is the folder of the programs thidua, hissim and sax.
	bin string
	// dir is the folder for workspaces and invented files. It is made, and removed
	// at the end.
	dir string
	// visits is the size of the corpus, files the number of small known files.
	visits, files int
	// rounds is how often each work is done; the median counts.
	rounds int
	// settle writes what earlier work left unwritten. It is called before each
	// measurement, so that nobody pays for somebody else.
	settle func()
}

// program returns the path of one of the programs.
func (o options) program(name string) string { return filepath.Join(o.bin, name) }

// errUnmeasured says that a budget could not be measured. One that is missed stands
// in the table and is no failure of measuring.
var errUnmeasured = errors.New("a budget could not be measured")

func main() {
	o := options{settle: syscall.Sync}
	flag.StringVar(&o.bin, "bin", "bin", "folder of the programs thidua, hissim and sax")
	flag.StringVar(&o.dir, "dir", "bin/bench.d", "folder for workspaces and invented files; removed at the end")
	flag.IntVar(&o.visits, "visits", 56000, "visits of twelve drug lines in the claim files")
	flag.IntVar(&o.files, "files", 100000, "small files that are known when the job runs again")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each work is done; the median counts")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := measure(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure does all works one after the other and prints the table. A work that
// cannot be measured takes a row of the table and does not stop the others.
func measure(ctx context.Context, o options, table io.Writer) error {
	if o.visits < 1 || o.files < 1 || o.rounds < 1 {
		return errors.New("visits, files and rounds are at least 1")
	}
	if err := os.Mkdir(o.dir, 0o750); err != nil {
		return fmt.Errorf("make the folder for workspaces, which an earlier run may have left behind: %w", err)
	}
	defer os.RemoveAll(o.dir)

	works := []struct {
		name string
		do   func(context.Context, options) ([]row, error)
	}{
		{"claim scanner alone", scanner},
		{"claim files into the database", claims},
		{"again with nothing new", known},
	}
	var rows []row
	for _, w := range works {
		fmt.Fprintf(os.Stderr, "bench: %s …\n", w.name)
		measured, err := w.do(ctx, o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rows = append(rows, measured...)
		if err != nil {
			rows = append(rows, unmeasured(w.name, err))
		}
	}
	fmt.Fprintf(table, "%d visits, %d known files, median of %d, %d cores\n\n", o.visits, o.files, o.rounds, runtime.NumCPU())
	if err := printTable(table, rows); err != nil {
		return err
	}
	return verdict(rows)
}
