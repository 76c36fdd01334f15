package warehouse

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/sinks/durable"
	"thidua/transform/dataset"
	"thidua/transform/identity"
	"thidua/transform/sqltext"
	"thidua/transform/value"
)

// rotatingFile is the file that a rotation writes before it takes the place of the
// records. A crash leaves it to the next rotation, which begins by removing it.
const rotatingFile = "records.rotating.duckdb"

// Rotate takes all pseudonyms and dossier keys, those of history included, one key
// further. Everything is written into a fresh file, which then takes the place of
// the old one by a rename: a crash leaves the one or the other, and no block of the
// new file has ever held an old pseudonym. The fingerprints are those of the whole
// chain with the new key at its end.
//
// The digests of contents are not made anew, since they are digests of the old
// pseudonyms: a dossier that is sent again unchanged is replaced once by itself.
func (w *Warehouse) Rotate(ctx context.Context, key []byte, fingerprints []string) error {
	if err := w.checkDeclared(ctx); err != nil {
		return err
	}
	if err := w.registerAdvance(key); err != nil {
		return err
	}
	before := w.config.Keys
	w.config.Keys = fingerprints
	err := w.writeRotated(ctx)
	if err == nil {
		err = w.config.Fault("rotate swap")
	}
	if err == nil {
		err = w.swap(ctx)
	}
	if err != nil {
		w.config.Keys = before
		return errors.Join(err, w.reconcile(context.WithoutCancel(ctx)))
	}
	if err := w.reconcile(ctx); err != nil {
		return err
	}
	// What was set aside follows its dossiers. A crash before this line costs the
	// listing its memory of when they were first seen.
	return w.exec(ctx, "UPDATE internal.quarantine SET dossier = a.new_id FROM temp.advanced a WHERE dossier = a.old_id")
}

// writeRotated writes the fresh file and leaves it detached.
func (w *Warehouse) writeRotated(ctx context.Context) (err error) {
	path := filepath.Join(w.config.Dir, rotatingFile)
	for _, name := range []string{path, path + ".wal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("warehouse: remove what an interrupted rotation left: %w", err)
		}
	}
	if err := w.exec(ctx, "ATTACH "+sqltext.Text(path)+" AS rotated"); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, w.exec(context.WithoutCancel(ctx), "DETACH rotated"))
	}()
	if err := w.exec(ctx, `CREATE OR REPLACE TEMP TABLE advanced AS SELECT dossier AS old_id,
		advance_id(dossier, key_check) AS new_id, advance_check(dossier, key_check) AS new_check FROM records.dossier`); err != nil {
		return err
	}
	if err := w.transaction(ctx, func() error { return w.fillRotated(ctx) }); err != nil {
		return err
	}
	return w.exec(ctx, "CHECKPOINT rotated")
}

func (w *Warehouse) fillRotated(ctx context.Context) error {
	if err := w.exec(ctx, "CREATE SCHEMA rotated.history"); err != nil {
		return err
	}
	for _, t := range recordTables {
		name := t.name
		t.name = inRotated(t.name)
		fill := fmt.Sprintf("INSERT INTO %s FROM %s", t.name, name)
		if name == dossierTable.name {
			fill = fmt.Sprintf(`INSERT INTO %s SELECT a.new_id, a.new_check, d.* EXCLUDE (dossier, key_check)
				FROM %s d JOIN temp.advanced a ON d.dossier = a.old_id`, t.name, name)
		}
		for _, statement := range append(t.create(), fill) {
			if err := w.exec(ctx, statement); err != nil {
				return err
			}
		}
	}
	for _, d := range w.config.Datasets {
		for _, schema := range []string{"main", "history"} {
			if err := w.rewrite(ctx, schema, d); err != nil {
				return err
			}
		}
	}
	if err := w.config.Fault("rotate dossiers"); err != nil {
		return err
	}
	if err := w.setKeys(ctx, inRotated(settingTable.name)); err != nil {
		return err
	}
	// Which of two persons an identifier stands for may be told otherwise by new
	// pseudonyms: figures are counted anew.
	if err := w.exec(ctx, "DELETE FROM "+inRotated(settingTable.name)+" WHERE name = ?", settingComputedBy); err != nil {
		return err
	}
	return w.exec(ctx, "INSERT INTO rotated.applied VALUES (?, ?, 0)", w.applied+1, w.nextInstant())
}

// inRotated returns the name of a table of records as it is in the fresh file.
func inRotated(name string) string { return "rotated." + strings.TrimPrefix(name, "records.") }

// swap puts the fresh file in the place of the records. Both are detached, so no
// lock is lost.
func (w *Warehouse) swap(ctx context.Context) error {
	if err := w.exec(ctx, "CHECKPOINT records"); err != nil {
		return err
	}
	if err := w.exec(ctx, "DETACH records"); err != nil {
		return err
	}
	path := filepath.Join(w.config.Dir, RecordsFile)
	err := os.Rename(filepath.Join(w.config.Dir, rotatingFile), path)
	if err == nil {
		err = durable.SyncDir(w.config.Dir)
	}
	if err != nil {
		err = fmt.Errorf("warehouse: put the rotated file in its place: %w", err)
	}
	return errors.Join(err, w.exec(context.WithoutCancel(ctx), "ATTACH "+sqltext.Text(path)+" AS records"))
}

func (w *Warehouse) isReference(d *dataset.Dataset) bool {
	for _, r := range w.config.References {
		if r.Dataset == d {
			return true
		}
	}
	return false
}

// rewrite writes a table into the fresh file, with advanced keys.
func (w *Warehouse) rewrite(ctx context.Context, schema string, d *dataset.Dataset) error {
	old := rowsTable(schema, d.Name)
	fresh := inRotated(old)
	columns, join := []string{"t.*"}, ""
	if !w.isReference(d) {
		columns, join = advancedColumns(schema, d), "LEFT JOIN temp.advanced a ON t.dossier = a.old_id"
	}
	statement := fmt.Sprintf("CREATE TABLE %s AS SELECT %s FROM %s t %s", fresh, strings.Join(columns, ", "), old, join)
	if err := w.exec(ctx, statement); err != nil {
		return err
	}
	return w.comment(ctx, fresh, d)
}

func advancedColumns(schema string, d *dataset.Dataset) []string {
	columns := make([]string, 0, len(d.Columns)+len(lineage)+1)
	for _, c := range d.Columns {
		if c.Type.Kind == value.Key {
			columns = append(columns, fmt.Sprintf("advance(t.%[1]s) AS %[1]s", sqltext.Name(c.Name)))
			continue
		}
		columns = append(columns, "t."+sqltext.Name(c.Name))
	}
	columns = append(columns, "coalesce(a.new_id, t.dossier) AS dossier")
	for _, l := range lineage[1:] {
		columns = append(columns, "t."+l.name)
	}
	if schema == "history" {
		columns = append(columns, "t."+dataset.ColumnKnownTo)
	}
	return columns
}

// registerAdvance gives the engine the step to the next generation of keys.
func (w *Warehouse) registerAdvance(key []byte) error {
	pair := func(args []driver.Value) [16]byte {
		var digest [16]byte
		binary.BigEndian.PutUint64(digest[:8], uint64(args[0].(int64)))
		binary.BigEndian.PutUint64(digest[8:], uint64(args[1].(int64)))
		return identity.AdvanceDigest(key, digest)
	}
	functions := []struct {
		name    string
		in      []duckdb.Type
		out     duckdb.Type
		execute func([]driver.Value) (any, error)
	}{
		{"advance", []duckdb.Type{duckdb.TYPE_VARCHAR}, duckdb.TYPE_VARCHAR, func(args []driver.Value) (any, error) {
			fresh := identity.Advance(key, []byte(args[0].(string)))
			if fresh == nil {
				return nil, fmt.Errorf("a key column holds a text that is no pseudonym")
			}
			return string(fresh), nil
		}},
		{"advance_id", []duckdb.Type{duckdb.TYPE_BIGINT, duckdb.TYPE_BIGINT}, duckdb.TYPE_BIGINT, func(args []driver.Value) (any, error) {
			digest := pair(args)
			return int64(binary.BigEndian.Uint64(digest[:8])), nil
		}},
		{"advance_check", []duckdb.Type{duckdb.TYPE_BIGINT, duckdb.TYPE_BIGINT}, duckdb.TYPE_BIGINT, func(args []driver.Value) (any, error) {
			digest := pair(args)
			return int64(binary.BigEndian.Uint64(digest[8:])), nil
		}},
	}
	for _, f := range functions {
		function := &scalar{execute: f.execute}
		for _, t := range f.in {
			info, err := duckdb.NewTypeInfo(t)
			if err != nil {
				return wrap("describe a function", err)
			}
			function.config.InputTypeInfos = append(function.config.InputTypeInfos, info)
		}
		var err error
		if function.config.ResultTypeInfo, err = duckdb.NewTypeInfo(f.out); err != nil {
			return wrap("describe a function", err)
		}
		if err := duckdb.RegisterScalarUDF(w.conn, f.name, function); err != nil {
			return wrap("register a function", err)
		}
	}
	return nil
}

// scalar is a function of ours inside the engine.
type scalar struct {
	config  duckdb.ScalarFuncConfig
	execute func([]driver.Value) (any, error)
}

// Config describes the arguments and the result.
func (s *scalar) Config() duckdb.ScalarFuncConfig { return s.config }

// Executor returns what is called for each row.
func (s *scalar) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{RowExecutor: s.execute}
}
