package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

func (a *app) runsCommand() *cobra.Command {
	var l listing
	var limit int
	var run int64
	c := &cobra.Command{
		Use:   "runs",
		Short: "các lần chạy gần đây / recent runs",
		Long: `Liệt kê các lần chạy gần đây, hoặc số liệu của một lần chạy theo bộ dữ liệu (--run), từ bản chụp mới nhất.
Lists the recent runs, or the account of one by dataset (--run), from the newest snapshot.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("run") {
				return a.account(c.Context(), run, l)
			}
			return a.runs(limit, l)
		},
	}
	c.Flags().IntVar(&limit, "limit", 20, "số lần chạy / how many")
	c.Flags().Int64Var(&run, "run", 0, "số liệu của lần chạy này / the account of this run")
	c.MarkFlagsMutuallyExclusive("limit", "run")
	l.flags(c)
	return c
}

func (a *app) runs(limit int, l listing) error {
	if limit < 1 {
		return usage("--limit phải từ 1 trở lên", "--limit is 1 or more")
	}
	if err := a.load(); err != nil {
		return err
	}
	runs, err := a.newestRuns()
	if err != nil {
		return err
	}
	t := table{
		names: []string{"run", "job", "state", "started_at", "ended_at", "seconds", "message"},
		titles: []string{
			a.pick("lần chạy", "run"), a.pick("công việc", "job"), a.pick("tình trạng", "state"), a.pick("bắt đầu", "started"),
			a.pick("kết thúc", "ended"), a.pick("giây", "seconds"), a.pick("ghi chú", "message"),
		},
	}
	people := !l.json && !l.csv
	for _, r := range runs[:min(limit, len(runs))] {
		row := []any{r.Run, r.Job, r.State, r.StartedAt, nil, r.Seconds, r.Message}
		if r.EndedAt != nil {
			row[4] = *r.EndedAt
		}
		if people {
			row[2] = a.stateName(r.State)
		}
		t.rows = append(t.rows, row)
	}
	return a.printLocal(l, t)
}

// account prints the tallies of one run. They are published with the records they
// tell of.
func (a *app) account(ctx context.Context, run int64, l listing) (err error) {
	if err := a.load(); err != nil {
		return err
	}
	runs, err := a.newestRuns()
	if err != nil {
		return err
	}
	t := table{names: tallyNames}
	if t.rows, err = a.tallyRows(ctx, run); err != nil {
		return err
	}
	known := slices.ContainsFunc(runs, func(r warehouse.RunState) bool { return r.Run == run })
	switch {
	case len(t.rows) == 0 && !known:
		return &said{
			fmt.Sprintf("bản chụp mới nhất không có lần chạy %d; xem: thidua runs", run),
			fmt.Sprintf("the newest snapshot knows no run %d; see: thidua runs", run), nil,
		}
	case len(t.rows) == 0 && !l.json && !l.csv:
		a.say("Lần chạy %d không gặp gì mới.", "Run %d met nothing new.", run)
		return nil
	case l.json || l.csv:
		return a.print(l, t)
	}
	t.titles = a.tallyTitles()
	for _, row := range t.rows {
		if show(row[2]) == delivery.Dossiers {
			row[2] = a.pick("(hồ sơ)", "(dossiers)")
		}
	}
	alignFigures(t)
	return printAligned(a.out, t)
}

// tallyRows reads the account of a run from the published records.
func (a *app) tallyRows(ctx context.Context, run int64) (rows [][]any, err error) {
	p, err := a.openPublished(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	columns := `"` + strings.Join(tallyNames, `", "`) + `"`
	r, err := p.Ask(ctx, `SELECT `+columns+` FROM (SELECT * REPLACE (round(seconds, 3) AS seconds) FROM run) WHERE run = ? ORDER BY dataset <> ?, dataset`, run, delivery.Dossiers)
	if err != nil {
		return nil, explain(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for r.Next() {
		row, err := r.Row()
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, r.Err()
}

// tallyTitles are tallyNames as people read them.
func (a *app) tallyTitles() []string {
	return []string{
		a.pick("lần chạy", "run"), a.pick("công việc", "job"), a.pick("bộ dữ liệu", "dataset"), a.pick("tệp", "payloads"),
		a.pick("đọc", "read"), a.pick("nạp", "loaded"), a.pick("không đổi", "unchanged"), a.pick("bản cũ", "superseded"),
		a.pick("bỏ qua", "skipped"), a.pick("cách ly", "quarantined"), a.pick("thay thế", "replaced"), a.pick("gỡ bỏ", "removed"),
		a.pick("cảnh báo", "warned"), a.pick("trùng hạng", "ties"), a.pick("byte", "bytes"), a.pick("giây", "seconds"),
	}
}
