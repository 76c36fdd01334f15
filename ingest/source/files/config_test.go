package files_test

import (
	"errors"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source/files"
	"thidua/transform/declaration"
)

func TestConfigFromYAML(t *testing.T) {
	text := `
path: inbox
glob: ["**/*.xml"]
exclude: ["old/**"]
recursive: false
settle: 1m
order: name
limits: {member_bytes: 1GB, total_bytes: 2GB, members: 10, ratio: 50}
after: {done: done, failed: failed}
`
	var got files.Config
	if err := yaml.UnmarshalWithOptions([]byte(text), &got, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	no, settle := false, declaration.Duration(time.Minute)
	want := files.Config{
		Path: "inbox", Glob: []string{"**/*.xml"}, Exclude: []string{"old/**"}, Recursive: &no, Settle: &settle, Order: "name",
		Limits: files.Limits{MemberBytes: 1e9, TotalBytes: 2e9, Members: 10, Ratio: 50},
		After:  files.After{Done: "done", Failed: "failed"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewFindsProblems(t *testing.T) {
	tests := []struct {
		name   string
		config files.Config
		want   []string
	}{
		{"no folder", files.Config{}, []string{"$.path"}},
		{"unknown order", files.Config{Path: "in", Order: "size"}, []string{"$.order"}},
		{"pattern not closed", files.Config{Path: "in", Glob: []string{"**", "[a"}}, []string{"$.glob[1]"}},
		{"pattern of the root", files.Config{Path: "in", Glob: []string{"/a/*.xml"}}, []string{"$.glob[0]"}},
		{"pattern that climbs", files.Config{Path: "in", Exclude: []string{"../a"}}, []string{"$.exclude[0]"}},
		{"empty pattern", files.Config{Path: "in", Glob: []string{""}}, []string{"$.glob[0]"}},
		{
			"limits less than zero",
			files.Config{Path: "in", Limits: files.Limits{Members: -1, Ratio: -1}},
			[]string{"$.limits.members", "$.limits.ratio"},
		},
		{"moved to where it was", files.Config{Path: "in", After: files.After{Done: "./in/"}}, []string{"$.after.done"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := files.New(t.TempDir(), tt.config, lateEnough)
			var problems declaration.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error = %v", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Path)
				if p.Message == "" || p.Hint == "" {
					t.Errorf("%s: no message or no hint", p.Path)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
