package configs_test

import (
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/configs"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

// filesConfig is what a kind of source might decode its node into.
type filesConfig struct {
	Path      string               `yaml:"path" jsonschema:"required"`
	Glob      []string             `yaml:"glob"`
	Recursive *bool                `yaml:"recursive"`
	Settle    declaration.Duration `yaml:"settle"`
	Limits    struct {
		Members int `yaml:"members" jsonschema:"minimum=1"`
	} `yaml:"limits"`
}

// jobWith loads a workspace that has one job with the given source.
func jobWith(t *testing.T, source string) configs.Job {
	t.Helper()
	set, err := configs.Load(fstest.MapFS{"configs/jobs/sample.yaml": {Data: []byte(`job: sample
title: {vi: Mẫu, en: Sample}
source:
` + source + `
format: {kind: claimxml}
dossier: {head: check_in, keys: [facility_code, visit_key]}
into:
  check_in:
    from: XML0
    columns:
      facility_code: {field: MA_CSKCB}
      visit_key: {join: [MA_CSKCB, MA_LK]}
      arrived_at: {field: NGAY_VA}
`)}})
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	job, ok := set.Job("sample")
	if !ok {
		t.Fatal("the job is missing")
	}
	return job
}

func TestNodeDecodes(t *testing.T) {
	tests := []struct {
		name, source string
		want         string
	}{
		{"all known", "  kind: files\n  path: inbox\n  settle: 10s\n  limits: {members: 5}", ""},
		{
			"unknown keys, all of them", "  kind: files\n  pth: inbox\n  limits: {member: 5}",
			"configs/jobs/sample.yaml:5:3: unknown key \"pth\"; did you mean \"path\"?\n" +
				"configs/jobs/sample.yaml:6:12: unknown key \"member\"; did you mean \"members\"?",
		},
		{"a type with a form of its own", "  kind: files\n  path: inbox\n  settle: soon", "configs/jobs/sample.yaml:6:11: " + declaration.ErrDuration.Error()},
		{"a wrong type", "  kind: files\n  path: inbox\n  recursive: maybe", "configs/jobs/sample.yaml:6:14: expected true or false, found text"},
		{"a missing key", "  kind: files\n  settle: 1s", "configs/jobs/sample.yaml:5:3: missing key \"path\""},
		{"too small", "  kind: files\n  path: inbox\n  limits: {members: -1}", "configs/jobs/sample.yaml:6:21: the number is less than 1"},
		{"nothing but the kind", "  kind: files", "configs/jobs/sample.yaml:4:3: missing key \"path\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			job := jobWith(t, tt.source)
			if job.Source.Kind() != "files" {
				t.Errorf("kind %q", job.Source.Kind())
			}
			var c filesConfig
			got := ""
			if err := job.Source.Decode(&c); err != nil {
				var found configs.Errors
				if !errors.As(err, &found) {
					t.Fatalf("Decode: %T, want Errors", err)
				}
				got = err.Error()
			} else if c.Path != "inbox" || c.Settle.Std() != 10*time.Second || c.Limits.Members != 5 {
				t.Errorf("decoded %+v", c)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownKind(t *testing.T) {
	err := jobWith(t, "  kind: fils\n  path: inbox").Source.Unknown([]string{"files", "rest"})
	want := `configs/jobs/sample.yaml:4:9: unknown kind "fils"; did you mean "files"?`
	if err == nil || err.Error() != want {
		t.Errorf("Unknown: %v, want %s", err, want)
	}
}

func TestFieldsOfTheFormatArePlaced(t *testing.T) {
	fields := listed{"MA_CSKCB", "MA_LK", "NGAY_VAO"}
	job := jobWith(t, "  kind: files")
	err := job.Locate(record.CheckFields(job.Into, nil, fields))
	want := `configs/jobs/sample.yaml:13:27: the format has no field "NGAY_VA"; did you mean "NGAY_VAO"?`
	if err == nil || err.Error() != want {
		t.Errorf("Locate: %v, want %s", err, want)
	}
	if err := job.Locate(record.CheckFields(job.Into, nil, append(fields, "NGAY_VA"))); err != nil {
		t.Errorf("Locate without problems: %v", err)
	}
}

// listed is a format of one kind of record with these fields.
type listed []string

func (listed) Kinds() []string { return []string{"XML0"} }

func (l listed) Fields(string) []string { return l }

func (listed) CheckField(string) error { return nil }

func TestProblemsOfAKindArePlaced(t *testing.T) {
	node := jobWith(t, "  kind: files\n  path: inbox").Source
	var problems declaration.Problems
	problems.Add("$.path", "no such folder", "make it")
	want := `configs/jobs/sample.yaml:5:9: no such folder; make it`
	if err := node.Locate(problems); err == nil || err.Error() != want {
		t.Errorf("Locate: %v, want %s", err, want)
	}
	other := errors.New("another error")
	if err := node.Locate(other); err != other {
		t.Errorf("Locate of another error: %v", err)
	}
}

func TestZeroNodeBelongsToNoFile(t *testing.T) {
	if err := (configs.Node{}).Decode(&filesConfig{}); err == nil {
		t.Error("a node of no file decodes")
	}
}
