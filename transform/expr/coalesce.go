package expr

import (
	"strings"

	"thidua/transform/value"
)

// coalesce is the first of its arguments that is known. Numbers take the form
// that holds each of them; a bare null adds nothing and is left out.
func coalesce(at int, arguments []*term) (*term, *Error) {
	var known []*term
	for _, argument := range arguments {
		if argument.kind == nothing {
			continue
		}
		known = append(known, argument)
		if argument.kind != known[0].kind {
			return nil, problem(argument.at, "coalesce cannot mix %s with %s", known[0].kind, argument.kind)
		}
	}
	if len(arguments) < 2 || len(known) == 0 {
		return nil, problem(at, "coalesce takes two arguments or more, one of them not null")
	}
	switch known[0].kind {
	case number:
		return coalesceNumbers(at, known)
	case boolean:
		return &term{kind: boolean, sql: coalesceSQL(known, (*term).writtenSQL), truth: firstTruth(known)}, nil
	case text:
		made := &term{kind: text, key: true, sql: coalesceSQL(known, (*term).writtenSQL)}
		for _, t := range known {
			made.key = made.key && t.key
		}
		made.text = firstKnown(known, func(t *term) asText { return t.text })
		return made, nil
	default:
		made := &term{kind: known[0].kind, sql: coalesceSQL(known, (*term).writtenSQL)}
		made.whole = firstKnown(known, func(t *term) asWhole { return t.whole })
		return made, nil
	}
}

func coalesceNumbers(at int, known []*term) (*term, *Error) {
	f, err := align(at, known...)
	if err != nil {
		return nil, err
	}
	made := &term{kind: number, span: known[0].span.at(f.scale), sql: coalesceSQL(known, f.scaledSQL)}
	for _, t := range known[1:] {
		made.span = made.span.join(t.span.at(f.scale))
	}
	if f.wide {
		made.wide = firstKnown(known, func(t *term) asWide { return t.wideAt(f.scale) })
	} else {
		made.whole = firstKnown(known, func(t *term) asWhole { return t.wholeAt(f.scale) })
	}
	return made, nil
}

func (t *term) writtenSQL() string { return t.sql }

func coalesceSQL(known []*term, write func(*term) string) string {
	pieces := make([]string, len(known))
	for i, t := range known {
		pieces[i] = write(t)
	}
	return "COALESCE(" + strings.Join(pieces, ", ") + ")"
}

func firstTruth(arguments []*term) asTruth {
	return func(row []value.Value) truth {
		for _, argument := range arguments {
			if found := argument.truth(row); found != unknown {
				return found
			}
		}
		return unknown
	}
}

// firstKnown tries the readers of the arguments in turn.
func firstKnown[N any](arguments []*term, reader func(*term) func([]value.Value) (N, bool)) func([]value.Value) (N, bool) {
	readers := make([]func([]value.Value) (N, bool), len(arguments))
	for i, argument := range arguments {
		readers[i] = reader(argument)
	}
	return func(row []value.Value) (first N, known bool) {
		for _, read := range readers {
			if first, known = read(row); known {
				return first, true
			}
		}
		return first, false
	}
}
