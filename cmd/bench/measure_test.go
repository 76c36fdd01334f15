package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Programs that do what bench sees of the real ones. The province writes three
// visits, thidua loads each file as a visit once, the walk counts what it is told.
var stand = map[string]string{
	"hissim": `#!/bin/sh
mkdir "$2" && for n in 1 2 3; do echo "$*" >"$2/$n.xml"; done
case "$*" in
*health_records*) for n in 1 2 3; do echo '{"a":'$n'}' >"$2/$n.ndjson"; done ;;
*vaccinations*) for n in 1 2 3; do printf '\357\273\277a,b\n'"$n"',10/03/2022\n' >"$2/$n.csv"; done ;;
esac
`,
	"sax": `#!/bin/sh
case "$1" in
*/samples) echo '{"files":2,"bytes":56230,"documents":16,"elements":1289,"characters":59042,"errors":0,"seconds":0.1}' ;;
*) echo '{"files":3,"bytes":300,"documents":6,"elements":60,"characters":600,"errors":0,"seconds":0.1}' ;;
esac
`,
	"bench": `#!/bin/sh
[ "$1" = rows ] && [ -s "$2" ] && echo '{"rows":4}'
`,
	"duck": `#!/bin/sh
case "$1" in
*.csv) head=1 ;;
*) head=0 ;;
esac
echo '{"rows":'$(($(wc -l <"$1") - head))'}' && : >"$2"
`,
	"thidua": `#!/bin/sh
if [ "$1" = init ]; then
  mkdir -p "$2" && echo key >"$4" && printf 'lang: vi\narchive:\n  enabled: true\n  path: archive\n' >"$2/thidua.yaml"
  exit
fi
cd "$2" || exit
loaded=0
case "$4" in
health_records) ls inbox/health_records/* >&2 && echo '{"dataset":"health_record","read":3,"loaded":3}'; exit ;;
vaccination*) ls inbox/vaccinations/* >&2 && echo '{"dataset":"vaccination","read":3,"loaded":2,"skipped":1}'; exit ;;
esac
if [ ! -e records.duckdb ]; then
  loaded=$(ls inbox/claims | wc -l)
  grep -h enabled thidua.yaml >records.duckdb
fi
echo '{"dataset":"visit","loaded":'$loaded'}'
echo '{"publish_seconds":0.0}'
`,
}

// programs writes the stand-ins, some of them replaced, and returns options that
// use them.
func programs(t *testing.T, replaced map[string]string) options {
	t.Helper()
	o := options{bin: t.TempDir(), dir: filepath.Join(t.TempDir(), "bench"), sizes: sizes{3, 3, 100, 3, 0}, rounds: 1, settle: func() {}}
	for name, text := range stand {
		if other, ok := replaced[name]; ok {
			text = other
		}
		if err := os.WriteFile(o.program(name), []byte(text), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(o.dir, 0o750); err != nil {
		t.Fatal(err)
	}
	o.self = o.program("bench")
	return o
}

func TestClaims(t *testing.T) {
	o := programs(t, nil)
	rows, err := claims(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 4 {
		t.Fatalf("%d rows, want four", len(rows))
	}
	for _, r := range rows {
		if r.problem != nil || r.measured == "" {
			t.Errorf("%s: measured %q, problem %v", r.work, r.measured, r.problem)
		}
	}
	if _, err := os.Stat(filepath.Join(o.dir, "workspace")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the workspace is still there: %v", err)
	}
}

// A work that cannot be measured is said in the table and leaves nothing behind.
func TestMeasure(t *testing.T) {
	o := programs(t, map[string]string{"hissim": "#!/bin/sh\nexit 3\n"})
	if err := measure(context.Background(), o, io.Discard); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v in a folder that is there, want %v", err, fs.ErrExist)
	}
	o.dir = filepath.Join(t.TempDir(), "fresh")
	var table strings.Builder
	if err := measure(context.Background(), o, &table); !errors.Is(err, errUnmeasured) {
		t.Errorf("error %v, want %v", err, errUnmeasured)
	}
	if n := strings.Count(table.String(), "not measured: "); n != 6 {
		t.Errorf("%d works are said not to be measured, want six:\n%s", n, table.String())
	}
	if _, err := os.Stat(o.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// What was measured before an interruption is told.
func TestInterrupted(t *testing.T) {
	o := programs(t, nil)
	o.dir = filepath.Join(t.TempDir(), "fresh")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	o.settle = func() {
		if _, err := os.Stat(filepath.Join(o.dir, "known")); err == nil {
			stop()
		}
	}
	var table strings.Builder
	if err := measure(ctx, o, &table); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if !strings.Contains(table.String(), "memory of a first load") || strings.Contains(table.String(), "again with nothing new") {
		t.Errorf("the table holds other works than those done:\n%s", table.String())
	}
	if _, err := os.Stat(o.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestKnown(t *testing.T) {
	rows, err := known(context.Background(), programs(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || rows[0].measured == "" {
		t.Errorf("got %+v", rows)
	}
}

func TestFeeds(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(context.Context, options) ([]row, error)
		want []string
	}{
		{"NDJSON", ndjson, []string{"NDJSON into the database (0 MB, 3 rows)", "the same with the sealed archive", "rows of it a second", "memory of it"}},
		{"CSV", csvTable, []string{"CSV into the database (0 MB, 3 rows)", "the same with the sealed archive", "rows of it a second", "memory of it"}},
		{"a workbook", sheets, []string{"a workbook into the database (0 MB, 3 rows)", "rows of it a second", "memory of it"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := programs(t, nil)
			rows, err := tt.do(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				got = append(got, r.work)
				if r.problem != nil || r.measured == "" {
					t.Errorf("%s: measured %q, problem %v", r.work, r.measured, r.problem)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			for _, left := range []string{"workspace", "reference.duckdb"} {
				if _, err := os.Stat(filepath.Join(o.dir, left)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is still there: %v", left, err)
				}
			}
		})
	}
}

func TestNotTrusted(t *testing.T) {
	silent := strings.ReplaceAll(stand["thidua"], `'{"publish_seconds":0.0}'`, "")
	tests := []struct {
		name     string
		replaced map[string]string
		do       func(context.Context, options) ([]row, error)
		want     string
	}{
		{"a reference that counts too little", map[string]string{"sax": strings.ReplaceAll(stand["sax"], "1289", "1288")}, claims, "sax counted"},
		{"a reference that stumbles", map[string]string{"sax": strings.ReplaceAll(stand["sax"], `600,"errors":0`, `600,"errors":1`)}, claims, "6 documents with 1 errors"},
		{"a load that leaves visits out", map[string]string{"thidua": strings.ReplaceAll(stand["thidua"], "wc -l", "head -n 2 | wc -l")}, claims, "loaded 2 visits of 3"},
		{"a load that leaves no database", map[string]string{"thidua": strings.ReplaceAll(stand["thidua"], ">records.duckdb", ">rows.duckdb")}, claims, "no records.duckdb"},
		{"a run that loads again", map[string]string{"thidua": strings.ReplaceAll(stand["thidua"], "[ ! -e records.duckdb ]", "true")}, known, "loaded 3 rows again"},
		{"a program that fails", map[string]string{"thidua": "#!/bin/sh\necho no room >&2; exit 1\n"}, known, "thidua init: exit status 1: no room"},
		{"a reference that reads other rows", map[string]string{"duck": "#!/bin/sh\necho '{\"rows\":4}'\n"}, ndjson, "read 3 rows of 4"},
		{"a reference that reads no rows", map[string]string{"duck": "#!/bin/sh\necho '{\"rows\":0}'\n"}, csvTable, "the reference read no rows"},
		{"a feed that is quarantined in part", map[string]string{"thidua": strings.ReplaceAll(stand["thidua"], `"loaded":2`, `"loaded":1`)}, csvTable, "loaded 1 and skipped 1 rows of 3"},
		{"a reader of workbooks that leaves rows out", map[string]string{"bench": "#!/bin/sh\necho '{\"rows\":3}'\n"}, sheets, "excelize read 3 rows of 3 and a header"},
		{"a province without the feed", map[string]string{"hissim": strings.ReplaceAll(stand["hissim"], "health_records", "none")}, ndjson, "there are none"},
		{"a run that is silent on publishing", map[string]string{"thidua": silent}, claims, "publish_seconds"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := tt.do(context.Background(), programs(t, tt.replaced))
			for _, r := range rows {
				err = errors.Join(err, r.problem)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestConfigure(t *testing.T) {
	for _, text := range []string{"lang: vi\n", "archive:\n  enabled: true\n  path: a\ncampaigns:\n  enable: [c]\n"} {
		w := workspace{dir: t.TempDir()}
		file := filepath.Join(w.dir, "thidua.yaml")
		if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if err := w.configure(false, false); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(got), "archive:\n  enabled: false\n") || !strings.Contains(string(got), "disable:") {
			t.Errorf("%q became %q", text, got)
		}
		if err := w.configure(true, true); err != nil {
			t.Fatal(err)
		}
		if got, err = os.ReadFile(file); err != nil || strings.Contains(string(got), "campaigns") || !strings.Contains(string(got), "enabled: true") {
			t.Errorf("%q became %q, error %v", text, got, err)
		}
	}
}
