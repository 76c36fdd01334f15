package province

import (
	"slices"
	"strconv"
	"time"
)

// Transfer is one message from a facility to the health record platform.
type Transfer struct {
	// Number counts transfers from zero in the order of their days.
	Number int
	// Code is the number of the transaction, ten digits behind the facility.
	Code     string
	Facility string
	// Visit is MA_LK: of a visit that the claims tell too, or of another one.
	Visit string
	At    time.Time
	// Accepted is false where the platform did not take it; ErrorCode says why.
	Accepted  bool
	ErrorCode string
}

// claimed lists the numbers of claimed visits by the place of their facility in
// the network, and the day of each number.
type claimed struct {
	byFacility [][]int32
	visits     int
	days       int
}

// claimSettings are the settings that the claims of the profile are written with;
// lines, shares and shape are the caller's.
func (p Profile) claimSettings(seed uint64) Settings {
	return Settings{Province: p.Province, Seed: seed, From: p.From, Days: p.days(), Visits: p.Visits.Claimed, Layout: LayoutAuto}
}

// listClaims finds the facility of each claimed visit. Claims come from the
// facilities open on each day; those of the ones that do not last are left out.
func (o *Outside) listClaims(facilities []Facility) claimed {
	m := newMaker(o.profile.claimSettings(o.seed))
	places := map[string]int{}
	for i, f := range o.net.facilities {
		places[f.Code] = i
	}
	all := claimed{byFacility: make([][]int32, len(o.net.facilities)), visits: o.profile.Visits.Claimed, days: o.profile.days()}
	for day := range all.days {
		net := newNetwork(facilities, o.profile.Province, o.profile.From.AddDate(0, 0, day))
		for number := day * all.visits / all.days; number < (day+1)*all.visits/all.days; number++ {
			if place, lasts := places[m.facilityOf(number, net).Code]; lasts {
				all.byFacility[place] = append(all.byFacility[place], int32(number))
			}
		}
	}
	return all
}

// day is the place in the period of the day on which a claimed visit ended.
func (c claimed) day(number int) int {
	day := (number*c.days + c.days - 1) / c.visits
	for day*c.visits/c.days > number {
		day--
	}
	for (day+1)*c.visits/c.days <= number {
		day++
	}
	return day
}

// visitKey is MA_LK of a visit, numbered within the facility and the month.
func visitKey(facility string, day time.Time, number int) string {
	return facility + "_" + day.Format("200601") + "_" + digits(number, 7)
}

// transferOrder says how many transfers each facility makes, how many the
// facilities before it make, and how many there are before each day.
type transferOrder struct {
	shares, sums []int
	before       []int
	// refused puts those that are not taken first.
	refused permutation
}

// dealTransfers divides the transfers among the facilities that are connected: the
// busiest of those that may be, in the order of their codes.
func (o *Outside) dealTransfers() transferOrder {
	weights := o.net.weights(func(f Facility) bool { return f.Kind != "other" })
	connected := o.chosen(weights, o.profile.Exchange.Facilities)
	t := transferOrder{
		shares:  apportion(o.profile.Exchange.Transfers, 1, connected),
		refused: newPermutation(o.profile.Exchange.Transfers, o.seed+1),
	}
	sum := 0
	for _, share := range t.shares {
		t.sums = append(t.sums, sum)
		sum += share
	}
	for day := range o.profile.days() + 1 {
		sum := 0
		for _, share := range t.shares {
			sum += share * day / o.profile.days()
		}
		t.before = append(t.before, sum)
	}
	return t
}

// chosen keeps count of the positive weights, the greatest and then by chance, and
// makes the others zero.
func (o *Outside) chosen(weights []int, count int) []int {
	type candidate struct{ place, weight int }
	var all []candidate
	spread := newPermutation(len(weights), o.seed+streamFacility)
	for i := range weights {
		place := spread.at(i)
		if weights[place] > 0 {
			all = append(all, candidate{place, weights[place]})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.weight - a.weight })
	kept := make([]int, len(weights))
	for _, c := range all[:min(count, len(all))] {
		kept[c.place] = c.weight
	}
	return kept
}

// Transfers returns at most limit transfers in the order of their days, beginning
// with the one of number after: the cursor is how many are known already.
func (o *Outside) Transfers(after, limit int) []Transfer {
	var page []Transfer
	days := o.profile.days()
	day, _ := slices.BinarySearch(o.dealt.before, max(after, 0)+1)
	number := 0
	if day = max(day-1, 0); day < len(o.dealt.before) {
		number = o.dealt.before[day]
	}
	for ; day < days; day++ {
		for place, share := range o.dealt.shares {
			for j := share * day / days; j < share*(day+1)/days; j++ {
				if len(page) >= limit {
					return page
				}
				if number >= after {
					t := o.transfer(place, j)
					t.Number = number
					page = append(page, t)
				}
				number++
			}
		}
	}
	return page
}

// dayOfTransfer is the place in the period of the day of transfer j of a facility.
func (o *Outside) dayOfTransfer(place, j int) int {
	share, days := o.dealt.shares[place], o.profile.days()
	day := min((j*days+days-1)/share, days-1)
	for day > 0 && share*day/days > j {
		day--
	}
	for share*(day+1)/days <= j {
		day++
	}
	return day
}

func (o *Outside) transferDay(place, j int) time.Time {
	return o.profile.From.AddDate(0, 0, o.dayOfTransfer(place, j))
}

// transfer invents transfer j of the facility at a place of the network.
func (o *Outside) transfer(place, j int) Transfer {
	share, days := o.dealt.shares[place], o.profile.days()
	day := o.dayOfTransfer(place, j)
	first, beyond := share*day/days, share*(day+1)/days
	date := o.profile.From.AddDate(0, 0, day)
	// Seven in the morning to five in the afternoon, one after the other.
	seconds := 7*3600 + (j-first)*10*3600/(beyond-first) + place%60
	f := o.net.facilities[place].Code
	t := Transfer{
		Code: f + digits(place, 3) + digits(j, 7), Facility: f, At: date.Add(time.Duration(seconds) * time.Second),
		Accepted: o.dealt.refused.at(o.dealt.sums[place]+j) >= o.profile.Exchange.Rejected,
		Visit:    o.transferredVisit(place, j, day, date),
	}
	if !t.Accepted {
		t.ErrorCode = "E" + strconv.Itoa(400+j%5)
	}
	return t
}

// transferredVisit is the key of a visit that was claimed days before, or else of
// one that is not.
func (o *Outside) transferredVisit(place, j, day int, date time.Time) string {
	f, visits := o.net.facilities[place].Code, o.claims.byFacility[place]
	if share := o.dealt.shares[place]; len(visits) > 0 {
		k := j*len(visits)/share - 3 - len(visits)/20
		if k >= 0 {
			if ended := o.claims.day(int(visits[k])); ended <= day {
				return visitKey(f, o.profile.From.AddDate(0, 0, ended), int(visits[k]))
			}
		}
	}
	return visitKey(f, date, 8_000_000+j)
}
