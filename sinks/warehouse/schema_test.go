package warehouse_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/dataset"
)

// facilities is a reference table.
func facilities(tb testing.TB, rows [][]string) warehouse.Reference {
	tb.Helper()
	return warehouse.Reference{Rows: rows, Dataset: compile(tb, dataset.Declaration{
		Dataset: "facility", Title: title("Facilities"), Counts: "things",
		Columns: []dataset.ColumnDeclaration{column("code", "code", ""), column("name", "text", ""), column("beds", "integer", "")},
	})}
}

// TestColumnsAndDatasetsAreAdded opens a warehouse with more than it was made with.
func TestColumnsAndDatasetsAreAdded(t *testing.T) {
	t.Parallel()
	c := config(t, base(t))
	wider := visitDeclaration()
	wider.Columns = slices.Insert(wider.Columns, 1, column("ward", "text", ""))
	form := dataset.Declaration{Dataset: "form", Title: title("It's a form"), Counts: "things", Columns: []dataset.ColumnDeclaration{column("code", "code", "")}}
	c.Datasets = []*dataset.Dataset{compile(t, wider), c.Datasets[1], compile(t, form)}
	for range 2 {
		w := open(t, c)
		for _, schema := range []string{"main", "history"} {
			rows := texts(t, w, "SELECT column_name || ' ' || data_type || ' ' || coalesce(comment, '') FROM duckdb_columns() WHERE schema_name = '"+schema+"' AND table_name = 'visit' AND column_name = 'ward'")
			if diff := cmp.Diff([]string{"ward VARCHAR ward (vi) / ward"}, rows); diff != "" {
				t.Errorf("%s: %s", schema, diff)
			}
			if n := number(t, w, "SELECT count(*) FROM records."+schema+".form"); n != 0 {
				t.Errorf("the new table holds %d rows", n)
			}
		}
		if n := number(t, w, "SELECT count(*) FROM records.main.visit WHERE ward IS NULL"); n != 3 {
			t.Errorf("a new column is NULL in %d of 3 rows", n)
		}
		got := texts(t, w, "SELECT column_name || ' ' || type || ' ' || privacy || ' ' || identifier FROM records.data_dictionary WHERE dataset = 'visit' ORDER BY position")
		want := []string{"visit_key key pseudonym visit", "ward text open ", "facility text open ", "total decimal(12,2) open ", "ended_on date open "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dictionary: %s", diff)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEverythingHasAComment looks for tables and columns that nobody explains.
func TestEverythingHasAComment(t *testing.T) {
	t.Parallel()
	w := open(t, config(t, t.TempDir()))
	for _, query := range []string{
		"SELECT database_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'records' AND coalesce(comment, '') = ''",
		"SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns() WHERE database_name = 'records' AND NOT internal AND coalesce(comment, '') = ''",
	} {
		if left := texts(t, w, query); len(left) > 0 {
			t.Errorf("no comment on %v", left)
		}
	}
}

// TestChangesThatAreRefused changes what rows already stand under. The sentence says
// what is there, what is declared, and what to do; nothing is changed.
func TestChangesThatAreRefused(t *testing.T) {
	t.Parallel()
	dir := base(t)
	cases := []struct {
		name   string
		change func(*dataset.Declaration)
		want   string
	}{
		{"type", func(d *dataset.Declaration) { d.Columns[2].Type = "integer" }, "column visit.total is decimal(12,2) there and integer in configs/datasets"},
		{"precision", func(d *dataset.Declaration) { d.Columns[2].Type = "decimal(14,2)" }, "is decimal(12,2) there and decimal(14,2)"},
		{"identifier", func(d *dataset.Declaration) { d.Columns[0].Identifier = "patient" }, "is key of visit there and key of patient"},
		{"privacy", func(d *dataset.Declaration) { d.Columns[0] = column("visit_key", "text", "") }, "is key of visit there and text"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			settings := config(t, copied(t, dir))
			declared := visitDeclaration()
			c.change(&declared)
			declared.Columns = append([]dataset.ColumnDeclaration{column("added", "text", "")}, declared.Columns...)
			changed := settings
			changed.Datasets = []*dataset.Dataset{compile(t, declared), settings.Datasets[1]}
			_, err := warehouse.Open(t.Context(), changed)
			if !errors.Is(err, warehouse.ErrSchema) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "thidua archive replay") {
				t.Errorf("the sentence should say %q and what to do: %v", c.want, err)
			}
			w := open(t, settings)
			if n := number(t, w, "SELECT count(*) FROM duckdb_columns() WHERE database_name = 'records' AND column_name = 'added'"); n != 0 {
				t.Error("a declaration that is refused changed the tables")
			}
		})
	}
}

// TestTitlesAreRenewed changes a title only.
func TestTitlesAreRenewed(t *testing.T) {
	t.Parallel()
	c := config(t, base(t))
	declared := visitDeclaration()
	declared.Columns[2].Title = title("Total cost")
	c.Datasets = []*dataset.Dataset{compile(t, declared), c.Datasets[1]}
	w := open(t, c)
	got := texts(t, w, `SELECT comment FROM duckdb_columns() WHERE table_name = 'visit' AND column_name = 'total'
		UNION ALL SELECT title_en FROM records.data_dictionary WHERE column_name = 'total'`)
	if diff := cmp.Diff([]string{"Total cost (vi) / Total cost", "Total cost (vi) / Total cost", "Total cost"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestReferencesKeepTheirPast changes a row of a reference table, adds and drops one.
func TestReferencesKeepTheirPast(t *testing.T) {
	t.Parallel()
	now := newClock()
	c := config(t, t.TempDir())
	c.Now = now.now
	c.References = []warehouse.Reference{facilities(t, [][]string{{"15001", "one", "7"}, {"15002", "two", ""}, {"15003", "three", "9"}})}
	w := open(t, c)
	_, first := w.LastCommit()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	now.pass(1)
	c.References = []warehouse.Reference{facilities(t, [][]string{{"15001", "one", "7"}, {"15002", "two", "5"}, {"15004", "four", "1"}})}
	w = open(t, c)
	const columns = "(code, name, beds)::VARCHAR"
	current := []string{"(15001, one, 7)", "(15002, two, 5)", "(15004, four, 1)"}
	past := []string{"(15002, two, NULL)", "(15003, three, 9)"}
	if diff := cmp.Diff(current, texts(t, w, "SELECT "+columns+" FROM records.main.facility ORDER BY 1")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(past, texts(t, w, "SELECT "+columns+" FROM records.history.facility ORDER BY 1")); diff != "" {
		t.Error(diff)
	}
	asBefore := standingAt(t, w, columns, "facility", first)
	if diff := cmp.Diff([]string{"(15001, one, 7)", "(15002, two, NULL)", "(15003, three, 9)"}, asBefore); diff != "" {
		t.Errorf("as it was known first: %s", diff)
	}
	applied := w.Applied()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w = open(t, c); w.Applied() != applied {
		t.Error("an unchanged reference table is written again")
	}
}
