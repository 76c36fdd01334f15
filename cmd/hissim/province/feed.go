package province

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"thidua/cmd/hissim/figure"
)

// Names of the feeds of a profile: those of the jobs that read them, or a common
// one for the certificates. The folders have the names of the jobs too.
const (
	FeedClaims          = "claims"
	FeedLinks           = "insurance_links"
	FeedIdentifications = "visit_identifications"
	FeedIssued          = "issued_prescriptions"
	FeedLookUps         = "prescription_lookups"
	FeedDispenses       = "prescription_dispenses"
	FeedVaccinations    = "vaccinations"
	FeedHealthRecords   = "health_records"
	FeedTransfers       = "health_record_transfers"
	FeedCertificates    = "certificates"
)

// FeedNames lists all feeds in the order they are written.
func FeedNames() []string {
	return []string{
		FeedClaims, FeedLinks, FeedIdentifications, FeedIssued, FeedLookUps, FeedDispenses,
		FeedVaccinations, FeedHealthRecords, FeedTransfers, FeedCertificates,
	}
}

// ErrFeed is returned for the name of no feed.
var ErrFeed = errors.New("feed")

// ReadDistricts reads from the reference table of areas which district each
// commune of three levels lies in: CSV with a header line that has at least the
// columns code, level and parent_code.
func ReadDistricts(r io.Reader) (map[string]string, error) {
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read areas: %w", err)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("read areas: %w", io.ErrUnexpectedEOF)
	}
	at := [3]int{}
	for i, name := range [...]string{"code", "level", "parent_code"} {
		if at[i] = slices.Index(lines[0], name); at[i] < 0 {
			return nil, fmt.Errorf("read the header of the areas: no column %s", name)
		}
	}
	districts := map[string]string{}
	for _, cells := range lines[1:] {
		if parent := cells[at[2]]; cells[at[1]] == "commune" && len(parent) == 3 {
			districts[cells[at[0]]] = parent
		}
	}
	return districts, nil
}

// FeedSettings say which province is written. Of the settings of claims they share
// seed, shares, lines, shape and the bounds of arrival; the rest is the profile's.
type FeedSettings struct {
	Profile string
	Scale   float64
	// Feeds are the names of those to be written; none means all.
	Feeds  []string
	Claims Settings
	// Figures is told what stands, where it is not nil. It takes all feeds.
	Figures *figure.Book
}

// Check says what is wrong with the settings: an ErrProfile, an ErrFeed or an
// ErrSettings.
func (s FeedSettings) Check() error {
	for _, name := range s.Feeds {
		if !slices.Contains(FeedNames(), name) {
			return fmt.Errorf("%w: there are %v", ErrFeed, FeedNames())
		}
	}
	if s.Figures != nil && len(s.Feeds) > 0 {
		return fmt.Errorf("%w: figures are counted where all feeds are written", ErrFeed)
	}
	p, err := FindProfile(s.Profile, s.Scale)
	if err != nil {
		return err
	}
	return s.ofClaims(p).Check()
}

// ofClaims are the settings that the claims of a profile are written with.
func (s FeedSettings) ofClaims(p Profile) Settings {
	settings := p.claimSettings(s.Claims.Seed)
	settings.Lines, settings.Shares, settings.Shape = s.Claims.Lines, s.Claims.Shares, s.Claims.Shape
	settings.Until, settings.Since = s.Claims.Until, s.Claims.Since
	return settings
}

// feeder writes the feeds of one world outside.
type feeder struct {
	*Outside
	settings  Settings
	dir       string
	plant     *planter
	truth     map[string]*FeedTruth
	written   Written
	sheet     sheet
	buffer    *bufio.Writer
	inhabited []trait
	figures   *figure.Book
	visits    *visitBook
}

// WriteFeeds writes a province by its profile below dir, one folder a feed, and
// returns the truth about all of it. Plant may be nil. Errors are an ErrProfile, an
// ErrFeed, an ErrSettings or of the disk.
func WriteFeeds(ctx context.Context, s FeedSettings, facilities []Facility, districts map[string]string, dir string, plant io.Writer) (Truth, error) {
	if err := s.Check(); err != nil {
		return Truth{}, err
	}
	o, err := newOutside(s.Profile, s.Claims.Seed, s.Scale, facilities, districts)
	if err != nil {
		return Truth{}, err
	}
	settings := s.ofClaims(o.profile)
	w := &feeder{
		Outside: o, settings: settings, dir: dir, plant: newPlanter(plant), truth: map[string]*FeedTruth{},
		buffer: bufio.NewWriterSize(nil, 256<<10), figures: s.Figures, visits: newVisitBook(s.Figures, o.profile.Visits.Claimed),
	}
	truth := Truth{Settings: settings, Profile: &o.profile, Scale: s.Scale}
	wanted := func(name string) bool { return len(s.Feeds) == 0 || slices.Contains(s.Feeds, name) }
	if wanted(FeedClaims) {
		to := Places{Claims: filepath.Join(dir, FeedClaims), CheckIns: filepath.Join(dir, "checkins")}
		if truth, err = writeClaims(ctx, settings, o.profile.hush(facilities), to, witnesses{o.people, w.plant, w.visits}); err != nil {
			return Truth{}, err
		}
		truth.Profile, truth.Scale = &o.profile, s.Scale
	}
	if err := w.all(ctx, wanted); err != nil {
		return Truth{}, err
	}
	truth.Written.Files += w.written.Files
	truth.Written.Bytes += w.written.Bytes
	truth.Feeds = w.truth
	return truth, w.plant.finish()
}

// all writes the feeds that are wanted, one after the other.
func (w *feeder) all(ctx context.Context, wanted func(string) bool) error {
	for _, f := range []struct {
		name  string
		write func(context.Context) error
	}{
		{FeedLinks, w.links},
		{FeedIdentifications, w.identifications},
		{FeedIssued, w.issued},
		{FeedLookUps, w.lookUps},
		{FeedDispenses, w.dispenses},
		{FeedVaccinations, w.vaccinations},
		{FeedHealthRecords, w.healthRecords},
		{FeedTransfers, w.transfers},
		{FeedCertificates, w.certificates},
	} {
		if !wanted(f.name) {
			continue
		}
		if err := f.write(ctx); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	return nil
}

// open begins a feed of a dataset. Several feeds may share a dataset.
func (w *feeder) open(dataset string, f feed) *feed {
	if w.truth[dataset] == nil {
		w.truth[dataset] = &FeedTruth{}
	}
	f.truth, f.turns = w.truth[dataset], make([]int, len(f.faults))
	f.counts, f.outputs = map[string]int{}, map[string]*output{}
	return &f
}

// trait is what the choice of persons asks about each: the age on the last day of
// the period, the sex, and whether papers show a citizen ID of twelve digits.
type trait struct {
	age, sex  uint8
	citizenID bool
}

// traits asks all inhabitants, once.
func (w *feeder) traits() []trait {
	if w.inhabited == nil {
		w.inhabited = make([]trait, w.people.persons)
		for i := range w.inhabited {
			p := makePerson(w.dice, w.seed, i, w.people.province, w.people.day)
			w.inhabited[i] = trait{uint8(p.age(w.profile.To)), uint8(p.sex), len(p.idNumber) == 12}
		}
	}
	return w.inhabited
}
