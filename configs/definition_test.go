package configs_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
	"thidua/transform/indicator"
)

// goodWorkspace loads a good file of testdata.
func goodWorkspace(t *testing.T, name string) *configs.Set {
	t.Helper()
	set, err := configs.LoadTested(workspaceOf(t, filepath.Join("testdata", name+".good.yaml")))
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return set
}

// TestShippedDefinitionsAreTested holds that nobody has to believe a definition that
// comes with the program.
func TestShippedDefinitionsAreTested(t *testing.T) {
	set, err := configs.LoadTested(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Untested() {
		t.Errorf("indicators/%s.yaml has no %s.test.yaml beside it", name, name)
	}
	for name := range set.Indicators {
		if want := "configs/indicators/" + name + ".test.yaml"; set.TrialFile(name) != want {
			t.Errorf("tests of %s stand in %q", name, set.TrialFile(name))
		}
	}
}

// TestShippedDefinitionsAreUsed holds that a definition that comes with the program is
// part of one of its campaigns, or of a sum that is.
func TestShippedDefinitionsAreUsed(t *testing.T) {
	set, err := configs.LoadTested(nil)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, c := range set.Campaigns {
		for _, e := range c.Entries() {
			if e.Definition == nil {
				continue
			}
			used[e.Definition.Name] = true
			for _, part := range e.Definition.SumOf {
				used[part] = true
			}
		}
	}
	for name := range set.Indicators {
		if !used[name] {
			t.Errorf("no campaign uses %s", name)
		}
	}
}

func TestUntestedAreTold(t *testing.T) {
	workspace := workspaceOf(t, filepath.Join("testdata", "indicator.good.yaml"))
	delete(workspace, "configs/indicators/sample.test.yaml")
	set, err := configs.LoadTested(workspace)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(set.Untested(), "sample") || slices.Contains(set.Untested(), "sample_part") || set.TrialFile("sample") != "" {
		t.Errorf("untested are %v, tests of sample in %q", set.Untested(), set.TrialFile("sample"))
	}
	if len(set.Trials["sample_part"]) != 1 {
		t.Errorf("%d tests of sample_part, want one", len(set.Trials["sample_part"]))
	}
}

func TestCampaignsAreSwitched(t *testing.T) {
	set := goodWorkspace(t, "campaign")
	c, ok := set.Campaign("sample")
	if !ok || !c.Enabled {
		t.Fatalf("campaign %+v is not enabled by the workspace", c)
	}
	if set.Workspace.Publish.SuppressBelow != 0 {
		t.Errorf("numbers below %d are suppressed, want none", set.Workspace.Publish.SuppressBelow)
	}
	if entries := c.Entries(); len(entries) != 2 || entries[0].Definition != set.Indicators["sample"] || entries[1].Definition != nil {
		t.Errorf("entries %+v", entries)
	}
	workspace := workspaceOf(t, filepath.Join("testdata", "campaign.good.yaml"))
	workspace["thidua.yaml"] = &fstest.MapFile{Data: []byte("campaigns: {disable: [yen-bai-2024]}\n")}
	set, err := configs.LoadTested(workspace)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sample", "yen-bai-2024"} {
		if c, ok := set.Campaign(name); !ok || c.Enabled {
			t.Errorf("campaign %s: found %v, want it switched off", name, ok)
		}
	}
	if _, ok := set.Campaign("other"); ok {
		t.Error("a campaign that there is not is found")
	}
}

func TestExpectationsAreThoseOfJobsThatRun(t *testing.T) {
	of := func(set *configs.Set) []*indicator.Expectation {
		return slices.DeleteFunc(set.Expectations, func(e *indicator.Expectation) bool { return e.Job != "sample" })
	}
	owed := of(goodWorkspace(t, "job-expects"))
	if len(owed) != 1 || owed[0].Of != "check_in" || owed[0].DueDays != 2 || owed[0].UnitShare != 0.8 || owed[0].Among == nil {
		t.Errorf("expectations %+v", owed)
	}
	workspace := workspaceOf(t, filepath.Join("testdata", "job-expects.good.yaml"))
	workspace["thidua.yaml"] = &fstest.MapFile{Data: []byte("jobs: {disable: [sample]}\n")}
	set, err := configs.LoadTested(workspace)
	if err != nil {
		t.Fatal(err)
	}
	if owed := of(set); len(owed) != 0 {
		t.Errorf("%d expectations of a job that does not run", len(owed))
	}
}

func TestFilesAreKeptAsWritten(t *testing.T) {
	workspace := workspaceOf(t, filepath.Join("testdata", "campaign.good.yaml"))
	set, err := configs.LoadTested(workspace)
	if err != nil {
		t.Fatal(err)
	}
	find := func(set *configs.Set, kind, name string) configs.DefinitionFile {
		files := set.Files()
		i := slices.IndexFunc(files, func(f configs.DefinitionFile) bool { return f.Kind == kind && f.Name == name })
		if i < 0 {
			t.Fatalf("no %s %s among the files", kind, name)
		}
		return files[i]
	}
	for kind, path := range map[string]string{configs.KindIndicator: "configs/indicators/sample.yaml", configs.KindCampaign: "configs/campaigns/sample.yaml"} {
		f := find(set, kind, "sample")
		if f.Path != path || f.BuiltIn || f.Text() != string(workspace[path].Data) {
			t.Errorf("%s %+v is not the file as it is written", kind, f)
		}
	}
	if f := find(set, configs.KindCampaign, "yen-bai-2024"); !f.BuiltIn || f.Version() == find(set, configs.KindCampaign, "sample").Version() {
		t.Errorf("file %s, version %s, built in %v", f.Path, f.Version(), f.BuiltIn)
	}
	if len(set.Files()) != len(set.Indicators)+len(set.Campaigns) {
		t.Errorf("%d files of %d definitions and %d campaigns", len(set.Files()), len(set.Indicators), len(set.Campaigns))
	}

	const name = "configs/indicators/sample.yaml"
	before, text := find(set, configs.KindIndicator, "sample").Version(), string(workspace[name].Data)
	for changed, same := range map[string]bool{strings.ReplaceAll(text, "\n", "\r\n"): true, text + "# more\n": false} {
		workspace[name].Data = []byte(changed)
		again, err := configs.LoadTested(workspace)
		if err != nil {
			t.Fatal(err)
		}
		if v := find(again, configs.KindIndicator, "sample").Version(); (v == before) != same || len(v) != 16 {
			t.Errorf("version %s after %s, the same: want %v", v, before, same)
		}
	}
}

// TestWorkspaceRedefines holds that a definition of the workspace takes the place of
// the one that comes with the program, and keeps its tests.
func TestWorkspaceRedefines(t *testing.T) {
	defaults, err := configs.LoadTested(nil)
	if err != nil {
		t.Fatal(err)
	}
	name := slices.MinFunc(defaults.Files(), func(a, b configs.DefinitionFile) int { return strings.Compare(a.Path, b.Path) }).Name
	for _, f := range defaults.Files() {
		if f.Kind == configs.KindIndicator {
			name = f.Name
			break
		}
	}
	text, err := os.ReadFile(filepath.Join("indicators", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := configs.LoadTested(fstest.MapFS{"configs/indicators/" + name + ".yaml": {Data: append(text, "legal_basis_: \n"...)}})
	var found configs.Errors
	if !errors.As(err, &found) || set != nil || found[0].BuiltIn {
		t.Errorf("a definition of the workspace with an unknown key: %v", err)
	}
	set, err = configs.LoadTested(fstest.MapFS{"configs/indicators/" + name + ".yaml": {Data: append([]byte("# ours\n"), text...)}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(len(defaults.Indicators), len(set.Indicators)); diff != "" {
		t.Errorf("definitions (-want +got):\n%s", diff)
	}
	if len(set.Trials[name]) != len(defaults.Trials[name]) {
		t.Errorf("%d tests of %s, want those that come with the program, %d", len(set.Trials[name]), name, len(defaults.Trials[name]))
	}
}

func TestCampaignFromEarlierTexts(t *testing.T) {
	set := goodWorkspace(t, "campaign")
	texts := map[string]string{}
	campaignText := ""
	for _, f := range set.Files() {
		switch {
		case f.Kind == configs.KindIndicator:
			texts[f.Name] = f.Text()
		case f.Name == "sample":
			campaignText = f.Text()
		}
	}
	texts["sample"] = strings.Replace(texts["sample"], "unit: {facility: facility_code}", "where: \"outcome = '1'\"", 1)
	campaignText = strings.Replace(campaignText, "at_least: 100", "at_least: 90", 1)
	c, err := set.CampaignFrom(campaignText, texts)
	if err != nil {
		t.Fatalf("CampaignFrom: %v", err)
	}
	entry := c.Entries()[0]
	if c.Name != "sample" || entry.Definition.Numerator.Where == nil || len(entry.Definition.Numerator.Units) != 0 || entry.Target.Value.String() != "90" {
		t.Errorf("campaign %+v with entry %+v is not as it was", c, entry)
	}
	if set.Indicators["sample"].Numerator.Where != nil || len(set.Campaigns) != len(goodWorkspace(t, "campaign").Campaigns) {
		t.Error("reading an earlier campaign changes the set")
	}

	delete(texts, "sample")
	var found configs.Errors
	if _, err := set.CampaignFrom(campaignText, texts); !errors.As(err, &found) || found[0].Line == 0 {
		t.Errorf("without the definition: %v, want Errors with a place", err)
	}
	if _, err := set.CampaignFrom("- nothing", nil); !errors.As(err, &found) {
		t.Errorf("without a campaign: %v, want Errors", err)
	}
}
