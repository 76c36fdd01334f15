package province

import (
	"context"
	"slices"
	"time"
)

// How a patient is identified at reception, as it is written and as the truth
// names it.
const (
	byCard = iota
	byOther
	byChip
	byVNeID
)

var (
	methodLabels = [...]string{"THE_BHYT", "KHAC", "CCCD_CHIP", "VNEID"}
	methodNames  = [...]string{"card", "other", "chip_id", "vneid"}
)

// pilotDays is how long after the first day of the period reception begins to tell
// how patients are identified.
const pilotDays = 31

// identified is one visit with its identification.
type identified struct {
	// number is that of the claimed visit, or -1 where nothing was claimed.
	number    int
	key       string
	arrivedAt time.Time
	person    person
	method    int
	// lookedUp is whether the card was found: 1, 0, or blank.
	lookedUp string
}

// identifications writes how patients were identified: a table for each facility
// and month of arrival.
func (w *feeder) identifications(ctx context.Context) error {
	f := w.open("visit_identification", feed{
		folder: FeedIdentifications, ext: ".csv",
		header: []string{"ma_cskcb", "ma_lk", "ngay_vao", "cach_dinh_danh", "so_cccd", "ma_the_bhyt", "tra_cuu_thanh_cong", "thoi_diem_tra_cuu"},
		faults: []feedFault{
			{kind: "unknown_method", end: "the row is quarantined", row: w.brokenIdentification("", "VAN_TAY")},
			{kind: "impossible_date", end: "the row is quarantined", row: w.brokenIdentification("202202310800", "THE_BHYT")},
			cutRow("19"), openQuote(),
		},
	})
	v := w.profile.Visits
	everybody := w.net.weights(func(Facility) bool { return true })
	claimed, others := w.identifiedShares(everybody)
	rows := make([]int, len(claimed))
	for i := range rows {
		rows[i] = claimed[i] + others[i]
	}
	chips := fill(v.Chip, 1, w.chosen(everybody, v.ChipFacilities), rows)
	room := slices.Clone(rows)
	for i := range room {
		room[i] -= chips[i]
	}
	vneid := fill(v.VNeID, 0, everybody, room)
	for place := range w.net.facilities {
		all := w.identifiedAt(place, claimed[place], others[place], chips[place], vneid[place])
		for first := 0; first < len(all); {
			beyond := first + 1
			for beyond < len(all) && monthOf(all[beyond].arrivedAt) == monthOf(all[first].arrivedAt) {
				beyond++
			}
			if err := w.send(ctx, f, w.identifiedParcel(f, place, all[first:beyond])); err != nil {
				return err
			}
			first = beyond
		}
	}
	w.settle(f)
	return nil
}

// identifiedShares divides the identified visits among the facilities: claimed ones
// as far as there are any since the pilot began, and others, of persons who are not
// insured, where there are not.
func (w *feeder) identifiedShares(everybody []int) (claimed, others []int) {
	room, weights, heard, needy, most := make([]int, len(everybody)), make([]int, len(everybody)), 0, 0, 0
	others = make([]int, len(everybody))
	for place, weight := range everybody {
		if weight == 0 {
			continue
		}
		heard++
		if room[place] = len(w.piloted(place)); room[place] == 0 {
			others[place] = 1
			needy++
			continue
		}
		weights[place] = weight
		most += room[place]
	}
	total := max(w.profile.Visits.Identified, heard) - needy
	claimed = fill(min(total, most), 1, weights, room)
	for place, more := range apportion(total-min(total, most), 0, everybody) {
		others[place] += more
	}
	return claimed, others
}

// piloted are the claimed visits of a facility since the pilot began.
func (w *feeder) piloted(place int) []int32 {
	all := w.claims.byFacility[place]
	early, _ := slices.BinarySearchFunc(all, pilotDays, func(number int32, day int) int { return w.claims.day(int(number)) - day })
	return all[early:]
}

// identifiedAt lists the identifications at a facility by arrival. Chip and VNeID
// are shown at claimed visits as far as there are enough.
func (w *feeder) identifiedAt(place, claimed, others, chips, vneid int) []identified {
	all := make([]identified, 0, claimed+others)
	claims := w.piloted(place)
	m := newMaker(w.settings)
	m.people = w.people
	order := newPermutation(claimed, uint64(place)+w.seed)
	for n := range claimed + others {
		one := identified{number: -1, method: w.method(place, n)}
		throw := n
		if n < claimed {
			throw = order.at(n)
			number := int(claims[n*len(claims)/claimed])
			day := w.profile.From.AddDate(0, 0, w.claims.day(number))
			visit := m.make(number, day, w.net.facilities[place], w.net)
			one.number, one.key, one.arrivedAt, one.person = number, visit.key, visit.arrived, visit.person
		} else {
			w.inventVisit(&one, place, n)
		}
		switch {
		case throw < chips:
			one.method = byChip
		case throw < chips+vneid:
			one.method = byVNeID
		}
		one.lookUp(n)
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b identified) int { return a.arrivedAt.Compare(b.arrivedAt) })
	return all
}

// method is the way of those that show neither chip nor VNeID.
func (w *feeder) method(place, n int) int {
	if (place*31+n*7)%25 == 0 {
		return byOther
	}
	return byCard
}

// lookUp says how the look-up ended. By chip and VNeID everybody who is insured was
// found: they are what the department counts.
func (i *identified) lookUp(n int) {
	i.lookedUp = "1"
	switch {
	case !i.person.insured:
		i.lookedUp = "0"
	case i.method == byCard || i.method == byOther:
		switch n % 40 {
		case 3:
			i.lookedUp = "0"
		case 5:
			i.lookedUp = ""
		}
	}
}

// inventVisit makes a visit that is not claimed, of a person who is not insured and
// has no card to show.
func (w *feeder) inventVisit(one *identified, place, n int) {
	w.dice.start(w.seed, streamIdentified, uint64(place)<<32+uint64(n))
	day := w.profile.From.AddDate(0, 0, w.dice.between(pilotDays, w.profile.days()-1))
	one.arrivedAt = day.Add(time.Duration(w.dice.between(7*60, 16*60)) * time.Minute)
	one.key = visitKey(w.net.facilities[place].Code, day, 9_000_000+n)
	one.person, one.method = w.people.uninsured(w.dice, w.dice.IntN(w.people.persons)), byOther
}

// identifiedParcel holds the identifications of a facility and a month.
func (w *feeder) identifiedParcel(f *feed, place int, all []identified) parcel {
	code := w.net.facilities[place].Code
	month := all[0].arrivedAt
	p := parcel{unit: code, day: w.fileDay(month), habit: tableHabit{delimiter: ','}, size: len(all)}
	p.rows = func(s *sheet) {
		for i := range all {
			if s.take() {
				w.identification(s, code, &all[i])
			}
			if s.counts {
				method := methodNames[all[i].method]
				f.truth.group("by_method", method, 1)
				f.truth.group(method+"_by_facility", code, 1)
				f.truth.group(method+"_by_month", monthOf(month), 1)
				f.truth.count("looked_up_ok", one(all[i].lookedUp == "1"))
				w.visits.identify(code, &all[i])
			}
		}
		if s.counts {
			f.truth.stand(code, monthOf(month), len(all))
			f.truth.Figures["facilities"] = len(f.truth.Groups["by_facility"])
			f.truth.Figures["chip_facilities"] = len(f.truth.Groups["chip_id_by_facility"])
			f.truth.Figures["chip_id"] = f.truth.Groups["by_method"]["chip_id"]
		}
	}
	return p
}

// identification writes one row. The chip and VNeID show the citizen ID whatever
// the papers say. Sent again, the look-up is told a minute later.
func (w *feeder) identification(s *sheet, code string, i *identified) {
	w.plant.person(&i.person)
	w.plant.value("visit_key", i.key)
	id, card := i.person.idNumber, i.person.card
	if !i.person.insured {
		card = ""
	}
	if i.method == byChip || i.method == byVNeID {
		id = i.person.citizenID
		w.plant.value("citizen_id", id)
	}
	s.texts(code, i.key)
	s.stamp(i.arrivedAt, appendMinute)
	s.texts(methodLabels[i.method], id, card, i.lookedUp)
	var at time.Time
	if i.lookedUp != "" {
		at = i.arrivedAt.Add(2 * time.Minute)
		if s.amended {
			at = at.Add(time.Minute)
		}
	}
	s.stamp(at, appendMinute)
	s.endRow()
}

func (w *feeder) brokenIdentification(at, method string) func(*sheet, int) {
	return func(s *sheet, n int) {
		arrived := at
		if arrived == "" {
			arrived = string(appendMinute(nil, w.profile.To.Add(8*time.Hour)))
		}
		code := w.net.facilities[0].Code
		w.plant.value("visit_key", code+"_SAI"+digits(n, 5))
		s.texts(code, code+"_SAI"+digits(n, 5), arrived, method, "", "", "", "")
		s.endRow()
	}
}
