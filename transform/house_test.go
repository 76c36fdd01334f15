package transform_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// The largest file and the longest function, in lines. There are no exceptions:
// what grows beyond them holds two things.
const (
	maxFileLines     = 600
	maxFunctionLines = 60
)

// What only cmd may touch, by import path: the clock, the environment and the
// process-wide clients are handed in, so that a test can hand in others.
var handedIn = map[string][]string{
	"time":     {"Now", "Since", "Until"},
	"os":       {"Environ", "Exit", "Getenv", "LookupEnv"},
	"net/http": {"DefaultClient", "DefaultServeMux", "DefaultTransport", "Get", "Head", "Post", "PostForm"},
}

// Loggers that are global. Only cmd makes a logger.
var globalLoggers = []string{"log", "github.com/rs/zerolog/log"}

// faults returns what breaks the rules of the house in a file, in the order of
// the file. Tests are held to two of them: they are external and never skipped.
func faults(f file) []string {
	if f.test() {
		return append(notExternal(f), calls(f, map[string][]string{"t": {"Skip", "Skipf", "SkipNow"}}, "a test is never skipped")...)
	}
	var found []string
	if f.lines > maxFileLines {
		found = append(found, fmt.Sprintf("%s: %d lines, at most %d", f.path, f.lines, maxFileLines))
	}
	for _, d := range f.tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			found = append(found, functionFaults(f, d)...)
		case *ast.GenDecl:
			found = append(found, state(f, d)...)
			found = append(found, undocumented(f, d)...)
		}
	}
	found = append(found, panics(f)...)
	if f.room() != "cmd" {
		found = append(found, reachesOut(f)...)
	}
	return found
}

// notExternal holds tests to packages of their own. A file named export_test.go
// may open a door for them, and a program has no other package.
func notExternal(f file) []string {
	name := f.tree.Name.Name
	if strings.HasSuffix(name, "_test") || name == "main" || path.Base(f.path) == "export_test.go" {
		return nil
	}
	return []string{f.path + ": tests stand in package " + name + "_test"}
}

func functionFaults(f file, d *ast.FuncDecl) []string {
	var found []string
	if n := f.span(d); n > maxFunctionLines {
		found = append(found, fmt.Sprintf("%s: %s takes %d lines, at most %d", f.at(d), d.Name.Name, n, maxFunctionLines))
	}
	if d.Recv == nil && d.Name.Name == "init" {
		found = append(found, f.at(d)+": init runs before anybody can hand anything in")
	}
	if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
		found = append(found, f.at(d)+": "+d.Name.Name+" has no comment")
	}
	return found
}

// exportedReceiver reports whether a function can be seen from outside: it is no
// method, or one of an exported type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.IsExported()
		default:
			return true
		}
	}
}

// state finds package variables that start empty and can only be meant to change.
// An embedded file and a table of fixed length start empty too.
func state(f file, d *ast.GenDecl) []string {
	var found []string
	if d.Tok != token.VAR {
		return nil
	}
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		array, isArray := v.Type.(*ast.ArrayType)
		if len(v.Values) > 0 || embedded(d.Doc) || embedded(v.Doc) || isArray && array.Len != nil {
			continue
		}
		found = append(found, f.at(v)+": "+v.Names[0].Name+" is state of the package")
	}
	return found
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// undocumented finds exported types, constants and variables without a comment. A
// comment above a group speaks for all of it, but not for types.
func undocumented(f file, d *ast.GenDecl) []string {
	var found []string
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
				found = append(found, f.at(s)+": "+s.Name.Name+" has no comment")
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
				found = append(found, f.at(s)+": "+s.Names[0].Name+" has no comment")
			}
		}
	}
	return found
}

func panics(f file) []string {
	var found []string
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "panic" {
				found = append(found, f.at(call)+": panic takes the whole run with it")
			}
		}
		return true
	})
	return found
}

// reachesOut finds what only cmd may touch.
func reachesOut(f file) []string {
	var found []string
	byName := make(map[string][]string)
	for name, p := range f.imports() {
		byName[name] = handedIn[p]
	}
	for _, spec := range f.tree.Imports {
		if slices.Contains(globalLoggers, importPath(spec)) {
			found = append(found, f.at(spec)+": a logger is handed in")
		}
	}
	return append(found, calls(f, byName, "is handed in by cmd")...)
}

// calls finds the selectors named, by the name of what they are selected from.
func calls(f file, byName map[string][]string, why string) []string {
	var found []string
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(byName[x.Name], sel.Sel.Name) {
				found = append(found, fmt.Sprintf("%s: %s.%s: %s", f.at(sel), x.Name, sel.Sel.Name, why))
			}
		}
		return true
	})
	return found
}

// nameless returns the folders whose package has no comment.
func nameless(files []file) []string {
	documented := make(map[string]bool)
	for _, f := range files {
		if !f.test() {
			documented[f.folder()] = documented[f.folder()] || f.tree.Doc != nil
		}
	}
	var found []string
	for folder, ok := range documented {
		if !ok {
			found = append(found, folder+": the package has no comment")
		}
	}
	slices.Sort(found)
	return found
}

func TestHouse(t *testing.T) {
	files := moduleFiles(t)
	for _, n := range nameless(files) {
		t.Error(n)
	}
	for _, f := range files {
		for _, fault := range faults(f) {
			t.Error(fault)
		}
	}
}

func TestHouseFindsFaults(t *testing.T) {
	const doc = "// Package a is documented.\npackage a\n"
	body := func(lines int) string { return "func f() {\n" + strings.Repeat("\tg()\n", lines-2) + "}\n" }
	tests := []struct {
		name, path, text string
		want             []string
	}{
		{"nothing wrong", "ingest/a/a.go", doc + body(60), nil},
		{"long file", "ingest/a/a.go", doc + strings.Repeat("\n", 599), []string{"ingest/a/a.go: 601 lines, at most 600"}},
		{"long function", "ingest/a/a.go", doc + body(61), []string{"ingest/a/a.go:3: f takes 61 lines, at most 60"}},
		{"long test", "ingest/a/a_test.go", "package a_test\n" + body(700), nil},
		{"init", "cmd/a/a.go", doc + "func init() {}\n", []string{"cmd/a/a.go:3: init runs before anybody can hand anything in"}},
		{"method named init", "ingest/a/a.go", doc + "type x int\nfunc (x) init() {}\n", nil},
		{"panic", "cmd/a/a.go", doc + "func f() { panic(1) }\n", []string{"cmd/a/a.go:3: panic takes the whole run with it"}},
		{"clock", "sinks/a/a.go", doc + "import \"time\"\nvar f = time.Now\n", []string{"sinks/a/a.go:4: time.Now: is handed in by cmd"}},
		{"clock in cmd", "cmd/a/a.go", doc + "import \"time\"\nvar f = time.Now\n", nil},
		{"clock in a test", "ingest/a/a_test.go", "package a_test\nimport \"time\"\nvar f = time.Now\n", nil},
		{"clock by another name", "ingest/a/a.go", doc + "import clock \"time\"\nvar f = clock.Now()\n", []string{
			"ingest/a/a.go:4: clock.Now: is handed in by cmd",
		}},
		{"environment", "ingest/a/a.go", doc + "import \"os\"\nvar f = os.Getenv(\"A\")\n", []string{
			"ingest/a/a.go:4: os.Getenv: is handed in by cmd",
		}},
		{"client", "ingest/a/a.go", doc + "import \"net/http\"\nvar c = http.DefaultClient\n", []string{
			"ingest/a/a.go:4: http.DefaultClient: is handed in by cmd",
		}},
		{"logger", "sinks/a/a.go", doc + "import \"log\"\n", []string{"sinks/a/a.go:3: a logger is handed in"}},
		{"state", "sinks/a/a.go", doc + "var cache map[string]int\n", []string{"sinks/a/a.go:3: cache is state of the package"}},
		{"embedded", "sinks/a/a.go", doc + "import \"embed\"\n\n//go:embed *.csv\nvar files embed.FS\n\nvar zeros [8]byte\n", nil},
		{"no comments", "sinks/a/a.go", "package a\ntype A int\nfunc (A) B() {}\nfunc C() {}\nconst D = 1\n", []string{
			"sinks/a: the package has no comment",
			"sinks/a/a.go:2: A has no comment",
			"sinks/a/a.go:3: B has no comment",
			"sinks/a/a.go:4: C has no comment",
			"sinks/a/a.go:5: D has no comment",
		}},
		{"comments nobody sees", "sinks/a/a.go", doc + "type a[T any] int\nfunc (*a[T]) B() {}\n\n// The kinds.\nconst (\n\tD = 1\n\tE = 2\n)\n", nil},
		{"internal test", "ingest/a/a_test.go", "package a\n", []string{"ingest/a/a_test.go: tests stand in package a_test"}},
		{"door for tests", "ingest/a/export_test.go", "package a\n", nil},
		{"skipped", "ingest/a/a_test.go", "package a_test\nfunc f(t T) { t.Skip() }\n", []string{"ingest/a/a_test.go:2: t.Skip: a test is never skipped"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := parseTree(fstest.MapFS{tt.path: {Data: []byte(tt.text)}})
			if err != nil {
				t.Fatal(err)
			}
			got := nameless(files)
			for _, f := range files {
				got = append(got, faults(f)...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
