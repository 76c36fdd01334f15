package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"thidua/sinks/snapshot"
	"thidua/sinks/warehouse"
	"thidua/transform/identity"
)

// errHalf says that there is nothing whole to publish.
var errHalf = errors.New("nothing whole to publish")

// finish publishes what is committed and closes the warehouse, whatever happened.
func (r *round) finish(ctx context.Context, failure error) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	if r.warehouse == nil {
		// A panic took it, and it could not be opened again.
	} else if r.options.dryRun {
		err = r.warehouse.Close()
	} else if err = r.publish(ctx); err != nil {
		r.log.Error().Str("error", identity.Redact(err).Error()).Msg("not published")
	}
	if err := errors.Join(failure, err); err != nil {
		return err
	}
	if r.attention {
		return errAttention
	}
	return nil
}

func (r *round) publish(ctx context.Context) error {
	computing := r.compute(ctx)
	manifest, fresh, err := r.manifest(ctx)
	if errors.Is(err, errHalf) {
		r.app.note("Chưa công bố gì: một tệp mới nạp được một phần; lần chạy sau làm tiếp.", "Nothing is published yet: a payload is loaded in part; the next run goes on with it.")
		return r.warehouse.Close()
	}
	if err != nil {
		return errors.Join(err, r.warehouse.Close())
	}
	var figures []string
	if fresh {
		if figures, err = r.summarise(ctx); err != nil {
			return errors.Join(err, r.warehouse.Close())
		}
	}
	records := r.warehouse.RecordsPath()
	if err := errors.Join(r.sweep(ctx), r.warehouse.Close()); err != nil {
		return err
	}
	config, err := r.app.snapshots()
	if err != nil {
		return err
	}
	if fresh {
		manifest, err = snapshot.Publish(config, manifest, append([]string{records}, figures...)...)
	} else {
		manifest, err = snapshot.Repeat(config, manifest)
	}
	if err != nil {
		return &said{"không công bố được; dữ liệu đã ghi vẫn còn và được công bố ở lần chạy sau", "publishing did not succeed; what is committed stands and is published by the next run", err}
	}
	return errors.Join(computing, r.publishFigures(manifest), r.published(manifest, fresh))
}

// publishFigures publishes the figures of a snapshot once more, in the folder of those
// who see no rows, where the workspace has one. A crash before it is mended by the next
// round, which finds that the folder is behind.
func (r *round) publishFigures(m snapshot.Manifest) error {
	config, err := r.app.figureSnapshots()
	if err != nil || config.Root == "" {
		return err
	}
	figures := slices.DeleteFunc(slices.Clone(m.Files), func(f snapshot.File) bool { return f.Name == snapshot.RecordsFile })
	// What runs did is for those who keep the rows.
	m.Runs = nil
	newest, err := snapshot.Newest(config.Root)
	if err == nil && slices.Equal(newest.Files, figures) {
		_, err = snapshot.Repeat(config, m)
	} else {
		from := make([]string, len(figures))
		for i, f := range figures {
			from[i] = filepath.Join(r.app.publishedDir(), m.Snapshot, f.Name)
		}
		_, err = snapshot.Publish(config, m, from...)
	}
	if err != nil {
		return &said{"không công bố được chỉ số vào publish.figures.path; lần chạy sau công bố lại", "the figures could not be published in publish.figures.path; the next run does it again", err}
	}
	return nil
}

// listedRuns is how many runs a manifest tells of.
const listedRuns = 200

// manifest says what the round publishes, and whether that is something else than the
// newest snapshot says.
func (r *round) manifest(ctx context.Context) (snapshot.Manifest, bool, error) {
	commit, at := r.warehouse.LastCommit()
	runs, err := r.warehouse.Runs(ctx, listedRuns)
	if err != nil {
		return snapshot.Manifest{}, false, err
	}
	lasts, err := r.warehouse.LastRuns(ctx)
	if err != nil {
		return snapshot.Manifest{}, false, err
	}
	cutOffs, err := r.warehouse.CutOffs(ctx)
	if err != nil {
		return snapshot.Manifest{}, false, err
	}
	open, err := r.warehouse.OpenDeliveries(ctx)
	if err != nil {
		return snapshot.Manifest{}, false, err
	}
	m := snapshot.Manifest{
		Commit: commit, KnownAt: at.UTC(), Runs: runs, Jobs: r.jobStates(lasts, cutOffs),
		SuppressBelow: r.app.set.Workspace.Publish.SuppressBelow,
	}
	newest, err := snapshot.Newest(r.app.publishedDir())
	switch {
	case errors.Is(err, snapshot.ErrNone) && open > 0:
		return m, false, errHalf
	case errors.Is(err, snapshot.ErrNone):
		return m, true, nil
	case err == nil && open > 0:
		// What is loaded in part is not shown: readers keep what they have.
		m.Commit, m.KnownAt, m.SuppressBelow = newest.Commit, newest.KnownAt, newest.SuppressBelow
		m.Notes = append(m.Notes, fmt.Sprintf("%d payloads are loaded in part and not shown yet", open))
		return m, false, nil
	case err != nil:
		// A damaged pointer is no reason to stop publishing: a new snapshot mends it.
		r.log.Warn().Str("error", identity.Redact(err).Error()).Msg("newest snapshot unreadable")
		return m, true, nil
	}
	return m, !sameContent(newest, m), nil
}

// sameContent reports whether two snapshots say the same: of one commit, and with the
// same small numbers hidden.
func sameContent(a, b snapshot.Manifest) bool {
	return a.Commit == b.Commit && a.SuppressBelow == b.SuppressBelow
}

// jobState is how a job stands, as the manifest tells it.
type jobState struct {
	Job       string     `json:"job"`
	State     string     `json:"state"`
	LastRun   int64      `json:"last_run"`
	LastRunAt *time.Time `json:"last_run_at"`
	// LastSuccessAt is when the newest run began that did its work, nil where none has.
	LastSuccessAt *time.Time `json:"last_success_at"`
	Schedule      string     `json:"schedule"`
	Enabled       bool       `json:"enabled"`
	// CutOffOn is the newest day that the received dossiers declare, a local
	// calendar day; empty where none is declared.
	CutOffOn string `json:"cut_off_on"`
}

func (r *round) jobStates(lasts map[string]warehouse.LastRun, cutOffs map[string]time.Time) []jobState {
	var states []jobState
	for _, j := range r.app.set.Jobs {
		s := jobState{Job: j.Job, State: "never_run", Schedule: j.Schedule, Enabled: j.Runs()}
		if at, ok := cutOffs[j.Dossier.Head]; ok {
			s.CutOffOn = at.Format(time.DateOnly)
		}
		if last, ok := lasts[j.Job]; ok {
			s.State, s.LastRun, s.LastRunAt, s.LastSuccessAt = last.State, last.Run, &last.StartedAt, last.SucceededAt
		}
		states = append(states, s)
	}
	return states
}

// published tells where readers find the result.
func (r *round) published(m snapshot.Manifest, fresh bool) error {
	r.log.Info().Str("snapshot", m.Snapshot).Int64("commit", m.Commit).Bool("copied", fresh).Float64("seconds", m.Seconds).Msg("published")
	if r.options.listing.csv {
		return nil
	}
	if r.options.listing.json {
		// Beside the tallies, not among them.
		return printJSON(r.app.errOut, table{
			names: []string{"snapshot", "commit", "copied", "bytes", "publish_seconds"},
			rows:  [][]any{{m.Snapshot, m.Commit, fresh, m.Files[0].SizeBytes, m.Seconds}},
		})
	}
	if !fresh && len(m.Notes) > 0 {
		r.app.say("\nMột tệp mới nạp được một phần; người đọc vẫn thấy commit %d cho đến khi nạp xong.", "\nA payload is loaded in part; readers see commit %d until it is whole.", m.Commit)
		return nil
	}
	if !fresh {
		r.app.say("\nKhông có gì mới để công bố; bản chụp mới nhất vẫn là commit %d.", "\nNothing new to publish; the newest snapshot still holds commit %d.", m.Commit)
		return nil
	}
	r.app.say("\nĐã công bố %s (%s MB, %s giây).", "\nPublished %s (%s MB, %s s).",
		filepath.Join(r.app.set.Workspace.Publish.Path, snapshot.Current, snapshot.RecordsFile), r.app.number(float64(m.Files[0].SizeBytes)/1e6, 1), r.app.number(m.Seconds, 2))
	return nil
}
