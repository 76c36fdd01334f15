package province

import "time"

// change is what a re-send brings: reasons why hospitals send a visit again.
type change uint8

const (
	changePayment   change = iota // paid in the meantime
	changeResults                 // laboratory values have come
	changeDrugAdded               // a forgotten drug: the amounts change
	changeNoDrugs                 // all drugs taken back: a part is no longer sent
	changeDiagnosis               // accompanying diseases corrected
	changes
)

// fate is what becomes of a visit after it is known: whether it is sent a second
// time, changed or not, or is dirty.
type fate struct {
	// again is the day of the second sending, zero without one.
	again   time.Time
	changes bool
	change  change
	fault   faultKind
}

// throwFate decides. A dirty visit is sent once, but for the fault that needs a
// clean first version.
func (m *maker) throwFate(v *visit, day time.Time) fate {
	d := m.dice
	d.start(m.settings.Seed, streamFate, uint64(v.number))
	dirty, throw := d.chance(m.settings.Shares.Dirt), d.Float64()
	again := day.AddDate(0, 0, d.between(1, 9))
	if again.After(m.settings.last()) {
		again = m.settings.last()
	}
	if dirty {
		f := fate{fault: v.throwFault(d)}
		if f.fault == faultPartBase64Resent {
			f.again = again
		}
		return f
	}
	shares := m.settings.Shares
	switch {
	case throw < shares.Resend:
		return fate{again: again, changes: true, change: v.possibleChange(change(d.IntN(int(changes))))}
	case throw < shares.Resend+shares.Duplicate:
		return fate{again: again}
	}
	return fate{}
}

// possibleChange replaces a change that would change nothing.
func (v *visit) possibleChange(c change) change {
	if c == changeResults && len(v.results) == 0 {
		return changePayment
	}
	return c
}

// first turns the visit into what is sent first, second into what is sent again.
func (v *visit) first(f fate) {
	switch {
	case f.fault == faultPartBase64Resent:
	case f.fault != faultNone:
		v.befall(f.fault)
	case f.changes && f.change == changePayment:
		v.paid = time.Time{}
	case f.changes && f.change == changeResults:
		v.results = v.results[:0]
	}
}

func (v *visit) second(f fate, d dice) {
	switch {
	case f.fault != faultNone:
		v.befall(f.fault)
	case !f.changes:
	case f.change == changeDrugAdded:
		v.addDrug(drugs[v.number%len(drugs)], d)
		v.sum()
	case f.change == changeNoDrugs:
		v.drugs = v.drugs[:0]
		v.sum()
	case f.change == changeDiagnosis:
		v.others = "Z76.0"
		if v.number%2 == 0 {
			v.others = "Z76.0;R53"
		}
	}
}

// version makes the visit as it is sent for the first or the second time.
func (m *maker) version(s sending) (*visit, fate) {
	v := m.make(s.number, s.day, s.facility, s.net)
	what := m.throwFate(v, s.day)
	if s.again {
		v.second(what, m.dice)
	} else {
		v.first(what)
	}
	return v, what
}
