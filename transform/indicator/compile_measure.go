package indicator

import (
	"fmt"
	"maps"
	"slices"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/value"
)

// Columns of reference tables that say between which days a row is valid.
const (
	columnValidFrom = "valid_from"
	columnValidTo   = "valid_to"
)

// person is the name that stands for whoever is behind a row.
const person = "person"

// personIdentifiers are the kinds of keys that stand for a person.
var personIdentifiers = []string{"citizen", "insurance", "card", "person", "resident", "patient", "subject"}

// measure checks one counted thing.
func (c *checker) measure(path string, d MeasureDeclaration) *Measure {
	c.title(path+".title", d.Title)
	ds, isReference := c.source(path+".of", d.Of)
	if ds == nil {
		c.aggregate(path, d)
		return nil
	}
	m := &Measure{Title: d.Title, Of: d.Of, Reference: isReference, Counts: ds.Counts, Aggregate: c.aggregate(path, d)}
	c.counted(path, d, ds, m)
	m.Where = c.condition(path+".where", d.Where, ds)
	c.time(path, d, ds, m)
	m.Units = c.units(path+".unit", d.Unit, ds)
	if d.Matching != nil {
		m.Matching = c.matching(path+".matching", *d.Matching, ds)
	}
	return m
}

// source finds the dataset or reference table that is counted.
func (c *checker) source(path, name string) (ds *dataset.Dataset, isReference bool) {
	if ds := c.datasets[name]; ds != nil {
		return ds, false
	}
	if ds := c.references[name]; ds != nil {
		return ds, true
	}
	known := append(sortedNames(c.datasets), sortedNames(c.references)...)
	c.problems.Add(path, fmt.Sprintf("unknown dataset or reference table %q", name), declaration.Hint(name, known))
	return nil, false
}

// aggregate reads how rows become a number: exactly one way is stated.
func (c *checker) aggregate(path string, d MeasureDeclaration) Aggregate {
	stated, ways := Aggregate(""), 0
	for _, way := range []struct {
		text string
		as   Aggregate
	}{{d.Count, CountRows}, {d.Sum, Sum}, {d.Min, Min}, {d.Max, Max}} {
		if way.text != "" {
			stated, ways = way.as, ways+1
		}
	}
	if ways != 1 {
		c.problems.Add(path, "exactly one of count, sum, min and max is stated", "write count: rows, or one of the others with an expression")
		return ""
	}
	if d.Count != "" {
		c.oneOf(path+".count", "count", d.Count, []string{"rows"})
	}
	return stated
}

// counted fills in what is counted: rows, different values, or an amount.
func (c *checker) counted(path string, d MeasureDeclaration, ds *dataset.Dataset, m *Measure) {
	switch m.Aggregate {
	case Sum:
		m.Amount = c.amount(path+".sum", d.Sum, ds)
	case Min:
		m.Amount = c.amount(path+".min", d.Min, ds)
	case Max:
		m.Amount = c.amount(path+".max", d.Max, ds)
	}
	switch {
	case len(d.Distinct) == 0:
	case m.Aggregate == CountRows:
		c.distinct(path+".distinct", d.Distinct, ds, m)
	case m.Aggregate != "":
		c.problems.Add(path+".distinct", "distinct belongs to count: rows", "leave it out, or count")
	}
}

// distinct fills in the columns whose different values are counted.
func (c *checker) distinct(path string, names []string, ds *dataset.Dataset, m *Measure) {
	m.Aggregate = CountDistinct
	if slices.Contains(names, person) {
		c.persons(path, names, ds, m)
		return
	}
	var columns []dataset.Column
	for n, name := range names {
		at := fmt.Sprintf("%s[%d]", path, n)
		if slices.Contains(names[:n], name) {
			c.problems.Add(at, fmt.Sprintf("column %q is named twice", name), "")
			continue
		}
		if column, ok := c.column(at, ds, name); ok {
			columns = append(columns, column)
			m.Distinct = append(m.Distinct, name)
		}
	}
	m.Counts = countsOf(columns, ds.Counts)
}

// persons fills in the keys that tell who is behind a row. They stand alone: a person
// and something else would be counted more than once.
func (c *checker) persons(path string, names []string, ds *dataset.Dataset, m *Measure) {
	m.Person, m.Counts = true, dataset.CountsPersons
	if len(names) > 1 {
		c.problems.Add(path, "person stands alone", "name the columns themselves to count combinations")
	}
	for _, key := range personKeys {
		if _, ok := ds.Index(key); ok {
			m.Distinct = append(m.Distinct, key)
		}
	}
	if len(m.Distinct) == 0 {
		at := fmt.Sprintf("%s[%d]", path, slices.Index(names, person))
		c.problems.Add(at, fmt.Sprintf("dataset %s does not tell who is behind a row", ds.Name), "it needs one of the columns citizen_key, insurance_key and card_key")
	}
}

// countsOf says what different values of the columns are: persons where a key of one
// is among them, things where all are units, else what the rows themselves are.
func countsOf(columns []dataset.Column, rows string) string {
	units := len(columns) > 0
	for _, column := range columns {
		if slices.Contains(personIdentifiers, column.Identifier) {
			return dataset.CountsPersons
		}
		units = units && (column.Reference == "facility" || column.Reference == "area")
	}
	if units {
		return dataset.CountsThings
	}
	return rows
}

// time fills in when a row counts.
func (c *checker) time(path string, d MeasureDeclaration, ds *dataset.Dataset, m *Measure) {
	m.At, m.Until, m.Existing = d.At, d.Until, d.ExistingAt != ""
	if m.Existing {
		c.oneOf(path+".existing_at", "day", d.ExistingAt, []string{"cut_off"})
	}
	if m.Existing && m.Reference {
		m.At, m.Until = validity(ds, m.At, m.Until)
	}
	if m.At != "" {
		c.day(path+".at", ds, m.At)
	} else if !m.Existing {
		c.problems.Add(path, "missing key \"at\"", "name the column that places a row in a period; a register that is counted as it stands says existing_at: cut_off")
	}
	switch {
	case m.Until == "":
	case m.Existing:
		c.day(path+".until", ds, m.Until)
	default:
		c.problems.Add(path+".until", "only a register that is counted as it stands has rows that end", "add existing_at: cut_off, or leave until out")
	}
}

// validity takes the days that a reference table keeps by itself where none are
// stated.
func validity(ds *dataset.Dataset, at, until string) (from, to string) {
	if _, ok := ds.Index(columnValidFrom); ok && at == "" {
		at = columnValidFrom
	}
	if _, ok := ds.Index(columnValidTo); ok && until == "" {
		until = columnValidTo
	}
	return at, until
}

// units reads the columns that say whose row it is, the smallest unit first.
func (c *checker) units(path string, d UnitDeclaration, ds *dataset.Dataset) []UnitColumn {
	var units []UnitColumn
	for _, stated := range []UnitColumn{{Facility, d.Facility}, {Commune, d.Commune}, {District, d.District}, {Province, d.Province}} {
		if stated.Column != "" {
			c.codes(path+"."+string(stated.Level), ds, stated.Column)
			units = append(units, stated)
		}
	}
	return units
}

// matching checks a row of another dataset.
func (c *checker) matching(path string, d MatchingDeclaration, ds *dataset.Dataset) *Matching {
	other := c.dataset(path+".of", d.Of)
	if other == nil {
		return nil
	}
	if len(d.On) == 0 {
		c.problems.Add(path+".on", "nothing says when a row matches", "name columns of both datasets")
	}
	for n, name := range d.On {
		at := fmt.Sprintf("%s.on[%d]", path, n)
		mine, ok := c.column(at, ds, name)
		theirs, both := c.column(at, other, name)
		if ok && both {
			c.alike(at, name, mine, theirs)
		}
	}
	return &Matching{Of: d.Of, On: d.On, Where: c.condition(path+".where", d.Where, other)}
}

// alike checks that two columns hold the same kind of thing.
func (c *checker) alike(path, name string, mine, theirs dataset.Column) {
	switch {
	case mine.Type != theirs.Type:
		c.problems.Add(path, fmt.Sprintf("column %s is %s in one dataset and %s in the other", name, mine.Type, theirs.Type), "")
	case mine.Type.Kind == value.Key && mine.Identifier != theirs.Identifier:
		c.problems.Add(path, fmt.Sprintf("column %s stands for %s in one dataset and %s in the other", name, mine.Identifier, theirs.Identifier), "keys of different identifiers are never equal")
	}
}

func sortedNames(datasets map[string]*dataset.Dataset) []string {
	return slices.Sorted(maps.Keys(datasets))
}
