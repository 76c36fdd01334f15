package main

import (
	"context"
	"fmt"
	"path/filepath"

	"thidua/configs"
	"thidua/sinks/warehouse"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/identity"
)

// compute brings the figures up to what is committed, the day and the definitions. An
// error is told and ends the round badly, but what was loaded is published all the
// same, with the figures as they were.
func (r *round) compute(ctx context.Context) error {
	// What is loaded in part is not counted, as it is not shown.
	open, err := r.warehouse.OpenDeliveries(ctx)
	if err != nil || open > 0 {
		return err
	}
	done, err := r.warehouse.Compute(ctx, r.app.agenda())
	if err != nil {
		r.log.Error().Str("error", identity.Redact(err).Error()).Msg("not computed")
		return &said{"không tính được các chỉ số; số liệu đã nạp vẫn được công bố, chỉ số giữ nguyên như lần trước", "the figures could not be computed; what was loaded is published, with the figures as they were", err}
	}
	if done.Fresh {
		r.log.Info().Int("cells", done.Cells).Int("counted", done.Counted).Int("restated", done.Restated).Float64("seconds", done.Seconds).Msg("computed")
		r.tellComputed(done)
	}
	return nil
}

func (r *round) tellComputed(done warehouse.Computed) {
	if r.options.listing.json || r.options.listing.csv {
		return
	}
	whole := func(n int) string { return r.app.number(float64(n), 0) }
	r.app.say("\nĐã tính %s số liệu (tính lại %s, điều chỉnh %s số đã công bố, %s giây); xem: thidua indicators",
		"\nComputed %s figures (%s counted, %s published ones restated, %s s); see: thidua indicators",
		whole(done.Cells), whole(done.Counted), whole(done.Restated), r.app.number(done.Seconds, 2))
}

// summarise writes what is published beside the rows, and returns the files of figures.
func (r *round) summarise(ctx context.Context) ([]string, error) {
	if err := r.warehouse.Summarise(ctx); err != nil {
		return nil, err
	}
	dir := filepath.Join(r.app.stateDir(), "figures")
	names, err := r.warehouse.Export(ctx, dir, r.app.campaigns(), r.app.set.Workspace.Publish.SuppressBelow)
	if err != nil {
		return nil, fmt.Errorf("write the figures for publication: %w", err)
	}
	files := make([]string, len(names))
	for i, name := range names {
		files[i] = filepath.Join(dir, name)
	}
	return files, nil
}

// agenda is what is computed in this workspace, on this day.
func (a *app) agenda() warehouse.Agenda {
	agenda := warehouse.Agenda{Campaigns: a.campaigns(), Expectations: a.set.Expectations, Today: a.today()}
	for _, f := range a.set.Files() {
		if c, ok := a.set.Campaign(f.Name); f.Kind == configs.KindCampaign && ok && !c.Enabled {
			continue
		}
		agenda.Definitions = append(agenda.Definitions, warehouse.Definition{
			Kind: f.Kind, Name: f.Name, Version: f.Version(), Title: a.titleOf(f), Text: f.Text(),
		})
	}
	// What units owe is part of what figures mean.
	for _, j := range a.set.Jobs {
		if j.Runs() && len(j.Expects) > 0 {
			agenda.Definitions = append(agenda.Definitions, warehouse.Definition{
				Kind: configs.KindJob, Name: j.Job, Version: configs.VersionOf(j.Text()), Title: j.Title, Text: j.Text(),
			})
		}
	}
	return agenda
}

// titleOf is the title of the definition or campaign that a file declares.
func (a *app) titleOf(f configs.DefinitionFile) declaration.Title {
	if f.Kind == configs.KindIndicator {
		if i := a.set.Indicators[f.Name]; i != nil {
			return i.Title
		}
	} else if c, ok := a.set.Campaign(f.Name); ok {
		return c.Title
	}
	return declaration.Title{}
}

// campaigns are those that are judged in this workspace.
func (a *app) campaigns() []*campaign.Campaign {
	var enabled []*campaign.Campaign
	for _, c := range a.set.Campaigns {
		if c.Enabled {
			enabled = append(enabled, c)
		}
	}
	return enabled
}

// today is the local day: days begin at midnight in Vietnam.
func (a *app) today() calendar.Day { return calendar.DayOf(a.now().In(calendar.Zone())) }
