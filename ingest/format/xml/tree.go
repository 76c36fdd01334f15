package xml

const (
	// none is the place of no node.
	none = -1
	// nodeBytes and slotBytes are what a node and a slot take in memory.
	nodeBytes = 48
	slotBytes = 8
)

// tree holds what a layout asks for of the open elements and of those that have
// ended inside them. Nodes lie in the order in which their elements begin, so that
// an element with all that is inside it is a tail, and is forgotten by cutting it
// off.
type tree struct {
	nodes []node
	// slots holds for each node, one behind the other, where the elements of each of
	// its branches are.
	slots []slot
	text  []byte
}

// node is an element.
type node struct {
	at     match
	parent int32
	// next is the next element of the same parent and branch.
	next  int32
	slots int32
	// from and to are where its text stands.
	from, to int
}

// slot is the first and the last element of a parent and branch.
type slot struct{ first, last int32 }

// mark is a size of the tree to which it can be cut.
type mark struct{ nodes, slots, text int }

// sizeBytes is what the tree holds, in bytes.
func (t *tree) sizeBytes() int {
	return len(t.text) + len(t.nodes)*nodeBytes + len(t.slots)*slotBytes
}

func (t *tree) mark() mark { return mark{len(t.nodes), len(t.slots), len(t.text)} }

// add appends an element to those of its parent and returns its place.
func (t *tree) add(parent int32, m match) int32 {
	n := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{at: m, parent: parent, next: none, slots: int32(len(t.slots))})
	for range m.children {
		t.slots = append(t.slots, slot{none, none})
	}
	if parent == none {
		return n
	}
	s := t.slot(parent, m.branch)
	if s.first == none {
		s.first = n
	} else {
		t.nodes[s.last].next = n
	}
	s.last = n
	return n
}

// forget cuts the tree back to the mark, which was made before the element n was
// added: the only one of its parent and branch.
func (t *tree) forget(n int32, m mark) {
	if parent := t.nodes[n].parent; parent != none {
		*t.slot(parent, t.nodes[n].at.branch) = slot{none, none}
	}
	t.nodes, t.slots, t.text = t.nodes[:m.nodes], t.slots[:m.slots], t.text[:m.text]
}

// slot returns where the elements of branch b below n are.
func (t *tree) slot(n int32, b *branch) *slot { return &t.slots[int(t.nodes[n].slots)+b.slot] }

// wants reports whether one more element below n has to be held: not where the
// first of its spelling is enough, and held.
func (t *tree) wants(n int32, m match) bool {
	if m.every {
		return true
	}
	for i := t.slot(n, m.branch).first; i != none; i = t.nodes[i].next {
		if t.nodes[i].at.exact == m.exact {
			return false
		}
	}
	return true
}

// find returns the element below n that a step leads to: the first of its exact
// spelling, else the first.
func (t *tree) find(n int32, m match) int32 {
	first := t.slot(n, m.branch).first
	for i := first; i != none; i = t.nodes[i].next {
		if t.nodes[i].at.exact == m.exact {
			return i
		}
	}
	return first
}

// reach appends all elements that the branches of steps lead to from n, in the
// order of the document.
func (t *tree) reach(into []int32, n int32, steps []*branch) []int32 {
	if len(steps) == 0 {
		return append(into, n)
	}
	for i := t.slot(n, steps[0]).first; i != none; i = t.nodes[i].next {
		into = t.reach(into, i, steps[1:])
	}
	return into
}

// textOf returns the text of an element, nil where it is blank.
func (t *tree) textOf(n int32) []byte {
	from, to := t.nodes[n].from, t.nodes[n].to
	if from == to {
		return nil
	}
	return t.text[from:to:to]
}

// join appends the texts that the steps lead to from n, with ";" between them. The
// first of them was to begin at from.
func (t *tree) join(into []byte, from int, n int32, steps []step) []byte {
	if len(steps) == 0 {
		text := t.textOf(n)
		if len(text) > 0 && len(into) > from {
			into = append(into, ';')
		}
		return append(into, text...)
	}
	s := steps[0]
	i := t.find(n, s.match)
	if i == none {
		return into
	}
	if !s.all {
		return t.join(into, from, i, steps[1:])
	}
	// Elements of another spelling count only where there is none of the exact one.
	exact := t.nodes[i].at.exact == s.exact
	for ; i != none; i = t.nodes[i].next {
		if !exact || t.nodes[i].at.exact == s.exact {
			into = t.join(into, from, i, steps[1:])
		}
	}
	return into
}
