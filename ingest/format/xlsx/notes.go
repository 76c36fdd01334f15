package xlsx

import "thidua/ingest/format"

// noteKey is what notes are counted by. Name is a column by its letters, or empty.
type noteKey struct{ rule, name string }

// notes counts findings in the order they are first met.
type notes struct {
	counts map[noteKey]int
	order  []noteKey
}

// add counts a finding.
func (n *notes) add(rule, name string) {
	key := noteKey{rule, name}
	if n.counts == nil {
		n.counts = map[noteKey]int{}
	}
	if n.counts[key] == 0 {
		n.order = append(n.order, key)
	}
	n.counts[key]++
}

// list returns all findings.
func (n *notes) list() []format.Note {
	list := make([]format.Note, len(n.order))
	for i, key := range n.order {
		list[i] = format.Note{Rule: key.rule, Name: key.name, Reason: findings[key.rule], Count: n.counts[key]}
	}
	return list
}
