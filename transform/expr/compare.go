package expr

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"thidua/transform/value"
)

// order is the set of outcomes for which a comparison holds: bit 0 for less,
// bit 1 for equal, bit 2 for more.
type order uint8

const (
	less order = 1 << iota
	equal
	more
)

// holds says whether a comparison that came out as -1, 0 or 1 is in the set.
func (o order) holds(outcome int) truth { return truth(o>>(outcome+1)) & 1 }

// orders maps an operator to its set and to the way SQL writes it.
var orders = map[string]struct {
	order order
	sql   string
}{
	"=":  {equal, "="},
	"!=": {less | more, "<>"},
	"<>": {less | more, "<>"},
	"<":  {less, "<"},
	"<=": {less | equal, "<="},
	">":  {more, ">"},
	">=": {more | equal, ">="},
}

// compare puts two terms of one kind in order: text by its bytes, numbers
// exactly, a date against a timestamp as its midnight.
func compare(at int, operator string, left, right *term) (*term, *Error) {
	left, right = sameClock(left, right)
	if err := matching(at, operator, left, right); err != nil {
		return nil, err
	}
	found := orders[operator]
	if found.order == equal || found.order == less|more {
		for _, pair := range [][2]*term{{left, right}, {right, left}} {
			if err := listed(pair[0], pair[1]); err != nil {
				return nil, err
			}
		}
	}
	made := &term{kind: boolean}
	write := func(l, r string) { made.sql = "(" + l + " " + found.sql + " " + r + ")" }
	write(left.sql, right.sql)
	switch left.kind {
	case boolean:
		if found.order != equal && found.order != less|more {
			return nil, problem(at, "%s does not order booleans", operator).hinted("use =, != or not")
		}
		made.truth = compareTruth(found.order, left.truth, right.truth)
	case text:
		made.truth = compareText(found.order, left.text, right.text)
	case number:
		fit, err := align(at, left, right)
		if err != nil {
			return nil, err
		}
		sql := fit.comparable(left, right)
		write(sql[0], sql[1])
		if fit.wide {
			made.truth = compareWide(found.order, left.wideAt(fit.scale), right.wideAt(fit.scale))
		} else {
			made.truth = compareWhole(found.order, left.wholeAt(fit.scale), right.wholeAt(fit.scale))
		}
	default:
		made.truth = compareWhole(found.order, left.whole, right.whole)
	}
	return made, nil
}

// matching fails unless both sides are of one kind.
func matching(at int, user string, left, right *term) *Error {
	switch {
	case left.kind == nothing || right.kind == nothing:
		return problem(at, "comparison with null is never true").hinted("write is null or is not null")
	case left.kind != right.kind:
		return problem(at, "%s cannot compare %s with %s", user, left.kind, right.kind)
	default:
		return nil
	}
}

// listed fails where a column is compared with a text that is none of its values.
func listed(subject, with *term) *Error {
	if subject.column == nil || len(subject.column.Values) == 0 || with.kind != text || with.literal == nil || slices.Contains(subject.column.Values, string(with.literal.Text)) {
		return nil
	}
	return problem(with.at, "%s never has this value", subject.column.Name).hinted("its values are %s", strings.Join(subject.column.Values, ", "))
}

// within is between: both bounds belong to it.
func within(at int, parts []*term) (*term, *Error) {
	low, err := compare(at, ">=", parts[0], parts[1])
	if err != nil {
		return nil, err
	}
	high, err := compare(at, "<=", parts[0], parts[2])
	if err != nil {
		return nil, err
	}
	return connect(&syntax{form: andForm}, []*term{low, high})
}

func compareTruth(o order, left, right asTruth) asTruth {
	return func(row []value.Value) truth {
		l, r := left(row), right(row)
		if l == unknown || r == unknown {
			return unknown
		}
		return o.holds(cmp.Compare(l, r))
	}
}

func compareText(o order, left, right asText) asTruth {
	return func(row []value.Value) truth {
		l, known := left(row)
		if !known {
			return unknown
		}
		r, known := right(row)
		if !known {
			return unknown
		}
		return o.holds(bytes.Compare(l, r))
	}
}

func compareWhole(o order, left, right asWhole) asTruth {
	return func(row []value.Value) truth {
		l, known := left(row)
		if !known {
			return unknown
		}
		r, known := right(row)
		if !known {
			return unknown
		}
		return o.holds(cmp.Compare(l, r))
	}
}

func compareWide(o order, left, right asWide) asTruth {
	return func(row []value.Value) truth {
		l, known := left(row)
		if !known {
			return unknown
		}
		r, known := right(row)
		if !known {
			return unknown
		}
		return o.holds(l.compare(r))
	}
}
