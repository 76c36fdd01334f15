package transform_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// modulePath is the first part of every import path of ours.
const modulePath = "thidua"

// file is one Go file of the tree. Its path is relative to the module's root and
// has slashes.
type file struct {
	path  string
	lines int
	set   *token.FileSet
	tree  *ast.File
}

// folder returns the folder of the file, such as ingest/job.
func (f file) folder() string { return path.Dir(f.path) }

// room returns the top folder of the file, such as ingest.
func (f file) room() string {
	top, _, _ := strings.Cut(f.path, "/")
	return top
}

// test reports whether the file is compiled for tests only.
func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// at says where a node stands, as path:line.
func (f file) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.path, f.set.Position(n.Pos()).Line)
}

// span returns the number of lines a node takes.
func (f file) span(n ast.Node) int {
	return f.set.Position(n.End()).Line - f.set.Position(n.Pos()).Line + 1
}

// imports returns what the file imports: import path by the name it has here.
func (f file) imports() map[string]string {
	byName := make(map[string]string, len(f.tree.Imports))
	for _, spec := range f.tree.Imports {
		name := path.Base(importPath(spec))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		byName[name] = importPath(spec)
	}
	return byName
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return p
}

// parseTree parses every Go file below root but testdata and hidden folders, in
// the order of their paths.
func parseTree(root fs.FS) ([]file, error) {
	var files []file
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".go":
			return nil
		}
		f, err := parseFile(root, p)
		files = append(files, f)
		return err
	})
	return files, err
}

func parseFile(root fs.FS, p string) (file, error) {
	text, err := fs.ReadFile(root, p)
	if err != nil {
		return file{}, err
	}
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return file{}, fmt.Errorf("parse %s: %w", p, err)
	}
	return file{path: p, lines: bytes.Count(text, []byte("\n")), set: set, tree: tree}, nil
}

// moduleFiles parses the module this test belongs to. The tree is real where it
// holds the contracts that every room is built on.
func moduleFiles(t *testing.T) []file {
	t.Helper()
	files, err := parseTree(os.DirFS(moduleRoot(t)))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		seen[f.path] = true
	}
	for _, p := range []string{"transform/value/value.go", "ingest/source/source.go", "ingest/format/format.go", "sinks/doc.go"} {
		if !seen[p] {
			t.Fatalf("%s is not in the tree: the module's root was not found", p)
		}
	}
	return files
}

// moduleRoot walks up to the folder that holds go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			t.Fatal("no go.mod above the test")
		}
		folder = parent
	}
}
