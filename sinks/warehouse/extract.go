package warehouse

import (
	"context"
	"maps"
	"slices"

	"thidua/transform/delivery"
)

var tooManyGone = rejectionReason{"removal_refused", delivery.Text{
	Vi: "bản trích xuất đầy đủ thiếu nhiều hồ sơ hơn mức cho phép (extract.remove_at_most); không xóa hồ sơ nào. Kiểm tra nguồn, rồi gửi bản trích xuất mới hoặc nâng mức cho phép",
	En: "the complete extract lacks more records than extract.remove_at_most allows; nothing was removed. Look at the source, then send a new extract or raise the limit",
}}

// latestExtracts returns the rank of the latest complete extract of each scope.
func (r *Run) latestExtracts(ctx context.Context) (map[int64]delivery.Rank, error) {
	if r.extracts != nil {
		return r.extracts, nil
	}
	rows, err := r.warehouse.conn.QueryContext(ctx, "SELECT scope, source_at, receipt FROM records.extract")
	if err != nil {
		return nil, wrap("look up extracts", err)
	}
	defer rows.Close()
	r.extracts = make(map[int64]delivery.Rank)
	for rows.Next() {
		var scope int64
		var rank delivery.Rank
		if err := rows.Scan(&scope, &rank.SourceAt, &rank.Receipt); err != nil {
			return nil, wrap("look up extracts", err)
		}
		r.extracts[scope] = rank
	}
	return r.extracts, wrap("look up extracts", rows.Err())
}

// noteCurrent remembers, before the run brings anything, which deliveries are the
// latest extracts: whoever fills chunks asks while others are committed.
func (r *Run) noteCurrent(ctx context.Context) error {
	extracts, err := r.latestExtracts(ctx)
	r.current = make(map[int64]bool, len(extracts))
	for _, rank := range extracts {
		r.current[rank.Receipt] = true
	}
	return err
}

// notePresent remembers the dossiers of complete extracts that are set aside.
func (r *Run) notePresent(arriving []delivery.Dossier, v *verdict) {
	for i, d := range arriving {
		if v.fates[i] == aside && d.Scope != 0 {
			if r.present == nil {
				r.present = make(map[int64][]int64)
			}
			r.present[d.Delivery] = append(r.present[d.Delivery], d.Key.ID)
		}
	}
}

// absent is the condition for a dossier to stand in one of the scopes of an extract,
// to have been seen last before it, and not to be in it.
const absent = `NOT removed AND scope IN (SELECT id FROM temp.extract_scope)
	AND (source_at < ? OR source_at = ? AND receipt < ?) AND dossier NOT IN (SELECT id FROM temp.extract_present)`

// removeAbsent adds to the verdict what a complete extract lacks. A scope that would
// lose more than the share that may go at once keeps everything, and the extract is
// told; one record may always go where any may.
func (r *Run) removeAbsent(ctx context.Context, c *delivery.Chunk, v *verdict) error {
	w, e := r.warehouse, c.Extract
	if err := w.fillIDs(ctx, "extract_scope", e.Scopes); err != nil {
		return err
	}
	if err := w.fillIDs(ctx, "extract_present", slices.Concat(e.Present, r.present[e.Delivery])); err != nil {
		return err
	}
	args := []any{e.SourceAt, e.SourceAt, e.Delivery}
	refused, err := w.overdrawn(ctx, e, args)
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		r.refused++
		v.rejected = append(v.rejected, delivery.Rejection{
			Delivery: e.Delivery, Level: delivery.LevelDelivery, Rule: tooManyGone.rule, Reason: tooManyGone.text,
		})
		e.Scopes = slices.DeleteFunc(e.Scopes, func(scope int64) bool { return refused[scope] })
		if err := w.fillIDs(ctx, "extract_scope", e.Scopes); err != nil {
			return err
		}
	}
	return w.eachStanding(ctx, absent, func(id int64, s standing) {
		s.rank, s.content, s.whole, s.removed = delivery.Rank{SourceAt: e.SourceAt, Receipt: e.Delivery}, 0, true, true
		v.touched[id] = s
		v.replaced = append(v.replaced, id)
	}, args...)
}

// overdrawn returns the scopes that would lose more than they may.
func (w *Warehouse) overdrawn(ctx context.Context, e *delivery.Extract, args []any) (map[int64]bool, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT scope, count(*), count(*) FILTER (WHERE `+absent+`) FROM records.dossier
		WHERE NOT removed AND scope IN (SELECT id FROM temp.extract_scope) GROUP BY scope`, args...)
	if err != nil {
		return nil, wrap("count what a complete extract lacks", err)
	}
	defer rows.Close()
	refused := make(map[int64]bool)
	for rows.Next() {
		var scope, stand, lost int64
		if err := rows.Scan(&scope, &stand, &lost); err != nil {
			return nil, wrap("count what a complete extract lacks", err)
		}
		may := stand * int64(e.MostPercent) / 100
		if e.MostPercent > 0 {
			may = max(may, 1)
		}
		refused[scope] = lost > may
	}
	maps.DeleteFunc(refused, func(_ int64, too bool) bool { return !too })
	return refused, wrap("count what a complete extract lacks", rows.Err())
}

// RefusedExtracts returns how many complete extracts of the run would have removed
// more than they may, and removed less for it.
func (r *Run) RefusedExtracts() int { return r.refused }

// extractEntries renews the entries of the scopes that the extract is the latest of,
// and lists them in temp.renewed_scope.
func (r *Run) extractEntries(ctx context.Context, e *delivery.Extract) (*sheet, error) {
	entries, renewed := newSheet(extractTable), []int64{}
	for _, scope := range e.Scopes {
		if r.extracts[scope].Compare(rankOf(e)) < 0 {
			entries.add(scope, e.SourceAt, e.Delivery)
			renewed = append(renewed, scope)
		}
	}
	return entries, r.warehouse.fillIDs(ctx, "renewed_scope", renewed)
}

// CurrentExtract reports whether a complete extract with these bytes was the latest
// of one of its scopes when the run began.
func (r *Run) CurrentExtract(sha256 [32]byte) bool {
	id, ok := r.known.byDigest[sha256]
	return ok && r.current[id]
}

// noteExtract remembers what was committed.
func (r *Run) noteExtract(e *delivery.Extract) {
	if e == nil {
		return
	}
	for _, scope := range e.Scopes {
		if r.extracts[scope].Compare(rankOf(e)) < 0 {
			r.extracts[scope] = rankOf(e)
		}
	}
}

func rankOf(e *delivery.Extract) delivery.Rank {
	return delivery.Rank{SourceAt: e.SourceAt, Receipt: e.Delivery}
}
