package warehouse

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"thidua/transform/delivery"
)

// dossierColumns are what is known of a standing dossier, in the order in which
// standings reads them.
const dossierColumns = `dossier, key_check, newest_by, source_at, receipt, position, revision, content, delivery, scope, known_from, whole, removed, head`

// standing looks up the versions that the arriving dossiers meet.
func (w *Warehouse) standing(ctx context.Context, arriving []delivery.Dossier) (map[int64]standing, error) {
	stored := make(map[int64]standing)
	var any bool
	if err := w.conn.QueryRowContext(ctx, "SELECT EXISTS (FROM records.dossier)").Scan(&any); err != nil || !any {
		return stored, wrap("look for dossiers", err)
	}
	ids := make([]int64, len(arriving))
	for i, d := range arriving {
		ids[i] = d.Key.ID
	}
	if err := w.fillIDs(ctx, "arriving_dossier", ids); err != nil {
		return nil, err
	}
	err := w.eachStanding(ctx, "dossier IN (SELECT id FROM temp.arriving_dossier)", func(id int64, s standing) { stored[id] = s })
	return stored, err
}

// eachStanding visits the dossiers for which the condition holds.
func (w *Warehouse) eachStanding(ctx context.Context, condition string, visit func(id int64, s standing), args ...any) error {
	heads := make(map[string]string)
	return w.eachBatch(ctx, "SELECT "+dossierColumns+" FROM records.dossier WHERE "+condition, func(batch arrow.RecordBatch) error {
		var numbers [10]*array.Int64
		for i := range numbers {
			numbers[i] = batch.Column(i).(*array.Int64)
		}
		knownFrom := batch.Column(10).(*array.Timestamp)
		whole, removed, head := batch.Column(11).(*array.Boolean), batch.Column(12).(*array.Boolean), batch.Column(13).(*array.String)
		for i := range int(batch.NumRows()) {
			at := func(column int) int64 { return numbers[column].Value(i) }
			// The bytes of the batch are gone after the visit.
			name, ok := heads[head.Value(i)]
			if !ok {
				name = strings.Clone(head.Value(i))
				heads[name] = name
			}
			visit(at(0), standing{
				head: name, check: at(1), content: uint64(at(7)), delivery: at(8), scope: at(9), whole: whole.Value(i), removed: removed.Value(i),
				rank:      delivery.Rank{NewestBy: at(2), SourceAt: at(3), Receipt: at(4), Position: int32(at(5)), Revision: int32(at(6))},
				knownFrom: time.UnixMicro(int64(knownFrom.Value(i))).UTC(), arrived: -1,
			})
		}
		return nil
	}, args...)
}

// prepareDossiers renews the entries of the dossiers that changed.
func (c *commit) prepareDossiers(ctx context.Context) error {
	entries := newDossierSheet(max(len(c.arriving), len(c.verdict.touched)))
	if c.verdict.fresh {
		for i := range c.arriving {
			d := &c.arriving[i]
			entries.add(d.Key.ID, c.run.members[d.Head].Name, c.at, standing{
				check: d.Key.Check, rank: d.Rank, whole: d.Whole, content: d.Content, delivery: d.Delivery, scope: d.Scope,
			})
		}
		return c.add(&c.records, entries.sheet)
	}
	var old []int64
	for _, id := range slices.Sorted(maps.Keys(c.verdict.touched)) {
		s := c.verdict.touched[id]
		from, head := s.knownFrom, s.head
		if s.arrived >= 0 {
			from, head = c.at, c.run.members[c.arriving[s.arrived].Head].Name
		}
		entries.add(id, head, from, s)
		if _, stands := c.stored[id]; stands || c.chunk.Extract != nil {
			old = append(old, id)
		}
	}
	c.renewed = len(old) > 0
	if c.renewed {
		if err := c.run.warehouse.fillIDs(ctx, "old_dossier", old); err != nil {
			return err
		}
	}
	if err := c.add(&c.records, entries.sheet); err != nil || c.chunk.Extract == nil {
		return err
	}
	extracts, err := c.run.extractEntries(ctx, c.chunk.Extract)
	if err != nil {
		return err
	}
	return c.add(&c.records, extracts)
}

// dossierSheet is a sheet of the table of dossiers. There are as many of them as
// rows in feeds without lines, so that it is filled column by column.
type dossierSheet struct {
	sheet     *sheet
	numbers   [10]*array.Int64Builder
	knownFrom *array.TimestampBuilder
	truths    [2]*array.BooleanBuilder
	head      *array.StringBuilder
}

func newDossierSheet(rows int) dossierSheet {
	d := dossierSheet{sheet: newSheet(dossierTable)}
	d.sheet.builder.Reserve(rows)
	numbers, truths := d.numbers[:0], d.truths[:0]
	for i := range dossierTable.columns {
		switch field := d.sheet.builder.Field(i).(type) {
		case *array.Int64Builder:
			numbers = append(numbers, field)
		case *array.BooleanBuilder:
			truths = append(truths, field)
		case *array.TimestampBuilder:
			d.knownFrom = field
		case *array.StringBuilder:
			d.head = field
		}
	}
	return d
}

// add appends an entry. The numbers stand in the order of the table's columns.
func (d *dossierSheet) add(id int64, head string, from time.Time, s standing) {
	for i, n := range [...]int64{
		id, s.check, s.rank.NewestBy, s.rank.SourceAt, s.rank.Receipt, int64(s.rank.Position), int64(s.rank.Revision), int64(s.content), s.delivery, s.scope,
	} {
		d.numbers[i].UnsafeAppend(n)
	}
	d.head.Append(head)
	d.knownFrom.UnsafeAppend(arrow.Timestamp(from.UnixMicro()))
	d.truths[0].UnsafeAppend(s.whole)
	d.truths[1].UnsafeAppend(s.removed)
}
