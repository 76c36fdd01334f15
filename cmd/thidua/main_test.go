package main

import (
	"context"
	"os"
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

// smallChunks is the program with commits of a few visits each.
func smallChunks() {
	const chunkBytes = 1 << 16
	a := &app{out: os.Stdout, errOut: os.Stderr, chunkBytes: chunkBytes}
	os.Exit(a.execute(context.Background(), os.Args[1:]))
}
