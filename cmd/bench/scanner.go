package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
)

// The benchmarks of the claim scanner and of the standard decoder, which read the
// same documents.
const (
	scannerPackage   = "./ingest/format/claimxml/..."
	scanBenchmark    = "BenchmarkScan"
	decoderBenchmark = "BenchmarkEncodingXML"
)

// The claim scanner has to be this many times as fast as the standard decoder.
const scannerBudget = 10

// scanner compares the claim scanner with encoding/xml. Where the benchmarks have
// cases, each is a row.
func scanner(ctx context.Context, o options) ([]row, error) {
	timings := make(map[string][]float64)
	var order []string
	for range o.rounds {
		got, err := run(ctx, "go", "test", "-run", "^$", "-bench", "^("+scanBenchmark+"|"+decoderBenchmark+")$", scannerPackage)
		if err != nil {
			return nil, err
		}
		for _, b := range benchmarks(got.stdout) {
			if timings[b.name] == nil {
				order = append(order, b.name)
			}
			timings[b.name] = append(timings[b.name], b.nanoseconds)
		}
	}
	var rows []row
	for _, name := range order {
		kind, ok := strings.CutPrefix(name, scanBenchmark)
		reference := timings[decoderBenchmark+kind]
		if !ok || reference == nil {
			continue
		}
		rows = append(rows, atLeast("claim scanner alone"+strings.ReplaceAll(kind, "/", ", "),
			median(timings[name]), median(reference), scannerBudget))
	}
	if rows == nil {
		return nil, fmt.Errorf("%s and %s are not both in %s", scanBenchmark, decoderBenchmark, scannerPackage)
	}
	return rows, nil
}

// benchmark is one result of go test: its name without the number of processors,
// and the nanoseconds of one operation.
type benchmark struct {
	name        string
	nanoseconds float64
}

// benchmarks reads the results in the output of go test -bench.
func benchmarks(output []byte) []benchmark {
	var found []benchmark
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") || words[3] != "ns/op" {
			continue
		}
		n, err := strconv.ParseFloat(words[2], 64)
		if err != nil {
			continue
		}
		found = append(found, benchmark{name: withoutProcessors(words[0]), nanoseconds: n})
	}
	return found
}

// withoutProcessors cuts the -2 that go test appends on two processors.
func withoutProcessors(name string) string {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return name
	}
	if _, err := strconv.Atoi(name[i+1:]); err != nil {
		return name
	}
	return name[:i]
}
