package warehouse_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// helperVariable names the part that the test binary plays when a test starts it
// as a process of its own.
const helperVariable = "THIDUA_TEST_HELPER"

// TestMain plays a helper's part where one is asked for, and runs the tests where
// none is.
func TestMain(m *testing.M) {
	parts := map[string]func(args []string) error{"crash": crash, "hold": hold}
	if part, ok := parts[os.Getenv(helperVariable)]; ok {
		if err := part(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// helper is a process that plays a part.
func helper(t *testing.T, part string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), helperVariable+"="+part)
	c.Stderr = os.Stderr
	return c
}

// soak tells whether the longer variants are to run.
func soak() bool { return os.Getenv("THIDUA_SOAK") == "1" }
