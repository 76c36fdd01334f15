package warehouse

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/dataset"
	"thidua/transform/identity"
	"thidua/transform/value"
)

// Rotate takes all pseudonyms and dossier keys, those of history included, one key
// further. It is one transaction: a crash in it leaves the warehouse with the keys
// it had, and the next call does it again. The fingerprints are those of the whole
// chain with the new key at its end.
//
// The digests of contents are not made anew, since they are digests of the old
// pseudonyms: a dossier that is sent again unchanged is replaced once by itself.
func (w *Warehouse) Rotate(ctx context.Context, key []byte, fingerprints []string) error {
	if err := w.registerAdvance(key); err != nil {
		return err
	}
	before := w.config.Keys
	w.config.Keys = fingerprints
	n, at := w.applied+1, w.nextInstant()
	err := w.transaction(ctx, func() error {
		if err := w.exec(ctx, `CREATE OR REPLACE TEMP TABLE advanced AS SELECT dossier AS old_id,
			advance_id(dossier, key_check) AS new_id, advance_check(dossier, key_check) AS new_check FROM records.dossier`); err != nil {
			return err
		}
		for _, d := range w.config.Datasets {
			if w.isReference(d) {
				continue
			}
			for _, schema := range []string{"main", "history"} {
				if err := w.rewrite(ctx, schema, d); err != nil {
					return err
				}
			}
		}
		if err := w.config.Fault("rotate dossiers"); err != nil {
			return err
		}
		if err := w.exec(ctx, `UPDATE records.dossier SET dossier = a.new_id, key_check = a.new_check FROM temp.advanced a WHERE dossier = a.old_id`); err != nil {
			return err
		}
		if err := w.setKeys(ctx, len(fingerprints)); err != nil {
			return err
		}
		return w.exec(ctx, "INSERT INTO records.applied VALUES (?, ?, 0)", n, at)
	})
	if err != nil {
		w.config.Keys = before
		return errors.Join(err, w.reconcile(context.WithoutCancel(ctx)))
	}
	w.applied, w.lastAt = n, at
	return w.Checkpoint(ctx)
}

func (w *Warehouse) isReference(d *dataset.Dataset) bool {
	for _, r := range w.config.References {
		if r.Dataset == d {
			return true
		}
	}
	return false
}

// rewrite makes a table anew with advanced keys. Making it anew streams, updating
// it in place would hold every old row in memory until the end. Columns that are no
// longer declared stay.
func (w *Warehouse) rewrite(ctx context.Context, schema string, d *dataset.Dataset) error {
	replaced := []string{"coalesce(a.new_id, t.dossier) AS dossier"}
	for _, c := range d.Columns {
		if c.Type.Kind == value.Key {
			replaced = append(replaced, fmt.Sprintf("advance(t.%[1]s) AS %[1]s", quote(c.Name)))
		}
	}
	old, fresh := rowsTable(schema, d.Name), rowsTable(schema, d.Name+" rotated")
	for _, statement := range []string{
		fmt.Sprintf("CREATE TABLE %s AS SELECT t.* REPLACE (%s) FROM %s t LEFT JOIN temp.advanced a ON t.dossier = a.old_id", fresh, strings.Join(replaced, ", "), old),
		"DROP TABLE " + old,
		fmt.Sprintf("ALTER TABLE %s RENAME TO %s", fresh, quote(d.Name)),
	} {
		if err := w.exec(ctx, statement); err != nil {
			return err
		}
	}
	return w.comment(ctx, old, d)
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
