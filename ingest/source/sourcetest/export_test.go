package sourcetest

// Failures runs the suite without a test, and returns the names of the checks that
// the source fails.
func Failures(fixture func() Fixture) []string {
	var failed []string
	for _, c := range checks() {
		if err := c.fn(fixture()); err != nil {
			failed = append(failed, c.name)
		}
	}
	return failed
}
