package json_test

import (
	"bytes"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/json"
	"thidua/transform/record"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// pieces hands out at most size bytes per read.
type pieces struct {
	r    io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.size)]) }

// sample is the configuration of a case: the format block of a job, and what its
// mapping asks for.
type sample struct {
	Format json.Config         `yaml:"format"`
	Head   []string            `yaml:"head"`
	Lines  map[string][]string `yaml:"lines"`
}

func (s sample) layout() record.Layout {
	l := head(s.Head...)
	for _, kind := range slices.Sorted(maps.Keys(s.Lines)) {
		l = with(l, kind, s.Lines[kind]...)
	}
	return l
}

// readSample reads the configuration and the input of a case.
func readSample(t testing.TB, folder string) (sample, []byte) {
	t.Helper()
	config, err := os.ReadFile(filepath.Join(folder, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var s sample
	if err := yaml.UnmarshalWithOptions(config, &s, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	input, err := os.ReadFile(filepath.Join(folder, "input"))
	if err != nil {
		t.Fatal(err)
	}
	return s, input
}

// TestGolden holds each case to its records, however the bytes come in.
func TestGolden(t *testing.T) {
	configs, err := filepath.Glob("testdata/*/config.yaml")
	if err != nil || len(configs) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, config := range configs {
		folder := filepath.Dir(config)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			s, input := readSample(t, folder)
			f := made(t, s.Format)
			got := read(t, f, s.layout(), func() io.Reader { return bytes.NewReader(input) })
			golden := filepath.Join(folder, "records")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("unlike %s (-want +got):\n%s", golden, diff)
			}
			for name, wrap := range map[string]func(io.Reader) io.Reader{
				"one byte":      iotest.OneByteReader,
				"seven bytes":   func(r io.Reader) io.Reader { return pieces{r, 7} },
				"end with data": iotest.DataErrReader,
			} {
				if diff := cmp.Diff(got, read(t, f, s.layout(), func() io.Reader { return wrap(bytes.NewReader(input)) })); diff != "" {
					t.Errorf("read by %s (-whole +so):\n%s", name, diff)
				}
			}
		})
	}
}
