package transform_test

import (
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// The law of imports: ingest brings, transform knows, sinks keep and show, and
// only cmd knows them all. The rooms a room may import from, its own included.
var mayImport = map[string][]string{
	"transform": {"transform"},
	"ingest":    {"ingest", "transform"},
	"sinks":     {"sinks", "transform"},
	"configs":   {"configs", "transform"},
	"cmd":       {"configs", "ingest", "sinks", "transform"},
}

// Narrower than the law of their room. The stand-in province counts the truth
// that the pipeline is tested against, and the benchmark measures it as a whole
// process: neither may share code with what it judges.
var narrower = map[string][]string{
	"cmd/hissim": {"configs"},
	"cmd/bench":  {},
}

// Tools that kinds of source and format share. They know the contracts and each
// other, and nothing else of ingest.
var sharedTools = []string{
	"ingest/format/charset", "ingest/format/tabular", "ingest/format/xmlscan", "ingest/path", "ingest/spool",
}

// What transform may not import, because it reaches outside the process.
var impure = []string{"database/sql", "net", "net/http", "os", "os/exec", "os/signal", "syscall"}

// The database is opened in sinks and nowhere else.
const databaseDriver = "github.com/duckdb/"

// Except by these folders. The reference of the benchmark is the database alone,
// and has to reach it without anything of ours in between; what it opens is its own.
var databaseAlone = []string{"cmd/bench/duck"}

// breaches returns what the imports of a file break, in the order of the file.
func breaches(f file) []string {
	var found []string
	for _, spec := range f.tree.Imports {
		target := importPath(spec)
		if why := breach(f, target); why != "" {
			found = append(found, f.at(spec)+": imports "+target+": "+why)
		}
	}
	return found
}

// breach says which part of the law an import breaks, empty where none.
func breach(f file, target string) string {
	if ours, ok := strings.CutPrefix(target, modulePath+"/"); ok {
		return breachOfOurs(f, ours)
	}
	switch {
	case f.room() == "transform" && !f.test() && slices.Contains(impure, target):
		return "transform is pure"
	case f.room() != "sinks" && !slices.Contains(databaseAlone, f.folder()) && strings.HasPrefix(target, databaseDriver):
		return "only sinks open the database"
	}
	return ""
}

func breachOfOurs(f file, target string) string {
	if target == f.folder() || strings.HasPrefix(target, f.folder()+"/") {
		return ""
	}
	room, _, _ := strings.Cut(target, "/")
	allowed, known := mayImport[f.room()]
	switch program := program(f); {
	case !known:
		return f.room() + " is not a room of the house"
	case room == "cmd" && program != "" && strings.HasPrefix(target, program+"/"):
		return ""
	case f.test() && program != "" && strings.HasPrefix(target, "cmd/hissim/"):
		// Tests of a whole program load what the stand-in province wrote.
		return ""
	case room == "cmd":
		return "nobody imports cmd"
	case narrower[program] != nil:
		allowed = narrower[program]
	}
	if !slices.Contains(allowed, room) {
		return "not a room it may import from"
	}
	if f.test() {
		return ""
	}
	return breachOfKinds(f, target)
}

// breachOfKinds holds the kinds of source and format apart from each other and
// from everything else of ingest, so that a new one is one folder. Tests of the
// runner may use a real one.
func breachOfKinds(f file, target string) string {
	if f.room() != "ingest" || slices.Contains(sharedTools, target) {
		return ""
	}
	if slices.Contains(sharedTools, f.folder()) && strings.HasPrefix(target, "ingest/") && target != "ingest/format" && target != "ingest/source" {
		return "a tool of kinds knows the contracts and nothing else of ingest"
	}
	contract, kind := contractOf(f.folder())
	targetContract, targetKind := contractOf(target)
	switch {
	case targetKind != "" && targetKind != kind:
		return "kinds of source and format are handed in by cmd"
	case contract != "" && contract != targetContract && strings.HasPrefix(target, "ingest/"):
		return "a kind of source or format knows nothing else of ingest"
	}
	return ""
}

// contractOf returns the contract that a folder stands under, ingest/source or
// ingest/format, and the folder of its kind; both empty elsewhere.
func contractOf(folder string) (contract, kind string) {
	parts := strings.SplitN(folder, "/", 4)
	if len(parts) < 2 || parts[0] != "ingest" || parts[1] != "source" && parts[1] != "format" {
		return "", ""
	}
	contract = path.Join(parts[:2]...)
	if len(parts) > 2 {
		kind = path.Join(parts[:3]...)
	}
	return contract, kind
}

// program returns the folder of the program a file belongs to, such as
// cmd/thidua, empty outside cmd.
func program(f file) string {
	parts := strings.SplitN(f.path, "/", 3)
	if len(parts) < 3 || parts[0] != "cmd" {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

func TestLawOfImports(t *testing.T) {
	for _, f := range moduleFiles(t) {
		for _, b := range breaches(f) {
			t.Error(b)
		}
	}
}

// importing returns the text of a file that imports the given paths.
func importing(paths ...string) *fstest.MapFile {
	lines := []string{"package x"}
	for _, p := range paths {
		lines = append(lines, `import _ "`+p+`"`)
	}
	return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
}

func TestLawFindsBreaches(t *testing.T) {
	tests := []struct {
		name string
		file string
		// imports are the imports of the file, one a line from line 2.
		imports []string
		want    []string
	}{
		{"transform knows itself", "transform/record/a.go", []string{"thidua/transform/value", "fmt"}, nil},
		{"transform to ingest", "transform/record/a.go", []string{"thidua/ingest/source"}, []string{
			"transform/record/a.go:2: imports thidua/ingest/source: not a room it may import from",
		}},
		{"tests obey too", "transform/record/a_test.go", []string{"os", "thidua/sinks/warehouse"}, []string{
			"transform/record/a_test.go:3: imports thidua/sinks/warehouse: not a room it may import from",
		}},
		{"transform is pure", "transform/record/a.go", []string{"io", "os", "database/sql"}, []string{
			"transform/record/a.go:3: imports os: transform is pure",
			"transform/record/a.go:4: imports database/sql: transform is pure",
		}},
		{"ingest to transform", "ingest/job/a.go", []string{"thidua/transform/value", "thidua/ingest/source"}, nil},
		{"ingest to sinks", "ingest/job/a.go", []string{"thidua/sinks/warehouse"}, []string{
			"ingest/job/a.go:2: imports thidua/sinks/warehouse: not a room it may import from",
		}},
		{"the runner knows no kind", "ingest/job/a.go", []string{"thidua/ingest/source/files"}, []string{
			"ingest/job/a.go:2: imports thidua/ingest/source/files: kinds of source and format are handed in by cmd",
		}},
		{"its tests may use one", "ingest/job/a_test.go", []string{"thidua/ingest/source/files"}, nil},
		{"a source knows no format", "ingest/source/files/a.go", []string{"thidua/ingest/source", "thidua/ingest/format"}, []string{
			"ingest/source/files/a.go:3: imports thidua/ingest/format: a kind of source or format knows nothing else of ingest",
		}},
		{"a format knows no other", "ingest/format/csv/a.go", []string{"thidua/ingest/format/csv/split", "thidua/ingest/format/json"}, []string{
			"ingest/format/csv/a.go:3: imports thidua/ingest/format/json: kinds of source and format are handed in by cmd",
		}},
		{"formats share tools", "ingest/format/csv/a.go", []string{"thidua/ingest/format/tabular", "thidua/ingest/path", "thidua/ingest/spool"}, nil},
		{"tools share tools", "ingest/format/tabular/a.go", []string{"thidua/ingest/format", "thidua/ingest/format/charset"}, nil},
		{"a tool knows no kind", "ingest/format/tabular/a.go", []string{"thidua/ingest/format/csv", "thidua/ingest/job"}, []string{
			"ingest/format/tabular/a.go:2: imports thidua/ingest/format/csv: a tool of kinds knows the contracts and nothing else of ingest",
			"ingest/format/tabular/a.go:3: imports thidua/ingest/job: a tool of kinds knows the contracts and nothing else of ingest",
		}},
		{"a format knows no runner", "ingest/format/csv/a.go", []string{"thidua/ingest/format", "thidua/ingest/job"}, []string{
			"ingest/format/csv/a.go:3: imports thidua/ingest/job: a kind of source or format knows nothing else of ingest",
		}},
		{"sinks to ingest", "sinks/warehouse/a.go", []string{"thidua/ingest/format", "github.com/duckdb/duckdb-go/v2"}, []string{
			"sinks/warehouse/a.go:2: imports thidua/ingest/format: not a room it may import from",
		}},
		{"the database stays in sinks", "cmd/thidua/a.go", []string{"github.com/duckdb/duckdb-go/v2"}, []string{
			"cmd/thidua/a.go:2: imports github.com/duckdb/duckdb-go/v2: only sinks open the database",
		}},
		{"configs to sinks", "configs/a.go", []string{"thidua/configs/reference", "thidua/sinks/archive"}, []string{
			"configs/a.go:3: imports thidua/sinks/archive: not a room it may import from",
		}},
		{"nobody imports cmd", "configs/a.go", []string{"thidua/cmd/thidua"}, []string{
			"configs/a.go:2: imports thidua/cmd/thidua: nobody imports cmd",
		}},
		{"a test of a program has the stand-in write", "cmd/thidua/a_test.go", []string{"thidua/cmd/hissim/province"}, nil},
		{"and no other test", "ingest/job/a_test.go", []string{"thidua/cmd/hissim/province"}, []string{
			"ingest/job/a_test.go:2: imports thidua/cmd/hissim/province: nobody imports cmd",
		}},
		{"wire knows everybody", "cmd/thidua/wire.go", []string{"thidua/configs", "thidua/ingest/source/files", "thidua/sinks/warehouse"}, nil},
		{"a program keeps folders of its own", "cmd/thidua/show/a.go", []string{"thidua/cmd/thidua/text", "thidua/cmd/hissim/text"}, []string{
			"cmd/thidua/show/a.go:3: imports thidua/cmd/hissim/text: nobody imports cmd",
		}},
		{"the truth is counted apart", "cmd/hissim/a.go", []string{"thidua/configs/reference", "thidua/transform/normalise"}, []string{
			"cmd/hissim/a.go:3: imports thidua/transform/normalise: not a room it may import from",
		}},
		{"the benchmark measures from outside", "cmd/bench/a.go", []string{"thidua/configs"}, []string{
			"cmd/bench/a.go:2: imports thidua/configs: not a room it may import from",
		}},
		{"its reference is the database alone", "cmd/bench/duck/a.go", []string{"github.com/duckdb/duckdb-go/v2", "thidua/sinks/warehouse"}, []string{
			"cmd/bench/duck/a.go:3: imports thidua/sinks/warehouse: not a room it may import from",
		}},
		{"the benchmark itself opens none", "cmd/bench/a.go", []string{"github.com/duckdb/duckdb-go/v2"}, []string{
			"cmd/bench/a.go:2: imports github.com/duckdb/duckdb-go/v2: only sinks open the database",
		}},
		{"no other rooms", "utils/a.go", []string{"thidua/transform/value"}, []string{
			"utils/a.go:2: imports thidua/transform/value: utils is not a room of the house",
		}},
		{"testdata is not code", "transform/testdata/a.go", []string{"thidua/sinks/warehouse"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := parseTree(fstest.MapFS{tt.file: importing(tt.imports...)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range files {
				got = append(got, breaches(f)...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("breaches (-want +got):\n%s", diff)
			}
		})
	}
}
