package province_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
)

const table = `code,name,kind,level,area_code,area_list,province_code,valid_from,valid_to,successor_code,note
15001,a,general_hospital,province,132,dvhc_2024,15,,,,
15002,b,district_health_centre,district,135,dvhc_2024,15,2020-01-01,2025-06-30,,
15002,b,district_health_centre,district,04321,dvhc_2025,15,2025-07-01,,,
15003,c,commune_station,commune,04252,dvhc_2024,15,,2024-03-10,,
19001,d,general_hospital,province,164,dvhc_2024,19,,,,
`

// small is a province of three facilities without any fault.
func small() province.Settings {
	return province.Settings{
		Province: "15", Seed: 7, From: date("2025-03-01"), Days: 12, Visits: 120, Lines: 4,
		Layout: province.LayoutAuto, Shape: province.Shape{FilesPer: "facility-day", Compress: "none"},
	}
}

func date(text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return day
}

// write writes into dir and returns the truth as JSON.
func write(t *testing.T, dir string, s province.Settings) (province.Truth, []byte) {
	t.Helper()
	facilities, err := province.ReadFacilities(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	truth, err := province.Write(context.Background(), s, facilities, province.Places{Claims: filepath.Join(dir, "claims"), CheckIns: filepath.Join(dir, "checkins")})
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	if err := truth.WriteJSON(&told); err != nil {
		t.Fatal(err)
	}
	return truth, told.Bytes()
}

// provinces are settings that differ in one habit each.
func provinces() map[string]province.Settings {
	all := map[string]province.Settings{}
	add := func(name string, change func(*province.Settings)) {
		s := small()
		change(&s)
		all[name] = s
	}
	add("clean", func(*province.Settings) {})
	add("plain", func(s *province.Settings) { s.Shape.Plain = true })
	add("4210", func(s *province.Settings) { s.Layout = province.Layout4210 })
	add("4750", func(s *province.Settings) { s.Layout = province.Layout4750 })
	add("over the change of layout", func(s *province.Settings) { s.From = date("2024-06-25") })
	add("over the change of areas", func(s *province.Settings) { s.From = date("2025-06-25") })
	add("a file per visit", func(s *province.Settings) { s.Shape.FilesPer = "visit" })
	add("all sent again", func(s *province.Settings) { s.Shares.Resend = 1 })
	add("all sent twice unchanged", func(s *province.Settings) { s.Shares.Duplicate = 1 })
	add("late", func(s *province.Settings) { s.Shares = province.Shares{Resend: 0.5, Late: 0.5} })
	add("dirty", func(s *province.Settings) {
		s.Shares = province.Shares{Resend: 0.1, Duplicate: 0.1, Late: 0.1, Dirt: 0.3, CheckIns: 0.5}
	})
	add("dirty 4210", func(s *province.Settings) {
		s.Layout, s.Shares = province.Layout4210, province.Shares{Resend: 0.1, Dirt: 0.4, CheckIns: 1}
	})
	add("first round", func(s *province.Settings) {
		s.Shares, s.Until = province.Shares{Resend: 0.3, Duplicate: 0.2, Late: 0.3, Dirt: 0.2}, date("2025-03-06")
	})
	return all
}

func TestTruthIsWhatTheFilesSay(t *testing.T) {
	for name, s := range provinces() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			truth, told := write(t, dir, s)
			claims, refused := readClaims(t, filepath.Join(dir, "claims"))
			if diff := cmp.Diff(truthCount(t, told), recount(t, claims)); diff != "" {
				t.Errorf("truth and recount differ (-truth +recount):\n%s", diff)
			}
			if len(claims) == 0 || truth.Sent.RefusedFiles != refused {
				t.Errorf("truth tells %d refused files, there are %d", truth.Sent.RefusedFiles, refused)
			}
			if files := len(walk(t, filepath.Join(dir, "claims"))); truth.Sent.Files != files || truth.Written.Files != files+truth.Sent.CheckInFiles {
				t.Errorf("truth tells %d claim files sent and %d files written, there are %d", truth.Sent.Files, truth.Written.Files, files)
			}
		})
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	s := provinces()["dirty"]
	for _, compress := range []string{"none", "gz", "zip"} {
		t.Run(compress, func(t *testing.T) {
			s.Shape.Compress = compress
			one, other := t.TempDir(), t.TempDir()
			_, first := write(t, one, s)
			_, second := write(t, other, s)
			if diff := cmp.Diff(tree(t, one), tree(t, other)); diff != "" {
				t.Error(diff)
			}
			if !bytes.Equal(first, second) {
				t.Error("two runs tell different truths")
			}
			s.Seed++
			_, third := write(t, t.TempDir(), s)
			if bytes.Equal(first, third) {
				t.Error("another seed tells the same truth")
			}
		})
	}
}

func TestRoundsMakeTheWhole(t *testing.T) {
	s := provinces()["dirty"]
	s.Shares.Late = 0.4
	whole, rounds := t.TempDir(), t.TempDir()
	want, _ := write(t, whole, s)
	s.Until = date("2025-03-04")
	first, _ := write(t, rounds, s)
	s.Since, s.Until = s.Until, date("2025-03-08")
	second, _ := write(t, rounds, s)
	s.Since, s.Until = s.Until, time.Time{}
	third, _ := write(t, rounds, s)
	if diff := cmp.Diff(tree(t, whole), tree(t, rounds)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.Total, third.Total); diff != "" {
		t.Error(diff)
	}
	if got := first.Written.Files + second.Written.Files + third.Written.Files; got != want.Written.Files {
		t.Errorf("rounds wrote %d files, the whole has %d", got, want.Written.Files)
	}
	if first.Sent.Files >= second.Sent.Files || second.Sent.Files >= third.Sent.Files {
		t.Error("a later round does not tell more files than an earlier one")
	}
}

func TestResendChangesTheVisit(t *testing.T) {
	s := small()
	s.Shares.Resend = 1
	dir := t.TempDir()
	truth, _ := write(t, dir, s)
	if truth.Sent.Resends != s.Visits || truth.Sent.Dossiers != 2*s.Visits {
		t.Fatalf("%d re-sends among %d dossiers", truth.Sent.Resends, truth.Sent.Dossiers)
	}
	claims, _ := readClaims(t, filepath.Join(dir, "claims"))
	versions := map[string][]claim{}
	for _, c := range claims {
		versions[c.key] = append(versions[c.key], c)
	}
	lost := 0
	for _, v := range versions {
		if len(v) != 2 {
			t.Fatalf("a visit has %d versions", len(v))
		}
		if v[1].newer(v[0]) == v[0].newer(v[1]) {
			t.Error("neither version is the newer one")
		}
		if cmp.Equal(v[0].parts, v[1].parts) {
			t.Error("a re-send changes nothing")
		}
		slices.SortFunc(v, func(a, b claim) int {
			if b.newer(a) {
				return -1
			}
			return 1
		})
		if len(v[0].parts["XML2"]) > 0 && len(v[1].parts["XML2"]) == 0 {
			lost++
		}
	}
	if lost == 0 {
		t.Error("no re-send takes its drugs back")
	}
}

func TestLateFilesAreOldAndComeLater(t *testing.T) {
	s := small()
	s.Shares.Late = 0.5
	s.Until = date("2025-03-05")
	dir := t.TempDir()
	early, _ := write(t, dir, s)
	before := walk(t, filepath.Join(dir, "claims"))
	s.Since, s.Until = s.Until, time.Time{}
	all, _ := write(t, dir, s)
	old := 0
	for path, info := range walk(t, filepath.Join(dir, "claims")) {
		if _, known := before[path]; !known && info.ModTime().Before(date("2025-03-05")) {
			old++
			if !strings.Contains(path, "_late") {
				t.Errorf("%s came late without saying so", filepath.Base(path))
			}
		}
	}
	if old == 0 || early.Sent.LateFiles >= all.Sent.LateFiles {
		t.Errorf("%d old files in the second round, late files %d then %d", old, early.Sent.LateFiles, all.Sent.LateFiles)
	}
}

func TestEveryFaultOccurs(t *testing.T) {
	s := small()
	s.Shares.Dirt, s.Visits = 0.5, 600
	truth, _ := write(t, t.TempDir(), s)
	for _, d := range truth.Dirt {
		if d.Count == 0 || d.End == "" || d.Level == "" {
			t.Errorf("%s occurs %d times, end %q, level %q", d.Kind, d.Count, d.End, d.Level)
		}
	}
	if len(truth.Dirt) != 16 {
		t.Errorf("%d kinds of dirt", len(truth.Dirt))
	}
}

func TestPlantedValuesOccur(t *testing.T) {
	s := small()
	s.Shape.Plain = true
	facilities, err := province.ReadFacilities(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var plant bytes.Buffer
	if _, err := province.Write(context.Background(), s, facilities, province.Places{Claims: dir, Plant: &plant}); err != nil {
		t.Fatal(err)
	}
	values := map[string]bool{}
	claims, _ := readClaims(t, dir)
	for _, c := range claims {
		for _, records := range c.parts {
			for _, r := range records {
				for _, value := range r {
					values[value] = true
				}
			}
		}
	}
	kinds := map[string]int{}
	for line := range strings.Lines(plant.String()) {
		kind, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		kinds[kind]++
		if kind != "social_number" && !strings.HasPrefix(kind, "staff") && !values[value] {
			t.Errorf("a value of type %s is planted and not written", kind)
		}
	}
	for _, kind := range []string{"name", "address", "phone", "citizen_id", "card", "patient_number", "visit_key", "canary_drug", "canary_icd10", "canary_facility"} {
		if kinds[kind] == 0 {
			t.Errorf("no value of type %s is planted", kind)
		}
	}
	for _, c := range claims {
		for _, name := range []string{"HO_TEN", "DIA_CHI", "SO_CCCD", "MA_THE_BHYT", "DIEN_THOAI"} {
			if value := c.head(name); value != "" && !strings.Contains(plant.String(), "\t"+value+"\n") {
				t.Errorf("a %s is written and not planted", name)
			}
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	tests := map[string]func(*province.Settings){
		"province":         func(s *province.Settings) { s.Province = "99" },
		"days":             func(s *province.Settings) { s.Days = 0 },
		"visits":           func(s *province.Settings) { s.Visits = -1 },
		"lines":            func(s *province.Settings) { s.Lines = 0 },
		"layout":           func(s *province.Settings) { s.Layout = "130" },
		"share below":      func(s *province.Settings) { s.Shares.Late = -0.1 },
		"share above":      func(s *province.Settings) { s.Shares.Dirt = 1.1 },
		"shares together":  func(s *province.Settings) { s.Shares.Resend, s.Shares.Duplicate = 0.6, 0.6 },
		"files per":        func(s *province.Settings) { s.Shape.FilesPer = "month" },
		"compress":         func(s *province.Settings) { s.Shape.Compress = "rar" },
		"since past until": func(s *province.Settings) { s.Since, s.Until = date("2025-03-05"), date("2025-03-05") },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			s := small()
			spoil(&s)
			dir := filepath.Join(t.TempDir(), "claims")
			if _, err := province.Write(context.Background(), s, nil, province.Places{Claims: dir}); !errors.Is(err, province.ErrSettings) {
				t.Errorf("got %v", err)
			}
			if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
				t.Error("something was written")
			}
		})
	}
}

func TestWriteStops(t *testing.T) {
	facilities, err := province.ReadFacilities(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := province.Write(ctx, small(), facilities, province.Places{Claims: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	if _, err := province.Write(context.Background(), small(), nil, province.Places{Claims: t.TempDir()}); !errors.Is(err, province.ErrNoFacility) {
		t.Errorf("no facility: got %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := province.Write(context.Background(), small(), facilities, province.Places{Claims: file}); err == nil {
		t.Error("a file in place of the folder is no error")
	}
}

func TestReadFacilities(t *testing.T) {
	tests := map[string]string{
		"empty":          "",
		"missing column": "code,name\n1,a\n",
		"bad day":        "code,name,kind,level,area_code,province_code,valid_from,valid_to\n1,n,a,b,c,15,01/01/2024,\n",
		"ragged":         "code,name,kind,level,area_code,province_code,valid_from,valid_to\n1,n,a\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := province.ReadFacilities(strings.NewReader(text)); err == nil {
				t.Error("no error")
			}
		})
	}
}
