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
	// bin is the folder of the programs thidua, hissim, sax and duck; self is the
	// path of this one.
	bin, self string
	// dir is the folder for workspaces and invented files. It is made, and removed
	// at the end.
	dir string
	sizes
	// rounds is how often each work is done; the median counts.
	rounds int
	// settle writes what earlier work left unwritten. It is called before each
	// measurement, so that nobody pays for somebody else.
	settle func()
}

// sizes are how much is measured.
type sizes struct {
	// visits is the size of the corpus, files the number of small known files.
	visits, files int
	// feedBytes is about the size of the file of each feed, sheetRows the most rows
	// of the workbook.
	feedBytes byteSize
	sheetRows int
	// computeVisits is how many visits figures are computed over, 0 for not at all.
	computeVisits int
}

// check says what is wrong with the sizes.
func (s sizes) check() error {
	if min(s.visits, s.files, s.sheetRows) < 1 || s.feedBytes < 1 || s.computeVisits < 0 {
		return errors.New("visits, files, feed bytes and sheet rows are at least 1, compute visits at least 0")
	}
	return nil
}

// program returns the path of one of the programs.
func (o options) program(name string) string { return filepath.Join(o.bin, name) }

// errUnmeasured says that a budget could not be measured. One that is missed stands
// in the table and is no failure of measuring.
var errUnmeasured = errors.New("a budget could not be measured")

func main() {
	if len(os.Args) == 3 && os.Args[1] == rowsCommand {
		exit(printSheetRows(os.Args[2], os.Stdout))
		return
	}
	self, err := os.Executable()
	if err != nil {
		exit(fmt.Errorf("find the program itself: %w", err))
	}
	o := options{self: self, sizes: sizes{feedBytes: 300e6}, settle: syscall.Sync}
	flag.StringVar(&o.bin, "bin", "bin", "folder of the programs thidua, hissim, sax and duck")
	flag.StringVar(&o.dir, "dir", "bin/bench.d", "folder for workspaces and invented files; removed at the end")
	flag.IntVar(&o.visits, "visits", 56000, "visits of twelve drug lines in the claim files")
	flag.IntVar(&o.files, "files", 100000, "small files that are known when the job runs again")
	flag.Var(&o.feedBytes, "feed-bytes", "about the size of the file of each feed, such as 20MB")
	flag.IntVar(&o.sheetRows, "sheet-rows", 200000, "rows of the workbook")
	flag.IntVar(&o.computeVisits, "compute-visits", 10_000_000, "visits that figures are computed over; 0 leaves it out")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each work is done; the median counts")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = measure(ctx, o, os.Stdout)
	stop()
	exit(err)
}

// exit ends the program where there is an error.
func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure does all works one after the other and prints the table. A work that
// cannot be measured takes a row of the table and does not stop the others. Where it
// is interrupted, the table holds the works that were done.
func measure(ctx context.Context, o options, table io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.rounds < 1 {
		return errors.New("there is at least one round")
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
		{"NDJSON into the database", ndjson},
		{"CSV into the database", csvTable},
		{"a workbook into the database", sheets},
		{"computing both campaigns", compute},
	}
	var rows []row
	for _, w := range works {
		fmt.Fprintf(os.Stderr, "bench: %s …\n", w.name)
		measured, err := w.do(ctx, o)
		if ctx.Err() != nil {
			break
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
	return errors.Join(ctx.Err(), verdict(rows))
}
