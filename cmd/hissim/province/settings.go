// Package province is a stand-in for the hospitals of one province, and for the
// other systems of it: it invents visits and writes the claim files that real
// hospital systems would send, and by a profile what insurance, pharmacies,
// vaccination sites and the health record platform hold of the same people. All of
// it has habits, corrections and faults, and beside it is counted what a reader
// must find at the end. It shares no code with the pipeline, so that its count is a
// second opinion. All persons are invented.
package province

import (
	"errors"
	"fmt"
	"time"
)

// Layouts of the claim documents. Auto follows the calendar: 4210 until
// 30/06/2024, 4750 until 31/12/2024, 3176 from 01/01/2025.
const (
	LayoutAuto = "auto"
	Layout4210 = "4210"
	Layout4750 = "4750"
	Layout3176 = "3176"
)

// ErrSettings is what Check returns for settings that make no province.
var ErrSettings = errors.New("settings")

// Settings say what is written. The same settings give the same bytes, names
// and modification times.
type Settings struct {
	// Province is the code of the province whose facilities send, such as 15.
	Province string `json:"province"`
	Seed     uint64 `json:"seed"`
	// From is the first day, Days the number of days. All that is sent arrives
	// within them.
	From   time.Time `json:"from"`
	Days   int       `json:"days"`
	Visits int       `json:"visits"`
	// Lines is the mean number of cost lines of a visit: drugs, services, supplies.
	Lines  int    `json:"lines"`
	Layout string `json:"layout"`
	Shares Shares `json:"shares"`
	Shape  Shape  `json:"shape"`
	// Until keeps files that arrive later out, Since those that arrived on that
	// day or earlier. Zero times set no bound.
	Until time.Time `json:"until,omitzero"`
	Since time.Time `json:"since,omitzero"`
}

// Shares are probabilities between 0 and 1. Resend and Duplicate are of visits
// and exclude each other; Late is of files; Dirt is of visits, and of files once
// more for faults of a whole file; CheckIns is of visits.
type Shares struct {
	Resend    float64 `json:"resend"`
	Duplicate float64 `json:"duplicate"`
	Late      float64 `json:"late"`
	Dirt      float64 `json:"dirt"`
	CheckIns  float64 `json:"check_ins"`
}

// Shape says how visits become files.
type Shape struct {
	// FilesPer is facility-day or visit.
	FilesPer string `json:"files_per"`
	// Compress is none, gz or zip.
	Compress string `json:"compress"`
	// Plain gives every facility the same habit: base64 without line breaks.
	Plain bool `json:"plain"`
}

// Check says what is wrong with the settings.
func (s Settings) Check() error {
	for _, share := range []float64{s.Shares.Resend, s.Shares.Duplicate, s.Shares.Late, s.Shares.Dirt, s.Shares.CheckIns} {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("%w: a share lies between 0 and 1", ErrSettings)
		}
	}
	switch {
	case s.Province != "15" && s.Province != "19":
		return fmt.Errorf("%w: province is 15 or 19", ErrSettings)
	case s.Days < 1:
		return fmt.Errorf("%w: at least one day", ErrSettings)
	case s.Visits < 0 || s.Visits > 1_000_000_000:
		return fmt.Errorf("%w: visits lie between 0 and 1,000,000,000", ErrSettings)
	case s.Lines < 1 || s.Lines > 500:
		return fmt.Errorf("%w: lines lie between 1 and 500", ErrSettings)
	case s.Shares.Resend+s.Shares.Duplicate > 1:
		return fmt.Errorf("%w: the shares of re-sends and duplicates exceed 1 together", ErrSettings)
	case s.Layout != LayoutAuto && s.Layout != Layout4210 && s.Layout != Layout4750 && s.Layout != Layout3176:
		return fmt.Errorf("%w: layout is auto, 4210, 4750 or 3176", ErrSettings)
	case s.Shape.FilesPer != "facility-day" && s.Shape.FilesPer != "visit":
		return fmt.Errorf("%w: files per facility-day or visit", ErrSettings)
	case s.Shape.Compress != "none" && s.Shape.Compress != "gz" && s.Shape.Compress != "zip":
		return fmt.Errorf("%w: compress is none, gz or zip", ErrSettings)
	case !s.Until.IsZero() && !s.Since.IsZero() && !s.Since.Before(s.Until):
		return fmt.Errorf("%w: since lies before until", ErrSettings)
	}
	return nil
}

// last is the day that nothing arrives after.
func (s Settings) last() time.Time { return s.From.AddDate(0, 0, s.Days-1) }

// arrived is true for what has come by the end of this call or an earlier one.
func (s Settings) arrived(day time.Time) bool { return s.Until.IsZero() || !day.After(s.Until) }

// wanted is true for what this call writes.
func (s Settings) wanted(day time.Time) bool {
	return s.arrived(day) && (s.Since.IsZero() || day.After(s.Since))
}

// layout is the layout of a visit that ends on the day.
func (s Settings) layout(day time.Time) string {
	if s.Layout != LayoutAuto {
		return s.Layout
	}
	switch {
	case day.Before(time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)):
		return Layout4210
	case day.Before(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)):
		return Layout4750
	}
	return Layout3176
}
