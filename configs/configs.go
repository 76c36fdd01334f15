// Package configs reads what a province edits: datasets, jobs, reference tables
// and the workspace itself. The files that come with the program are defaults; a
// workspace replaces them one by one under the same name, or adds to them.
//
// All files are read and checked before anything runs, and everything wrong in
// them is told at once, with file, line and column. What belongs to a source or
// a format stays a Node, which the kind itself decodes.
package configs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"thidua/configs/reference"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

//go:embed datasets/*.yaml jobs/*.yaml
var builtIn embed.FS

// Set is a checked configuration.
type Set struct {
	Workspace Workspace
	// Datasets are the declared datasets by name, without the reference tables.
	Datasets map[string]*dataset.Dataset
	// Jobs and References are ordered by name.
	Jobs       []Job
	References []Reference
}

// Load reads the configuration of a workspace: its thidua.yaml and its folder
// configs over the defaults. A nil workspace has the defaults alone. The error is
// Errors where files are wrong, another one where they cannot be read.
func Load(workspace fs.FS) (*Set, error) {
	l := &loader{
		set:    &Set{Workspace: Defaults(), Datasets: map[string]*dataset.Dataset{}},
		broken: map[string]bool{},
	}
	if err := l.read(workspace); err != nil {
		return nil, err
	}
	l.switchJobs()
	if err := l.found.err(); err != nil {
		return nil, err
	}
	return l.set, nil
}

// Job returns the named job.
func (s *Set) Job(name string) (Job, bool) {
	i := slices.IndexFunc(s.Jobs, func(j Job) bool { return j.Job == name })
	if i < 0 {
		return Job{}, false
	}
	return s.Jobs[i], true
}

// Tables returns the reference tables by name, as mappings use them.
func (s *Set) Tables() map[string]record.Table {
	tables := make(map[string]record.Table, len(s.References))
	for _, r := range s.References {
		tables[r.Dataset.Name] = r.Table()
	}
	return tables
}

// loader collects a set and everything wrong with it.
type loader struct {
	set   *Set
	found Errors
	// workspace is thidua.yaml, nil where there is none.
	workspace *document
	// broken names datasets and reference tables that have problems of their own.
	broken map[string]bool
	// references holds the files beside the reference declarations.
	references map[string]file
	// referring keeps what reference tables refer to until all are read: they may
	// refer to each other.
	referring []referring
}

// referring is the columns of a reference table and where they stand.
type referring struct {
	doc     *document
	columns []dataset.ColumnDeclaration
}

// read goes from what stands alone to what refers to it.
func (l *loader) read(workspace fs.FS) error {
	if workspace != nil {
		if err := l.readWorkspace(workspace); err != nil {
			return err
		}
	}
	var err error
	if l.references, err = l.overlay("reference", reference.Files, workspace); err != nil {
		return err
	}
	l.each(l.references, l.loadReference)
	for _, stated := range l.referring {
		l.checkReferences(stated.doc, stated.columns)
	}
	for _, step := range []struct {
		folder string
		load   func(*document)
	}{{"datasets", l.loadDataset}, {"jobs", l.loadJob}} {
		defaults, err := fs.Sub(builtIn, step.folder)
		if err != nil {
			return fmt.Errorf("open the built-in %s: %w", step.folder, err)
		}
		files, err := l.overlay(step.folder, defaults, workspace)
		if err != nil {
			return err
		}
		l.each(files, step.load)
	}
	return nil
}

func (l *loader) readWorkspace(workspace fs.FS) error {
	text, err := fs.ReadFile(workspace, "thidua.yaml")
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("read thidua.yaml: %w", err)
	default:
		if d, ok := parse(file{name: "thidua.yaml", text: text}, &l.found); ok {
			l.loadWorkspace(d)
		}
	}
	return l.checkFolders(workspace)
}

// each loads the YAML files in the order of their names.
func (l *loader) each(files map[string]file, load func(*document)) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".yaml" {
			continue
		}
		if d, ok := parse(files[name], &l.found); ok {
			load(d)
		} else {
			l.broken[stem(name)] = true
		}
	}
}

// loadDataset decodes and compiles a dataset.
func (l *loader) loadDataset(d *document) {
	var stated dataset.Declaration
	l.broken[stem(d.file)] = true
	if !d.decode(d.root, &stated, &l.found) {
		return
	}
	before := len(l.found)
	l.checkName(d, "$.dataset", stated.Dataset)
	tables := l.tables()
	if _, twice := tables[stated.Dataset]; twice {
		l.found.add(d, d.at("$.dataset"), fmt.Sprintf("%q is already the name of a reference table", stated.Dataset), "choose another name")
	}
	l.checkReferences(d, stated.Columns)
	compiled, err := dataset.Compile(stated)
	if err != nil {
		l.addProblems(d, err)
		return
	}
	if len(l.found) == before {
		delete(l.broken, stem(d.file))
		l.set.Datasets[compiled.Name] = compiled
	}
}

// checkReferences finds columns that refer to a table which is not there. A table
// that has problems of its own is there.
func (l *loader) checkReferences(d *document, columns []dataset.ColumnDeclaration) {
	tables := l.tables()
	for i, c := range columns {
		if _, ok := tables[c.Reference]; c.Reference != "" && !ok && !l.broken[c.Reference] {
			l.found.add(d, d.at(fmt.Sprintf("$.columns[%d].reference", i)), fmt.Sprintf("unknown reference table %q", c.Reference), nearestOf(c.Reference, slices.Sorted(maps.Keys(tables))))
		}
	}
}

// tables returns the columns of the reference tables, for checks. A table that
// has problems of its own is not among them.
func (l *loader) tables() map[string]record.Table {
	tables := make(map[string]record.Table, len(l.set.References))
	for _, r := range l.set.References {
		tables[r.Dataset.Name] = record.Table{Columns: r.Dataset.ColumnNames()}
	}
	return tables
}

// checkName holds the name a file declares against the name of the file: one can
// be found by the other, and no name can be declared twice.
func (l *loader) checkName(d *document, at, name string) {
	if want := stem(d.file); name != want {
		l.found.add(d, d.at(at), fmt.Sprintf("the name %q is not that of the file, %q", name, want), "rename one of them")
	}
}

// addProblems adds what a compiler found. Its error is declaration.Problems.
func (l *loader) addProblems(d *document, err error) {
	var problems declaration.Problems
	switch {
	case errors.As(err, &problems):
		d.addProblems(&l.found, problems)
	case err != nil:
		l.found.add(d, nil, err.Error(), "")
	}
}
