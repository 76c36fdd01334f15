package province

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// Outside is the world outside the health department: the inhabitants of a profile
// and what the systems of others hold of them. It is a function of its profile,
// seed and scale, and is not safe for use by several goroutines.
type Outside struct {
	profile Profile
	seed    uint64
	dice    dice
	net     network
	people  *population
	codes   permutation
	// uploads puts the prescriptions that are uploaded first.
	uploads permutation
	// moments lists the states of prescriptions in the order of the gateway.
	moments []moment
	// byCode finds the number of a prescription.
	byCode map[string]int32
	claims claimed
	dealt  transferOrder
}

// moment is a state of a prescription: its time in seconds since 1970, the number
// of the prescription and which of its states it is.
type moment struct {
	at     int64
	number int32
	state  int8
}

// NewOutside returns the world outside of a profile, in the network of facilities
// that are open all the time. The error is an ErrProfile, or ErrNoFacility.
func NewOutside(profile string, seed uint64, scale float64, facilities []Facility) (*Outside, error) {
	return newOutside(profile, seed, scale, facilities, nil)
}

func newOutside(profile string, seed uint64, scale float64, facilities []Facility, districts map[string]string) (*Outside, error) {
	p, err := FindProfile(profile, scale)
	if err != nil {
		return nil, err
	}
	facilities = p.hush(facilities)
	net := newNetwork(lasting(facilities, p), p.Province, p.To)
	if len(net.facilities) == 0 {
		return nil, ErrNoFacility
	}
	const sevenCharacters = 36 * 36 * 36 * 36 * 36 * 36 * 36
	o := &Outside{
		profile: p, seed: seed, dice: newDice(), net: net,
		codes: newPermutation(sevenCharacters, seed), uploads: newPermutation(p.Papers.Issued, seed+streamPrescription),
		people: newPopulation(p, seed, net, districts),
	}
	o.claims = o.listClaims(facilities)
	o.dealt = o.dealTransfers()
	return o, nil
}

// lasting keeps the facilities that are open on the first and the last day.
func lasting(all []Facility, p Profile) []Facility {
	early := map[string]bool{}
	for _, f := range newNetwork(all, p.Province, p.From).facilities {
		early[f.Code] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(f Facility) bool { return !early[f.Code] })
}

// hush marks the facility that is silent.
func (p Profile) hush(all []Facility) []Facility {
	all = slices.Clone(all)
	for i := range all {
		all[i].Silent = all[i].Code == p.Silent
	}
	return all
}

// Profile is what the world adds up to.
func (o *Outside) Profile() Profile { return o.profile }

// uploaded reports whether a prescription was sent to the national system.
func (o *Outside) uploaded(n int) bool { return o.uploads.at(n) < o.profile.Papers.Uploaded }

// history invents the states of an uploaded prescription up to the end of the
// period: it is received, or told to be in error and then received; later it is
// dispensed at once or in two parts, or cancelled.
func (o *Outside) history(n int, prescribedAt time.Time) []State {
	d := o.dice
	d.start(o.seed, streamPrescription, uint64(n)+1<<40)
	received := prescribedAt.Add(time.Duration(d.between(20, 4*3600)) * time.Second)
	last := received
	var all []State
	next := func(status string, after time.Duration) {
		last = last.Add(after)
		all = append(all, State{Status: status, ReceivedAt: received, UpdatedAt: last})
	}
	hours := func(from, to int) time.Duration { return time.Duration(d.between(from*3600, to*3600)) * time.Second }
	if d.chance(0.03) {
		next(StatusError, 0)
		all[0].Errors = []string{"Ngày sinh bệnh nhân không đúng định dạng"}
		if d.chance(0.3) {
			all[0].Errors = append(all[0].Errors, "Mã đơn thuốc đã tồn tại")
			return o.until(all)
		}
		next(StatusReceived, hours(1, 30))
	} else {
		next(StatusReceived, 0)
	}
	switch throw := d.IntN(100); {
	case throw < 70:
		next(StatusDispensed, hours(0, 60))
	case throw < 76:
		next(StatusPartly, hours(0, 60))
		if d.chance(0.6) {
			next(StatusDispensed, hours(20, 240))
		}
	case throw < 78:
		next(StatusCancelled, hours(0, 20))
	}
	return o.until(all)
}

// until cuts off what comes after the period.
func (o *Outside) until(all []State) []State {
	end := o.profile.To.AddDate(0, 0, 1)
	return slices.DeleteFunc(all, func(s State) bool { return !s.UpdatedAt.Before(end) })
}

// list sorts the states of all prescriptions, when they are asked for first.
func (o *Outside) list() {
	if o.byCode != nil {
		return
	}
	o.byCode = map[string]int32{}
	for n := range o.profile.Papers.Issued {
		if !o.uploaded(n) {
			continue
		}
		p := o.prescription(n)
		o.byCode[p.Code] = int32(n)
		for i, s := range o.history(n, p.PrescribedAt) {
			o.moments = append(o.moments, moment{s.UpdatedAt.Unix(), int32(n), int8(i)})
		}
	}
	slices.SortFunc(o.moments, func(a, b moment) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return strings.Compare(o.prescription(int(a.number)).Code, o.prescription(int(b.number)).Code)
	})
}

// Prescriptions lists what a gateway that is asked at to lists: the prescriptions
// whose newest state came between from and to, both included, by the time of
// that state and then by code.
func (o *Outside) Prescriptions(from, to time.Time) iter.Seq[Prescription] {
	return o.PrescriptionsAsOf(from, to, to)
}

// PrescriptionsAsOf lists what a gateway that is asked at now lists for the window
// from from to to, both included: a prescription that came into a newer state by
// now stands in the window of that state alone.
func (o *Outside) PrescriptionsAsOf(from, to, now time.Time) iter.Seq[Prescription] {
	o.list()
	return func(yield func(Prescription) bool) {
		first, _ := slices.BinarySearchFunc(o.moments, from.Unix(), func(m moment, at int64) int { return int(m.at - at) })
		for _, m := range o.moments[first:] {
			if m.at > to.Unix() || m.at > now.Unix() {
				return
			}
			p := o.prescription(int(m.number))
			states := o.history(int(m.number), p.PrescribedAt)
			if next := int(m.state) + 1; next < len(states) && !states[next].UpdatedAt.After(now) {
				continue
			}
			if p.State = states[m.state]; !yield(p) {
				return
			}
		}
	}
}

// Prescription finds a prescription by its code in either case, in its state at
// now. It is not found where it was not uploaded by then.
func (o *Outside) Prescription(code string, now time.Time) (Prescription, bool) {
	o.list()
	n, known := o.byCode[strings.ToLower(code)]
	if !known {
		return Prescription{}, false
	}
	p := o.prescription(int(n))
	for _, s := range o.history(int(n), p.PrescribedAt) {
		if !s.UpdatedAt.After(now) {
			p.State = s
		}
	}
	return p, p.State.Status != ""
}
