package province_test

import (
	"errors"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// realFacilities are those of the reference table.
func realFacilities(t *testing.T) []province.Facility {
	t.Helper()
	table, err := reference.Files.Open("facility.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	all, err := province.ReadFacilities(table)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func outside(t *testing.T, profile string, scale float64) *province.Outside {
	t.Helper()
	o, err := province.NewOutside(profile, 3, scale, realFacilities(t))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestPrescriptionsStandInTheWindowOfTheirNewestState(t *testing.T) {
	for _, profile := range province.ProfileNames() {
		t.Run(profile, func(t *testing.T) {
			o := outside(t, profile, 0.01)
			p := o.Profile()
			end := p.To.AddDate(0, 0, 1)
			shape := regexp.MustCompile(`^[0-9a-z]{12}-[cnhy]$`)
			var last time.Time
			all := map[string]province.Prescription{}
			statuses, kinds := map[string]int{}, map[string]int{}
			for one := range o.Prescriptions(p.From, end) {
				if one.State.UpdatedAt.Before(last) {
					t.Fatal("a later state is listed before an earlier one")
				}
				last = one.State.UpdatedAt
				if _, twice := all[one.Code]; twice || !shape.MatchString(one.Code) {
					t.Fatalf("a code is listed twice (%t) or has no shape", twice)
				}
				all[one.Code] = one
				statuses[one.State.Status]++
				kinds[one.Kind]++
				if found, ok := o.Prescription(one.Code, end); !ok || !cmp.Equal(found, one) {
					t.Fatal("what is listed is not what is found by its code")
				}
			}
			if len(all) < p.Papers.Uploaded*98/100 || len(all) > p.Papers.Uploaded || len(statuses) != 5 || len(kinds) != 4 {
				t.Errorf("%d listed of %d uploaded; statuses %v, kinds %v", len(all), p.Papers.Uploaded, statuses, kinds)
			}
			middle := p.From.AddDate(0, 0, 60)
			early := map[string]bool{}
			for one := range o.Prescriptions(p.From, middle) {
				early[one.Code] = true
			}
			moved := 0
			for one := range o.PrescriptionsAsOf(p.From, middle, end) {
				if !early[one.Code] {
					t.Fatal("asked later, the window lists what it did not list")
				}
				delete(early, one.Code)
			}
			for code := range early {
				if all[code].State.UpdatedAt.After(middle) {
					moved++
				}
			}
			if moved == 0 || moved != len(early) {
				t.Errorf("%d prescriptions left the window, %d of them into a newer state", len(early), moved)
			}
		})
	}
}

func TestTransfersAreListedOnceInOrder(t *testing.T) {
	for _, profile := range province.ProfileNames() {
		t.Run(profile, func(t *testing.T) {
			o := outside(t, profile, 0.003)
			p := o.Profile()
			var all []province.Transfer
			for {
				page := o.Transfers(len(all), 700)
				if all = append(all, page...); len(page) == 0 {
					break
				}
			}
			codes, facilities, rejected := map[string]bool{}, map[string]bool{}, 0
			for i, one := range all {
				codes[one.Code], facilities[one.Facility] = true, true
				if !one.Accepted {
					rejected++
				}
				if one.Number != i || one.At.Before(p.From) || !one.At.Before(p.To.AddDate(0, 0, 1)) {
					t.Fatalf("transfer %d is number %d", i, one.Number)
				}
			}
			if !slices.IsSortedFunc(all, func(a, b province.Transfer) int {
				return a.At.Truncate(24 * time.Hour).Compare(b.At.Truncate(24 * time.Hour))
			}) {
				t.Error("a day comes before an earlier one")
			}
			if len(codes) != p.Exchange.Transfers || len(all) != len(codes) || len(facilities) != p.Exchange.Facilities || rejected != p.Exchange.Rejected {
				t.Errorf("%d transfers with %d codes from %d facilities, %d rejected; want %+v", len(all), len(codes), len(facilities), rejected, p.Exchange)
			}
		})
	}
}

func TestProfilesAreChecked(t *testing.T) {
	for name, scale := range map[string]float64{"nowhere-2020": 1, "yen-bai-2024": 0, "thai-nguyen-2022h1": 1.5} {
		if _, err := province.NewOutside(name, 1, scale, realFacilities(t)); !errors.Is(err, province.ErrProfile) {
			t.Errorf("%s at %g: got %v", name, scale, err)
		}
	}
	if _, err := province.NewOutside("yen-bai-2024", 1, 1, nil); !errors.Is(err, province.ErrNoFacility) {
		t.Errorf("no facility: got %v", err)
	}
}
