package configs

import (
	"fmt"
	"slices"
	"strings"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
	"thidua/transform/normalise"
	"thidua/transform/record"
)

// Job says where payloads come from, how they are read, and which datasets their
// records become.
type Job struct {
	Job   string            `yaml:"job" jsonschema:"required" jsonschema_description:"name of the job, the same as its file's"`
	Title declaration.Title `yaml:"title" jsonschema:"required"`
	// Source and Format are decoded by their kinds.
	Source Node `yaml:"source" jsonschema:"required" jsonschema_description:"where payloads come from"`
	Format Node `yaml:"format" jsonschema:"required" jsonschema_description:"how payloads are read"`
	// Locale says how numbers are written. It is declared, never guessed: 1.251
	// is a thousand more in one than in the other.
	Locale string `yaml:"locale,omitempty" jsonschema:"enum=point,enum=vi" jsonschema_description:"how numbers are written: point (1251.5) or vi (1.251,5); point where not stated"`
	// Schedule is a cron expression of five fields in the time of the workspace,
	// empty for a job that runs only when asked.
	Schedule string  `yaml:"schedule,omitempty" jsonschema_description:"when it runs: minute, hour, day of the month, month, day of the week, such as 0 2 * * *"`
	Dossier  Dossier `yaml:"dossier" jsonschema:"required" jsonschema_description:"what is replaced whole"`
	// Also are dossiers of another kind in the same payloads, which have no lines.
	Also []Dossier `yaml:"also,omitempty" jsonschema_description:"dossiers of another kind in the same payloads, without lines"`
	// Extract says that each payload holds everything there is.
	Extract *Extract `yaml:"extract,omitempty" jsonschema_description:"each payload is complete: what it lacks is removed"`
	// Into maps the name of a dataset to where its rows come from.
	Into map[string]record.Declaration `yaml:"into" jsonschema:"required" jsonschema_description:"dataset to the records it is made from"`
	// Expects is what units owe, so that a figure without them can be told from one
	// that is whole. Nothing is owed to a job that does not run.
	Expects []indicator.ExpectationDeclaration `yaml:"expects,omitempty" jsonschema_description:"what units owe: rows of a dataset, once in every window"`
	Enabled *bool                              `yaml:"enabled,omitempty" jsonschema_description:"false keeps the job from running; true where not stated"`

	doc *document
}

// Dossier is what is replaced whole: a visit with its lines, a form, an extract.
type Dossier struct {
	// Head is the dataset that has one row per dossier.
	Head string `yaml:"head" jsonschema:"required" jsonschema_description:"dataset that has one row per dossier"`
	// Keys are the columns of the head that identify a dossier.
	Keys []string `yaml:"keys" jsonschema:"required" jsonschema_description:"columns of the head that identify a dossier"`
	// NewestBy are fields that order the versions of a dossier by time. Where
	// none is declared, or none can be read, the source's own time does, then the
	// order of receipt.
	NewestBy []record.Field `yaml:"newest_by,omitempty" jsonschema_description:"fields that tell which version of a dossier is newer"`
}

// Extract declares that payloads are complete extracts.
type Extract struct {
	Complete bool `yaml:"complete" jsonschema:"required" jsonschema_description:"true: a record that an extract lacks has gone"`
	// Per are columns of the head: an extract is complete for each combination of
	// their values that occurs in it, such as a facility and month.
	Per []string `yaml:"per,omitempty" jsonschema_description:"columns of the head that an extract is complete for; everything of the job where not stated"`
	// RemoveAtMost is a share in per cent.
	RemoveAtMost *int `yaml:"remove_at_most,omitempty" jsonschema:"minimum=0" jsonschema_description:"greatest share in per cent of what stands that one extract may remove; default 10"`
}

// defaultRemoval is the share in per cent that an extract may remove.
const defaultRemoval = 10

// MostRemoved returns the share in per cent that one extract may remove.
func (e *Extract) MostRemoved() int {
	if e == nil || e.RemoveAtMost == nil {
		return defaultRemoval
	}
	return *e.RemoveAtMost
}

// CompleteFor returns what the job's extracts are complete for, nil where they are
// not complete.
func (j Job) CompleteFor() *record.Complete {
	if j.Extract == nil || !j.Extract.Complete {
		return nil
	}
	return &record.Complete{Job: j.Job, Per: j.Extract.Per}
}

// Heads lists the heads of the job, the main one first.
func (j Job) Heads() []record.Head {
	var heads []record.Head
	for _, d := range append([]Dossier{j.Dossier}, j.Also...) {
		heads = append(heads, record.Head{Dataset: d.Head, Keys: d.Keys, NewestBy: d.NewestBy})
	}
	return heads
}

// Text is the job's file as it is written, for people who want to change a copy.
func (j Job) Text() string {
	if j.doc == nil {
		return ""
	}
	return strings.Join(j.doc.lines, "\n")
}

// Runs reports whether the job is enabled.
func (j Job) Runs() bool { return j.Enabled == nil || *j.Enabled }

// Locate turns problems whose paths are relative to the job, as the format finds
// them in field names, into Errors with the places in the job's file. It returns
// nil where there are none.
func (j Job) Locate(problems declaration.Problems) error {
	var found Errors
	if j.doc != nil {
		j.doc.addProblems(&found, problems)
		return found.err()
	}
	return problems.Err()
}

// loadJob decodes a job and checks what can be known without its kinds.
func (l *loader) loadJob(d *document) {
	job := Job{Locale: "point", doc: d}
	if !d.decode(d.root, &job, &l.found) {
		return
	}
	job.Source.doc, job.Format.doc = d, d
	l.checkName(d, "$.job", job.Job)
	if err := checkCron(job.Schedule); err != nil {
		l.found.add(d, d.at("$.schedule"), err.Error(), "write minute, hour, day of the month, month and day of the week, such as \"0 2 * * *\"")
	}
	before := len(l.found)
	l.checkPlan(d, job)
	if len(l.found) == before {
		l.checkHeads(d, job)
	}
	l.later.owed[job.Job] = l.expectations(d, "$", job.Job, job.Expects)
	l.set.Jobs = append(l.set.Jobs, job)
}

// checkPlan compiles the job's plan, to find columns, datasets and readings that
// do not exist. A job whose dataset, or whose dataset's reference table, is itself
// wrong is left alone: what it would find follows from there.
func (l *loader) checkPlan(d *document, job Job) {
	for name := range job.Into {
		if l.broken[name] || l.refersToBroken(name) {
			return
		}
	}
	locale, _ := normalise.ParseLocale(job.Locale)
	_, err := record.Compile(record.Config{
		Into: job.Into, Head: job.Dossier.Head, Keys: job.Dossier.Keys, NewestBy: job.Dossier.NewestBy, Also: job.Heads()[1:], Complete: job.CompleteFor(),
		Datasets: l.set.Datasets, Tables: l.tables(), Locale: locale,
	})
	l.addProblems(d, err)
}

func (l *loader) refersToBroken(name string) bool {
	ds, ok := l.set.Datasets[name]
	return ok && slices.ContainsFunc(ds.Columns, func(c dataset.Column) bool { return l.broken[c.Reference] })
}

// checkHeads holds the keys of the job's dossiers against those of other jobs.
func (l *loader) checkHeads(d *document, job Job) {
	for _, other := range l.set.Jobs {
		for _, theirs := range other.Heads() {
			for _, ours := range job.Heads() {
				if ours.Dataset == theirs.Dataset && !slices.Equal(ours.Keys, theirs.Keys) {
					l.found.add(d, d.at("$.dossier.keys"), fmt.Sprintf("job %q identifies dossiers of %s by (%s)", other.Job, ours.Dataset, strings.Join(theirs.Keys, ", ")), "use the same keys in both jobs")
				}
			}
		}
	}
}
