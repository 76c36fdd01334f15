package configs_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
	"thidua/transform/record"
)

// update rewrites the expected texts and the schemas instead of comparing them.
var update = flag.Bool("update", false, "rewrite what the tests compare with")

var placeLine = regexp.MustCompile(`(?m)^# file: (\S+)$`)

// workspaceOf makes a workspace of one test file. Its first line says where it
// belongs; a CSV file of the same name lies beside it.
func workspaceOf(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	place := placeLine.FindSubmatch(text)
	if place == nil {
		t.Fatalf("%s: the line # file: … is missing", name)
	}
	workspace := fstest.MapFS{string(place[1]): {Data: text}}
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
			if _, err := configs.Load(workspaceOf(t, name)); err != nil {
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
			_, err := configs.Load(workspaceOf(t, name))
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

func TestDefaults(t *testing.T) {
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	var jobs, tables []string
	for _, j := range set.Jobs {
		jobs = append(jobs, j.Job+" from "+j.Source.Kind()+" as "+j.Format.Kind())
		if !j.Runs() {
			t.Errorf("job %s does not run", j.Job)
		}
	}
	for _, r := range set.References {
		tables = append(tables, r.Dataset.Name)
	}
	if diff := cmp.Diff([]string{"check_ins from files as claimxml", "claims from files as claimxml"}, jobs); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"area", "facility"}, tables); diff != "" {
		t.Errorf("reference tables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(configs.Defaults(), set.Workspace); diff != "" {
		t.Errorf("workspace (-want +got):\n%s", diff)
	}
}

func TestWorkspaceKeepsWhatItDoesNotState(t *testing.T) {
	set, err := configs.Load(workspaceOf(t, filepath.Join("testdata", "workspace.good.yaml")))
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

// unread lists fields of a claim that would name a person or hold free text.
var unread = []string{
	"HO_TEN", "DIA_CHI", "DIEN_THOAI", "LY_DO_VV", "LY_DO_VNT", "CHAN_DOAN_VAO", "CHAN_DOAN_RV", "TEN_BENH",
	"PP_DIEU_TRI", "PP_DIEUTRI", "GHI_CHU", "MA_TTDV", "MA_BAC_SI", "NGUOI_THUC_HIEN", "MA_BS_DOC_KQ", "MA_BS",
	"TEN_BS", "DIEN_BIEN_LS", "DIEN_BIEN", "HOI_CHAN", "PHAU_THUAT", "MO_TA", "KET_LUAN", "HO_TEN_NND",
	"HO_TEN_CHA", "HO_TEN_ME", "HO_TEN_CON", "NOI_CU_TRU_NND", "NGUOI_DO_DE", "NGUOI_GHI_PHIEU", "QT_BENHLY",
	"TOMTAT_KQ", "DAU_HIEU_LS", "HUONG_DIEU_TRI", "HOTEN_NGUOI_HT", "DU_PHONG", "LIEU_DUNG", "CACH_DUNG", "MA_HSBA",
}

// pseudonymous are the fields that identify a person: they may become keys, the
// two letters of a card, or the kind of an identifier, and nothing else.
var pseudonymous = []string{"SO_CCCD", "MA_THE_BHYT", "MA_THE", "MA_BN", "MA_LK", "SO_CCCD_NND", "MA_THE_NND", "MA_THE_TAM"}

func TestNoPersonIsMapped(t *testing.T) {
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	for _, job := range set.Jobs {
		for name, into := range job.Into {
			for column, from := range into.Columns {
				fields := fieldsOf(from)
				for _, f := range fields {
					if slices.Contains(unread, f) {
						t.Errorf("job %s, %s.%s reads %s", job.Job, name, column, f)
					}
				}
				i, _ := set.Datasets[name].Index(column)
				isKey := set.Datasets[name].Columns[i].Identifier != ""
				safe := isKey || from.As == "citizen_id_kind" || from.As == "card_group"
				if !safe && slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(pseudonymous, f) }) {
					t.Errorf("job %s, %s.%s keeps an identifier as it is", job.Job, name, column)
				}
				if isKey && len(fields) > 0 && !slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(pseudonymous, f) }) {
					t.Errorf("job %s, %s.%s makes a key of what is no identifier", job.Job, name, column)
				}
			}
		}
	}
}

func fieldsOf(f record.Field) []string {
	fields := slices.Concat(f.FirstOf, f.Join)
	if f.Field != "" {
		fields = append(fields, f.Field)
	}
	return fields
}
