package disclosure

// tree is the units with what their children do not account for. A unit that is
// more than its children add up to has one child more, the remainder; one that is
// less, since some are counted below several children, has their overlap. Neither
// is ever published.
type tree struct {
	// units is their number; nodes from there on are remainders, or overlaps.
	units    int
	overlaps bool
	parent   []int32
	children [][]int32
	// down lists the nodes, each after its parent.
	down []int32
}

// newTree joins units to those above them. Where numbers are not additive, only those
// are joined that are complete.
func newTree(units []Unit, additive bool, complete []bool) *tree {
	t := &tree{units: len(units), overlaps: !additive, parent: make([]int32, len(units)), children: make([][]int32, len(units))}
	for i, u := range units {
		t.parent[i] = none
		if p := u.Parent; p >= 0 && (additive || complete[p]) {
			t.parent[i] = int32(p)
			t.children[p] = append(t.children[p], int32(i))
		}
	}
	for i := range units {
		if additive && !complete[i] && len(t.children[i]) > 0 || !additive && len(t.children[i]) > 1 {
			t.children[i] = append(t.children[i], int32(len(t.parent)))
			t.parent = append(t.parent, int32(i))
			t.children = append(t.children, nil)
		}
	}
	for n, p := range t.parent {
		if p == none {
			t.down = append(t.down, int32(n))
		}
	}
	for i := 0; i < len(t.down); i++ {
		t.down = append(t.down, t.children[t.down[i]]...)
	}
	return t
}

func (t *tree) nodes() int { return len(t.parent) }

func (t *tree) leaf(node int32) bool { return len(t.children[node]) == 0 }

// published reports whether a node is a unit.
func (t *tree) published(node int32) bool { return int(node) < t.units }

// side is the sign by which a leaf adds to its parent: what is counted several times
// is taken off.
func (t *tree) side(leaf int32) float64 { return sign(t.published(leaf) || !t.overlaps) }

// under reports whether a node is another or stands below it.
func (t *tree) under(node, other int32) bool {
	for node != none && node != other {
		node = t.parent[node]
	}
	return node == other
}
