package configs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"thidua/configs/reference"
	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
	"thidua/transform/record"
)

//go:embed datasets/*.yaml jobs/*.yaml indicators/*.yaml campaigns/*.yaml
var builtIn embed.FS

// Set is a checked configuration.
type Set struct {
	Workspace Workspace
	// Datasets are the declared datasets by name, without the reference tables.
	Datasets map[string]*dataset.Dataset
	// Jobs and References are ordered by name.
	Jobs       []Job
	References []Reference
	Definitions
}

// Load reads the configuration of a workspace: its thidua.yaml and its folder
// configs over the defaults. A nil workspace has the defaults alone. The error is
// Errors where files are wrong, another one where they cannot be read.
//
// The tests of definitions are left out: what runs at night does not depend on them,
// and a slip in one must not stop it.
func Load(workspace fs.FS) (*Set, error) { return newLoader().load(workspace) }

// LoadTested is Load with the tests of definitions.
func LoadTested(workspace fs.FS) (*Set, error) {
	l := newLoader()
	l.tested = true
	return l.load(workspace)
}

func (l *loader) load(workspace fs.FS) (*Set, error) {
	if err := l.read(workspace); err != nil {
		return nil, err
	}
	l.switchJobs()
	l.switchCampaigns()
	for _, j := range l.set.Jobs {
		if j.Runs() {
			l.set.Expectations = append(l.set.Expectations, l.later.owed[j.Job]...)
		}
	}
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

// ReferenceDatasets returns what the rows of the reference tables are, by name, as
// definitions use them.
func (s *Set) ReferenceDatasets() map[string]*dataset.Dataset {
	tables := make(map[string]*dataset.Dataset, len(s.References))
	for _, r := range s.References {
		tables[r.Dataset.Name] = r.Dataset
	}
	return tables
}

// loader collects a set and everything wrong with it.
type loader struct {
	set   *Set
	found Errors
	// workspace is thidua.yaml, nil where there is none.
	workspace *document
	// tested says that the tests of definitions are read too.
	tested bool
	// broken holds the subjects that have problems of their own: what refers to one
	// is not told that it is missing.
	broken map[string]bool
	// references holds the files beside the reference declarations.
	references map[string]file
	later      later
}

// later is what is looked at again when all files are read that it may refer to.
type later struct {
	// referring keeps the columns of reference tables, which refer to each other.
	referring []referring
	// trials are the tests of definitions, sums the definitions themselves.
	trials, sums []*document
	// owed is what units owe, by job.
	owed map[string][]*indicator.Expectation
}

func newLoader() *loader {
	return &loader{
		set: &Set{Workspace: Defaults(), Datasets: map[string]*dataset.Dataset{}, Definitions: Definitions{
			Indicators: map[string]*indicator.Indicator{}, Trials: map[string][]campaign.TrialDeclaration{}, trialFiles: map[string]string{},
		}},
		broken: map[string]bool{}, later: later{owed: map[string][]*indicator.Expectation{}},
	}
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
	for _, stated := range l.later.referring {
		l.checkReferences(stated.doc, stated.columns)
	}
	for _, step := range []struct {
		folder string
		load   func(*document)
	}{{"datasets", l.loadDataset}, {"jobs", l.loadJob}, {"indicators", l.loadDefinition}, {"campaigns", l.loadCampaign}} {
		defaults, err := fs.Sub(builtIn, step.folder)
		if err != nil {
			return fmt.Errorf("open the built-in %s: %w", step.folder, err)
		}
		files, err := l.overlay(step.folder, defaults, workspace)
		if err != nil {
			return err
		}
		if !l.tested {
			maps.DeleteFunc(files, func(name string, _ file) bool { return strings.HasSuffix(name, trialEnding) })
		}
		l.each(files, step.load)
	}
	l.checkSums()
	for _, d := range l.later.trials {
		l.loadTrials(d)
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
			l.broken[subject(files[name].name)] = true
		}
	}
}

// What the subjects of definitions and campaigns begin with: they may bear the name
// of a dataset.
const (
	subjectIndicator = KindIndicator + " "
	subjectCampaign  = KindCampaign + " "
)

// subject is the name under which what a file declares may be broken.
func subject(name string) string {
	switch path.Base(path.Dir(name)) {
	case "indicators":
		return subjectIndicator + stem(name)
	case "campaigns":
		return subjectCampaign + stem(name)
	default:
		return stem(name)
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
			l.found.add(d, d.at(fmt.Sprintf("$.columns[%d].reference", i)), fmt.Sprintf("unknown reference table %q", c.Reference), declaration.Hint(c.Reference, slices.Sorted(maps.Keys(tables))))
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
