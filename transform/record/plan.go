package record

import (
	"encoding/binary"
	"slices"

	"thidua/transform/dataset"
	"thidua/transform/delivery"
	"thidua/transform/expr"
	"thidua/transform/identity"
	"thidua/transform/normalise"
	"thidua/transform/value"
)

// Config is what a plan is compiled from.
type Config struct {
	// Into maps the name of a dataset to where its rows come from.
	Into map[string]Declaration
	// Head is the dataset that has one row per dossier, Keys its columns that
	// identify the dossier.
	Head string
	Keys []string
	// NewestBy are fields that order the versions of a dossier by time.
	NewestBy []Field
	// Also are further heads: dossiers of another kind in the same payloads, which
	// have no lines.
	Also []Head
	// Complete is set where each payload is a complete extract.
	Complete *Complete

	Datasets   map[string]*dataset.Dataset
	Tables     map[string]Table
	Locale     normalise.Locale
	Pseudonyms *identity.Pseudonyms
}

// Head is a dataset that has one row per dossier, and what identifies and orders the
// dossiers.
type Head struct {
	Dataset  string
	Keys     []string
	NewestBy []Field
}

// Complete says what a complete extract speaks for: the values of the columns Per
// that occur in it, or everything that the job brings where there are none.
type Complete struct {
	Job string
	Per []string
}

// head is a compiled Head.
type head struct {
	keys     []int
	newestBy []*cell
}

// Table is a reference table as a mapping uses it: rows by code.
type Table struct {
	Columns []string
	Rows    map[string][]string
}

// Plan turns the records of one job into rows. It owns scratch memory: it is
// used by one goroutine, and a row it returns is valid until the next one of the
// same mapping.
type Plan struct {
	layout     Layout
	members    []*dataset.Dataset
	byKind     [][]*Mapping
	heads      map[int]*head
	complete   *complete
	pseudonyms *identity.Pseudonyms
	parts      [][]byte
}

// Layout returns what the format has to deliver.
func (p *Plan) Layout() Layout { return p.layout }

// Members returns the datasets that the job feeds, the head first.
func (p *Plan) Members() []*dataset.Dataset { return p.members }

// Alone reports whether every dossier is one record that makes one row: nothing
// follows that would need the head again.
func (p *Plan) Alone() bool {
	for _, mappings := range p.byKind {
		if len(mappings) > 1 {
			return false
		}
	}
	return len(p.members) == len(p.heads)
}

// Mappings returns what becomes of a record of the kind. It is empty where the
// job does not want the kind.
func (p *Plan) Mappings(kind int) []*Mapping { return p.byKind[kind] }

// SetEnvelope gives the plan the fields that stand once for the payload. It is
// called before the first record of each payload.
func (p *Plan) SetEnvelope(fields map[string]string) {
	for _, mappings := range p.byKind {
		for _, m := range mappings {
			for _, c := range m.cells {
				c.setEnvelope(fields)
			}
		}
	}
	for _, h := range p.heads {
		for _, c := range h.newestBy {
			c.setEnvelope(fields)
		}
	}
}

// Key returns the key of the dossier whose head row was made last by m, and
// false where a part of it is missing. It is a digest over the identifiers
// themselves, not over their pseudonyms, so that it can follow a change of keys.
func (p *Plan) Key(m *Mapping, row []value.Value) (delivery.Key, bool) {
	p.parts = p.parts[:0]
	for _, i := range p.heads[m.Member].keys {
		if !row[i].Valid {
			return delivery.Key{}, false
		}
		p.parts = append(p.parts, p.keyPart(m.cells[i], row[i]))
	}
	digest := p.pseudonyms.Digest("dossier "+m.Dataset.Name, p.parts...)
	return delivery.Key{
		ID:    int64(binary.BigEndian.Uint64(digest[:8])),
		Check: int64(binary.BigEndian.Uint64(digest[8:])),
	}, true
}

func (p *Plan) keyPart(c *cell, v value.Value) []byte {
	switch c.kind.Kind {
	case value.Key:
		return c.pseudonym.identifier
	case value.Text:
		return v.Text
	default:
		return binary.BigEndian.AppendUint64(nil, uint64(v.Int))
	}
}

// NewestBy returns the declared time of the dossier in microseconds since 1970,
// from the first of the declared fields that can be read, zero where none can.
func (p *Plan) NewestBy(m *Mapping, head [][]byte) int64 {
	for _, c := range p.heads[m.Member].newestBy {
		if v, _ := c.read(head, nil); v.Valid {
			return v.Int
		}
	}
	return 0
}

// Finding is something a row is told by: it rejects the row, or is counted.
type Finding struct {
	Column string
	Rule   string
	Reason delivery.Text
	Reject bool
}

// Mapping makes the rows of one dataset from the records of one kind.
type Mapping struct {
	// Member is the index of the dataset among the members of the plan.
	Member  int
	Dataset *dataset.Dataset
	// Head says that its rows key dossiers.
	Head bool

	cells     []*cell
	row       []value.Value
	match     int
	headMatch int
	unit      int
	number    int
	check     citizenCheck
	// skip is nil where every record is wanted.
	skip *expr.Expr
}

// Row makes a row from the fields of a record and, for lines, the head row of
// their dossier. Findings are appended to found; where one of them rejects, the
// row must not be loaded.
func (m *Mapping) Row(fields [][]byte, head []value.Value, found []Finding) ([]value.Value, []Finding) {
	for i, c := range m.cells {
		if c.origin == nowhere {
			continue
		}
		v, reason := c.read(fields, head)
		m.row[i] = v
		if reason != nil || !v.Valid {
			found = c.doubt(v, reason, found)
		}
		if c.listed && v.Valid {
			found = c.judge(v, found)
		}
	}
	found = m.check.judge(m, found)
	for i := range m.Dataset.Rules {
		rule := &m.Dataset.Rules[i]
		if v := rule.Must.Eval(m.row); !v.Valid || v.Int == 0 {
			found = append(found, Finding{"", rule.Name, rule.Reason, rule.Reject})
		}
	}
	return m.row, found
}

// Skips reports whether the job has no use for the record of a row that Row has
// made: what was found in it counts for nothing then. A column that could not be read
// decides nothing, so that damage is told and not passed over.
func (m *Mapping) Skips(row []value.Value, found []Finding) bool {
	if m.skip == nil {
		return false
	}
	if v := m.skip.Eval(row); !v.Valid || v.Int == 0 {
		return false
	}
	for _, f := range found {
		if f.Column == "" || f.Rule == missing.ID {
			continue
		}
		if i, ok := m.Dataset.Index(f.Column); ok && !row[i].Valid && slices.Contains(m.skip.Columns(), i) {
			return false
		}
	}
	return true
}

// Belongs reports whether a line repeats the key of its dossier, or none.
func (m *Mapping) Belongs(fields, head [][]byte) bool {
	if m.match < 0 || fields[m.match] == nil || head[m.headMatch] == nil {
		return true
	}
	return string(fields[m.match]) == string(head[m.headMatch])
}

// Numbered reports whether the row has a line number of its own. Two rows of one
// dossier that are equal and numbered alike are one line sent twice.
func (m *Mapping) Numbered(row []value.Value) bool {
	return m.number >= 0 && row[m.number].Valid
}

// Unit returns the facility that the row belongs to, empty where unknown.
func (m *Mapping) Unit(row []value.Value) string {
	if m.unit < 0 || !row[m.unit].Valid {
		return ""
	}
	return string(row[m.unit].Text)
}
