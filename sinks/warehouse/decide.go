package warehouse

import (
	"slices"
	"time"

	"thidua/transform/delivery"
)

// standing is the version of a dossier that readers see.
type standing struct {
	head      string
	check     int64
	rank      delivery.Rank
	whole     bool
	content   uint64
	delivery  int64
	knownFrom time.Time
	// rows counts the rows of a version that arrived in this run, by member.
	rows []int32
	// arrived is the index of the version in the chunk, -1 where it stood before.
	arrived int
	// scope is what the extract that brought it is complete for.
	scope int64
	// removed says that a complete extract lacked the dossier: nothing of it stands,
	// and what is older than the extract comes too late.
	removed bool
}

// fate is what becomes of the rows of a dossier that arrives.
type fate uint8

const (
	// live rows stand from now on.
	live fate = iota
	// past rows go to history at once: a better version stands or follows.
	past
	// same rows are dropped: they stand already.
	same
	// aside rows are quarantined with their dossier.
	aside
	// gone dossiers bring no rows: they are counted where they were read.
	gone
)

// verdict is what a chunk does to the dossiers that stand.
type verdict struct {
	fates []fate
	// fresh says that all dossiers are new and each arrives once: they stand, and
	// touched, which would be a copy of them, is empty.
	fresh bool
	// touched holds the dossiers whose entry changes, replaced those among them
	// whose rows stood before and go to history.
	touched  map[int64]standing
	replaced []int64
	ties     []bool
	rejected []delivery.Rejection
}

// decide settles, dossier by dossier, which version stands. The outcome depends
// on the versions and their ranks only, not on the order they arrive in: a whole
// version beats a partial one, then the higher rank wins, and an equal content
// lends its rank to the one that stands. Extracts are the latest complete ones by
// scope: a dossier that they lack and an older one brings has gone since.
func decide(arriving []delivery.Dossier, stored map[int64]standing, extracts map[int64]delivery.Rank) verdict {
	v := verdict{
		fates: make([]fate, len(arriving)), ties: make([]bool, len(arriving)),
		touched: make(map[int64]standing),
	}
	if len(arriving) > 0 && len(stored) == 0 && distinct(arriving) && !outdated(arriving, extracts) && !anyGone(arriving) {
		v.fresh = true
		return v
	}
	for i, d := range arriving {
		now, known := v.touched[d.Key.ID]
		if !known {
			now, known = stored[d.Key.ID]
		}
		if d.Gone {
			v.leave(i, d, now, known)
			continue
		}
		if !known && lacked(d, extracts) {
			v.fates[i] = past
			v.touched[d.Key.ID] = standing{
				check: d.Key.Check, rank: extracts[d.Scope], whole: true, delivery: d.Delivery, arrived: i, scope: d.Scope, removed: true,
			}
			continue
		}
		if !known {
			v.stand(i, d)
			continue
		}
		v.meet(i, d, now)
	}
	return v
}

// leave takes away what stands of a dossier that has gone, and remembers when: an
// older version that arrives later is past.
func (v *verdict) leave(i int, d delivery.Dossier, now standing, known bool) {
	v.fates[i] = gone
	switch {
	case known && (d.Key.Check != now.check || d.Rank.Compare(now.rank) <= 0):
		return
	case known && !now.removed:
		v.retire(d.Key.ID, now)
	}
	v.touched[d.Key.ID] = standing{check: d.Key.Check, rank: d.Rank, whole: true, delivery: d.Delivery, arrived: i, scope: d.Scope, removed: true}
}

func anyGone(arriving []delivery.Dossier) bool {
	return slices.ContainsFunc(arriving, func(d delivery.Dossier) bool { return d.Gone })
}

// meet decides between the version that stands and the one that arrives.
func (v *verdict) meet(i int, d delivery.Dossier, now standing) {
	newer := d.Rank.Compare(now.rank) > 0
	equal := !now.removed && d.Content == now.content && d.Whole == now.whole
	// Where one of them is partial, or another dossier, the order of receipt decides
	// nothing.
	v.ties[i] = !now.removed && d.Content != now.content && d.Whole == now.whole && d.Key.Check == now.check && d.Rank.Ties(now.rank)
	switch {
	case d.Key.Check != now.check:
		v.setAside(i, d, keyCollision)
	case now.removed && newer:
		v.stand(i, d)
	case now.removed:
		v.fates[i] = past
	case equal:
		v.fates[i] = same
		if newer {
			now.rank, now.scope = d.Rank, d.Scope
			v.touched[d.Key.ID] = now
		}
	case d.Whole && !now.whole, newer && d.Whole == now.whole:
		v.retire(d.Key.ID, now)
		v.stand(i, d)
	case !d.Whole && now.whole:
		v.setAside(i, d, partialBesideWhole)
	default:
		v.fates[i] = past
	}
}

func (v *verdict) stand(i int, d delivery.Dossier) {
	v.fates[i] = live
	v.touched[d.Key.ID] = standing{
		check: d.Key.Check, rank: d.Rank, whole: d.Whole, content: d.Content,
		delivery: d.Delivery, arrived: i, rows: d.Rows, scope: d.Scope,
	}
}

// distinct reports whether no dossier arrives twice.
func distinct(arriving []delivery.Dossier) bool {
	ids := make([]int64, len(arriving))
	for i, d := range arriving {
		ids[i] = d.Key.ID
	}
	slices.Sort(ids)
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			return false
		}
	}
	return true
}

func outdated(arriving []delivery.Dossier, extracts map[int64]delivery.Rank) bool {
	return len(extracts) > 0 && slices.ContainsFunc(arriving, func(d delivery.Dossier) bool { return lacked(d, extracts) })
}

// lacked reports whether a complete extract has come that is newer than a dossier
// which does not stand: it would, if the extract had it.
func lacked(d delivery.Dossier, extracts map[int64]delivery.Rank) bool {
	latest, ok := extracts[d.Scope]
	return ok && latest.Compare(seenAt(d.Rank)) > 0
}

// seenAt is the part of a rank that says when a source was seen to hold a dossier.
func seenAt(r delivery.Rank) delivery.Rank {
	return delivery.Rank{SourceAt: r.SourceAt, Receipt: r.Receipt}
}

func (v *verdict) retire(id int64, now standing) {
	if now.arrived >= 0 {
		if v.fates[now.arrived] == live {
			v.fates[now.arrived] = past
		}
		return
	}
	v.replaced = append(v.replaced, id)
}

func (v *verdict) setAside(i int, d delivery.Dossier, reason rejectionReason) {
	v.fates[i] = aside
	v.rejected = append(v.rejected, delivery.Rejection{
		Delivery: d.Delivery, Level: delivery.LevelDossier, Place: delivery.Place{Dossier: d.Number},
		Rule: reason.rule, Reason: reason.text, Dossier: d.Key,
	})
}

// uniform reports whether all rows of the chunk stand from now on, so that they
// can go into the live tables as they are.
func (v *verdict) uniform() bool {
	for _, f := range v.fates {
		if f != live && f != gone {
			return false
		}
	}
	return true
}

type rejectionReason struct {
	rule string
	text delivery.Text
}

var (
	keyCollision = rejectionReason{"key_collision", delivery.Text{
		Vi: "khóa của hồ sơ trùng với khóa của một hồ sơ khác",
		En: "the key of the dossier collides with that of another one",
	}}
	partialBesideWhole = rejectionReason{"partial_beside_whole", delivery.Text{
		Vi: "hồ sơ có phần không đọc được; bản đầy đủ đang có được giữ nguyên",
		En: "a part of the dossier cannot be read; the whole version that stands is kept",
	}}
)
