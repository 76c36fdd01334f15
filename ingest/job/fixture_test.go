package job_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"thidua/ingest/format"
	"thidua/ingest/job"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/identity"
	"thidua/transform/record"
)

func titled(s string) declaration.Title { return declaration.Title{Vi: s, En: s} }

func column(name, kind string, required bool) dataset.ColumnDeclaration {
	c := dataset.ColumnDeclaration{Name: name, Title: titled(name), Type: kind, Required: required}
	if kind == "key" {
		c.Identifier = "visit"
	}
	return c
}

// plan is that of a job with a head "visit" and a dataset "paper" from the records
// H, and lines from the records L. The columns of the head that make its key are
// place, which is required, and id, which is not.
func plan(t testing.TB) *record.Plan { return planWith(t, "", nil) }

// planWith is plan with a rule for what is skipped among the visits, and with what
// an extract is complete for, in which case no field orders versions.
func planWith(t testing.TB, skip string, complete *record.Complete) *record.Plan {
	t.Helper()
	newestBy := []record.Field{{Envelope: "made"}}
	if complete != nil {
		newestBy = nil
	}
	declared := map[string][]dataset.ColumnDeclaration{
		"visit": {column("place", "code", true), column("id", "key", false), column("count", "integer", false)},
		"paper": {column("id", "key", false), column("place", "code", true), column("number", "text", false)},
		"line":  {column("id", "key", false), column("line_number", "integer", false), column("name", "text", true)},
	}
	sets := map[string]*dataset.Dataset{}
	rules := map[string][]dataset.RuleDeclaration{
		"visit": {{Rule: "count_small", Must: "count is null or count < 1000", Otherwise: "reject", Title: titled("small")}},
	}
	for name, columns := range declared {
		d, err := dataset.Compile(dataset.Declaration{
			Dataset: name, Title: titled(name), Counts: "events", Columns: columns, Rules: rules[name],
		})
		if err != nil {
			t.Fatal(err)
		}
		sets[name] = d
	}
	pseudonyms, err := identity.NewPseudonyms([][]byte{bytes.Repeat([]byte("k"), identity.KeyBytes)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{
			"visit": {From: "H", Skip: skip, Columns: map[string]record.Field{"place": {Field: "place"}, "id": {Field: "id"}, "count": {Field: "count"}}},
			"paper": {From: "H", Columns: map[string]record.Field{"id": {Parent: "id"}, "place": {Parent: "place"}, "number": {Field: "paper"}}},
			"line": {From: "L", Match: "id", Columns: map[string]record.Field{
				"id": {Parent: "id"}, "line_number": {Field: "number"}, "name": {Field: "name"},
			}},
		},
		Head: "visit", Keys: []string{"place", "id"}, NewestBy: newestBy, Complete: complete,
		Datasets: sets, Pseudonyms: pseudonyms,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The members of the plan in their order.
const (
	visits = iota
	linesOf
	papers
)

// world is a run with everything around it that can fail.
type world struct {
	t       *testing.T
	journal *journal
	source  *offer
	loader  *loader
	format  format.Format
	plan    *record.Plan
	runtime job.Runtime
	failed  []error
}

func newWorld(t *testing.T, payloads ...*payload) *world {
	j := &journal{}
	w := &world{t: t, journal: j, source: &offer{payloads: payloads}, loader: newLoader(t, j), format: lines{}, plan: plan(t)}
	for _, p := range payloads {
		p.journal = j
	}
	w.runtime = job.Runtime{
		Loader: w.loader, SpillDir: t.TempDir(), ChunkBytes: 1 << 20, Progress: &job.Progress{},
		Now:  func() time.Time { return startOfTime },
		Warn: func(_ int64, err error) { w.failed = append(w.failed, err) },
	}
	return w
}

// run executes the job once.
func (w *world) run(ctx context.Context) (job.Result, error) {
	j := job.Job{Name: "fake", Source: w.source, Format: w.format, Plan: w.plan, Revision: 1, MostRemoved: 10}
	return j.Run(ctx, w.runtime)
}

// mustRun executes the job and expects it to come to its end.
func (w *world) mustRun() job.Result {
	w.t.Helper()
	result, err := w.run(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

// rules lists the rules of the rejections, in their order.
func (w *world) rules() []string {
	var rules []string
	for _, r := range w.loader.rejections {
		rules = append(rules, string(r.Level)+" "+r.Rule)
	}
	return rules
}
