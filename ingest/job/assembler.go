package job

import (
	"context"

	"thidua/ingest/format"
	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/record"
	"thidua/transform/value"
)

// assembler puts the records of one delivery together into dossiers. It is the
// visitor of its decoding.
type assembler struct {
	ctx      context.Context
	producer *producer
	plan     *record.Plan
	layout   record.Layout
	// alone says that no record needs the head of its dossier.
	alone    bool
	delivery delivery.Delivery
	bundle   string
	resume   int32
	dossiers int32

	dossier delivery.Dossier
	lines   pending
	head    []value.Value
	headRaw [][]byte
	arena   []byte
	hasHead bool
	keyed   bool
	// course is what becomes of the records of the dossier.
	course course
	// headFault is the number, from 1, of the rejection that says why there is no
	// head; zero where there is none.
	headFault int
	// extract collects what a complete extract has to say at its end.
	extract extract
	seen    map[uint64]struct{}
	hasher  dataset.Hasher
	found   []record.Finding
}

// course is the way that a record, or all that follow in a dossier, are going.
type course uint8

const (
	// onward records are loaded.
	onward course = iota
	// aside records are quarantined: their dossier cannot be loaded.
	aside
	// unwanted records are counted and left out: the job says so.
	unwanted
)

// BeginDossier skips what an interrupted run has committed already.
func (a *assembler) BeginDossier(n int32) (bool, error) {
	if n <= a.resume {
		return false, a.ctx.Err()
	}
	b := a.producer.current
	a.dossier = delivery.Dossier{Delivery: a.delivery.ID, Number: n, Whole: true, Rows: make([]int32, len(b.batches))}
	a.hasHead, a.keyed, a.course, a.head, a.headFault = false, false, onward, nil, 0
	clear(a.seen)
	b.chunk.Heads.Read++
	return true, a.ctx.Err()
}

// Record takes a record: the head at once, lines when the head is known.
func (a *assembler) Record(r *record.Record) error {
	isHead := a.layout.Kinds[r.Kind].Head
	switch {
	case isHead && a.hasHead:
		return a.refuseHead(r)
	case isHead:
		if err := a.readHead(r); err != nil {
			return err
		}
		return a.lines.replay(a.readLine)
	case !a.hasHead:
		return a.lines.add(r)
	default:
		return a.readLine(r)
	}
}

// readHead makes the head row, and whatever else is made from its record. The
// head is the first of the mappings.
func (a *assembler) readHead(r *record.Record) error {
	a.hasHead = true
	if a.alone {
		a.headRaw = r.Fields
	} else {
		a.headRaw, a.arena = copyFields(a.headRaw, a.arena[:0], r.Fields)
	}
	for _, m := range a.plan.Mappings(r.Kind) {
		if a.course != onward {
			a.leave(m)
			continue
		}
		row, way := a.row(m, r)
		switch {
		case !m.Head:
			a.keep(m, row, r, way)
		case way != onward:
			a.course = way
			a.count(m, way)
		default:
			if !a.alone {
				a.head = cloneRow(row)
			}
			a.append(m, row, r.Line, a.hasher.Content(m.Dataset, row))
		}
	}
	return nil
}

// identify gives the dossier its key and its rank, from its head row. A dossier
// without a key can replace nothing and be replaced by nothing.
func (a *assembler) identify(m *record.Mapping, row []value.Value) {
	a.dossier.Key, a.keyed = a.plan.Key(m, row)
	a.dossier.Head, a.dossier.Scope = int32(m.Member), a.plan.Scope(m, row)
	a.extract.speak(a.dossier.Scope)
	a.dossier.Rank = delivery.Rank{
		NewestBy: a.plan.NewestBy(m, a.headRaw), SourceAt: a.delivery.ModifiedAt.UnixMicro(),
		Receipt: a.delivery.ID, Position: a.dossier.Number, Revision: a.producer.job.Revision,
	}
}

// refuseHead sets a second head aside: a dossier has one.
func (a *assembler) refuseHead(r *record.Record) error {
	a.counts(0).Read++
	a.counts(0).Quarantined++
	a.dossier.Whole = false
	a.reject(delivery.LevelRow, a.place(r), a.plan.Members()[0].Name, "", headTwice)
	return nil
}

// readLine makes the rows of a line.
func (a *assembler) readLine(r *record.Record) error {
	for _, m := range a.plan.Mappings(r.Kind) {
		if a.course != onward {
			a.leave(m)
			continue
		}
		row, way := a.row(m, r)
		a.keep(m, row, r, way)
	}
	return a.producer.relieve(a)
}

// leave accounts for a record that goes where its dossier goes.
func (a *assembler) leave(m *record.Mapping) {
	a.counts(m.Member).Read++
	a.count(m, a.course)
}

// count accounts for a record that is not loaded.
func (a *assembler) count(m *record.Mapping, way course) {
	if way == unwanted {
		a.counts(m.Member).Skipped++
		return
	}
	a.counts(m.Member).Quarantined++
}

// row makes a row, notes what is found in it and says which way it goes.
func (a *assembler) row(m *record.Mapping, r *record.Record) ([]value.Value, course) {
	counts := a.counts(m.Member)
	counts.Read++
	if !m.Head && !m.Belongs(r.Fields, a.headRaw) {
		a.reject(delivery.LevelRow, a.place(r), m.Dataset.Name, "", otherDossier)
		return nil, aside
	}
	var row []value.Value
	row, a.found = m.Row(r.Fields, a.head, a.found[:0])
	if m.Skips(row, a.found) {
		if m.Head {
			a.identify(m, row)
		}
		return row, unwanted
	}
	level := delivery.LevelRow
	if m.Head {
		level = delivery.LevelDossier
		a.identify(m, row)
	}
	for _, f := range a.found {
		if f.Reject {
			a.reject(level, a.place(r), m.Dataset.Name, f.Column, reason{f.Rule, f.Reason})
			return row, aside
		}
	}
	if m.Head && !a.keyed {
		a.reject(level, a.place(r), m.Dataset.Name, "", noKey)
		return row, aside
	}
	if len(a.found) > 0 {
		a.warn(m, row)
	}
	return row, onward
}

func (a *assembler) warn(m *record.Mapping, row []value.Value) {
	unit := m.Unit(row)
	for _, f := range a.found {
		a.producer.current.chunk.Warnings[delivery.Warning{Delivery: a.delivery.ID, Number: a.dossier.Number, Dataset: m.Dataset.Name, Column: f.Column, Rule: f.Rule, Unit: unit}]++
		a.counts(m.Member).Warned++
	}
}

func (a *assembler) keep(m *record.Mapping, row []value.Value, r *record.Record, way course) {
	if way != onward {
		a.count(m, way)
		return
	}
	content := a.hasher.Content(m.Dataset, row)
	switch {
	case a.repeated(m, row, content):
		a.counts(m.Member).Skipped++
	default:
		a.append(m, row, r.Line, content)
	}
}

// repeated reports whether the dossier holds the very same numbered line already.
func (a *assembler) repeated(m *record.Mapping, row []value.Value, content uint64) bool {
	if !m.Numbered(row) {
		return false
	}
	if _, again := a.seen[content]; again {
		return true
	}
	a.seen[content] = struct{}{}
	return false
}

func (a *assembler) append(m *record.Mapping, row []value.Value, line int32, content uint64) {
	a.producer.current.batches[m.Member].Append(row, dataset.Lineage{
		Dossier: a.dossier.Key.ID, Delivery: a.delivery.ID,
		PlaceDossier: a.dossier.Number, PlaceLine: line, Content: content,
	})
	a.dossier.Rows[m.Member]++
	a.dossier.Content += content
}

// Fault marks the dossier as partial.
func (a *assembler) Fault(f format.Fault) error {
	a.dossier.Whole = false
	a.producer.result.Broken++
	name := ""
	if f.Kind >= 0 {
		if mappings := a.plan.Mappings(f.Kind); len(mappings) > 0 {
			name = mappings[0].Dataset.Name
		}
	}
	place := delivery.Place{Dossier: a.dossier.Number, Part: f.Part, Line: f.Line}
	a.reject(delivery.LevelPart, place, name, "", reason{f.Rule, f.Reason})
	if f.Kind >= 0 && a.layout.Kinds[f.Kind].Head && !a.hasHead {
		a.headFault = len(a.producer.current.chunk.Rejections)
	}
	return nil
}

// EndDossier adds the dossier to the chunk, or sets it aside where it cannot be
// keyed or its head was rejected.
func (a *assembler) EndDossier() error {
	b := a.producer.current
	switch {
	case !a.hasHead:
		if err := a.lines.replay(a.dropLine); err != nil {
			return err
		}
		b.chunk.Heads.Quarantined++
		a.extract.lose(a.dossier.Key, false)
		a.refuseHeadless()
	case a.course == aside:
		b.chunk.Heads.Quarantined++
		a.extract.lose(a.dossier.Key, a.keyed)
	case a.course == unwanted:
		b.chunk.Heads.Skipped++
		if a.keyed {
			a.dossier.Gone, a.dossier.Content = true, 0
			clear(a.dossier.Rows)
			b.chunk.Dossiers = append(b.chunk.Dossiers, a.dossier)
		}
	default:
		b.chunk.Dossiers = append(b.chunk.Dossiers, a.dossier)
	}
	return a.producer.flushIfFull(a.progress(delivery.StateOpen))
}

// refuseHeadless sets a dossier without a head aside. Where the format has said
// why there is none, its word stands for the whole dossier.
func (a *assembler) refuseHeadless() {
	if a.headFault > 0 {
		a.producer.current.chunk.Rejections[a.headFault-1].Level = delivery.LevelDossier
		return
	}
	a.reject(delivery.LevelDossier, delivery.Place{Dossier: a.dossier.Number}, a.plan.Members()[0].Name, "", noHead)
}

// dropLine accounts for a line whose dossier has no head.
func (a *assembler) dropLine(r *record.Record) error {
	for _, m := range a.plan.Mappings(r.Kind) {
		a.counts(m.Member).Read++
		a.count(m, aside)
	}
	return nil
}

// Note passes a finding about the payload on.
func (a *assembler) Note(n format.Note) { a.producer.note(n) }

func (a *assembler) progress(state delivery.State) delivery.Progress {
	return delivery.Progress{Delivery: a.delivery, State: state, Position: a.dossier.Number, Dossiers: a.dossiers, Bundle: a.bundle}
}

func (a *assembler) counts(member int) *delivery.Counts {
	return &a.producer.current.chunk.Rows[member]
}

func (a *assembler) place(r *record.Record) delivery.Place {
	return delivery.Place{Dossier: a.dossier.Number, Part: a.layout.Kinds[r.Kind].Name, Line: r.Line}
}

func (a *assembler) reject(level delivery.Level, place delivery.Place, dataset, column string, why reason) {
	c := &a.producer.current.chunk
	c.Rejections = append(c.Rejections, delivery.Rejection{
		Delivery: a.delivery.ID, Level: level, Place: place, Dataset: dataset, Column: column,
		Rule: why.rule, Reason: why.text, Dossier: a.dossier.Key,
	})
}

// copyFields keeps the fields of a record beyond its visit.
func copyFields(to [][]byte, arena []byte, fields [][]byte) ([][]byte, []byte) {
	to = to[:0]
	size := 0
	for _, f := range fields {
		size += len(f)
	}
	if cap(arena) < size {
		arena = make([]byte, 0, size)
	}
	for _, f := range fields {
		if f == nil {
			to = append(to, nil)
			continue
		}
		from := len(arena)
		arena = append(arena, f...)
		to = append(to, arena[from:len(arena):len(arena)])
	}
	return to, arena
}

func cloneRow(row []value.Value) []value.Value {
	kept := make([]value.Value, len(row))
	for i, v := range row {
		v.Text = append([]byte(nil), v.Text...)
		kept[i] = v
	}
	return kept
}

type reason struct {
	rule string
	text delivery.Text
}

var (
	headTwice = reason{"head_twice", delivery.Text{
		Vi: "hồ sơ có hai bảng tổng hợp; bảng thứ hai không được nạp", En: "the dossier has two heads; the second one is not loaded",
	}}
	noHead = reason{"head_missing", delivery.Text{
		Vi: "hồ sơ không có bảng tổng hợp đọc được nên không xác định được khóa", En: "the dossier has no readable head and cannot be keyed",
	}}
	noKey = reason{"key_missing", delivery.Text{
		Vi: "thiếu một phần khóa của hồ sơ nên không xác định được hồ sơ", En: "a part of the dossier's key is missing, so it cannot be told from others",
	}}
	otherDossier = reason{"other_dossier", delivery.Text{
		Vi: "dòng mang mã liên kết của hồ sơ khác", En: "the line carries the key of another dossier",
	}}
)

var _ format.Visitor = (*assembler)(nil)
