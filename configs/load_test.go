package configs_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
)

// update rewrites the expected texts and the schemas instead of comparing them.
var update = flag.Bool("update", false, "rewrite what the tests compare with")

var placeLine = regexp.MustCompile(`(?m)^# file: (\S+)$`)

// workspaceOf makes a workspace of one test file. A line says where it belongs, and
// begins another file where there is a second one; a CSV file of the same name lies
// beside it.
func workspaceOf(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	places := placeLine.FindAllSubmatchIndex(text, -1)
	if places == nil {
		t.Fatalf("%s: the line # file: … is missing", name)
	}
	workspace := fstest.MapFS{}
	for i, place := range places {
		begin, end := place[0], len(text)
		if i == 0 {
			begin = 0
		}
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		workspace[string(text[place[2]:place[3]])] = &fstest.MapFile{Data: text[begin:end]}
	}
	base, _, _ := strings.Cut(name, ".")
	if rows, err := os.ReadFile(base + ".csv"); err == nil {
		workspace["configs/reference/"+filepath.Base(base)+".csv"] = &fstest.MapFile{Data: rows}
	}
	return workspace
}

func filesLike(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return names
}

func TestGoodFilesLoad(t *testing.T) {
	for _, name := range filesLike(t, "*.good.yaml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			if _, err := configs.LoadTested(workspaceOf(t, name)); err != nil {
				t.Errorf("Load: %v", err)
			}
		})
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	names := filesLike(t, "*.bad.yaml")
	if len(names) < 20 {
		t.Errorf("%d bad files, want twenty at least", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			_, err := configs.LoadTested(workspaceOf(t, name))
			var found configs.Errors
			if !errors.As(err, &found) {
				t.Fatalf("Load: %v, want Errors", err)
			}
			compare(t, strings.TrimSuffix(name, ".yaml")+".txt", found.Detail())
		})
	}
}

// compare holds got against a file, or rewrites the file with -update.
func compare(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// shippedJobs lists the jobs that come with the program, their sources and formats.
var shippedJobs = []string{
	"birth_certificates from files as xml",
	"check_ins from files as claimxml",
	"checkup_transfers from files as json",
	"claims from files as claimxml",
	"death_certificates from files as xml",
	"driver_certificates from files as json",
	"health_record_documents from files as xml",
	"health_record_transfers from files as csv",
	"health_record_transfers_gateway from rest as json",
	"health_records from files as json",
	"insurance_links from files as csv",
	"issued_prescription_copies from files as json",
	"issued_prescriptions from files as csv",
	"prescription_dispenses from files as json",
	"prescription_lookups from files as json",
	"prescriptions from rest as json",
	"unit_targets from files as csv",
	"vaccination_app from files as json",
	"vaccination_covid from files as json",
	"vaccination_passport from files as json",
	"vaccination_sheets from files as xlsx",
	"vaccinations from files as csv",
	"visit_identifications from files as csv",
	"zero_reports from files as csv",
}

func TestDefaults(t *testing.T) {
	set, err := configs.LoadTested(nil)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	var jobs, resting, tables []string
	for _, j := range set.Jobs {
		jobs = append(jobs, j.Job+" from "+j.Source.Kind()+" as "+j.Format.Kind())
		if !j.Runs() {
			resting = append(resting, j.Job)
		}
	}
	for _, r := range set.References {
		tables = append(tables, r.Dataset.Name)
	}
	if diff := cmp.Diff(shippedJobs, jobs); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"health_record_transfers_gateway", "issued_prescription_copies", "prescriptions"}, resting); diff != "" {
		t.Errorf("jobs that do not run (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"area", "facility"}, tables); diff != "" {
		t.Errorf("reference tables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(configs.Defaults(), set.Workspace); diff != "" {
		t.Errorf("workspace (-want +got):\n%s", diff)
	}
}

func TestWorkspaceKeepsWhatItDoesNotState(t *testing.T) {
	set, err := configs.LoadTested(workspaceOf(t, filepath.Join("testdata", "workspace.good.yaml")))
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	want := configs.Defaults()
	want.MemoryLimit = 800_000_000
	want.Keys.File = "/etc/thidua/pseudonym.keys"
	want.Publish.KeepRounds = 5
	want.Publish.RecordsMode = "0700"
	want.Archive.Enabled = false
	if diff := cmp.Diff(want, set.Workspace); diff != "" {
		t.Errorf("workspace (-want +got):\n%s", diff)
	}
}
