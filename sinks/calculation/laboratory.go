package calculation

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// ErrTrial says that the rows of a test cannot be read as those of their dataset.
var ErrTrial = errors.New("the rows of the test cannot be read")

// Laboratory runs the tests of indicators: on an engine in memory, with the tables
// that a warehouse has, by the statements that count there.
type Laboratory struct {
	db       *sql.DB
	conn     *sql.Conn
	datasets map[string]*dataset.Dataset
	// builtIn are the tables with rows of their own, used those that are not as a test
	// shall find them.
	builtIn map[string]bool
	used    []string
}

// OpenLaboratory makes an engine with empty tables for all datasets, and fills the
// reference tables with their rows: one text per column, empty for NULL.
func OpenLaboratory(ctx context.Context, datasets []*dataset.Dataset, references map[string][][]string) (*Laboratory, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("laboratory: start the engine: %w", err)
	}
	l := &Laboratory{db: sql.OpenDB(connector), datasets: map[string]*dataset.Dataset{}, builtIn: map[string]bool{}}
	if l.conn, err = l.db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("laboratory: start the engine: %w", err), l.db.Close())
	}
	if err := l.furnish(ctx, datasets, references); err != nil {
		return nil, errors.Join(fmt.Errorf("laboratory: make the tables: %w", err), l.Close())
	}
	return l, nil
}

// Close gives the engine's memory back.
func (l *Laboratory) Close() error { return errors.Join(l.conn.Close(), l.db.Close()) }

// furnish makes the tables. The built-in rows of reference tables are kept aside, for
// tests that replace them.
func (l *Laboratory) furnish(ctx context.Context, datasets []*dataset.Dataset, references map[string][][]string) error {
	statements := []string{"CREATE SCHEMA history", "CREATE SCHEMA built_in"}
	for _, d := range datasets {
		l.datasets[d.Name] = d
		columns := make([]string, len(d.Columns))
		for i, c := range d.Columns {
			columns[i] = sqltext.Name(c.Name) + " " + c.Type.SQL()
		}
		table := strings.Join(columns, ", ") + ", dossier BIGINT, delivery BIGINT, known_from TIMESTAMPTZ"
		statements = append(statements, fmt.Sprintf("CREATE TABLE main.%s (%s)", sqltext.Name(d.Name), table), fmt.Sprintf("CREATE TABLE history.%s (%s, known_to TIMESTAMPTZ)", sqltext.Name(d.Name), table))
	}
	for _, name := range slices.Sorted(maps.Keys(references)) {
		d := l.datasets[name]
		l.builtIn[name] = true
		l.used = append(l.used, name)
		statements = append(statements, fmt.Sprintf("CREATE TABLE built_in.%s AS FROM main.%s LIMIT 0", sqltext.Name(name), sqltext.Name(name)))
		statements = append(statements, insertRows("built_in", d, d.ColumnNames(), references[name])...)
	}
	for _, s := range statements {
		if _, err := l.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// rowsAtOnce bounds the rows of one statement.
const rowsAtOnce = 500

// insertRows returns the statements that write rows of texts into a table, each text
// as the type of its column.
func insertRows(schema string, d *dataset.Dataset, columns []string, rows [][]string) []string {
	var statements []string
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		lines := make([]string, len(chunk))
		for i, row := range chunk {
			cells := make([]string, len(row))
			for n, cell := range row {
				cells[n] = "NULL"
				if cell != "" {
					at, _ := d.Index(columns[n])
					cells[n] = fmt.Sprintf("CAST(%s AS %s)", sqltext.Text(cell), d.Columns[at].Type.SQL())
				}
			}
			lines[i] = "(" + strings.Join(cells, ", ") + ")"
		}
		statements = append(statements, fmt.Sprintf("INSERT INTO %s.%s (%s) VALUES %s", schema, sqltext.Name(d.Name), sqltext.Names(columns), strings.Join(lines, ", ")))
	}
	return statements
}

// Run returns what the test's rows make of the indicator, or an error of the kind
// ErrTrial that names the dataset.
func (l *Laboratory) Run(ctx context.Context, t *campaign.Trial, expectations []*indicator.Expectation) ([]campaign.Figure, error) {
	if err := l.empty(ctx); err != nil {
		return nil, fmt.Errorf("laboratory: empty the tables: %w", err)
	}
	l.used = slices.Sorted(maps.Keys(t.Rows))
	for _, name := range l.used {
		if err := l.fill(ctx, name, t.Rows[name]); err != nil {
			return nil, fmt.Errorf("%w: rows.%s: %w", ErrTrial, name, err)
		}
	}
	c, err := Open(ctx, Basis{Conn: l.conn, Today: t.Moment.CutOffOn + dueAfter})
	if err != nil {
		return nil, err
	}
	return c.Figures(ctx, Plan{Campaign: t.Campaign, Windows: t.Campaign.Windows(t.Moment), Expectations: expectations}, time.Time{})
}

// dueAfter is how many days after its cut-off a test is asked: everything that is owed
// is due by then.
const dueAfter = 366

// empty takes away what the last test wrote: reference tables have their own rows
// again, all others none.
func (l *Laboratory) empty(ctx context.Context) error {
	for _, name := range l.used {
		statements := []string{"DELETE FROM main." + sqltext.Name(name)}
		if l.builtIn[name] {
			statements = append(statements, fmt.Sprintf("INSERT INTO main.%[1]s FROM built_in.%[1]s", sqltext.Name(name)))
		}
		for _, s := range statements {
			if _, err := l.conn.ExecContext(ctx, s); err != nil {
				return err
			}
		}
	}
	l.used = nil
	return nil
}

// fill writes the rows of a test: a header and one row a line.
func (l *Laboratory) fill(ctx context.Context, name, text string) error {
	d, known := l.datasets[name]
	if !known {
		return errors.New("there is no such dataset")
	}
	columns, rows, err := readRows(d, text)
	if err != nil {
		return err
	}
	statements := append([]string{"DELETE FROM main." + sqltext.Name(name)}, insertRows("main", d, columns, rows)...)
	for _, s := range statements {
		if _, err := l.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// readRows reads the lines of a test. Blanks around cells mean nothing.
func readRows(d *dataset.Dataset, text string) (columns []string, rows [][]string, err error) {
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	lines, err := r.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	for _, line := range lines {
		for i, cell := range line {
			line[i] = strings.TrimSpace(cell)
		}
	}
	if len(lines) == 0 {
		return nil, nil, errors.New("there is no header")
	}
	for _, name := range lines[0] {
		if _, known := d.Index(name); !known {
			return nil, nil, fmt.Errorf("dataset %s has no column %q", d.Name, name)
		}
	}
	return lines[0], lines[1:], nil
}
