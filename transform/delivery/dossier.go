package delivery

import "cmp"

// Key identifies a dossier among all of its kind: the first sixteen bytes of a
// keyed digest over the declared key columns. The zero Key is no key.
type Key struct {
	ID    int64
	Check int64
}

// Dossier is what is replaced whole: a visit with its lines, a form, an extract.
type Dossier struct {
	Key      Key
	Delivery int64
	// Head is the index of the member dataset that has its head row.
	Head int32
	// Number counts the dossiers of the delivery from 1.
	Number int32
	Rank   Rank
	// Whole is false where a part of the dossier could not be read.
	Whole bool
	// Content is a digest of all its normalised rows, whatever their order.
	Content uint64
	// Rows counts its rows by member dataset, in the order of the job.
	Rows []int32
	// Scope is what a complete extract speaks for, such as one facility and month;
	// zero where the dossier comes in no complete extract.
	Scope int64
	// Gone says that the job has no use for the dossier as it is now, such as a dose
	// that was put off: it has no rows, and what stands of it stands no longer.
	Gone bool
}

// Rank orders the versions of one dossier: the declared time first, then the
// time its source gives it, then the order of receipt, then the revision of the
// decoder. Instants are microseconds since 1970 UTC, zero where unknown.
type Rank struct {
	NewestBy int64
	SourceAt int64
	Receipt  int64
	// Position orders versions within one receipt.
	Position int32
	Revision int32
}

// Compare returns -1, 0 or +1 as r is older than, equal to or newer than o.
func (r Rank) Compare(o Rank) int {
	return cmp.Or(
		cmp.Compare(r.NewestBy, o.NewestBy),
		cmp.Compare(r.SourceAt, o.SourceAt),
		cmp.Compare(r.Receipt, o.Receipt),
		cmp.Compare(r.Position, o.Position),
		cmp.Compare(r.Revision, o.Revision),
	)
}

// Ties reports whether only the order of receipt tells the two apart.
func (r Rank) Ties(o Rank) bool {
	return r.NewestBy == o.NewestBy && r.SourceAt == o.SourceAt
}
