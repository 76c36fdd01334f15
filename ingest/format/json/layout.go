package json

import (
	"slices"

	"thidua/ingest/path"
	"thidua/transform/record"
)

// plan is where the fields of a layout come from.
type plan struct {
	// dossier takes out of a dossier what its head and its lines want of it.
	dossier *extractor
	head    fields
	lines   []lines
	// levels take out of the objects around the dossiers, by level.
	levels []*extractor
}

// fields are those of one kind of record. Kind is its index in the layout, -1 where
// it is not in it.
type fields struct {
	kind    int
	sources []source
	shown   record.Record
}

// source is where a field comes from: a slot of an extractor, the number of the
// record, or nowhere.
type source struct {
	from *extractor
	slot int
	line bool
}

// lines are the lines of one kind, and the ways to them that are tried in turn.
type lines struct {
	name string
	ways []way
}

// way leads from a dossier to lines: over the value in a slot of the dossier, and
// one more in each object on the way.
type way struct {
	spans   []int
	objects []*extractor
	item    *extractor
	fields
	// found counts the lines of the open dossier.
	found int32
}

// newPlan binds a layout. Names that are no paths stay empty.
func newPlan(s *shape, layout record.Layout) *plan {
	p := &plan{dossier: newExtractor(), levels: make([]*extractor, len(s.records))}
	around := []*extractor{p.dossier}
	for i := range p.levels {
		p.levels[i] = newExtractor()
		around = slices.Insert(around, 1, p.levels[i])
	}
	p.head = newFields(s, layout, headKind, around)
	for _, k := range s.kinds {
		l := lines{name: k.name}
		for _, steps := range k.alternatives {
			if w := newWay(s, layout, k.name, steps, around); w.kind >= 0 {
				l.ways = append(l.ways, w)
			}
		}
		p.lines = append(p.lines, l)
	}
	return p
}

// newWay binds one way to the lines of a kind. Around are the extractors of the
// dossier and of what stands around it, from the inside out.
func newWay(s *shape, layout record.Layout, kind string, steps []path.Step, around []*extractor) way {
	w := way{item: newExtractor()}
	for range steps[1:] {
		w.objects = append(w.objects, newExtractor())
		around = slices.Concat(w.objects[len(w.objects)-1:], around)
	}
	w.fields = newFields(s, layout, kind, slices.Concat([]*extractor{w.item}, around))
	if w.kind < 0 {
		return w
	}
	for i, step := range steps {
		// The object that holds the step is that many further out than the line.
		w.spans = append(w.spans, around[len(steps)-1-i].wantSpan(step.Name))
	}
	return w
}

// newFields binds the fields of one kind. Around are the extractors of the record
// and of what stands around it, from the inside out.
func newFields(s *shape, layout record.Layout, name string, around []*extractor) fields {
	f := fields{kind: -1}
	for i, k := range layout.Kinds {
		if k.Name != name {
			continue
		}
		f.kind = i
		f.shown = record.Record{Kind: i, Fields: make([][]byte, len(k.Fields))}
		for _, field := range k.Fields {
			f.sources = append(f.sources, newSource(s, field, around))
		}
	}
	return f
}

// newSource binds a field.
func newSource(s *shape, field string, around []*extractor) source {
	if field == lineField {
		return source{line: true}
	}
	p, err := path.Parse(field)
	if err != nil || p.Up >= len(around) {
		return source{}
	}
	// The objects on the way to the records are the outermost.
	level, steps := len(around)-1-p.Up, p.Steps
	if level < len(s.records) {
		level, steps = s.nearest(level, steps)
	}
	from := around[len(around)-1-level]
	return source{from: from, slot: from.want(steps)}
}

// nearest follows a path that begins at an object of the level as far as it goes
// the way of the records: those objects are read member by member.
func (s *shape) nearest(level int, steps []path.Step) (int, []path.Step) {
	for level < len(s.records)-1 && len(steps) > 1 && steps[0].Name == s.records[level] {
		level, steps = level+1, steps[1:]
	}
	return level, steps
}

// fill puts the fields of record number line together.
func (f *fields) fill(line int32, number []byte) *record.Record {
	f.shown.Line = line
	for i, s := range f.sources {
		switch {
		case s.from != nil:
			f.shown.Fields[i] = s.from.texts[s.slot]
		case s.line:
			f.shown.Fields[i] = number
		}
	}
	return &f.shown
}
