package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// errUsage marks a command that was given wrongly.
var errUsage = errors.New("usage")

// writeFlags are the flags of write as given, before they become settings.
type writeFlags struct {
	settings           province.Settings
	from, until, since string
	truth, plant       string
	checkInsDir        string
	clean              bool
	profile            profileFlags
}

func writeCommand() *cobra.Command {
	var f writeFlags
	command := &cobra.Command{
		Use:   "write DIR",
		Short: "Write claim files, or all feeds of a profile, and the truth about them",
		Long: `Writes DIR/<facility>/<yyyyMMdd>_<n>.xml for every facility and day, and the truth
beside DIR. A file that was made on its day but comes later is named _late. To fill
a folder in rounds, repeat the same flags with --until DAY, then with --since DAY:
the rounds together hold exactly the files of one call without them. The truth
tells what stands after all rounds so far.

With --profile, DIR is an inbox: every feed of the profile goes to a folder named as
the job that reads it, the truth to truth.json beside DIR, and what each indicator of
the campaign comes to, by unit and period, to indicators.truth.json. At --scale 1 the
feeds add up to the profile's figures exactly; smaller scales keep the proportions.
Faults never change what stands.`,
		Example: `  hissim write inbox/claims --seed 1 --visits 3000 --days 14
  hissim write corpus --seed 1 --visits 56000 --days 30 --clean
  hissim write inbox/claims --seed 2 --visits 900 --until 2024-01-15
  hissim write inbox --profile thai-nguyen-2022h1 --scale 0.01
  hissim write inbox --profile yen-bai-2024 --scale 0.1 --feeds vaccinations,health_records`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%w: write takes one folder", errUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if f.profile.name != "" {
				return writeProfile(c, filepath.Clean(args[0]), f)
			}
			return write(c.Context(), c.OutOrStdout(), filepath.Clean(args[0]), f)
		},
	}
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	f.bind(command)
	return command
}

func (f *writeFlags) bind(command *cobra.Command) {
	s, flags := &f.settings, command.Flags()
	flags.StringVar(&s.Province, "province", "15", "province whose facilities send: 15 (Yên Bái, from 07/2025 Lào Cai) or 19 (Thái Nguyên)")
	flags.Uint64Var(&s.Seed, "seed", 1, "number that decides all chance")
	flags.StringVar(&f.from, "from", "2024-01-01", "first day of discharge")
	flags.IntVar(&s.Days, "days", 14, "number of days")
	flags.IntVar(&s.Visits, "visits", 1000, "number of visits over all days")
	flags.IntVar(&s.Lines, "lines", 12, "mean number of cost lines of a visit")
	flags.StringVar(&s.Layout, "layout", province.LayoutAuto, "auto (by day of discharge), 4210, 4750 or 3176")
	flags.Float64Var(&s.Shares.Resend, "resend", 0.05, "share of visits sent again with a change")
	flags.Float64Var(&s.Shares.Duplicate, "duplicate", 0.02, "share of visits sent again unchanged, and of files copied")
	flags.Float64Var(&s.Shares.Late, "late", 0.02, "share of files that come days after they were made")
	flags.Float64Var(&s.Shares.Dirt, "dirt", 0.01, "share of visits with a fault, and of files with a fault")
	flags.Float64Var(&s.Shares.CheckIns, "checkins", 0, "share of visits with a check-in document (XML0); layout 4210 has none")
	flags.StringVar(&s.Shape.FilesPer, "files-per", "facility-day", "one file for a facility-day or for a visit")
	flags.StringVar(&s.Shape.Compress, "compress", "none", "none, gz or zip")
	flags.BoolVar(&f.clean, "clean", false, "no re-sends, duplicates, late files or dirt; plain base64 everywhere")
	flags.StringVar(&f.until, "until", "", "write only what arrives on this day or before")
	flags.StringVar(&f.since, "since", "", "write only what arrives after this day")
	flags.StringVar(&f.truth, "truth", "", "file for the truth (default DIR.truth.json, of a profile truth.json beside DIR)")
	flags.StringVar(&f.plant, "plant", "", "file for the list of all persons' values and of canaries")
	flags.StringVar(&f.checkInsDir, "checkins-dir", "", "folder for check-ins (default checkins beside DIR)")
	f.profile.bind(flags)
}

// complete turns the texts of the flags into settings.
func (f *writeFlags) complete(dir string) error {
	if err := f.settle(); err != nil {
		return err
	}
	if f.truth == "" {
		f.truth = dir + ".truth.json"
	}
	if f.checkInsDir == "" {
		f.checkInsDir = filepath.Join(filepath.Dir(dir), "checkins")
	}
	if f.profile.indicatorTruth != "" {
		return fmt.Errorf("%w: without --profile there is no --%s", errUsage, indicatorTruthFlag)
	}
	if err := f.settings.Check(); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return nil
}

// settle reads the days and makes clean what is to be clean.
func (f *writeFlags) settle() error {
	for _, day := range []struct {
		name, text string
		to         *time.Time
	}{{"from", f.from, &f.settings.From}, {"until", f.until, &f.settings.Until}, {"since", f.since, &f.settings.Since}} {
		if day.text == "" && day.name != "from" {
			continue
		}
		var err error
		if *day.to, err = time.Parse(time.DateOnly, day.text); err != nil {
			return fmt.Errorf("%w: --%s is a day such as 2024-01-31", errUsage, day.name)
		}
	}
	if f.clean {
		checkIns := f.settings.Shares.CheckIns
		f.settings.Shares = province.Shares{CheckIns: checkIns}
		f.settings.Shape.Plain = true
	}
	return nil
}

func write(ctx context.Context, out io.Writer, dir string, f writeFlags) error {
	if err := f.complete(dir); err != nil {
		return err
	}
	facilities, err := readFacilities()
	if err != nil {
		return err
	}
	places := province.Places{Claims: dir, CheckIns: f.checkInsDir}
	if f.plant != "" {
		plant, err := os.Create(f.plant)
		if err != nil {
			return fmt.Errorf("create the list of planted values: %w", err)
		}
		defer func() { _ = plant.Close() }() // its last write is checked by Write
		places.Plant = plant
	}
	truth, err := province.Write(ctx, f.settings, facilities, places)
	if err != nil {
		return err
	}
	if err := writeFile(f.truth, truth.WriteJSON); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d files, %d bytes in %s; %d visits stand, see %s\n",
		truth.Written.Files, truth.Written.Bytes, dir, truth.Total.Visits, f.truth)
	return err
}

// readFacilities reads the embedded table of facilities.
func readFacilities() ([]province.Facility, error) {
	table, err := reference.Files.Open("facility.csv")
	if err != nil {
		return nil, fmt.Errorf("open the facilities: %w", err)
	}
	defer func() { _ = table.Close() }()
	return province.ReadFacilities(table)
}

// writeFile writes a truth to a file.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create the truth: %w", err)
	}
	if err := write(file); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("write the truth: %w", err)
	}
	return nil
}
