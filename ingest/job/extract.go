package job

import (
	"context"
	"maps"
	"slices"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// extract collects what is needed at the end of a complete extract: what it speaks
// for, and what is in it without being loaded.
type extract struct {
	scopes  map[int64]bool
	present []int64
	// nameless counts dossiers that were set aside before they could be keyed: any of
	// those that stand may be meant.
	nameless int
}

// begin forgets the extract before.
func (e *extract) begin() {
	if e.scopes == nil {
		e.scopes = make(map[int64]bool)
	}
	clear(e.scopes)
	e.present, e.nameless = e.present[:0], 0
}

// speak notes the scope of a dossier.
func (e *extract) speak(scope int64) {
	if scope != 0 {
		e.scopes[scope] = true
	}
}

// lose notes a dossier that is set aside.
func (e *extract) lose(key delivery.Key, keyed bool) {
	if keyed {
		e.present = append(e.present, key.ID)
		return
	}
	e.nameless++
}

var notWhole = reason{"extract_not_whole", delivery.Text{
	Vi: "bản trích xuất đầy đủ có hồ sơ không xác định được khóa; không xóa hồ sơ nào. Sửa các dòng bị cách ly rồi gửi lại",
	En: "the complete extract holds records that cannot be keyed; nothing was removed. Mend the quarantined rows and send it again",
}}

// concludeExtract ends a payload that is a complete extract: in a chunk of its own,
// when all its dossiers are on their way and its bytes have proved to be the same
// in both passes. Until that is committed the payload counts as open.
func (p *producer) concludeExtract(ctx context.Context, payload source.Payload) error {
	a := p.visitor
	if !a.plan.Complete() {
		return nil
	}
	if err := p.flush(ctx, false); err != nil {
		return fatal{err}
	}
	p.concluded++
	c := &p.current.chunk
	if a.extract.nameless > 0 {
		a.reject(delivery.LevelDelivery, delivery.Place{}, "", "", notWhole)
	} else {
		if scope, whole := a.plan.WholeScope(); whole {
			a.extract.speak(scope)
		}
		c.Extract = &delivery.Extract{
			Delivery: a.delivery.ID, SourceAt: a.delivery.ModifiedAt.UnixMicro(), MostPercent: p.job.MostRemoved,
			Scopes: slices.Sorted(maps.Keys(a.extract.scopes)), Present: slices.Clone(a.extract.present),
		}
	}
	c.Progress = append(c.Progress, a.progress(delivery.StateLoaded))
	p.dealt(payload, a.delivery.ID, true)
	if err := p.flush(ctx, false); err != nil {
		return fatal{err}
	}
	return nil
}
