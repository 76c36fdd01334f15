package json

// maxDepth is how many lists and objects may stand inside each other.
const maxDepth = 512

// verdict is what is known of a value after some of its bytes.
type verdict int

// A value is complete, or cut short by the end of what is visible, or it is no
// JSON, or nested too deep.
const (
	complete verdict = iota
	short
	malformed
	tooDeep
)

// state is what may follow.
type state int

const (
	// wantValue: a value.
	wantValue state = iota
	// wantItem: the first item of a list, or its end.
	wantItem
	// wantMember: the first name of an object, or its end.
	wantMember
	// wantName: a name.
	wantName
	// wantColon: the colon behind a name.
	wantColon
	// wantMore: a comma, or the end of the list or object.
	wantMore
)

// syntax judges one value against RFC 8259. It can be stopped between any two
// tokens and go on in another window.
type syntax struct {
	state state
	// objects has a bit for each open list (0) and object (1).
	objects [maxDepth/64 + 1]uint64
	depth   int
	// deepest is the greatest depth that is accepted.
	deepest int
}

// begin prepares for a value of at most the given depth.
func (s *syntax) begin(deepest int) { s.state, s.depth, s.deepest = wantValue, 0, deepest }

// run judges b from i on. It returns where it stopped: behind the value, at the
// token that is cut short, or at the byte that is wrong. Final says that nothing
// follows b.
func (s *syntax) run(b []byte, i int, final bool) (int, verdict) {
	for {
		if s.state == wantMore && s.inObject() {
			i = plainMembers(b, i)
		}
		i = skipBlanks(b, i)
		if i == len(b) {
			return i, short
		}
		next, v := s.token(b, i, final)
		if v != complete {
			return next, v
		}
		i = next
		if s.depth == 0 && s.state == wantMore {
			return i, complete
		}
	}
}

// token judges the token at b[i], and returns where it stopped.
func (s *syntax) token(b []byte, i int, final bool) (int, verdict) {
	c := b[i]
	switch s.state {
	case wantMember, wantName:
		if c == '"' {
			next, v := judgeString(b, i)
			if v == complete {
				s.state = wantColon
			}
			return next, v
		}
		if c == '}' && s.state == wantMember {
			s.depth--
			s.state = wantMore
			return i + 1, complete
		}
		return i, malformed
	case wantColon:
		if c != ':' {
			return i, malformed
		}
		s.state = wantValue
		return i + 1, complete
	case wantMore:
		return s.more(c, i)
	case wantItem:
		if c == ']' {
			s.depth--
			s.state = wantMore
			return i + 1, complete
		}
	}
	if c == '{' || c == '[' {
		return s.open(c, i)
	}
	next, v := judgeScalar(b, i, final)
	if v == complete {
		s.state = wantMore
	}
	return next, v
}

// more judges what stands behind an item or member.
func (s *syntax) more(c byte, i int) (int, verdict) {
	object := s.inObject()
	switch {
	case c == ',' && object:
		s.state = wantName
	case c == ',':
		s.state = wantValue
	case c == '}' && object, c == ']' && !object:
		s.depth--
	default:
		return i, malformed
	}
	return i + 1, complete
}

// open enters a list or object.
func (s *syntax) open(c byte, i int) (int, verdict) {
	if s.depth >= s.deepest {
		return i, tooDeep
	}
	s.depth++
	bit := uint64(1) << (s.depth % 64)
	if c == '{' {
		s.objects[s.depth/64] |= bit
		s.state = wantMember
	} else {
		s.objects[s.depth/64] &^= bit
		s.state = wantItem
	}
	return i + 1, complete
}

// inObject reports whether the innermost that is open is an object.
func (s *syntax) inObject() bool {
	return s.objects[s.depth/64]>>(s.depth%64)&1 != 0
}

// plainMembers takes members ,"name":value whose name and value hold no escape and
// whose value is no list or object: what most members are. It returns the place
// behind the last that was whole, and leaves everything else to token.
func plainMembers(b []byte, i int) int {
	for i < len(b) && b[i] == ',' {
		j := skipBlanks(b, i+1)
		if j == len(b) || b[j] != '"' {
			return i
		}
		j = scanString(b, j+1)
		if j+1 >= len(b) || b[j] != '"' || b[j+1] != ':' {
			return i
		}
		if j = skipBlanks(b, j+2); j == len(b) {
			return i
		}
		if b[j] == '"' {
			if j = scanString(b, j+1); j == len(b) || b[j] != '"' {
				return i
			}
			i = j + 1
			continue
		}
		j, v := judgeScalar(b, j, false)
		if v != complete {
			return i
		}
		i = j
	}
	return i
}

// judgeScalar judges a text, number, boolean or null.
func judgeScalar(b []byte, i int, final bool) (int, verdict) {
	switch b[i] {
	case '"':
		return judgeString(b, i)
	case 't':
		return judgeWord(b, i, "true")
	case 'f':
		return judgeWord(b, i, "false")
	case 'n':
		return judgeWord(b, i, "null")
	}
	return judgeNumber(b, i, final)
}

// judgeWord judges a word that has one spelling.
func judgeWord(b []byte, i int, word string) (int, verdict) {
	for j := range len(word) {
		if i+j == len(b) {
			return i, short
		}
		if b[i+j] != word[j] {
			return i + j, malformed
		}
	}
	return i + len(word), complete
}

// judgeString judges the text that begins with the quotation mark at b[i].
func judgeString(b []byte, i int) (int, verdict) {
	for j := i + 1; ; {
		j = scanString(b, j)
		switch {
		case j == len(b):
			return i, short
		case b[j] == '"':
			return j + 1, complete
		case b[j] != '\\':
			return j, malformed
		case j+1 == len(b):
			return i, short
		}
		j++
		switch b[j] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			j++
			continue
		case 'u':
			j++
		default:
			return j, malformed
		}
		for end := j + 4; j < end; j++ {
			if j == len(b) {
				return i, short
			}
			if !isHex(b[j]) {
				return j, malformed
			}
		}
	}
}

// judgeNumber judges the number at b[i]. At the end of b it is complete only where
// nothing follows.
func judgeNumber(b []byte, i int, final bool) (int, verdict) {
	j := i
	if b[j] == '-' {
		j++
	}
	first := j
	j, v := judgeDigits(b, i, j)
	if v != complete {
		return j, v
	}
	if b[first] == '0' {
		j = first + 1
	}
	if j < len(b) && b[j] == '.' {
		if j, v = judgeDigits(b, i, j+1); v != complete {
			return j, v
		}
	}
	if j < len(b) && (b[j] == 'e' || b[j] == 'E') {
		j++
		if j < len(b) && (b[j] == '+' || b[j] == '-') {
			j++
		}
		if j, v = judgeDigits(b, i, j); v != complete {
			return j, v
		}
	}
	if j == len(b) && !final {
		return i, short
	}
	return j, complete
}

// judgeDigits judges one or more digits at b[j], of a number that begins at b[i].
func judgeDigits(b []byte, i, j int) (int, verdict) {
	first := j
	for j < len(b) && b[j]-'0' <= 9 {
		j++
	}
	switch {
	case j > first:
		return j, complete
	case j == len(b):
		return i, short
	}
	return j, malformed
}

func isHex(c byte) bool {
	return c-'0' <= 9 || (c|0x20)-'a' <= 5
}
