package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// profileFlags are the flags of write that ask for a profile.
type profileFlags struct {
	name  string
	scale float64
	feeds []string
}

func (p *profileFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&p.name, "profile", "", "write all feeds of a profile: "+strings.Join(province.ProfileNames(), " or "))
	flags.Float64Var(&p.scale, "scale", 1, "size of the profile, 1 for the full figures")
	flags.StringSliceVar(&p.feeds, "feeds", nil, "write these feeds of the profile only: "+strings.Join(province.FeedNames(), ", "))
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
	truth, err := f.writeFeeds(command, dir)
	if errors.Is(err, province.ErrProfile) || errors.Is(err, province.ErrFeed) || errors.Is(err, province.ErrSettings) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	if err := writeTruth(f.truth, truth); err != nil {
		return err
	}
	_, err = fmt.Fprintf(command.OutOrStdout(), "%d files, %d bytes in %s; %s at scale %g, see %s\n",
		truth.Written.Files, truth.Written.Bytes, dir, f.profile.name, f.profile.scale, f.truth)
	return err
}

func (f *writeFlags) writeFeeds(command *cobra.Command, dir string) (province.Truth, error) {
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
	settings := province.FeedSettings{Profile: f.profile.name, Scale: f.profile.scale, Feeds: f.profile.feeds, Claims: f.settings}
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
