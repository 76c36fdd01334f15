package province

import (
	"strconv"
	"time"
)

// drugLine is a line of XML2, serviceLine one of XML3.
type drugLine struct {
	drug
	tariff
	bill
	orderedAt time.Time
}

type serviceLine struct {
	service
	tariff
	bill
	orderedAt, resultAt time.Time
}

// result is a line of XML4, course one of XML5, child one birth of XML9.
type result struct {
	analyte
	value    string
	resultAt time.Time
}

type course struct {
	text string
	at   time.Time
}

type child struct {
	sex, grams  int
	bornAt      time.Time
	name        string
	father      string
	caesarean   bool
	certificate int
}

// fillServices adds examination, bed, birth and what was found necessary.
func (v *visit) fillServices(d dice) {
	if v.care != "07" {
		v.addService(examination, 1000, v.arrived.Add(5*time.Minute), d)
	}
	if v.days > 0 && (v.inpatient() || v.care == "06") {
		v.addService(bedDay, thousandth(v.days)*1000, v.arrived.Add(30*time.Minute), d)
	}
	if len(v.children) > 0 {
		v.addService(birth, 1000, v.children[0].bornAt, d)
	}
}

// fillDrugs brings the visit to its number of lines, two drugs for each service.
// There is always a drug.
func (v *visit) fillDrugs(d dice, mean int) {
	more := d.between(1, 2*mean-1) - len(v.services)
	for range more / 3 {
		s := pick(d, services)
		quantity := thousandth(1000)
		if s.supply {
			quantity = thousandth(d.between(1, 6)) * 1000
		}
		v.addService(s, quantity, v.arrived.Add(time.Duration(d.between(6, 35))*time.Minute), d)
	}
	for range max(1, more-more/3) {
		v.addDrug(pick(d, drugs), d)
	}
}

// addDrug adds a line. Now and then a drug is paid by ratio, half a unit is
// given, or another source pays some of what the patient pays alone.
func (v *visit) addDrug(g drug, d dice) {
	l := drugLine{drug: g, orderedAt: v.arrived.Add(time.Duration(d.between(20, 39)) * time.Minute)}
	l.tariff = tariff{
		quantity: thousandth(d.between(1, g.largest)) * 1000, hospitalPrice: g.price, insurancePrice: g.price,
		serviceRatio: 100, insuranceRatio: 100, benefitLevel: v.person.benefitLevel(),
	}
	switch throw := d.IntN(100); {
	case throw < 2:
		l.quantity += 500
	case throw < 4:
		l.insuranceRatio = 50
	}
	v.insure(&l.tariff, d)
	l.bill = v.pay(l.tariff)
	v.drugs = append(v.drugs, l)
}

func (v *visit) addService(s service, quantity thousandth, at time.Time, d dice) {
	l := serviceLine{service: s, orderedAt: at, resultAt: at.Add(time.Duration(d.between(5, 30)) * time.Minute)}
	l.tariff = tariff{
		quantity: quantity, hospitalPrice: s.price * thousandth(100+s.gain) / 100, insurancePrice: s.price,
		serviceRatio: 100, insuranceRatio: 100, benefitLevel: v.person.benefitLevel(),
	}
	if s.group == 18 && d.chance(0.05) {
		l.serviceRatio = 80
	}
	v.insure(&l.tariff, d)
	l.bill = v.pay(l.tariff)
	v.services = append(v.services, l)
}

// insure takes the insurance away from who has none, and lets another source
// pay up to what the patient would pay alone.
func (v *visit) insure(t *tariff, d dice) {
	if !v.person.insured {
		t.insuranceRatio, t.benefitLevel = 0, 0
	}
	if alone := t.settle().selfPaid; alone > 0 && d.chance(0.1) {
		t.other = alone / 200 * 100
	}
}

// pay settles a line. Commune stations are paid by capitation, others by line.
func (v *visit) pay(t tariff) bill {
	b := t.settle()
	if v.paymentMethod() == 1 {
		b.feeForService = b.fund
	}
	return b
}

// paymentMethod is MA_PTTT: 1 fee for service, 2 capitation.
func (v *visit) paymentMethod() int {
	if v.facility.Kind == "commune_station" {
		return 2
	}
	return 1
}

// fillResults gives the laboratory services their values.
func (v *visit) fillResults(d dice) {
	for _, s := range v.services {
		for _, a := range analytes {
			if a.service != s.code {
				continue
			}
			r := result{analyte: a, resultAt: s.resultAt}
			switch {
			case a.highest > 0:
				tenths := d.between(a.lowest, a.highest)
				r.value = strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10)
			case d.chance(0.1):
				r.value = "Dương tính"
			default:
				r.value = "Âm tính"
			}
			v.results = append(v.results, r)
		}
	}
}

// fillCourses writes one note a day for who stays, with the vital signs in the
// little language that the field carries.
func (v *visit) fillCourses(d dice) {
	if v.care == "01" || v.care == "07" {
		return
	}
	for day := range max(1, min(v.days, 10)) {
		vital := "CSST<M" + strconv.Itoa(d.between(62, 110)) + "_T" + strconv.Itoa(d.between(36, 39)) + "_HA" + strconv.Itoa(d.between(10, 15)*10) + "/70_NT18_HL2>"
		at := v.arrived.AddDate(0, 0, day).Add(time.Hour)
		if at.After(v.left) {
			at = v.left
		}
		v.courses = append(v.courses, course{"Người bệnh tỉnh, " + v.disease.complaint + " giảm " + vital, at})
	}
}

// bear adds the children of a birth, rarely two.
func (v *visit) bear(d dice) {
	if v.layout == Layout4210 {
		return
	}
	count := 1
	if d.chance(0.02) {
		count = 2
	}
	father := fullName(d, male)
	for i := range count {
		c := child{sex: male + d.IntN(2), grams: d.between(2300, 4000), father: father, certificate: v.number*2 + i}
		c.bornAt = v.admitted.Add(time.Duration(60+i*10) * time.Minute)
		c.caesarean = d.chance(0.2)
		c.name = fullName(d, c.sex)
		v.children = append(v.children, c)
	}
}

// sum sets the totals from the lines.
func (v *visit) sum() {
	v.total = totals{}
	for i := range v.drugs {
		v.total.add(v.drugs[i].bill)
		v.total.drugs += v.drugs[i].hospital
	}
	for i := range v.services {
		v.total.add(v.services[i].bill)
		if v.services[i].supply {
			v.total.supplies += v.services[i].hospital
		}
	}
}
