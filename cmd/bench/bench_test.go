package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// count walks a document with encoding/xml as the reference does with libxml2,
// which takes space outside the root for no content.
func count(t *testing.T, r io.Reader, w *walked) {
	t.Helper()
	d := xml.NewDecoder(r)
	var content []byte
	gathering, depth := false, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			w.Elements++
			depth++
			gathering = token.Name.Local == "NOIDUNGFILE"
			content = content[:0]
		case xml.CharData:
			content = append(content, token...)
			if depth > 0 {
				w.Characters += int64(len(token))
			}
		case xml.EndElement:
			if inner := decoded(t, content); gathering && len(inner) > 0 {
				w.Documents++
				count(t, bytes.NewReader(inner), w)
			}
			gathering = false
			depth--
		}
	}
}

func decoded(t *testing.T, content []byte) []byte {
	t.Helper()
	inner, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(content)))
	if err != nil {
		return nil
	}
	return inner
}

// The counts that the reference is held to are those of the standard decoder.
func TestSamples(t *testing.T) {
	var got walked
	err := fs.WalkDir(samples, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := samples.ReadFile(p)
		got.Files++
		got.Bytes += int64(len(text))
		count(t, bytes.NewReader(text), &got)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inSamples, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestBenchmarks(t *testing.T) {
	const output = `goos: linux
pkg: thidua/ingest/format/claimxml
BenchmarkScan/ascii-2         	    1000	   1500 ns/op	 650.10 MB/s	       0 B/op
BenchmarkEncodingXML/ascii-2  	      50	  45000.5 ns/op
BenchmarkScan-without-number 	      50	  7 ns/op
BenchmarkBroken-2 	 50
PASS
`
	want := []benchmark{{"BenchmarkScan/ascii", 1500}, {"BenchmarkEncodingXML/ascii", 45000.5}, {"BenchmarkScan-without-number", 7}}
	got := benchmarks([]byte(output))
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(benchmark{})); diff != "" {
		t.Errorf("benchmarks (-want +got):\n%s", diff)
	}
}

func TestReadAccount(t *testing.T) {
	tests := []struct {
		name, output string
		want         account
		broken       bool
	}{
		{"silent", "", account{publishSeconds: -1}, false},
		{
			"two datasets", `{"run":1,"dataset":"visit","read":4,"loaded":3,"skipped":1}` + "\n" + `{"run":1,"dataset":"visit_drug","read":36,"loaded":36}` + "\n",
			account{visits: 3, rows: 39, read: 40, skipped: 1, publishSeconds: -1},
			false,
		},
		{"dossiers are no rows", `{"run":1,"dataset":"dossier","read":4,"loaded":3,"skipped":1}`, account{publishSeconds: -1}, false},
		{"with publishing", `{"dataset":"visit","loaded":3}` + "\n\n" + `{"publish_seconds":0.25}`, account{visits: 3, rows: 3, publishSeconds: 0.25}, false},
		{"no JSON", "3 visits\n", account{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readAccount([]byte(tt.output))
			if (err != nil) != tt.broken {
				t.Fatalf("error %v, want one: %v", err, tt.broken)
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	rows := []row{
		atMost("load", 6.4, 6.4, 1),
		atMost("archive", 9, 6, 1.3),
		atLeast("scan", 2e6, 40e6, 10),
		within("memory", 500e6, 600e6, megabytes),
		beside("read", 3, 2),
		pace("a second", 30000, 3, 2),
		unmeasured("publish", errors.New("not said")),
	}
	var got bytes.Buffer
	if err := printTable(&got, rows); err != nil {
		t.Fatal(err)
	}
	want := `work      measured  reference  ratio  budget
load      6.40 s    6.40 s     1.00   ≤ 1.0 ×   met
archive   9.00 s    6.00 s     1.50   ≤ 1.3 ×   missed
scan      2.00 ms   40.00 ms   20.0   ≥ 10 ×    met
memory    500 MB                      ≤ 600 MB  met
read      3.00 s    2.00 s     1.50   –         –
a second  10000     15000             –         –
publish   not measured: not said
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		rows []row
		want error
	}{{rows[:1], nil}, {rows[:2], nil}, {rows[2:6], nil}, {rows[6:], errUnmeasured}} {
		if err := verdict(tt.rows); !errors.Is(err, tt.want) {
			t.Errorf("verdict of %d rows: %v, want %v", len(tt.rows), err, tt.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		figures []float64
		want    float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1}, 2.5}} {
		if got := median(tt.figures); got != tt.want {
			t.Errorf("median of %v: %v, want %v", tt.figures, got, tt.want)
		}
	}
}

func TestInTurn(t *testing.T) {
	var order strings.Builder
	work := func(name string) func() (float64, error) {
		return func() (float64, error) { order.WriteString(name); return float64(order.Len()), nil }
	}
	got, err := inTurn(2, work("a"), work("b"))
	if err != nil {
		t.Fatal(err)
	}
	if order.String() != "abab" {
		t.Errorf("works were done in the order %s", order.String())
	}
	if diff := cmp.Diff([][]float64{{1, 3}, {2, 4}}, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	broken := errors.New("broken")
	if _, err := inTurn(2, work("a"), func() (float64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the work", err)
	}
}

func TestRun(t *testing.T) {
	got, err := run(context.Background(), "/bin/sh", "-c", "sleep 0.05; echo done")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.stdout) != "done\n" || got.seconds < 0.05 || got.peakBytes < 100_000 {
		t.Errorf("got %q in %.3f s with %d bytes", got.stdout, got.seconds, got.peakBytes)
	}
	_, err = run(context.Background(), "/bin/sh", "-c", "echo first >&2; echo the reason >&2; exit 3")
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 3: the reason") {
		t.Errorf("error %v, want the last line of what it wrote", err)
	}
}

func TestLinkKeepsTimes(t *testing.T) {
	c := corpus{dir: t.TempDir()}
	from := filepath.Join(c.dir, "a", "b.xml")
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	err := errors.Join(os.Mkdir(filepath.Dir(from), 0o750), os.WriteFile(from, []byte("x"), 0o640), os.Chtimes(from, at, at))
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "inbox", "claims")
	if err := c.link(to); err != nil {
		t.Fatal(err)
	}
	if err := duplicate(from, filepath.Join(to, "copy.xml")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a/b.xml", "copy.xml"} {
		got, err := os.Stat(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		if got.Size() != 1 || !got.ModTime().Equal(at) {
			t.Errorf("%s: %d bytes of %v", name, got.Size(), got.ModTime())
		}
	}
}
