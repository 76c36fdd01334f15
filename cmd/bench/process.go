package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// outcome is what a finished process cost and said.
type outcome struct {
	// seconds is its wall time, start-up included.
	seconds float64
	// peakBytes is the most memory that it or one of its children held.
	peakBytes int64
	stdout    []byte
}

// run starts a program, waits for its end and measures it whole.
func run(ctx context.Context, program string, args ...string) (outcome, error) {
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, program, args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	started := time.Now()
	err := c.Run()
	elapsed := time.Since(started)
	if err != nil {
		return outcome{}, fmt.Errorf("%s %s: %w%s", filepath.Base(program), verb(args), err, lastLine(stderr.String()))
	}
	o := outcome{seconds: elapsed.Seconds(), stdout: stdout.Bytes()}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		o.peakBytes = usage.Maxrss * maxrssUnit()
	}
	return o, nil
}

// maxrssUnit returns the bytes in a unit of Maxrss: Darwin counts bytes, the others
// kilobytes.
func maxrssUnit() int64 {
	if runtime.GOOS == "darwin" {
		return 1
	}
	return 1024
}

// verb returns the first word of a command that is neither a flag nor the value of
// -C, to name it by.
func verb(args []string) string {
	for i, a := range args {
		if !strings.HasPrefix(a, "-") && (i == 0 || args[i-1] != "-C") {
			return a
		}
	}
	return ""
}

// lastLine returns the last line a failed program wrote, which is where it says
// why.
func lastLine(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return ": " + last
	}
	return ""
}

// inTurn does the works one after the other, as often as there are rounds, and
// returns the figures of each. A machine that grows slow in between is slow for all
// of them.
func inTurn(rounds int, works ...func() (float64, error)) ([][]float64, error) {
	figures := make([][]float64, len(works))
	for range rounds {
		for i, work := range works {
			figure, err := work()
			if err != nil {
				return nil, err
			}
			figures[i] = append(figures[i], figure)
		}
	}
	return figures, nil
}
