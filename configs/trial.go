package configs

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// trialEnding is that of files which hold the tests of the definition beside them.
const trialEnding = ".test.yaml"

// loadTrials decodes the tests of a definition and checks what can be known without
// counting.
func (l *loader) loadTrials(d *document) {
	var stated campaign.TrialsDeclaration
	if !d.decode(d.root, &stated, &l.found) {
		return
	}
	before := len(l.found)
	name := strings.TrimSuffix(stem(d.file), ".test")
	tested := l.set.Indicators[name]
	switch {
	case stated.Indicator != name:
		l.found.add(d, d.at("$.indicator"), fmt.Sprintf("the name %q is not that of the file, %q", stated.Indicator, name+trialEnding), "rename one of them")
	case tested == nil && !l.broken[subjectIndicator+name]:
		l.found.add(d, d.at("$.indicator"), fmt.Sprintf("there is no indicator %q", name), declaration.Hint(name, slices.Sorted(maps.Keys(l.set.Indicators))))
	}
	if len(stated.Tests) == 0 {
		l.found.add(d, d.at("$.tests"), "there is no test", "")
	}
	for n, test := range stated.Tests {
		path := fmt.Sprintf("$.tests[%d]", n)
		if slices.ContainsFunc(stated.Tests[:n], func(t campaign.TrialDeclaration) bool { return t.Test == test.Test }) {
			l.found.add(d, d.at(path+".test"), "another test says the same", "say in a sentence what this one shows")
		}
		l.checkTrial(d, path, test, tested)
	}
	if tested != nil && len(l.found) == before {
		l.set.Trials[name] = stated.Tests
		l.set.trialFiles[name] = d.file
	}
}

// checkTrial checks one test; what it tests is nil where that has problems of its own.
func (l *loader) checkTrial(d *document, path string, test campaign.TrialDeclaration, tested *indicator.Indicator) {
	for _, name := range slices.Sorted(maps.Keys(test.Rows)) {
		if message, hint := l.judgeRows(name, test.Rows[name]); message != "" {
			l.found.add(d, d.at(path+".rows."+name), message, hint)
		}
	}
	l.expectations(d, path, test.Test, test.Expects)
	if tested != nil {
		_, err := test.Compile(tested)
		l.addProblems(d, below(path, err))
	}
}

// judgeRows says what is wrong with the rows of a test, and what would be right;
// nothing where nothing is.
func (l *loader) judgeRows(name, text string) (message, hint string) {
	known := maps.Clone(l.set.Datasets)
	maps.Copy(known, l.set.ReferenceDatasets())
	ds := known[name]
	if ds == nil {
		if l.broken[name] {
			return "", ""
		}
		return fmt.Sprintf("unknown dataset or reference table %q", name), declaration.Hint(name, slices.Sorted(maps.Keys(known)))
	}
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	header, err := r.Read()
	if err != nil {
		return "the rows have no header", "begin with a line that names columns, parted by commas"
	}
	if message, hint := judgeHeader(ds, header); message != "" {
		return message, hint
	}
	for {
		_, err := r.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return "", ""
		case errors.As(err, &wrong):
			return fmt.Sprintf("line %d of the rows: %s", wrong.Line, wrong.Err), "write one cell for each column of the header"
		case err != nil:
			return err.Error(), ""
		}
	}
}

func judgeHeader(ds *dataset.Dataset, header []string) (message, hint string) {
	for i, column := range header {
		column = strings.TrimSpace(column)
		switch _, ok := ds.Index(column); {
		case !ok:
			return fmt.Sprintf("dataset %s has no column %q", ds.Name, column), declaration.Hint(column, ds.ColumnNames())
		case slices.ContainsFunc(header[:i], func(c string) bool { return strings.TrimSpace(c) == column }):
			return fmt.Sprintf("column %q is named twice", column), ""
		}
	}
	return "", ""
}

// expectations compiles what units owe to a job or in a test: the list called expects
// in the part of the document that path leads to. One over a dataset that has problems
// of its own is left alone.
func (l *loader) expectations(d *document, path, owner string, stated []indicator.ExpectationDeclaration) []*indicator.Expectation {
	var all []*indicator.Expectation
	for n, e := range stated {
		if l.broken[e.Of] || l.broken["facility"] {
			continue
		}
		compiled, err := indicator.CompileExpectation(owner, e, l.set.Datasets, l.set.ReferenceDatasets())
		if err != nil {
			l.addProblems(d, below(fmt.Sprintf("%s.expects[%d]", path, n), err))
			continue
		}
		all = append(all, compiled)
	}
	return all
}

// below returns problems whose paths are relative to a part of a document with paths
// relative to the document. Other errors stay as they are.
func below(path string, err error) error {
	var problems declaration.Problems
	if !errors.As(err, &problems) {
		return err
	}
	moved := slices.Clone(problems)
	for i := range moved {
		moved[i].Path = path + strings.TrimPrefix(moved[i].Path, "$")
	}
	return moved
}
