package indicator

import (
	"slices"
	"strings"
)

// Touch returns the statement that finds the cells which changed rows may have
// changed: it is never too small, and larger than need be only where a row changed in
// a way that no measure sees. Its columns are w, level and unit. It is empty where the
// indicator counts none of the changed datasets.
//
// A changed reference table, or a changed register that joins persons, may move any
// row to any cell: then everything is to be counted, and Touch is not asked.
func (i *Indicator) Touch(s Scope, changed []string) string {
	var found []string
	b := &builder{scope: s}
	for n, m := range []*Measure{i.Numerator, i.Denominator} {
		if m == nil {
			continue
		}
		prefix := string(rune('a' + 2*n))
		if slices.Contains(changed, m.Of) {
			found = append(found, b.touchedBy(prefix, m.plain(), s.Changed, s.Rows, i.BeginsWithWindow()))
		}
		if m.Matching != nil && slices.Contains(changed, m.Matching.Of) {
			matched := m.plain()
			matched.Matching = &Matching{Of: m.Matching.Of, On: m.Matching.On}
			found = append(found, b.touchedBy(string(rune('b'+2*n)), matched, s.Rows, s.Changed, i.BeginsWithWindow()))
		}
	}
	if len(found) == 0 {
		return ""
	}
	for n, name := range found {
		found[n] = "SELECT w, level, unit FROM " + name
	}
	return b.text(strings.Join(found, "\nUNION\n"))
}

// plain is the measure as it places rows: whatever their other columns say.
func (m *Measure) plain() *Measure {
	return &Measure{Aggregate: CountRows, Of: m.Of, At: m.At, Until: m.Until, Existing: m.Existing, Units: m.Units}
}

// touchedBy counts plain rows, of one relation matched by another.
func (b *builder) touchedBy(prefix string, m *Measure, rows, matched func(string) string, fromStart bool) string {
	inner := &builder{scope: Scope{Rows: matched, Province: b.scope.Province, List: b.scope.List}}
	c := counting{inner, prefix, m, rows, fromStart}
	var name string
	if m.Existing {
		name = c.existing()
	} else {
		name = c.additive()
	}
	b.steps = append(b.steps, inner.steps...)
	return name
}

// NeedsLinks reports whether the indicator joins persons through the register of
// insurance and citizen IDs.
func (i *Indicator) NeedsLinks() bool {
	return i.Numerator.Person || i.Denominator != nil && i.Denominator.Person
}
