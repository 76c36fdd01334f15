package warehouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
)

// execute writes both halves of the commit.
func (c *commit) execute(ctx context.Context) error {
	defer c.release()
	if err := c.prepare(ctx); err != nil {
		return err
	}
	w := c.run.warehouse
	if err := w.transaction(ctx, func() error { return c.writeInternal(ctx) }); err != nil {
		return err
	}
	if err := w.config.Fault("between the halves"); err != nil {
		return err
	}
	if err := w.transaction(ctx, func() error { return c.writeRecords(ctx) }); err != nil {
		return err
	}
	return w.config.Fault("after the commit")
}

// prepare lets everything arrive that the two transactions take.
func (c *commit) prepare(ctx context.Context) error {
	w := c.run.warehouse
	if len(c.verdict.replaced) > 0 {
		if err := w.fillIDs(ctx, "replaced_dossier", c.verdict.replaced); err != nil {
			return err
		}
	}
	// The rows that leave are counted first: the account is part of the first
	// half, which is written before they are touched.
	if err := c.countReplaced(ctx); err != nil {
		return err
	}
	if err := c.prepareInternal(ctx); err != nil {
		return err
	}
	if c.staged {
		if err := c.writeFates(ctx); err != nil {
			return err
		}
	} else if err := c.prepareRows(); err != nil {
		return err
	}
	if err := c.prepareDossiers(ctx); err != nil {
		return err
	}
	return c.prepareWarnings()
}

// add lets the rows of a sheet arrive.
func (c *commit) add(to *[]*arrival, s *sheet) error {
	a, err := c.run.warehouse.arriveSheet(s)
	if err != nil {
		return err
	}
	*to = append(*to, a)
	return nil
}

func (c *commit) addRecord(to *[]*arrival, table string, record arrow.RecordBatch) error {
	a, err := c.run.warehouse.arrive(table, record)
	if err != nil {
		return err
	}
	*to = append(*to, a)
	return nil
}

func (c *commit) release() {
	for _, list := range [][]*arrival{c.internal, c.records} {
		for _, a := range list {
			a.release()
		}
	}
}

// writeInternal is the first half.
func (c *commit) writeInternal(ctx context.Context) error {
	if err := c.takeAll(ctx, "internal", c.internal); err != nil {
		return err
	}
	return c.run.warehouse.config.Fault("internal commit")
}

// takeAll inserts what arrived.
func (c *commit) takeAll(ctx context.Context, half string, list []*arrival) error {
	w := c.run.warehouse
	for _, a := range list {
		if err := w.config.Fault(half + " " + a.table); err != nil {
			return err
		}
		if err := w.take(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (c *commit) countReplaced(ctx context.Context) error {
	if len(c.verdict.replaced) == 0 {
		return nil
	}
	gone := make([]delivery.Counts, len(c.rows))
	if err := c.run.warehouse.countReplaced(ctx, c.run.members, gone); err != nil {
		return err
	}
	for m := range gone {
		if c.chunk.Extract != nil {
			c.rows[m].Removed += gone[m].Replaced
		} else {
			c.rows[m].Replaced += gone[m].Replaced
		}
	}
	return nil
}

// countReplaced counts the live rows of the dossiers in replaced_dossier.
func (w *Warehouse) countReplaced(ctx context.Context, members []*dataset.Dataset, rows []delivery.Counts) error {
	for m, d := range members {
		var n int64
		query := fmt.Sprintf("SELECT count(*) FROM %s WHERE dossier IN (SELECT id FROM temp.replaced_dossier)", rowsTable("main", d.Name))
		if err := w.conn.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return wrap("count rows that leave", err)
		}
		rows[m].Replaced += n
	}
	return nil
}

// prepareInternal is the first half: tallies, progress and quarantine under n.
func (c *commit) prepareInternal(ctx context.Context) error {
	w, r := c.run.warehouse, c.run
	payloads := int64(0)
	for _, p := range c.chunk.Progress {
		if p.State.Ended() {
			payloads++
		}
	}
	tallies := newSheet(tallyLedger)
	addTally := func(name string, t delivery.Counts) {
		tallies.add(c.n, r.id, name, payloads, t.Read, t.Loaded, t.Unchanged, t.Superseded, t.Skipped, t.Quarantined,
			t.Replaced, t.Removed, t.Warned, t.Ties, c.chunk.Bytes)
	}
	addTally(delivery.Dossiers, c.heads)
	for m, d := range r.members {
		addTally(d.Name, c.rows[m])
	}
	progress := newSheet(deliveryLedger)
	for _, p := range c.chunk.Progress {
		bundle := p.Bundle
		if !c.kept[p.Delivery.ID] {
			bundle = ""
		}
		d := p.Delivery
		progress.add(c.n, d.ID, r.job, w.nameDigest(d.Job, d.Name), d.SizeBytes, d.ModifiedAt.UnixNano(), int64(d.Inode),
			hexDigest(d.SHA256), d.ReceivedAt, string(p.State), int64(p.Position), int64(p.Dossiers), bundle)
	}
	quarantine := newSheet(quarantineLedger)
	var entry int64
	if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM internal.quarantine").Scan(&entry); err != nil {
		return wrap("number the quarantine", err)
	}
	for _, rejected := range [][]delivery.Rejection{c.chunk.Rejections, c.verdict.rejected} {
		for _, q := range rejected {
			entry++
			quarantine.add(c.n, entry, r.id, r.job, q.Delivery, string(q.Level), int64(q.Place.Dossier), q.Place.Part, int64(q.Place.Line),
				q.Dataset, q.Column, q.Rule, q.Reason.Vi, q.Reason.En, q.Dossier.ID, c.at)
		}
	}
	for _, s := range []*sheet{tallies, progress, quarantine} {
		if err := c.add(&c.internal, s); err != nil {
			return err
		}
	}
	return nil
}

// writeRecords is the second half, and the commit.
func (c *commit) writeRecords(ctx context.Context) error {
	w := c.run.warehouse
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"retire", c.retire},
		{"distribute", c.distribute},
		{"forget", c.forget},
		{"rows", func(ctx context.Context) error { return c.takeAll(ctx, "records", c.records) }},
		{"applied", c.writeApplied},
	}
	for _, s := range steps {
		if err := w.config.Fault("records " + s.name); err != nil {
			return err
		}
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return w.config.Fault("records commit")
}

// exec runs a statement of the second half.
func (c *commit) exec(ctx context.Context, statement string, args ...any) error {
	w := c.run.warehouse
	if err := w.config.Fault(firstWords(statement)); err != nil {
		return err
	}
	return w.exec(ctx, statement, args...)
}

// retire moves the rows of replaced dossiers to history, in all member datasets:
// also in those where the new version brings nothing.
func (c *commit) retire(ctx context.Context) error {
	if len(c.verdict.replaced) == 0 {
		return nil
	}
	for _, d := range c.run.members {
		columns := allColumns(d)
		move := fmt.Sprintf("INSERT INTO %s (%s, %s) SELECT %s, ? FROM %s WHERE dossier IN (SELECT id FROM temp.replaced_dossier)",
			rowsTable("history", d.Name), columns, dataset.ColumnKnownTo, columns, rowsTable("main", d.Name))
		if err := c.exec(ctx, move, c.at); err != nil {
			return err
		}
		remove := fmt.Sprintf("DELETE FROM %s WHERE dossier IN (SELECT id FROM temp.replaced_dossier)", rowsTable("main", d.Name))
		if err := c.exec(ctx, remove); err != nil {
			return err
		}
	}
	return nil
}

func allColumns(d *dataset.Dataset) string {
	return ownColumns(d) + ", " + dataset.ColumnKnownFrom
}

func ownColumns(d *dataset.Dataset) string { return columnList(d.Schema()) }

// columnListOf lists the columns of a batch as those of a table alias.
func columnListOf(alias string, d *dataset.Dataset) string {
	return alias + "." + strings.ReplaceAll(ownColumns(d), ", ", ", "+alias+".")
}

// prepareRows lets rows arrive that go straight into the live tables: all of them
// stand.
func (c *commit) prepareRows() error {
	for m, record := range c.chunk.Records {
		if record == nil || record.NumRows() == 0 {
			continue
		}
		dated := withKnownFrom(record, c.at)
		err := c.addRecord(&c.records, rowsTable("main", c.run.members[m].Name), dated)
		dated.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

// distribute sends staged rows to the live tables or to history by the fate of
// their dossier. A dossier that arrived is told by delivery and number, since one
// chunk can hold several versions of it.
func (c *commit) distribute(ctx context.Context) error {
	if !c.staged {
		return nil
	}
	const where = "FROM temp.%s s JOIN temp.dossier_fate f ON s.delivery = f.delivery AND s.place_dossier = f.number WHERE f.fate = %d"
	for m, d := range c.run.members {
		if !c.run.stageTables[m] {
			continue
		}
		own := ownColumns(d)
		qualified := columnListOf("s", d)
		toLive := fmt.Sprintf("INSERT INTO %s (%s, known_from) SELECT %s, ? "+where, rowsTable("main", d.Name), own, qualified, stageTable(d.Name), live)
		if err := c.exec(ctx, toLive, c.at); err != nil {
			return err
		}
		toHistory := fmt.Sprintf("INSERT INTO %s (%s, known_from, known_to) SELECT %s, ?, ? "+where, rowsTable("history", d.Name), own, qualified, stageTable(d.Name), past)
		if err := c.exec(ctx, toHistory, c.at, c.at); err != nil {
			return err
		}
	}
	return nil
}

func (c *commit) writeFates(ctx context.Context) error {
	w := c.run.warehouse
	if err := w.exec(ctx, "CREATE OR REPLACE TEMP TABLE dossier_fate (delivery BIGINT, number BIGINT, fate BIGINT)"); err != nil {
		return err
	}
	fates := newSheet(table{"temp.dossier_fate", "", []column{{"delivery", number, ""}, {"number", number, ""}, {"fate", number, ""}}})
	for i, d := range c.arriving {
		fates.add(d.Delivery, int64(d.Number), int64(c.verdict.fates[i]))
	}
	return w.save(ctx, fates)
}

// forget deletes the old entries of those dossiers that have one.
func (c *commit) forget(ctx context.Context) error {
	if c.chunk.Extract != nil {
		if err := c.exec(ctx, "DELETE FROM records.extract WHERE scope IN (SELECT id FROM temp.renewed_scope)"); err != nil {
			return err
		}
	}
	if !c.renewed {
		return nil
	}
	return c.run.warehouse.exec(ctx, "DELETE FROM records.dossier WHERE dossier IN (SELECT id FROM temp.old_dossier)")
}

// prepareWarnings keeps the findings of dossiers that brought rows: one that is sent
// again unchanged is not warned of again.
func (c *commit) prepareWarnings() error {
	type version struct {
		delivery int64
		number   int32
	}
	brought := make(map[version]bool)
	for i, d := range c.arriving {
		if f := c.verdict.fates[i]; f == live || f == past {
			brought[version{d.Delivery, d.Number}] = true
		}
	}
	sums := make(map[delivery.Warning]int64)
	for key, n := range c.chunk.Warnings {
		if brought[version{key.Delivery, key.Number}] {
			key.Delivery, key.Number = 0, 0
			sums[key] += n
		}
	}
	s := newSheet(warningTable)
	for key, n := range sums {
		s.add(c.n, c.run.id, c.run.job, key.Dataset, key.Column, key.Rule, key.Unit, n)
	}
	return c.add(&c.records, s)
}

func (c *commit) writeApplied(ctx context.Context) error {
	return c.run.warehouse.exec(ctx, "INSERT INTO records.applied VALUES (?, ?, ?)", c.n, c.at, c.run.id)
}
