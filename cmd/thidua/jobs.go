package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"thidua/sinks/question"
	"thidua/sinks/snapshot"
	"thidua/sinks/warehouse"
)

func (a *app) jobsCommand() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "jobs",
		Short: "các công việc và tình trạng / the jobs and how they stand",
		Long: `Liệt kê các công việc đã khai báo và lần chạy cuối theo bản chụp mới nhất.
Lists the declared jobs and their last runs, as the newest snapshot has them.`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.jobs(l) },
	}
	l.flags(c)
	c.AddCommand(&cobra.Command{
		Use:   "show JOB",
		Short: "in tệp khai báo của một công việc / print the file of a job",
		Long: `In tệp khai báo của một công việc: thư mục nguồn, tên cột cần có. Muốn sửa thì lưu vào configs/jobs/JOB.yaml.
Prints the file of a job: its folder, the columns it wants. To change it, save it as configs/jobs/JOB.yaml.`,
		Args:              cobra.ExactArgs(1),
		RunE:              func(_ *cobra.Command, args []string) error { return a.jobsShow(args[0]) },
		ValidArgsFunction: a.completeJobs,
	})
	return c
}

// jobsShow prints the file of a job, built in or the workspace's own.
func (a *app) jobsShow(name string) error {
	if err := a.load(); err != nil {
		return err
	}
	chosen, err := a.chooseJobs([]string{name}, runOptions{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(a.out, chosen[0].Text())
	return err
}

func (a *app) jobs(l listing) error {
	if err := a.load(); err != nil {
		return err
	}
	manifest, states, err := a.newestJobs()
	if err != nil {
		return err
	}
	t := table{
		names: []string{"job", "title", "source", "schedule", "enabled", "state", "last_run", "last_run_at", "cut_off_on"},
		titles: []string{
			a.pick("công việc", "job"), a.pick("tên gọi", "title"), a.pick("nguồn", "source"), a.pick("lịch", "schedule"),
			a.pick("bật", "enabled"), a.pick("tình trạng", "state"), a.pick("lần chạy", "run"), a.pick("lúc", "at"),
			a.pick("số liệu đến", "cut-off"),
		},
	}
	people := !l.json && !l.csv
	for _, j := range a.set.Jobs {
		s, ran := states[j.Job]
		row := []any{j.Job, a.pick(j.Title.Vi, j.Title.En), j.Source.Kind(), j.Schedule, j.Runs(), "never_run", nil, nil, ""}
		if ran {
			row[5], row[6], row[7], row[8] = s.State, s.LastRun, *s.LastRunAt, s.CutOffOn
		}
		if people {
			row[4] = a.yesNo(j.Runs())
			row[5] = a.stateName(show(row[5]))
		}
		t.rows = append(t.rows, row)
	}
	if err := a.printLocal(l, t); err != nil || !people || manifest.Snapshot == "" {
		return err
	}
	a.say("\nBản chụp mới nhất: commit %d, dữ liệu biết đến %s.", "\nNewest snapshot: commit %d, known until %s.", manifest.Commit, show(localCell(manifest.KnownAt)))
	return nil
}

func (a *app) yesNo(yes bool) string {
	if yes {
		return a.pick("có", "yes")
	}
	return a.pick("không", "no")
}

// printLocal prints a listing with instants by the clock of the office, unless
// programs read it: JSON has them in UTC, and says so.
func (a *app) printLocal(l listing, t table) error {
	if !l.json {
		for _, row := range t.rows {
			for i, v := range row {
				row[i] = localCell(v)
			}
		}
	}
	return a.print(l, t)
}

// localCell turns an instant into the clock of the office, for people to read.
func localCell(v any) any {
	if t, ok := v.(time.Time); ok && !t.IsZero() {
		return question.Local(t)
	}
	return v
}

// newestJobs returns what the newest snapshot says of the jobs that have run. All
// is empty where nothing has been published.
func (a *app) newestJobs() (snapshot.Manifest, map[string]jobState, error) {
	manifest, err := snapshot.Newest(a.publishedDir())
	if errors.Is(err, snapshot.ErrNone) {
		return snapshot.Manifest{}, nil, nil
	}
	if err != nil {
		return manifest, nil, err
	}
	list, err := decodeList[jobState](manifest.Jobs)
	if err != nil {
		return manifest, nil, err
	}
	states := make(map[string]jobState, len(list))
	for _, s := range list {
		if s.LastRunAt != nil {
			states[s.Job] = s
		}
	}
	return manifest, states, nil
}

// newestRuns returns the runs that the newest snapshot tells of, newest first.
func (a *app) newestRuns() ([]warehouse.RunState, error) {
	manifest, err := snapshot.Newest(a.publishedDir())
	if errors.Is(err, snapshot.ErrNone) {
		return nil, nothingPublished()
	}
	if err != nil {
		return nil, err
	}
	return decodeList[warehouse.RunState](manifest.Runs)
}

// decodeList gives a part of a manifest, which was read without knowing what it
// holds, the shape that it was written with.
func decodeList[T any](part any) ([]T, error) {
	text, err := json.Marshal(part)
	if err != nil {
		return nil, fmt.Errorf("read the manifest of the newest snapshot: %w", err)
	}
	var list []T
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("read the manifest of the newest snapshot: %w", err)
	}
	return list, nil
}
