package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the program: called under the name of one of
// these commands it is that command, in a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"thidua":         main,
		"small-chunks":   smallChunks,
		"endless-reader": endlessReader,
		"hurried":        hurried,
		"simulated":      simulated,
	})
}

// killPoint and stopPoint name the environment variables that tell small-chunks
// where to end.
const (
	killPoint = "KILL_POINT"
	stopPoint = "STOP_POINT"
)

// smallChunks is the program with commits of a few visits each. When it comes for
// the second time by the point of a commit that killPoint names, the process ends
// itself there, with SIGKILL; where stopPoint names it, it asks itself to stop, with
// SIGINT, and goes on when it has heard that.
func smallChunks() {
	const chunkBytes, times = 1 << 16, 2
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	a := &app{out: os.Stdout, errOut: os.Stderr, chunkBytes: chunkBytes}
	killAt, stopAt, come := os.Getenv(killPoint), os.Getenv(stopPoint), 0
	a.fault = func(point string) error {
		if point != killAt && point != stopAt {
			return nil
		}
		if come++; come != times {
			return nil
		}
		if point == killAt {
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		err := syscall.Kill(os.Getpid(), syscall.SIGINT)
		<-ctx.Done()
		return err
	}
	os.Exit(a.execute(ctx, os.Args[1:]))
}
