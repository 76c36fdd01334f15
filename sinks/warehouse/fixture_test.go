package warehouse_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"thidua/sinks/warehouse"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/delivery"
	"thidua/transform/identity"
	"thidua/transform/value"
)

// jobName is the job of all runs here: visits, each a head with its lines.
const jobName = "visits"

func title(s string) declaration.Title { return declaration.Title{Vi: s + " (vi)", En: s} }

func column(name, kind, identifier string) dataset.ColumnDeclaration {
	return dataset.ColumnDeclaration{Name: name, Title: title(name), Type: kind, Identifier: identifier}
}

func visitDeclaration() dataset.Declaration {
	return dataset.Declaration{
		Dataset: "visit", Title: title("Visits"), Counts: "events",
		Columns: []dataset.ColumnDeclaration{
			column("visit_key", "key", "visit"), column("facility", "code", ""), column("total", "decimal(12,2)", ""), column("ended_on", "date", ""),
		},
	}
}

func lineDeclaration() dataset.Declaration {
	return dataset.Declaration{
		Dataset: "visit_line", Title: title("Lines"), Counts: "things",
		Columns: []dataset.ColumnDeclaration{
			column("visit_key", "key", "visit"), column("line_number", "integer", ""), column("amount", "decimal(12,2)", ""),
		},
	}
}

func compile(tb testing.TB, d dataset.Declaration) *dataset.Dataset {
	tb.Helper()
	compiled, err := dataset.Compile(d)
	if err != nil {
		tb.Fatal(err)
	}
	return compiled
}

// members are the datasets of the job, the head first.
func members(tb testing.TB) []*dataset.Dataset {
	tb.Helper()
	return []*dataset.Dataset{compile(tb, visitDeclaration()), compile(tb, lineDeclaration())}
}

// clock is a clock that tests set.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 6, 14, 1, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

// chain returns the first n keys and their fingerprints.
func chain(tb testing.TB, n int) ([][]byte, *identity.Pseudonyms, []string) {
	tb.Helper()
	var keys [][]byte
	for i := range n {
		keys = append(keys, bytes.Repeat([]byte{byte(i + 1)}, identity.KeyBytes))
	}
	p, err := identity.NewPseudonyms(keys)
	if err != nil {
		tb.Fatal(err)
	}
	prints := make([]string, n)
	for i := range prints {
		prints[i] = p.Fingerprint(i + 1)
	}
	return keys, p, prints
}

func config(tb testing.TB, dir string) warehouse.Config {
	tb.Helper()
	_, _, prints := chain(tb, 1)
	return warehouse.Config{Dir: dir, Datasets: members(tb), Keys: prints, Now: newClock().now, MemoryBytes: 64 << 20}
}

// open opens a warehouse that is closed when the test ends, if not before.
func open(tb testing.TB, c warehouse.Config) *warehouse.Warehouse {
	tb.Helper()
	w, err := warehouse.Open(context.Background(), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = w.Close() })
	return w
}

func begin(tb testing.TB, w *warehouse.Warehouse, c warehouse.Config) *warehouse.Run {
	tb.Helper()
	r, err := w.Begin(context.Background(), jobName, c.Datasets[:2], false)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func load(tb testing.TB, r *warehouse.Run, c *delivery.Chunk) {
	tb.Helper()
	if err := r.Load(context.Background(), c); err != nil {
		tb.Fatal(err)
	}
}

func end(tb testing.TB, r *warehouse.Run) []delivery.Tally {
	tb.Helper()
	tallies, err := r.End(context.Background(), "succeeded", "")
	if err != nil {
		tb.Fatal(err)
	}
	return tallies
}

// version is one version of a dossier as it arrives.
type version struct {
	// dossier is the number of the visit.
	dossier int
	// receipt is the delivery, number the place in it.
	receipt  int64
	number   int32
	newestBy int64
	partial  bool
	// sourceAt is the source's own time, scope what its extract is complete for.
	sourceAt int64
	scope    int64
	// gone says that the job has no use for it.
	gone bool
	// total is the amount of the head, lines are those of the lines.
	total int64
	lines []int64
}

// rows is what the version looks like in the tables: its own columns only.
func (v version) rows() string {
	lines := slices.Clone(v.lines)
	slices.Sort(lines)
	return fmt.Sprint(v.total, lines)
}

// shipment builds chunks under a chain of keys.
type shipment struct {
	members []*dataset.Dataset
	keys    *identity.Pseudonyms
	hasher  dataset.Hasher
}

func newShipment(tb testing.TB, generation int) *shipment {
	tb.Helper()
	_, p, _ := chain(tb, generation)
	return &shipment{members: members(tb), keys: p}
}

// key returns the key of a visit.
func (s *shipment) key(dossier int) delivery.Key {
	digest := s.keys.Digest("dossier", fmt.Appendf(nil, "visit %d", dossier))
	return delivery.Key{ID: int64(binary.BigEndian.Uint64(digest[:8])), Check: int64(binary.BigEndian.Uint64(digest[8:]))}
}

// pseudonym returns what the key columns hold for a visit.
func (s *shipment) pseudonym(dossier int) string {
	return string(s.keys.Key(nil, "visit", fmt.Appendf(nil, "visit %d", dossier)))
}

// chunk puts versions together into a chunk whose account closes.
func (s *shipment) chunk(versions ...version) *delivery.Chunk {
	c := &delivery.Chunk{Rows: make([]delivery.Counts, len(s.members)), Warnings: make(map[delivery.Warning]int64)}
	batches := []*dataset.Batch{dataset.NewBatch(s.members[0]), dataset.NewBatch(s.members[1])}
	for _, v := range versions {
		d := delivery.Dossier{
			Key: s.key(v.dossier), Delivery: v.receipt, Number: v.number, Whole: !v.partial, Rows: []int32{1, int32(len(v.lines))}, Scope: v.scope,
			Rank: delivery.Rank{NewestBy: v.newestBy, SourceAt: v.sourceAt, Receipt: v.receipt, Position: v.number, Revision: 1},
		}
		if v.gone {
			d.Gone, d.Content, d.Rows = true, 0, []int32{0, 0}
			c.Dossiers = append(c.Dossiers, d)
			c.Heads.Read++
			c.Heads.Skipped++
			continue
		}
		key := value.OfText([]byte(s.pseudonym(v.dossier)))
		head := []value.Value{key, value.OfText([]byte("15001")), value.OfInt(v.total), value.OfInt(20_000)}
		d.Content = s.add(batches, 0, head, d, 1)
		for i, amount := range v.lines {
			d.Content += s.add(batches, 1, []value.Value{key, value.OfInt(int64(i + 1)), value.OfInt(amount)}, d, int32(i+1))
		}
		c.Dossiers = append(c.Dossiers, d)
		c.Heads.Read++
		c.Rows[0].Read++
		c.Rows[1].Read += int64(len(v.lines))
	}
	c.Records = []arrow.RecordBatch{batches[0].Record(), batches[1].Record()}
	return c
}

func (s *shipment) add(batches []*dataset.Batch, member int, row []value.Value, d delivery.Dossier, line int32) uint64 {
	content := s.hasher.Content(s.members[member], row)
	batches[member].Append(row, dataset.Lineage{Dossier: d.Key.ID, Delivery: d.Delivery, PlaceDossier: d.Number, PlaceLine: line, Content: content})
	return content
}

// progress says that a delivery of the given name has come to an end.
func progress(id int64, name string, state delivery.State) delivery.Progress {
	return delivery.Progress{State: state, Position: 1, Dossiers: 1, Bundle: "bundle", Delivery: delivery.Delivery{
		ID: id, Job: jobName, Name: name, SizeBytes: 100 + id, ModifiedAt: time.Unix(1_700_000_000+id, 0), Inode: uint64(1000 + id),
		ReceivedAt: newClock().at, SHA256: [32]byte{byte(id), byte(id >> 8), byte(id >> 16), 1},
	}}
}

// texts returns the rows of a query of one text column.
func texts(tb testing.TB, w *warehouse.Warehouse, query string, args ...any) []string {
	tb.Helper()
	rows, err := w.Query(context.Background(), query, args...)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	list := []string{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			tb.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return list
}

// number returns the result of a query of one number.
func number(tb testing.TB, w *warehouse.Warehouse, query string, args ...any) int64 {
	tb.Helper()
	rows, err := w.Query(context.Background(), query, args...)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	var n int64
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			tb.Fatal(err)
		}
	}
	return n
}

// Own columns of both datasets as text.
const (
	visitColumns = "(visit_key, facility, total, ended_on)::VARCHAR"
	lineColumns  = "(visit_key, line_number, amount)::VARCHAR"
)

// contents is what readers of the rows see: own columns, live and past.
type contents struct{ Visits, Lines, PastVisits, PastLines []string }

func contentsOf(tb testing.TB, w *warehouse.Warehouse) contents {
	tb.Helper()
	from := func(columns, table string) []string {
		return texts(tb, w, "SELECT "+columns+" FROM records."+table+" ORDER BY 1")
	}
	return contents{from(visitColumns, "main.visit"), from(lineColumns, "main.visit_line"), from(visitColumns, "history.visit"), from(lineColumns, "history.visit_line")}
}

// checkAccounts holds every account of the ledger to its sum, and both files to
// each other.
func checkAccounts(tb testing.TB, w *warehouse.Warehouse) {
	tb.Helper()
	if n := number(tb, w, "SELECT count(*) FROM internal.tally WHERE read <> loaded + unchanged + superseded + skipped + quarantined"); n != 0 {
		tb.Errorf("%d accounts do not close", n)
	}
	for _, table := range []string{"tally", "delivery", "quarantine"} {
		if n := number(tb, w, "SELECT count(*) FROM internal."+table+" WHERE n > (SELECT coalesce(max(n), 0) FROM records.applied)"); n != 0 {
			tb.Errorf("%d rows of internal.%s belong to no commit", n, table)
		}
	}
	if n := number(tb, w, "SELECT count(*) - count(DISTINCT n) FROM records.applied"); n != 0 {
		tb.Errorf("%d commits have a number that another one has", n)
	}
	// What the ledger says was loaded, less what it says has left, is what stands.
	for _, table := range []string{"visit", "visit_line"} {
		ledger := number(tb, w, "SELECT coalesce(sum(loaded) - sum(replaced) - sum(removed), 0)::BIGINT FROM internal.tally WHERE dataset = ?", table)
		if stands := number(tb, w, "SELECT count(*) FROM records.main."+table); ledger != stands {
			tb.Errorf("by the ledger %d rows of %s stand, there are %d", ledger, table, stands)
		}
	}
}
