package portal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrFault is what ParseFault and New return for a fault that cannot be played.
var ErrFault = errors.New("fault")

// Forever is the Times of a fault that never ends.
const Forever = -1

// Fault is one kind of trouble and when it comes. Faults are independent of each
// other: where two strike the same request, both do their work, in the order of
// Config.Faults.
type Fault struct {
	// Name is one of FaultNames.
	Name string
	// On is the endpoint that is struck, one of the names beginning with Endpoint.
	// Empty stands for the usual one of the fault.
	On string
	// From is the first request that is struck, counted from 1 among those that
	// the fault can strike: it has to come to the endpoint, and a fault that
	// takes a record away needs a page that has one. 0 stands for 1.
	From int
	// Every strikes each nth request from there on; 0 stands for 1, each.
	Every int
	// Times is how many requests are struck; 0 stands for the usual number of the
	// fault, which is 1 but for clock-skew, and Forever for all.
	Times int
	// Seconds is how long: the wait that a 429 or 503 asks for, how slow an answer
	// is, by how much the clock is off. 0 stands for the usual number of the fault.
	Seconds int
}

// ParseFault reads a fault as the command line gives it: a name, "=" and the
// number of the first request that is struck if it is not the first, and further
// settings behind commas: every, times (a number or forever), seconds and on.
// "503=3,times=2" strikes the third and the fourth request.
func ParseFault(text string) (Fault, error) {
	first, rest, _ := strings.Cut(text, ",")
	name, from, counted := strings.Cut(first, "=")
	f := Fault{Name: name}
	if counted {
		n, err := strconv.Atoi(from)
		if err != nil || n < 1 {
			return Fault{}, fmt.Errorf("%w %s: the number of the first request is 1 or more", ErrFault, name)
		}
		f.From = n
	}
	for setting := range strings.SplitSeq(rest, ",") {
		if setting == "" {
			continue
		}
		if err := f.set(setting); err != nil {
			return Fault{}, err
		}
	}
	_, err := f.withDefaults()
	return f, err
}

// set reads one setting behind a comma.
func (f *Fault) set(setting string) error {
	key, text, _ := strings.Cut(setting, "=")
	if key == "on" {
		f.On = text
		return nil
	}
	if key == "times" && text == "forever" {
		f.Times = Forever
		return nil
	}
	to := map[string]*int{"every": &f.Every, "times": &f.Times, "seconds": &f.Seconds}[key]
	if to == nil {
		return fmt.Errorf("%w %s: the settings are every, times, seconds and on", ErrFault, f.Name)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 && key != "seconds" {
		return fmt.Errorf("%w %s: %s is a number, 1 or more", ErrFault, f.Name, key)
	}
	*to = n
	return nil
}

// FaultNames lists the faults that can be played, a line of explanation behind
// each name.
func FaultNames() [][2]string {
	names := make([][2]string, len(troubles))
	for i, t := range troubles {
		names[i] = [2]string{t.name, t.says}
	}
	return names
}

// withDefaults fills in what is usual for the fault, and says what is wrong.
func (f Fault) withDefaults() (Fault, error) {
	t, err := f.trouble()
	if err != nil {
		return Fault{}, err
	}
	if f.On == "" {
		f.On = t.on[0]
	}
	if !slices.Contains(t.on, f.On) {
		return Fault{}, fmt.Errorf("%w %s: it strikes %s", ErrFault, f.Name, strings.Join(t.on, ", "))
	}
	f.From, f.Every = max(f.From, 1), max(f.Every, 1)
	if f.Times == 0 {
		f.Times = max(t.times, 1)
		if t.times == Forever {
			f.Times = Forever
		}
	}
	if f.Seconds == 0 {
		f.Seconds = t.seconds
	}
	return f, nil
}

// trouble finds what the fault does by its name.
func (f Fault) trouble() (trouble, error) {
	at := slices.IndexFunc(troubles, func(t trouble) bool { return t.name == f.Name })
	if at < 0 {
		return trouble{}, fmt.Errorf("%w: no fault has this name; hissim serve --help lists them", ErrFault)
	}
	return troubles[at], nil
}

// scripted is a fault with its defaults that counts the requests it could strike.
type scripted struct {
	Fault
	trouble trouble
	// met are the requests that it could strike, struck those that it did.
	met, struck int
}

// due counts a request to the fault's endpoint and says whether it is struck.
func (s *scripted) due(c call, a answer) bool {
	if c.endpoint.name != s.On || s.trouble.able != nil && !s.trouble.able(c, a) {
		return false
	}
	s.met++
	if s.met < s.From || (s.met-s.From)%s.Every != 0 || s.Times != Forever && s.struck >= s.Times {
		return false
	}
	s.struck++
	return true
}
