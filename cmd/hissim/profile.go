package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"thidua/cmd/hissim/figure"
	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// profileFlags are the flags of write that ask for a profile.
type profileFlags struct {
	name  string
	scale float64
	feeds []string
	// indicatorTruth is the file for the truth of the indicators.
	indicatorTruth string
}

const indicatorTruthFlag = "indicator-truth"

func (p *profileFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&p.name, "profile", "", "write all feeds of a profile: "+strings.Join(province.ProfileNames(), " or "))
	flags.Float64Var(&p.scale, "scale", 1, "size of the profile, 1 for the full figures")
	flags.StringSliceVar(&p.feeds, "feeds", nil, "write these feeds of the profile only: "+strings.Join(province.FeedNames(), ", "))
	flags.StringVar(&p.indicatorTruth, indicatorTruthFlag, "", "file for what each indicator comes to, of a profile with all feeds (default indicators.truth.json beside DIR)")
}

// decided are the flags that a profile leaves no choice of.
var decided = []string{"province", "from", "days", "visits", "layout", "checkins-dir"}

// writeProfile writes the feeds of a profile below dir.
func writeProfile(command *cobra.Command, dir string, f writeFlags) error {
	for _, name := range decided {
		if command.Flags().Changed(name) {
			return fmt.Errorf("%w: with --profile there is no --%s", errUsage, name)
		}
	}
	if err := f.settle(); err != nil {
		return err
	}
	if !command.Flags().Changed("lines") {
		f.settings.Lines = 6
	}
	if f.truth == "" {
		f.truth = filepath.Join(filepath.Dir(dir), "truth.json")
	}
	figures, err := f.openFigures(command, dir)
	if err != nil {
		return err
	}
	truth, err := f.writeFeeds(command, dir, figures)
	if errors.Is(err, province.ErrProfile) || errors.Is(err, province.ErrFeed) || errors.Is(err, province.ErrSettings) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	if err := writeFile(f.truth, truth.WriteJSON); err != nil {
		return err
	}
	if figures != nil {
		if err := writeFile(f.profile.indicatorTruth, figures.WriteJSON); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(command.OutOrStdout(), "%d files, %d bytes in %s; %s at scale %g, see %s\n",
		truth.Written.Files, truth.Written.Bytes, dir, f.profile.name, f.profile.scale, f.truth)
	return err
}

// openFigures opens the book that the truth of the indicators is counted in; it is
// nil where only some feeds are written.
func (f *writeFlags) openFigures(command *cobra.Command, dir string) (*figure.Book, error) {
	if len(f.profile.feeds) > 0 {
		if command.Flags().Changed(indicatorTruthFlag) {
			return nil, fmt.Errorf("%w: with --feeds there is no --%s", errUsage, indicatorTruthFlag)
		}
		return nil, nil
	}
	if f.profile.indicatorTruth == "" {
		f.profile.indicatorTruth = filepath.Join(filepath.Dir(dir), "indicators.truth.json")
	}
	areas, err := reference.Files.Open("area.csv")
	if err != nil {
		return nil, fmt.Errorf("open the areas: %w", err)
	}
	defer func() { _ = areas.Close() }()
	facilities, err := reference.Files.Open("facility.csv")
	if err != nil {
		return nil, fmt.Errorf("open the facilities: %w", err)
	}
	defer func() { _ = facilities.Close() }()
	atlas, err := figure.ReadAtlas(areas, facilities)
	if err != nil {
		return nil, err
	}
	if _, err := province.FindProfile(f.profile.name, f.profile.scale); err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return figure.NewBook(f.profile.name, atlas)
}

func (f *writeFlags) writeFeeds(command *cobra.Command, dir string, figures *figure.Book) (province.Truth, error) {
	facilities, err := readFacilities()
	if err != nil {
		return province.Truth{}, err
	}
	areas, err := reference.Files.Open("area.csv")
	if err != nil {
		return province.Truth{}, fmt.Errorf("open the areas: %w", err)
	}
	defer func() { _ = areas.Close() }()
	districts, err := province.ReadDistricts(areas)
	if err != nil {
		return province.Truth{}, err
	}
	settings := province.FeedSettings{Profile: f.profile.name, Scale: f.profile.scale, Feeds: f.profile.feeds, Claims: f.settings, Figures: figures}
	if f.plant == "" {
		return province.WriteFeeds(command.Context(), settings, facilities, districts, dir, nil)
	}
	if err := settings.Check(); err != nil {
		return province.Truth{}, err
	}
	plant, err := os.Create(f.plant)
	if err != nil {
		return province.Truth{}, fmt.Errorf("create the list of planted values: %w", err)
	}
	defer func() { _ = plant.Close() }() // its last write is checked by WriteFeeds
	return province.WriteFeeds(command.Context(), settings, facilities, districts, dir, plant)
}
