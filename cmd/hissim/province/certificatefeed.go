package province

import (
	"context"
	"strconv"
	"time"

	"thidua/cmd/hissim/figure"
)

// paper is one certificate: its number within its kind, who issues it and when, and
// the inhabitant it is about; of a birth, the mother.
type paper struct {
	number   int
	facility Facility
	code     string
	at       time.Time
	person   int
}

// certificates writes birth and death certificates, an XML document each, and
// driver's health checks, a JSON document each.
func (w *feeder) certificates(ctx context.Context) error {
	p := w.profile.Papers
	hospitals := w.net.weights(Facility.hospital)
	for _, kind := range []struct {
		name, folder, ext, infix string
		count                    int
		person                   func(n int) int
		write                    func(s *sheet, p *paper)
	}{
		{"birth", "certificates/birth", ".xml", ".GCS.", p.Births, w.mother, w.birthCertificate},
		{"death", "certificates/death", ".xml", ".GBT.", p.Deaths, w.inhabitant(50, 120, streamPaper+1), w.deathCertificate},
		{"driver", "certificates/driver", ".json", "", p.Drivers, w.inhabitant(18, 64, streamPaper+2), w.driverCertificate},
	} {
		f := w.open("certificate", feed{folder: kind.folder, ext: kind.ext, whole: true, faults: []feedFault{truncated()}})
		number := 0
		for place, share := range apportion(kind.count, 0, hospitals) {
			for serial := range share {
				one := w.paper(place, serial, share, kind.infix)
				one.number, one.person = number, kind.person(number)
				number++
				if err := w.send(ctx, f, w.paperParcel(f, kind.name, one, kind.write)); err != nil {
					return err
				}
			}
		}
		w.settle(f)
	}
	return nil
}

// paper is the certificate of a serial number at a place of the network.
func (w *feeder) paper(place, serial, share int, infix string) paper {
	f := w.net.facilities[place]
	day := w.profile.From.AddDate(0, 0, (serial*100+place*37%100)*w.profile.days()/(share*100))
	at := day.Add(time.Duration(6*60+(place*37+serial*11)%900) * time.Minute)
	year := digits(day.Year(), 2)
	code := f.Code + infix + digits(serial+1, 5) + "." + year
	if infix == "" {
		code = digits(serial+1, 5) + "/GKSKLX/" + f.Code + "/" + year
	}
	return paper{facility: f, at: at, code: code}
}

// paperParcel holds one certificate. It is sent on the day after, or the last day.
func (w *feeder) paperParcel(f *feed, kind string, one paper, write func(*sheet, *paper)) parcel {
	day := w.atMost(one.at.Truncate(24*time.Hour).AddDate(0, 0, 1))
	p := parcel{unit: one.facility.Code, tag: digits(one.number, 5), day: day, size: 1}
	p.rows = func(s *sheet) {
		write(s, &one)
		if s.counts {
			f.truth.Rows++
			f.truth.group("by_kind", kind, 1)
			f.truth.group(kind+"_by_facility", one.facility.Code, 1)
			f.truth.group(kind+"_by_month", monthOf(one.at), 1)
			w.certify(kind, &one)
		}
	}
	return p
}

// certify tells of a certificate.
func (w *feeder) certify(kind string, p *paper) {
	at, day := w.figures.Facility(p.facility.Code), figure.DayOf(p.at)
	switch kind {
	case "birth":
		w.figures.Happen(figure.BirthCertificate, at, day)
	case "death":
		w.figures.Happen(figure.DeathCertificate, at, day)
	default:
		w.figures.Happen(figure.DriverCertificate, at, day)
		if !p.unsigned() {
			w.figures.Happen(figure.SignedDriver, at, day)
		}
	}
}

// unsigned is true of one driver's check in five.
func (p *paper) unsigned() bool { return p.number%5 == 4 }

// inhabitant numbers the inhabitants between two ages, in an order of its own.
func (w *feeder) inhabitant(youngest, oldest uint8, key uint64) func(n int) int {
	var all []int
	return func(n int) int {
		if all == nil {
			for i, t := range w.traits() {
				if t.age >= youngest && t.age <= oldest {
					all = append(all, i)
				}
			}
		}
		return all[newPermutation(len(all), w.seed+key).at(n%len(all))]
	}
}

// mother is a woman who has a child in the period.
func (w *feeder) mother(n int) int {
	order := newPermutation(len(w.traits()), w.seed+streamPaper)
	i := order.at(n % len(w.traits()))
	for t := w.traits()[i]; t.sex != female || t.age < 18 || t.age > 42; t = w.traits()[i] {
		i = (i + 1) % len(w.traits())
	}
	return i
}

// plantPaper lists who a certificate is about and what it is called.
func (w *feeder) plantPaper(p *paper, who *person) {
	w.plant.person(who)
	w.plant.value("certificate", p.code)
}

// birthCertificate writes GIAYCHUNGSINH. Sent again, the child weighs more.
func (w *feeder) birthCertificate(s *sheet, p *paper) {
	who := w.people.person(w.dice, p.person)
	w.plantPaper(p, &who)
	w.dice.start(w.seed, streamPaper, uint64(p.number))
	sex := male + w.dice.IntN(2)
	father, child := fullName(w.dice, male), fullName(w.dice, sex)
	w.plant.value("name", father)
	w.plant.value("name", child)
	card := "TE1" + w.profile.Province + digits(9_800_000_000+p.number, 10)
	w.plant.value("card", card)
	d := &document{buf: s.buf, style: style{indented: true}}
	d.buf = append(d.buf, `<?xml version="1.0" encoding="utf-8"?>`...)
	d.open("GIAYCHUNGSINH")
	d.code("MA_GCS", p.code)
	d.code("MA_BN", who.patientNo)
	d.code("MA_BHXH_NND", socialNumber(&who))
	d.text("HOTEN_NND", who.name)
	d.day("NGAYSINH_NND", who.born)
	d.code("MA_DANTOC_NND", who.ethnic)
	d.code("SO_CCCD_NND", who.idNumber)
	d.text("NOI_CU_TRU_NND", who.address)
	w.writeHome(d, &who, "_CU_TRU")
	d.text("HO_TEN_CHA", father)
	d.code("MA_THE_TAM", card)
	d.text("TEN_CON", child)
	d.number("GIOI_TINH_CON", sex)
	d.number("SO_CON", 1)
	d.number("LAN_SINH", 1+p.number%3)
	d.number("SO_CON_SONG", 1+p.number%3)
	d.number("CAN_NANG_CON", 2600+p.number*37%1200+10*one(s.amended))
	d.minute("NGAY_SINH_CON", p.at)
	d.text("NOI_SINH_CON", p.facility.Name)
	d.text("TINH_TRANG_CON", "Khỏe mạnh")
	d.number("SINHCON_PHAUTHUAT", p.number%4/3)
	d.number("SINHCON_DUOI32TUAN", 0)
	d.text("NGUOI_DO_DE", midwifeName)
	d.day("NGAY_CT", p.at)
	d.code("SO", p.code[len(p.code)-8:len(p.code)-3])
	d.code("QUYEN_SO", "01/"+strconv.Itoa(p.at.Year()))
	d.close("GIAYCHUNGSINH")
	s.buf = append(d.buf, '\n')
}

// deathCertificate writes GIAYBAOTU. Sent again, the arrival is an hour earlier.
func (w *feeder) deathCertificate(s *sheet, p *paper) {
	who := w.people.person(w.dice, p.person)
	w.plantPaper(p, &who)
	illness := diseases[p.number%len(diseases)]
	relative := familyNames[p.number%len(familyNames)] + " THỊ THÂN"
	w.plant.value("name", relative)
	d := &document{buf: s.buf, style: style{indented: true}}
	d.buf = append(d.buf, `<?xml version="1.0" encoding="utf-8"?>`...)
	d.open("GIAYBAOTU")
	d.code("MA_GBT", p.code)
	d.text("HO_TEN", who.name)
	d.day("NGAY_SINH", who.born)
	d.number("GIOI_TINH", who.sex)
	d.code("MA_BHXH", socialNumber(&who))
	d.code("MA_DANTOC", who.ethnic)
	d.code("MA_QUOCTICH", "000")
	d.text("DCHI_THUONGTRU", who.address)
	w.writeHome(d, &who, "_THUONGTRU")
	d.code("LOAI_GIAYTO", "1")
	d.code("SO_GIAYTO", who.idNumber)
	d.code("NGAY_CAP", "20210601")
	d.text("NOI_CAP", "Cục CSQLHC về TTXH")
	d.minute("NGAYGIO_VV", p.at.Add(-time.Duration(6+one(s.amended))*time.Hour))
	d.minute("NGAY_TV", p.at)
	d.number("TINH_TRANG_TV", 1)
	d.text("NGUYENNHAN_TV", illness.name)
	d.code("BENH_ICD10_ID", illness.icd)
	d.text("BENH_ICD10_TEN", illness.name)
	d.text("NGUOI_THANTHICH", relative)
	d.text("NGUOI_GHIGIAY", doctorName)
	d.text("TTRUONG_DVI", doctorName)
	d.code("SO_BAOTU", p.code[len(p.code)-8:len(p.code)-3])
	d.code("QUYEN_SO", "01/"+strconv.Itoa(p.at.Year()))
	d.day("NGAY_CAPGIAYBT", p.at)
	d.code("MACSKCB", p.facility.Code)
	d.close("GIAYBAOTU")
	s.buf = append(d.buf, '\n')
}

// writeHome writes the three areas a person lives in.
func (w *feeder) writeHome(d *document, who *person, suffix string) {
	d.code("MATINH"+suffix, w.profile.Province)
	d.code("MAHUYEN"+suffix, who.homeDistrict)
	d.code("MAXA"+suffix, who.home)
}

// socialNumber is the number of social insurance; ten zeros mean that there is none.
func socialNumber(who *person) string {
	if !who.insured {
		return "0000000000"
	}
	return who.card[5:]
}

// driverCertificate writes the health check of a driver. Sent again, it is edited.
func (w *feeder) driverCertificate(s *sheet, p *paper) {
	who := w.people.person(w.dice, p.person)
	w.plantPaper(p, &who)
	o := object{buf: s.buf}
	o.open()
	o.text("SO", p.code)
	o.text("HOTEN", who.name)
	o.text("GIOITINHVAL", strconv.Itoa(who.sex-male))
	o.day("NGAYSINH", who.born)
	o.text("DIACHITHUONGTRU", who.address)
	o.text("MATINH_THUONGTRU", w.profile.Province)
	o.text("MAHUYEN_THUONGTRU", who.homeDistrict)
	o.text("MAXA_THUONGTRU", who.home)
	o.text("SOCMND_PASSPORT", who.idNumber)
	o.text("NGAYTHANGNAMCAPCMND", "01/06/2021")
	o.text("NOICAP", "Cục CSQLHC về TTXH")
	o.text("IDBENHVIEN", p.facility.Code)
	o.text("BENHVIEN", p.facility.Name)
	o.text("NONGDOCON", "0")
	o.text("DVINONGDOCON", "0")
	o.text("MATUY", "0")
	o.day("NGAYKETLUAN", p.at)
	o.text("BACSYKETLUAN", doctorName)
	o.text("KETLUAN", []string{"A0-1", "A0-2", "A0-3"}[step(p.number%100, 94, 97)])
	o.text("HANGBANGLAI", []string{"A1", "B", "B1", "C", "D"}[p.number%5])
	o.text("NGAYKHAMLAI", "")
	o.text("LYDO", "")
	o.text("TINHTRANGBENH", "")
	o.text("STATE", []string{"ADD", "EDIT"}[one(s.amended)])
	o.text("SIGNDATA", []string{"PHJvb3Q+PC9yb290Pg==", "test"}[one(p.unsigned())])
	o.shut()
	s.buf = append(o.buf, '\n')
}
