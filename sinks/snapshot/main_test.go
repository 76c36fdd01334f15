package snapshot_test

import (
	"fmt"
	"os"
	"testing"
)

// readerVariable names the root that the test binary reads when a test starts it as
// a process of its own.
const readerVariable = "THIDUA_TEST_READER"

// TestMain reads as a reader does where it is told to, and runs the tests otherwise.
func TestMain(m *testing.M) {
	root := os.Getenv(readerVariable)
	if root == "" {
		os.Exit(m.Run())
	}
	if err := readAgainAndAgain(root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
