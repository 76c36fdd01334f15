package warehouse

import (
	"context"
	"fmt"
	"time"

	"thidua/transform/delivery"
)

// Summarise writes what readers of the published file see beside the rows: the
// account of the runs, what was quarantined, by reason, and the payloads. Then it brings the
// file up to date, so that it can be copied when the warehouse is closed.
func (w *Warehouse) Summarise(ctx context.Context) error {
	runs := `INSERT INTO records.run SELECT r.run, r.job, t.dataset, r.state, r.started_at, r.ended_at,
		sum(payloads), sum(read), sum(loaded), sum(unchanged), sum(superseded), sum(skipped), sum(quarantined),
		sum(replaced), sum(removed), sum(warned), sum(ties), sum(bytes), any_value(r.seconds)
		FROM internal.run r JOIN internal.tally t USING (run) WHERE r.state <> 'running' GROUP BY ALL ORDER BY r.run, t.dataset`
	summary := "INSERT INTO records.quarantine_summary " + mergedQuarantine + ` SELECT last.job, last.level, last.dataset, last.rule, last.reason_vi, last.reason_en,
		count(*), min(first_seen), max(last_seen) FROM merged GROUP BY ALL ORDER BY count(*) DESC, last.rule`
	payloads := `INSERT INTO records.payload SELECT delivery, job, min(received_at), max(size_bytes), arg_max(state, n)
		FROM internal.delivery WHERE state IN ('loaded', 'refused') GROUP BY delivery, job ORDER BY delivery`
	err := w.transaction(ctx, func() error {
		for _, s := range []string{
			"DELETE FROM records.run", runs, "DELETE FROM records.quarantine_summary", summary, "DELETE FROM records.payload", payloads,
		} {
			if err := w.exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Checkpoint(ctx)
}

// RunState is how a run stands, for listings and manifests.
type RunState struct {
	Run       int64      `json:"run"`
	Job       string     `json:"job"`
	State     string     `json:"state"`
	StartedAt time.Time  `json:"started_at"`
	EndedAt   *time.Time `json:"ended_at"`
	Seconds   float64    `json:"seconds"`
	Message   string     `json:"message,omitempty"`
}

// Runs returns the last runs, newest first.
func (w *Warehouse) Runs(ctx context.Context, limit int) ([]RunState, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT run, job, state, started_at, ended_at, coalesce(seconds, 0), coalesce(message, '')
		FROM internal.run ORDER BY run DESC LIMIT ?`, limit)
	if err != nil {
		return nil, wrap("list runs", err)
	}
	defer rows.Close()
	var runs []RunState
	for rows.Next() {
		var r RunState
		if err := rows.Scan(&r.Run, &r.Job, &r.State, &r.StartedAt, &r.EndedAt, &r.Seconds, &r.Message); err != nil {
			return nil, wrap("list runs", err)
		}
		runs = append(runs, r)
	}
	return runs, wrap("list runs", rows.Err())
}

// OpenDeliveries returns how many deliveries are committed in part.
func (w *Warehouse) OpenDeliveries(ctx context.Context) (int64, error) {
	var n int64
	err := w.conn.QueryRowContext(ctx, `SELECT count(*) FROM
		(SELECT delivery FROM internal.delivery GROUP BY delivery HAVING bool_and(state = 'open'))`).Scan(&n)
	return n, wrap("count open deliveries", err)
}

// CutOffs returns, for each head dataset, the newest declared time among the
// dossiers that stand: how far what was received goes.
func (w *Warehouse) CutOffs(ctx context.Context) (map[string]time.Time, error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT head, max(newest_by) FROM records.dossier GROUP BY head HAVING max(newest_by) > 0")
	if err != nil {
		return nil, wrap("find the cut-offs", err)
	}
	defer rows.Close()
	cutOffs := make(map[string]time.Time)
	for rows.Next() {
		var head string
		var at int64
		if err := rows.Scan(&head, &at); err != nil {
			return nil, wrap("find the cut-offs", err)
		}
		cutOffs[head] = time.UnixMicro(at).UTC()
	}
	return cutOffs, wrap("find the cut-offs", rows.Err())
}

// LastCommit returns the number and instant of the last commit.
func (w *Warehouse) LastCommit() (int64, time.Time) { return w.applied, w.lastAt }

// Quarantined is one thing set aside, as listings show it.
type Quarantined struct {
	ID       int64  `json:"id"`
	Run      int64  `json:"run"`
	Job      string `json:"job"`
	Delivery int64  `json:"payload"`
	Level    string `json:"level"`
	Dossier  int64  `json:"hoso"`
	Part     string `json:"part"`
	Line     int64  `json:"line"`
	Dataset  string `json:"dataset"`
	Column   string `json:"column"`
	Rule     string `json:"rule"`
	ReasonVi string `json:"reason_vi"`
	ReasonEn string `json:"reason_en"`
	// FirstSeenAt and LastSeenAt span all deliveries that held the same thing.
	FirstSeenAt time.Time `json:"first_seen_at"`
	LastSeenAt  time.Time `json:"last_seen_at"`
	// Bundle is the sealed bundle that holds the payload, empty without archive.
	Bundle string `json:"bundle"`
}

// mergedQuarantine has one row for each thing set aside, however often it came: its
// last appearance, and when it was first and last seen.
const mergedQuarantine = `WITH numbered AS (
		SELECT *, CASE WHEN dossier <> 0 THEN dossier ELSE -id END AS subject FROM internal.quarantine),
	merged AS (
		SELECT arg_max(numbered, n) AS last, min(seen_at) AS first_seen, max(seen_at) AS last_seen FROM numbered
		GROUP BY job, subject, level, place_part, place_line, dataset, column_name, rule)`

// Quarantine returns what was set aside: all of it, or the one with the ID.
// What a later delivery set aside again in the same dossier for the same reason
// is one entry, seen first and last.
func (w *Warehouse) Quarantine(ctx context.Context, id int64, limit int) ([]Quarantined, error) {
	query := fmt.Sprintf(mergedQuarantine+`
		SELECT last.id, last.run, last.job, last.delivery, last.level, last.place_dossier, last.place_part, last.place_line,
			last.dataset, last.column_name, last.rule, last.reason_vi, last.reason_en, first_seen, last_seen,
			coalesce((SELECT max(bundle) FROM internal.delivery d WHERE d.delivery = last.delivery AND d.state <> '%s'), '')
		FROM merged WHERE ? = 0 OR last.id = ? ORDER BY last.id LIMIT ?`, stateCopy)
	rows, err := w.conn.QueryContext(ctx, query, id, id, limit)
	if err != nil {
		return nil, wrap("list the quarantine", err)
	}
	defer rows.Close()
	var list []Quarantined
	for rows.Next() {
		var q Quarantined
		if err := rows.Scan(&q.ID, &q.Run, &q.Job, &q.Delivery, &q.Level, &q.Dossier, &q.Part, &q.Line, &q.Dataset, &q.Column,
			&q.Rule, &q.ReasonVi, &q.ReasonEn, &q.FirstSeenAt, &q.LastSeenAt, &q.Bundle); err != nil {
			return nil, wrap("list the quarantine", err)
		}
		list = append(list, q)
	}
	return list, wrap("list the quarantine", rows.Err())
}

// Archived is a delivery whose bytes are kept.
type Archived struct {
	Delivery   int64     `json:"payload"`
	Job        string    `json:"job"`
	SizeBytes  int64     `json:"bytes"`
	ReceivedAt time.Time `json:"received_at"`
	// ModifiedAt is the time that its source gave it, which counts in its rank.
	ModifiedAt time.Time `json:"modified_at"`
	State      string    `json:"state"`
	Bundle     string    `json:"bundle"`
}

// Archive returns the deliveries whose bytes are kept, or the one with the ID,
// in order of receipt.
func (w *Warehouse) Archive(ctx context.Context, id int64) ([]Archived, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT delivery, job, size_bytes, min(received_at), arg_min(modified_at, n), arg_max(state, n), max(bundle) FROM internal.delivery
		WHERE bundle <> '' AND (? = 0 OR delivery = ?) GROUP BY delivery, job, size_bytes ORDER BY delivery`, id, id)
	if err != nil {
		return nil, wrap("list the archive", err)
	}
	defer rows.Close()
	var list []Archived
	for rows.Next() {
		var a Archived
		var modified int64
		if err := rows.Scan(&a.Delivery, &a.Job, &a.SizeBytes, &a.ReceivedAt, &modified, &a.State, &a.Bundle); err != nil {
			return nil, wrap("list the archive", err)
		}
		a.ModifiedAt = time.Unix(0, modified).UTC()
		list = append(list, a)
	}
	return list, wrap("list the archive", rows.Err())
}

// Bundles returns the names of the bundles that the ledger refers to: of each
// delivery the one that Archive names.
func (w *Warehouse) Bundles(ctx context.Context) (map[string]bool, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT DISTINCT bundle FROM
		(SELECT max(bundle) AS bundle FROM internal.delivery WHERE bundle <> '' GROUP BY delivery, job, size_bytes)`)
	if err != nil {
		return nil, wrap("list the bundles", err)
	}
	defer rows.Close()
	names := make(map[string]bool)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, wrap("list the bundles", err)
		}
		names[name] = true
	}
	return names, wrap("list the bundles", rows.Err())
}

// Account returns the account of a run.
func (w *Warehouse) Account(ctx context.Context, run int64) ([]delivery.Tally, error) {
	return w.tallies(ctx, run)
}
