package warehouse

import (
	"context"
	"fmt"
	"slices"

	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// tracing says to statements which rows changed.
type tracing struct {
	// since is the instant after which rows changed, as SQL writes it.
	since    string
	campaign *campaign.Campaign
	changed  []string
	// apart tells of datasets whose changed rows were looked for whether they are few, and
	// so kept in a table of their own.
	apart map[string]bool
}

// mostApart bounds the changed rows of a dataset that are kept apart.
const mostApart = 100_000

// tracing keeps the changed rows apart that an indicator looks at, where they are few: an
// engine that knows how few they are finds what is like them at once.
func (r *reckoning) tracing(ctx context.Context, x *part) (tracing, error) {
	if r.apart == nil {
		r.apart = map[string]bool{}
	}
	t := tracing{sqltext.Instant(r.since), x.plan.Campaign, r.change.Datasets, r.apart}
	for _, name := range append(x.entry.Definition.Datasets(), indicator.LinkDataset) {
		if _, looked := t.apart[name]; looked || !slices.Contains(t.changed, name) {
			continue
		}
		var n int
		if err := r.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+t.rowsOf(name)).Scan(&n); err != nil {
			return t, wrap("count the changed rows", err)
		}
		if n <= mostApart {
			if err := r.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+changedTable(name)+" AS SELECT * FROM "+t.rowsOf(name)); err != nil {
				return t, err
			}
		}
		t.apart[name] = n <= mostApart
	}
	return t, nil
}

func changedTable(dataset string) string { return sqltext.Name("changed_" + dataset) }

func (t tracing) trace() indicator.Trace {
	return indicator.Trace{
		Scope: indicator.Scope{
			Rows: func(name string) string { return rowsTable("main", name) }, Changed: t.rowsOf,
			Province: t.campaign.Province.Code, List: t.campaign.Province.List,
		},
		Earlier: t.earlier, Datasets: t.changed, Cells: restatedCells.name,
	}
}

// earlier is the relation of the rows that had been there before, amended since or not.
func (t tracing) earlier(name string) string {
	return fmt.Sprintf("(SELECT * FROM %[1]s WHERE known_from <= %[2]s OR dossier IN (SELECT dossier FROM %[3]s WHERE known_to > %[2]s AND known_from <= %[2]s))",
		rowsTable("main", name), t.since, rowsTable("history", name))
}

// rowsOf is the relation of the rows of a dataset that changed: those that came, and
// the old versions that went. Each says how it changed and through which delivery: what
// took a row away is known by its dossier.
func (t tracing) rowsOf(name string) string {
	if t.apart[name] {
		return "temp." + changedTable(name)
	}
	live, past := rowsTable("main", name), rowsTable("history", name)
	came := fmt.Sprintf("known_from > %s", t.since)
	went := fmt.Sprintf("known_to > %[1]s AND known_from <= %[1]s", t.since)
	return fmt.Sprintf(`(SELECT *, true AS changed_came, CASE WHEN dossier IN (SELECT dossier FROM %[2]s WHERE %[4]s) THEN 'amended' ELSE 'late' END AS changed_how, delivery AS changed_through
		FROM %[1]s WHERE %[3]s
	UNION ALL BY NAME SELECT past.* EXCLUDE (known_to), false AS changed_came, CASE WHEN past.dossier IN (SELECT dossier FROM %[1]s WHERE %[3]s) THEN 'amended' ELSE 'removed' END AS changed_how,
		CASE WHEN d.removed THEN d.receipt ELSE d.delivery END AS changed_through
		FROM (SELECT * FROM %[2]s WHERE %[4]s) AS past LEFT JOIN records.dossier AS d ON d.dossier = past.dossier)`, live, past, came, went)
}
