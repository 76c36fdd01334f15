package xml

import (
	"fmt"
	"strings"

	"thidua/ingest/path"
	"thidua/transform/record"
)

// branch is a place in the documents that the layout asks for, as the root, the
// elements below it, and so on: elements that are at no branch are not held. Names
// that differ in case alone lead to one branch.
type branch struct {
	parent *branch
	// slot is its place among the children of parent.
	slot int
	// spellings are its names as the job writes them.
	spellings []string
	children  []*branch
	// text says that the text of the element is asked for.
	text bool
	// every says that all elements at the place are held, not the first alone.
	every bool
	// around says that dossiers stand inside.
	around bool
	// matches remembers what names of the document lead to.
	matches map[string]match
	// bare counts ampersands that begin no reference, repeated the elements that were
	// left out because the first of them counts.
	bare, repeated int
}

// match is the branch that a name leads to. Exact is the number of its spelling,
// -1 where the name differs from all of them in case.
type match struct {
	*branch
	exact int32
}

// maxMatches bounds the names that a branch remembers.
const maxMatches = 1000

// child returns the branch below b for a name that the job writes, and makes it
// where there is none yet.
func (b *branch) child(name string) match {
	for _, c := range b.children {
		if !strings.EqualFold(c.spellings[0], name) {
			continue
		}
		for i, spelling := range c.spellings {
			if spelling == name {
				return match{c, int32(i)}
			}
		}
		c.spellings = append(c.spellings, name)
		return match{c, int32(len(c.spellings) - 1)}
	}
	c := &branch{parent: b, slot: len(b.children), spellings: []string{name}}
	b.children = append(b.children, c)
	return match{c, 0}
}

// match returns where a name of the document leads to from b. Its branch is nil
// where nobody asks for that.
func (b *branch) match(name []byte) match {
	if len(b.children) == 0 {
		return match{}
	}
	if m, ok := b.matches[string(name)]; ok {
		return m
	}
	m := b.compare(string(name))
	if b.matches == nil {
		b.matches = map[string]match{}
	}
	if len(b.matches) < maxMatches {
		b.matches[string(name)] = m
	}
	return m
}

// compare holds a name against all children.
func (b *branch) compare(name string) match {
	for _, c := range b.children {
		if !strings.EqualFold(c.spellings[0], name) {
			continue
		}
		for i, spelling := range c.spellings {
			if spelling == name {
				return match{c, int32(i)}
			}
		}
		return match{c, -1}
	}
	return match{}
}

// name returns the path of b from the root, as the job spells it.
func (b *branch) name() string {
	if b.parent == nil {
		return "@"
	}
	if b.parent.parent == nil {
		return b.spellings[0]
	}
	return b.parent.name() + "." + b.spellings[0]
}

// each calls do for b and all branches below it.
func (b *branch) each(do func(*branch)) {
	do(b)
	for _, c := range b.children {
		c.each(do)
	}
}

// plan says where in a document stands what a layout asks for.
type plan struct {
	// root is the branch of the root element, dossier that of the dossiers.
	root, dossier *branch
	// head is the place of the dossiers' own kind in the layout, -1 where it is not
	// in it.
	head int
	// kinds are the kinds of the layout, that of the dossiers first.
	kinds []kind
}

// kind is a kind of the layout, and the ways to its records from the dossier: the
// first that leads anywhere counts.
type kind struct {
	index int
	ways  []way
}

// way leads from the dossier to records, along the branches of steps. Fields has
// an entry for each field of the kind.
type way struct {
	steps  []*branch
	fields []field
}

// field says where the text of a field stands, seen from its record.
type field struct {
	// line says that it is the number of the record; absent that no document can
	// hold it.
	line, absent bool
	up           int
	steps        []step
	// every says that one of the steps takes every element.
	every bool
}

// step leads to the element of that branch, one of that spelling before others;
// or to every such element.
type step struct {
	match
	all bool
}

// newPlan returns the plan of a layout.
func (f *Format) newPlan(layout record.Layout) (*plan, error) {
	p := &plan{root: &branch{}, head: -1}
	p.dossier = p.root
	for _, name := range f.records {
		p.dossier.around = true
		p.dossier = p.dossier.child(name).branch
		p.dossier.every = true
	}
	for i, k := range layout.Kinds {
		paths := f.lines[k.Name]
		if k.Name == recordKind {
			p.head, paths = i, [][]string{nil}
		}
		compiled := kind{index: i}
		for _, names := range paths {
			w, err := p.way(names, k.Fields)
			if err != nil {
				return nil, err
			}
			compiled.ways = append(compiled.ways, w)
		}
		if k.Name == recordKind {
			p.kinds = append([]kind{compiled}, p.kinds...)
			continue
		}
		p.kinds = append(p.kinds, compiled)
	}
	return p, nil
}

// way compiles a path from the dossier and the fields of the records at its end.
func (p *plan) way(names, fields []string) (way, error) {
	var w way
	at := p.dossier
	for _, name := range names {
		at = at.child(name).branch
		at.every = true
		w.steps = append(w.steps, at)
	}
	for _, name := range fields {
		compiled, err := at.field(name)
		if err != nil {
			return way{}, err
		}
		w.fields = append(w.fields, compiled)
	}
	return w, nil
}

// field compiles the name of a field of the records at b, and makes the branches
// that it leads along.
func (b *branch) field(name string) (field, error) {
	if name == lineField {
		return field{line: true}, nil
	}
	parsed, err := path.Parse(name)
	if err != nil {
		return field{}, fmt.Errorf("read the layout: %w", err)
	}
	f := field{up: parsed.Up}
	at := b
	for range parsed.Up {
		if at = at.parent; at == nil {
			return field{absent: true}, nil
		}
	}
	for _, s := range parsed.Steps {
		m := at.child(s.Name)
		at = m.branch
		at.every = at.every || s.All
		f.every = f.every || s.All
		f.steps = append(f.steps, step{m, s.All})
	}
	at.text = true
	return f, nil
}
