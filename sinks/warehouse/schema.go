package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"thidua/transform/dataset"
)

// createTables makes the warehouse's own tables where they are missing.
func (w *Warehouse) createTables(ctx context.Context) error {
	existing, err := w.ownTables(ctx)
	if err != nil {
		return err
	}
	if err := w.checkPair(ctx, existing); err != nil {
		return err
	}
	// Each file in a transaction of its own: one can write to one file only.
	for _, half := range []struct {
		schema string
		tables []table
	}{{"internal.main", internalTables}, {"records.history", recordTables}} {
		statements := []string{"CREATE SCHEMA IF NOT EXISTS " + half.schema}
		for _, t := range half.tables {
			if !existing[t.name] {
				statements = append(statements, t.create()...)
			}
		}
		if err := w.transaction(ctx, func() error { return w.execAll(ctx, statements) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *Warehouse) execAll(ctx context.Context, statements []string) error {
	for _, s := range statements {
		if err := w.exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// ownTables returns the names of all tables but those of history.
func (w *Warehouse) ownTables(ctx context.Context) (map[string]bool, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT database_name || '.' || table_name FROM duckdb_tables()
		WHERE database_name IN ('records', 'internal') AND schema_name = 'main'`)
	if err != nil {
		return nil, wrap("list tables", err)
	}
	defer rows.Close()
	names := make(map[string]bool)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, wrap("list tables", err)
		}
		names[name] = true
	}
	return names, wrap("list tables", rows.Err())
}

// checkPair refuses a file that is new beside one that was in use: the other half
// of the pair is lost, and an empty one in its place would let the archive be swept
// and known payloads be taken for new ones.
func (w *Warehouse) checkPair(ctx context.Context, existing map[string]bool) error {
	halves := []struct {
		file, used string
		tables     []table
	}{
		{InternalFile, appliedTable.name, internalTables},
		{RecordsFile, runLedger.name, recordTables},
	}
	for _, h := range halves {
		isNew := !slices.ContainsFunc(h.tables, func(t table) bool { return existing[t.name] })
		if !isNew || !existing[h.used] {
			continue
		}
		var used bool
		if err := w.conn.QueryRowContext(ctx, "SELECT EXISTS (FROM "+h.used+")").Scan(&used); err != nil {
			return wrap("look for the other half", err)
		}
		if used {
			return fmt.Errorf("%w: %s is missing beside the other file; bring it back from a copy, or rebuild into a new workspace: thidua archive replay --key FILE --into DIR", ErrCorrupt, h.file)
		}
	}
	return nil
}

// lineage describes the columns that follow those of a dataset.
var lineage = []struct{ name, sql, comment string }{
	{dataset.ColumnDossier, "BIGINT", "hồ sơ / dossier that the row belongs to"},
	{dataset.ColumnDelivery, "BIGINT", "số thứ tự tiếp nhận / receipt sequence of the payload"},
	{dataset.ColumnPlaceDossier, "BIGINT", "số HOSO trong tệp / number of the dossier in the payload"},
	{dataset.ColumnPlaceLine, "BIGINT", "dòng / line of the part"},
	{dataset.ColumnContent, "BIGINT", "digest of the row's own columns"},
	{dataset.ColumnKnownFrom, "TIMESTAMPTZ", "biết từ / instant of the commit that brought the row"},
}

// migrate compares the declarations with the tables. A new column is added and
// stays NULL until payloads are replayed; a change of type or privacy is refused.
func (w *Warehouse) migrate(ctx context.Context) error {
	stored, err := w.storedColumns(ctx)
	if err != nil {
		return err
	}
	changed := false
	err = w.transaction(ctx, func() error {
		for _, d := range w.config.Datasets {
			known, exists := stored[d.Name]
			if !exists {
				if err := w.createDataset(ctx, d); err != nil {
					return err
				}
				changed = true
				continue
			}
			added, err := w.addColumns(ctx, d, known)
			if err != nil {
				return err
			}
			changed = changed || added
		}
		return nil
	})
	if err != nil || !changed {
		return err
	}
	return w.writeDictionary(ctx)
}

// storedColumn is what the dictionary says of a column that exists.
type storedColumn struct{ kind, identifier string }

func (w *Warehouse) storedColumns(ctx context.Context) (map[string]map[string]storedColumn, error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT dataset, column_name, type, identifier FROM records.data_dictionary")
	if err != nil {
		return nil, wrap("read the data dictionary", err)
	}
	defer rows.Close()
	stored := make(map[string]map[string]storedColumn)
	for rows.Next() {
		var name, columnName string
		var c storedColumn
		if err := rows.Scan(&name, &columnName, &c.kind, &c.identifier); err != nil {
			return nil, wrap("read the data dictionary", err)
		}
		if stored[name] == nil {
			stored[name] = make(map[string]storedColumn)
		}
		stored[name][columnName] = c
	}
	return stored, wrap("read the data dictionary", rows.Err())
}

func (w *Warehouse) createDataset(ctx context.Context, d *dataset.Dataset) error {
	for _, schema := range []string{"main", "history"} {
		columns := make([]string, 0, len(d.Columns)+len(lineage)+1)
		for _, c := range d.Columns {
			columns = append(columns, quote(c.Name)+" "+c.Type.SQL())
		}
		for _, l := range lineage {
			columns = append(columns, l.name+" "+l.sql)
		}
		if schema == "history" {
			columns = append(columns, dataset.ColumnKnownTo+" TIMESTAMPTZ")
		}
		name := rowsTable(schema, d.Name)
		if err := w.exec(ctx, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s)", name, strings.Join(columns, ", "))); err != nil {
			return err
		}
		if err := w.comment(ctx, name, d); err != nil {
			return err
		}
	}
	return nil
}

func rowsTable(schema, name string) string {
	return "records." + schema + "." + quote(name)
}

func (w *Warehouse) comment(ctx context.Context, table string, d *dataset.Dataset) error {
	if err := w.exec(ctx, fmt.Sprintf("COMMENT ON TABLE %s IS %s", table, literal(d.Title.Vi+" / "+d.Title.En))); err != nil {
		return err
	}
	for _, c := range d.Columns {
		if err := w.exec(ctx, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", table, quote(c.Name), literal(c.Title.Vi+" / "+c.Title.En))); err != nil {
			return err
		}
	}
	for _, l := range lineage {
		if err := w.exec(ctx, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", table, l.name, literal(l.comment))); err != nil {
			return err
		}
	}
	return nil
}

// addColumns adds what is declared and missing, and refuses what changed.
func (w *Warehouse) addColumns(ctx context.Context, d *dataset.Dataset, known map[string]storedColumn) (bool, error) {
	added := false
	for _, c := range d.Columns {
		before, exists := known[c.Name]
		if exists {
			if now := (storedColumn{c.Type.String(), c.Identifier}); before != now {
				return false, fmt.Errorf("%w: column %s.%s is %s there and %s in configs/datasets; keep it, or rebuild into a new workspace: thidua archive replay --key FILE --into DIR",
					ErrSchema, d.Name, c.Name, describe(before), describe(now))
			}
			continue
		}
		added = true
		for _, schema := range []string{"main", "history"} {
			if err := w.exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s", rowsTable(schema, d.Name), quote(c.Name), c.Type.SQL())); err != nil {
				return false, err
			}
			if err := w.comment(ctx, rowsTable(schema, d.Name), d); err != nil {
				return false, err
			}
		}
	}
	return added, nil
}

func describe(c storedColumn) string {
	if c.identifier == "" {
		return c.kind
	}
	return c.kind + " of " + c.identifier
}

func (w *Warehouse) writeDictionary(ctx context.Context) error {
	s := newSheet(dictionaryTable)
	for _, d := range w.config.Datasets {
		for i, c := range d.Columns {
			s.add(d.Name, int64(i+1), c.Name, c.Type.String(), c.Title.Vi, c.Title.En, c.Required, c.Privacy(), c.Identifier, c.Reference, d.Counts)
		}
	}
	record := s.record()
	defer record.Release()
	a, err := w.arrive(dictionaryTable.name, record)
	if err != nil {
		return err
	}
	defer a.release()
	return w.transaction(ctx, func() error {
		if err := w.exec(ctx, "DELETE FROM records.data_dictionary"); err != nil {
			return err
		}
		return w.take(ctx, a)
	})
}
