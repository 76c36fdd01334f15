package warehouse

import (
	"context"
	"time"
)

// LastRun is how the newest run of a job stands.
type LastRun struct {
	RunState
	// SucceededAt is when the newest run of the job began that did its work, in order
	// or with something to look at; nil where none has.
	SucceededAt *time.Time
}

// LastRuns returns the newest run of each job that has ever run, by the name of the
// job, however long ago it was.
func (w *Warehouse) LastRuns(ctx context.Context) (map[string]LastRun, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT run, job, state, started_at, ended_at, coalesce(seconds, 0), coalesce(message, ''),
			max(started_at) FILTER (state IN ('succeeded', 'attention')) OVER (PARTITION BY job)
		FROM internal.run QUALIFY row_number() OVER (PARTITION BY job ORDER BY run DESC) = 1`)
	if err != nil {
		return nil, wrap("list the last runs", err)
	}
	defer rows.Close()
	runs := make(map[string]LastRun)
	for rows.Next() {
		var r LastRun
		if err := rows.Scan(&r.Run, &r.Job, &r.State, &r.StartedAt, &r.EndedAt, &r.Seconds, &r.Message, &r.SucceededAt); err != nil {
			return nil, wrap("list the last runs", err)
		}
		runs[r.Job] = r
	}
	return runs, wrap("list the last runs", rows.Err())
}

// FailRun closes a run as failed whose own Run can no longer be used: the warehouse
// was closed and opened again since, which closed it as interrupted.
func (w *Warehouse) FailRun(ctx context.Context, run int64, message string) error {
	now := w.config.Now().UTC()
	return w.exec(ctx, `UPDATE internal.run SET state = 'failed', ended_at = ?, seconds = epoch(?::TIMESTAMPTZ - started_at), message = ? WHERE run = ?`,
		now, now, message, run)
}
