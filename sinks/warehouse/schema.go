package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"thidua/transform/dataset"
	"thidua/transform/sqltext"
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
	upgrades, err := w.upgrades(ctx, existing)
	if err != nil {
		return err
	}
	for _, half := range []struct {
		schema string
		tables []table
	}{{"internal.main", internalTables}, {"records.history", recordTables}} {
		statements := []string{"CREATE SCHEMA IF NOT EXISTS " + half.schema}
		for _, t := range half.tables {
			if !existing[t.name] {
				statements = append(statements, t.create()...)
			}
			statements = append(statements, upgrades[t.name]...)
		}
		if err := w.transaction(ctx, func() error { return w.execAll(ctx, statements) }); err != nil {
			return err
		}
	}
	return nil
}

// upgrades returns, by own table, the statements that add the columns which an
// older version of the program did not know. They are zero in the rows that stand.
func (w *Warehouse) upgrades(ctx context.Context, existing map[string]bool) (map[string][]string, error) {
	rows, err := w.conn.QueryContext(ctx, `SELECT database_name || '.' || table_name, column_name FROM duckdb_columns()
		WHERE database_name IN ('records', 'internal') AND schema_name = 'main'`)
	if err != nil {
		return nil, wrap("list columns", err)
	}
	defer rows.Close()
	stored := make(map[[2]string]bool)
	for rows.Next() {
		var at [2]string
		if err := rows.Scan(&at[0], &at[1]); err != nil {
			return nil, wrap("list columns", err)
		}
		stored[at] = true
	}
	missing := make(map[string][]string)
	for _, t := range slices.Concat(recordTables, internalTables) {
		for _, c := range t.columns {
			if existing[t.name] && !stored[[2]string{t.name, c.name}] {
				missing[t.name] = append(missing[t.name], t.addColumn(c)...)
			}
		}
	}
	return missing, wrap("list columns", rows.Err())
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
	digest, err := w.setting(ctx, settingDictionary)
	if err != nil {
		return err
	}
	dictionary := w.dictionary()
	if digest == dictionary.digest {
		return nil
	}
	a, err := w.arriveSheet(dictionary.rows)
	if err != nil {
		return err
	}
	defer a.release()
	return w.transaction(ctx, func() error {
		for _, d := range w.config.Datasets {
			if err := w.migrateDataset(ctx, d, stored[d.Name]); err != nil {
				return err
			}
		}
		return w.writeDictionary(ctx, a, dictionary.digest)
	})
}

// migrateDataset makes the tables of a dataset, or adds the columns they lack.
func (w *Warehouse) migrateDataset(ctx context.Context, d *dataset.Dataset, known map[string]storedColumn) error {
	change := w.createDataset
	if known != nil {
		change = func(ctx context.Context, d *dataset.Dataset) error { return w.addColumns(ctx, d, known) }
	}
	if err := change(ctx, d); err != nil {
		return err
	}
	for _, schema := range []string{"main", "history"} {
		if err := w.comment(ctx, rowsTable(schema, d.Name), d); err != nil {
			return err
		}
	}
	return nil
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
			columns = append(columns, sqltext.Name(c.Name)+" "+c.Type.SQL())
		}
		for _, l := range lineage {
			columns = append(columns, l.name+" "+l.sql)
		}
		if schema == "history" {
			columns = append(columns, dataset.ColumnKnownTo+" TIMESTAMPTZ")
		}
		create := fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s)", rowsTable(schema, d.Name), strings.Join(columns, ", "))
		if err := w.exec(ctx, create); err != nil {
			return err
		}
	}
	return nil
}

// checkDeclared refuses to go on where a table or a column is not declared any more:
// nobody could tell what it holds.
func (w *Warehouse) checkDeclared(ctx context.Context) error {
	declared := make(map[string]bool)
	for _, t := range recordTables {
		declared[strings.TrimPrefix(t.name, "records.")] = true
	}
	for _, d := range w.config.Datasets {
		for _, name := range slices.Concat(d.ColumnNames(), dataset.Reserved()) {
			declared[d.Name+"."+name] = true
		}
	}
	rows, err := w.conn.QueryContext(ctx, "SELECT DISTINCT table_name, column_name FROM duckdb_columns() WHERE database_name = 'records' AND NOT internal ORDER BY ALL")
	if err != nil {
		return wrap("list columns", err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, name string
		if err := rows.Scan(&table, &name); err != nil {
			return wrap("list columns", err)
		}
		if !declared[table] && !declared[table+"."+name] {
			return fmt.Errorf("%w: column %s.%s stands in the warehouse and is declared no more; bring its declaration back to configs/datasets", ErrSchema, table, name)
		}
	}
	return wrap("list columns", rows.Err())
}

func rowsTable(schema, name string) string {
	return "records." + schema + "." + sqltext.Name(name)
}

// addColumns adds what is declared and missing, and refuses what changed.
func (w *Warehouse) addColumns(ctx context.Context, d *dataset.Dataset, known map[string]storedColumn) error {
	for _, c := range d.Columns {
		if before, exists := known[c.Name]; exists {
			if now := (storedColumn{c.Type.String(), c.Identifier}); before != now {
				return fmt.Errorf("%w: column %s.%s is %s there and %s in configs/datasets; keep it, or rebuild into a new workspace: thidua archive replay --key FILE --into DIR",
					ErrSchema, d.Name, c.Name, describe(before), describe(now))
			}
			continue
		}
		for _, schema := range []string{"main", "history"} {
			if err := w.exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s", rowsTable(schema, d.Name), sqltext.Name(c.Name), c.Type.SQL())); err != nil {
				return err
			}
		}
	}
	return nil
}

func describe(c storedColumn) string {
	if c.identifier == "" {
		return c.kind
	}
	return c.kind + " of " + c.identifier
}

// checkHeads holds the declared keys of dossiers against those that the warehouse
// was written with. Under other keys every dossier would stand beside its old self.
func (w *Warehouse) checkHeads(ctx context.Context) error {
	for _, head := range slices.Sorted(maps.Keys(w.config.Heads)) {
		name, keys := "dossier_keys_"+head, strings.Join(w.config.Heads[head], ", ")
		stored, err := w.setting(ctx, name)
		switch {
		case err != nil:
			return err
		case stored == "":
			if err := w.transaction(ctx, func() error { return w.set(ctx, name, keys) }); err != nil {
				return err
			}
		case stored != keys:
			return fmt.Errorf("%w: dossiers of %s are identified by (%s) there and by (%s) in configs/jobs; keep the keys, or rebuild into a new workspace: thidua archive replay --key FILE --into DIR",
				ErrSchema, head, stored, keys)
		}
	}
	return nil
}
