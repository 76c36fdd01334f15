package province

import (
	"strconv"
	"time"
)

// Sexes as the claim documents code them.
const (
	male   = 1
	female = 2
)

var (
	familyNames = []string{"NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "VŨ", "ĐẶNG", "BÙI", "ĐỖ", "HÀ", "LÒ", "GIÀNG", "SÙNG", "TRIỆU", "NÔNG", "LƯỜNG", "HẦU", "THÀO", "CHẢO", "DƯƠNG"}
	maleMiddles = []string{"VĂN", "ĐỨC", "MINH", "QUANG", "HỮU", "A", "TIẾN", "XUÂN"}
	femaleMids  = []string{"THỊ", "THU", "NGỌC", "KIM", "PHƯƠNG", "THANH"}
	givenNames  = []string{"AN", "BÌNH", "CƯỜNG", "DŨNG", "ĐÔNG", "GIANG", "HẠNH", "HIẾU", "HOA", "HƯƠNG", "KHÁNH", "KIÊN", "LAN", "LINH", "LONG", "MAI", "NAM", "NGA", "NHUNG", "OANH", "PHÚC", "QUÝ", "SƠN", "TÂM", "THẢO", "THẮNG", "TOÀN", "TRANG", "TÙNG", "UYÊN", "VÂN", "VIỆT", "YẾN", "ÁNH"}
	hamlets     = []string{"Bản Mẫu", "Khe Mẫu", "Đồi Mẫu", "Suối Mẫu", "Làng Mẫu", "Nà Mẫu"}
	// cardGroups are object groups of the card with their benefit level.
	cardGroups = []string{"GD4", "GD4", "GD4", "DN4", "DN4", "HT3", "HT3", "HN2", "DT2", "CN3", "BT2", "HS4"}
	ethnicCode = []string{"01", "01", "01", "01", "03", "03", "08", "09", "11"}
	// birthPlaces and placesAfar have no province in common.
	birthPlaces = []string{"01", "02", "10", "25", "08", "34", "37", "79"}
	placesAfar  = []string{"06", "20", "22", "24", "26", "27", "30", "36"}
)

// person is one invented inhabitant. The same number always gives the same
// person; 2·10^6 numbers have citizen IDs and cards of their own.
type person struct {
	number  int
	sex     int
	born    time.Time
	name    string
	address string
	phone   string
	// citizenID has twelve digits, idNumber what is written on papers: the same,
	// an old number of nine digits, or nothing.
	citizenID string
	idNumber  string
	// card is the insurance card; insured says whether it is valid.
	card      string
	insured   bool
	ethnic    string
	patientNo string
	// home and homeDistrict are the codes of the areas the person lives in; empty
	// where that is where the facility stands.
	home, homeDistrict string
}

// many is how many numbers of six digits there are. Persons beyond came from
// elsewhere, and have a range of insurance numbers of their own.
const many = 1_000_000

// makePerson invents inhabitant number n of the province, old enough to be born
// before the day.
func makePerson(d dice, seed uint64, n int, province string, day time.Time) person {
	d.start(seed, streamPerson, uint64(n))
	p := person{number: n, sex: male + d.IntN(2)}
	age := d.between(0, 92)
	p.born = day.AddDate(-age-1, 0, -d.IntN(365))
	p.name = fullName(d, p.sex)
	p.address = "Số nhà " + strconv.Itoa(d.between(1, 299)) + ", tổ " + strconv.Itoa(d.between(1, 30)) + ", " + pick(d, hamlets)
	p.phone = "09" + digits(d.IntN(100_000_000), 8)
	p.citizenID = citizenID(d, province, p)
	p.idNumber = p.citizenID
	switch throw := d.IntN(100); {
	case age < 14 && throw < 60, throw < 5:
		p.idNumber = ""
	case age > 40 && throw < 9:
		p.idNumber = digits(150_000_000+n, 9)
	}
	group := pick(d, cardGroups)
	if age < 6 {
		group = "TE1"
	}
	p.card = group + province + digits(insuranceNumber(d, n), 10)
	p.insured = d.chance(0.93)
	p.ethnic = pick(d, ethnicCode)
	p.patientNo = digits(24+n/many, 2) + digits(scattered(n), 6)
	return p
}

// insuranceNumber is the number of social insurance; 99 begins nobody's.
func insuranceNumber(d dice, n int) int {
	if n >= many {
		return 9_000_000_000 + (n-many)*899 + d.IntN(899)
	}
	return scattered(n)*8999 + d.IntN(8999)
}

// citizenID builds twelve digits: where the birth was registered, century and
// sex, year, and a number that no other inhabitant has.
func citizenID(d dice, province string, p person) string {
	place := province
	if d.chance(0.12) {
		place = pick(d, birthPlaces)
	}
	if p.number >= many {
		place = pick(d, placesAfar)
	}
	centurySex := (p.born.Year()-1900)/100*2 + p.sex - male
	return "0" + place + strconv.Itoa(centurySex) + digits(p.born.Year()%100, 2) + digits(scattered(p.number), 6)
}

// scattered maps the numbers below 10^6 onto themselves, one to one, so that
// neighbours look unlike.
func scattered(n int) int { return (n*387_421 + 59_049) % 1_000_000 }

// digits writes the last width digits of n, padded with zeros.
func digits(n, width int) string {
	var to [20]byte
	for i := width - 1; i >= 0; i-- {
		to[i] = byte('0' + n%10)
		n /= 10
	}
	return string(to[:width])
}

func fullName(d dice, sex int) string {
	middles := maleMiddles
	if sex == female {
		middles = femaleMids
	}
	return pick(d, familyNames) + " " + pick(d, middles) + " " + pick(d, givenNames)
}

// age is the number of full years on the day.
func (p person) age(day time.Time) int {
	years := day.Year() - p.born.Year()
	if day.AddDate(-years, 0, 0).Before(p.born) {
		years--
	}
	return years
}

// benefitLevel is the share in per cent that the fund pays, read from the third
// character of the card.
func (p person) benefitLevel() int {
	switch p.card[2] {
	case '3':
		return 95
	case '4':
		return 80
	}
	return 100
}
