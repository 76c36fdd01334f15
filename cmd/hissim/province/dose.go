package province

import (
	"time"

	"thidua/cmd/hissim/figure"
)

// The words of the export.
const (
	wordGiven, wordPlanned, wordPostponed = "Đã tiêm", "Chưa tiêm", "Hoãn"
	wordMatched, wordMismatch             = "Đã xác thực", "Sai thông tin"
	wordPending, wordNoID                 = "Chưa xác thực", "Không có số định danh"
	wordSigned, wordUnsigned              = "Đã ký", "Chưa ký"
	wordCampaign, wordRoutine             = "Chống dịch", "TCMR"
)

// vaccine is one of the routine programme with its antigens.
type vaccine struct {
	name     string
	antigens []string
}

var routineVaccines = []vaccine{
	{"DPT-VGB-Hib (5 trong 1) Mẫu", []string{"Bạch hầu", "Ho gà", "Uốn ván", "Viêm gan B", "Hib"}},
	{"bOPV Mẫu", []string{"Bại liệt"}},
	{"Sởi - Rubella Mẫu", []string{"Sởi", "Rubella"}},
	{"Viêm não Nhật Bản Mẫu", []string{"Viêm não Nhật Bản"}},
}

// doseRow is one row of the export, of a dose that was given or is planned.
type doseRow struct {
	vaccine, antigen, lot, site  string
	number                       int
	day                          time.Time
	status, program              string
	reaction, verified, isSigned string
}

// doseRow is one dose of the campaign. Of persons whose identity was verified each
// dose says so; of the others a dose that is not signed says why.
func (c *campaign) doseRow(site Facility, dose uint32, amended bool) doseRow {
	number, k, signed := int(dose&^signedDose>>2), int(dose&3), dose&signedDose != 0
	days, _ := c.course(number)
	row := doseRow{
		antigen: c.profile.Campaign.Antigen, number: k + 1, day: c.profile.Campaign.From.AddDate(0, 0, days[k]),
		site: site.Name, status: wordGiven, program: wordCampaign, reaction: "Không", isSigned: wordUnsigned,
	}
	row.vaccine = campaignVaccines[(number/7+k/2)%len(campaignVaccines)]
	if c.profile.Campaign.Antigen != "COVID-19" {
		row.vaccine = routineVaccines[2].name
	}
	row.lot = lotOf(number, k, amended)
	if number%37 == 0 || amended {
		row.reaction = "Sốt nhẹ"
	}
	if signed {
		row.isSigned = wordSigned
	}
	switch {
	case c.matched[number]:
		row.verified = wordMatched
	case signed:
	case !c.traits()[number].citizenID:
		row.verified = wordNoID
	case number%5 == 0:
		row.verified = wordMismatch
	default:
		row.verified = wordPending
	}
	return row
}

// dose writes one dose of the campaign.
func (c *campaign) dose(s *sheet, site Facility, dose uint32) {
	row := c.doseRow(site, dose, s.amended)
	if s.take() {
		c.row(s, int(dose&^signedDose>>2), &row)
	}
	if s.counts {
		c.count(&row, int(dose&^signedDose>>2), int(dose&3), dose&signedDose != 0)
	}
}

// campaignVaccines are trade names.
var campaignVaccines = []string{"COVID-19 Vaccine Mẫu A", "COVID-19 Vaccine Mẫu B", "COVID-19 Vaccine Mẫu C"}

// doseNames name the doses of the campaign in the truth.
var doseNames = [4]string{"1", "2", "3", "4"}

// lotOf is the lot of a dose; sent again it is another one.
func lotOf(number, k int, amended bool) string {
	last := "A"
	if amended {
		last = "B"
	}
	return "LO" + digits(number%53, 3) + doseNames[k] + last
}

// count counts a dose of the campaign that stands.
func (c *campaign) count(row *doseRow, number, k int, signed bool) {
	truth, day := c.feed.truth, figure.DayOf(row.day)
	c.figures.Happen(figure.Dose, c.foundAt, day)
	c.figures.Happen(figure.FirstDose+figure.What(k), c.foundAt, day)
	if signed {
		c.figures.Happen(figure.SignedDose, c.foundAt, day)
	}
	truth.Rows++
	truth.group("by_dose", doseNames[k], 1)
	truth.group("by_antigen", row.antigen, 1)
	truth.count("signed", one(signed))
	if c.matched[number] {
		truth.count("verified_doses", 1)
		c.figures.HappenTo(figure.VerifiedDose, c.foundAt, day, uint32(number))
		if !c.seen[number] {
			c.seen[number] = true
			truth.count("verified_persons", 1)
		}
	}
}

// row writes one row of a person.
func (c *campaign) row(s *sheet, number int, row *doseRow) {
	p := c.people.person(c.dice, number)
	c.personRow(s, &p, row)
}

func (c *campaign) personRow(s *sheet, p *person, row *doseRow) {
	commune := &c.people.communes[c.people.communeOf(p.number)]
	subject := p.subjectCode(c.profile.Province)
	c.plant.person(p)
	c.plant.value("subject", subject)
	s.texts(subject, p.idNumber, p.name)
	s.day(p.born)
	s.texts(sexLabels[p.sex], "Kinh", "", p.phone, provinceNames[c.profile.Province], commune.name)
	c.rest(s, row)
}

// rest writes the cells behind the person.
func (c *campaign) rest(s *sheet, row *doseRow) {
	s.texts(row.vaccine, row.antigen)
	s.number(row.number)
	s.day(row.day)
	s.texts(row.lot, row.site, row.status, row.program, row.reaction, row.verified, row.isSigned)
	s.endRow()
}

var provinceNames = map[string]string{"15": "Yên Bái", "19": "Thái Nguyên"}

// shoot plans the shots of the routine programme: each for a child at its station,
// on a day of the period.
func (c *campaign) shoot() {
	for i, t := range c.traits() {
		if t.age <= 5 {
			c.children = append(c.children, int32(i))
		}
	}
	c.shots = map[int][]int{}
	if len(c.children) == 0 {
		return
	}
	for n := range c.profile.Campaign.Routine {
		child, day, _ := c.shotOf(n)
		place := c.people.communes[c.people.communeOf(child)].station
		bucket := c.bucket(place, day)
		c.shots[bucket] = append(c.shots[bucket], n)
	}
}

// shotOf invents shot n: who, when and what. The routine programme leaves the
// antigen of the campaign to it.
func (c *campaign) shotOf(n int) (child int, day time.Time, what vaccine) {
	order := newPermutation(len(c.children), c.seed+streamRoutine)
	child = int(c.children[order.at(n%len(c.children))])
	what = routineVaccines[(n+n/len(c.children))%len(routineVaccines)]
	if what.antigens[0] == c.profile.Campaign.Antigen {
		what = routineVaccines[0]
	}
	return child, c.someDay(n + n/len(c.children)), what
}

// shot writes a shot, a row for each antigen, and now and then the next one, which
// is planned or was postponed.
func (c *campaign) shot(s *sheet, site Facility, n int) {
	child, day, what := c.shotOf(n)
	row := doseRow{
		vaccine: what.name, number: 1 + n%3, day: day, lot: lotOf(n, 0, s.amended), site: site.Name,
		status: wordGiven, program: wordRoutine, verified: wordPending, isSigned: wordUnsigned,
	}
	if n%9 == 0 {
		row.program = "Dịch vụ"
	}
	for _, antigen := range what.antigens {
		row.antigen = antigen
		if s.take() {
			c.row(s, child, &row)
		}
		if s.counts {
			c.feed.truth.Rows++
			c.feed.truth.group("by_antigen", antigen, 1)
			c.feed.truth.count("routine", 1)
		}
	}
	if n%6 > 0 {
		return
	}
	next := doseRow{vaccine: what.name, antigen: what.antigens[0], number: row.number + 1, status: wordPlanned, program: row.program, verified: wordPending}
	if n%48 == 0 {
		next.status = wordPostponed
	}
	if s.take() {
		c.row(s, child, &next)
	}
}

// identified finds a dose of the file in the making whose person shows a citizen
// ID.
func (c *campaign) identified() (dose uint32, found bool) {
	for _, dose := range c.current {
		if c.traits()[dose&^signedDose>>2].citizenID {
			return dose, true
		}
	}
	return 0, false
}

// lostZero writes a dose of the file once more, its citizen ID as a spreadsheet
// spells it.
func (c *campaign) lostZero(s *sheet, _ int) {
	dose, found := c.identified()
	if !found {
		return
	}
	row := c.doseRow(c.site, dose, false)
	p := c.people.person(c.dice, int(dose&^signedDose>>2))
	p.idNumber = p.idNumber[1:]
	c.plant.value("citizen_id", p.idNumber)
	c.personRow(s, &p, &row)
}

// broken writes a row of somebody who is no inhabitant.
func (c *campaign) broken(subject, id, day, status string) func(*sheet, int) {
	return func(s *sheet, n int) {
		code := subject
		if code != "" {
			code += digits(n, 6)
		}
		c.plant.value("subject", code)
		c.plant.value("name", "LÊ VĂN SAI")
		s.texts(code, id, "LÊ VĂN SAI", "01/01/1970", "Nam", "Kinh", "", "", provinceNames[c.profile.Province], "")
		s.texts("COVID-19 Vaccine Mẫu A", c.profile.Campaign.Antigen, "1", day, "", c.net.facilities[0].Name, status, wordCampaign, "", wordPending, wordUnsigned)
		s.endRow()
	}
}
