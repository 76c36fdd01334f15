// Package calculation counts the indicators of a campaign over rows that stand in
// DuckDB: those of the warehouse while a round is at work, or those of a published
// snapshot for a question about another day. What is counted, and how, package
// indicator says; this one runs its statements and puts their answers together.
package calculation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
	"thidua/transform/sqltext"
)

// Basis is what is counted over.
type Basis struct {
	// Conn is a connection to the engine. Temporary tables are made in it.
	Conn *sql.Conn
	// Catalog is the database that holds the rows, empty for the one that is open.
	Catalog string
	// KnownAt is the instant through which commits are seen, zero for all of them.
	KnownAt time.Time
	// Today is the day on which somebody asks: what is owed is due where its time is over
	// by then.
	Today calendar.Day
}

// Plan is what is asked of a campaign.
type Plan struct {
	Campaign *campaign.Campaign
	// Entries are counted, all with a definition where nil.
	Entries []*campaign.Entry
	Windows []campaign.Window
	// Expectations say what units owe to the datasets.
	Expectations []*indicator.Expectation
}

// Cell is what was counted for an indicator, a unit and a window.
type Cell struct {
	Entry  *campaign.Entry
	Unit   campaign.Unit
	Window campaign.Window
	Count  campaign.Count
}

// Calculation counts over one basis. It is used by one goroutine, and the instant it
// counts as of does not move while it lives.
type Calculation struct {
	basis Basis
	names names
	// received tells of datasets whether they have a row.
	received map[string]bool
	// dayTables are those of the plan that is counted.
	dayTables map[indicator.DayTable]*dayTable
}

// Open makes the temporary tables that say which unit belongs where.
func Open(ctx context.Context, b Basis) (*Calculation, error) {
	c := &Calculation{basis: b, received: map[string]bool{}}
	if err := c.exec(ctx, "CREATE OR REPLACE TEMP TABLE "+bare(indicator.PlaceTable)+" AS "+indicator.Places(c.rows)); err != nil {
		return nil, fmt.Errorf("calculation: place the units: %w", err)
	}
	var err error
	if c.names, err = c.readNames(ctx); err != nil {
		return nil, fmt.Errorf("calculation: name the units: %w", err)
	}
	return c, nil
}

// rows is the relation of the rows of a dataset as known at the instant.
func (c *Calculation) rows(dataset string) string {
	live := c.table("main", dataset)
	if c.basis.KnownAt.IsZero() {
		return live
	}
	at := sqltext.Instant(c.basis.KnownAt)
	return fmt.Sprintf("(SELECT * FROM %s WHERE known_from <= %s UNION ALL BY NAME SELECT * EXCLUDE (known_to) FROM %s WHERE known_from <= %s AND known_to > %s)",
		live, at, c.table("history", dataset), at, at)
}

func (c *Calculation) table(schema, name string) string {
	if c.basis.Catalog == "" {
		return schema + "." + sqltext.Name(name)
	}
	return c.basis.Catalog + "." + schema + "." + sqltext.Name(name)
}

// asked are all entries of a plan, those included that nothing can be counted for.
func (p Plan) asked() []*campaign.Entry {
	if p.Entries != nil {
		return p.Entries
	}
	return p.Campaign.Entries()
}

// entries are those that can be counted.
func (p Plan) entries() []*campaign.Entry {
	var counted []*campaign.Entry
	for _, e := range p.asked() {
		if e.Definition != nil {
			counted = append(counted, e)
		}
	}
	return counted
}

// dependsOn reports whether an indicator of the plan counts what units owe.
func (p Plan) dependsOn(x *indicator.Expectation) bool {
	return slices.ContainsFunc(p.entries(), func(e *campaign.Entry) bool { return slices.Contains(e.Definition.Datasets(), x.Of) })
}

// numbers are those of the expectations that an indicator depends on.
func (p Plan) numbers(e *campaign.Entry) []int {
	var numbers []int
	for n, x := range p.Expectations {
		for _, name := range e.Definition.Datasets() {
			if x.Of == name {
				numbers = append(numbers, n)
			}
		}
	}
	return numbers
}

// place is a unit in a numbered window.
type place struct {
	window int
	level  indicator.Level
	unit   string
}

// amounts is what a statement counted for a place.
type amounts struct {
	numerator, denominator sql.NullFloat64
	unassigned             float64
}

// counts reads what a statement counts.
func (c *Calculation) counts(ctx context.Context, statement string) (map[place]amounts, error) {
	counted := map[place]amounts{}
	err := c.each(ctx, statement, func(rows *sql.Rows) error {
		var at place
		var level string
		var a amounts
		var unassigned sql.NullFloat64
		if err := rows.Scan(&at.window, &level, &at.unit, &a.numerator, &a.denominator, &unassigned); err != nil {
			return err
		}
		at.level, a.unassigned = indicator.Level(level), unassigned.Float64
		counted[at] = a
		return nil
	})
	return counted, err
}

func (c *Calculation) scope(p Plan, touched string) indicator.Scope {
	return indicator.Scope{Rows: c.rows, Province: p.Campaign.Province.Code, List: p.Campaign.Province.List, Touched: touched}
}

// each runs a query and visits its rows.
func (c *Calculation) each(ctx context.Context, query string, visit func(*sql.Rows) error) (err error) {
	rows, err := c.basis.Conn.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (c *Calculation) exec(ctx context.Context, statement string) error {
	_, err := c.basis.Conn.ExecContext(ctx, statement)
	return err
}
