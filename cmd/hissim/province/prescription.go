package province

import (
	"strconv"
	"strings"
	"time"
)

// Statuses of a prescription as the gateway lists them.
const (
	StatusReceived  = "da_tiep_nhan"
	StatusError     = "loi"
	StatusCancelled = "da_huy"
	StatusDispensed = "da_ban"
	StatusPartly    = "ban_mot_phan"
)

// Kinds of prescriptions: basic, narcotic, psychotropic, traditional medicine.
const (
	KindBasic        = "c"
	KindNarcotic     = "n"
	KindPsychotropic = "h"
	KindTraditional  = "y"
)

// Prescription is one prescription as it is sent to the national system, with the
// state it is in. Times are local wall clock, kept as UTC.
type Prescription struct {
	// Code has the facility, seven characters and the kind: 19101k3m9p2q-c.
	Code, Kind string
	Facility   Prescriber
	Patient    Patient
	Diagnoses  []Diagnosis
	Drugs      []PrescribedDrug
	// Courses are told of narcotics and psychotropics, one or more, and of
	// traditional medicine, one.
	Courses      []MedicationCourse
	Caution      string
	Advice       string
	Treatment    int
	RevisitDays  int
	PrescribedAt time.Time
	State        State
}

// Prescriber is who prescribes: the facility by its code, and its invented doctor.
type Prescriber struct{ Code, Name, Phone, Doctor string }

// Patient is whom a prescription is for. Sex is coded as in the national system:
// 1 unknown, 2 male, 3 female. CitizenID and Card are empty where there is none;
// weight and guardian are told of children below 72 months.
type Patient struct {
	Name, Address, Phone string
	BornOn               time.Time
	Sex                  int
	CitizenID, Card      string
	// WeightHectograms is zero where it is not told.
	WeightHectograms int
	Guardian         string
}

// Diagnosis is an ICD-10 code with its name and what the doctor makes of it.
type Diagnosis struct{ ICD, Name, Conclusion string }

// PrescribedDrug is one line: a code of the national list, trade name, name with
// strength, unit, quantity and usage.
type PrescribedDrug struct {
	Code, Brand, Name, Unit string
	Quantity                int
	Usage                   string
}

// MedicationCourse is a course (đợt dùng thuốc) of days, both included. Batches
// counts the batches of traditional medicine (thang).
type MedicationCourse struct {
	Number   int
	From, To time.Time
	Batches  int
}

// State is what the gateway knows of a prescription since UpdatedAt. ReceivedAt is
// when it came first. Errors are the sentences told with StatusError.
type State struct {
	Status                string
	ReceivedAt, UpdatedAt time.Time
	Errors                []string
}

// prescription invents number n as it was written, without a state.
func (o *Outside) prescription(n int) Prescription {
	d := o.dice
	d.start(o.seed, streamPrescription, uint64(n))
	f := o.net.throw(d)
	who := d.IntN(o.people.persons)
	illness := pick(d, diseases)
	p := Prescription{
		Kind: []string{KindBasic, KindTraditional, KindNarcotic, KindPsychotropic}[step(d.IntN(100), 90, 96, 98)],
		Facility: Prescriber{
			Code: f.Code, Name: f.Name, Phone: "0208" + digits(int(hash(f.Code)), 7), Doctor: doctorName,
		},
		Diagnoses: []Diagnosis{{illness.icd, illness.name, illness.complaint}},
		Caution:   "", Advice: "Tái khám khi cần", Treatment: 1, RevisitDays: []int{7, 14, 28, 30}[d.IntN(4)],
	}
	day := o.profile.From.AddDate(0, 0, n*o.profile.days()/o.profile.Papers.Issued)
	p.PrescribedAt = day.Add(time.Duration(d.between(7*3600, 16*3600)) * time.Second)
	p.Code = o.prescriptionCode(n, f.Code, p.Kind)
	for i := range d.between(1, 5) {
		p.Drugs = append(p.Drugs, prescribe(d, i, p.Kind))
	}
	p.Courses = courses(d, p.Kind, day)
	p.Patient = o.patientOf(d, who, p.PrescribedAt)
	return p
}

// prescriptionCode joins facility, a number of seven characters that no other has,
// and the kind.
func (o *Outside) prescriptionCode(n int, facility, kind string) string {
	number := strconv.FormatInt(int64(o.codes.at(n)), 36)
	return strings.ToLower(facility) + strings.Repeat("0", 7-len(number)) + number + "-" + kind
}

// prescribe invents a line.
func prescribe(d dice, i int, kind string) PrescribedDrug {
	number := d.IntN(len(drugs))
	if i == 0 && kind == KindNarcotic {
		return PrescribedDrug{"DQG00000901", "Morphin Mẫu", "Morphin 10mg", "Viên", d.between(2, 4) * 5, "Uống 1 viên khi đau, cách 6 giờ"}
	}
	if i == 0 && kind == KindPsychotropic {
		return PrescribedDrug{"DQG00000902", "Diazepam Mẫu", "Diazepam 5mg", "Viên", 10, "Uống 1 viên buổi tối"}
	}
	what := &drugs[number]
	brand, _, _ := strings.Cut(what.name, " Mẫu")
	return PrescribedDrug{
		"DQG" + digits(number+1, 8), brand + " Mẫu", brand + " " + what.strength, what.unit,
		1 + d.IntN(what.largest), "Ngày uống 2 lần, sáng và tối",
	}
}

// courses are those that the kind asks for.
func courses(d dice, kind string, day time.Time) []MedicationCourse {
	switch kind {
	case KindTraditional:
		batches := d.between(5, 10)
		return []MedicationCourse{{1, day, day.AddDate(0, 0, batches-1), batches}}
	case KindNarcotic, KindPsychotropic:
		all := []MedicationCourse{{1, day, day.AddDate(0, 0, 9), 0}}
		for i := range d.IntN(3) {
			from := day.AddDate(0, 0, 10*(i+1))
			all = append(all, MedicationCourse{i + 2, from, from.AddDate(0, 0, 9), 0})
		}
		return all
	}
	return nil
}

// patientOf is an inhabitant in the words of the national system.
func (o *Outside) patientOf(d dice, who int, at time.Time) Patient {
	weight := 450 + d.IntN(300)
	p := o.people.person(d, who)
	patient := Patient{
		Name: p.name, Address: p.address, Phone: p.phone, BornOn: p.born, Sex: p.sex + 1, CitizenID: p.idNumber,
	}
	if p.insured {
		patient.Card = p.card
	}
	if len(patient.CitizenID) != 12 {
		patient.CitizenID = ""
	}
	if age := p.age(at); age < 6 {
		patient.WeightHectograms = 90 + 20*age + weight%20
		patient.Guardian = familyNames[who%len(familyNames)] + " THỊ " + givenNames[who%len(givenNames)]
	}
	return patient
}
