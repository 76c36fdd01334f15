package configs

import (
	"net"
	"strconv"

	"thidua/transform/declaration"
)

// Serve says how the program runs by itself.
type Serve struct {
	// Listen is where its health and its metrics are told, an address of this machine
	// only: whoever wants another one says so when the program is called.
	Listen string `yaml:"listen,omitempty" jsonschema_description:"loopback address and port of /healthz and /metrics, such as 127.0.0.1:9464"`
	// ComputeAt is a schedule as jobs have it, for the rounds that run no job: the
	// figures of a new day are computed and published even if nothing came.
	ComputeAt string `yaml:"compute_at,omitempty" jsonschema_description:"when figures are computed and published although nothing came: minute, hour, day of the month, month, day of the week"`
}

// check finds what is wrong with the block.
func (s Serve) check(found *declaration.Problems) {
	if !isLoopback(s.Listen) {
		found.Add("$.serve.listen", "the address is not one of this machine alone", "write 127.0.0.1:9464, or name another address when the program is called: thidua serve --listen")
	}
	const hint = "write minute, hour, day of the month, month and day of the week, such as \"10 0 * * *\""
	if s.ComputeAt == "" {
		found.Add("$.serve.compute_at", "the schedule is empty", hint)
	} else if err := checkCron(s.ComputeAt); err != nil {
		found.Add("$.serve.compute_at", err.Error(), hint)
	}
}

// isLoopback reports whether an address with a port, such as 127.0.0.1:9464, can be
// reached from this machine only. Port 0 takes any that is free.
func isLoopback(address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
