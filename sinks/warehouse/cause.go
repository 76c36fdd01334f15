package warehouse

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"thidua/sinks/calculation"
	"thidua/transform/indicator"
)

// cause is what brought a change: rows that came late, took the place of others or were
// taken away, and the deliveries that did it.
type cause struct {
	late, amended, removed int64
	through                []carrier
	// definition says that definitions, reference tables or what units owe were stated
	// otherwise, so that figures can change without any row.
	definition bool
}

// carrier is a delivery with the number of rows that it changed.
type carrier struct{ delivery, rows int64 }

// String names the kinds of change. There are none where days alone went by, and with
// them more of what units owe came due.
func (c cause) String() string {
	var kinds []string
	for _, k := range []struct {
		name string
		is   bool
	}{{"late", c.late > 0}, {"amended", c.amended > 0}, {"removed", c.removed > 0}, {"definition", c.definition}} {
		if k.is {
			kinds = append(kinds, k.name)
		}
	}
	return strings.Join(kinds, "+")
}

// throughMost bounds the deliveries that a restatement names: those of the most rows.
const throughMost = 20

// deliveries names what brought the change, in the order of receipt.
func (c cause) deliveries(jobs map[int64]string) string {
	most := slices.Clone(c.through)
	slices.SortFunc(most, func(a, b carrier) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.delivery, b.delivery))
	})
	most = most[:min(len(most), throughMost)]
	slices.SortFunc(most, func(a, b carrier) int { return cmp.Compare(a.delivery, b.delivery) })
	names := make([]string, len(most))
	for i, m := range most {
		names[i] = fmt.Sprintf("%s #%d", jobs[m.delivery], m.delivery)
	}
	return strings.Join(names, ", ")
}

// restatedCells holds the cells of an indicator whose causes are looked for, with the
// days whose rows count in them. Cells of one number are those of one figure.
var restatedCells = table{"temp.restated_cell", "", []column{
	{"cell", number, ""},
	{"level", text, ""},
	{"unit", text, ""},
	{"from_on", day, ""},
	{"to_on", day, ""},
}}

// suspect is a figure whose cause is looked for, with the cells whose rows it is made
// of: its own, or those of the units that it counts.
type suspect struct {
	figure calculation.Key
	cells  []calculation.Key
}

// causes looks, for figures of one indicator, for the rows that changed since they were
// computed and can have moved them: rows of the cell's days and unit that satisfy the
// measure, or whose old version did. A row that changed in a way that the measure does
// not see is none of them. Where there is no such row, and nothing was defined otherwise,
// whatever changed before the eyes of the figure is named.
func (r *reckoning) causes(ctx context.Context, x *part, suspects []suspect) ([]cause, error) {
	found := make([]cause, len(suspects))
	t, err := r.tracing(ctx, x)
	if err != nil {
		return nil, err
	}
	if parts := x.entry.Definition.Moves(t.trace()); len(parts) > 0 {
		if err := r.listCells(ctx, x.entry.Definition, suspects); err != nil {
			return nil, err
		}
		if err := r.trace(ctx, parts, found); err != nil {
			return nil, err
		}
	}
	if !r.redefined {
		return found, r.traceWidely(ctx, t, sight{x.entry, x.plan.Expectations}, suspects, found)
	}
	for i := range found {
		found[i].definition = true
	}
	return found, nil
}

func (r *reckoning) listCells(ctx context.Context, d *indicator.Indicator, suspects []suspect) error {
	rows := newSheet(restatedCells)
	for i, s := range suspects {
		for _, k := range s.cells {
			days := d.Days(k.Window.Period)
			rows.add(int64(i), string(k.Level), k.Code, days.From, days.To)
		}
	}
	if err := r.exec(ctx, restatedCells.recreate()); err != nil {
		return err
	}
	return r.save(ctx, rows)
}

// trace adds up what the parts find. A row that counts in both measures is one row.
func (r *reckoning) trace(ctx context.Context, parts []string, found []cause) error {
	query := `WITH moved AS (SELECT cell, source, dossier, how, through, max(n) AS n FROM ((` + strings.Join(parts, ")\nUNION ALL\n(") + `)) GROUP BY ALL)
SELECT cell, how, coalesce(through, 0), sum(n)::BIGINT FROM moved GROUP BY ALL ORDER BY ALL`
	rows, err := r.conn.QueryContext(ctx, query)
	if err != nil {
		return wrap("look for changed rows", err)
	}
	defer rows.Close()
	for rows.Next() {
		var cell, n int64
		var how string
		var by carrier
		if err := rows.Scan(&cell, &how, &by.delivery, &n); err != nil {
			return wrap("look for changed rows", err)
		}
		found[cell].add(how, carrier{by.delivery, n})
	}
	return wrap("look for changed rows", rows.Err())
}

func (c *cause) add(how string, by carrier) {
	switch how {
	case "late":
		c.late += by.rows
	case "amended":
		c.amended += by.rows
	default:
		c.removed += by.rows
	}
	for i := range c.through {
		if c.through[i].delivery == by.delivery {
			c.through[i].rows += by.rows
			return
		}
	}
	c.through = append(c.through, by)
}
