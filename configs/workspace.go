package configs

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"thidua/transform/declaration"
	"thidua/transform/disclosure"
)

// Workspace is what thidua.yaml states: where the program of one workspace keeps
// and shows things. Paths are relative to the workspace unless they are absolute.
type Workspace struct {
	// Lang is the language of reports and messages to people.
	Lang string `yaml:"lang,omitempty" jsonschema:"enum=vi,enum=en" jsonschema_description:"language of reports and messages: vi or en"`
	// Timezone is that of all records. Vietnam has one.
	Timezone string `yaml:"timezone,omitempty" jsonschema:"enum=Asia/Ho_Chi_Minh" jsonschema_description:"zone of all local times; it cannot be changed"`
	// MemoryLimit bounds the whole process, DuckDB inside it.
	MemoryLimit declaration.Size `yaml:"memory_limit,omitempty" jsonschema_description:"memory of the whole process, such as 600MB"`
	Keys        Keys             `yaml:"keys,omitempty" jsonschema_description:"where the keys lie: outside the workspace"`
	Publish     Publish          `yaml:"publish,omitempty" jsonschema_description:"snapshots for readers"`
	Archive     Archive          `yaml:"archive,omitempty" jsonschema_description:"sealed copies of what was received"`
	Jobs        Switches         `yaml:"jobs,omitempty" jsonschema_description:"which of the built-in jobs run here"`
	Campaigns   Switches         `yaml:"campaigns,omitempty" jsonschema_description:"which of the built-in campaigns are judged here"`
	Serve       Serve            `yaml:"serve,omitempty" jsonschema_description:"the program running by itself: thidua serve"`
	Log         Log              `yaml:"log,omitempty" jsonschema_description:"the program's own log"`
}

// Keys says where keys lie. They lie outside the workspace, so that a copy of it
// opens nothing.
type Keys struct {
	// File holds the keys of the pseudonyms.
	File string `yaml:"file,omitempty" jsonschema_description:"file with the keys of the pseudonyms, outside the workspace"`
	// Recipient holds the public key that the archive is sealed for. Its private
	// half is not needed to run and belongs elsewhere.
	Recipient string `yaml:"recipient,omitempty" jsonschema_description:"file with the public key the archive is sealed for, outside the workspace"`
}

// Switches turn jobs or campaigns on and off without a copy of their files.
type Switches struct {
	Enable  []string `yaml:"enable,omitempty" jsonschema_description:"those that are on here although their file says enabled: false"`
	Disable []string `yaml:"disable,omitempty" jsonschema_description:"those that are off here"`
}

// Publish says how snapshots are kept for readers.
type Publish struct {
	Path string `yaml:"path,omitempty" jsonschema_description:"folder of the snapshots"`
	// A snapshot is kept for at least KeepRounds rounds and KeepHours hours,
	// because somebody may still be reading it.
	KeepRounds int `yaml:"keep_rounds,omitempty" jsonschema:"minimum=1" jsonschema_description:"rounds a snapshot is kept for at least"`
	KeepHours  int `yaml:"keep_hours,omitempty" jsonschema:"minimum=1" jsonschema_description:"hours a snapshot is kept for at least"`
	// RecordsMode is the mode of the folder with pseudonymous rows, in octal.
	RecordsMode string `yaml:"records_mode,omitempty" jsonschema:"pattern=^07[0-7]{2}$" jsonschema_description:"mode of the folder that holds pseudonymous rows, such as 0750"`
	// SuppressBelow keeps small numbers of persons and events out of what is published:
	// those from 1 to one less than it. Zero suppresses nothing.
	SuppressBelow int `yaml:"suppress_below,omitempty" jsonschema:"minimum=0" jsonschema_description:"published numbers of persons and events below this are suppressed; 0 suppresses nothing"`
	// Figures is a further folder, for those who may see figures and no rows.
	Figures Figures `yaml:"figures,omitempty" jsonschema_description:"a further folder of snapshots that hold the figures and no rows, for dashboards"`
}

// Figures says where figures are published without the rows they were counted from.
type Figures struct {
	// Path is the folder of the snapshots, empty for none.
	Path string `yaml:"path,omitempty" jsonschema_description:"folder of the snapshots of figures; none where not stated"`
	// Mode is the mode of the folder, in octal.
	Mode string `yaml:"mode,omitempty" jsonschema:"pattern=^07[0-7]{2}$" jsonschema_description:"mode of that folder, such as 0755"`
}

// Archive says whether and where payloads are kept sealed.
type Archive struct {
	Enabled bool   `yaml:"enabled,omitempty" jsonschema_description:"whether payloads are kept; without them nothing can be replayed"`
	Path    string `yaml:"path,omitempty" jsonschema_description:"folder of the sealed bundles"`
}

// Log says where the program writes its log and how much.
type Log struct {
	File  string `yaml:"file,omitempty" jsonschema_description:"file of the log"`
	Level string `yaml:"level,omitempty" jsonschema:"enum=debug,enum=info,enum=warn,enum=error" jsonschema_description:"the least severe line that is written"`
}

// leastMemory is what DuckDB and a chunk of rows need beside each other.
const leastMemory declaration.Size = 300_000_000

// Defaults returns the workspace of a thidua.yaml that states nothing.
func Defaults() Workspace {
	return Workspace{
		Lang:        "vi",
		Timezone:    "Asia/Ho_Chi_Minh",
		MemoryLimit: 600_000_000,
		Publish:     Publish{Path: "published", KeepRounds: 3, KeepHours: 24, RecordsMode: "0750", SuppressBelow: disclosure.DefaultLeast, Figures: Figures{Mode: "0755"}},
		Archive:     Archive{Enabled: true, Path: "archive"},
		Serve:       Serve{Listen: "127.0.0.1:9464", ComputeAt: "10 0 * * *"},
		Log:         Log{File: "logs/thidua.log", Level: "info"},
	}
}

// check reports modes that are none, and figures beside the rows.
func (p Publish) check(problems *declaration.Problems) {
	if !modeShape.MatchString(p.RecordsMode) {
		problems.Add("$.publish.records_mode", "the mode is not four octal digits that leave all to the owner", `write "0750"`)
	}
	if !modeShape.MatchString(p.Figures.Mode) {
		problems.Add("$.publish.figures.mode", "the mode is not four octal digits that leave all to the owner", `write "0755"`)
	}
	if p.Figures.Path != "" && (within(p.Figures.Path, p.Path) || within(p.Path, p.Figures.Path)) {
		problems.Add("$.publish.figures.path", "the folder and that of the rows lie in each other", "name one of its own: who may enter it does not enter the other")
	}
}

// within reports whether a path is the folder or lies in it, as they are written.
func within(name, folder string) bool {
	name, folder = path.Clean(name), path.Clean(folder)
	return name == folder || strings.HasPrefix(name, folder+"/") || folder == "." && !path.IsAbs(name) && !strings.HasPrefix(name, "../")
}

var modeShape = regexp.MustCompile(`^07[0-7]{2}$`)

func (l *loader) loadWorkspace(d *document) {
	w := Defaults()
	if !d.decode(d.root, &w, &l.found) {
		return
	}
	var problems declaration.Problems
	if w.MemoryLimit < leastMemory {
		problems.Add("$.memory_limit", fmt.Sprintf("the limit is less than %s", leastMemory), "")
	}
	w.Publish.check(&problems)
	w.Serve.check(&problems)
	for at, name := range map[string]string{"$.keys.file": w.Keys.File, "$.keys.recipient": w.Keys.Recipient} {
		if name != "" && inside(name) {
			problems.Add(at, "keys lie outside the workspace", "write an absolute path, or one that begins with ../")
		}
	}
	d.addProblems(&l.found, problems)
	l.set.Workspace, l.workspace = w, d
}

// switchJobs turns jobs on and off as the workspace says.
func (l *loader) switchJobs() {
	names := make([]string, len(l.set.Jobs))
	for i, j := range l.set.Jobs {
		names[i] = j.Job
	}
	l.turn("job", l.set.Workspace.Jobs, names, func(i int, on bool) { l.set.Jobs[i].Enabled = &on })
}

// switchCampaigns turns campaigns on and off as the workspace says.
func (l *loader) switchCampaigns() {
	names := make([]string, len(l.set.Campaigns))
	for i, c := range l.set.Campaigns {
		names[i] = c.Name
	}
	l.turn("campaign", l.set.Workspace.Campaigns, names, func(i int, on bool) { l.set.Campaigns[i].Enabled = on })
}

// turn calls set for each name that the switches of a kind of things state, with its
// index among those there are. One that there is not is a problem.
func (l *loader) turn(kind string, stated Switches, names []string, set func(i int, on bool)) {
	for _, s := range []struct {
		key   string
		names []string
		on    bool
	}{{"enable", stated.Enable, true}, {"disable", stated.Disable, false}} {
		for n, name := range s.names {
			if at := slices.Index(names, name); at >= 0 {
				set(at, s.on)
			} else if !l.broken[kind+" "+name] {
				d := l.workspace
				l.found.add(d, d.at(fmt.Sprintf("$.%ss.%s[%d]", kind, s.key, n)), fmt.Sprintf("there is no %s %q", kind, name), declaration.Hint(name, names))
			}
		}
	}
}

// inside reports whether a path leads into the workspace.
func inside(name string) bool {
	clean := path.Clean(strings.ReplaceAll(name, `\`, "/"))
	absolute := path.IsAbs(clean) || (len(clean) > 1 && clean[1] == ':')
	return !absolute && clean != ".." && !strings.HasPrefix(clean, "../") && !strings.HasPrefix(clean, "~")
}
