package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/sinks/calculation"
	"thidua/sinks/question"
	"thidua/sinks/snapshot"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/delivery"
	"thidua/transform/indicator"
)

// momentOptions say through which day events are counted, by which calendar, and
// through which instant commits are seen.
type momentOptions struct {
	cutOff, calendar, knownAt string
}

func (o *momentOptions) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.cutOff, "cut-off", "", "tính đến hết ngày / count through this day, as 2024-06-14")
	c.Flags().StringVar(&o.calendar, "calendar", "", "civil (1/1–31/12) | administrative (15/12–14/12)")
	c.Flags().StringVar(&o.knownAt, "known-at", "", "như đã biết vào lúc / as known at, as 2024-07-01 or \"2024-07-01 08:00\"")
}

// reckoner counts figures over the newest snapshot, as they were known at an instant.
type reckoner struct {
	app         *app
	snapshot    *calculation.Snapshot
	calculation *calculation.Calculation
	// cutOff and calendar are nil and empty where the campaign says.
	cutOff   *calendar.Day
	calendar calendar.Calendar
	// asOf says how it was known: the instant that was asked for and what holds then.
	asOf
}

// asOf is what holds at the instant that is asked about.
type asOf struct {
	// knownAt is zero where everything in the snapshot is seen; shownAt is the instant
	// that figures are told with.
	knownAt, shownAt time.Time
	today            calendar.Day
	campaigns        []*campaign.Campaign
	expectations     []*indicator.Expectation
	// definitions are the texts that rounds computed with, in force then; recalled says
	// that the campaigns are made of them.
	definitions []calculation.Definition
	recalled    bool
}

// openReckoner opens the newest snapshot to count over it.
func (a *app) openReckoner(ctx context.Context, o momentOptions) (r *reckoner, err error) {
	if err := a.load(); err != nil {
		return nil, err
	}
	r = &reckoner{app: a}
	var asked time.Time
	if asked, err = r.read(o); err != nil {
		return nil, err
	}
	m, err := snapshot.Newest(a.publishedDir())
	if errors.Is(err, snapshot.ErrNone) {
		return nil, nothingPublished()
	}
	if err != nil {
		return nil, err
	}
	if r.snapshot, err = calculation.OpenSnapshot(ctx, filepath.Join(a.publishedDir(), m.Snapshot, snapshot.RecordsFile)); err != nil {
		return nil, &said{"không mở được bản chụp mới nhất", "the newest snapshot cannot be opened", err}
	}
	if err := r.look(ctx, m, asked); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close gives the snapshot back.
func (r *reckoner) Close() error { return r.snapshot.Close() }

// read reads the flags, and returns the instant that is asked about, zero where none is.
func (r *reckoner) read(o momentOptions) (asked time.Time, err error) {
	if o.cutOff != "" {
		day, err := calendar.ParseDay(o.cutOff)
		if err != nil {
			return asked, usage("--cut-off là một ngày, ví dụ 2024-06-14", "--cut-off is a day, such as 2024-06-14")
		}
		r.cutOff = &day
	}
	if o.calendar != "" {
		if r.calendar, err = calendar.ParseCalendar(o.calendar); err != nil {
			return asked, usage("--calendar nhận civil hoặc administrative", "--calendar takes civil or administrative")
		}
	}
	if o.knownAt == "" {
		return asked, nil
	}
	asked, ok := readInstant(o.knownAt)
	if !ok {
		return asked, usage(
			`--known-at là một lúc: 2024-07-01, "2024-07-01 08:00" hoặc 2024-07-01T01:00:00Z`,
			`--known-at is an instant: 2024-07-01, "2024-07-01 08:00" or 2024-07-01T01:00:00Z`)
	}
	return asked, nil
}

// readInstant reads an instant as people write it, by the clock of Vietnam where no zone is
// stated. What is written without its parts means its end: 2024-07-01 the whole day.
func readInstant(text string) (time.Time, bool) {
	here := question.Local(time.Time{}).Location()
	for _, form := range []struct {
		layout string
		length time.Duration
	}{
		{time.DateOnly, 24 * time.Hour},
		{"2006-01-02 15:04", time.Minute},
		{"2006-01-02T15:04", time.Minute},
		{time.DateTime, time.Second},
		{"2006-01-02T15:04:05", time.Second},
		{time.RFC3339, time.Second},
	} {
		at, err := time.ParseInLocation(form.layout, text, here)
		if err != nil {
			continue
		}
		if at.Nanosecond() != 0 {
			return at, true
		}
		return at.Add(form.length - time.Microsecond), true
	}
	return time.Time{}, false
}

// look finds what holds at the instant that is asked about.
func (r *reckoner) look(ctx context.Context, m snapshot.Manifest, asked time.Time) (err error) {
	r.shownAt, r.today, r.campaigns, r.expectations = m.KnownAt, r.app.today(), r.app.campaigns(), r.app.set.Expectations
	if r.definitions, err = r.snapshot.Definitions(ctx, asked); err != nil {
		return err
	}
	if !asked.IsZero() {
		if err := r.goBack(ctx, m, asked); err != nil {
			return err
		}
	}
	r.calculation, err = calculation.Open(ctx, r.snapshot.Basis(r.knownAt, r.today))
	return err
}

// goBack lets only what was known at the instant be seen.
func (r *reckoner) goBack(ctx context.Context, m snapshot.Manifest, asked time.Time) error {
	since, err := r.snapshot.Since(ctx)
	if err != nil {
		return err
	}
	if since.IsZero() || asked.Before(since) {
		first := question.Local(since)
		return &said{
			"lúc đó chưa biết gì; dữ liệu có từ " + first.Format(instantVi),
			"nothing was known then; the records begin at " + first.Format(instantEn), nil,
		}
	}
	if asked.Before(m.KnownAt) {
		r.knownAt, r.shownAt = asked, asked
	}
	// A day that has not come asks nothing more than today does.
	r.today = min(calendar.DayOf(question.Local(asked)), r.app.today())
	if !slices.ContainsFunc(r.definitions, func(d calculation.Definition) bool { return d.Kind == configs.KindCampaign }) {
		r.app.note("Lúc đó chưa tính phong trào nào; dùng định nghĩa hiện nay.", "No campaign was judged then; the definitions are those of now.")
		return nil
	}
	r.recalled = true
	return r.recall()
}

// recall replaces the campaigns, and what units owe, by what they were: those that were
// judged then, of the definitions that were in force.
func (r *reckoner) recall() error {
	texts := map[string]map[string]string{configs.KindIndicator: {}, configs.KindCampaign: {}, configs.KindJob: {}}
	for _, d := range r.definitions {
		texts[d.Kind][d.Name] = d.Text
	}
	r.campaigns = nil
	for _, name := range slices.Sorted(maps.Keys(texts[configs.KindCampaign])) {
		then, err := r.app.set.CampaignFrom(texts[configs.KindCampaign][name], texts[configs.KindIndicator])
		if err != nil {
			return &said{
				"không dùng lại được định nghĩa của lúc đó: " + name,
				"the definitions of that time cannot be used any more: " + name, err,
			}
		}
		r.campaigns = append(r.campaigns, then)
	}
	var err error
	if r.expectations, err = r.app.set.ExpectationsFrom(texts[configs.KindJob]); err != nil {
		return &said{
			"không dùng lại được quy định báo cáo (expects) của lúc đó",
			"what units owed at that time (expects) cannot be used any more", err,
		}
	}
	return nil
}

// choose returns the campaigns that are named, all that are judged where none is. Those
// of another time are the ones that were judged then.
func (r *reckoner) choose(names []string) ([]*campaign.Campaign, error) {
	if len(names) == 0 {
		if len(r.campaigns) == 0 {
			return nil, &said{"không có phong trào nào đang bật; xem campaigns trong thidua.yaml", "no campaign is enabled; see campaigns in thidua.yaml", nil}
		}
		return r.campaigns, nil
	}
	var chosen []*campaign.Campaign
	for _, name := range names {
		i := slices.IndexFunc(r.campaigns, func(c *campaign.Campaign) bool { return c.Name == name })
		if i >= 0 {
			chosen = append(chosen, r.campaigns[i])
			continue
		}
		c, ok := r.app.set.Campaign(name)
		switch {
		case ok && r.recalled:
			return nil, &said{"lúc đó chưa tính phong trào " + name, "campaign " + name + " was not judged then", nil}
		case !ok:
			return nil, r.app.unknownCampaign(name)
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

func campaignNames(campaigns []*campaign.Campaign) []string {
	var names []string
	for _, c := range campaigns {
		names = append(names, c.Name)
	}
	return names
}

func (a *app) unknownCampaign(name string) error {
	known := campaignNames(a.set.Campaigns)
	list := strings.Join(known, ", ")
	return unknown(delivery.Text{Vi: "phong trào", En: "campaign"}, name, known, delivery.Text{Vi: "có: " + list, En: "there are: " + list})
}

// unknown says that there is no such thing, with the nearest that there is, or what else
// to do.
func unknown(thing delivery.Text, name string, known []string, otherwise delivery.Text) error {
	if near, found := declaration.Nearest(name, known); found {
		otherwise = delivery.Text{Vi: near + "?", En: near + "?"}
	}
	return usage(fmt.Sprintf("không có %s %q; %s", thing.Vi, name, otherwise.Vi), fmt.Sprintf("there is no %s %q; %s", thing.En, name, otherwise.En))
}

// elsewhere says that a campaign has no figures of the cut-off or the unit: it has not
// begun, or is another province's.
type elsewhere struct{ error }

func (e *elsewhere) Unwrap() error { return e.error }

// momentOf returns the cut-off that is asked for and its calendar: that of a report of
// the day where it has one, the campaign's otherwise.
func (r *reckoner) momentOf(c *campaign.Campaign) (campaign.Moment, error) {
	m, _ := c.Standing(r.today)
	if r.cutOff != nil {
		m.CutOffOn = *r.cutOff
		for _, report := range c.Reports {
			if report.CutOffOn == m.CutOffOn {
				m.Calendar = report.Calendar
			}
		}
		if m.CutOffOn >= r.today {
			r.app.note("Ngày chốt %s chưa qua: mới có số liệu đã nhận được.", "The cut-off %s is not over: there is only what has come so far.", r.app.day(m.CutOffOn))
		}
	}
	if r.calendar != "" {
		m.Calendar = r.calendar
	}
	period := c.PeriodIn(m.Calendar)
	if r.cutOff == nil {
		m.CutOffOn = min(r.today-1, period.To)
	}
	if m.CutOffOn < period.From {
		return m, &elsewhere{&said{
			fmt.Sprintf("%s bắt đầu ngày %s; chưa có số liệu tính đến hết ngày %s", c.Name, period.From.Vi(), m.CutOffOn.Vi()),
			fmt.Sprintf("%s begins on %s; there is nothing to count through %s", c.Name, period.From, m.CutOffOn), nil,
		}}
	}
	return m, nil
}

// plan is what is counted of a campaign: the entries with those ids, all where none is
// named. A target that all units have to meet needs nothing else.
func (r *reckoner) plan(c *campaign.Campaign, ids []string, windows []campaign.Window) calculation.Plan {
	p := calculation.Plan{Campaign: c, Windows: windows, Expectations: r.expectations}
	if len(ids) > 0 {
		p.Entries = withIDs(c, ids)
	}
	return p
}

// withIDs returns the entries that bear one of the ids, or are counted by a definition
// of that name.
func withIDs(c *campaign.Campaign, ids []string) []*campaign.Entry {
	var entries []*campaign.Entry
	for _, e := range c.Entries() {
		if slices.ContainsFunc(ids, func(id string) bool {
			return strings.EqualFold(id, e.ID) || e.Definition != nil && id == e.Definition.Name
		}) {
			entries = append(entries, e)
		}
	}
	return entries
}

// unknownID says that no figure of the campaigns bears the id.
func (a *app) unknownID(id string, campaigns []*campaign.Campaign) error {
	var known []string
	for _, c := range campaigns {
		for _, e := range c.Entries() {
			known = append(known, e.ID)
			if e.Definition != nil {
				known = append(known, e.Definition.Name)
			}
		}
	}
	return unknown(delivery.Text{Vi: "chỉ số", En: "figure"}, id, known, delivery.Text{Vi: "xem: thidua indicators", En: "see: thidua indicators"})
}

// findUnit finds a unit of the campaign's province by its code or name, the province
// itself where nothing is named.
func (a *app) findUnit(name string, c *campaign.Campaign, units []calculation.PlacedUnit) (calculation.PlacedUnit, error) {
	var known []string
	for _, u := range units {
		if name == "" && u.Level == indicator.Province || name != "" && (u.Code == name || strings.EqualFold(u.Name, name)) {
			return u, nil
		}
		known = append(known, u.Code, u.Name)
	}
	if name == "" {
		return calculation.PlacedUnit{Unit: campaign.Unit{Level: indicator.Province, Code: c.Province.Code, List: c.Province.List}}, nil
	}
	return calculation.PlacedUnit{}, &elsewhere{unknown(delivery.Text{Vi: "đơn vị", En: "unit"}, name, known, delivery.Text{
		Vi: "nêu mã hoặc tên đơn vị của " + c.Name, En: "name a unit of " + c.Name + " by its code or name",
	})}
}
