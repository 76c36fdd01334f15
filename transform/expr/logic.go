package expr

import (
	"strings"

	"thidua/transform/value"
)

// condition fails unless the term can be true or false; a bare null can be
// neither and still stand there.
func (t *term) condition(user string) *Error {
	if t.kind == nothing {
		return nil
	}
	return t.want(boolean, user)
}

// connect joins conditions by and, or. The outcome that decides at once is
// false for and, true for or; without one, an unknown part leaves the whole
// unknown.
func connect(tree *syntax, parts []*term) (*term, *Error) {
	word, decisive := "and", no
	if tree.form == orForm {
		word, decisive = "or", yes
	}
	tests := make([]asTruth, len(parts))
	pieces := make([]string, len(parts))
	for i, part := range parts {
		if err := part.condition(word); err != nil {
			return nil, err
		}
		tests[i], pieces[i] = part.truth, part.sql
	}
	sql := "(" + strings.Join(pieces, " "+strings.ToUpper(word)+" ") + ")"
	return &term{kind: boolean, sql: sql, truth: connected(decisive, tests)}, nil
}

func connected(decisive truth, tests []asTruth) asTruth {
	return func(row []value.Value) truth {
		outcome := yes - decisive
		for _, test := range tests {
			switch found := test(row); found {
			case decisive:
				return decisive
			case unknown:
				outcome = unknown
			}
		}
		return outcome
	}
}

// invert is not; what is unknown stays so.
func invert(part *term) (*term, *Error) {
	if err := part.condition("not"); err != nil {
		return nil, err
	}
	inner := part.truth
	return &term{kind: boolean, sql: "(NOT " + part.sql + ")", truth: func(row []value.Value) truth {
		if found := inner(row); found != unknown {
			return yes - found
		}
		return unknown
	}}, nil
}

// testNull is the one test whose outcome is never unknown.
func testNull(part *term) *term {
	missing := part.isNull()
	return &term{kind: boolean, sql: "(" + part.sql + " IS NULL)", truth: func(row []value.Value) truth {
		return truthOf(missing(row))
	}}
}
