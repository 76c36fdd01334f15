package warehouse

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"thidua/transform/dataset"
	"thidua/transform/sqltext"
)

// settingDictionary holds the digest of the declarations that the tables, their
// comments and the dictionary were brought to last.
const settingDictionary = "dictionary"

// dictionary is what the declarations say of all columns, and a digest of it.
type dictionary struct {
	rows   *sheet
	digest string
}

func (w *Warehouse) dictionary() dictionary {
	rows, digest := newSheet(dictionaryTable), xxhash.New()
	for _, d := range w.config.Datasets {
		_, _ = fmt.Fprintf(digest, "%q %q %q\n", d.Name, d.Title.Vi, d.Title.En)
		for i, c := range d.Columns {
			row := []any{d.Name, int64(i + 1), c.Name, c.Type.String(), c.Title.Vi, c.Title.En, c.Required, c.Privacy(), c.Identifier, c.Reference, d.Counts}
			_, _ = fmt.Fprintf(digest, "%q\n", row)
			rows.add(row...)
		}
	}
	return dictionary{rows, strconv.FormatUint(digest.Sum64(), 16)}
}

// writeDictionary replaces the dictionary by the one that arrived.
func (w *Warehouse) writeDictionary(ctx context.Context, a *arrival, digest string) error {
	if err := w.exec(ctx, "DELETE FROM records.data_dictionary"); err != nil {
		return err
	}
	if err := w.take(ctx, a); err != nil {
		return err
	}
	return w.set(ctx, settingDictionary, digest)
}

// comment says in the database what a table and its columns mean.
func (w *Warehouse) comment(ctx context.Context, table string, d *dataset.Dataset) error {
	statements := []string{fmt.Sprintf("COMMENT ON TABLE %s IS %s", table, sqltext.Text(d.Title.Vi+" / "+d.Title.En))}
	add := func(name, text string) {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", table, name, sqltext.Text(text)))
	}
	for _, c := range d.Columns {
		add(sqltext.Name(c.Name), c.Title.Vi+" / "+c.Title.En)
	}
	for _, l := range lineage {
		add(l.name, l.comment)
	}
	if strings.Contains(table, ".history.") {
		add(dataset.ColumnKnownTo, "biết đến / instant of the commit that took the row away")
	}
	return w.execAll(ctx, statements)
}
