package province

import "thidua/cmd/hissim/figure"

// visitBook tells of visits: those that were claimed and stand, and of these the
// ones where chip or VNeID found the patient insured. A nil one tells nothing.
type visitBook struct {
	figures *figure.Book
	// stands is by number where and when a claimed visit stands; facility is empty
	// of those that do not.
	stands []standing
}

type standing struct {
	facility string
	on       figure.Day
}

func newVisitBook(figures *figure.Book, visits int) *visitBook {
	if figures == nil {
		return nil
	}
	return &visitBook{figures: figures, stands: make([]standing, visits)}
}

// stand tells of a visit in the version that stands.
func (b *visitBook) stand(v *visit) {
	if b == nil {
		return
	}
	one := standing{v.facility.Code, figure.DayOf(v.arrived)}
	b.stands[v.number] = one
	if v.person.insured {
		b.figures.Happen(figure.InsuredVisit, b.figures.Facility(one.facility), one.on)
	}
}

// identify tells of an identification at a facility. It belongs to the visit that
// stands under the same facility; claims must have been told before.
func (b *visitBook) identify(facility string, i *identified) {
	if b == nil {
		return
	}
	at := b.figures.Facility(facility)
	if i.method == byChip {
		b.figures.Happen(figure.ChipVisit, at, figure.DayOf(i.arrivedAt))
	}
	electronic := (i.method == byChip || i.method == byVNeID) && i.lookedUp == "1"
	if electronic && i.number >= 0 && b.stands[i.number].facility == facility {
		b.figures.Happen(figure.ElectronicVisit, at, b.stands[i.number].on)
	}
}
