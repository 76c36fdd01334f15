package figure

import (
	"errors"
	"fmt"
)

// ErrCampaign is returned for the name of no campaign.
var ErrCampaign = errors.New("campaign")

// campaign is what is counted in a province, and for which periods.
type campaign struct {
	name       string
	home       home
	spans      []window
	indicators []indicator
}

// indicator is a figure by its number in the campaign: what is counted, and what
// it is divided by. A nil measure tells nothing.
type indicator struct {
	id                     string
	numerator, denominator measure
}

// threeLevels is the list of areas until the end of June 2025.
const threeLevels = "dvhc_2024"

// campaigns lists them by the names of the profiles.
//
// What Thái Nguyên tells runs from the very beginning to the end of a period. What
// Yên Bái tells happened in the period. Facilities and communes are counted as they
// exist on its last day.
func campaigns() []campaign {
	all := register(func(string) bool { return true })
	connectable := register(func(kind string) bool { return kind != "other" })
	return []campaign{
		{
			name: "thai-nguyen-2022h1", home: home{"19", threeLevels},
			spans: []window{
				{Administrative, day(2021, 12, 15), day(2022, 6, 14)},
				{Civil, day(2022, 1, 1), day(2022, 6, 30)},
			},
			indicators: []indicator{
				{"TN.D.2", total(Linked), total(Insured)},
				{"TN.D.3", total(ChipVisit), nil},
				{"TN.D.4", facilitiesEver(ChipVisit), all},
				{"TN.D.5", total(RecordedPerson), nil},
				{"TN.D.6", total(RecordedHousehold), nil},
				{"TN.D.7", facilitiesEver(AcceptedTransfer), connectable},
				{"TN.D.8", total(AcceptedTransfer), nil},
				{"TN.V.0", total(Dose), nil},
				{"TN.V.1", total(FirstDose), nil},
				{"TN.V.2", total(SecondDose), nil},
				{"TN.V.3", total(ThirdDose), nil},
				{"TN.V.4", total(FourthDose), nil},
				{"TN.V.5", differentEver(VerifiedDose), nil},
				{"TN.V.6", total(SignedDose), total(Dose)},
			},
		},
		{
			name: "yen-bai-2024", home: home{"15", threeLevels},
			spans: []window{
				{Administrative, day(2023, 12, 15), day(2024, 6, 14)},
				{Civil, day(2024, 1, 1), day(2024, 6, 30)},
				{Administrative, day(2023, 12, 15), day(2024, 12, 14)},
				{Civil, day(2024, 1, 1), day(2024, 12, 31)},
			},
			indicators: []indicator{
				{"YB.3.1", nil, communes},
				{"YB.5.2", within(ElectronicVisit), within(InsuredVisit)},
				{"YB.5.2b", facilitiesWithin(ElectronicVisit), all},
				{"YB.5.3", within(BirthCertificate), nil},
				{"YB.5.4", within(DeathCertificate), nil},
				{"YB.5.5", within(SignedDriver), within(DriverCertificate)},
				{"YB.5.6", within(ReceivedPrescription), within(IssuedPrescription)},
				{"YB.5.6b", facilitiesWithin(ReceivedPrescription), facilitiesWithin(IssuedPrescription)},
			},
		},
	}
}

func findCampaign(name string) (campaign, error) {
	for _, c := range campaigns() {
		if c.name == name {
			return c, nil
		}
	}
	return campaign{}, fmt.Errorf("%w: none is called so", ErrCampaign)
}
