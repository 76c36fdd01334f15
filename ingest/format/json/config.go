package json

import (
	"fmt"
	"maps"
	"slices"

	"thidua/ingest/path"
	"thidua/transform/declaration"
)

// Config is the format block of a job that reads JSON. The zero value reads each
// document, or each item where a document is a list, as a dossier without lines.
type Config struct {
	// Records leads from each document to its dossiers. An object there is a list
	// of one; null is none; lists on the way are gone through whole.
	Records string `yaml:"records,omitempty" jsonschema_description:"path from each document to the list of its records, such as data; default: each document, or each item where it is a list"`
	// Lines names kinds of lines and the places, relative to the dossier, where
	// their records may stand: the first place where there are any counts.
	Lines map[string][]string `yaml:"lines,omitempty" jsonschema_description:"kind of lines to the paths, relative to the record, that are tried in turn for their list"`
	// Total leads from each document to the number of dossiers it says it holds.
	Total string `yaml:"total,omitempty" jsonschema_description:"path from each document to the number of records that it declares"`
	// TotalRepeats says that every document repeats the total of all of them.
	TotalRepeats bool             `yaml:"total_repeats,omitempty" jsonschema_description:"every page repeats the number of records of all pages"`
	RecordBytes  declaration.Size `yaml:"record_bytes,omitempty" jsonschema_description:"greatest size of one record with its lines; default 32MB"`
}

const (
	defaultRecordBytes = 32e6
	maxRecordBytes     = 2e9
)

// shape reads the paths of c. What is wrong with it goes to problems.
func (c Config) shape(problems *declaration.Problems) shape {
	s := shape{where: c.Records, declares: c.Total, repeat: c.TotalRepeats, limit: c.RecordBytes.Bytes()}
	if s.limit == 0 {
		s.limit = defaultRecordBytes
	}
	if s.limit > maxRecordBytes {
		problems.Add("$.record_bytes", "more than 2GB: a record is held in memory", "leave it out for 32MB")
	}
	if c.Records != "" {
		s.records = names(steps("$.records", c.Records, problems))
	}
	if c.Total != "" {
		s.total = steps("$.total", c.Total, problems)
	}
	if c.Total != "" && len(s.records) == 0 {
		problems.Add("$.total", "a document that is itself a record, or a list, declares no number", "name the list of records under records, or leave total out")
	}
	if c.TotalRepeats && c.Total == "" {
		problems.Add("$.total_repeats", "there is no total", "write the path of the number under total")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Lines)) {
		s.kinds = append(s.kinds, newKind(name, c.Lines[name], problems))
	}
	return s
}

// newKind reads the places of one kind of line.
func newKind(name string, alternatives []string, problems *declaration.Problems) kind {
	k := kind{name: name}
	at := "$.lines." + name
	switch {
	case name == headKind:
		problems.Add(at, "the name is that of the head records", "choose another name")
	case len(alternatives) == 0:
		problems.Add(at, "no path is named", "write the path of the list, relative to the record")
	}
	for i, text := range alternatives {
		k.alternatives = append(k.alternatives, steps(fmt.Sprintf("%s[%d]", at, i), text, problems))
	}
	return k
}

// steps reads a path that leads downwards.
func steps(at, text string, problems *declaration.Problems) []path.Step {
	p, err := path.Parse(text)
	switch {
	case err != nil:
		problems.Add(at, err.Error(), "write names joined by points, such as patientInfo.doses")
	case p.Up > 0:
		problems.Add(at, "the path leads outwards", "write it without ^")
	case len(p.Steps) == 0:
		problems.Add(at, "the path leads nowhere", "write the name of a member, or leave it out")
	}
	return p.Steps
}
