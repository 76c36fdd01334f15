package province

import (
	"slices"
	"strings"
	"time"
)

// population is the inhabitants of a profile, numbered from zero: by commune, in
// it by household. A person is a function of the number; nothing is kept for each.
type population struct {
	seed                         uint64
	province                     string
	day                          time.Time
	persons, households, insured int
	communes                     []commune
	// byInsurance puts the insured first.
	byInsurance permutation
}

// commune is where people live. The first household and the first person of the
// next commune end this one.
type commune struct {
	code, name, district        string
	station                     int
	firstHousehold, firstPerson int
}

// resident is an inhabitant at home.
type resident struct {
	person
	commune   *commune
	household int
	// place counts the members of the household from zero, its head.
	place int
}

// newPopulation settles the register's persons around the commune stations of the
// network, by weights of their own. Districts may lack a commune.
func newPopulation(p Profile, seed uint64, n network, districts map[string]string) *population {
	all := &population{
		seed: seed, province: p.Province, day: p.From,
		persons: p.Register.Persons, households: p.Register.Households, insured: p.Register.Insured,
		byInsurance: newPermutation(p.Register.Persons, seed+streamPerson),
	}
	for i, f := range n.facilities {
		if f.Kind == "commune_station" {
			name := strings.TrimPrefix(f.Name, "Trạm Y tế ")
			all.communes = append(all.communes, commune{code: f.AreaCode, name: capital(name), district: districts[f.AreaCode], station: n.beside(i)})
		}
	}
	slices.SortStableFunc(all.communes, func(a, b commune) int { return strings.Compare(a.district+a.code, b.district+b.code) })
	weights := make([]int, len(all.communes))
	for i, c := range all.communes {
		weights[i] = 60 + int(hash(c.code)%100)
		if strings.HasPrefix(c.name, "Phường") {
			weights[i] *= 2
		}
	}
	household := 0
	for i, share := range apportion(all.households, 1, weights) {
		all.communes[i].firstHousehold, all.communes[i].firstPerson = household, all.head(household)
		household += share
	}
	return all
}

// capital raises the first letter of a name.
func capital(name string) string {
	for i := range name {
		if i > 0 {
			return strings.ToUpper(name[:i]) + name[i:]
		}
	}
	return strings.ToUpper(name)
}

// householdSizes are the relative sizes of eight households in a row, summed up.
var householdSizes = [...]int{0, 3, 8, 12, 16, 22, 24, 29, 35}

// head is the number of the first person of a household: eight households in a
// row share their part of the population unevenly.
func (p *population) head(household int) int {
	const row = len(householdSizes) - 1
	first := household / row * row
	beyond := min(first+row, p.households)
	low, high := first*p.persons/p.households, beyond*p.persons/p.households
	return low + (high-low)*householdSizes[household-first]/householdSizes[beyond-first]
}

// householdOf is the household of a person.
func (p *population) householdOf(i int) int {
	h := min(i*p.households/p.persons, p.households-1)
	for h > 0 && p.head(h) > i {
		h--
	}
	for h+1 < p.households && p.head(h+1) <= i {
		h++
	}
	return h
}

// communeOf is the place in communes where a person lives.
func (p *population) communeOf(i int) int {
	at, found := slices.BinarySearchFunc(p.communes, i, func(c commune, i int) int { return c.firstPerson - i })
	if !found {
		at--
	}
	return at
}

// members are the first person of a commune and the one beyond the last.
func (p *population) members(commune int) (first, beyond int) {
	if commune+1 < len(p.communes) {
		return p.communes[commune].firstPerson, p.communes[commune+1].firstPerson
	}
	return p.communes[commune].firstPerson, p.persons
}

func (p *population) isInsured(i int) bool { return p.byInsurance.at(i) < p.insured }

// person invents inhabitant i.
func (p *population) person(d dice, i int) person {
	who := makePerson(d, p.seed, i, p.province, p.day)
	who.insured = p.isInsured(i)
	home := &p.communes[p.communeOf(i)]
	who.home, who.homeDistrict = home.code, home.district
	return who
}

// resident invents inhabitant i at home.
func (p *population) resident(d dice, i int) resident {
	h := p.householdOf(i)
	return resident{person: p.person(d, i), commune: &p.communes[p.communeOf(i)], household: h, place: i - p.head(h)}
}

// patient is the nth of those that claims are made for; all are insured.
func (p *population) patient(d dice, n int) person {
	return p.person(d, p.byInsurance.whence(n%p.insured))
}

// uninsured is the nth of the others; where everybody is insured, one of them.
func (p *population) uninsured(d dice, n int) person {
	if p.insured == p.persons {
		return p.patient(d, n)
	}
	return p.person(d, p.byInsurance.whence(p.insured+n%(p.persons-p.insured)))
}

// residentKey, householdKey and subjectCode are the numbers that the systems of
// health records and of vaccination give a person and a household.
func (r *resident) residentKey() string  { return "NK" + r.home + digits(r.number, 8) }
func (r *resident) householdKey() string { return "HGD" + r.home + digits(r.household, 7) }
func (p *person) subjectCode(province string) string {
	return province + p.home + digits(p.born.Year(), 2) + digits(p.number, 7)
}
