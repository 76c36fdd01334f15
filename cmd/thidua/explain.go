package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/sinks/calculation"
	"thidua/transform/campaign"
)

// explainOptions say which figure is explained.
type explainOptions struct {
	moment                 momentOptions
	campaign, unit, period string
	json                   bool
}

func (a *app) explainCommand() *cobra.Command {
	var o explainOptions
	c := &cobra.Command{
		Use:   "explain ID",
		Short: "một con số từ đâu mà có / where a figure comes from",
		Long: `Giải trình một con số của bản chụp mới nhất: cách tính bằng lời và bằng SQL, tử số, mẫu số, đơn vị chưa báo cáo, các
lô số liệu, định nghĩa, chỉ tiêu, số in trong văn bản và các lần điều chỉnh. ID là mã trong văn bản hoặc tên chỉ số.
Chép câu SQL rồi chạy: thidua query -
Explains a figure of the newest snapshot: how it is counted, in words and in SQL, numerator and denominator, who did
not report, the payloads behind it, its definition and target, what the text printed, and restatements. ID is that
of the text or the name of an indicator. The SQL can be asked as it stands: thidua query -`,
		Example: `  thidua explain TN.D.2
  thidua explain YB.5.2 --unit 135 --cut-off 2024-06-14
  thidua explain insured_persons_linked --campaign thai-nguyen-2022h1 --period 2022-05 --json`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.explainFigure(c.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.campaign, "campaign", "", "chỉ phong trào này / of this campaign only")
	f.StringVar(&o.unit, "unit", "", "mã hoặc tên đơn vị / code or name of a unit")
	f.StringVar(&o.period, "period", "", "2024 | 2024-H1 | 2024-9M | 2024-Q2 | 2024-06 | 2024-W23 | 2024-01-01..2024-06-14")
	f.BoolVar(&o.json, "json", false, "JSON Lines")
	o.moment.flags(c)
	c.MarkFlagsMutuallyExclusive("period", "cut-off")
	return c
}

func (a *app) explainFigure(ctx context.Context, id string, o explainOptions) (err error) {
	r, err := a.openReckoner(ctx, o.moment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var names []string
	if o.campaign != "" {
		names = []string{o.campaign}
	}
	campaigns, err := r.choose(names)
	if err != nil {
		return err
	}
	var leftOut []error
	shown, known := 0, false
	for _, c := range campaigns {
		for _, e := range withIDs(c, []string{id}) {
			known = true
			x, err := r.explain(ctx, c, e, o)
			if errors.As(err, new(*elsewhere)) {
				leftOut = append(leftOut, err)
				continue
			}
			if err != nil {
				return err
			}
			if err := a.printExplanation(x, o, shown == 0); err != nil {
				return err
			}
			shown++
		}
	}
	switch {
	case !known:
		return a.unknownID(id, campaigns)
	case shown == 0:
		return leftOut[0]
	}
	return nil
}

// explanation is a figure with what stands behind it.
type explanation struct {
	campaign *campaign.Campaign
	figure   campaign.Figure
	evidence calculation.Evidence
	restated []calculation.Restatement
	// task is the one that the figure belongs to.
	task campaign.Task
	// definition and promise are the files that say what is counted and what was
	// promised; the first is zero where nothing can be counted yet.
	definition, promise declared
}

// declared is the file of a definition. Version is the one that the figure was counted
// by; since tells from which instant rounds have computed with it, zero where none has.
type declared struct {
	path    string
	builtIn bool
	version string
	since   time.Time
}

// mostSources and mostSilent bound what is listed of deliveries and units.
const (
	mostSources = 15
	mostSilent  = 20
)

func (r *reckoner) explain(ctx context.Context, c *campaign.Campaign, e *campaign.Entry, o explainOptions) (*explanation, error) {
	w, err := r.windowOf(c, o.period)
	if err != nil {
		return nil, err
	}
	units, err := r.calculation.Units(ctx, c.Province, w.Period.To)
	if err != nil {
		return nil, err
	}
	unit, err := r.app.findUnit(o.unit, c, units)
	if err != nil {
		return nil, err
	}
	plan := r.plan(c, nil, []campaign.Window{w})
	plan.Entries = []*campaign.Entry{e}
	figures, err := r.calculation.Figures(ctx, plan, r.shownAt)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(figures, func(f campaign.Figure) bool {
		return f.Unit.Level == unit.Level && f.Unit.Code == unit.Code && f.Window == w
	})
	if i < 0 {
		return nil, &elsewhere{&said{
			fmt.Sprintf("%s không có số liệu của %s: không có dòng nào và không phải báo cáo gì trong kỳ này", e.ID, unitName(unit.Unit)),
			fmt.Sprintf("%s has no figure of %s: there are no rows of it in these days and it owes none", e.ID, unitName(unit.Unit)), nil,
		}}
	}
	x := &explanation{campaign: c, figure: figures[i], promise: r.declaredIn(configs.KindCampaign, c.Name)}
	for _, t := range c.Tasks {
		if slices.Contains(t.Entries, e) {
			x.task = t
		}
	}
	if e.Definition != nil {
		x.definition = r.declaredIn(configs.KindIndicator, e.Definition.Name)
	}
	if x.evidence, err = r.calculation.Explain(ctx, plan, x.figure, mostSources); err != nil {
		return nil, err
	}
	x.restated, err = r.calculation.Restatements(ctx, x.figure)
	return x, err
}

// windowOf is the period that is asked about: that of a name, or from the beginning of
// the campaign to the cut-off.
func (r *reckoner) windowOf(c *campaign.Campaign, name string) (campaign.Window, error) {
	if name == "" {
		m, err := r.momentOf(c)
		if err != nil {
			return campaign.Window{}, err
		}
		return c.Windows(m)[0], nil
	}
	cal := c.Calendar
	if r.calendar != "" {
		cal = r.calendar
	}
	p, err := cal.Parse(name)
	if err != nil {
		return campaign.Window{}, usage(
			fmt.Sprintf("--period %q không phải là kỳ; ghi 2024, 2024-H1, 2024-9M, 2024-Q2, 2024-06, 2024-W23 hoặc 2024-01-01..2024-06-14", name),
			fmt.Sprintf("--period %q is no period; write 2024, 2024-H1, 2024-9M, 2024-Q2, 2024-06, 2024-W23 or 2024-01-01..2024-06-14", name))
	}
	whole := c.PeriodIn(cal)
	if p.To < whole.From {
		return campaign.Window{}, &elsewhere{&said{
			fmt.Sprintf("kỳ %s–%s nằm trước ngày bắt đầu của %s, ngày %s", p.From.Vi(), p.To.Vi(), c.Name, whole.From.Vi()),
			fmt.Sprintf("the days %s–%s lie before %s, which begins on %s", p.From, p.To, c.Name, whole.From), nil,
		}}
	}
	w := campaign.Window{Extent: campaign.OfMonth, Calendar: cal, Period: p}
	if p.From == whole.From && p != cal.Month(p.From) {
		w.Extent = campaign.ToDate
	}
	return w, nil
}

// declaredIn finds the file of a definition or a campaign. Of an instant that was asked
// about the version of then counts, else today's.
func (r *reckoner) declaredIn(kind, name string) declared {
	var s declared
	if f, ok := r.app.set.File(kind, name); ok {
		s.path, s.builtIn, s.version = f.Path, f.BuiltIn, f.Version()
	}
	for _, d := range r.definitions {
		if d.Kind == kind && d.Name == name && (r.recalled || d.Version == s.version) {
			s.version, s.since = d.Version, d.Since
		}
	}
	return s
}
