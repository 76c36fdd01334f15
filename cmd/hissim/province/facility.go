package province

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"time"
)

// Facility is a place that sends claims, for the days its row is valid. The same
// code has several rows where the area or the province around it changed.
type Facility struct {
	Code     string
	Name     string
	Kind     string
	Level    string
	AreaCode string
	Province string
	// ValidFrom and ValidTo are the first and the last valid day; a zero time is
	// an open end.
	ValidFrom time.Time
	ValidTo   time.Time
	// Silent is true where it is open and sends nothing to anybody.
	Silent bool
}

// ReadFacilities reads the reference table of facilities: CSV with a header line
// that has at least the columns code, name, kind, level, area_code,
// province_code, valid_from and valid_to.
func ReadFacilities(r io.Reader) ([]Facility, error) {
	lines := csv.NewReader(r)
	header, err := lines.Read()
	if err != nil {
		return nil, fmt.Errorf("read the header of the facilities: %w", err)
	}
	var at [8]int
	for i, name := range [...]string{"code", "kind", "level", "area_code", "province_code", "valid_from", "valid_to", "name"} {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			return nil, fmt.Errorf("read the header of the facilities: no column %s", name)
		}
	}
	var all []Facility
	for {
		cells, err := lines.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read facilities: %w", err)
		}
		f := Facility{Code: cells[at[0]], Kind: cells[at[1]], Level: cells[at[2]], AreaCode: cells[at[3]], Province: cells[at[4]], Name: cells[at[7]]}
		if f.ValidFrom, err = dayOrOpen(cells[at[5]]); err == nil {
			f.ValidTo, err = dayOrOpen(cells[at[6]])
		}
		if err != nil {
			return nil, fmt.Errorf("read facility %s: %w", f.Code, err)
		}
		all = append(all, f)
	}
}

func dayOrOpen(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, text)
}

// open reports whether the facility belongs to the province on the day.
func (f Facility) open(province string, day time.Time) bool {
	return f.Province == province && !day.Before(f.ValidFrom) && (f.ValidTo.IsZero() || !day.After(f.ValidTo))
}

// load is how many visits a facility has that are told of, against one of a commune
// station.
func (f Facility) load() int {
	switch {
	case f.Silent:
		return 0
	case f.Kind == "general_hospital" && f.Level == "province":
		return 80
	case f.Kind == "general_hospital":
		return 40
	case f.Kind == "specialised_hospital":
		return 20
	case f.Kind == "district_health_centre":
		return 30
	case f.Kind == "regional_clinic":
		return 4
	}
	return 1
}

// hospital is true where people stay overnight.
func (f Facility) hospital() bool { return f.load() >= 20 }

// network is the facilities of one province that are open on one day, sorted by
// code, with their loads summed up for throwing.
type network struct {
	facilities []Facility
	sums       []int
	// referral is the code that referred patients are sent to.
	referral string
}

func newNetwork(all []Facility, province string, day time.Time) network {
	var n network
	for _, f := range all {
		if f.open(province, day) {
			n.facilities = append(n.facilities, f)
		}
	}
	slices.SortFunc(n.facilities, func(a, b Facility) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	sum, heaviest := 0, 0
	for _, f := range n.facilities {
		sum += f.load()
		n.sums = append(n.sums, sum)
		if f.load() > heaviest {
			heaviest, n.referral = f.load(), f.Code
		}
	}
	return n
}

// weights are the loads of the facilities that wanted agrees to, zero for others.
func (n network) weights(wanted func(Facility) bool) []int {
	weights := make([]int, len(n.facilities))
	for i, f := range n.facilities {
		if wanted(f) {
			weights[i] = f.load()
		}
	}
	return weights
}

// throw chooses a facility by its load.
func (n network) throw(d dice) Facility {
	i, _ := slices.BinarySearch(n.sums, 1+d.IntN(n.sums[len(n.sums)-1]))
	return n.facilities[i]
}

// beside is the place itself, or of a facility that is silent the next that is not.
func (n network) beside(place int) int {
	for range n.facilities {
		if !n.facilities[place].Silent {
			break
		}
		place = (place + 1) % len(n.facilities)
	}
	return place
}
