package expr

import (
	"bytes"
	"slices"
	"strings"

	"thidua/transform/value"
)

// fewMembers is the length up to which a list is searched from end to end;
// beyond it a lookup is faster.
const fewMembers = 8

// member is in: whether a term equals one of a list of literals. With a null
// in the list, a term that is not found is unknown.
func member(at int, subject *term, list []*term) (*term, *Error) {
	if subject.kind == nothing {
		return nil, matching(at, "in", subject, subject)
	}
	known := make([]*term, 0, len(list))
	for _, element := range list {
		switch {
		case element.kind == nothing:
			continue
		case element.literal == nil:
			return nil, problem(element.at, "in takes a list of literals").hinted("compare columns with = and or")
		}
		// One timestamp in the list makes a subject that is a date its midnight,
		// and then every other date too.
		subject, _ = sameClock(subject, element)
		known = append(known, element)
	}
	for i := range known {
		subject, known[i] = sameClock(subject, known[i])
		if err := matching(known[i].at, "in", subject, known[i]); err != nil {
			return nil, err
		}
		if err := listed(subject, known[i]); err != nil {
			return nil, err
		}
	}
	sql, found, err := search(at, subject, known)
	if err != nil {
		return nil, err
	}
	absent := no
	if len(known) < len(list) {
		sql = append(sql, "NULL")
		absent = unknown
	}
	return &term{
		kind: boolean,
		sql:  "(" + sql[0] + " IN (" + strings.Join(sql[1:], ", ") + "))",
		truth: func(row []value.Value) truth {
			if hit := found(row); hit != no {
				return hit
			}
			return absent
		},
	}, nil
}

// search yields the SQL of the subject and of each literal, and the test that
// is unknown for an unknown subject only.
func search(at int, subject *term, list []*term) ([]string, asTruth, *Error) {
	all := append([]*term{subject}, list...)
	sql := make([]string, len(all))
	for i, t := range all {
		sql[i] = t.sql
	}
	switch subject.kind {
	case text:
		return sql, searchText(subject.text, list), nil
	case boolean:
		return sql, searchTruth(subject.truth, list), nil
	case number:
		return searchNumber(at, all)
	default:
		return sql, searchWhole(subject.whole, list, 0), nil
	}
}

func searchNumber(at int, all []*term) ([]string, asTruth, *Error) {
	f, err := align(at, all...)
	if err != nil {
		return nil, nil, err
	}
	subject, list := all[0], all[1:]
	if !f.wide {
		return f.comparable(all...), searchWhole(subject.wholeAt(f.scale), list, f.scale), nil
	}
	members := make(map[wide]struct{}, len(list))
	for _, t := range list {
		members[wideOf(t.span.at(f.scale).low)] = struct{}{}
	}
	operand := subject.wideAt(f.scale)
	return f.comparable(all...), func(row []value.Value) truth {
		n, known := operand(row)
		if !known {
			return unknown
		}
		_, found := members[n]
		return truthOf(found)
	}, nil
}

// searchWhole looks for narrow numbers at a scale, days or instants.
func searchWhole(subject asWhole, list []*term, scale int) asTruth {
	members := make([]int64, len(list))
	for i, t := range list {
		members[i] = t.literal.Int
		if t.kind == number {
			members[i] = t.span.at(scale).low.Int64()
		}
	}
	slices.Sort(members)
	return func(row []value.Value) truth {
		n, known := subject(row)
		if !known {
			return unknown
		}
		_, found := slices.BinarySearch(members, n)
		return truthOf(found)
	}
}

func searchTruth(subject asTruth, list []*term) asTruth {
	var members [2]bool
	for _, t := range list {
		members[t.literal.Int] = true
	}
	return func(row []value.Value) truth {
		found := subject(row)
		if found == unknown {
			return unknown
		}
		return truthOf(members[found])
	}
}

func searchText(subject asText, list []*term) asTruth {
	members := make(map[string]struct{}, len(list))
	few := make([][]byte, len(list))
	for i, t := range list {
		few[i] = t.literal.Text
		members[string(t.literal.Text)] = struct{}{}
	}
	return func(row []value.Value) truth {
		content, known := subject(row)
		if !known {
			return unknown
		}
		if len(few) <= fewMembers {
			return truthOf(slices.ContainsFunc(few, func(m []byte) bool { return bytes.Equal(m, content) }))
		}
		_, found := members[string(content)]
		return truthOf(found)
	}
}
