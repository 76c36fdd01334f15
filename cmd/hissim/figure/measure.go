package figure

// measure makes of a finished book a function that counts for a period, by unit.
type measure func(*Book) counter

// counter counts for a period. Units without anything are left out.
type counter func(window) map[unit]int

// total counts everything from the very beginning to the end of the period.
func total(what What) measure { return summed(what, func(b *Book, _ window) int { return -1 }) }

// within counts what happened in the period.
func within(what What) measure {
	return summed(what, func(b *Book, w window) int { return b.offset(w.from) - 1 })
}

// summed counts between two days; before is the last one that does not count.
func summed(what What, before func(*Book, window) int) measure {
	return func(b *Book) counter {
		sums := b.sums(what)
		return func(w window) map[unit]int {
			cells := map[unit]int{}
			from, to := before(b, w), b.offset(w.to)
			for u, series := range sums {
				n := int(series[to])
				if from >= 0 {
					n -= int(series[from])
				}
				if n > 0 {
					cells[u] = n
				}
			}
			return cells
		}
	}
}

// differentEver counts the different things that something happened to by the end
// of the period.
func differentEver(what What) measure {
	return different(func(b *Book) []uint64 { return b.things[what] }, true)
}

// facilitiesEver counts the facilities where something happened by the end of the
// period.
func facilitiesEver(what What) measure {
	return different(func(b *Book) []uint64 { return b.facilities(what) }, true)
}

// facilitiesWithin counts those where it happened in the period.
func facilitiesWithin(what What) measure {
	return different(func(b *Book) []uint64 { return b.facilities(what) }, false)
}

func different(keys func(*Book) []uint64, ever bool) measure {
	return func(b *Book) counter {
		var all []once
		for _, level := range levels() {
			all = append(all, b.onceOf(keys(b), level))
		}
		return func(w window) map[unit]int {
			from, cells := 0, map[unit]int{}
			if !ever {
				from = b.offset(w.from)
			}
			for _, o := range all {
				o.count(from, b.offset(w.to), cells)
			}
			return cells
		}
	}
}

// facilities lists where and when something happened, the facility itself being the
// thing.
func (b *Book) facilities(what What) (keys []uint64) {
	for index, series := range b.series[what] {
		if b.place(index) == Nowhere {
			continue
		}
		for i, n := range series {
			if n > 0 {
				keys = append(keys, key(index, uint32(index), i))
			}
		}
	}
	return keys
}

// register counts the facilities of the wanted kinds that exist on the last day of
// the period.
func register(wanted func(kind string) bool) measure {
	return existing(func(a *Atlas) (places []Place) {
		for at := range a.facilities {
			places = append(places, Place(at))
		}
		return places
	}, wanted)
}

// communes counts the communes that exist on the last day of the period.
func communes(b *Book) counter {
	return existing(func(a *Atlas) (places []Place) {
		for at := range a.communes {
			places = append(places, Place(len(a.facilities)+at))
		}
		return places
	}, func(string) bool { return true })(b)
}

// existing counts places of the wanted kinds, all of which belong to units.
func existing(places func(*Atlas) []Place, wanted func(kind string) bool) measure {
	return func(b *Book) counter {
		all := places(b.atlas)
		return func(w window) map[unit]int {
			cells := map[unit]int{}
			for _, at := range all {
				s := b.atlas.spotOn(at, w.to, b.campaign.home)
				if s.facility == "" && s.commune == "" || !wanted(b.atlas.kindOn(at, w.to)) {
					continue
				}
				for _, level := range levels() {
					if u, known := s.unit(level, b.campaign.home); known {
						cells[u]++
					}
				}
			}
			return cells
		}
	}
}
