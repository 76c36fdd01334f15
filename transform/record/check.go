package record

import (
	"fmt"
	"maps"
	"slices"

	"thidua/transform/declaration"
)

// Check finds what is wrong with the declarations of a job, without the reference
// tables and keys that a plan needs. Paths are relative to the job.
func Check(c Config) declaration.Problems {
	b := builder{config: c, plan: &Plan{}}
	b.build()
	return b.problems
}

// Reader is what a format knows of the names that a job may use.
type Reader interface {
	// Kinds lists the kinds of records.
	Kinds() []string
	// Fields lists the fields of a kind, nil where any name may occur.
	Fields(kind string) []string
	// CheckField says what is wrong with a name that Fields does not list.
	CheckField(name string) error
}

// CheckFields holds the field names of a job against those that its format
// knows: those of the mappings, and those by which the heads are ordered, the main
// head first.
func CheckFields(into map[string]Declaration, heads []Head, format Reader) declaration.Problems {
	c := checker{format: format}
	c.mappings(into)
	for i, h := range heads {
		path := "$.dossier"
		if i > 0 {
			path = fmt.Sprintf("$.also[%d]", i-1)
		}
		for n, f := range h.NewestBy {
			c.names(fmt.Sprintf("%s.newest_by[%d]", path, n), f, format.Fields(into[h.Dataset].From))
		}
	}
	return c.problems
}

// checker collects what is wrong with names.
type checker struct {
	format   Reader
	problems declaration.Problems
}

func (c *checker) mappings(into map[string]Declaration) {
	kinds := c.format.Kinds()
	for _, name := range slices.Sorted(maps.Keys(into)) {
		d, path := into[name], "$.into."+name
		if !slices.Contains(kinds, d.From) {
			c.problems.Add(path+".from", fmt.Sprintf("the format has no kind %q", d.From), suggestion(d.From, kinds))
			continue
		}
		known := c.format.Fields(d.From)
		for _, column := range slices.Sorted(maps.Keys(d.Columns)) {
			c.names(path+".columns."+column, d.Columns[column], known)
		}
		if d.Match != "" {
			c.name(path+".match", d.Match, known)
		}
	}
}

func (c *checker) names(path string, f Field, known []string) {
	if f.Field != "" {
		c.name(path+".field", f.Field, known)
	}
	for i, name := range f.FirstOf {
		c.name(fmt.Sprintf("%s.first_of[%d]", path, i), name, known)
	}
	for i, name := range f.Join {
		c.name(fmt.Sprintf("%s.join[%d]", path, i), name, known)
	}
}

func (c *checker) name(path, name string, known []string) {
	switch {
	case slices.Contains(known, name):
		return
	case known != nil:
		c.problems.Add(path, fmt.Sprintf("the format has no field %q", name), suggestion(name, known))
		return
	}
	if err := c.format.CheckField(name); err != nil {
		c.problems.Add(path, err.Error(), "")
	}
}
