package record

import (
	"encoding/binary"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"thidua/transform/value"
)

// complete is a compiled Complete.
type complete struct {
	job    string
	per    []int
	digest xxhash.Digest
}

// Complete reports whether each payload of the job is a complete extract.
func (p *Plan) Complete() bool { return p.complete != nil }

// WholeScope returns the scope that a complete extract speaks for even where it is
// empty, and false where its scopes are those that occur in it.
func (p *Plan) WholeScope() (int64, bool) {
	if p.complete == nil || len(p.complete.per) > 0 {
		return 0, false
	}
	return p.complete.scope(nil), true
}

// Scope returns the scope of a dossier of the main head by its row, zero where the
// job's payloads are no complete extracts. It is never zero otherwise.
func (p *Plan) Scope(m *Mapping, row []value.Value) int64 {
	if p.complete == nil || m.Member != 0 {
		return 0
	}
	return p.complete.scope(row)
}

// scope is a digest of the values of the columns; none of them tells of a person.
func (c *complete) scope(row []value.Value) int64 {
	c.digest.Reset()
	_, _ = c.digest.WriteString(c.job) // a digest takes all it is given
	for _, i := range c.per {
		v, head := row[i], [9]byte{1}
		binary.LittleEndian.PutUint64(head[1:], uint64(v.Int))
		switch {
		case !v.Valid:
			head = [9]byte{}
		case v.Text != nil:
			binary.LittleEndian.PutUint64(head[1:], uint64(len(v.Text)))
		}
		_, _ = c.digest.Write(head[:])
		_, _ = c.digest.Write(v.Text)
	}
	return int64(c.digest.Sum64() | 1)
}

// addComplete compiles what a complete extract speaks for.
func (b *builder) addComplete(declared *Complete) {
	if declared == nil {
		return
	}
	if len(b.config.NewestBy) > 0 {
		b.problems.Add("$.dossier.newest_by", "a complete extract says itself which version is newest: the one that came last", "leave out newest_by, or extract.complete")
	}
	head := b.plan.members[0]
	compiled := &complete{job: declared.Job}
	for i, name := range declared.Per {
		path := fmt.Sprintf("$.extract.per[%d]", i)
		column, ok := head.Index(name)
		switch {
		case !ok:
			b.problems.Add(path, fmt.Sprintf("dataset %s has no column %q", head.Name, name), suggestion(name, head.ColumnNames()))
		case head.Columns[column].Type.Kind == value.Key:
			b.problems.Add(path, "an extract is not complete for one person", "name columns such as the facility and the month")
		default:
			compiled.per = append(compiled.per, column)
		}
	}
	b.plan.complete = compiled
}
