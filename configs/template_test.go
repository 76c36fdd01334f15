package configs_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
)

func newWorkspace(t *testing.T) fstest.MapFS {
	t.Helper()
	files, err := configs.Template()
	if err != nil {
		t.Fatal(err)
	}
	workspace := fstest.MapFS{}
	for _, f := range files {
		workspace[f.Name] = &fstest.MapFile{Data: f.Text}
	}
	return workspace
}

func TestTemplateIsTheDefaults(t *testing.T) {
	workspace := newWorkspace(t)
	for _, name := range []string{"thidua.yaml", ".gitignore", "configs/README.md", "configs/schema/job.schema.json", "inbox/claims/.gitkeep", "inbox/checkins/.gitkeep"} {
		if workspace[name] == nil {
			t.Errorf("a new workspace has no %s", name)
		}
	}
	set, err := configs.Load(workspace)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if diff := cmp.Diff(configs.Defaults(), set.Workspace); diff != "" {
		t.Errorf("a new thidua.yaml states something else than the defaults (-default +stated):\n%s", diff)
	}
}

// TestTemplateHasAFolderForEachFeed holds that each job that reads files finds its
// folder in a new workspace, and that thidua.yaml tells what goes into it.
func TestTemplateHasAFolderForEachFeed(t *testing.T) {
	workspace := newWorkspace(t)
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range set.Jobs {
		if job.Source.Kind() != "files" {
			continue
		}
		var source struct {
			Path    string   `yaml:"path"`
			Glob    []string `yaml:"glob"`
			Exclude []string `yaml:"exclude"`
		}
		if err := job.Source.Decode(&source); err != nil {
			t.Fatal(err)
		}
		if workspace[source.Path+"/.gitkeep"] == nil {
			t.Errorf("job %s: a new workspace has no %s", job.Job, source.Path)
		}
		if !strings.Contains(string(workspace["thidua.yaml"].Data), strings.TrimPrefix(source.Path, "inbox/")) {
			t.Errorf("job %s: thidua.yaml does not tell of %s", job.Job, source.Path)
		}
	}
}

func TestTemplateHasNoKeys(t *testing.T) {
	for name, f := range newWorkspace(t) {
		for _, mark := range []string{"AGE-SECRET-KEY-", "thidua-key-v1", "age1"} {
			if strings.Contains(string(f.Data), mark) {
				t.Errorf("%s holds %s", name, mark)
			}
		}
	}
}

func TestExamplesOfTheTemplateLoad(t *testing.T) {
	workspace := newWorkspace(t)
	var examples []string
	for name, f := range workspace {
		target, ok := strings.CutSuffix(name, ".example")
		if !ok {
			continue
		}
		examples = append(examples, strings.TrimSuffix(target[strings.LastIndex(target, "/")+1:], ".yaml"))
		_, body, _ := strings.Cut(string(f.Data), "#\n# job:")
		body = "# job:" + body
		workspace[target] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(strings.ReplaceAll(body, "\n# ", "\n"), "# job:", "job:"))}
	}
	set, err := configs.Load(workspace)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if len(examples) == 0 {
		t.Fatal("the template has no example")
	}
	for _, name := range examples {
		if _, ok := set.Job(name); !ok {
			t.Errorf("the example %s does not become a job once its lines are opened", name)
		}
	}
}

func TestWorkspaceReplacesAndAdds(t *testing.T) {
	defaults, err := configs.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	workspace := newWorkspace(t)
	workspace["configs/datasets/shelf.yaml"] = &fstest.MapFile{Data: []byte(`dataset: shelf
title: {vi: Kệ, en: Shelves}
counts: things
columns:
  - {name: code, type: code, title: {vi: Mã, en: Code}}
`)}
	workspace["configs/datasets/visit_course.yaml"] = &fstest.MapFile{Data: []byte(`dataset: visit_course
title: {vi: Diễn biến, en: Courses}
counts: events
columns:
  - {name: facility_code, type: code, title: {vi: Mã, en: Code}}
  - {name: visit_key, type: key, identifier: visit, title: {vi: Khóa, en: Key}}
  - {name: line_number, type: integer, title: {vi: Dòng, en: Line}}
  - {name: noted_at, type: timestamp, title: {vi: Lúc, en: At}}
  - {name: source_system, type: code, title: {vi: Phần mềm, en: Software}}
`)}
	set, err := configs.Load(workspace)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if set.Datasets["shelf"] == nil {
		t.Error("a dataset that the workspace adds is missing")
	}
	if !slices.Contains(set.Datasets["visit_course"].ColumnNames(), "source_system") {
		t.Error("a dataset of the workspace does not replace the default")
	}
	if len(set.Datasets) != len(defaults.Datasets)+1 {
		t.Errorf("%d datasets, want one more than %d", len(set.Datasets), len(defaults.Datasets))
	}
}
