package figure

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Day is a calendar day, counted from 1970-01-01.
type Day int32

// Bounds that stand for an open beginning and an open end.
const (
	always Day = -1 << 30
	never  Day = 1 << 30
)

// DayOf is the day of a local wall clock time that is kept as UTC.
func DayOf(at time.Time) Day {
	seconds := at.Unix()
	day := seconds / (24 * 60 * 60)
	if seconds < day*24*60*60 {
		day--
	}
	return Day(day)
}

// String writes the day as 2024-06-14.
func (d Day) String() string { return time.Unix(int64(d)*24*60*60, 0).UTC().Format(time.DateOnly) }

// Place is where something happens: a facility or a commune of an atlas, by its
// number in it.
type Place int

// Nowhere is a place that cannot be told, as that of a name which two facilities
// share. What happens there counts in the province alone.
const Nowhere Place = -1

// Atlas says which facilities and communes exist on which day, and where they lie.
// It is immutable.
type Atlas struct {
	facilities []facility
	communes   []commune
	// byCode finds a facility, bySite one by its name in lower case, byCommune a
	// commune by its list and code.
	byCode, bySite, byCommune map[string]Place
}

// facility and commune are those of one code, over their states.
type facility struct {
	code   string
	states []state
}

type commune struct {
	code, list string
	states     []state
}

// state is a facility or a commune for the days that its row is valid. Above is
// the commune of a facility and the district of a commune.
type state struct {
	kind, above, list, province string
	from, to                    Day
}

func (s state) holds(day Day) bool { return s.from <= day && day <= s.to }

// stateOn finds the state on a day.
func stateOn(all []state, day Day) (state, bool) {
	for _, s := range all {
		if s.holds(day) {
			return s, true
		}
	}
	return state{}, false
}

// ReadAtlas reads the reference tables of areas and of facilities: CSV with a
// header line that names the columns.
func ReadAtlas(areas, facilities io.Reader) (*Atlas, error) {
	a := &Atlas{byCode: map[string]Place{}, bySite: map[string]Place{}, byCommune: map[string]Place{}}
	err := readTable(areas, "areas", []string{"code", "list", "level", "parent_code", "province_code", "valid_from", "valid_to"}, a.addArea)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	err = readTable(facilities, "facilities", []string{"code", "area_list", "kind", "area_code", "province_code", "valid_from", "valid_to", "name"}, func(cells []string, from, to Day) {
		a.addFacility(cells, from, to)
		names[cells[0]] = strings.ToLower(cells[7])
	})
	if err != nil {
		return nil, err
	}
	a.nameSites(names)
	return a, nil
}

// readTable offers the cells of the columns of each row, of which the sixth and
// the seventh are its first and its last valid day.
func readTable(r io.Reader, what string, columns []string, offer func(cells []string, from, to Day)) error {
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	if len(lines) == 0 {
		return fmt.Errorf("read %s: %w", what, io.ErrUnexpectedEOF)
	}
	at := make([]int, len(columns))
	for i, name := range columns {
		if at[i] = slices.Index(lines[0], name); at[i] < 0 {
			return fmt.Errorf("read the header of the %s: no column %s", what, name)
		}
	}
	cells := make([]string, len(columns))
	for _, line := range lines[1:] {
		for i := range at {
			cells[i] = line[at[i]]
		}
		from, err := dayOr(cells[5], always)
		if err != nil {
			return fmt.Errorf("read %s: %s: %w", what, cells[0], err)
		}
		to, err := dayOr(cells[6], never)
		if err != nil {
			return fmt.Errorf("read %s: %s: %w", what, cells[0], err)
		}
		offer(cells, from, to)
	}
	return nil
}

func dayOr(text string, open Day) (Day, error) {
	if text == "" {
		return open, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	return DayOf(day), err
}

func (a *Atlas) addArea(cells []string, from, to Day) {
	if cells[2] != "commune" {
		return
	}
	code, list := cells[0], cells[1]
	at, known := a.byCommune[list+code]
	if !known {
		at = Place(len(a.communes))
		a.byCommune[list+code] = at
		a.communes = append(a.communes, commune{code: code, list: list})
	}
	a.communes[at].states = append(a.communes[at].states, state{above: cells[3], list: list, province: cells[4], from: from, to: to})
}

func (a *Atlas) addFacility(cells []string, from, to Day) {
	code := cells[0]
	at, known := a.byCode[code]
	if !known {
		at = Place(len(a.facilities))
		a.byCode[code] = at
		a.facilities = append(a.facilities, facility{code: code})
	}
	a.facilities[at].states = append(a.facilities[at].states, state{kind: cells[2], above: cells[3], list: cells[1], province: cells[4], from: from, to: to})
}

// nameSites numbers the facilities by the name that each had last. A name of two
// finds neither.
func (a *Atlas) nameSites(names map[string]string) {
	for _, code := range slices.Sorted(maps.Keys(names)) {
		name := names[code]
		if _, twice := a.bySite[name]; twice {
			a.bySite[name] = Nowhere
			continue
		}
		a.bySite[name] = a.byCode[code]
	}
}

// Facility is the facility of a code, or Nowhere.
func (a *Atlas) Facility(code string) Place { return found(a.byCode, code) }

// Site is the facility of a name as who reads a register of names finds it: by the
// name that each facility of the table had last, in any province. It is Nowhere
// where none is called so, or more than one.
func (a *Atlas) Site(name string) Place { return found(a.bySite, strings.ToLower(name)) }

// Commune is the commune of a code in a list of areas, or Nowhere. Communes are
// numbered behind the facilities.
func (a *Atlas) Commune(list, code string) Place {
	at := found(a.byCommune, list+code)
	if at == Nowhere {
		return Nowhere
	}
	return at + Place(len(a.facilities))
}

func found(places map[string]Place, name string) Place {
	if at, known := places[name]; known {
		return at
	}
	return Nowhere
}

// places is how many there are.
func (a *Atlas) places() int { return len(a.facilities) + len(a.communes) }

// home is the province that is counted, in its list of areas.
type home struct{ province, list string }

// unit is one whom a figure is told of.
type unit struct {
	level Level
	code  string
}

// spot says what a place belongs to between two days. Commune and district are
// empty where they do not exist, as all is of a place that is not in the province;
// facility is empty where persons live, which lived says.
type spot struct {
	facility, commune, district string
	lived                       bool
	from, to                    Day
}

// spotOn is what a place belongs to on a day.
func (a *Atlas) spotOn(at Place, day Day, in home) spot {
	if at == Nowhere {
		return spot{from: always, to: never}
	}
	if int(at) >= len(a.facilities) {
		c := a.communes[int(at)-len(a.facilities)]
		s := a.areaOn(c.list+c.code, day, in)
		s.lived = true
		return s
	}
	f := a.facilities[at]
	s, valid := stateOn(f.states, day)
	if !valid || s.province != in.province || s.list != in.list {
		return spot{from: day, to: day}
	}
	area := a.areaOn(s.list+s.above, day, in)
	area.facility = f.code
	area.from, area.to = max(area.from, s.from), min(area.to, s.to)
	return area
}

// areaOn is what a commune belongs to on a day.
func (a *Atlas) areaOn(key string, day Day, in home) spot {
	at, known := a.byCommune[key]
	if !known {
		return spot{from: day, to: day}
	}
	c := a.communes[at]
	s, valid := stateOn(c.states, day)
	if !valid || s.province != in.province || c.list != in.list {
		return spot{from: day, to: day}
	}
	return spot{commune: c.code, district: s.above, from: s.from, to: s.to}
}

// kindOn is the kind of a facility on a day, empty of communes.
func (a *Atlas) kindOn(at Place, day Day) string {
	if int(at) >= len(a.facilities) {
		return ""
	}
	s, _ := stateOn(a.facilities[at].states, day)
	return s.kind
}

// unit is that of a level; false where there is none. The province has everything.
// What happens at a facility is not told of its commune.
func (s spot) unit(level Level, in home) (unit, bool) {
	code := in.province
	switch level {
	case Facility:
		code = s.facility
	case District:
		code = s.district
	case Commune:
		if code = s.commune; !s.lived {
			code = ""
		}
	}
	return unit{level, code}, code != ""
}
