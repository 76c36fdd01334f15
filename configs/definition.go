package configs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Definitions are what is counted, what was promised, and the tests of both.
type Definitions struct {
	// Indicators are the definitions by name.
	Indicators map[string]*indicator.Indicator
	// Campaigns are ordered by name. Those that are not enabled are among them.
	Campaigns []*campaign.Campaign
	// Trials are the tests of each definition, by its name.
	Trials map[string][]campaign.TrialDeclaration
	// Expectations are what units owe to the jobs that run, in the order of the jobs.
	Expectations []*indicator.Expectation

	files      []DefinitionFile
	trialFiles map[string]string
}

// The kinds of files that say what figures mean.
const (
	KindIndicator = "indicator"
	KindCampaign  = "campaign"
)

// DefinitionFile is the file of a definition or a campaign as somebody wrote it.
type DefinitionFile struct {
	// Kind is KindIndicator or KindCampaign.
	Kind string
	Name string
	// Path is relative to the workspace. BuiltIn says that it is not there, but a file
	// of the program.
	Path    string
	BuiltIn bool

	text string
}

// Text returns the file as it is written, without a byte order mark.
func (f DefinitionFile) Text() string { return f.text }

// Version names the content: sixteen hexadecimal digits of its SHA-256. Texts that
// differ only in the ends of their lines have one version.
func (f DefinitionFile) Version() string {
	sum := sha256.Sum256([]byte(strings.ReplaceAll(f.text, "\r\n", "\n")))
	return hex.EncodeToString(sum[:8])
}

// Files lists the files of the definitions by name, then those of the campaigns.
func (d Definitions) Files() []DefinitionFile { return slices.Clone(d.files) }

// File returns the file of the named definition or campaign, by its kind.
func (d Definitions) File(kind, name string) (DefinitionFile, bool) {
	i := slices.IndexFunc(d.files, func(f DefinitionFile) bool { return f.Kind == kind && f.Name == name })
	if i < 0 {
		return DefinitionFile{}, false
	}
	return d.files[i], true
}

// TrialFile returns the path of the file that holds the tests of a definition,
// relative to the workspace, for messages. It is empty where there is none.
func (d Definitions) TrialFile(name string) string { return d.trialFiles[name] }

// Untested lists the definitions that have no test, by name.
func (d Definitions) Untested() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.Indicators)) {
		if len(d.Trials[name]) == 0 {
			names = append(names, name)
		}
	}
	return names
}

// Campaign returns the named campaign.
func (d Definitions) Campaign(name string) (*campaign.Campaign, bool) {
	i := slices.IndexFunc(d.Campaigns, func(c *campaign.Campaign) bool { return c.Name == name })
	if i < 0 {
		return nil, false
	}
	return d.Campaigns[i], true
}

// CampaignFrom compiles a campaign from texts as they once were: its own, and those
// of the definitions it uses, by name. They are held against the datasets of today,
// which only ever gain columns. The error is Errors, as Load gives them.
func (s *Set) CampaignFrom(text string, indicators map[string]string) (*campaign.Campaign, error) {
	l := s.recalling()
	for _, name := range slices.Sorted(maps.Keys(indicators)) {
		f := file{name: "configs/indicators/" + name + ".yaml", text: []byte(indicators[name])}
		l.each(map[string]file{name + ".yaml": f}, l.loadIndicator)
	}
	if d, ok := parse(file{name: "configs/campaigns/campaign.yaml", text: []byte(text)}, &l.found); ok {
		l.compileCampaign(d)
	}
	if err := l.found.err(); err != nil {
		return nil, err
	}
	return l.set.Campaigns[0], nil
}

// loadDefinition decodes a file of the folder of definitions. Tests are kept until
// all definitions are read: by name, a test comes before what it tests.
func (l *loader) loadDefinition(d *document) {
	if strings.HasSuffix(d.file, trialEnding) {
		l.later.trials = append(l.later.trials, d)
		return
	}
	l.loadIndicator(d)
}

// loadIndicator decodes and compiles a definition. One that counts a dataset which is
// itself wrong is left alone: what it would find follows from there.
func (l *loader) loadIndicator(d *document) {
	var stated indicator.Declaration
	l.broken[subject(d.file)] = true
	if !d.decode(d.root, &stated, &l.found) {
		return
	}
	before := len(l.found)
	l.checkName(d, "$.indicator", stated.Indicator)
	l.checkScale(d)
	if l.countsBroken(stated) {
		return
	}
	compiled, err := indicator.Compile(stated, l.set.Datasets, l.set.ReferenceDatasets())
	l.addProblems(d, err)
	if len(l.found) > before {
		return
	}
	delete(l.broken, subject(d.file))
	l.set.Indicators[compiled.Name] = compiled
	l.keepFile(d, KindIndicator, compiled.Name)
	l.later.sums = append(l.later.sums, d)
}

// checkScale finds a scale of zero, which a decoded definition cannot tell from none.
func (l *loader) checkScale(d *document) {
	value, _ := child(d.root, "scale", "")
	zero := false
	switch n := value.(type) {
	case *ast.FloatNode:
		zero = n.Value == 0
	case *ast.IntegerNode:
		zero = n.Value == uint64(0)
	}
	if zero {
		l.found.add(d, value.GetToken(), "the scale is not more than 0", "use 100 for per cent, or leave it out")
	}
}

// countsBroken reports whether a definition counts what has problems of its own.
func (l *loader) countsBroken(d indicator.Declaration) bool {
	measures := []indicator.MeasureDeclaration{d.Numerator}
	if d.Denominator != nil {
		measures = append(measures, *d.Denominator)
	}
	return slices.ContainsFunc(measures, func(m indicator.MeasureDeclaration) bool {
		return l.broken[m.Of] || m.Matching != nil && l.broken[m.Matching.Of]
	})
}

// checkSums finds sums of definitions that do not exist, and sums of themselves.
func (l *loader) checkSums() {
	names := slices.Sorted(maps.Keys(l.set.Indicators))
	for _, d := range l.later.sums {
		whole := stem(d.file)
		for n, part := range l.set.Indicators[whole].SumOf {
			at := d.at(fmt.Sprintf("$.sum_of[%d]", n))
			switch {
			case l.broken[subjectIndicator+part]:
			case l.set.Indicators[part] == nil:
				l.found.add(d, at, fmt.Sprintf("there is no indicator %q", part), declaration.Hint(part, names))
			case l.adds(part, whole, map[string]bool{}):
				l.found.add(d, at, fmt.Sprintf("indicator %q is itself a sum of %s", part, whole), "a sum goes one way")
			}
		}
	}
}

// adds reports whether the definition called whole adds up the one called part, over
// however many sums.
func (l *loader) adds(whole, part string, seen map[string]bool) bool {
	stated := l.set.Indicators[whole]
	if stated == nil || seen[whole] {
		return false
	}
	seen[whole] = true
	return slices.ContainsFunc(stated.SumOf, func(name string) bool {
		return name == part || l.adds(name, part, seen)
	})
}

// loadCampaign decodes and compiles a campaign.
func (l *loader) loadCampaign(d *document) {
	if stated := l.compileCampaign(d); stated != nil {
		l.checkName(d, "$.campaign", stated.Campaign)
		l.checkProvince(d, stated.Province)
	}
}

// compileCampaign adds a campaign and returns what it states, nil where that cannot be
// read. One that uses a definition which is itself wrong is left alone.
func (l *loader) compileCampaign(d *document) *campaign.Declaration {
	var stated campaign.Declaration
	l.broken[subject(d.file)] = true
	if !d.decode(d.root, &stated, &l.found) {
		return nil
	}
	for _, task := range stated.Tasks {
		for _, entry := range task.Indicators {
			if l.broken[subjectIndicator+entry.Indicator] {
				return &stated
			}
		}
	}
	compiled, err := campaign.Compile(stated, l.set.Indicators)
	if err != nil {
		l.addProblems(d, err)
		return &stated
	}
	delete(l.broken, subject(d.file))
	l.set.Campaigns = append(l.set.Campaigns, compiled)
	l.keepFile(d, KindCampaign, compiled.Name)
	return &stated
}

func (l *loader) keepFile(d *document, kind, name string) {
	l.set.files = append(l.set.files, DefinitionFile{Kind: kind, Name: name, Path: d.file, BuiltIn: d.builtIn, text: strings.Join(d.lines, "\n")})
}
