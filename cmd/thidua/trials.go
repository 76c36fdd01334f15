package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/indicator"
)

func (a *app) testCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test [INDICATOR...]",
		Short: "chạy thử các định nghĩa chỉ số / run the tests of the indicators",
		Long: `Chạy các phép thử ghi cạnh định nghĩa, trong tệp TÊN.test.yaml: các dòng đưa vào, con số phải ra. Không nêu tên thì
thử mọi định nghĩa. Có phép thử sai, hoặc định nghĩa của thư mục làm việc không có phép thử, thì kết thúc với mã 1.
Runs the tests that stand beside the definitions, in NAME.test.yaml: rows in, figures out. Without a name all
definitions are tested. Ends with 1 where a test differs, or a definition of the workspace has none.`,
		Example: `  thidua test
  thidua test insured_persons_linked`,
		RunE: func(c *cobra.Command, args []string) error { return a.test(c.Context(), args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			if a.load() != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return slices.Sorted(maps.Keys(a.set.Indicators)), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func (a *app) test(ctx context.Context, names []string) (err error) {
	if err := a.loadBy(configs.LoadTested); err != nil {
		return err
	}
	known := slices.Sorted(maps.Keys(a.set.Indicators))
	for _, name := range names {
		if !slices.Contains(known, name) {
			return unknown(delivery.Text{Vi: "định nghĩa", En: "definition"}, name, known, delivery.Text{Vi: "xem: thidua test", En: "see: thidua test"})
		}
	}
	if len(names) == 0 {
		names = known
	}
	l, err := a.openLaboratory(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	failed := false
	for _, name := range names {
		result, err := a.tryDefinition(ctx, l, name)
		if err != nil {
			return err
		}
		a.printTrials(name, result)
		failed = failed || result.failed()
	}
	if failed {
		return errAttention
	}
	return nil
}

// openLaboratory makes an engine with the tables of the workspace, in memory.
func (a *app) openLaboratory(ctx context.Context) (*calculation.Laboratory, error) {
	datasets := slices.Clone(a.datasets())
	references := map[string][][]string{}
	for _, r := range a.set.References {
		references[r.Dataset.Name] = r.Rows
		if !slices.ContainsFunc(datasets, func(d *dataset.Dataset) bool { return d.Name == r.Dataset.Name }) {
			datasets = append(datasets, r.Dataset)
		}
	}
	return calculation.OpenLaboratory(ctx, datasets, references)
}

// trialResult is how the tests of a definition went.
type trialResult struct {
	tests int
	// differences are told a sentence each, with the test they belong to.
	differences []string
	// untested says that a definition of the workspace has no test; the program's own are
	// tested when it is built.
	untested bool
}

func (t trialResult) failed() bool { return len(t.differences) > 0 || t.untested }

// tryDefinition runs the tests of a definition.
func (a *app) tryDefinition(ctx context.Context, l *calculation.Laboratory, name string) (trialResult, error) {
	result := trialResult{tests: len(a.set.Trials[name])}
	if result.tests == 0 {
		result.untested = !a.builtInIndicator(name)
		return result, nil
	}
	for _, stated := range a.set.Trials[name] {
		trial, err := stated.Compile(a.set.Indicators[name])
		if err != nil {
			return result, fmt.Errorf("test %q of %s: %w", stated.Test, name, err)
		}
		expectations, err := a.expectationsOf(trial)
		if err != nil {
			return result, fmt.Errorf("test %q of %s: %w", stated.Test, name, err)
		}
		figures, err := l.Run(ctx, trial, expectations)
		if errors.Is(err, calculation.ErrTrial) {
			result.differences = append(result.differences, fmt.Sprintf("“%s”: %s", trial.Name, err))
			continue
		}
		if err != nil {
			return result, err
		}
		for _, difference := range trial.Check(figures) {
			result.differences = append(result.differences, fmt.Sprintf("“%s”: %s", trial.Name, difference))
		}
	}
	return result, nil
}

// expectationsOf compiles what units owe in a test. The job that they owe to is called
// as the dataset, so that the rows of zero_report can name it as their feed.
func (a *app) expectationsOf(t *campaign.Trial) ([]*indicator.Expectation, error) {
	var all []*indicator.Expectation
	for _, stated := range t.Expects {
		compiled, err := indicator.CompileExpectation(stated.Of, stated, a.set.Datasets, a.set.ReferenceDatasets())
		if err != nil {
			return nil, err
		}
		all = append(all, compiled)
	}
	return all, nil
}

// builtInIndicator reports whether a definition is the program's own.
func (a *app) builtInIndicator(name string) bool {
	f, _ := a.set.File(configs.KindIndicator, name)
	return f.BuiltIn
}

// printTrials prints a line for a definition, and one for each difference.
func (a *app) printTrials(name string, t trialResult) {
	switch {
	case len(t.differences) > 0:
		a.say("%s  %s: %d phép thử, %d điều sai; %s", "%s  %s: tests %d, differences %d; %s", a.pick("LỖI ", "FAIL"), name, t.tests, len(t.differences), a.set.TrialFile(name))
	case t.tests == 0:
		mark := a.pick("LỖI ", "FAIL")
		if !t.untested {
			mark = a.pick("CHÚ Ý", "WARN")
		}
		a.say("%s  %s: không có phép thử; viết configs/indicators/%s.test.yaml", "%s  %s: there is no test; write configs/indicators/%s.test.yaml", mark, name, name)
	default:
		a.say("%s  %s: %d phép thử", "%s  %s: tests %d", "OK  ", name, t.tests)
	}
	for _, difference := range t.differences {
		fmt.Fprintln(a.out, "      "+strings.ReplaceAll(difference, "\n", "\n      "))
	}
}
