package job

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Panic is a panic as an error. It tells the kind of what was thrown and where, not
// its value, which can hold a record. What the panic interrupted is in an unknown
// state: nothing that the run has worked with is to be used again.
type Panic struct {
	kind, place string
}

// Error tells the kind and the place, such as: panic of kind runtime.boundsError in
// claimxml.(*Format).Decode, decode.go line 120.
func (p *Panic) Error() string { return "panic of kind " + p.kind + " in " + p.place }

// Safe says that the text holds no values of records.
func (p *Panic) Safe() bool { return true }

// Guard calls do. A panic in it becomes an error, a *Panic: one goroutine of one run
// does not take the process with it, and the jobs that come after.
func Guard(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{kind: fmt.Sprintf("%T", v), place: origin()}
		}
	}()
	return do()
}

// origin returns the function and line that the panic under recovery came from: the
// first below the runtime's own.
func origin() string {
	const depth = 32
	frames := runtime.CallersFrames(callers(depth))
	thrown := false
	for {
		f, more := frames.Next()
		system := strings.HasPrefix(f.Function, "runtime.")
		if thrown && !system {
			return fmt.Sprintf("%s, %s line %d", path.Base(f.Function), path.Base(f.File), f.Line)
		}
		thrown = thrown || system
		if !more {
			return "an unknown place"
		}
	}
}

func callers(depth int) []uintptr {
	pcs := make([]uintptr, depth)
	// Without runtime.Callers and the functions of this file.
	return pcs[:runtime.Callers(2, pcs)]
}
