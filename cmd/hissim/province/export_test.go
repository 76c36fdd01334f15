package province

import "time"

// Share is a settled line for the tests: amounts in hundredths of a đồng.
type Share struct{ Hospital, Covered, SelfPaid, Shared, Fund, Other int64 }

// Settle divides one line. Quantity and prices are in thousandths.
func Settle(quantity, hospitalPrice, insurancePrice int64, serviceRatio, insuranceRatio, level int, other int64) Share {
	b := tariff{
		quantity: thousandth(quantity), hospitalPrice: thousandth(hospitalPrice), insurancePrice: thousandth(insurancePrice),
		serviceRatio: serviceRatio, insuranceRatio: insuranceRatio, benefitLevel: level, other: amount(other),
	}.settle()
	return Share{int64(b.hospital), int64(b.covered), int64(b.selfPaid), int64(b.shared), int64(b.fund), int64(b.other)}
}

// Fixed writes a scaled number.
func Fixed(n int64, digits int) string { return string(appendFixed(nil, n, digits)) }

// Apportion divides a total, Fill does so within room.
func Apportion(total, least int, weights []int) []int { return apportion(total, least, weights) }

func Fill(total, least int, weights, room []int) []int { return fill(total, least, weights, room) }

// Permute maps the numbers below n, and back again.
func Permute(n int, key uint64) (at, whence func(int) int) {
	p := newPermutation(n, key)
	return p.at, p.whence
}

// TCVN3 encodes a text.
func TCVN3(text string) []byte { return appendTCVN3(nil, []byte(text)) }

// Households lists the members of each household, from its head on, and of each
// commune.
func (o *Outside) Households() (households [][]int, communes map[string]int) {
	communes = map[string]int{}
	for i := range o.people.persons {
		h := o.people.householdOf(i)
		for len(households) <= h {
			households = append(households, nil)
		}
		households[h] = append(households[h], i-o.people.head(h))
		communes[o.people.communes[o.people.communeOf(i)].code]++
	}
	return households, communes
}

// Person tells what makes an inhabitant one of a kind.
func (o *Outside) Person(i int) (citizenID, card string, born time.Time, sex int) {
	p := o.people.person(o.dice, i)
	return p.citizenID, p.card, p.born, p.sex
}
