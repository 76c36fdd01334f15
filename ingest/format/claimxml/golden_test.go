package claimxml_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/claimxml"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// pieces hands out at most size bytes per read.
type pieces struct {
	r    io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.size)]) }

// TestGolden holds each sample to the frame and records beside it, however the
// bytes come in.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".xml"), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			read := func(wrap func(io.Reader) io.Reader) string {
				return inspected(t, wrap(bytes.NewReader(content))) +
					decoded(t, everything(claimxml.New()), wrap(bytes.NewReader(content)))
			}
			got := read(func(r io.Reader) io.Reader { return r })
			golden := strings.TrimSuffix(file, ".xml") + ".golden"
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
				if diff := cmp.Diff(got, read(wrap)); diff != "" {
					t.Errorf("read by %s (-whole +so):\n%s", name, diff)
				}
			}
		})
	}
}
