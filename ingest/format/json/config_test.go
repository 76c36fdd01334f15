package json_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/json"
	"thidua/ingest/path"
	"thidua/transform/declaration"
)

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		config json.Config
		paths  []string
	}{
		"no path":              {json.Config{Records: "a..b", Lines: map[string][]string{"x": {"y", "z["}}}, []string{"$.records", "$.lines.x[1]"}},
		"outwards":             {json.Config{Records: "^a"}, []string{"$.records"}},
		"nowhere":              {json.Config{Lines: map[string][]string{"x": {"@"}}}, []string{"$.lines.x[0]"}},
		"no place":             {json.Config{Lines: map[string][]string{"x": nil}}, []string{"$.lines.x"}},
		"name of the head":     {json.Config{Lines: map[string][]string{"record": {"a"}}}, []string{"$.lines.record"}},
		"no bound":             {json.Config{RecordBytes: 3e9}, []string{"$.record_bytes"}},
		"total of a record":    {json.Config{Total: "n"}, []string{"$.total"}},
		"nothing that repeats": {json.Config{Records: "a", TotalRepeats: true}, []string{"$.total_repeats"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := json.New(c.config)
			var problems declaration.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Path)
				if p.Message == "" || p.Hint == "" {
					t.Errorf("%s says %q and hints at %q", p.Path, p.Message, p.Hint)
				}
			}
			if diff := cmp.Diff(c.paths, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNames(t *testing.T) {
	f := made(t, json.Config{Lines: map[string][]string{"test": {"t"}, "drug": {"d"}}})
	if diff := cmp.Diff([]string{"record", "drug", "test"}, f.Kinds()); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	if got := f.Fields("drug"); got != nil {
		t.Errorf("fields are listed: %q", got)
	}
	for _, name := range []string{"@line", "@", "a.b", "^^a[*].b"} {
		if err := f.CheckField(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "a.", "a[1]"} {
		if err := f.CheckField(name); !errors.Is(err, path.ErrPath) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
