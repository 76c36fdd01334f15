package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts drives the program as people do. Scripts find claim files, all of
// invented persons, in $CLAIMS, and have two commands beside the usual ones:
//
//	exits CODE COMMAND...  runs a command that ends with exactly this code
//	age FOLDER             makes the files of a folder an hour older, so that
//	                       they count as settled
func TestScripts(t *testing.T) {
	claims, err := filepath.Abs(filepath.Join("testdata", "claims"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("CLAIMS", claims)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "age": ageFolder},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("ended with %d, want %d", code, want)
	}
}

func ageFolder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: age FOLDER")
	}
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		stat, err := e.Info()
		if err != nil {
			return err
		}
		return os.Chtimes(name, time.Time{}, stat.ModTime().Add(-time.Hour))
	}))
}
