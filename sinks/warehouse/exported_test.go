package warehouse_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/value"
)

// least is the least number of events that is shown in these tests.
const least = 5

// exported is a published file of figures, read as a stranger does.
type exported struct {
	t    *testing.T
	conn *sql.DB
	dir  string
}

func (p *province) export(least int, campaigns ...*campaign.Campaign) *exported {
	p.t.Helper()
	x := &exported{t: p.t, dir: filepath.Join(p.t.TempDir(), "figures")}
	files, err := p.w.Export(p.t.Context(), x.dir, campaigns, least)
	if err != nil {
		p.t.Fatal(err)
	}
	slices.Sort(files)
	var found []string
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range entries {
		found = append(found, e.Name())
	}
	if diff := cmp.Diff(found, files); diff != "" {
		p.t.Errorf("files (-there +told):\n%s", diff)
	}
	connector, err := duckdb.NewConnector(filepath.Join(x.dir, warehouse.FiguresFile)+"?access_mode=read_only", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	x.conn = sql.OpenDB(connector)
	p.t.Cleanup(func() { _ = x.conn.Close() })
	return x
}

// rows returns the rows of a query, each as the text of a struct.
func (x *exported) rows(query string) []string {
	x.t.Helper()
	rows, err := x.conn.QueryContext(x.t.Context(), "SELECT r::VARCHAR FROM ("+query+") AS r ORDER BY 1")
	if err != nil {
		x.t.Fatal(err)
	}
	defer rows.Close()
	list := []string{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			x.t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		x.t.Fatal(err)
	}
	return list
}

// crowded fills the province with visits of two kinds: in each facility and half-month
// as many of each as the dice say, some known by their commune alone or by nothing, and
// some shown.
func (p *province) crowded() {
	p.t.Helper()
	var visits, shown []document
	for _, facility := range []string{"F1", "F2", "F3", "F4", ""} {
		for half := range 6 {
			for _, kind := range []string{"a", "b"} {
				n := 0
				if p.dice.IntN(3) > 0 {
					n = p.dice.IntN(13) / (1 + p.dice.IntN(3))
				}
				for range n {
					id := len(visits)
					on := dayOf(p.t, "2023-12-12") + calendar.Day(15*half+p.dice.IntN(15))
					c := checkup{id: id, facility: facility, kind: kind, on: on.String(), cost: int64(p.dice.IntN(9)), citizen: p.pick("p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8")}
					if facility == "" {
						c.commune = p.pick("C1", "C1", "C3", "")
					}
					visits = append(visits, p.checkup(c))
					if p.dice.IntN(2) == 0 {
						shown = append(shown, p.showing(id, true))
					}
				}
			}
		}
	}
	p.extract("checkup", visits...)
	p.extract("showing", shown...)
}

func TestExport(t *testing.T) {
	t.Parallel()
	p := newProvince(t, 3)
	p.crowded()
	p.send("station", p.station(1, ""), p.station(2, ""))
	p.compute()
	x := p.export(least, p.agenda.Campaigns...)
	t.Run("tables and columns say what they are", func(t *testing.T) {
		x.t = t
		tables := x.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal AND coalesce(comment, '') <> ''")
		want := []string{"{'table_name': definition}", "{'table_name': indicator_status}", "{'table_name': indicator_value}", "{'table_name': restatement}"}
		if diff := cmp.Diff(want, tables); diff != "" {
			t.Errorf("tables with a comment (-want +got):\n%s", diff)
		}
		if silent := x.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''"); len(silent) > 0 {
			t.Errorf("columns without a comment: %v", silent)
		}
		if keys := x.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND (column_name LIKE '%\\_key' ESCAPE '\\' OR column_name IN ('dossier', 'delivery'))"); len(keys) > 0 {
			t.Errorf("columns of rows: %v", keys)
		}
	})
	t.Run("files of tables equal the tables", func(t *testing.T) {
		x.t = t
		for _, name := range []string{"indicator_value", "indicator_status", "restatement", "definition"} {
			file := "SELECT * FROM read_parquet('" + filepath.Join(x.dir, name+".parquet") + "')"
			if diff := cmp.Diff(x.rows("SELECT * FROM "+name), x.rows(file)); diff != "" {
				t.Errorf("%s (-table +file):\n%s", name, diff)
			}
		}
	})
	t.Run("what is hidden is hidden whole", func(t *testing.T) {
		x.t = t
		for _, wrong := range []string{
			"FROM indicator_value WHERE suppressed AND (value IS NOT NULL OR numerator IS NOT NULL AND denominator IS NOT NULL)",
			"FROM indicator_status WHERE suppressed AND (attainment IS NOT NULL OR difference IS NOT NULL OR over_hundred IS NOT NULL OR status = 'exceeded' OR reason_vi NOT LIKE 'Số nhỏ được ẩn%' OR reason_en NOT LIKE 'A small number is hidden%')",
			"FROM indicator_status AS s JOIN indicator_value AS v USING (campaign, id, unit_level, unit, extent, calendar, period_from, period_to) WHERE s.suppressed <> v.suppressed",
			"FROM indicator_value WHERE suppressed AND id = 'X.each' AND unit_level = 'province'",
			"FROM indicator_value WHERE NOT suppressed AND indicator <> 'stations' AND (id NOT LIKE 'X.each%' OR unit_level <> 'province') AND (numerator BETWEEN 1 AND 4 OR denominator BETWEEN 1 AND 4)",
		} {
			if rows := x.rows("SELECT id, unit, extent, period_to " + wrong); len(rows) > 0 {
				t.Errorf("%s: %v", wrong, rows)
			}
		}
		if some := x.rows("SELECT id FROM indicator_value WHERE suppressed"); len(some) == 0 {
			t.Error("nothing is hidden: nothing was tested")
		}
	})
	t.Run("what is shown is true", func(t *testing.T) {
		x.t = t
		const shown = "SELECT campaign, id, unit_level, unit, extent, calendar, period_from, period_to, numerator, denominator, value FROM "
		truth := p.rows("campaign, id, unit_level, unit, extent, calendar, period_from, period_to, numerator, denominator, value", "records.indicator_value")
		rows := x.rows(shown + "indicator_value WHERE NOT suppressed")
		for _, r := range rows {
			if _, found := slices.BinarySearch(truth, r); !found {
				t.Errorf("shown, and not so: %s", r)
			}
		}
		if len(rows) == 0 {
			t.Error("nothing is shown")
		}
		things := "records.indicator_value WHERE indicator = 'stations'"
		if diff := cmp.Diff(p.rows("unit, extent, period_to, numerator", things), x.rows("SELECT unit, extent, period_to, numerator FROM indicator_value WHERE indicator = 'stations'")); diff != "" {
			t.Errorf("things (-true +shown):\n%s", diff)
		}
	})
	t.Run("a least of zero hides nothing", func(t *testing.T) {
		whole := p.export(0, p.agenda.Campaigns...)
		whole.t = t
		const columns = "* EXCLUDE (unassigned)"
		if diff := cmp.Diff(p.rows(columns, "records.indicator_value"), whole.rows("SELECT * EXCLUDE (suppressed) FROM indicator_value")); diff != "" {
			t.Errorf("values (-true +shown):\n%s", diff)
		}
		if diff := cmp.Diff(p.rows("*", "records.indicator_status"), whole.rows("SELECT * EXCLUDE (suppressed) FROM indicator_status")); diff != "" {
			t.Errorf("statuses (-true +shown):\n%s", diff)
		}
	})
	t.Run("what is declared no more is hidden whole", func(t *testing.T) {
		none := p.export(0)
		none.t = t
		if shown := none.rows("SELECT id, unit FROM indicator_value WHERE numerator IS NOT NULL OR denominator IS NOT NULL OR value IS NOT NULL"); len(shown) > 0 {
			t.Errorf("%d figures of nobody's campaign are shown", len(shown))
		}
	})
}

// Of what figures were before, a reader gets that of the province, and nothing by which
// he could tell whose small number it was that changed.
func TestExportOfRestatements(t *testing.T) {
	t.Parallel()
	many := func(p *province, first int, facility, on string, n int) []document {
		var documents []document
		for i := range n {
			documents = append(documents, p.checkup(checkup{id: first + i, facility: facility, kind: "b", on: on}))
		}
		return documents
	}
	january := func(p *province) []document { return many(p, 300, "F1", "2024-01-20", 30) }
	march := func(p *province) []document { return many(p, 400, "F2", "2024-03-02", 20) }
	less := func(p *province) {
		p.extract("checkup", slices.Concat(many(p, 100, "F1", "2024-02-20", 3), january(p), march(p))...)
		p.compute()
	}
	tests := []struct {
		name   string
		happen func(*province)
		want   []string
	}{
		{"large", func(p *province) { p.send("checkup", many(p, 500, "F1", "2024-02-20", 1)...) }, []string{"15 2 21>22 late false"}},
		{"small after", less, []string{"15 2 ?>? removed true"}},
		{"small before", func(p *province) {
			less(p)
			p.send("checkup", many(p, 500, "F1", "2024-02-20", 9)...)
		}, []string{"15 2 ?>? late true", "15 2 ?>? removed true"}},
		{"small beside it", func(p *province) {
			less(p)
			p.send("checkup", append(many(p, 500, "F1", "2024-02-20", 9), many(p, 600, "F1", "2024-01-20", 1)...)...)
		}, []string{"15 1 ?>? late true", "15 2 ?>? late true", "15 2 ?>? removed true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newProvince(t, 4)
			p.agenda = agendaOf(t, "2024-03-10", visitsOfKind("b"))
			p.send("checkup", slices.Concat(many(p, 100, "F1", "2024-02-20", 15), many(p, 200, "F3", "2024-02-20", 6), january(p), march(p))...)
			p.compute()
			tt.happen(p)
			p.compute()
			x := p.export(least, p.agenda.Campaigns...)
			rows := x.rows("SELECT concat_ws(' ', unit, month(period_from), coalesce(from_numerator::BIGINT::VARCHAR, '?') || '>' || coalesce(to_numerator::BIGINT::VARCHAR, '?'), cause, suppressed) AS s FROM restatement WHERE extent = 'month' AND calendar = 'civil'")
			for i, r := range rows {
				rows[i] = strings.TrimSuffix(strings.TrimPrefix(r, "{'s': "), "}")
				rows[i] = strings.Trim(rows[i], "'")
			}
			if diff := cmp.Diff(tt.want, rows); diff != "" {
				t.Errorf("restatements (-want +got):\n%s", diff)
			}
			if told := x.rows("SELECT DISTINCT id, extent, calendar, period_from, period_to FROM indicator_value WHERE unit_level <> 'province' GROUP BY ALL HAVING count(DISTINCT known_from) > 1"); len(told) > 0 {
				t.Errorf("units tell which of them changed: %v", told)
			}
		})
	}
}

// amountIndicators are one for each way to make an amount of visits, and one of things.
func amountIndicators() []indicator.Declaration {
	amount := func(name string, set func(*indicator.MeasureDeclaration)) indicator.Declaration {
		m := ofCheckups("")
		m.Count = ""
		set(&m)
		return indicator.Declaration{Indicator: name, Behaviour: "cumulative", Numerator: m}
	}
	visits := ofCheckups("")
	mean := amount("mean", func(m *indicator.MeasureDeclaration) { m.Sum = "cost" })
	mean.Behaviour, mean.Denominator = "ratio", &visits
	return []indicator.Declaration{
		mean,
		amount("least", func(m *indicator.MeasureDeclaration) { m.Min = "cost" }),
		amount("most", func(m *indicator.MeasureDeclaration) { m.Max = "cost" }),
		amount("sum", func(m *indicator.MeasureDeclaration) { m.Sum = "cost" }),
		amount("target", func(m *indicator.MeasureDeclaration) {
			*m = indicator.MeasureDeclaration{Title: title("target"), Max: "amount", Of: "unit_target", At: "decided_on", Unit: indicator.UnitDeclaration{Facility: "unit_code"}}
		}),
	}
}

// A unit's amount may be that of one person, however large it is.
func TestExportOfAmounts(t *testing.T) {
	t.Parallel()
	p := newProvince(t, 6)
	p.agenda = agendaOf(t, "2024-03-10", amountIndicators()...)
	var rows []document
	for i := range 30 {
		rows = append(rows, p.checkup(checkup{id: i, facility: []string{"F1", "F3"}[i%2], kind: "a", on: "2024-02-20", cost: int64(100 + i)}))
	}
	p.send("checkup", append(rows, p.checkup(checkup{id: 99, facility: "F2", kind: "a", on: "2024-02-20", cost: 5000}))...)
	p.send("unit_target", document{1, []value.Value{textOf("quarter"), textOf("X.target"), textOf("facility"), textOf("F1"), value.OfInt(700_000), p.dated("2024-02-01")}})
	p.compute()
	const shown = "SELECT concat_ws(' ', indicator, unit_level, coalesce(numerator::BIGINT::VARCHAR, '?'), coalesce(round(value)::BIGINT::VARCHAR, '?'), suppressed) AS s FROM indicator_value WHERE extent = 'month' AND calendar = 'civil' AND month(period_from) = 2 AND unit IN ('15', 'F1', 'F2')"
	texts := func(x *exported, query string) []string {
		list := x.rows(query)
		for i, r := range list {
			list[i] = strings.Trim(strings.TrimSuffix(strings.TrimPrefix(r, "{'s': "), "}"), "'")
		}
		return list
	}
	want := []string{
		"least facility ? ? true", "least facility ? ? true", "least province ? ? true", "mean facility ? ? true", "mean facility ? ? true", "mean province 8435 272 false",
		"most facility ? ? true", "most facility ? ? true", "most province ? ? true", "sum facility ? ? true", "sum facility ? ? true", "sum province 8435 8435 false",
		"target facility 70 70 false", "target province 70 70 false",
	}
	x := p.export(least, p.agenda.Campaigns...)
	if diff := cmp.Diff(want, texts(x, shown)); diff != "" {
		t.Errorf("amounts (-want +got):\n%s", diff)
	}
	for _, wrong := range []string{
		"FROM indicator_status WHERE suppressed AND (attainment IS NOT NULL OR difference IS NOT NULL OR reason_en NOT LIKE 'A small number is hidden%')",
		"FROM indicator_status WHERE NOT suppressed AND extent = 'month' AND calendar = 'civil' AND month(period_from) = 2 AND unit IN ('15', 'F1', 'F2') AND indicator <> 'target' AND (unit_level <> 'province' OR indicator IN ('least', 'most'))",
	} {
		if told := x.rows("SELECT id, unit, extent " + wrong); len(told) > 0 {
			t.Errorf("%s: %v", wrong, told)
		}
	}
	p.send("checkup", p.checkup(checkup{id: 100, facility: "F1", kind: "a", on: "2024-02-20", cost: 7000}))
	p.compute()
	x = p.export(least, p.agenda.Campaigns...)
	if told := x.rows("SELECT id FROM restatement WHERE NOT suppressed OR from_numerator IS NOT NULL OR to_numerator IS NOT NULL OR from_value IS NOT NULL OR late IS NOT NULL"); len(told) > 0 {
		t.Errorf("what one row added is told: %v", told)
	}
	if n := number(t, p.w, "SELECT count(*) FROM records.restatement WHERE id = 'X.sum' AND unit = '15'"); n == 0 {
		t.Error("nothing changed: nothing was tested")
	}
	if hidden := p.export(0, p.agenda.Campaigns...).rows("SELECT id FROM indicator_value WHERE suppressed"); len(hidden) > 0 {
		t.Errorf("%d figures are hidden where nothing is to be", len(hidden))
	}
}
