package province

import (
	"context"
	"fmt"
	"time"

	"thidua/cmd/hissim/figure"
)

// adult is the age from which a person may have a third dose.
const adult = 18

// campaign is the doses of a profile's campaign in the making, and the plan of
// where and when all doses are told.
type campaign struct {
	*feeder
	feed *feed
	// doses is how many each inhabitant has; matched says whose citizen ID was
	// found right.
	doses   []uint8
	matched []bool
	// seen are the matched persons of whom a dose is counted already.
	seen []bool
	// first is the month that months are counted from, months how many there are.
	first  time.Time
	months int
	// order lists the doses by place of the site and month; bounds are where each
	// of these begins. A dose is a person and which of the four, and whether it is
	// signed.
	order    []uint32
	bounds   []int
	children []int32
	shots    map[int][]int
	// site and current are those of the file in the making.
	site    Facility
	current []uint32
	// foundAt is the facility that the name of the site finds.
	foundAt figure.Place
}

// signedDose marks a dose in the order that is signed.
const signedDose = 1 << 31

// vaccinations writes doses: a table or a workbook for each site and month.
func (w *feeder) vaccinations(ctx context.Context) error {
	c := &campaign{feeder: w}
	if err := c.choose(); err != nil {
		return err
	}
	c.feed = w.open("vaccination", feed{
		folder: FeedVaccinations, ext: ".csv",
		header: []string{
			"Mã đối tượng", "Số định danh", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Họ tên mẹ", "Điện thoại", "Tỉnh/TP", "Xã/Phường",
			"Vắc xin", "Kháng nguyên", "Mũi thứ", "Ngày tiêm", "Số lô", "Cơ sở tiêm", "Trạng thái", "Loại hình", "Phản ứng sau tiêm", "Xác thực", "Ký số",
		},
		faults: []feedFault{
			{kind: "lost_zero", end: "the row loads, the citizen ID is repaired; the dose stands already", row: c.lostZero, able: func() bool { _, found := c.identified(); return found }},
			{kind: "scientific_number", end: "the row is quarantined", row: c.broken("", "1.9054E+15", "10/03/2022", "Đã tiêm")},
			{kind: "impossible_date", end: "the row is quarantined", row: c.broken("99SAI", "", "31/02/2022", "Đã tiêm")},
			{kind: "unknown_status", end: "the row is quarantined", row: c.broken("98SAI", "", "", "Đã hủy")},
			cutRow("199"), openQuote(), oldLetters(),
		},
	})
	c.sort()
	c.shoot()
	for place := range w.net.facilities {
		for month := range c.months {
			if err := c.siteMonth(ctx, place, month); err != nil {
				return err
			}
		}
	}
	w.settle(c.feed)
	return nil
}

// choose says how many doses each inhabitant has, and whose identity is verified.
func (c *campaign) choose() error {
	figures, traits := c.profile.Campaign, c.traits()
	adults, eligible := 0, 0
	for _, t := range traits {
		if c.mayHave(t) {
			eligible++
			adults += one(t.age >= adult)
		}
	}
	third := figures.Doses[2]
	if eligible < figures.Doses[0] || adults < third {
		return fmt.Errorf("%w: too few persons for the doses of the campaign", ErrProfile)
	}
	grown, others := newPermutation(adults, c.seed+streamDose), newPermutation(eligible-third, c.seed+streamDose+1)
	c.doses = make([]uint8, len(traits))
	adultsSeen, othersSeen, candidates := 0, 0, 0
	for i, t := range traits {
		if !c.mayHave(t) {
			continue
		}
		n := 0
		if t.age >= adult {
			if place := grown.at(adultsSeen); place < third {
				n = 3 + one(place < figures.Doses[3])
			}
			adultsSeen++
		}
		if n == 0 {
			place := others.at(othersSeen)
			n = one(place < figures.Doses[0]-third) + one(place < figures.Doses[1]-third)
			othersSeen++
		}
		c.doses[i] = uint8(n)
		candidates += one(n > 0 && t.citizenID)
	}
	return c.verify(candidates)
}

// verify chooses the persons whose citizen ID was found right.
func (c *campaign) verify(candidates int) error {
	traits := c.traits()
	if candidates < c.profile.Campaign.Verified {
		return fmt.Errorf("%w: too few persons with a citizen ID for the verified ones", ErrProfile)
	}
	c.matched, c.seen = make([]bool, len(traits)), make([]bool, len(traits))
	order := newPermutation(candidates, c.seed+streamDose+2)
	candidate := 0
	for i, t := range traits {
		if c.doses[i] > 0 && t.citizenID {
			c.matched[i] = order.at(candidate) < c.profile.Campaign.Verified
			candidate++
		}
	}
	return nil
}

func (c *campaign) mayHave(t trait) bool {
	return int(t.age) >= c.profile.Campaign.YoungestAt && int(t.age) <= c.profile.Campaign.OldestAt
}

// leastGaps are the days before each dose.
var leastGaps = [4]int{0, 28, 90, 60}

// course invents when, in days of the campaign, and where a person has doses. The
// first is early enough for the others.
func (c *campaign) course(i int) (days, places [4]int) {
	d, doses := c.dice, int(c.doses[i])
	d.start(c.seed, streamDose, uint64(i))
	room := int(c.profile.To.Sub(c.profile.Campaign.From).Hours() / 24)
	for k := 1; k < doses; k++ {
		room -= leastGaps[k]
	}
	day := 0
	for k := range doses {
		// The more is left of the time, the later the next dose may come.
		wait := d.IntN(room*2/3+1)/(k+1) + d.IntN(room/3+1)/(k+1)
		room -= wait
		day += leastGaps[k] + wait
		days[k] = day
		places[k] = c.people.communes[c.people.communeOf(i)].station
		if d.chance(0.2) {
			places[k] = c.placeOf(d)
		}
	}
	return days, places
}

// placeOf throws a place of the network by its load.
func (c *campaign) placeOf(d dice) int {
	sums := c.net.sums
	throw, low, high := 1+d.IntN(sums[len(sums)-1]), 0, len(sums)-1
	for low < high {
		if middle := (low + high) / 2; sums[middle] < throw {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// sort puts the doses in the order of sites and months, by counting.
func (c *campaign) sort() {
	c.first = c.profile.From
	if c.profile.Campaign.From.Before(c.first) {
		c.first = c.profile.Campaign.From
	}
	c.first = on(c.first.Year(), c.first.Month(), 1)
	c.months = c.month(c.profile.To) + 1
	c.bounds = make([]int, len(c.net.facilities)*c.months+1)
	c.each(func(_ uint32, bucket int) { c.bounds[bucket+1]++ })
	for i := 1; i < len(c.bounds); i++ {
		c.bounds[i] += c.bounds[i-1]
	}
	c.order = make([]uint32, c.bounds[len(c.bounds)-1])
	next := append([]int(nil), c.bounds...)
	c.each(func(dose uint32, bucket int) {
		c.order[next[bucket]] = dose
		next[bucket]++
	})
}

// each offers all doses with the bucket they belong to.
func (c *campaign) each(offer func(dose uint32, bucket int)) {
	total := 0
	for _, n := range c.profile.Campaign.Doses {
		total += n
	}
	signed := newPermutation(total, c.seed+streamDose+3)
	number := 0
	for i, n := range c.doses {
		if n == 0 {
			continue
		}
		days, places := c.course(i)
		for k := range int(n) {
			dose := uint32(i)<<2 | uint32(k)
			if signed.at(number) < c.profile.Campaign.Signed {
				dose |= signedDose
			}
			offer(dose, c.bucket(places[k], c.profile.Campaign.From.AddDate(0, 0, days[k])))
			number++
		}
	}
}

func (c *campaign) month(day time.Time) int {
	return (day.Year()-c.first.Year())*12 + int(day.Month()-c.first.Month())
}

func (c *campaign) bucket(place int, day time.Time) int { return place*c.months + c.month(day) }

// siteMonth sends what a site has of a month.
func (c *campaign) siteMonth(ctx context.Context, place, month int) error {
	bucket := place*c.months + month
	doses, shots := c.order[c.bounds[bucket]:c.bounds[bucket+1]], c.shots[bucket]
	if len(doses)+len(shots) == 0 {
		return nil
	}
	site := c.net.facilities[place]
	c.site, c.current, c.foundAt = site, doses, c.figures.Site(site.Name)
	day := c.first.AddDate(0, month, 0)
	p := parcel{unit: site.Code, day: c.fileDay(day), habit: c.habit(place), size: len(doses) + len(shots)}
	p.rows = func(s *sheet) {
		before := c.feed.truth.Rows
		for _, dose := range doses {
			c.dose(s, site, dose)
		}
		for _, shot := range shots {
			c.shot(s, site, shot)
		}
		if s.counts {
			rows := c.feed.truth.Rows - before
			c.feed.truth.Rows = before
			c.feed.truth.stand(site.Code, monthOf(day), rows)
			c.feed.truth.group("by_site", site.Name, rows)
		}
	}
	return c.send(ctx, c.feed, p)
}

// habits of sites: most send the plain table, some what their spreadsheet makes of
// it.
func (c *campaign) habit(place int) tableHabit {
	plain := tableHabit{delimiter: ',', bom: true}
	if c.settings.Shape.Plain {
		return plain
	}
	switch hash(c.net.facilities[place].Code) >> 4 % 40 {
	case 0, 1:
		return tableHabit{workbook: true}
	case 2, 3:
		return tableHabit{delimiter: '\t', bom: true, crlf: true, encode: appendUTF16}
	case 4, 5:
		return tableHabit{delimiter: ',', framed: true}
	case 6, 7, 8, 9:
		return tableHabit{delimiter: ';', crlf: true}
	}
	return plain
}
