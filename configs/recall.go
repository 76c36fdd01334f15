package configs

import (
	"maps"
	"slices"

	"thidua/transform/indicator"
)

// KindJob is the kind of a text that says what units owe: the file of a job.
const KindJob = "job"

// VersionOf names the content of a text, as DefinitionFile.Version does of a file's.
func VersionOf(text string) string { return DefinitionFile{text: text}.Version() }

// ExpectationsFrom compiles what units owed from the texts of jobs as they once were,
// by name. They are held against the datasets of today, which only ever gain columns.
// The error is Errors, as Load gives them.
func (s *Set) ExpectationsFrom(jobs map[string]string) ([]*indicator.Expectation, error) {
	l := s.recalling()
	var all []*indicator.Expectation
	for _, name := range slices.Sorted(maps.Keys(jobs)) {
		d, ok := parse(file{name: "configs/jobs/" + name + ".yaml", text: []byte(jobs[name])}, &l.found)
		var job Job
		if !ok || !d.decode(d.root, &job, &l.found) {
			continue
		}
		all = append(all, l.expectations(d, "$", job.Job, job.Expects)...)
	}
	if err := l.found.err(); err != nil {
		return nil, err
	}
	return all, nil
}

// recalling returns a loader for texts as they once were. Datasets have gained columns
// since, and may list other values: what a text names need not be a value of today.
func (s *Set) recalling() *loader {
	l := newLoader()
	for name, d := range s.Datasets {
		l.set.Datasets[name] = d.WithoutEnums()
	}
	for _, r := range s.References {
		r.Dataset = r.Dataset.WithoutEnums()
		l.set.References = append(l.set.References, r)
	}
	return l
}
