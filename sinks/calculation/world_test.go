package calculation_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// world is a small province in an engine in memory: two districts of two communes, a
// third district of another province, facilities of which one moves, and one dataset
// of everything that can be counted.
type world struct {
	t     *testing.T
	conn  *sql.Conn
	dice  *rand.Rand
	clock time.Time
	next  int64
}

const areas = `('15', 'l24', 'province', '', '15', '2020-03-01', '2025-06-30'), ('15', 'l25', 'province', '', '15', '2025-07-01', NULL), ('19', 'l24', 'province', '', '19', '2020-03-01', NULL),
('D1', 'l24', 'district', '15', '15', '2020-03-01', '2025-06-30'), ('D2', 'l24', 'district', '15', '15', '2020-03-01', '2025-06-30'), ('D9', 'l24', 'district', '19', '19', '2020-03-01', NULL),
('C1', 'l24', 'commune', 'D1', '15', '2020-03-01', '2025-06-30'), ('C2', 'l24', 'commune', 'D1', '15', '2020-03-01', '2024-02-29'), ('C2', 'l24', 'commune', 'D2', '15', '2024-03-01', '2025-06-30'),
('C3', 'l24', 'commune', 'D2', '15', '2020-03-01', '2025-06-30'), ('C9', 'l24', 'commune', 'D9', '19', '2020-03-01', NULL), ('C1', 'l25', 'commune', '15', '15', '2025-07-01', NULL)`

const facilities = `('F1', 'C1', 'l24', '15', 'station', '2020-03-01', '2025-06-30'), ('F1', 'C1', 'l25', '15', 'station', '2025-07-01', NULL),
('F2', 'C2', 'l24', '15', 'station', '2020-03-01', '2025-06-30'), ('F3', 'C3', 'l24', '15', 'hospital', '2020-03-01', '2024-01-31'), ('F3', 'C1', 'l24', '15', 'hospital', '2024-02-01', '2025-06-30'),
('F9', 'C9', 'l24', '19', 'hospital', '2020-03-01', NULL)`

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = conn.Close(), db.Close() })
	w := &world{t: t, conn: conn, dice: rand.New(rand.NewPCG(seed, 1)), clock: time.Date(2024, 7, 1, 2, 0, 0, 0, time.UTC)}
	w.exec("CREATE SCHEMA history")
	w.table("area", "code VARCHAR, list VARCHAR, level VARCHAR, parent_code VARCHAR, province_code VARCHAR, valid_from DATE, valid_to DATE, name VARCHAR")
	w.table("facility", "code VARCHAR, area_code VARCHAR, area_list VARCHAR, province_code VARCHAR, kind VARCHAR, valid_from DATE, valid_to DATE, name VARCHAR")
	w.table("visit", visitColumns())
	w.table("showing", "visit_key VARCHAR, ok BOOLEAN")
	w.table("insurance_link", "citizen_key VARCHAR, insurance_key VARCHAR, card_key VARCHAR")
	w.table("zero_report", "feed VARCHAR, facility_code VARCHAR, from_on DATE, to_on DATE")
	w.table("unit_target", "campaign VARCHAR, id VARCHAR, unit_level VARCHAR, unit_code VARCHAR, unit_list VARCHAR, amount DECIMAL(18,4), decided_on DATE")
	w.exec("INSERT INTO main.area (code, list, level, parent_code, province_code, valid_from, valid_to) VALUES " + areas)
	w.exec("INSERT INTO main.facility (code, area_code, area_list, province_code, kind, valid_from, valid_to) VALUES " + facilities)
	w.exec("UPDATE main.area SET name = level || ' ' || code, known_from = '2020-01-01'")
	w.exec("UPDATE main.facility SET name = kind || ' ' || code, known_from = '2020-01-01'")
	return w
}

func visitColumns() string {
	var columns []string
	for _, c := range visits().Columns {
		columns = append(columns, c.Name+" "+c.Type.SQL())
	}
	return strings.Join(columns, ", ")
}

func (w *world) table(name, columns string) {
	w.exec(fmt.Sprintf("CREATE TABLE main.%s (%s, dossier BIGINT, delivery BIGINT, known_from TIMESTAMPTZ)", name, columns))
	w.exec(fmt.Sprintf("CREATE TABLE history.%s (%s, dossier BIGINT, delivery BIGINT, known_from TIMESTAMPTZ, known_to TIMESTAMPTZ)", name, columns))
}

func (w *world) exec(statement string, args ...any) {
	w.t.Helper()
	if _, err := w.conn.ExecContext(context.Background(), statement, args...); err != nil {
		w.t.Fatalf("%.200s: %v", statement, err)
	}
}

// visits is a dataset with a column for everything that a measure may name.
func visits() *dataset.Dataset {
	title := declaration.Title{Vi: "v", En: "e"}
	column := func(name, kind, identifier string) dataset.ColumnDeclaration {
		return dataset.ColumnDeclaration{Name: name, Title: title, Type: kind, Identifier: identifier}
	}
	d, err := dataset.Compile(dataset.Declaration{Dataset: "visit", Title: title, Counts: "events", Columns: []dataset.ColumnDeclaration{
		column("visit_key", "key", "visit"), column("facility_code", "code", ""), column("commune_code", "code", ""), column("district_code", "code", ""),
		column("arrived_at", "timestamp", ""), column("left_on", "date", ""), column("kind", "code", ""), column("cost", "decimal(14,2)", ""),
		column("citizen_key", "key", "citizen"), column("insurance_key", "key", "insurance"), column("card_key", "key", "card"),
	}})
	if err != nil {
		panic(err)
	}
	return d
}

// row is a visit as the model knows it.
type row struct {
	key, facility, commune, district, kind string
	at                                     calendar.Day
	left                                   calendar.Day
	cost                                   int64
	citizen, insurance                     string
}

func (w *world) pick(values ...string) string { return values[w.dice.IntN(len(values))] }

func (w *world) newRow() row {
	w.next++
	at := day("2023-11-20") + calendar.Day(w.dice.IntN(240))
	return row{
		key: fmt.Sprint("v", w.next), facility: w.pick("F1", "F2", "F3", "F9", "F8", ""), commune: w.pick("C1", "C2", "C3", "C9", ""), district: w.pick("D1", "D2", ""),
		kind: w.pick("a", "b"), at: at, left: at + calendar.Day(w.dice.IntN(40)), cost: int64(w.dice.IntN(500)), citizen: w.pick("p1", "p2", "p3", "p4", "p5", ""), insurance: w.pick("i1", "i2", "i3", ""),
	}
}

// put writes the row as it is known from now on.
func (w *world) put(r row) {
	w.exec(`INSERT INTO main.visit (visit_key, facility_code, commune_code, district_code, arrived_at, left_on, kind, cost, citizen_key, insurance_key, dossier, delivery, known_from)
		VALUES ($1, nullif($2, ''), nullif($3, ''), nullif($4, ''), CAST($5 AS DATE) + INTERVAL 9 HOUR, CAST($6 AS DATE), $7, $8 / 100, nullif($9, ''), nullif($10, ''), hash($1) % 1000000, 1, $11)`,
		r.key, r.facility, r.commune, r.district, r.at.String(), r.left.String(), r.kind, r.cost, r.citizen, r.insurance, w.clock)
}

// remove lets a row be known no longer.
func (w *world) remove(table, key string) {
	w.exec(fmt.Sprintf("INSERT INTO history.%[1]s SELECT *, $1 FROM main.%[1]s WHERE visit_key = $2", table), w.clock, key)
	w.exec(fmt.Sprintf("DELETE FROM main.%s WHERE visit_key = $1", table), key)
}

func (w *world) show(key string, ok bool) {
	w.exec("INSERT INTO main.showing (visit_key, ok, dossier, delivery, known_from) VALUES ($1, $2, 1, 1, $3)", key, ok, w.clock)
}

func day(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

// windows are a half-year to date and its months.
func windows() []campaign.Window {
	window := func(extent campaign.Extent, from, to string) campaign.Window {
		return campaign.Window{Extent: extent, Calendar: calendar.Administrative, Period: calendar.Period{From: day(from), To: day(to)}}
	}
	return []campaign.Window{
		window(campaign.ToDate, "2023-12-15", "2024-06-14"), window(campaign.OfMonth, "2023-12-15", "2024-01-14"), window(campaign.OfMonth, "2024-01-15", "2024-02-14"),
		window(campaign.OfMonth, "2024-02-15", "2024-03-14"), window(campaign.OfMonth, "2024-05-15", "2024-06-14"),
	}
}

// measures are one indicator for every way of counting.
func measures(t *testing.T) map[string]*indicator.Indicator {
	t.Helper()
	where := func(m *indicator.Measure) *indicator.Measure {
		m.Of, m.At = "visit", "arrived_at"
		if m.Units == nil {
			m.Units = []indicator.UnitColumn{{Level: indicator.Facility, Column: "facility_code"}}
		}
		return m
	}
	persons := []indicator.UnitColumn{{Level: indicator.Commune, Column: "commune_code"}, {Level: indicator.District, Column: "district_code"}}
	kindA := compiled(t, "kind = 'a'")
	return map[string]*indicator.Indicator{
		"rows":     {Behaviour: indicator.Cumulative, Numerator: where(&indicator.Measure{Aggregate: indicator.CountRows, Where: kindA}), Denominator: where(&indicator.Measure{Aggregate: indicator.CountRows})},
		"total":    {Behaviour: indicator.RunningTotal, Numerator: where(&indicator.Measure{Aggregate: indicator.CountRows, Units: persons})},
		"sum":      {Behaviour: indicator.Ratio, Numerator: where(&indicator.Measure{Aggregate: indicator.Sum, Amount: compiled(t, "cost")}), Denominator: where(&indicator.Measure{Aggregate: indicator.Max, Amount: compiled(t, "cost")})},
		"distinct": {Behaviour: indicator.CumulativeDistinct, Numerator: where(&indicator.Measure{Aggregate: indicator.CountDistinct, Distinct: []string{"citizen_key", "kind"}})},
		"ever":     {Behaviour: indicator.RunningTotal, Numerator: where(&indicator.Measure{Aggregate: indicator.CountDistinct, Distinct: []string{"facility_code"}})},
		"existing": {Behaviour: indicator.Stock, Numerator: where(&indicator.Measure{Aggregate: indicator.CountRows, Existing: true, Until: "left_on", Units: persons})},
		"register": {Behaviour: indicator.Stock, Numerator: where(&indicator.Measure{Aggregate: indicator.CountDistinct, Distinct: []string{"insurance_key"}, Existing: true})},
		"matched":  {Behaviour: indicator.Ratio, Numerator: where(&indicator.Measure{Aggregate: indicator.CountRows, Matching: &indicator.Matching{Of: "showing", On: []string{"visit_key"}, Where: showingOK(t)}})},
		"persons":  {Behaviour: indicator.RunningTotal, Numerator: where(&indicator.Measure{Aggregate: indicator.CountDistinct, Person: true, Distinct: []string{"citizen_key", "insurance_key", "card_key"}})},
		"no unit":  {Behaviour: indicator.Cumulative, Numerator: where(&indicator.Measure{Aggregate: indicator.CountRows, Units: []indicator.UnitColumn{}})},
	}
}
