package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// indicatorsOptions say which figures are shown, and how.
type indicatorsOptions struct {
	moment  momentOptions
	listing listing
	// by is a level of units or months, empty for one row an indicator.
	by, unit string
	ids      []string
	// text adds what the campaign's text says of movements and awards.
	text bool
}

// byMonth asks for the months of a unit.
const byMonth = "month"

func (a *app) indicatorsCommand() *cobra.Command {
	var o indicatorsOptions
	c := &cobra.Command{
		Use:   "indicators [CAMPAIGN...]",
		Short: "các chỉ số của phong trào, so với chỉ tiêu / the figures of campaigns, against their targets",
		Long: `Tính các chỉ số từ bản chụp mới nhất rồi so với chỉ tiêu, theo từng nội dung của phong trào. Không nêu tên thì in
mọi phong trào đang bật, tính đến hết ngày hôm qua. --cut-off tính đến ngày khác; trúng ngày chốt một báo cáo của
phong trào thì theo lịch của báo cáo đó. --known-at trả lời như đã biết vào lúc đó, với định nghĩa khi ấy; ghi ngày
không thì hiểu là hết ngày, ghi phút không thì hiểu là hết phút, giờ Việt Nam.
Counts the figures over the newest snapshot and holds them against their targets, task by task. Without a name all
campaigns that are enabled are shown, through yesterday. --cut-off counts through another day; where that is the
cut-off of a report, by the report's calendar. --known-at answers as it was known then, with the definitions of
then; a bare day means its end, a bare minute its own, by the clock of Vietnam.`,
		Example: `  thidua indicators yen-bai-2024 --cut-off 2024-06-14
  thidua indicators thai-nguyen-2022 --by district --id TN.D.2
  thidua indicators --by month --unit 19101 --json
  thidua indicators --known-at "2024-07-01 08:00"`,
		RunE:              func(c *cobra.Command, args []string) error { return a.indicators(c.Context(), args, o) },
		ValidArgsFunction: a.completeCampaigns,
	}
	f := c.Flags()
	f.StringVar(&o.by, "by", "", "district | commune | facility | month")
	f.StringVar(&o.unit, "unit", "", "mã hoặc tên đơn vị / code or name of a unit")
	f.StringSliceVar(&o.ids, "id", nil, "chỉ chỉ số này / this figure only, such as TN.D.2")
	f.BoolVar(&o.text, "text", false, "kèm phong trào liên quan và khen thưởng / with movements and awards")
	o.moment.flags(c)
	o.listing.flags(c)
	return c
}

// completeCampaigns offers the names of the campaigns to the shell.
func (a *app) completeCampaigns(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	if a.load() != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return campaignNames(a.set.Campaigns), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) indicators(ctx context.Context, names []string, o indicatorsOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	r, err := a.openReckoner(ctx, o.moment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	campaigns, err := r.choose(names)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(campaigns, func(c *campaign.Campaign) bool { return len(withIDs(c, o.ids)) > 0 })
	if len(o.ids) > 0 && !known {
		return a.unknownID(o.ids[0], campaigns)
	}
	return r.printAll(ctx, campaigns, o, len(names) > 0)
}

// printAll prints the campaigns one after the other. Those that nobody named are left
// out where they have not begun or do not know the unit, unless that leaves none.
func (r *reckoner) printAll(ctx context.Context, campaigns []*campaign.Campaign, o indicatorsOptions, named bool) error {
	var leftOut []error
	shown := 0
	for _, c := range campaigns {
		if len(o.ids) > 0 && len(withIDs(c, o.ids)) == 0 {
			continue
		}
		s, err := r.sheet(ctx, c, o)
		if errors.As(err, new(*elsewhere)) && !named {
			leftOut = append(leftOut, err)
			continue
		}
		if err != nil {
			return err
		}
		if err := r.app.printSheet(s, o, shown == 0); err != nil {
			return err
		}
		shown++
	}
	if shown == 0 && len(leftOut) > 0 {
		return leftOut[0]
	}
	if o.unit == "" {
		for _, err := range leftOut {
			var s *said
			errors.As(err, &s)
			r.app.note("%s.", "%s.", r.app.pick(s.vi, s.en))
		}
	}
	return nil
}

// check refuses what flags cannot mean.
func (o indicatorsOptions) check() error {
	if o.by != "" && o.by != byMonth && (o.by == string(indicator.Province) || !slices.Contains(indicator.Levels(), indicator.Level(o.by))) {
		return usage("--by nhận district, commune, facility hoặc month", "--by takes district, commune, facility or month")
	}
	if o.text && (o.listing.json || o.listing.csv || o.by != "") {
		return usage("--text chỉ dùng khi in trang của phong trào", "--text goes with the page of a campaign only")
	}
	return nil
}

// sheet is the figures of a campaign at a moment.
type sheet struct {
	campaign *campaign.Campaign
	moment   campaign.Moment
	// unit is whose figures are shown, the province where nobody was named.
	unit calculation.PlacedUnit
	// figures are those that are asked for, whole those of the unit itself from the
	// beginning to the cut-off.
	figures, whole []campaign.Figure
	reckoner       *reckoner
}

// sheet counts the figures of a campaign. Its error is elsewhere where the campaign has
// none for what is asked.
func (r *reckoner) sheet(ctx context.Context, c *campaign.Campaign, o indicatorsOptions) (*sheet, error) {
	m, err := r.momentOf(c)
	if err != nil {
		return nil, err
	}
	s := &sheet{campaign: c, moment: m, reckoner: r}
	units, err := r.calculation.Units(ctx, c.Province, m.CutOffOn)
	if err != nil {
		return nil, err
	}
	if s.unit, err = r.app.findUnit(o.unit, c, units); err != nil {
		return nil, err
	}
	plan := r.plan(c, o.ids, c.Windows(m)[:1])
	if o.by == byMonth {
		plan.Windows = c.Windows(m)
	}
	figures, err := r.calculation.Figures(ctx, plan, r.shownAt)
	if err != nil {
		return nil, err
	}
	s.take(figures, o.by, units)
	return s, nil
}

// take keeps the figures that are asked for.
func (s *sheet) take(figures []campaign.Figure, by string, units []calculation.PlacedUnit) {
	within := map[[2]string]bool{}
	for _, u := range units {
		if u.In(s.unit.Level, s.unit.Code) {
			within[[2]string{string(u.Level), u.Code}] = true
		}
	}
	for _, f := range figures {
		own := f.Unit.Level == s.unit.Level && f.Unit.Code == s.unit.Code
		if own && f.Window.Extent == campaign.ToDate {
			s.whole = append(s.whole, f)
		}
		asked := own && f.Window.Extent == campaign.ToDate
		switch by {
		case byMonth:
			asked = own && f.Window.Extent == campaign.OfMonth
		case "":
		default:
			// A unit that ended before the cut-off has figures and lies nowhere any more: it is
			// shown where the whole province is asked for.
			inside := within[[2]string{string(f.Unit.Level), f.Unit.Code}] || s.unit.Level == indicator.Province
			asked = string(f.Unit.Level) == by && f.Window.Extent == campaign.ToDate && inside
		}
		if asked {
			s.figures = append(s.figures, f)
		}
	}
}

func (a *app) printSheet(s *sheet, o indicatorsOptions, first bool) error {
	switch {
	case o.listing.json:
		return printJSON(a.out, table{names: figureKeys(), rows: a.figureRows(s.figures)})
	case o.listing.csv:
		return a.printFiguresCSV(s.figures, first)
	}
	if !first {
		a.say("\n", "\n")
	}
	a.printHead(s)
	if o.by != "" {
		return a.printBy(s, o.by)
	}
	if err := a.printTasks(s); err != nil {
		return err
	}
	if o.text {
		a.printText(s.campaign)
	}
	return nil
}
