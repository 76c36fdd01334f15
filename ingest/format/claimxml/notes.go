package claimxml

import (
	"strings"

	"thidua/ingest/format"
)

const (
	// maxNotes bounds how many names a payload is reported under, maxName how
	// long a name is.
	maxNotes = 1000
	maxName  = 64
	// unnamed stands for a name that is not made like one: it could be a value
	// in the wrong place.
	unnamed = "?"
)

// noteKey is what notes are counted by. Part is the kind, empty where the name
// stands alone.
type noteKey struct{ rule, part, name string }

// notes counts findings by rule and name, in the order they are first met.
type notes struct {
	counts map[noteKey]*int
	order  []noteKey
}

// add counts a finding about an element of a part.
func (n *notes) add(rule, part string, element []byte) { n.addCount(rule, part, element, 1) }

// addCount counts a finding that was met several times.
func (n *notes) addCount(rule, part string, element []byte, times int) {
	if count := n.counts[noteKey{rule, part, string(element)}]; count != nil {
		*count += times
		return
	}
	key := noteKey{rule, part, cleanName(element)}
	if n.counts[key] == nil && len(n.order) >= maxNotes {
		key.name = unnamed
	}
	if n.counts == nil {
		n.counts = map[noteKey]*int{}
	}
	if n.counts[key] == nil {
		n.counts[key] = new(int)
		n.order = append(n.order, key)
	}
	*n.counts[key] += times
}

// tell hands all findings to the visitor.
func (n *notes) tell(v format.Visitor) {
	for _, key := range n.order {
		v.Note(note(key.rule, key.path(), *n.counts[key]))
	}
}

// path joins part and name.
func (k noteKey) path() string {
	switch {
	case k.part == "":
		return k.name
	case k.name == "":
		return k.part
	}
	return k.part + "/" + k.name
}

// note makes a finding.
func note(rule, name string, count int) format.Note {
	return format.Note{Rule: rule, Name: name, Reason: findings[rule], Count: count}
}

// maxDigits is how many digits of a name may follow each other: more are no name
// but the number of a person.
const maxDigits = 5

// cleanName returns a name fit for a note: at most maxName bytes of letters,
// digits, "_", "-" and ".". Any other is not repeated.
func cleanName(name []byte) string {
	digits := 0
	for _, c := range name {
		if digits++; c < '0' || c > '9' {
			digits = 0
		}
		switch {
		case digits > maxDigits:
			return unnamed
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '-', c == '.':
		default:
			return unnamed
		}
	}
	return string(name[:min(len(name), maxName)])
}

// cleanLabel returns the label of a part fit for a note. A label is what somebody
// wrote into an element, so that only one that is made like those of the
// decisions is repeated: XML and a number.
func cleanLabel(label string) []byte {
	number, ok := strings.CutPrefix(label, "XML")
	if !ok || len(number) > maxDigits || strings.Trim(number, "0123456789") != "" {
		return []byte(unnamed)
	}
	return []byte(label)
}
