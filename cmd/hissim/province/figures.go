package province

import (
	"errors"
	"fmt"
	"time"
)

// ErrProfile is returned for the name of no profile, or a scale that makes none.
var ErrProfile = errors.New("profile")

// Bounds of a scale: below, a province has fewer persons than its campaign
// vaccinates; above, it has more than there are numbers for.
const (
	smallestScale = 0.001
	largestScale  = 1
)

// Profile is a province in a time, with the figures that its feeds add up to. The
// figures of a scaled profile are scaled too, and exact again.
type Profile struct {
	Name string `json:"name"`
	// Province is the code of the province in the list of its time.
	Province string `json:"province"`
	// From and To are the first and the last day of the reporting period: all that
	// is counted in a period lies between them, doses of the campaign before too.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Silent is the code of a commune station that is open and from which nothing
	// ever comes. Who lives around it is treated and vaccinated elsewhere.
	Silent string `json:"silent"`

	Register Register     `json:"register"`
	Visits   VisitFigures `json:"visits"`
	Exchange Exchange     `json:"exchange"`
	Campaign Campaign     `json:"campaign"`
	Papers   Papers       `json:"papers"`
}

// Register counts inhabitants: those with a health record in households, those
// insured, and those whose insurance is linked to the citizen ID.
type Register struct {
	Persons    int `json:"persons"`
	Households int `json:"households"`
	Insured    int `json:"insured"`
	Linked     int `json:"linked"`
}

// VisitFigures count claimed visits, and visits told with how the patient was
// identified: by the chip of the citizen ID at ChipFacilities facilities, by VNeID,
// or else by card or in another way. Each facility tells at least one, but for the
// silent one.
type VisitFigures struct {
	Claimed        int `json:"claimed"`
	Identified     int `json:"identified"`
	Chip           int `json:"chip"`
	ChipFacilities int `json:"chip_facilities"`
	VNeID          int `json:"vneid"`
}

// Exchange counts transfers to the health record and the facilities they come
// from; of the transfers, Rejected were not taken. Facilities of the kind other
// transfer nothing.
type Exchange struct {
	Transfers  int `json:"transfers"`
	Rejected   int `json:"rejected"`
	Facilities int `json:"facilities"`
}

// Campaign is a vaccination campaign beside the routine programme. Doses counts
// first to fourth doses; who has a later one has the earlier ones. Verified counts
// persons whose citizen ID was found right, Signed doses whose certificate is
// signed. Routine counts shots of the routine programme, of one antigen or several.
type Campaign struct {
	Antigen    string    `json:"antigen"`
	From       time.Time `json:"from"`
	YoungestAt int       `json:"youngest_at"`
	OldestAt   int       `json:"oldest_at"`
	Doses      [4]int    `json:"doses"`
	Verified   int       `json:"verified"`
	Signed     int       `json:"signed"`
	Routine    int       `json:"routine"`
}

// Papers count electronic papers: prescriptions issued and uploaded, and the three
// kinds of certificates.
type Papers struct {
	Issued   int `json:"issued"`
	Uploaded int `json:"uploaded"`
	Births   int `json:"births"`
	Deaths   int `json:"deaths"`
	Drivers  int `json:"drivers"`
}

func on(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// profiles lists the provinces that can be written.
//
// In thai-nguyen-2022h1 the register, the chip visits and their facilities, the
// exchange and the campaign are what the health department of Thái Nguyên told of
// the half-year to 14/06/2022; claimed and identified visits, routine shots and
// papers are invented. In yen-bai-2024 all figures are invented, in the
// proportions of a province of its size.
func profiles() []Profile {
	return []Profile{
		{
			Name: "thai-nguyen-2022h1", Province: "19", From: on(2021, 12, 15), To: on(2022, 6, 14), Silent: "19600",
			Register: Register{Persons: 1_304_097, Households: 298_489, Insured: 1_206_275, Linked: 478_157},
			Visits:   VisitFigures{Claimed: 48_000, Identified: 40_000, Chip: 1_251, ChipFacilities: 105},
			Exchange: Exchange{Transfers: 1_271_409, Facilities: 205},
			Campaign: Campaign{
				Antigen: "COVID-19", From: on(2021, 3, 8), YoungestAt: 5, OldestAt: 120,
				Doses: [4]int{1_050_648, 952_660, 670_760, 132_673}, Verified: 225_459, Signed: 2_753_111, Routine: 20_000,
			},
			Papers: Papers{Issued: 60_000, Uploaded: 52_800, Births: 5_200, Deaths: 1_300, Drivers: 2_500},
		},
		{
			Name: "yen-bai-2024", Province: "15", From: on(2024, 1, 1), To: on(2024, 12, 31), Silent: "15623",
			Register: Register{Persons: 851_200, Households: 224_000, Insured: 803_500, Linked: 655_000},
			Visits:   VisitFigures{Claimed: 60_000, Identified: 50_000, Chip: 26_400, ChipFacilities: 171, VNeID: 5_300},
			Exchange: Exchange{Transfers: 912_000, Rejected: 18_240, Facilities: 178},
			Campaign: Campaign{
				Antigen: "Sởi", From: on(2024, 9, 16), YoungestAt: 1, OldestAt: 10,
				Doses: [4]int{38_500, 0, 0, 0}, Verified: 11_800, Signed: 35_900, Routine: 30_000,
			},
			Papers: Papers{Issued: 72_000, Uploaded: 66_960, Births: 9_800, Deaths: 2_100, Drivers: 6_400},
		},
	}
}

// ProfileNames lists the names that FindProfile knows.
func ProfileNames() []string {
	var names []string
	for _, p := range profiles() {
		names = append(names, p.Name)
	}
	return names
}

// FindProfile returns the profile of the name with figures to scale, or an
// ErrProfile. Scale 1 is the province in full size.
func FindProfile(name string, scale float64) (Profile, error) {
	if !(scale >= smallestScale && scale <= largestScale) {
		return Profile{}, fmt.Errorf("%w: a scale lies between %g and %d", ErrProfile, smallestScale, largestScale)
	}
	for _, p := range profiles() {
		if p.Name == name {
			return p.scaled(scale), nil
		}
	}
	return Profile{}, fmt.Errorf("%w: there is %v", ErrProfile, ProfileNames())
}

// scaled makes all figures smaller, rounded to the nearest. Facilities stay: what
// comes from a number of them is at least one from each.
func (p Profile) scaled(by float64) Profile {
	scale := func(figures ...*int) {
		for _, n := range figures {
			*n = int(float64(*n)*by + 0.5)
		}
	}
	scale(&p.Register.Persons, &p.Register.Households, &p.Register.Insured, &p.Register.Linked)
	scale(&p.Visits.Claimed, &p.Visits.Identified, &p.Visits.Chip, &p.Visits.VNeID)
	scale(&p.Exchange.Transfers, &p.Exchange.Rejected)
	c := &p.Campaign
	scale(&c.Doses[0], &c.Doses[1], &c.Doses[2], &c.Doses[3], &c.Verified, &c.Signed, &c.Routine)
	scale(&p.Papers.Issued, &p.Papers.Uploaded, &p.Papers.Births, &p.Papers.Deaths, &p.Papers.Drivers)
	p.Visits.Chip = max(p.Visits.Chip, p.Visits.ChipFacilities)
	p.Exchange.Transfers = max(p.Exchange.Transfers, p.Exchange.Facilities)
	return p
}

// days is the length of the reporting period.
func (p Profile) days() int { return int(p.To.Sub(p.From).Hours()/24) + 1 }
