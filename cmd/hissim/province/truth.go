package province

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Truth is what a reader must find after everything that has arrived so far is
// loaded: the standing version of each visit, and what was set aside. It is
// counted from the visits as they were invented, never from what was written.
type Truth struct {
	Settings Settings `json:"settings"`
	// Written is what this call wrote, Sent what has arrived over all calls.
	Written Written `json:"written"`
	Sent    Sent    `json:"sent"`
	Total   Count   `json:"total"`
	// Persons counts distinct citizen IDs of twelve digits among the visits that
	// stand; it cannot be summed over months or facilities.
	Persons    int             `json:"persons_with_citizen_id"`
	Facilities []FacilityMonth `json:"facilities"`
	Dirt       []Dirt          `json:"dirt"`
	// Profile, its scale and the feeds beside the claims, by dataset, are told of a
	// province that was written by a profile.
	Profile *Profile              `json:"profile,omitempty"`
	Scale   float64               `json:"scale,omitempty"`
	Feeds   map[string]*FeedTruth `json:"feeds,omitempty"`
}

// Written counts files and their bytes on disk.
type Written struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Sent counts what has arrived. Refused files are those a reader must refuse
// whole; dossiers are those in all other claim files but the copied ones, whose
// dossiers are counted apart. Changed re-sends and unchanged duplicates are
// among the dossiers. Files are claim files only.
type Sent struct {
	Files          int `json:"files"`
	RefusedFiles   int `json:"refused_files"`
	CopiedFiles    int `json:"copied_files"`
	LateFiles      int `json:"late_files"`
	CheckInFiles   int `json:"check_in_files"`
	Dossiers       int `json:"dossiers"`
	CopiedDossiers int `json:"copied_dossiers"`
	Resends        int `json:"resends"`
	Duplicates     int `json:"duplicates"`
	CheckIns       int `json:"check_ins"`
}

// FacilityMonth is the count of one facility and month of discharge (yyyy-MM).
type FacilityMonth struct {
	Facility string `json:"facility"`
	Month    string `json:"month"`
	Count
}

// Count is what stands. Money is in đồng with two decimals. T_TONGCHI_BV sums
// the visits of layouts that have the field; 4210 has not.
type Count struct {
	Visits     int            `json:"visits"`
	Care       map[string]int `json:"by_loai_kcb"`
	CitizenIDs int            `json:"visits_with_citizen_id"`
	TotalBV    amount         `json:"t_tongchi_bv"`
	TotalBH    amount         `json:"t_tongchi_bh"`
	Fund       amount         `json:"t_bhtt"`
	Shared     amount         `json:"t_bncct"`
	// Lines are rows of XML2 to XML5, papers rows of XML7, XML9, XML13 and XML14.
	Lines  map[string]int `json:"lines"`
	Papers map[string]int `json:"papers"`
	// CheckIns are distinct visits with a check-in document (XML0).
	CheckIns int `json:"check_ins"`
}

// Dirt says how often a fault has arrived and what must come of it.
type Dirt struct {
	Kind  string `json:"kind"`
	Level string `json:"level"`
	Count int    `json:"count"`
	End   string `json:"end"`
}

// ledger is a truth in the making.
type ledger struct {
	truth  Truth
	months map[facilityMonth]*Count
	people map[int]bool
	dirt   [faultKinds]int
}

type facilityMonth struct{ facility, month string }

func newLedger(s Settings) *ledger {
	return &ledger{truth: Truth{Settings: s}, months: map[facilityMonth]*Count{}, people: map[int]bool{}}
}

func (l *ledger) month(facility string, day time.Time) *Count {
	key := facilityMonth{facility, day.Format("2006-01")}
	c := l.months[key]
	if c == nil {
		c = &Count{Care: map[string]int{}, Lines: map[string]int{}, Papers: map[string]int{}}
		l.months[key] = c
	}
	return c
}

// stand counts a version of a visit that stands at the end.
func (l *ledger) stand(v *visit, day time.Time) {
	c := l.month(v.facility.Code, day)
	c.Visits++
	c.Care[v.care]++
	if v.hasCitizenID() {
		c.CitizenIDs++
		l.people[v.person.number] = true
	}
	if v.layout != Layout4210 {
		c.TotalBV += v.total.hospital
	}
	c.TotalBH += v.total.covered
	c.Fund += v.total.fund
	c.Shared += v.total.shared
	c.Lines["XML2"] += v.readableDrugs()
	c.Lines["XML3"] += len(v.services)
	c.Lines["XML4"] += len(v.results)
	c.Lines["XML5"] += len(v.courses)
	c.Papers["XML7"] += one(v.dischargePaper)
	c.Papers["XML9"] += len(v.children)
	c.Papers["XML13"] += one(v.referral)
	c.Papers["XML14"] += one(v.revisit)
}

// readableDrugs is the number of drug lines that survive the visit's fault.
func (v *visit) readableDrugs() int {
	switch v.fault {
	case faultPartBase64, faultPartBase64Resent:
		return 0
	case faultDecimalComma:
		return len(v.drugs) - 1
	}
	return len(v.drugs)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// finish sums the months and sorts them.
func (l *ledger) finish() Truth {
	t := &l.truth
	t.Total = Count{Care: map[string]int{}, Lines: map[string]int{}, Papers: map[string]int{}}
	for key, c := range l.months {
		t.Facilities = append(t.Facilities, FacilityMonth{key.facility, key.month, *c})
		t.Total.add(*c)
	}
	slices.SortFunc(t.Facilities, func(a, b FacilityMonth) int {
		return strings.Compare(a.Facility+a.Month, b.Facility+b.Month)
	})
	t.Persons = len(l.people)
	for k, f := range faults {
		if f.kind != "" {
			t.Dirt = append(t.Dirt, Dirt{f.kind, f.level, l.dirt[k], f.end})
		}
	}
	return *t
}

func (c *Count) add(o Count) {
	c.Visits += o.Visits
	c.CitizenIDs += o.CitizenIDs
	c.TotalBV += o.TotalBV
	c.TotalBH += o.TotalBH
	c.Fund += o.Fund
	c.Shared += o.Shared
	c.CheckIns += o.CheckIns
	addTo(c.Care, o.Care)
	addTo(c.Lines, o.Lines)
	addTo(c.Papers, o.Papers)
}

func addTo(sum, more map[string]int) {
	for key, n := range more {
		sum[key] += n
	}
}

// WriteJSON writes the truth, indented.
func (t Truth) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(t); err != nil {
		return fmt.Errorf("write the truth: %w", err)
	}
	return nil
}
