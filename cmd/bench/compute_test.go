package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The small form of the measurement, with the real programs: the rows that are invented
// fit the tables, they are counted, and one file of claims leaves little to count.
func TestCompute(t *testing.T) {
	o := options{bin: t.TempDir(), dir: t.TempDir(), sizes: sizes{computeVisits: 20_000}, rounds: 1, settle: func() {}}
	build := exec.Command("go", "build", "-tags", "duckdb_arrow", "-o", o.bin, "../thidua", "../hissim", "./duck")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the programs: %v\n%s", err, said)
	}
	rows, err := compute(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3 {
		t.Fatalf("%d rows, want three", len(rows))
	}
	for _, r := range rows {
		t.Log(r.work, r.measured, r.reference)
		if r.problem != nil || r.measured == "" {
			t.Errorf("%s: measured %q, problem %v", r.work, r.measured, r.problem)
		}
	}
	if !strings.HasPrefix(rows[0].work, "computing both campaigns (20000 visits, 5") {
		t.Errorf("%q does not tell of more than 50,000 rows", rows[0].work)
	}
}

func TestComputeLeftOut(t *testing.T) {
	rows, err := compute(context.Background(), options{bin: t.TempDir()})
	if err != nil || len(rows) != 0 {
		t.Errorf("%d rows, error %v where nothing is asked", len(rows), err)
	}
}

func TestLastComputing(t *testing.T) {
	const told = `{"message":"computed","cells":9,"counted":9,"seconds":3.5}
{"message":"published","seconds":7}
{"message":"computed","cells":9,"counted":2,"seconds":0.5}
{"message":"published","seconds":8}
`
	got, err := lastComputing([]byte(told))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(computing{9, 2, 0.5}, got); diff != "" {
		t.Errorf("computing (-want +got):\n%s", diff)
	}
	for _, log := range []string{"", "{\"message\":\"published\"}\n", "computed\n"} {
		if _, err := lastComputing([]byte(log)); err == nil {
			t.Errorf("%q tells of computing", log)
		}
	}
}

func TestOfferOne(t *testing.T) {
	c := corpus{dir: t.TempDir()}
	to := filepath.Join(t.TempDir(), "inbox")
	if err := c.offerOne(to); err == nil {
		t.Error("a file is found where there is none")
	}
	err := errors.Join(os.WriteFile(filepath.Join(c.dir, "b.xml"), nil, 0o640), os.WriteFile(filepath.Join(c.dir, "a.xml"), nil, 0o640))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.offerOne(to); err != nil {
		t.Fatal(err)
	}
	offered, err := os.ReadDir(to)
	if err != nil || len(offered) != 1 || offered[0].Name() != "a.xml" {
		t.Errorf("offered %v, error %v", offered, err)
	}
}
