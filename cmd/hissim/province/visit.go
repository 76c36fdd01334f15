package province

import (
	"fmt"
	"time"
)

// visit is one treatment episode (MA_LK) in one of its versions. All times are
// local wall clock, kept as UTC.
type visit struct {
	number   int
	key      string
	facility Facility
	layout   string
	person   person

	// care is MA_LOAI_KCB with two digits, arrival MA_DOITUONG_KCB.
	care, arrival                 string
	arrived, admitted, left, paid time.Time
	days                          int
	disease                       disease
	others                        string
	outcome, discharge            int
	referredTo, registeredAt      string
	weight                        int
	cards                         cardTerm

	drugs    []drugLine
	services []serviceLine
	results  []result
	courses  []course
	children []child
	// dischargePaper, referral and revisit say which papers go with it.
	dischargePaper, referral, revisit bool

	fault faultKind
	total totals
}

// cardTerm is the time the insurance card is valid.
type cardTerm struct{ from, to time.Time }

// totals are the sums of the lines of a visit.
type totals struct {
	bill
	drugs, supplies amount
}

// maker invents visits. It hands out the same visit again and again: one made
// earlier is overwritten.
type maker struct {
	settings Settings
	dice     dice
	pool     int
	// people are the inhabitants of a profile; without, patients are numbered by
	// themselves.
	people  *population
	current visit
}

func newMaker(s Settings) *maker {
	return &maker{settings: s, dice: newDice(), pool: min(max(s.Visits*2/5, 50), 1_000_000)}
}

// patient is the nth of those that come.
func (m *maker) patient(n int) person {
	if m.people != nil {
		return m.people.patient(m.dice, n)
	}
	return makePerson(m.dice, m.settings.Seed, n, m.settings.Province, m.settings.From)
}

// facilityOf throws the facility of a visit.
func (m *maker) facilityOf(number int, n network) Facility {
	m.dice.start(m.settings.Seed, streamFacility, uint64(number))
	return n.throw(m.dice)
}

// make invents visit number that ended on the day, as its first version would be
// if everything were known at once.
func (m *maker) make(number int, day time.Time, f Facility, n network) *visit {
	v := &m.current
	*v = visit{
		number: number, facility: f, layout: m.settings.layout(day),
		drugs: v.drugs[:0], services: v.services[:0], results: v.results[:0], courses: v.courses[:0], children: v.children[:0],
	}
	d := m.dice
	d.start(m.settings.Seed, streamVisit, uint64(number))
	who := d.IntN(m.pool)
	v.person = m.patient(who)
	d.start(m.settings.Seed, streamVisit, uint64(number)+1<<40)
	if v.layout == Layout4210 {
		v.person.insured = true
	}
	v.key = fmt.Sprintf("%s_%s_%07d", f.Code, day.Format("200601"), number)
	v.care = throwCare(d, f, v.layout)
	v.registeredAt = n.facilities[who%len(n.facilities)].Code
	v.schedule(d, day)
	v.diagnose(d, n.referral)
	v.arrive(d)
	v.fillServices(d)
	v.fillDrugs(d, m.settings.Lines)
	v.fillResults(d)
	v.fillCourses(d)
	v.sum()
	return v
}

// throwCare chooses the type of care. Layout 4210 knows three.
func throwCare(d dice, f Facility, layout string) string {
	throw := d.IntN(100)
	if layout == Layout4210 {
		switch {
		case f.hospital() && throw < 26:
			return "03"
		case throw < 32:
			return "02"
		}
		return "01"
	}
	if f.hospital() {
		return []string{"01", "03", "05", "02", "07", "09", "08", "04"}[step(throw, 54, 79, 90, 93, 95, 97, 99)]
	}
	return []string{"01", "05", "07", "06"}[step(throw, 86, 93, 98)]
}

// step counts the bounds at or below n.
func step(n int, bounds ...int) int {
	i := 0
	for i < len(bounds) && n >= bounds[i] {
		i++
	}
	return i
}

// inpatient is true for the types of care with a bed.
func (v *visit) inpatient() bool { return v.care == "03" || v.care == "04" || v.care == "09" }

// schedule sets the times, so that the visit ends on the day.
func (v *visit) schedule(d dice, day time.Time) {
	at := func(on time.Time, hour, minute int) time.Time {
		return on.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	switch v.care {
	case "03", "06":
		nights := d.between(1, 9)
		v.days = nights + 1
		v.arrived = at(day.AddDate(0, 0, -nights), d.between(0, 23), d.IntN(60))
		v.admitted = v.arrived.Add(time.Duration(d.between(15, 90)) * time.Minute)
		v.left = at(day, d.between(9, 16), d.IntN(60))
		v.left = later(v.left, v.admitted.Add(4*time.Hour))
	case "02", "05", "08":
		v.days = []int{5, 7, 10, 14, 28, 30}[d.IntN(6)]
		v.arrived = at(day.AddDate(0, 0, 1-v.days), d.between(7, 10), d.IntN(60))
		v.left = at(day, 23, 59)
	case "07":
		v.arrived, v.left = at(day, d.between(7, 15), d.IntN(60)), at(day, 23, 59)
	case "04", "09":
		v.arrived = at(day, d.between(7, 12), d.IntN(60))
		v.admitted = v.arrived.Add(20 * time.Minute)
		v.left = v.arrived.Add(time.Duration(d.between(120, 230)) * time.Minute)
		if v.care == "04" {
			v.days = 1
		}
	default:
		v.arrived = at(day, d.between(7, 14), d.IntN(60))
		v.left = v.arrived.Add(time.Duration(d.between(40, 200)) * time.Minute)
	}
	v.paid = v.left
	if v.left.Hour() < 23 {
		v.paid = v.left.Add(time.Duration(d.between(5, 30)) * time.Minute)
	}
	year := time.Date(day.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	v.cards = cardTerm{year, year.AddDate(1, 0, -1)}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// diagnose sets illness, outcome, discharge and the papers that follow from them.
func (v *visit) diagnose(d dice, referral string) {
	v.disease = pick(d, diseases)
	v.others = v.disease.others
	v.outcome = 1 + step(d.IntN(1000), 420, 960, 985, 993, 996, 998)
	v.discharge = 1 + step(d.IntN(1000), 955, 980, 984, 992)
	if v.layout == Layout4210 {
		v.discharge = min(v.discharge, 4)
		v.outcome = min(v.outcome, 5)
	}
	if age := v.person.age(v.left); v.care == "03" && v.person.sex == female && age >= 18 && age <= 42 && d.chance(0.35) {
		v.disease, v.others, v.outcome, v.discharge = delivery, "", 1, 1
		v.bear(d)
	}
	modern := v.layout != Layout4210
	v.referral = modern && (v.discharge == 2 || v.discharge == 5)
	if v.discharge == 2 || v.discharge == 5 {
		v.referredTo = referral
	}
	v.dischargePaper = modern && v.care == "03"
	v.revisit = modern && v.discharge == 1 && v.outcome < 5 && v.care < "04" && d.chance(0.14)
	v.weight = 320 + min(v.person.age(v.left), 25)*220 + d.IntN(1200)
}

// arrive sets how the patient came: right route, emergency, off-route, for
// drugs, or not insured.
func (v *visit) arrive(d dice) {
	switch throw := d.IntN(100); {
	case !v.person.insured:
		v.arrival = "9"
	case v.care == "07":
		v.arrival = "7.2"
	case throw < 62:
		v.arrival = "1.1"
	case throw < 80:
		v.arrival = "1.3"
	case throw < 90:
		v.arrival = "2"
	default:
		v.arrival = "3.1"
	}
}

// revisitAt is the appointment of a re-visit letter.
func (v *visit) revisitAt() time.Time {
	return v.left.Truncate(24*time.Hour).AddDate(0, 0, 14).Add(8 * time.Hour)
}
