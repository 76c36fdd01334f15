package record

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// Compile makes a plan. Its error is declaration.Problems with paths relative to
// the job.
func Compile(c Config) (*Plan, error) {
	b := builder{config: c, plan: &Plan{pseudonyms: c.Pseudonyms}}
	b.build()
	if err := b.problems.Err(); err != nil {
		return nil, err
	}
	return b.plan, nil
}

// builder collects the plan and what is wrong with its declaration.
type builder struct {
	config   Config
	plan     *Plan
	problems declaration.Problems
	slots    []map[string]int
}

func (b *builder) build() {
	main := Head{b.config.Head, b.config.Keys, b.config.NewestBy}
	paths := []string{"$.dossier"}
	for i := range b.config.Also {
		paths = append(paths, fmt.Sprintf("$.also[%d]", i))
	}
	heads := append([]Head{main}, b.config.Also...)
	for i, h := range heads {
		declared, ok := b.config.Into[h.Dataset]
		if !ok {
			b.problems.Add(paths[i]+".head", fmt.Sprintf("the job does not load %q", h.Dataset), "name one of the datasets under into")
			return
		}
		b.plan.layout.Kinds[b.kind(declared.From)].Head = true
	}
	headKind := b.kind(b.config.Into[b.config.Head].From)
	for _, name := range b.memberNames() {
		b.addMember(name, b.config.Into[name], headKind)
	}
	if len(b.problems) > 0 {
		return
	}
	b.plan.heads = make(map[int]*head, len(heads))
	for i, h := range heads {
		b.addHead(paths[i], h)
	}
	b.addComplete(b.config.Complete)
}

// isHead reports whether the dataset keys dossiers.
func (b *builder) isHead(name string) bool {
	return name == b.config.Head || slices.ContainsFunc(b.config.Also, func(h Head) bool { return h.Dataset == name })
}

// memberNames lists the datasets, the head first.
func (b *builder) memberNames() []string {
	names := slices.Sorted(maps.Keys(b.config.Into))
	slices.SortStableFunc(names, func(x, y string) int {
		switch b.config.Head {
		case x:
			return -1
		case y:
			return 1
		}
		return 0
	})
	return names
}

func (b *builder) addMember(name string, d Declaration, headKind int) {
	path := "$.into." + name
	ds, ok := b.config.Datasets[name]
	if !ok {
		known := slices.Sorted(maps.Keys(b.config.Datasets))
		b.problems.Add(path, fmt.Sprintf("unknown dataset %q", name), suggestion(name, known))
		return
	}
	if d.From == "" {
		b.problems.Add(path+".from", "the kind of record is missing", "")
		return
	}
	kind := b.kind(d.From)
	m := &Mapping{
		Member: len(b.plan.members), Dataset: ds, Head: b.isHead(name), row: make([]value.Value, len(ds.Columns)),
		match: -1, headMatch: -1, unit: -1, number: -1,
	}
	for _, column := range slices.Sorted(maps.Keys(d.Columns)) {
		if _, ok := ds.Index(column); !ok {
			b.problems.Add(path+".columns."+column, fmt.Sprintf("dataset %s has no column %q", name, column), suggestion(column, ds.ColumnNames()))
		}
	}
	for i, column := range ds.Columns {
		m.cells = append(m.cells, b.cell(path+".columns."+column.Name, kind, name, column, d.Columns[column.Name]))
		if column.Reference == "facility" && m.unit < 0 {
			m.unit = i
		}
		if column.Name == "line_number" {
			m.number = i
		}
	}
	if d.Match != "" && kind != headKind {
		m.match, m.headMatch = b.slot(kind, d.Match), b.slot(headKind, d.Match)
	}
	m.check = newCitizenCheck(m)
	if d.Skip != "" {
		m.skip = ds.Condition(&b.problems, path+".skip", d.Skip)
	}
	b.plan.members = append(b.plan.members, ds)
	b.plan.byKind[kind] = append(b.plan.byKind[kind], m)
}

// cell compiles where one column comes from. A column that is not mapped stays
// NULL; a required one must be mapped.
func (b *builder) cell(path string, kind int, member string, column dataset.Column, f Field) *cell {
	c := &cell{name: column.Name, kind: column.Type, required: column.Required, split: f.Split, slice: f.Slice}
	sources := sourceCount(f)
	if sources == 0 {
		if column.Required {
			b.problems.Add(path, "a required column is not mapped", "say where it comes from: field, first_of, join, envelope, const or parent")
		}
		return c
	}
	if sources > 1 {
		b.problems.Add(path, "more than one origin is given", "use one of field, first_of, join, envelope, const and parent")
	}
	b.origin(path, kind, member, f, c)
	if f.Parent != "" {
		return c
	}
	c.allowed, c.reference = set(column.Enum), column.Reference
	if column.Reference != "" {
		table, ok := b.config.Tables[column.Reference]
		if !ok && b.config.Tables != nil {
			b.problems.Add(path, fmt.Sprintf("unknown reference table %q", column.Reference), suggestion(column.Reference, slices.Sorted(maps.Keys(b.config.Tables))))
		}
		c.known = table.Rows
	}
	c.listed = c.allowed != nil || c.known != nil
	if column.Identifier != "" {
		c.pseudonym = &pseudonym{of: column.Identifier, pseudonyms: b.config.Pseudonyms}
	} else {
		b.reading(path, column, f, c)
	}
	return c
}

func sourceCount(f Field) int {
	n := 0
	for _, given := range []bool{f.Field != "", len(f.FirstOf) > 0, len(f.Join) > 0, f.Envelope != "", f.Const != "", f.Parent != ""} {
		if given {
			n++
		}
	}
	return n
}

func (b *builder) origin(path string, kind int, member string, f Field, c *cell) {
	if f.Split != nil && (f.Split.By == "" || f.Split.Take < 1) {
		b.problems.Add(path+".split", "no part of a text is meant", "say what it is separated by and which part to take, counted from 1")
	}
	if f.Slice != nil && (f.Slice.From < 1 || f.Slice.Length < 1) {
		b.problems.Add(path+".slice", "no part of a text is meant", "say which character it begins with, counted from 1, and how many to take")
	}
	switch {
	case f.Field != "":
		c.origin, c.slot = oneField, b.slot(kind, f.Field)
	case len(f.FirstOf) > 0:
		c.origin, c.fields = firstField, b.slotsOf(kind, f.FirstOf)
	case len(f.Join) > 0:
		c.origin, c.fields = joinedFields, b.slotsOf(kind, f.Join)
	case f.Envelope != "":
		c.origin, c.envelope = standingText, f.Envelope
	case f.Const != "":
		c.origin, c.constant = standingText, []byte(f.Const)
	case f.Parent != "":
		head := b.config.Datasets[b.config.Head]
		if head == nil || b.isHead(member) {
			b.problems.Add(path+".parent", "the head of a dossier has no parent", "use field")
			return
		}
		i, ok := head.Index(f.Parent)
		if !ok {
			b.problems.Add(path+".parent", fmt.Sprintf("dataset %s has no column %q", head.Name, f.Parent), suggestion(f.Parent, head.ColumnNames()))
			return
		}
		if head.Columns[i].Type != c.kind {
			b.problems.Add(path+".parent", fmt.Sprintf("column %s is %s, its parent %s", c.name, c.kind, head.Columns[i].Type), "give both one type")
		}
		c.origin, c.slot = parentColumn, i
	}
}

func (b *builder) addHead(path string, h Head) {
	member := slices.IndexFunc(b.plan.members, func(d *dataset.Dataset) bool { return d.Name == h.Dataset })
	ds, compiled := b.plan.members[member], &head{}
	b.plan.heads[member] = compiled
	if len(h.Keys) == 0 {
		b.problems.Add(path+".keys", "a dossier needs a key", "name columns of "+ds.Name)
	}
	for i, name := range h.Keys {
		column, ok := ds.Index(name)
		if !ok {
			b.problems.Add(fmt.Sprintf("%s.keys[%d]", path, i), fmt.Sprintf("dataset %s has no column %q", ds.Name, name), suggestion(name, ds.ColumnNames()))
			continue
		}
		compiled.keys = append(compiled.keys, column)
	}
	kind := b.kind(b.config.Into[h.Dataset].From)
	for i, f := range h.NewestBy {
		if c := b.newestBy(fmt.Sprintf("%s.newest_by[%d]", path, i), kind, h.Dataset, f); c != nil {
			compiled.newestBy = append(compiled.newestBy, c)
		}
	}
}

// newestBy compiles a field that orders versions, nil where it has no one origin.
func (b *builder) newestBy(path string, kind int, member string, f Field) *cell {
	c := &cell{name: "newest_by", kind: value.Type{Kind: value.Timestamp}, split: f.Split}
	if sourceCount(f) != 1 || f.Parent != "" {
		b.problems.Add(path, "exactly one origin is needed", "use field, first_of or envelope")
		return nil
	}
	b.origin(path, kind, member, f, c)
	var err error
	if c.final, err = readingFor(c.kind, normalise.Options{Reading: f.As}); err != nil {
		b.problems.Add(path+".as", err.Error(), "")
	}
	return c
}

// kind returns the index of a kind of record in the layout.
func (b *builder) kind(name string) int {
	for i, k := range b.plan.layout.Kinds {
		if k.Name == name {
			return i
		}
	}
	b.plan.layout.Kinds = append(b.plan.layout.Kinds, Kind{Name: name})
	b.plan.byKind = append(b.plan.byKind, nil)
	b.slots = append(b.slots, map[string]int{})
	return len(b.slots) - 1
}

// slot returns the index of a field in its kind, which it joins where it is new.
func (b *builder) slot(kind int, field string) int {
	i, ok := b.slots[kind][field]
	if !ok {
		i = len(b.slots[kind])
		b.slots[kind][field] = i
		b.plan.layout.Kinds[kind].Fields = append(b.plan.layout.Kinds[kind].Fields, field)
	}
	return i
}

func (b *builder) slotsOf(kind int, fields []string) []int {
	slots := make([]int, len(fields))
	for i, f := range fields {
		slots[i] = b.slot(kind, f)
	}
	return slots
}

func set(values []string) map[string]bool {
	if len(values) == 0 {
		return nil
	}
	m := make(map[string]bool, len(values))
	for _, v := range values {
		m[v] = true
	}
	return m
}

func suggestion(word string, known []string) string {
	if near, ok := declaration.Nearest(word, known); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return ""
	}
	return "known are " + strings.Join(known, ", ")
}
