// Package figure counts what the indicators of a campaign come to in the stand-in
// province, for every unit and period: the truth that whoever counts the records is
// held against. It is told what happens as it is invented, and shares neither
// queries nor definitions with who counts.
//
// What is told is what stands in the end: a record that is sent twice is told once,
// and one that no reader keeps is not told.
package figure

import "slices"

// Level is a level of units.
type Level string

// The levels.
const (
	Province Level = "province"
	District Level = "district"
	Commune  Level = "commune"
	Facility Level = "facility"
)

func levels() []Level { return []Level{Province, District, Commune, Facility} }

// What is a kind of thing that happens and is counted.
type What int

// What happens. Persons are told of by the commune they live in, all else by the
// facility; doses by the facility that the name of the site finds.
const (
	Insured              What = iota // a person is insured, on no day
	Linked                           // the insurance of a person was linked to the citizen ID
	ChipVisit                        // a patient showed the chip of the citizen ID
	RecordedPerson                   // the health record of a person was made
	RecordedHousehold                // that of the head of a household
	AcceptedTransfer                 // a transfer to the health record was taken
	Dose                             // a dose of the campaign was given
	FirstDose                        // it was the first
	SecondDose                       // the second
	ThirdDose                        // the third
	FourthDose                       // the fourth
	SignedDose                       // a dose is signed
	VerifiedDose                     // the person of a dose was verified
	InsuredVisit                     // an insured person was treated and claimed for
	ElectronicVisit                  // the same, by chip or VNeID, and was found insured
	BirthCertificate                 // a birth certificate was issued
	DeathCertificate                 // a death certificate was issued
	DriverCertificate                // a driver's check was concluded
	SignedDriver                     // and digitally signed
	IssuedPrescription               // a prescription was written
	ReceivedPrescription             // the national system holds it, not cancelled
	whats
)

// Book gathers what happens, to be counted at the end. A nil book takes and tells
// nothing. It is not safe for use by several goroutines.
type Book struct {
	campaign campaign
	atlas    *Atlas
	// first is the day that days are counted from; what happened before counts as
	// on it. What happens after the last day is not counted.
	first Day
	days  int
	// series counts by place, then by day. The last place is Nowhere.
	series [whats][][]int32
	// things are those that count once however often they are told: place, thing and
	// day in one number, which sorts in that order.
	things [whats][]uint64
	// spots remembers by place what it belonged to when it was asked for last.
	spots []spot
}

// daysBefore is how long before the first period a book begins.
const daysBefore = 400

// NewBook opens a book for the campaign of a profile's name, or returns
// ErrCampaign.
func NewBook(name string, atlas *Atlas) (*Book, error) {
	c, err := findCampaign(name)
	if err != nil {
		return nil, err
	}
	first, last := c.spans[0].from, c.spans[0].to
	for _, s := range c.spans {
		first, last = min(first, s.from), max(last, s.to)
	}
	first -= daysBefore
	b := &Book{campaign: c, atlas: atlas, first: first, days: int(last-first) + 1, spots: make([]spot, atlas.places()+1)}
	for i := range b.spots {
		b.spots[i] = spot{from: never, to: always}
	}
	for what := range b.series {
		b.series[what] = make([][]int32, atlas.places()+1)
	}
	return b, nil
}

// Facility is the facility of a code, or Nowhere.
func (b *Book) Facility(code string) Place {
	if b == nil {
		return Nowhere
	}
	return b.atlas.Facility(code)
}

// Site is the facility that a name finds, or Nowhere.
func (b *Book) Site(name string) Place {
	if b == nil {
		return Nowhere
	}
	return b.atlas.Site(name)
}

// Commune is the commune of a code in the campaign's list of areas, or Nowhere.
func (b *Book) Commune(code string) Place {
	if b == nil {
		return Nowhere
	}
	return b.atlas.Commune(b.campaign.home.list, code)
}

// Stand tells of something that stands without a day.
func (b *Book) Stand(what What, at Place) { b.Happen(what, at, always) }

// Happen tells that something happened.
func (b *Book) Happen(what What, at Place, on Day) {
	if b == nil {
		return
	}
	i := b.offset(on)
	if i >= b.days {
		return
	}
	all := b.series[what]
	place := b.index(at)
	if all[place] == nil {
		all[place] = make([]int32, b.days)
	}
	all[place][i]++
}

// HappenTo tells that something happened to a thing, of which only different ones
// are counted.
func (b *Book) HappenTo(what What, at Place, on Day, thing uint32) {
	if b == nil {
		return
	}
	if i := b.offset(on); i < b.days {
		b.things[what] = append(b.things[what], key(b.index(at), thing, i))
	}
}

func (b *Book) offset(on Day) int { return max(int(on-b.first), 0) }

func (b *Book) index(at Place) int {
	if at == Nowhere {
		return b.atlas.places()
	}
	return int(at)
}

// place is what index numbers.
func (b *Book) place(index int) Place {
	if index == b.atlas.places() {
		return Nowhere
	}
	return Place(index)
}

// key joins a place or a unit, a thing and a day.
func key(where int, thing uint32, day int) uint64 {
	return uint64(where)<<48 | uint64(thing)<<16 | uint64(day)
}

func parts(key uint64) (where int, thing uint32, day int) {
	return int(key >> 48), uint32(key >> 16), int(key & 0xFFFF)
}

// unit is whom a place belonged to on a day.
func (b *Book) unit(index, day int, level Level) (unit, bool) {
	s, on := &b.spots[index], b.first+Day(day)
	if on < s.from || on > s.to {
		*s = b.atlas.spotOn(b.place(index), on, b.campaign.home)
	}
	return s.unit(level, b.campaign.home)
}

// sums is how often something had happened by the end of each day, by unit.
func (b *Book) sums(what What) map[unit][]int32 {
	all := map[unit][]int32{}
	for index, series := range b.series[what] {
		for i, n := range series {
			if n == 0 {
				continue
			}
			for _, level := range levels() {
				u, known := b.unit(index, i, level)
				if !known {
					continue
				}
				if all[u] == nil {
					all[u] = make([]int32, b.days)
				}
				all[u][i] += n
			}
		}
	}
	for _, series := range all {
		for i := 1; i < len(series); i++ {
			series[i] += series[i-1]
		}
	}
	return all
}

// once lists by unit the different things and the days they were told of, sorted.
type once struct {
	units []unit
	keys  []uint64
}

// onceOf takes keys of places apart into those of the units of one level.
func (b *Book) onceOf(keys []uint64, level Level) once {
	o := once{keys: make([]uint64, 0, len(keys))}
	numbers := map[unit]int{}
	for _, k := range keys {
		index, thing, i := parts(k)
		if u, known := b.unit(index, i, level); known {
			o.keys = append(o.keys, key(o.number(numbers, u), thing, i))
		}
	}
	slices.Sort(o.keys)
	o.keys = slices.Compact(o.keys)
	return o
}

func (o *once) number(numbers map[unit]int, u unit) int {
	n, known := numbers[u]
	if !known {
		n = len(o.units)
		numbers[u] = n
		o.units = append(o.units, u)
	}
	return n
}

// count adds up the different things of each unit between two days.
func (o once) count(from, to int, into map[unit]int) {
	const none = 1<<64 - 1
	counted := uint64(none)
	for _, k := range o.keys {
		where, _, i := parts(k)
		if which := k >> 16; i >= from && i <= to && which != counted {
			counted = which
			into[o.units[where]]++
		}
	}
}
