package calculation

import (
	"context"
	"fmt"
	"slices"

	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// difference counts by how much the rows that came or went change the cells of an
// indicator, and adds that to what stands: the others are not read. It returns how many
// cells were looked at, and false where a difference does not tell the number.
func (p *Prepared) difference(ctx context.Context, e *campaign.Entry, standing map[place]amounts, change Change) (int, bool, error) {
	d := differing{p, change, map[string]string{}, map[string]match{}}
	if !p.basis.KnownAt.IsZero() || !d.tells(e.Definition) {
		return 0, false, nil
	}
	if few, err := d.keep(ctx); err != nil || !few {
		return 0, false, err
	}
	seen := map[place]bool{}
	for _, part := range []struct {
		rows func(string) string
		sign float64
	}{{d.now, 1}, {d.before, -1}} {
		scope := p.counting(p.plan, "")
		scope.DayTable, scope.Elsewhere, scope.Rows = nil, "", part.rows
		counted, err := p.counts(ctx, e.Definition.Count(scope))
		if err != nil {
			return 0, false, err
		}
		for at, a := range counted {
			seen[at] = true
			standing[at] = standing[at].plus(a, part.sign)
		}
	}
	return len(seen), true, nil
}

// plus adds what was counted, or takes it away. Both are whole numbers.
func (a amounts) plus(b amounts, sign float64) amounts {
	a.numerator.Float64 += sign * b.numerator.Float64
	a.denominator.Float64 += sign * b.denominator.Float64
	a.numerator.Valid, a.denominator.Valid = a.numerator.Valid || b.numerator.Valid, a.denominator.Valid || b.denominator.Valid
	a.unassigned += sign * b.unassigned
	return a
}

// differing chooses, of each dataset, the rows that a change may count otherwise. Rows
// that are counted one by one are those that came or went. Different values are counted
// otherwise only where a row of theirs changed: all rows of such values are looked at.
type differing struct {
	*Prepared
	change Change
	// values are the columns whose different values are counted, by dataset, empty where
	// rows are.
	values map[string]string
	// matched are the datasets that only say whether a row counts.
	matched map[string]match
}

// match is the dataset whose rows are matched, by which columns.
type match struct{ of, on string }

// tells reports whether the number after a change is the number before and a difference.
// That does not hold where the matching rows or persons changed, and not for sums, which
// would be rounded twice.
func (d differing) tells(of *indicator.Indicator) bool {
	for _, m := range of.Measures() {
		if m.Person || m.Aggregate != indicator.CountRows && m.Aggregate != indicator.CountDistinct {
			return false
		}
		values := sqltext.Names(m.Distinct)
		if other, twice := d.values[m.Of]; twice && other != values {
			return false
		}
		d.values[m.Of] = values
		if m.Matching == nil {
			continue
		}
		by := match{m.Of, sqltext.Names(m.Matching.On)}
		if other, twice := d.matched[m.Matching.Of]; twice && other != by {
			return false
		}
		d.matched[m.Matching.Of] = by
	}
	for name := range d.matched {
		if _, counted := d.values[name]; counted || slices.Contains(d.change.Datasets, name) {
			return false
		}
	}
	return true
}

// like are the rows that may match some of the rows given. Few rows are matched: an
// engine that is not told so keeps all the others in memory to find them.
func (d differing) like(dataset string, m match, rows string) string {
	return fmt.Sprintf("(SELECT * FROM %s SEMI JOIN (SELECT %s FROM %s) AS matched USING (%[2]s))", d.rows(dataset), m.on, rows)
}

// mostKept bounds the rows that are kept apart. Where more changed, counting all is as
// quick.
const mostKept = 100_000

// keep copies the rows that came or went since the last counting into tables of their
// own, once for all indicators: an engine that knows how few they are finds what is like
// them at once. It is false where they are many.
func (d differing) keep(ctx context.Context) (bool, error) {
	for name := range d.values {
		if !slices.Contains(d.change.Datasets, name) {
			continue
		}
		few, known := d.kept[name]
		if !known {
			var err error
			if few, err = d.copy(ctx, name); err != nil {
				return false, err
			}
			d.kept[name] = few
		}
		if !few {
			return false, nil
		}
	}
	return true, nil
}

func (d differing) copy(ctx context.Context, name string) (few bool, err error) {
	since, n := sqltext.Instant(d.change.Since), 0
	for _, part := range [][2]string{{cameTable(name), "SELECT * FROM " + d.table("main", name) + " WHERE known_from > " + since}, {wentTable(name), "SELECT * FROM " + d.table("history", name) + " WHERE known_to > " + since}} {
		if err := d.basis.Conn.QueryRowContext(ctx, "SELECT count(*) FROM ("+part[1]+")").Scan(&n); err != nil || n > mostKept {
			return false, err
		}
		if err := d.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+bare(part[0])+" AS "+part[1]); err != nil {
			return false, err
		}
	}
	return true, nil
}

func cameTable(dataset string) string { return "temp." + sqltext.Name("counting_came_"+dataset) }

func wentTable(dataset string) string { return "temp." + sqltext.Name("counting_went_"+dataset) }

// now are the rows as they stand.
func (d differing) now(dataset string) string {
	if m, only := d.matched[dataset]; only {
		return d.like(dataset, m, d.now(m.of))
	}
	return d.choose(dataset, "SELECT * FROM "+cameTable(dataset), "SELECT * FROM "+d.table("main", dataset))
}

// before are the rows as they stood when they were counted last.
func (d differing) before(dataset string) string {
	if m, only := d.matched[dataset]; only {
		return d.like(dataset, m, d.before(m.of))
	}
	since := sqltext.Instant(d.change.Since)
	went := "SELECT * EXCLUDE (known_to) FROM " + wentTable(dataset) + " WHERE known_from <= " + since
	return d.choose(dataset, went, "SELECT * FROM "+d.table("main", dataset)+" WHERE known_from <= "+since+" UNION ALL BY NAME "+went)
}

// choose returns the changed rows, or all rows of values that a changed one has.
func (d differing) choose(dataset, changed, all string) string {
	values := d.values[dataset]
	switch {
	case !slices.Contains(d.change.Datasets, dataset):
		return "(SELECT * FROM " + d.table("main", dataset) + " WHERE false)"
	case values == "":
		return "(" + changed + ")"
	}
	return fmt.Sprintf("(SELECT * FROM (%s) SEMI JOIN (SELECT %s FROM %s UNION SELECT %[2]s FROM %[4]s) AS changed USING (%[2]s))", all, values, cameTable(dataset), wentTable(dataset))
}
