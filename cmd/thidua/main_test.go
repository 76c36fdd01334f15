package main

import (
	"context"
	"os"
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
	})
}

// killPoint names the environment variable that tells small-chunks where to end.
const killPoint = "KILL_POINT"

// smallChunks is the program with commits of a few visits each. Where killPoint
// names a point of a commit, the process ends itself there, with SIGKILL, when it
// comes by for the second time.
func smallChunks() {
	const chunkBytes, times = 1 << 16, 2
	a := &app{out: os.Stdout, errOut: os.Stderr, chunkBytes: chunkBytes}
	at, come := os.Getenv(killPoint), 0
	a.fault = func(point string) error {
		if point != at {
			return nil
		}
		if come++; come < times {
			return nil
		}
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	os.Exit(a.execute(context.Background(), os.Args[1:]))
}
